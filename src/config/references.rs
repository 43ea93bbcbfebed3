//! `[references]`: how orders, policies, claims and subscriptions come to exist at the partner.

use std::{collections::BTreeMap, path::PathBuf};

use serde::Serialize;

use super::{entry::Entry, error::Mistake, reader::Section, subject::Subject};

/// How objects of one kind come to exist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Through a started operation: `order`, or `subscribe` for subscriptions.
    Start,
    /// From a list of references that the partner imported beforehand.
    Fixture {
        /// CSV or JSON; read when a run begins.
        file: PathBuf,
    },
    /// The partner creates them when it first hears of them.
    FirstSight,
}

/// The operation that brings objects of a kind into being.
pub fn operation_for(subject: Subject) -> &'static str {
    match subject {
        Subject::Subscription => "subscribe",
        Subject::Order | Subject::Policy | Subject::Claim => "order",
    }
}

pub(super) fn references(section: &Section<'_, '_>) -> BTreeMap<Subject, Origin> {
    let read = Subject::ALL
        .into_iter()
        .filter_map(|(word, subject)| Some((subject, origin(&section.value(word)?)?)))
        .collect();
    section.finish();
    read
}

fn origin(entry: &Entry<'_, '_>) -> Option<Origin> {
    if !entry.raw().is_table() {
        return match entry.word(&[
            ("start", "start"),
            ("first-sight", "first-sight"),
            ("fixture", "fixture"),
        ])? {
            "start" => Some(Origin::Start),
            "first-sight" => Some(Origin::FirstSight),
            _ => entry.wrong(Mistake::Senseless(
                "a fixture needs its file; write it like { fixture = \"orders.csv\" }".to_owned(),
            )),
        };
    }
    let inner = entry.section()?;
    // Whether the list is there and long enough is a matter of each run: the command that prints it
    // reads this file too.
    let file = inner.required("fixture").and_then(|file| file.path_value());
    inner.finish();
    Some(Origin::Fixture { file: file? })
}
