//! Whether the decision beside a bundle is about this bundle, and whose signatures are on it.

use std::path::Path;

use super::{broken::Broken, integrity, judging::Judged};
use crate::{
    evidence::{
        attestation::{dsse::Envelope, keys::PublicKey},
        decision::{About, Decision, FORMAT, PAYLOAD_TYPE},
        files,
        text::TerminalText,
    },
    wire::digest::sha256_hex,
};

/// Largest decision that is read, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// A decision that belongs to the bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The decision.
    pub decision: Decision,
    /// Ids of the trusted keys whose signatures are on it.
    pub signed_by: Vec<String>,
    /// Ids that stand on it of keys that were not given, so that their signatures were not checked.
    pub unchecked: Vec<TerminalText>,
}

/// Checks the decision beside a bundle whose manifest and transcript hold; none when there is none.
pub fn check(
    folder: &Path,
    manifest_bytes: &[u8],
    judged: &Judged,
    trusted: &[PublicKey],
) -> Result<Option<Decided>, Broken> {
    let bytes = match integrity::read_whole(folder, files::DECISION, LARGEST) {
        Err(Broken::Missing { .. }) => return Ok(None),
        read => read?,
    };
    let unusable = |detail: String| Broken::Decision {
        detail: TerminalText::line(&detail),
    };
    let envelope = Envelope::parse(&bytes).map_err(|error| unusable(error.to_string()))?;
    let opened = envelope
        .open(PAYLOAD_TYPE)
        .map_err(|error| unusable(error.to_string()))?;
    let signed_by: Vec<String> = trusted
        .iter()
        .filter(|key| opened.is_signed_by(key))
        .map(|key| key.id().to_owned())
        .collect();
    let forged = trusted
        .iter()
        .find(|key| opened.key_ids().any(|id| id == key.id()) && !opened.is_signed_by(key));
    if let Some(key) = forged {
        return Err(Broken::DecisionSignature {
            key: key.id().to_owned(),
        });
    }
    let others = opened
        .key_ids()
        .filter(|id| !signed_by.iter().any(|known| known == id));
    let unchecked: Vec<TerminalText> = others.map(TerminalText::line).collect();
    let decision: Decision = serde_json::from_slice(opened.payload())
        .map_err(|error| unusable(format!("its payload is no decision: {error}")))?;
    if decision.format != FORMAT {
        return Err(unusable(format!(
            "it has format {}, this program reads format {FORMAT}",
            decision.format
        )));
    }
    let found = sha256_hex(manifest_bytes);
    if decision.about.manifest_sha256 != found {
        return Err(Broken::DecidesAnother {
            expected: TerminalText::line(&decision.about.manifest_sha256),
            found,
        });
    }
    if decision.about != About::of(&judged.started, &judged.assessment, found) {
        return Err(Broken::DecisionDiffers);
    }
    Ok(Some(Decided {
        decision,
        signed_by,
        unchecked,
    }))
}
