//! Moments on the harness's own clock.

use serde::{Deserialize, Serialize};

/// Microseconds on the harness's monotonic clock since the run began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Micros(pub u64);

impl Micros {
    /// Whole milliseconds since an earlier moment; zero when the order is the other way round.
    pub fn millis_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0) / 1000
    }

    /// Seconds with fraction.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a run is far shorter than 2^52 microseconds"
    )]
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1e6
    }
}
