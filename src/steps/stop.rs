//! Why a step cannot go on.
//!
//! The engine turns a step's error into a panic with its text, so the kind of the stop travels in
//! that text and is read back by the runner.

use std::fmt;

use crate::transcript::record::Stopped;

const MARK: &str = "\u{1}stop\u{1}";

/// Why a step cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Declared, but not observable, or the stimulus cannot be given as described.
    Inconclusive(String),
    /// A check has found that the case is not about this partner.
    NotApplicable(String),
    /// The harness or its surroundings are at fault.
    Harness(String),
}

impl Stop {
    /// Reads a stop back from the text of a panic. Any other panic is the harness's fault.
    pub fn from_panic(text: &str) -> Self {
        let marked = text.strip_prefix(MARK).and_then(|rest| rest.split_once('\u{1}'));
        match marked {
            Some(("inconclusive", reason)) => Self::Inconclusive(reason.to_owned()),
            Some(("not-applicable", reason)) => Self::NotApplicable(reason.to_owned()),
            Some((_, reason)) => Self::Harness(reason.to_owned()),
            None => Self::Harness(format!("a step failed without saying why: {text}")),
        }
    }

    /// Whether the text of a panic is a stop.
    pub fn is_marked(text: &str) -> bool {
        text.starts_with(MARK)
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inconclusive(reason) => write!(f, "{MARK}inconclusive\u{1}{reason}"),
            Self::NotApplicable(reason) => write!(f, "{MARK}not-applicable\u{1}{reason}"),
            Self::Harness(reason) => write!(f, "{MARK}harness\u{1}{reason}"),
        }
    }
}

impl std::error::Error for Stop {}

impl From<Stop> for Stopped {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Inconclusive(reason) => Self::Inconclusive { reason },
            Stop::NotApplicable(reason) => Self::NotApplicable { reason },
            Stop::Harness(reason) => Self::Harness { reason },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_survives_the_panic() {
        for stop in [
            Stop::Inconclusive("no channel".to_owned()),
            Stop::NotApplicable("asks nothing".to_owned()),
            Stop::Harness("disk full".to_owned()),
        ] {
            assert_eq!(Stop::from_panic(&stop.to_string()), stop);
        }
        assert!(matches!(
            Stop::from_panic("index out of bounds"),
            Stop::Harness(_)
        ));
    }
}
