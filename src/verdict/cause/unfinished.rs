//! Examples that did not come to their end because the run did not.

use super::{
    among::{Among, Draft, codes, fit},
    told::{Cause, Kind, Sure},
};
use crate::verdict::judge::{CUT_SHORT, NEVER_RAN};

/// What an interruption left undone.
pub(super) fn unfinished(among: &mut Among<'_>, interrupted: bool) -> Vec<Cause> {
    if !interrupted {
        return Vec::new();
    }
    let draft = Draft {
        kind: Kind::Environment,
        sure: Sure::Certain,
        title: "the run was interrupted before they were done".to_owned(),
        likely: "somebody or something ended the run; it says nothing about the partner".to_owned(),
        next: "run again, or only these with --failed".to_owned(),
        sections: Vec::new(),
    };
    among
        .claim(draft, |row, _| {
            if codes(row).next().is_some() {
                return None;
            }
            fit(
                row,
                |_| false,
                |reason| reason == NEVER_RAN || reason == CUT_SHORT || reason.contains("interrupted"),
            )
        })
        .into_iter()
        .collect()
}
