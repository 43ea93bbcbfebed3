//! Operations of the partner's that never succeed.

use super::{
    among::{Among, Draft, asks_for_declaration, fit, is_nothing_came},
    signs::AtOperation,
    told::{Cause, Kind, Sure},
};
use crate::wire::counted::counted;

/// What must have been tried before it can be said to happen always.
const OFTEN: u64 = 3;

/// An operation under its name.
type Named = (String, AtOperation);

/// One cause for each operation that could never be started, or answered nothing that can be used.
pub(super) fn failing_to_start(among: &mut Among<'_>) -> Vec<Cause> {
    each(among, |at| at.unusable >= at.failed)
}

/// One cause for each operation that was tried often and was never done.
pub(super) fn failing(among: &mut Among<'_>) -> Vec<Cause> {
    each(among, |_| true)
}

fn each(among: &mut Among<'_>, when: impl Fn(&AtOperation) -> bool) -> Vec<Cause> {
    let failing: Vec<Named> = among
        .all
        .operations
        .iter()
        .filter(|(_, at)| at.done == 0 && at.failed + at.unusable >= OFTEN && when(at))
        .map(|(name, at)| (name.clone(), at.clone()))
        .collect();
    // Operations that fail in the same words fail for the same reason.
    let mut alike: Vec<(Option<String>, Vec<Named>)> = Vec::new();
    for (name, at) in failing {
        let same = alike.iter_mut().find(|(why, _)| why.is_some() && *why == at.why);
        match same {
            Some((_, operations)) => operations.push((name, at)),
            None => alike.push((at.why.clone(), vec![(name, at)])),
        }
    }
    let mut causes = Vec::new();
    for (why, operations) in alike {
        let names: Vec<&str> = operations.iter().map(|(name, _)| name.as_str()).collect();
        let draft = draft(why.as_deref(), &operations, Part::of(among, &names));
        causes.extend(among.claim(draft, |row, signs| {
            names.iter().find(|name| signs.operations.contains_key(**name))?;
            fit(
                row,
                |code| {
                    is_nothing_came(code)
                        || matches!(code, "did-not-complete" | "step-missing" | "not-completed")
                },
                |reason| !asks_for_declaration(reason) || reason.contains("[start."),
            )
        }));
    }
    causes
}

/// What the simulated API has to do with operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// They do not call it.
    None,
    /// They should, and did.
    Asked,
    /// They should, and did not.
    NotAsked,
}

/// Operations that cannot be done without the API.
const OF_THE_API: [&str; 4] = ["buy", "claim", "quote", "reconcile"];

impl Part {
    fn of(among: &Among<'_>, names: &[&str]) -> Self {
        let configuration = &among.started.configuration;
        let sandbox = configuration.get("sandbox").is_some_and(|value| !value.is_null());
        let calls = |name: &&str| {
            let start = configuration.get("start").and_then(|start| start.get(*name));
            OF_THE_API.contains(name)
                || start.is_some_and(|start| start.to_string().contains("{api_base_url}"))
        };
        if among.asked_beside(names) {
            Self::Asked
        } else if sandbox && names.iter().any(calls) {
            Self::NotAsked
        } else {
            Self::None
        }
    }
}

/// Whose turn it is, how sure that is, the likely cause, and the next step.
type Words = (Kind, Sure, String, String);

fn draft(why: Option<&str>, operations: &[Named], part: Part) -> Draft {
    let sections: Vec<String> = operations
        .iter()
        .map(|(name, _)| format!("[start.{name}]"))
        .collect();
    let (failed, unusable) = operations.iter().fold((0, 0), |(failed, unusable), (_, at)| {
        (failed + at.failed, unusable + at.unusable)
    });
    let statuses = operations.iter().flat_map(|(_, at)| &at.statuses);
    let status = statuses
        .max_by_key(|(_, count)| **count)
        .map(|(status, _)| *status);
    let (kind, sure, likely, next) = words(&sections, unusable >= failed, status, part);
    let why = why
        .map(str::to_owned)
        .or(status.map(|status| format!("status {status}")));
    Draft {
        kind,
        sure,
        title: format!(
            "{} failed in all of {}{}",
            sections.join(", "),
            counted(failed + unusable, "try"),
            why.map(|why| format!(": {why}")).unwrap_or_default()
        ),
        likely,
        next,
        sections,
    }
}

fn words(sections: &[String], unusable: bool, status: Option<u16>, part: Part) -> Words {
    let named = sections.join(", ");
    let first = sections.first().map_or("", String::as_str);
    let by_hand = format!("start one by hand as {first} does");
    if unusable {
        return (
            Kind::Configuration,
            Sure::Likely,
            format!(
                "{named} does not lead to your program, or it gives an answer that the section does not fit"
            ),
            format!("{by_hand}, with curl or the command, and correct the section"),
        );
    }
    if part == Part::Asked {
        return (
            Kind::Implementation,
            Sure::Possible,
            "your program asks the sandbox, and does not come to its end".to_owned(),
            format!("{by_hand}, and look at what your own log says about the failure"),
        );
    }
    match status {
        Some(404 | 405 | 410) => (
            Kind::Configuration,
            Sure::Likely,
            format!("url of {named} is not an address of your system, or takes another method"),
            format!("correct url and method of {first}, and {by_hand}, with curl"),
        ),
        Some(401 | 403) => (
            Kind::Configuration,
            Sure::Likely,
            format!("the address wants to know who asks, and {named} brings no credential, or another one"),
            format!("give {first} the headers that the address asks for, with their secret in a variable"),
        ),
        Some(status @ 400..=499) => (
            Kind::Configuration,
            Sure::Likely,
            format!("{named} hands over too little, or under other names than your system expects"),
            format!("{by_hand}, read what the answer {status} says, and correct body and headers"),
        ),
        Some(500..) => (
            Kind::Implementation,
            Sure::Likely,
            "your program fails when it is asked to start it".to_owned(),
            "look for the error in your own log at the time of one of the tries".to_owned(),
        ),
        _ => {
            let unasked = if part == Part::NotAsked {
                ", or your test system does not call {api_base_url} where it should: the sandbox was not asked"
            } else {
                ""
            };
            (
                Kind::Configuration,
                Sure::Possible,
                format!("{named} does not reach what it is to start, or hands over too little{unasked}"),
                format!("{by_hand}, and look at the answer and at your own log"),
            )
        }
    }
}
