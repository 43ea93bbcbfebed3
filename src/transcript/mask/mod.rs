//! No secret leaves the recorder, in whatever spelling the partner or a library wrote it.

mod json_line;
mod masker;
mod needle;
mod tail_index;
mod view;

pub use masker::{LearnError, Learned, Masked, Masker, Unmaskable};
