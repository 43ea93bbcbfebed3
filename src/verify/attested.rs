//! Whether the signed statement beside a bundle is about this bundle, says what follows from it, and is signed
//! by a key that somebody vouches for.

use std::path::Path;

use super::{broken::Broken, difference, integrity, judging::Judged};
use crate::{
    evidence::{
        attestation::{
            dsse::{Envelope, Opened},
            keys::PublicKey,
            statement::{self, Statement},
        },
        files,
        manifest::Manifest,
        text::TerminalText,
    },
    wire::digest::sha256_hex,
};

/// Largest attestation that is read, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;

/// An attestation that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attested {
    /// Ids of the trusted keys whose signatures are on it.
    pub signed_by: Vec<String>,
    /// Ids that stand on it of keys that were not given, so that their signatures were not checked.
    pub unchecked: Vec<TerminalText>,
}

/// Checks the attestation of a bundle whose manifest and transcript hold. Without one there is nothing to
/// check, unless a trusted key is given.
pub fn check(
    folder: &Path,
    manifest: &Manifest,
    manifest_bytes: &[u8],
    judged: &Judged,
    trusted: &[PublicKey],
) -> Result<Option<Attested>, Broken> {
    let bytes = match integrity::read_whole(folder, files::ATTESTATION, LARGEST) {
        Err(Broken::Missing { .. }) if trusted.is_empty() => return Ok(None),
        Err(Broken::Missing { .. }) => return Err(Broken::NotAttested),
        read => read?,
    };
    let unusable = |detail: String| Broken::Attestation {
        detail: TerminalText::line(&detail),
    };
    let envelope = Envelope::parse(&bytes).map_err(|error| unusable(error.to_string()))?;
    let opened = envelope
        .open(statement::PAYLOAD_TYPE)
        .map_err(|error| unusable(error.to_string()))?;
    // What nobody trusted has signed is not looked into.
    let attested = signatures(&opened, trusted)?;
    let said: Statement = serde_json::from_slice(opened.payload())
        .map_err(|error| unusable(format!("its payload is no statement: {error}")))?;
    let found = sha256_hex(manifest_bytes);
    let named = said
        .subject
        .iter()
        .find(|subject| subject.name == files::MANIFEST);
    let expected = named.and_then(|subject| subject.digest.get("sha256"));
    if expected != Some(&found) {
        let expected = expected.map_or("none", String::as_str);
        return Err(Broken::AttestsAnother {
            expected: TerminalText::line(expected),
            found,
        });
    }
    let remade =
        statement::write(manifest, manifest_bytes, &judged.started, &judged.assessment).map_err(|error| {
            Broken::Remaking {
                name: files::ATTESTATION,
                detail: error.to_string(),
            }
        })?;
    if let Some(difference) = difference::in_json(files::ATTESTATION, &remade, opened.payload()) {
        return Err(Broken::AttestationDiffers(Box::new(difference)));
    }
    let plain = opened.written_plainly(trusted).bytes();
    if plain.is_ok_and(|plain| plain == bytes) {
        Ok(Some(attested))
    } else {
        Err(Broken::AttestationRewritten)
    }
}

fn signatures(opened: &Opened, trusted: &[PublicKey]) -> Result<Attested, Broken> {
    let signed_by: Vec<String> = trusted
        .iter()
        .filter(|key| opened.is_signed_by(key))
        .map(|key| key.id().to_owned())
        .collect();
    let others = opened
        .key_ids()
        .filter(|id| !signed_by.iter().any(|known| known == id));
    let unchecked: Vec<TerminalText> = others.map(TerminalText::line).collect();
    if !trusted.is_empty() && signed_by.is_empty() {
        let named = trusted
            .iter()
            .find(|key| opened.key_ids().any(|id| id == key.id()));
        return Err(match named {
            Some(key) => Broken::SignatureWrong {
                key: key.id().to_owned(),
            },
            None => Broken::SignedByAnother { keys: unchecked },
        });
    }
    Ok(Attested { signed_by, unchecked })
}
