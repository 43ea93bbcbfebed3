//! Which build of the program made a run.

use serde::{Deserialize, Serialize};

/// What is known about the program when it is built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Build {
    /// The commit of its source; missing in debug builds, and where it was built from something else than a
    /// repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Whether the source had been changed since that commit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub modified: bool,
    /// What it was compiled for, such as `x86_64-unknown-linux-gnu`.
    pub target: String,
    /// `release` or `debug`.
    pub profile: String,
    /// SHA-256 over the feature files alone; the suite's digest has rulebook and profiles in it too.
    pub features: String,
}
