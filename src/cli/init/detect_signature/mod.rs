//! Which format of signatures an endpoint verifies, or a captured message carries.

pub mod format;
pub mod sample;
pub mod trial;
