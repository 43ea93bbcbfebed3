//! Long pauses that an example makes on purpose. The names are the phrases of the feature files, so
//! that the plan reads from an example's own words how long it rests.

use std::time::Duration;

use super::profile::Profile;
use crate::wire::phrase::phrases;

phrases! {
    /// How long an example rests; the lengths are values of the profile.
    Rest, "rest" {
        /// Longer than caches of a few minutes remember.
        OutliveCaches = "a pause that outlives five-minute caches",
        /// As long as the platform may go on retrying.
        RetryHorizon = "the platform's whole retry horizon",
    }
}

impl Rest {
    /// Its length under a profile.
    pub fn length(self, profile: &Profile) -> Duration {
        match self {
            Self::OutliveCaches => profile.cache_outlived(),
            Self::RetryHorizon => profile.retry_horizon(),
        }
    }

    /// Whether it takes hours, so that only long runs can contain it.
    pub fn is_for_long_runs(self) -> bool {
        self == Self::RetryHorizon
    }
}
