//! What one attempt amounts to, and whether another one is due.
//!
//! Only timing is ever repeated (up to three attempts, judged two out of three) and attempts whose
//! stimulus could not be given as described. Effects, secrets and signatures: one failure is a failure.

use super::{check::Check, outcome::Outcome};

/// Attempts at most.
pub const MOST_ATTEMPTS: usize = 3;

/// Kind of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Every check passed, and there was at least one.
    Passed,
    /// It failed, and only on timing.
    FailedOnTiming,
    /// It failed otherwise.
    Failed,
    /// The stimulus was not given as described.
    Void,
    /// Stopped, inconclusive, or without a check.
    Undecided,
}

/// Kind of an attempt from its checks and whether it was stopped.
pub fn kind<'a>(checks: impl IntoIterator<Item = (&'a Check, &'a Outcome)>, stopped: bool) -> Kind {
    let mut any = false;
    let (mut timing, mut other, mut void, mut undecided) = (false, false, false, stopped);
    for (check, outcome) in checks {
        any = true;
        match outcome {
            Outcome::Passed { .. } => {}
            Outcome::Failed(finding) if finding.timing => timing = true,
            Outcome::Failed(_) => other = true,
            Outcome::Inconclusive { .. } if check.voids() => void = true,
            Outcome::Inconclusive { .. } | Outcome::NotApplicable { .. } => undecided = true,
        }
    }
    if other {
        Kind::Failed
    } else if void {
        Kind::Void
    } else if timing {
        Kind::FailedOnTiming
    } else if undecided || !any {
        Kind::Undecided
    } else {
        Kind::Passed
    }
}

/// Whether another attempt is due.
pub fn another(attempts: &[Kind]) -> bool {
    let count = |kind: Kind| attempts.iter().filter(|attempt| **attempt == kind).count();
    if attempts.len() >= MOST_ATTEMPTS || count(Kind::Failed) > 0 || count(Kind::Undecided) > 0 {
        return false;
    }
    match attempts.last() {
        None | Some(Kind::Void) => true,
        Some(_) => count(Kind::FailedOnTiming) == 1 && count(Kind::Passed) < 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_timing_and_void_attempts_are_repeated() {
        use Kind::{Failed, FailedOnTiming, Passed, Undecided, Void};
        let table: [(&[Kind], bool); 11] = [
            (&[], true),
            (&[Passed], false),
            (&[Failed], false),
            (&[Undecided], false),
            (&[FailedOnTiming], true),
            (&[FailedOnTiming, FailedOnTiming], false),
            (&[FailedOnTiming, Passed], true),
            (&[FailedOnTiming, Passed, Passed], false),
            (&[Void], true),
            (&[Void, Passed], false),
            (&[Void, Void, Void], false),
        ];
        for (attempts, expected) in table {
            assert_eq!(another(attempts), expected, "{attempts:?}");
        }
    }

    #[test]
    fn an_attempt_without_a_check_is_undecided() {
        assert_eq!(kind([], false), Kind::Undecided);
        let passed = Outcome::Passed { grade: None };
        let check = Check::Acknowledged { within: 1 };
        assert_eq!(kind([(&check, &passed)], false), Kind::Passed);
        assert_eq!(kind([(&check, &passed)], true), Kind::Undecided);
    }
}
