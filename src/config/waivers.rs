//! Waivers: failures that somebody answers for, for a time, in a file of their own.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use jiff::civil::Date;
use miette::{Diagnostic, NamedSource};
use serde::{Deserialize, Serialize};
use toml::de::DeValue;

use super::{
    declarations::is_blank,
    entry::Entry,
    error::{Mistake, Problem, nearest},
    reader::{Reader, Section},
};
use crate::contract::id::ExampleId;

/// Largest file, in bytes.
const LARGEST: u64 = 1 << 20;
/// Longest text of a waiver, in characters.
const LONGEST: usize = 2_000;

/// A failure that somebody answers for, for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// A case such as `WH-DUP-04`, or one of its examples such as `WH-DUP-04/b`.
    pub case: String,
    /// Why it can be borne.
    pub reason: String,
    /// Who sees to it that it ends.
    pub owner: String,
    /// Who allowed it.
    pub approver: String,
    /// The last day on which it counts, in UTC, `YYYY-MM-DD`.
    pub expires: String,
    /// The revision of the case that it was made for; any when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u32>,
}

impl Waiver {
    /// Whether it is about an example.
    pub fn covers(&self, example: &ExampleId) -> bool {
        self.case == example.as_str() || self.case == example.case().as_str()
    }
}

/// The file cannot be used.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum WaiverError {
    /// It could not be read at all.
    #[error("could not read {path}: {reason}")]
    #[diagnostic(code(waivers::unreadable), help("name an existing file with --waivers"))]
    Unreadable {
        /// The path as given.
        path: String,
        /// The system's words.
        reason: String,
    },
    /// It was read and does not hold together.
    #[error("{}", .problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    #[diagnostic(code(waivers::invalid))]
    Invalid {
        /// The text of the file.
        #[source_code]
        source_text: NamedSource<String>,
        /// In the order of the file.
        #[related]
        problems: Vec<Problem>,
    },
}

/// Reads waivers from a file. `known` are the ids of all cases and examples.
pub fn load(path: &Path, known: &BTreeSet<String>) -> Result<Vec<Waiver>, WaiverError> {
    let origin = path.display().to_string();
    let read = || {
        if std::fs::metadata(path)?.len() > LARGEST {
            return Err(std::io::Error::other("larger than 1 MiB"));
        }
        std::fs::read_to_string(path)
    };
    match read() {
        Ok(text) => parse(&text, &origin, known),
        Err(error) => Err(WaiverError::Unreadable {
            path: origin,
            reason: error.to_string(),
        }),
    }
}

/// Reads waivers from a text that goes by the name `origin`.
pub fn parse(text: &str, origin: &str, known: &BTreeSet<String>) -> Result<Vec<Waiver>, WaiverError> {
    let nothing = BTreeMap::new();
    let reader = Reader::new(origin, text, Path::new(""), &nothing);
    let (document, valid) = reader.parse();
    // Past a syntax error everything else would be guesswork.
    let waivers = if valid {
        waivers(&Section::root(&reader, document.get_ref()), known)
    } else {
        None
    };
    let problems = reader.into_problems();
    match waivers {
        Some(waivers) if problems.is_empty() => Ok(waivers),
        _ => Err(WaiverError::Invalid {
            source_text: NamedSource::new(origin, text.to_owned()).with_language("toml"),
            problems,
        }),
    }
}

fn waivers(root: &Section<'_, '_>, known: &BTreeSet<String>) -> Option<Vec<Waiver>> {
    let items = root.required("waiver").and_then(|entry| entry.items());
    root.finish();
    let mut taken = BTreeSet::new();
    // Every one is looked at, so that all mistakes are told at once.
    let waivers: Vec<Option<Waiver>> = items?
        .iter()
        .map(|item| {
            item.section()
                .and_then(|section| waiver(&section, known, &mut taken))
        })
        .collect();
    waivers.into_iter().collect()
}

fn waiver(
    section: &Section<'_, '_>,
    known: &BTreeSet<String>,
    taken: &mut BTreeSet<String>,
) -> Option<Waiver> {
    let case = section
        .required("case")
        .and_then(|entry| case(&entry, known, taken));
    let reason = section.required("reason").and_then(|entry| said(&entry));
    let owner = section.required("owner").and_then(|entry| said(&entry));
    let approver = section.required("approver").and_then(|entry| said(&entry));
    let expires = section.required("expires").and_then(|entry| day(&entry));
    let revision = section
        .value("revision")
        .map(|entry| entry.integer(1..=i64::from(u32::MAX)));
    section.finish();
    Some(Waiver {
        case: case?,
        reason: reason?,
        owner: owner?,
        approver: approver?,
        expires: expires?,
        revision: match revision {
            Some(number) => Some(u32::try_from(number?).ok()?),
            None => None,
        },
    })
}

fn case(entry: &Entry<'_, '_>, known: &BTreeSet<String>, taken: &mut BTreeSet<String>) -> Option<String> {
    let found = entry.filled()?.trim();
    if !known.contains(found) {
        let near = nearest(found, known.iter().map(String::as_str));
        let near = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
        return entry.wrong(Mistake::Senseless(format!(
            "no case or example is called {found:?}{near}"
        )));
    }
    // One failure has one answer: who reads the report must not have to choose between two.
    let whole = found.split('/').next().unwrap_or(found);
    let other = taken
        .iter()
        .find(|other| *other == found || *other == whole || other.split('/').next() == Some(found));
    if let Some(other) = other {
        return entry.wrong(Mistake::Senseless(format!(
            "{found} is waived by another entry for {other}; keep one of them"
        )));
    }
    taken.insert(found.to_owned());
    Some(found.to_owned())
}

fn said(entry: &Entry<'_, '_>) -> Option<String> {
    let text = entry.filled()?.trim();
    if is_blank(text) {
        return entry.wrong(Mistake::Senseless(format!("{text:?} says nothing")));
    }
    if text.chars().count() > LONGEST {
        return entry.wrong(Mistake::Senseless(format!("is longer than {LONGEST} characters")));
    }
    Some(text.to_owned())
}

/// A day, as a date of TOML or as text.
fn day(entry: &Entry<'_, '_>) -> Option<String> {
    let text = match entry.raw() {
        DeValue::Datetime(moment) => moment.to_string(),
        _ => entry.text()?.trim().to_owned(),
    };
    match text.parse::<Date>() {
        Ok(day) if day.to_string() == text => Some(text),
        _ => entry.wrong(Mistake::Senseless(format!(
            "{text:?} is no day; write it like 2027-01-31"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "[[waiver]]\ncase = \"WH-DUP-04\"\nreason = \"the store is replaced in March\"\n\
                         owner = \"Aina\"\napprover = \"Tan\"\nexpires = 2027-01-31\n";

    fn read(text: &str) -> Result<Vec<Waiver>, String> {
        let known = ["WH-DUP-04", "WH-DUP-04/a", "WH-SIG-01"]
            .map(str::to_owned)
            .into();
        parse(text, "waivers.toml", &known).map_err(|error| error.to_string())
    }

    #[test]
    fn a_waiver_covers_its_case_or_its_example_and_no_other() {
        let waivers = read(WHOLE).unwrap();
        let [waiver] = waivers.as_slice() else { panic!() };
        let covers = |waiver: &Waiver, id: &str| waiver.covers(&id.parse().unwrap());
        assert!(covers(waiver, "WH-DUP-04/a") && covers(waiver, "WH-DUP-04/b"));
        assert!(!covers(waiver, "WH-DUP-05/a"));
        let one = Waiver {
            case: "WH-DUP-04/a".to_owned(),
            ..waiver.clone()
        };
        assert!(covers(&one, "WH-DUP-04/a") && !covers(&one, "WH-DUP-04/b"));
        assert_eq!(waiver.expires, "2027-01-31");
        let quoted = WHOLE.replace("2027-01-31", "\"2027-01-31\"\nrevision = 3");
        assert_eq!(read(&quoted).unwrap()[0].revision, Some(3));
    }

    #[test]
    fn every_mistake_is_told_with_its_place() {
        for (from, to, told) in [
            (
                "WH-DUP-04",
                "WH-DUP-40",
                "waivers.toml:2: waiver[0].case: no case or example is called \"WH-DUP-40\"; did you mean WH-DUP-04?",
            ),
            (
                "owner = \"Aina\"\n",
                "",
                "waivers.toml:1: waiver[0].owner: missing",
            ),
            (
                "Aina",
                "tbd",
                "waivers.toml:4: waiver[0].owner: \"tbd\" says nothing",
            ),
            (
                "2027-01-31",
                "\"31 January\"",
                "waivers.toml:6: waiver[0].expires: \"31 January\" is no day",
            ),
            ("2027-01-31", "2027-01-31T10:00:00Z", "is no day"),
            ("2027-01-31", "2027-02-31", "waivers.toml:6"),
            (
                "2027-01-31",
                "7",
                "waivers.toml:6: waiver[0].expires: is a whole number, not a text",
            ),
            (
                "expires",
                "revision = 0\nexpires",
                "waivers.toml:6: waiver[0].revision: 0 is outside 1",
            ),
            ("approver", "aprover", "unknown key; did you mean approver?"),
        ] {
            let error = read(&WHOLE.replace(from, to)).unwrap_err();
            assert!(error.contains(told), "{told:?} is not in {error}");
        }
        assert!(read("").unwrap_err().contains("waiver: missing"));
        assert!(read("[[waiver]\n").unwrap_err().contains("not valid TOML"));
    }

    #[test]
    fn nothing_is_waived_twice() {
        for other in ["WH-DUP-04", "WH-DUP-04/a"] {
            let twice = format!("{WHOLE}{}", WHOLE.replace("WH-DUP-04", other));
            assert!(read(&twice).unwrap_err().contains("keep one of them"), "{other}");
            let turned = format!("{}{WHOLE}", WHOLE.replace("WH-DUP-04", other));
            assert!(read(&turned).unwrap_err().contains("keep one of them"), "{other}");
        }
        let two = format!("{WHOLE}{}", WHOLE.replace("WH-DUP-04", "WH-SIG-01"));
        assert_eq!(read(&two).unwrap().len(), 2);
    }
}
