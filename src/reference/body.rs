//! Reading request bodies with bounds on size and time.

use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::{Body, Bytes, Incoming};

/// Longest time a whole body may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How much of an oversized body is read and thrown away, so that the sender gets to see the answer.
const DRAIN_LIMIT: usize = 16 << 20;

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// More bytes than allowed.
    #[error("body too large")]
    TooLarge,
    /// The connection broke or the framing is wrong.
    #[error("body cut off")]
    Broken,
    /// The sender took too long.
    #[error("body too slow")]
    Slow,
}

/// Reads the whole body, at most `limit` bytes.
pub async fn read(body: Incoming, limit: usize) -> Result<Bytes, BodyError> {
    tokio::time::timeout(PATIENCE, collect(body, limit))
        .await
        .unwrap_or(Err(BodyError::Slow))
}

async fn collect(mut body: Incoming, limit: usize) -> Result<Bytes, BodyError> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    let mut bytes = Vec::with_capacity(announced.min(limit));
    let mut total = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| BodyError::Broken)?;
        let Some(data) = frame.data_ref() else { continue };
        total = total.saturating_add(data.len());
        if total > DRAIN_LIMIT.max(limit) {
            return Err(BodyError::TooLarge);
        }
        if total <= limit {
            bytes.extend_from_slice(data);
        }
    }
    if total > limit {
        Err(BodyError::TooLarge)
    } else {
        Ok(bytes.into())
    }
}
