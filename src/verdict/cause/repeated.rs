//! A partner that does again what it has done.

use std::collections::BTreeSet;

use super::{
    among::{Among, Draft, codes, fit},
    signs::{Door, Signs},
    told::{Cause, Kind, Sure},
};
use crate::wire::counted::counted;

/// Repeats took effect again in several cases.
pub(super) fn repeated(among: &mut Among<'_>) -> Option<Cause> {
    let mut cases = BTreeSet::new();
    let mut doors: BTreeSet<Door> = BTreeSet::new();
    for row in among.open() {
        let Some(signs) = among.signs(&row.entry.example) else {
            continue;
        };
        if codes(row).any(is_again) && came_in(signs) {
            cases.insert(row.entry.case());
            doors.extend(signs.doors.keys());
        }
    }
    if cases.len() < 2 {
        return None;
    }
    let sections: Vec<String> = doors.iter().map(|door| door.section().to_owned()).collect();
    let draft = Draft {
        kind: Kind::Implementation,
        sure: Sure::Likely,
        title: format!(
            "what comes again at {} is done again, in {}",
            sections.join(" and "),
            counted(cases.len(), "case")
        ),
        likely: "nothing remembers, in the same transaction as the effect, what was already done".to_owned(),
        next: "store the whole event id (of a callback: the transaction id) under a unique constraint in the same \
               transaction as its effect; when it is already there, do nothing and answer 2xx"
            .to_owned(),
        sections,
    };
    among.claim(draft, |row, signs| {
        if !came_in(signs) {
            return None;
        }
        fit(row, is_again, |_| false)
    })
}

fn is_again(code: &str) -> bool {
    matches!(code, "duplicate-effect" | "issued-twice")
}

/// Whether something was delivered: what the partner's own calls do twice is another matter.
fn came_in(signs: &Signs) -> bool {
    !signs.doors.is_empty()
}
