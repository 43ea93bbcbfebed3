//! Which webhook secrets the partner is started with, as a rotation goes on.

use crate::reference::defect::{Defect, Defects};

/// How far a rotation is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// Only the current secret.
    #[default]
    Current,
    /// Both, so that no delivery is lost whichever of them it was signed with.
    Overlap,
    /// Only the next one.
    Next,
}

/// The secrets of one stage, separated by commas as the partner reads them. `hard-switch` knows no
/// overlap, `old-key-forever` no end of it.
pub fn active(stage: Stage, current: &str, next: Option<&str>, defects: Defects) -> String {
    let Some(next) = next else {
        return current.to_owned();
    };
    let both = || format!("{current},{next}");
    match stage {
        Stage::Current => current.to_owned(),
        Stage::Overlap if defects.has(Defect::HardSwitch) => next.to_owned(),
        Stage::Next if defects.has(Defect::OldKeyForever) => both(),
        Stage::Overlap => both(),
        Stage::Next => next.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_defect_spoils_one_stage() {
        let with = |defects: &[Defect]| {
            let defects: Defects = defects.iter().copied().collect();
            [Stage::Current, Stage::Overlap, Stage::Next].map(|stage| active(stage, "a", Some("b"), defects))
        };
        assert_eq!(with(&[]), ["a", "a,b", "b"]);
        assert_eq!(with(&[Defect::HardSwitch]), ["a", "b", "b"]);
        assert_eq!(with(&[Defect::OldKeyForever]), ["a", "a,b", "a,b"]);
        assert_eq!(active(Stage::Next, "a", None, Defects::default()), "a");
    }
}
