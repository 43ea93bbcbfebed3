//! A line taken apart into values with their places.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::{
    known::{OTHER, PROCESSED, is_looked_for},
    when,
};
use crate::wire::event::EventType;

/// Where a value stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Place {
    /// Behind a JSON pointer.
    Pointer(String),
    /// Behind a text such as `event_id=`.
    Behind(String),
    /// An id that stands by itself.
    BareId,
    /// A type that stands by itself.
    BareType,
    /// A result that stands by itself.
    BareResult,
    /// A time at the start of the line, in the form of that number.
    First(usize),
    /// A time between brackets inside the line, likewise.
    Bracketed(usize),
}

/// One value of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) place: Place,
    /// Its name; empty for values that stand by themselves.
    pub(super) key: String,
    pub(super) value: String,
    /// Where it begins in the line.
    pub(super) start: usize,
}

/// The members of a JSON document that is an object.
pub(super) fn of_json(line: &str) -> Option<Vec<Token>> {
    let document: Value = serde_json::from_str(line.trim()).ok()?;
    document.as_object()?;
    let mut tokens = Vec::new();
    leaves(&document, String::new(), "", 0, &mut tokens);
    Some(tokens)
}

/// Deeper members are not looked at.
const DEEPEST: usize = 6;

fn leaves(value: &Value, pointer: String, key: &str, depth: usize, tokens: &mut Vec<Token>) {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Object(members) if depth < DEEPEST => {
            for (name, member) in members {
                let escaped = name.replace('~', "~0").replace('/', "~1");
                leaves(member, format!("{pointer}/{escaped}"), name, depth + 1, tokens);
            }
            return;
        }
        _ => return,
    };
    tokens.push(Token {
        place: Place::Pointer(pointer),
        key: key.to_owned(),
        value: text,
        start: 0,
    });
}

struct Expressions {
    pair: Regex,
    id: Regex,
    kind: Regex,
    result: Regex,
}

static EXPRESSIONS: LazyLock<Option<Expressions>> = LazyLock::new(|| {
    let kinds: Vec<String> = EventType::ALL.map(|kind| regex::escape(kind.name())).to_vec();
    let words: Vec<String> = PROCESSED
        .iter()
        .chain(OTHER)
        .map(|word| regex::escape(word))
        .collect();
    Some(Expressions {
        pair: Regex::new(
            r#"(["']?)(@?[A-Za-z_][\w.-]*)(["']?\s?[=:]\s?)(?:"([^"]*)"|'([^']*)'|([^\s"',;})\]]+))"#,
        )
        .ok()?,
        id: Regex::new(r"(?:^|[^\w])(evt_[A-Za-z0-9_-]+)").ok()?,
        kind: Regex::new(&format!(r"(?:^|[^\w.])({})(?:[^\w.]|$)", kinds.join("|"))).ok()?,
        result: Regex::new(&format!(
            r"(?i)(?:^|[\s\[(|>,])({})(?:[\s\]),.;:|]|$)",
            words.join("|")
        ))
        .ok()?,
    })
});

/// The pairs of a line of text, and what stands in it without a name.
pub(super) fn of_text(line: &str) -> Vec<Token> {
    let Some(expressions) = EXPRESSIONS.as_ref() else {
        return Vec::new();
    };
    let mut tokens = Vec::new();
    let mut named: Vec<std::ops::Range<usize>> = Vec::new();
    for found in expressions.pair.captures_iter(line) {
        let (Some(key), Some(value)) = (found.get(2), (4..=6).find_map(|group| found.get(group))) else {
            continue;
        };
        // `hooks: evt_…` names a logger, not a value, unless the name is one that is looked for.
        let spaced = found.get(3).is_some_and(|sign| sign.as_str().contains(' '));
        if spaced && !is_looked_for(key.as_str()) {
            continue;
        }
        let from = found.get(1).map_or(key.start(), |quote| quote.start());
        let prefix = line.get(from..value.start()).unwrap_or_default();
        named.push(value.range());
        tokens.push(Token {
            place: Place::Behind(prefix.to_owned()),
            key: key.as_str().to_owned(),
            value: value.as_str().to_owned(),
            start: from,
        });
    }
    let bare = [
        (&expressions.id, Place::BareId),
        (&expressions.kind, Place::BareType),
        (&expressions.result, Place::BareResult),
    ];
    for (expression, place) in bare {
        let found = expression
            .captures_iter(line)
            .filter_map(|found| found.get(1))
            .find(|value| {
                // Inside a longer named text, such as a message, it stands by itself; as a whole it has a name.
                !named.iter().any(|range| *range == value.range())
            });
        if let Some(value) = found {
            tokens.push(Token {
                place,
                key: String::new(),
                value: value.as_str().to_owned(),
                start: value.start(),
            });
        }
    }
    tokens.extend(time(line));
    tokens
}

/// A time without a name: at the start of the line, or between brackets.
fn time(line: &str) -> Option<Token> {
    let found = |bracketed: bool| {
        when::shapes().iter().enumerate().find_map(|(number, shape)| {
            let expression = if bracketed { &shape.bracketed } else { &shape.first };
            let time = expression.as_ref()?.captures(line)?.get(1)?;
            Some(Token {
                place: if bracketed {
                    Place::Bracketed(number)
                } else {
                    Place::First(number)
                },
                key: String::new(),
                value: time.as_str().to_owned(),
                start: time.start(),
            })
        })
    };
    found(false).or_else(|| found(true))
}
