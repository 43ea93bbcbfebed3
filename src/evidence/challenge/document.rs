//! The document of a challenge. Its bytes are what is handed over, digested and, by others, signed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    contract::{capability::Capability, id::ExampleId, mode::Mode},
    evidence::text::TerminalText,
    wire::digest::sha256_hex,
};

/// Version of the format. It is closed: a new member raises it.
pub const FORMAT: u32 = 1;
/// What the document says it is.
pub const KIND: &str = "senang-conformance-challenge";
/// Largest document that is read, in bytes.
pub const LARGEST: u64 = 1 << 20;

/// What a reviewer demands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    /// Version of the format.
    pub format: u32,
    /// Always [`KIND`].
    pub kind: String,
    /// 128 bits that nobody could foresee, lower-case hex.
    pub nonce: String,
    /// From when on a run can answer it, RFC 3339.
    pub issued_at: String,
    /// Until when a run can begin that answers it, RFC 3339.
    pub expires_at: String,
    /// Id of the partner that it is for.
    pub partner: String,
    /// The suite that is to be run.
    pub suite: SuiteNamed,
    /// The mode that it is to be run in.
    pub mode: Mode,
    /// Examples that the run may not leave out.
    pub required: Vec<ExampleId>,
    /// What the partner has to declare, so that it cannot make examples inapplicable by keeping silent.
    pub must_declare: Vec<Capability>,
}

/// A suite and the program that has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuiteNamed {
    /// SHA-256 over all feature files, rulebook and profiles.
    pub digest: String,
    /// Version of the program.
    pub version: String,
}

/// A document cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// It is no challenge at all.
    #[error("it is no challenge ({}); ask the reviewer for the file that `challenge` wrote", .0.as_str())]
    Malformed(TerminalText),
    /// It has another format.
    #[error(
        "it has format {found}, and this program reads {FORMAT}; use the version that the reviewer names"
    )]
    Format {
        /// Its format.
        found: u32,
    },
    /// A member makes no sense.
    #[error("{member} {why}; ask the reviewer for another one")]
    Senseless {
        /// Which.
        member: &'static str,
        /// Why.
        why: &'static str,
    },
}

/// A challenge as it was read, with what stands for its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChallengeDocument {
    /// What it demands.
    pub challenge: Challenge,
    /// SHA-256 over its bytes, lower-case hex.
    pub sha256: String,
    /// When it was issued.
    pub issued: Timestamp,
    /// When it expires.
    pub expires: Timestamp,
}

impl Challenge {
    /// The bytes of its document; the same challenge gives the same bytes.
    pub fn bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

impl ChallengeDocument {
    /// Reads a document and holds every member against what `challenge` writes.
    pub fn read(bytes: &[u8]) -> Result<Self, DocumentError> {
        #[derive(Deserialize)]
        struct Format {
            format: u32,
        }
        let malformed =
            |error: serde_json::Error| DocumentError::Malformed(TerminalText::line(&error.to_string()));
        // The number first: whatever else has changed, the reader should hear of that.
        let Format { format: found } = serde_json::from_slice(bytes).map_err(malformed)?;
        if found != FORMAT {
            return Err(DocumentError::Format { found });
        }
        let challenge: Challenge = serde_json::from_slice(bytes).map_err(malformed)?;
        let senseless = |member, why| DocumentError::Senseless { member, why };
        if challenge.kind != KIND {
            return Err(senseless("kind", "is not that of a challenge"));
        }
        if !is_hex(&challenge.nonce, 32) {
            return Err(senseless("nonce", "is not 32 lower-case hexadecimal digits"));
        }
        if !is_hex(&challenge.suite.digest, 64) {
            return Err(senseless(
                "suite.digest",
                "is not 64 lower-case hexadecimal digits",
            ));
        }
        let moment = |text: &str, member| {
            let parsed: Result<Timestamp, _> = text.parse();
            parsed.map_err(|_| senseless(member, "is no time like 2026-11-20T10:15:00Z"))
        };
        let issued = moment(&challenge.issued_at, "issued_at")?;
        let expires = moment(&challenge.expires_at, "expires_at")?;
        if expires <= issued {
            return Err(senseless("expires_at", "is not after issued_at"));
        }
        if challenge.partner.trim().is_empty() {
            return Err(senseless("partner", "is empty"));
        }
        if challenge.required.is_empty() {
            return Err(senseless("required", "is empty, so every run would answer it"));
        }
        if challenge.required.iter().collect::<BTreeSet<_>>().len() != challenge.required.len() {
            return Err(senseless("required", "names an example twice"));
        }
        Ok(Self {
            challenge,
            sha256: sha256_hex(bytes),
            issued,
            expires,
        })
    }
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::{Value, json};

    use super::*;

    pub(crate) fn sample() -> Challenge {
        Challenge {
            format: FORMAT,
            kind: KIND.to_owned(),
            nonce: "0c".repeat(16),
            issued_at: "2026-11-20T10:00:00Z".to_owned(),
            expires_at: "2026-11-27T10:00:00Z".to_owned(),
            partner: "acme".to_owned(),
            suite: SuiteNamed {
                digest: "5f".repeat(32),
                version: "0.1.0".to_owned(),
            },
            mode: Mode::Certify,
            required: vec!["WH-SIG-01/a".parse().unwrap(), "WH-SIG-01/b".parse().unwrap()],
            must_declare: vec![Capability::Webhooks],
        }
    }

    #[test]
    fn what_was_written_is_read_and_its_digest_is_that_of_its_bytes() {
        let bytes = sample().bytes().unwrap();
        let read = ChallengeDocument::read(&bytes).unwrap();
        assert_eq!(read.challenge, sample());
        assert_eq!(read.sha256, sha256_hex(&bytes));
        assert!(read.issued < read.expires);
    }

    #[test]
    fn what_is_no_challenge_is_refused_with_the_reason() {
        for (member, wrong, told) in [
            ("format", json!(2), "it has format 2"),
            ("kind", json!("receipt"), "kind is not"),
            ("nonce", json!("0C".repeat(16)), "nonce is not 32"),
            ("nonce", json!(7), "it is no challenge"),
            ("issued_at", json!("yesterday"), "issued_at is no time"),
            (
                "expires_at",
                json!("2026-11-20T10:00:00Z"),
                "expires_at is not after",
            ),
            ("partner", json!(" "), "partner is empty"),
            ("required", json!([]), "required is empty"),
            (
                "required",
                json!(["WH-SIG-01/a", "WH-SIG-01/a"]),
                "names an example twice",
            ),
            ("required", json!(["all"]), "it is no challenge"),
            ("must_declare", json!(["everything"]), "it is no challenge"),
            ("mode", json!("fast"), "it is no challenge"),
            ("bonus", json!(1), "it is no challenge"),
        ] {
            let mut value: Value = serde_json::to_value(sample()).unwrap();
            value[member] = wrong;
            let error = ChallengeDocument::read(value.to_string().as_bytes()).unwrap_err();
            assert!(error.to_string().contains(told), "{member}: {error}");
        }
        assert!(ChallengeDocument::read(b"\x1b[2J").is_err());
    }
}
