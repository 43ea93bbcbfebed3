//! Which place holds what: every value of every line about an event speaks for its place.

use std::collections::BTreeMap;

use super::{
    known::{self, is_evt, is_result, rank},
    text_form,
    tokens::{Place, Token, of_json, of_text},
    when,
};
use crate::{cli::init::answers::LogForm, wire::event::EventType};

/// What is looked for in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// Time.
    Time,
    /// Event id.
    EventId,
    /// Event type.
    Type,
    /// Processing result.
    Result,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::EventId, Self::Time, Self::Type, Self::Result];

    /// The key of `[log]`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::EventId => "event_id",
            Self::Type => "type",
            Self::Result => "result",
        }
    }
}

/// A field that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Which.
    pub field: Field,
    /// Whether the values themselves prove it; otherwise only the name speaks for it.
    pub sure: bool,
    /// In how many of the lines about events it stands.
    pub lines: usize,
    pub(super) place: Place,
}

/// What a log looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// How a line is read.
    pub form: LogForm,
    /// What was found.
    pub found: Vec<Found>,
    /// Lines about events.
    pub events: usize,
    /// Lines that were looked at.
    pub lines: usize,
    /// Whether the times say their zone; none without a time.
    pub zoned: Option<bool>,
    /// Pattern of the times, where they need one.
    pub time_format: Option<&'static str>,
    /// The words that stand as results, the most frequent first.
    pub results: Vec<String>,
    /// The latest line that has the most of it; none when no line is about an event.
    pub example: Option<String>,
}

impl Guess {
    /// The words seen that mean that an event was carried out.
    pub fn processed(&self) -> Vec<String> {
        let seen = |word: &&&str| self.results.iter().any(|seen| seen.eq_ignore_ascii_case(word));
        let first = known::PROCESSED.iter().find(seen);
        let spelt = first.and_then(|word| self.results.iter().find(|seen| seen.eq_ignore_ascii_case(word)));
        spelt.cloned().into_iter().collect()
    }

    /// The words seen of which it is not known what they mean.
    pub fn strange(&self) -> Vec<&str> {
        let words = self.results.iter().map(String::as_str);
        words.filter(|word| !is_result(word)).collect()
    }
}

/// How much a value speaks for being that field, and whether the value itself proves it.
fn weight(field: Field, token: &Token) -> Option<(usize, bool)> {
    let (key, value) = (token.key.as_str(), token.value.as_str());
    let named = |names: &[&str]| rank(names, key).map(|place| names.len() - place);
    let by = |proven: bool, name: Option<usize>, usual: usize| match (proven, name) {
        (true, name) => Some((100 + 2 * name.unwrap_or_default(), true)),
        (false, Some(name)) if name >= usual => Some((name, false)),
        (false, _) => None,
    };
    match field {
        Field::EventId => {
            let is_type = value.parse::<EventType>().is_ok();
            let plain = known::EVENT_ID.len() - known::EVENT_ID_PLAIN;
            (!is_type && !value.contains(char::is_whitespace))
                .then(|| by(is_evt(value), named(known::EVENT_ID), plain))
                .flatten()
        }
        Field::Type => {
            let short = value.len() <= 60 && !value.contains(char::is_whitespace) && !is_evt(value);
            short
                .then(|| by(value.parse::<EventType>().is_ok(), named(known::TYPE), 4))
                .flatten()
        }
        Field::Time => {
            let name = match token.place {
                Place::First(_) | Place::Bracketed(_) => Some(known::TIME.len()),
                _ => named(known::TIME),
            };
            // A time without a name of a time may be any time.
            name.filter(|_| when::shape(value).is_some())
                .and_then(|name| by(true, Some(name), 0))
        }
        Field::Result => {
            let never = rank(known::NEVER_RESULT, key).is_some();
            let name = named(known::RESULT);
            let is_word = value.len() <= 40
                && value.chars().any(char::is_alphabetic)
                && !value.contains(char::is_whitespace);
            let bare = token.place == Place::BareResult;
            (!never && is_word && (bare || name.is_some()))
                .then(|| by(is_result(value), name, known::RESULT.len() - 3))
                .flatten()
        }
    }
}

/// What the lines of a log hold. None when there is no line at all.
pub fn guess(lines: &[String]) -> Option<Guess> {
    if lines.is_empty() {
        return None;
    }
    let json: Vec<Option<Vec<Token>>> = lines.iter().map(|line| of_json(line)).collect();
    let text: Vec<Vec<Token>> = lines.iter().map(|line| of_text(line)).collect();
    let objects = json.iter().flatten().count();
    let told = |tokens: &[Token]| about_an_event(tokens);
    let json_events = json.iter().flatten().filter(|tokens| told(tokens)).count();
    let text_events = json
        .iter()
        .zip(&text)
        .filter(|(json, text)| json.is_none() && told(text))
        .count();
    let is_json = if json_events + text_events > 0 {
        json_events >= text_events
    } else {
        objects * 2 >= lines.len()
    };
    let taken: Vec<(usize, &[Token])> = (0..lines.len())
        .filter_map(|number| {
            let tokens = if is_json {
                json[number].as_deref()?
            } else {
                text[number].as_slice()
            };
            told(tokens).then_some((number, tokens))
        })
        .collect();
    let found = choose(&taken);
    if !found.iter().any(|found| found.field == Field::EventId) {
        return Some(nothing(is_json, lines.len()));
    }
    let form = if is_json {
        pointers(&found)
    } else {
        let events: Vec<&str> = taken.iter().map(|(number, _)| lines[*number].as_str()).collect();
        LogForm::Pattern(text_form::pattern(&found, &taken, &events)?)
    };
    let times = values(&taken, &found, Field::Time);
    let shape = times.first().and_then(|value| when::shape(value));
    let example = taken
        .iter()
        .rev()
        .max_by_key(|(_, tokens)| has(tokens, &found))
        .map(|(number, _)| lines[*number].clone());
    Some(Guess {
        form,
        events: taken
            .iter()
            .filter(|(_, tokens)| has(tokens, &found[..1]) > 0)
            .count(),
        lines: lines.len(),
        zoned: shape.map(|shape| shape.zoned),
        time_format: shape.and_then(|shape| shape.format),
        results: by_frequency(values(&taken, &found, Field::Result)),
        example,
        found,
    })
}

fn has(tokens: &[Token], found: &[Found]) -> usize {
    found
        .iter()
        .filter(|found| tokens.iter().any(|token| token.place == found.place))
        .count()
}

/// Whether a line has an id of the platform, a plainly named event id, or an event type.
fn about_an_event(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| {
        matches!(weight(Field::EventId, token), Some((_, true)))
            || matches!(weight(Field::Type, token), Some((_, true)))
            || rank(known::EVENT_ID, &token.key).is_some_and(|place| place < known::EVENT_ID_PLAIN)
                && weight(Field::EventId, token).is_some()
    })
}

/// The place of each field: the one that most speaks for. Lines that say more count more.
fn choose(taken: &[(usize, &[Token])]) -> Vec<Found> {
    let mut chosen: Vec<Found> = Vec::new();
    for field in Field::ALL {
        let mut votes: BTreeMap<&Place, (usize, usize, usize)> = BTreeMap::new();
        for (_, tokens) in taken {
            let says = |field| {
                let says = tokens
                    .iter()
                    .any(|token| matches!(weight(field, token), Some((_, true))));
                usize::from(says)
            };
            let more = 1 + 2 * says(Field::Result) + 2 * says(Field::Type) + 2 * says(Field::EventId);
            for token in *tokens {
                if chosen.iter().any(|other| other.place == token.place) {
                    continue;
                }
                if let Some((weight, proven)) = weight(field, token) {
                    let (sum, proofs, lines) = votes.entry(&token.place).or_default();
                    *sum += weight * more;
                    *proofs += usize::from(proven);
                    *lines += 1;
                }
            }
        }
        let best = votes
            .into_iter()
            .max_by_key(|(place, (sum, ..))| (*sum, std::cmp::Reverse(length(place))));
        if let Some((place, (_, proofs, lines))) = best {
            chosen.push(Found {
                field,
                sure: proofs * 2 > lines,
                lines,
                place: place.clone(),
            });
        }
    }
    chosen
}

fn length(place: &Place) -> usize {
    match place {
        Place::Pointer(text) | Place::Behind(text) => text.len(),
        _ => 0,
    }
}

fn values(taken: &[(usize, &[Token])], found: &[Found], field: Field) -> Vec<String> {
    let place = found
        .iter()
        .find(|found| found.field == field)
        .map(|found| &found.place);
    taken
        .iter()
        .filter_map(|(_, tokens)| tokens.iter().find(|token| Some(&token.place) == place))
        .map(|token| token.value.clone())
        .collect()
}

fn by_frequency(words: Vec<String>) -> Vec<String> {
    let mut counts: Vec<(usize, String)> = Vec::new();
    for word in words {
        match counts.iter_mut().find(|(_, known)| *known == word) {
            Some((count, _)) => *count += 1,
            None => counts.push((1, word)),
        }
    }
    counts.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    counts.into_iter().map(|(_, word)| word).take(12).collect()
}

fn pointers(found: &[Found]) -> LogForm {
    let at = |field| {
        found
            .iter()
            .find(|found| found.field == field)
            .and_then(|found| match &found.place {
                Place::Pointer(pointer) => Some(pointer.clone()),
                _ => None,
            })
    };
    LogForm::Json {
        event_id: at(Field::EventId).unwrap_or_default(),
        time: at(Field::Time),
        kind: at(Field::Type),
        result: at(Field::Result),
        reference: None,
    }
}

/// A log in which nothing is about an event: only its form can be told.
fn nothing(is_json: bool, lines: usize) -> Guess {
    let form = if is_json {
        LogForm::Json {
            event_id: "/event_id".to_owned(),
            time: Some("/time".to_owned()),
            kind: Some("/type".to_owned()),
            result: Some("/result".to_owned()),
            reference: None,
        }
    } else {
        LogForm::Pattern(text_form::USUAL.to_owned())
    };
    Guess {
        form,
        found: Vec::new(),
        events: 0,
        lines,
        zoned: None,
        time_format: None,
        results: Vec::new(),
        example: None,
    }
}
