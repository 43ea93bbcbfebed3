//! How long the client waits, for answers and between tries.

use std::time::Duration;

/// The client's own durations. Pauses that the platform asks for are none of these: they are kept as asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Durations {
    /// Until a connection stands.
    pub connect: Duration,
    /// Until a whole answer is there.
    pub whole: Duration,
    /// Before the second try, without what chance adds; doubled for each further one.
    pub first_backoff: Duration,
    /// Between two looks at the own books while a payment is pending.
    pub look_every: Duration,
}

impl Durations {
    /// The usual ones, divided by `factor` so that tests of them need not take as long; 0 counts as 1.
    pub fn divided_by(factor: u32) -> Self {
        let factor = factor.max(1);
        Self {
            connect: Duration::from_secs(5) / factor,
            whole: Duration::from_secs(15) / factor,
            first_backoff: Duration::from_millis(500) / factor,
            look_every: Duration::from_millis(500) / factor,
        }
    }
}

impl Default for Durations {
    fn default() -> Self {
        Self::divided_by(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_shrink_alike() {
        let (usual, short) = (Durations::default(), Durations::divided_by(5));
        assert_eq!(short.whole * 5, usual.whole);
        assert_eq!(short.first_backoff * 5, usual.first_backoff);
        assert_eq!(Durations::divided_by(0), usual);
    }
}
