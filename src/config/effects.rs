//! `[effects.<kind>]`: how count and state of a business object are read.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    command::{CommandCall, command, prompt},
    error::Mistake,
    extract::{Extract, extract},
    reader::Section,
    request::{HttpCall, http},
    subject::Subject,
    template::{EFFECT_FIELDS, Template},
};
use crate::wire::event::EventType;

/// How effects of one kind are read.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Effect {
    /// A request to an existing status page or API.
    Http {
        /// The request.
        #[serde(flatten)]
        call: Box<HttpCall>,
        /// Where the values stand.
        values: Values,
        /// Statuses that mean that there is nothing, so that the count is 0.
        absent_status: Vec<u16>,
    },
    /// A read-only command that prints JSON or text.
    Command {
        /// The command.
        #[serde(flatten)]
        call: CommandCall,
        /// Where the values stand.
        values: Values,
    },
    /// Counting log lines.
    Log {
        /// Results that mean that the event was carried out.
        results: Vec<String>,
        /// Event types that count; all when empty.
        types: Vec<String>,
    },
    /// Asking a person.
    Manual {
        /// What the person is asked.
        prompt: Template,
    },
}

/// Places of the values in an answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Values {
    /// How often it happened: a whole number, or a list whose length counts.
    pub count: Extract,
    /// State.
    pub state: Option<Extract>,
    /// Amount.
    pub amount: Option<Extract>,
    /// Transaction id.
    pub transaction: Option<Extract>,
    /// Customer's name.
    pub name: Option<Extract>,
    /// Sum refunded so far.
    pub refunded: Option<Extract>,
    /// Whatever says that a person should look at it; absent, null, empty or false when nothing does.
    pub flag: Option<Extract>,
    /// Number of the policy document.
    pub number: Option<Extract>,
    /// Day of a subscription's next payment.
    pub next_date: Option<Extract>,
}

#[derive(Clone, Copy)]
enum Kind {
    Http,
    Command,
    Log,
    Manual,
}

pub(super) fn effects(section: &Section<'_, '_>) -> BTreeMap<Subject, Effect> {
    let mut read = BTreeMap::new();
    for (name, entry) in section.members() {
        let Some((_, subject)) = Subject::ALL.into_iter().find(|(word, _)| *word == name) else {
            let _: Option<()> = entry.unknown(&name, &Subject::ALL.map(|(word, _)| word));
            continue;
        };
        if let Some(effect) = entry.section().and_then(|inner| effect(&inner)) {
            read.insert(subject, effect);
        }
    }
    read
}

fn effect(section: &Section<'_, '_>) -> Option<Effect> {
    let kinds = [
        ("http", Kind::Http),
        ("command", Kind::Command),
        ("log", Kind::Log),
        ("manual", Kind::Manual),
    ];
    let effect = match section.required("kind")?.word(&kinds)? {
        Kind::Http => {
            let call = http(section, "GET", &EFFECT_FIELDS);
            let values = values(section);
            let absent_status = absent_status(section);
            call.map(Box::new).zip(values).map(|(call, values)| Effect::Http {
                call,
                values,
                absent_status,
            })
        }
        Kind::Command => command(section, &EFFECT_FIELDS)
            .zip(values(section))
            .map(|(call, values)| Effect::Command { call, values }),
        Kind::Log => log(section),
        Kind::Manual => prompt(section, &EFFECT_FIELDS).map(|prompt| Effect::Manual { prompt }),
    };
    if let Some(Effect::Http { call, .. }) = &effect
        && !call.mentions("reference")
    {
        return section.wrong(names_no_reference());
    }
    if let Some(Effect::Command { call, .. }) = &effect
        && !call
            .args
            .iter()
            .any(|arg| arg.fields().any(|name| name == "reference"))
    {
        return section.wrong(names_no_reference());
    }
    section.finish();
    effect
}

fn names_no_reference() -> Mistake {
    Mistake::Needs("does not say which object it reads; put {reference} into it".to_owned())
}

fn values(section: &Section<'_, '_>) -> Option<Values> {
    let count = extract(section, "count");
    if !section.has("count") {
        section.required("count");
    }
    let values = Values {
        state: extract(section, "state"),
        amount: extract(section, "amount"),
        transaction: extract(section, "transaction"),
        name: extract(section, "name"),
        refunded: extract(section, "refunded"),
        flag: extract(section, "flag"),
        number: extract(section, "number"),
        next_date: extract(section, "next_date"),
        count: count?,
    };
    Some(values)
}

fn absent_status(section: &Section<'_, '_>) -> Vec<u16> {
    let Some(entry) = section.value("absent_status") else {
        return vec![404];
    };
    let numbers = match entry.raw().as_array() {
        Some(_) => entry
            .items()
            .unwrap_or_default()
            .iter()
            .filter_map(|item| item.integer(100..=599))
            .collect(),
        None => entry.integer(100..=599).into_iter().collect::<Vec<_>>(),
    };
    numbers
        .into_iter()
        .filter_map(|number| u16::try_from(number).ok())
        .collect()
}

fn log(section: &Section<'_, '_>) -> Option<Effect> {
    let types: Vec<String> = match section.value("types") {
        Some(entry) => entry.texts()?,
        None => Vec::new(),
    };
    if let Some(unknown) = types.iter().find(|name| name.parse::<EventType>().is_err()) {
        let known = EventType::ALL.map(EventType::name);
        return section.value("types")?.wrong(Mistake::UnknownWord {
            found: unknown.clone(),
            suggestion: super::error::nearest(unknown, known),
            known: known.map(str::to_owned).to_vec(),
        });
    }
    let entry = section.required("results")?;
    let results = entry.texts()?;
    if results.is_empty() {
        return entry.wrong(Mistake::Empty);
    }
    Some(Effect::Log { results, types })
}
