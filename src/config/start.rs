//! `[start.<operation>]`: how the partner's own operations are begun.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    command::{CommandCall, command, prompt},
    extract::{Extract, extract},
    reader::Section,
    request::{HttpCall, http},
    template::{OPERATION_FIELDS, Template},
};

/// Operations that a partner may offer to start.
pub const OPERATIONS: [&str; 14] = [
    "quote",
    "buy",
    "pay",
    "claim",
    "claim_status",
    "status",
    "reconcile",
    "refund",
    "cancel",
    "report",
    "order",
    "subscribe",
    "checkout",
    "batch",
];

/// How one operation is begun, and where its answer says what came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Start {
    /// The channel.
    #[serde(flatten)]
    pub way: Way,
    /// What is read from the answer.
    pub answer: StartAnswer,
}

/// A channel through which something of the partner's is set off.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Way {
    /// A request.
    Http(Box<HttpCall>),
    /// A command.
    Command(CommandCall),
    /// A person.
    Manual {
        /// What the person is asked to do.
        prompt: Template,
    },
}

/// Places in the answer of a started operation.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct StartAnswer {
    /// The partner's own reference.
    pub reference: Option<Extract>,
    /// Outcome: a word that means success, pending or failed (see `[states]`).
    pub outcome: Option<Extract>,
    /// Category of a failure.
    pub category: Option<Extract>,
    /// What the user is told.
    pub message: Option<Extract>,
    /// What a redirect means; without it, a redirect says nothing.
    pub redirect: Option<&'static str>,
}

impl StartAnswer {
    /// Whether nothing at all is read from the answer.
    pub fn is_empty(&self) -> bool {
        self.reference.is_none()
            && self.outcome.is_none()
            && self.category.is_none()
            && self.message.is_none()
    }
}

impl Way {
    /// Whether a placeholder of that name stands anywhere in it.
    pub fn mentions(&self, field: &str) -> bool {
        match self {
            Self::Http(call) => call.mentions(field),
            Self::Command(call) => call.args.iter().any(|arg| arg.fields().any(|name| name == field)),
            Self::Manual { prompt } => prompt.fields().any(|name| name == field),
        }
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Http,
    Command,
    Manual,
}

pub(super) fn starts(section: &Section<'_, '_>) -> BTreeMap<String, Start> {
    let mut read = BTreeMap::new();
    for (name, entry) in section.members() {
        if !OPERATIONS.contains(&name.as_str()) {
            let _: Option<()> = entry.unknown(&name, &OPERATIONS);
            continue;
        }
        if let Some(start) = entry.section().and_then(|inner| start(&inner, &fields(&name))) {
            read.insert(name, start);
        }
    }
    read
}

/// Placeholders that the input of only one operation fills.
const ONLY: [(&str, &[&str]); 2] = [
    ("batch", &["file", "file_id", "folder"]),
    ("checkout", &["recurring"]),
];

/// The placeholders of an operation. One that nothing fills would end each of its examples.
fn fields(operation: &str) -> Vec<&'static str> {
    let elsewhere = |field: &str| {
        ONLY.iter()
            .any(|(owner, fields)| *owner != operation && fields.contains(&field))
    };
    OPERATION_FIELDS
        .into_iter()
        .filter(|field| !elsewhere(field))
        .collect()
}

fn start(section: &Section<'_, '_>, fields: &[&str]) -> Option<Start> {
    let kinds = [
        ("http", Kind::Http),
        ("command", Kind::Command),
        ("manual", Kind::Manual),
    ];
    let way = match section.required("kind")?.word(&kinds)? {
        Kind::Http => http(section, "POST", fields).map(|call| Way::Http(Box::new(call))),
        Kind::Command => command(section, fields).map(Way::Command),
        Kind::Manual => prompt(section, fields).map(|prompt| Way::Manual { prompt }),
    };
    let answer = match section.value("answer").and_then(|entry| entry.section()) {
        Some(inner) => {
            let answer = StartAnswer {
                reference: extract(&inner, "reference"),
                outcome: extract(&inner, "outcome"),
                category: extract(&inner, "category"),
                message: extract(&inner, "message"),
                redirect: inner.value("redirect").and_then(|entry| {
                    entry.word(&[
                        ("success", "success"),
                        ("pending", "pending"),
                        ("failed", "failed"),
                    ])
                }),
            };
            inner.finish();
            answer
        }
        None => StartAnswer::default(),
    };
    section.finish();
    Some(Start { way: way?, answer })
}
