//! A partner that never looks whether a message is genuine.

use super::{
    among::{Among, Draft, doors, fit},
    signs::Door,
    told::{Cause, Kind, Sure},
};

/// Messages that were signed with nobody's key were kept, all of them.
pub(super) fn unverified(among: &mut Among<'_>) -> Vec<Cause> {
    let mut causes = Vec::new();
    for (door, at) in doors(&among.all) {
        if at.keyless_kept == 0 || at.keyless_refused > 0 {
            continue;
        }
        let (what, next) = match door {
            Door::Webhook => (
                "signature",
                "compute the HMAC over id, time and body as they came, compare it in constant time, and answer 401 before \
                 anything is done; mind that the check is not switched off in this environment",
            ),
            Door::Callback => (
                "hash",
                "compute the hash over the fields as they came, compare it in constant time, and refuse before anything \
                 is booked; mind that the check is not switched off in this environment",
            ),
        };
        let section = door.section();
        let draft = Draft {
            kind: Kind::Implementation,
            sure: Sure::Likely,
            title: format!(
                "{section} takes messages whose {what} is false: {} of them",
                at.forged_kept
            ),
            likely: format!(
                "the {what} is not compared at all: even one that was made with a key nobody gave you is taken"
            ),
            next: next.to_owned(),
            sections: vec![section.to_owned()],
        };
        causes.extend(among.claim(draft, |row, signs| {
            let took = signs.doors.get(&door).is_some_and(|at| at.forged_kept > 0);
            if !took {
                return None;
            }
            fit(row, is_taken, |_| false)
        }));
    }
    causes
}

/// What follows where a forged message is taken for a genuine one.
fn is_taken(code: &str) -> bool {
    matches!(
        code,
        "effect-followed"
            | "accepted"
            | "created"
            | "wrong-amount"
            | "wrong-state"
            | "touched-another"
            | "processed-before-verified"
            | "not-refused-with-4xx"
            | "results-alike"
            | "no-alarm"
            | "not-refused"
    )
}
