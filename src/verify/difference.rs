//! Where two documents that should be the same begin to differ.

use std::fmt;

use serde_json::{Map, Value};

use super::code::Code;
use crate::evidence::{files, text::TerminalText};

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
    /// Which sort of difference it is.
    pub kind: Code,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            place,
            expected,
            found,
            ..
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
            let Differing {
                place,
                expected,
                found,
                kind,
            } = differing(&expected, &found, String::new())?;
            let kind = kind.unwrap_or_else(|| by_place(file, &place));
            let (expected, found) = (shown(expected.as_ref()), shown(found.as_ref()));
            Some(difference(file, &place, &expected, &found, kind))
        })
        .or_else(|| in_lines(file, expected, found))
}

/// The first line in which two texts differ. None when the bytes are the same.
pub fn in_lines(file: &'static str, expected: &[u8], found: &[u8]) -> Option<Difference> {
    if expected == found {
        return None;
    }
    let whole = (expected, found);
    let mut lines = (
        expected.split_inclusive(|byte| *byte == b'\n'),
        found.split_inclusive(|byte| *byte == b'\n'),
    );
    let mut number = 1_u64;
    loop {
        match (lines.0.next(), lines.1.next()) {
            (Some(expected), Some(found)) if expected == found => number += 1,
            (expected, found) => {
                let kind = by_line(file, whole, expected, found);
                let (expected, found) = near(expected, found);
                return Some(difference(
                    file,
                    &format!("line {number}"),
                    &expected,
                    &found,
                    kind,
                ));
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

fn difference(file: &'static str, place: &str, expected: &str, found: &str, kind: Code) -> Difference {
    let clean = |text: &str| TerminalText::line(&text.chars().take(400).collect::<String>());
    Difference {
        file,
        place: clean(place),
        expected: clean(expected),
        found: clean(found),
        kind,
    }
}

fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), Value::to_string)
}

struct Differing {
    place: String,
    expected: Option<Value>,
    found: Option<Value>,
    /// Known where it does not follow from the place.
    kind: Option<Code>,
}

// The depth of both is bounded by the parser.
fn differing(expected: &Value, found: &Value, place: String) -> Option<Differing> {
    match (expected, found) {
        _ if expected == found => None,
        (Value::Object(expected), Value::Object(found)) => in_objects(expected, found, &place),
        (Value::Array(expected), Value::Array(found)) => in_arrays(expected, found, &place),
        _ => Some(Differing {
            place,
            expected: Some(expected.clone()),
            found: Some(found.clone()),
            kind: None,
        }),
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

// Where items have names, one that is missing would otherwise be told as a difference of all that follow.
fn in_arrays(expected: &[Value], found: &[Value], path: &str) -> Option<Differing> {
    let names = |items: &[Value]| items.iter().map(name).collect::<Option<Vec<String>>>();
    if let (Some(wanted), Some(there)) = (names(expected), names(found)) {
        let lacking =
            |names: &[String], others: &[String]| names.iter().position(|one| !others.contains(one));
        let (missing, added) = (lacking(&wanted, &there), lacking(&there, &wanted));
        let whole = |kind: Code| (is_about_examples(path)).then_some(kind);
        if let Some(at) = missing {
            let place = format!("{path}[{}]", wanted.get(at).map_or("", String::as_str));
            return Some(Differing {
                kind: whole(Code::ExampleMissing),
                ..only(place, expected.get(at), None)
            });
        }
        if let Some(at) = added {
            let place = format!("{path}[{}]", there.get(at).map_or("", String::as_str));
            return Some(Differing {
                kind: whole(Code::ExampleAdded),
                ..only(place, None, found.get(at))
            });
        }
        if wanted.len() == there.len() && wanted != there {
            let at = wanted
                .iter()
                .zip(&there)
                .position(|(one, other)| one != other)
                .unwrap_or_default();
            return Some(Differing {
                kind: Some(Code::Reordered),
                ..only(format!("{path}[{at}]"), expected.get(at), found.get(at))
            });
        }
    }
    (0..expected.len().max(found.len())).find_map(|index| {
        let (expected, found) = (expected.get(index), found.get(index));
        let name = expected.and_then(name).unwrap_or_else(|| index.to_string());
        one_or_both(expected, found, format!("{path}[{name}]"))
    })
}

fn is_about_examples(path: &str) -> bool {
    matches!(path, "examples" | "attempts")
}

fn one_or_both(expected: Option<&Value>, found: Option<&Value>, place: String) -> Option<Differing> {
    match (expected, found) {
        (Some(expected), Some(found)) => differing(expected, found, place),
        (None, None) => None,
        (expected, found) => Some(only(place, expected, found)),
    }
}

fn only(place: String, expected: Option<&Value>, found: Option<&Value>) -> Differing {
    Differing {
        place,
        expected: expected.cloned(),
        found: found.cloned(),
        kind: None,
    }
}

fn name(item: &Value) -> Option<String> {
    ["example", "area", "severity", "name"]
        .into_iter()
        .find_map(|key| item.get(key)?.as_str())
        .map(str::to_owned)
}

fn by_place(file: &str, place: &str) -> Code {
    let last = place.rsplit('.').next().unwrap_or(place);
    let within = |part: &str| place.split(['.', '[']).any(|one| one == part);
    if place.starts_with("configuration") || place.starts_with("profile") {
        Code::ConfigurationDiffers
    } else if within("attempts") {
        Code::AttemptsDiffer
    } else if matches!(
        last,
        "verdict" | "outcome" | "sentence" | "certifiable" | "interrupted" | "grade" | "selection"
    ) {
        Code::VerdictDiffers
    } else if within("counts") || place.starts_with("plan.") {
        Code::CountsDiffer
    } else {
        plain(file)
    }
}

fn plain(file: &str) -> Code {
    if file == files::MANIFEST {
        Code::ManifestDiffers
    } else {
        Code::ReportDiffers
    }
}

/// Of JUnit's lines each begins an element of its own.
fn by_line(file: &str, (all, there): (&[u8], &[u8]), expected: Option<&[u8]>, found: Option<&[u8]>) -> Code {
    let lines = |bytes: &[u8]| {
        let mut lines: Vec<Vec<u8>> = bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        lines.sort_unstable();
        lines
    };
    let holds = |line: Option<&[u8]>, part: &str| {
        line.is_some_and(|line| line.windows(part.len()).any(|window| window == part.as_bytes()))
    };
    let cases = |bytes: &[u8]| {
        bytes
            .windows(10)
            .filter(|window| *window == b"<testcase ")
            .count()
    };
    let is_junit = |bytes: &[u8]| bytes.windows(11).any(|window| window == b"<testsuites");
    let both = |part: &str| holds(expected, part) && holds(found, part);
    let coloured = |part: &str| holds(expected, part) != holds(found, part);
    if all.len() == there.len() && lines(all) == lines(there) {
        Code::Reordered
    } else if both("<testsuite") {
        Code::CountsDiffer
    } else if !is_junit(all) || !is_junit(there) {
        plain(file)
    } else if cases(all) > cases(there) {
        Code::ExampleMissing
    } else if cases(all) < cases(there) {
        Code::ExampleAdded
    } else if both("<testcase ") && ["<failure", "<error", "<skipped"].into_iter().any(coloured) {
        Code::VerdictDiffers
    } else {
        plain(file)
    }
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
