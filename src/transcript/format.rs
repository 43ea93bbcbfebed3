//! Names of the files of a bundle, and the version of the transcript's format.
//!
//! The rule of compatibility: a program reads every transcript whose `format` is at most
//! [`TRANSCRIPT_FORMAT`] and at least [`OLDEST_READABLE`], and refuses every other by name. New optional
//! members do not change the version. A new record kind, a new word in a closed vocabulary, a member that
//! becomes required or changes its meaning, and any change of chain or masking text raise it by one.

/// The format that this program writes. 2 has the record kinds of the API client, of batches and of
/// declarations, which 1 had not.
pub const TRANSCRIPT_FORMAT: u32 = 2;

/// The oldest format that this program reads.
pub const OLDEST_READABLE: u32 = 1;

/// Longest line of a transcript in bytes, its newline included.
pub const LONGEST_LINE: usize = 8 * 1024 * 1024;

/// Everything that happened.
pub const TRANSCRIPT: &str = "transcript.ndjson";

/// What a killed process left of its last line, next to the transcript.
pub const TORN_LINE: &str = "transcript.torn";

/// Whether this program reads a transcript of that format.
pub fn is_readable(format: u32) -> bool {
    (OLDEST_READABLE..=TRANSCRIPT_FORMAT).contains(&format)
}
