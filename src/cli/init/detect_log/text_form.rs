//! The regular expression for lines of text.

use regex::Regex;

use super::{
    choose::{Field, Found},
    tokens::{Place, Token},
    when,
};

/// For a log in which no event stands yet.
pub(super) const USUAL: &str =
    r"^(?<time>\S+) .*?event_id=(?<event_id>\S+) .*?type=(?<type>\S+) .*?result=(?<result>\S+)";

/// An expression that reads the fields in the order in which they stand, or none if that cannot be had. What is
/// missing in some lines may be missing.
pub(super) fn pattern(found: &[Found], taken: &[(usize, &[Token])], events: &[&str]) -> Option<String> {
    let mut pieces: Vec<(usize, bool, String)> = found
        .iter()
        .filter_map(|found| {
            let starts: Vec<usize> = taken
                .iter()
                .filter_map(|(_, tokens)| tokens.iter().find(|token| token.place == found.place))
                .map(|token| token.start)
                .collect();
            let mut values: Vec<String> = Vec::new();
            for (_, tokens) in taken.iter().filter(|_| found.place == Place::BareResult) {
                let value = tokens.iter().find(|token| token.place == found.place);
                let value = value.map(|token| token.value.to_ascii_lowercase());
                values.extend(value.filter(|value| !values.contains(value)));
            }
            let mean = starts.iter().sum::<usize>() / starts.len().max(1);
            let always = starts.len() == taken.len();
            Some((
                mean,
                always || found.field == Field::EventId,
                piece(found, &values)?,
            ))
        })
        .collect();
    pieces.sort_by_key(|(start, ..)| *start);
    let joined = |optional: bool| {
        let mut expression = String::new();
        for (number, (_, always, piece)) in pieces.iter().enumerate() {
            match (number, *always || !optional) {
                (0, true) => expression.push_str(piece),
                (0, false) => expression.extend(["(?:", piece, ")?"]),
                (_, true) => expression.extend([".*?", piece]),
                (_, false) => expression.extend(["(?:.*?", piece, ")?"]),
            }
        }
        expression
    };
    // The one without options is easier to read; it is taken where it reads as much.
    let [strict, lenient] = [joined(false), joined(true)];
    let reads = |expression: &str| {
        let regex = Regex::new(expression).ok()?;
        Some(events.iter().filter(|line| regex.is_match(line)).count())
    };
    match (reads(&strict), reads(&lenient)) {
        (Some(one), Some(other)) if other > one => Some(lenient),
        (Some(_), _) => Some(strict),
        (None, Some(_)) => Some(lenient),
        (None, None) => None,
    }
}

/// Words that lines of text are searched for beside those that stand there already.
const USUAL_RESULTS: &[&str] = &[
    "processed",
    "duplicate",
    "ignored",
    "skipped",
    "refused",
    "rejected",
    "invalid",
    "unmatched",
    "failed",
    "error",
];

fn piece(found: &Found, seen: &[String]) -> Option<String> {
    let name = found.field.key();
    Some(match &found.place {
        Place::Pointer(_) => return None,
        Place::Behind(prefix) => {
            let value = match prefix.chars().last() {
                Some('"') => r#"[^"]+"#,
                Some('\'') => "[^']+",
                _ => r#"[^\s",;})\]]+"#,
            };
            // Without it `id=` would also be found in `request_id=`.
            let edge = if prefix.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_') {
                r"(?:^|[^\w.-])"
            } else {
                ""
            };
            format!("{edge}{}(?<{name}>{value})", regex::escape(prefix))
        }
        Place::BareId => format!(r"\b(?<{name}>evt_[A-Za-z0-9_-]+)"),
        Place::BareType => {
            format!(r"\b(?<{name}>(?:payment|policy|refund|claim)\.[a-z_]+)\b")
        }
        Place::BareResult => {
            // Words that did not stand there yet will: those of the first refusal, the first duplicate.
            let mut words = seen.to_vec();
            let rest = USUAL_RESULTS
                .iter()
                .filter(|word| !seen.iter().any(|seen| seen == *word));
            words.extend(rest.map(|word| (*word).to_owned()));
            format!(r"(?:^|[\s\[(|>,])(?<{name}>(?i:{}))\b", words.join("|"))
        }
        Place::First(number) => {
            let shape = when::shapes().get(*number)?;
            format!(r"^[\[(]?(?<{name}>{})", shape.pattern)
        }
        Place::Bracketed(number) => {
            let shape = when::shapes().get(*number)?;
            format!(r"\[(?<{name}>{})\]", shape.pattern)
        }
    })
}
