//! An endpoint that keeps what is right, and answers too late.

use super::{
    among::{Among, Draft, doors, fit},
    signs::{AtDoor, Door},
    told::{Cause, Kind, Sure},
};

/// What must have been answered late before it can be said to happen always.
const OFTEN: u64 = 3;

/// Most good messages were acknowledged after the deadline.
pub(super) fn late(among: &mut Among<'_>) -> Vec<Cause> {
    let mut causes = Vec::new();
    for (door, at) in doors(&among.all) {
        let Some(due) = due(among, door) else { continue };
        let (late, all) = after(&at, due);
        if late < OFTEN || late * 2 < all {
            continue;
        }
        let section = door.section();
        let draft = Draft {
            kind: Kind::Implementation,
            sure: Sure::Certain,
            title: format!(
                "the endpoint of {section} answers good {} after {}; due within {}",
                door.messages(),
                seconds(usual(&at, due), true),
                seconds(due, false)
            ),
            likely: format!(
                "it does its work, or waits for something, before it answers: {late} of {all} good {} were acknowledged \
                 too late, and what comes too late counts as refused and is sent again",
                door.messages()
            ),
            next: "acknowledge once the message is kept, and work afterwards: mail, documents and calls to other systems \
                   belong into a worker"
                .to_owned(),
            sections: vec![section.to_owned()],
        };
        causes.extend(among.claim(draft, |row, signs| {
            signs.doors.get(&door)?;
            fit(row, |code| code == "late-acknowledgement", |_| false)
        }));
    }
    causes
}

/// Milliseconds within which the profile of a door wants an answer.
fn due(among: &Among<'_>, door: Door) -> Option<u64> {
    let profile = match door {
        Door::Webhook => "senang-io",
        Door::Callback => "senangpay",
    };
    let pointer = format!("/{profile}/parameters/ack_deadline/value");
    let text = among.started.profile.pointer(&pointer)?.as_str()?;
    let due: jiff::SignedDuration = text.parse().ok()?;
    u64::try_from(due.as_millis()).ok()
}

/// How many good messages were kept after more than so many milliseconds, and how many at all.
fn after(at: &AtDoor, due: u64) -> (u64, u64) {
    let late = at.kept_after.iter().filter(|(millis, _)| **millis > due);
    (late.map(|(_, count)| count).sum(), at.kept_after.values().sum())
}

/// The middle one of the late answers, in milliseconds.
fn usual(at: &AtDoor, due: u64) -> u64 {
    let (late, _) = after(at, due);
    let mut seen = 0;
    for (millis, count) in at.kept_after.iter().filter(|(millis, _)| **millis > due) {
        seen += count;
        if seen * 2 >= late {
            return *millis;
        }
    }
    due
}

/// With tenths where they are wanted, or not zero.
fn seconds(millis: u64, tenths: bool) -> String {
    let (whole, rest) = (millis / 1000, millis % 1000 / 100);
    if tenths || rest > 0 {
        format!("{whole}.{rest} s")
    } else {
        format!("{whole} s")
    }
}
