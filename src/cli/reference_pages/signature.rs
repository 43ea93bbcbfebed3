//! How webhooks are signed, from the profile's scheme, with one worked through.

use std::fmt::Write as _;

use super::{
    markdown::{block, code_outside, table},
    overview::ASSUMED,
    page::Page,
};
use crate::{
    cli::error::CliError,
    contract::profile::values::Profile,
    steps::vectors::{self, Due, KEY, NOW, Vector},
    wire::signature::{Encoding, Scheme, SignedParts},
};

/// The page.
pub fn page(profile: &Profile) -> Result<Page, CliError> {
    let scheme = profile.signature_scheme();
    let vectors = vectors::webhooks(scheme).map_err(|error| CliError::Usage(error.to_string()))?;
    let mut body = format!("{ASSUMED}{}", rule(profile, scheme));
    if let Some(vector) = vectors.first() {
        body.push_str(&worked(scheme, vector));
    }
    let due = |due: Due| vectors.iter().filter(|vector| vector.due == due).count();
    let _ = writeln!(
        body,
        "## More of them\n\n[vectors/webhooks.json](../vectors/webhooks.json) has {} messages under this key, byte for byte: \
         {} to accept, {} to refuse because they are not authentic, {} that are authentic and hold no event. \
         [vectors.md](../vectors.md) tells how to use them.",
        vectors.len(),
        due(Due::Accept),
        due(Due::Refuse),
        due(Due::Reject)
    );
    Ok(Page::new(
        "contract/signature.md",
        "The signature of webhooks",
        &body,
    ))
}

fn rule(profile: &Profile, scheme: &Scheme) -> String {
    let signed = match scheme.signed {
        SignedParts::IdTimestampBody => {
            "event id, attempt time and body, joined by points: `id.timestamp.body`"
        }
        SignedParts::TimestampBody => "attempt time and body, joined by a point: `timestamp.body`",
        SignedParts::Body => "the body alone",
    };
    let encoding = match scheme.encoding {
        Encoding::Base64 => "standard base64 with padding",
        Encoding::Hex => "lower-case hex",
    };
    let values = profile.values();
    let entry = &values["parameters"]["signature_scheme"];
    let word = |name: &str| entry[name].as_str().unwrap_or_default();
    let line = |name: &str, value: String| [name.to_owned(), value];
    let rows = [
        line(
            "event id",
            format!(
                "header {}; the same in every delivery of the event",
                code_outside(&scheme.id_header)
            ),
        ),
        line(
            "attempt time",
            format!(
                "header {}, in UNIX seconds; fresh in each attempt",
                code_outside(&scheme.timestamp_header)
            ),
        ),
        line(
            "signatures",
            format!(
                "header {}; one or several, separated by a blank, of which one must hold",
                code_outside(&scheme.signature_header)
            ),
        ),
        line("algorithm", "HMAC-SHA256".to_owned()),
        line(
            "key",
            "the bytes behind `whsec_`, decoded from base64; 24 to 64 of them".to_owned(),
        ),
        line(
            "signed",
            format!("{signed}; the bytes as they arrived, before anything is parsed"),
        ),
        line(
            "written as",
            format!("{} and the digest in {encoding}", code_outside(&scheme.prefix)),
        ),
        line(
            "window",
            format!(
                "{} s to either side of the receiver's clock",
                profile.replay_window().as_secs()
            ),
        ),
    ];
    format!(
        "The scheme is **{}**: {}\n\n{}\n",
        word("provenance"),
        word("source"),
        table(["what", "how"], rows)
    )
}

/// One message, step by step.
fn worked(scheme: &Scheme, vector: &Vector) -> String {
    let header = |name: &str| vector.headers.get(name).unwrap_or_default();
    let sent = vector.body.as_deref().unwrap_or_default();
    let content = scheme.signed_content(
        header(&scheme.id_header),
        header(&scheme.timestamp_header),
        sent.as_bytes(),
    );
    format!(
        "## One worked through\n\nThe key is {}; it is public, so it must never be anybody's. The receiver's clock says {NOW}. \
         The head of the message:\n\n{}\nIts body:\n\n{}\nWhat is signed, {} bytes:\n\n{}\nThe HMAC-SHA256 of these bytes \
         under the decoded key, written as above, is what stands in {}.\n\n",
        code_outside(KEY),
        block("http", &head(vector)),
        block("json", sent),
        content.len(),
        block("text", &String::from_utf8_lossy(&content)),
        code_outside(&scheme.signature_header)
    )
}

fn head(vector: &Vector) -> String {
    let lines = vector
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\n"));
    lines.collect()
}
