//! Where two documents that should be the same begin to differ.

use std::fmt;

use serde_json::{Map, Value};

use crate::evidence::text::TerminalText;

/// The first difference between a file and what follows from the transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The file.
    pub file: &'static str,
    /// The line, or the path inside a JSON document such as `examples[WH-SIG-02/a].result.verdict`.
    pub place: TerminalText,
    /// What follows from the transcript.
    pub expected: TerminalText,
    /// What the file says.
    pub found: TerminalText,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            place,
            expected,
            found,
        } = self;
        write!(
            f,
            "{file} does not follow from the transcript: at {place} it should say {expected}, it says {found}"
        )
    }
}

/// The first difference between two JSON documents by path, or by line where the found one is no JSON or
/// differs only in its writing. None when the bytes are the same.
pub fn in_json(file: &'static str, expected: &[u8], found: &[u8]) -> Option<Difference> {
    if expected == found {
        return None;
    }
    let parsed = serde_json::from_slice(expected)
        .ok()
        .zip(serde_json::from_slice(found).ok());
    parsed
        .and_then(|(expected, found): (Value, Value)| {
            let (place, expected, found) = differing(&expected, &found, String::new())?;
            Some(difference(
                file,
                &place,
                &shown(expected.as_ref()),
                &shown(found.as_ref()),
            ))
        })
        .or_else(|| in_lines(file, expected, found))
}

/// The first line in which two texts differ. None when the bytes are the same.
pub fn in_lines(file: &'static str, expected: &[u8], found: &[u8]) -> Option<Difference> {
    if expected == found {
        return None;
    }
    let mut lines = (
        expected.split_inclusive(|byte| *byte == b'\n'),
        found.split_inclusive(|byte| *byte == b'\n'),
    );
    let mut number = 1_u64;
    loop {
        match (lines.0.next(), lines.1.next()) {
            (Some(expected), Some(found)) if expected == found => number += 1,
            (expected, found) => {
                let (expected, found) = near(expected, found);
                return Some(difference(file, &format!("line {number}"), &expected, &found));
            }
        }
    }
}

// Lines can be long: shown is what stands around the first byte that differs.
fn near(expected: Option<&[u8]>, found: Option<&[u8]>) -> (String, String) {
    const BEFORE: usize = 40;
    let common = match (expected, found) {
        (Some(expected), Some(found)) => expected.iter().zip(found).take_while(|(a, b)| a == b).count(),
        _ => 0,
    };
    let from = common.saturating_sub(BEFORE);
    let cut = |line: Option<&[u8]>| match line {
        None => "nothing".to_owned(),
        Some(line) => {
            let rest = line.get(from..).unwrap_or_default();
            let text = String::from_utf8_lossy(rest.get(..400).unwrap_or(rest)).into_owned();
            format!("{}{text}", if from > 0 { "…" } else { "" })
        }
    };
    (cut(expected), cut(found))
}

fn difference(file: &'static str, place: &str, expected: &str, found: &str) -> Difference {
    let clean = |text: &str| TerminalText::line(&text.chars().take(400).collect::<String>());
    Difference {
        file,
        place: clean(place),
        expected: clean(expected),
        found: clean(found),
    }
}

fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), Value::to_string)
}

type Differing = (String, Option<Value>, Option<Value>);

// The depth of both is bounded by the parser.
fn differing(expected: &Value, found: &Value, path: String) -> Option<Differing> {
    match (expected, found) {
        _ if expected == found => None,
        (Value::Object(expected), Value::Object(found)) => in_objects(expected, found, &path),
        (Value::Array(expected), Value::Array(found)) => {
            (0..expected.len().max(found.len())).find_map(|index| {
                let (expected, found) = (expected.get(index), found.get(index));
                one_or_both(expected, found, format!("{path}[{}]", name(expected, index)))
            })
        }
        _ => Some((path, Some(expected.clone()), Some(found.clone()))),
    }
}

fn in_objects(expected: &Map<String, Value>, found: &Map<String, Value>, path: &str) -> Option<Differing> {
    let added = found.keys().filter(|key| !expected.contains_key(*key));
    expected.keys().chain(added).find_map(|key| {
        let below = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        one_or_both(expected.get(key), found.get(key), below)
    })
}

fn one_or_both(expected: Option<&Value>, found: Option<&Value>, path: String) -> Option<Differing> {
    match (expected, found) {
        (Some(expected), Some(found)) => differing(expected, found, path),
        (None, None) => None,
        (expected, found) => Some((path, expected.cloned(), found.cloned())),
    }
}

fn name(item: Option<&Value>, index: usize) -> String {
    ["example", "area", "severity", "name"]
        .into_iter()
        .find_map(|key| item?.get(key)?.as_str())
        .map_or_else(|| index.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_in_json_is_named_by_its_path() {
        let expected = br#"{"examples":[{"example":"WH-SIG-02/a","verdict":"fail"}],"n":1}"#;
        let found = br#"{"examples":[{"example":"WH-SIG-02/a","verdict":"pass"}],"n":1}"#;
        let difference = in_json("results.json", expected, found).unwrap();
        assert_eq!(
            difference.to_string(),
            "results.json does not follow from the transcript: at examples[WH-SIG-02/a].verdict it should \
             say \"fail\", it says \"pass\""
        );
    }

    #[test]
    fn what_is_missing_or_added_is_a_difference() {
        let difference = in_json("results.json", b"[1]", b"[1,2]").unwrap();
        assert_eq!(
            (difference.place.as_str(), difference.expected.as_str()),
            ("[1]", "nothing")
        );
        let difference = in_json("results.json", br#"{"a":1}"#, b"{}").unwrap();
        assert_eq!(
            (difference.place.as_str(), difference.found.as_str()),
            ("a", "nothing")
        );
    }

    #[test]
    fn a_difference_in_writing_is_named_by_its_line() {
        let difference = in_json("results.json", b"{\n\"a\": 1}", b"{\n\"a\":  1}").unwrap();
        assert_eq!(difference.place.as_str(), "line 2");
        let difference = in_lines("junit.xml", b"a\nb\n", b"a\nb").unwrap();
        assert_eq!(
            (difference.expected.as_str(), difference.found.as_str()),
            ("b\\n", "b")
        );
        let difference = in_lines("junit.xml", b"a\n", b"a\n\x1b[2J").unwrap();
        assert_eq!(
            (difference.expected.as_str(), difference.found.as_str()),
            ("nothing", "\\u{001b}[2J")
        );
        assert_eq!(in_lines("junit.xml", b"a\n", b"a\n"), None);
    }
}
