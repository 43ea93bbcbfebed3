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
        let draft = draft(why.as_deref(), &operations, among.asked_beside(&names));
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

fn draft(why: Option<&str>, operations: &[Named], asked: bool) -> Draft {
    let sections: Vec<String> = operations
        .iter()
        .map(|(name, _)| format!("[start.{name}]"))
        .collect();
    let named = sections.join(", ");
    let first = sections.first().map_or("", String::as_str);
    let (failed, unusable) = operations.iter().fold((0, 0), |(failed, unusable), (_, at)| {
        (failed + at.failed, unusable + at.unusable)
    });
    let (kind, sure, likely, next) = if unusable >= failed {
        (
            Kind::Configuration,
            Sure::Likely,
            format!(
                "{named} does not lead to your program, or it gives an answer that the section does not fit"
            ),
            format!("start one by hand as {first} does, with curl or the command, and correct the section"),
        )
    } else if asked {
        (
            Kind::Implementation,
            Sure::Possible,
            "your program asks the sandbox, and does not come to its end".to_owned(),
            format!(
                "start one by hand as {first} does, and look at what your own log says about the failure"
            ),
        )
    } else {
        (
            Kind::Configuration,
            Sure::Possible,
            format!(
                "{named} does not reach what it is to start, hands over too little, or your test system does not call \
                 {{api_base_url}} where it should: the sandbox was not asked"
            ),
            format!("start one by hand as {first} does, and look at the answer and at your own log"),
        )
    };
    Draft {
        kind,
        sure,
        title: format!(
            "{named} failed in all of {}{}",
            counted(failed + unusable, "try"),
            why.map(|why| format!(": {why}")).unwrap_or_default()
        ),
        likely,
        next,
        sections,
    }
}
