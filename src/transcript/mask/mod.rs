//! No secret leaves the recorder, in whatever spelling the partner or a library wrote it.

mod decoding;
mod json_line;
mod leak;
mod masker;
mod needle;
mod tail_index;
mod view;

pub use leak::Leak;
pub use masker::{LearnError, Learned, Masked, Masker, Unmaskable};
