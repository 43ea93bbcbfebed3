//! One clock for shards that began at different times.

use jiff::Timestamp;

use super::Part;
use crate::{transcript::record::RunStarted, wire::moment::Micros};

/// When a run began; none when nobody can tell.
pub(super) fn moment(started: &RunStarted) -> Option<Timestamp> {
    started.started_at.parse().ok()
}

/// How much later than the first shard each of them began.
pub(super) struct Clock(Vec<u64>);

impl Clock {
    pub(super) fn of(parts: &[&Part]) -> Self {
        let moments: Vec<i64> = parts
            .iter()
            .map(|part| moment(&part.started).map_or(0, Timestamp::as_microsecond))
            .collect();
        let first = moments.iter().min().copied().unwrap_or_default();
        Self(moments.into_iter().map(|moment| moment.abs_diff(first)).collect())
    }

    /// A moment of one of them, as the first one counts.
    pub(super) fn shifted(&self, index: usize, moment: Micros) -> Micros {
        let later = self.0.get(index).copied().unwrap_or_default();
        Micros(moment.0.saturating_add(later))
    }
}
