//! Names of the files in a bundle.

use crate::transcript::format;

/// The transcript.
pub const TRANSCRIPT: &str = format::TRANSCRIPT;
/// What a killed process left of its last line, next to the transcript.
pub const TORN_LINE: &str = format::TORN_LINE;
/// The judged results.
pub const RESULTS: &str = "results.json";
/// The JUnit report with properties and attachments.
pub const JUNIT: &str = "junit.xml";
/// The JUnit report that is valid against the common schemas.
pub const JUNIT_STRICT: &str = "junit-strict.xml";
/// The report for people: one page that needs nothing else.
pub const REPORT: &str = "report.html";
/// The exchanges as an HTTP archive (HAR 1.2).
pub const EXCHANGES: &str = "exchanges.har";
/// The run as Cucumber Messages.
pub const MESSAGES: &str = "messages.ndjson";
/// Digests of all other files, and what binds them together.
pub const MANIFEST: &str = "manifest.json";

/// In the folder of a merged run: the bundles of its shards, each in a folder with its number.
pub const SHARDS: &str = "shards";

/// The signed statement about the manifest. It is made after the bundle and is not listed in the manifest.
pub const ATTESTATION: &str = "attestation.json";
/// The signed decision of a reviewer; likewise.
pub const DECISION: &str = "decision.json";

/// Files that are made about a finished bundle and stand beside it in its folder.
pub const BESIDE: [&str; 2] = [ATTESTATION, DECISION];

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
