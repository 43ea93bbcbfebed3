//! What a check says.

use serde::{Deserialize, Serialize};

/// How good the evidence behind a pass is. Ordered from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Grade {
    /// The effect channel was read.
    A,
    /// Log lines, or requests the sandbox saw as a consequence.
    B,
    /// The HTTP answer alone.
    C,
}

/// Outcome of one check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// It holds.
    Passed {
        /// Evidence behind it; none where a grade says nothing (transport facts).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        grade: Option<Grade>,
    },
    /// It does not hold, and the partner is wrong.
    Failed(Finding),
    /// It cannot be told.
    Inconclusive {
        /// Why, and what would help.
        reason: String,
    },
    /// The records show that the case is not about this partner.
    NotApplicable {
        /// What is missing.
        reason: String,
    },
}

/// What is wrong, in the words of the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable reason code such as `effect-followed`; the kill matrix compares these.
    pub code: String,
    /// What was sent or done.
    pub stimulus: String,
    /// What should have come.
    pub expected: String,
    /// What came.
    pub observed: String,
    /// Numbers of the records that show it; never empty.
    pub records: Vec<u64>,
    /// Whether it is a matter of timing, to be judged two out of three.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub timing: bool,
}
