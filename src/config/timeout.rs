//! The longest time that a request or command may take.

use std::time::Duration;

use serde::Serializer;

use super::reader::Section;

/// Reads `timeout_seconds`.
pub(super) fn timeout(section: &Section<'_, '_>) -> Duration {
    let seconds = section.number("timeout_seconds", 1..=600, 30);
    Duration::from_secs(u64::try_from(seconds).unwrap_or(30))
}

pub(super) fn seconds<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(duration.as_secs())
}
