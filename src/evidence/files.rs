//! Names of the files in a bundle, in the order in which they are written.

/// The transcript.
pub const TRANSCRIPT: &str = "transcript.ndjson";
/// What a killed process left of its last line, next to the transcript.
pub const TORN_LINE: &str = "transcript.torn";
/// The judged results.
pub const RESULTS: &str = "results.json";
/// The JUnit report with properties and attachments.
pub const JUNIT: &str = "junit.xml";
/// The JUnit report that is valid against the common schemas.
pub const JUNIT_STRICT: &str = "junit-strict.xml";
/// Digests of all other files, and what binds them together.
pub const MANIFEST: &str = "manifest.json";

/// What is written when a run is judged, in this order; additional files come before the manifest.
pub const WRITTEN: [&str; 4] = [RESULTS, JUNIT, JUNIT_STRICT, MANIFEST];

/// Ending of a file that is not released yet.
pub const UNRELEASED: &str = ".unreleased";

/// Whether the name can be the name of a file in a bundle: one path component of letters, digits, dots,
/// dashes and underscores that does not begin with a dot, at most 100 characters.
pub fn is_plain_name(name: &str) -> bool {
    (1..=100).contains(&name.len())
        && !name.starts_with('.')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}
