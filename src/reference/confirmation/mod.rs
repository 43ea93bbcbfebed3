//! Payments that a webhook announced are confirmed with the platform: by a worker with a queue on disk, so
//! that the acknowledgement waits for nobody.

pub mod confirm;
pub mod inline;
pub mod worker;
