//! `[keys]`: how keys of production are recognised, so that they can be missed in tests.

use serde::Serialize;

use super::{error::Mistake, reader::Section};
use crate::wire::fingerprint::Fingerprint;

/// What is known of the partner's keys of production.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Keys {
    /// Their fingerprints; none when there are no such keys yet.
    pub production_fingerprints: Vec<Fingerprint>,
}

pub(super) fn keys(section: &Section<'_, '_>) -> Option<Keys> {
    let items = section
        .required("production_fingerprints")
        .and_then(|entry| entry.items());
    section.finish();
    let read: Vec<Option<Fingerprint>> = items?
        .iter()
        .map(|item| {
            let text = item.filled()?;
            text.parse().ok().or_else(|| item.wrong(Mistake::NoFingerprint))
        })
        .collect();
    Some(Keys {
        production_fingerprints: read.into_iter().collect::<Option<_>>()?,
    })
}
