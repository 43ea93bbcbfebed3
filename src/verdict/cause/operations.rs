//! Operations of the partner's that never succeed.

use super::{
    among::{Among, Draft, asks_for_declaration, fit, is_nothing_came},
    signs::AtOperation,
    told::{Cause, Kind, Sure},
};

/// What must have been tried before it can be said to happen always.
const OFTEN: u64 = 3;

/// One cause for each operation that could never be started, or answered nothing that can be used.
pub(super) fn failing_to_start(among: &mut Among<'_>) -> Vec<Cause> {
    each(among, |at| at.unusable >= at.failed)
}

/// One cause for each operation that was tried often and was never done.
pub(super) fn failing(among: &mut Among<'_>) -> Vec<Cause> {
    each(among, |_| true)
}

fn each(among: &mut Among<'_>, when: impl Fn(&AtOperation) -> bool) -> Vec<Cause> {
    let failing: Vec<_> = among
        .all
        .operations
        .iter()
        .filter(|(_, at)| at.done == 0 && at.failed + at.unusable >= OFTEN && when(at))
        .map(|(name, at)| (name.clone(), at.clone()))
        .collect();
    let asked_nothing = among.all.sandbox.known + among.all.sandbox.wrong + among.all.sandbox.missing == 0;
    let mut causes = Vec::new();
    for (name, at) in failing {
        let section = format!("[start.{name}]");
        let tries = at.failed + at.unusable;
        let why = at.why.map(|why| format!(": {why}")).unwrap_or_default();
        let (kind, sure, likely, next) = if at.unusable >= at.failed {
            (
                Kind::Configuration,
                Sure::Likely,
                format!(
                    "{section} does not lead to your program, or it gives an answer that the section does not fit"
                ),
                format!(
                    "start {name} by hand as {section} does, with curl or the command, and correct the section"
                ),
            )
        } else if asked_nothing {
            (
                Kind::Configuration,
                Sure::Possible,
                format!(
                    "{section} does not reach what it is to start, hands over too little, or your test system does not \
                     call {{api_base_url}}: the sandbox was not asked once"
                ),
                format!(
                    "start {name} by hand as {section} does, look at the answer and at your own log, and let your test \
                     system call {{api_base_url}}"
                ),
            )
        } else {
            (
                Kind::Implementation,
                Sure::Possible,
                "your program asks the sandbox, and does not come to its end".to_owned(),
                format!(
                    "start {name} by hand as {section} does, and look at what your own log says about the failure"
                ),
            )
        };
        let draft = Draft {
            kind,
            sure,
            title: format!("{section} failed in all of {tries} tries{why}"),
            likely,
            next,
            sections: vec![section],
        };
        causes.extend(among.claim(draft, |row, signs| {
            signs.operations.get(&name)?;
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
