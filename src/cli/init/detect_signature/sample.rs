//! Which format a captured message carries.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::format::{Family, Format, KeyForm, digest};
use crate::wire::{
    header::Headers,
    signature::{Encoding, SignedParts},
};

/// A captured message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Header lines.
    pub headers: Headers,
    /// Body.
    pub body: Vec<u8>,
}

/// Reads a message as proxies and curl save it: an optional first line, header lines, an empty line, the body.
pub fn parse(bytes: &[u8]) -> Option<Sample> {
    let (mut rest, mut headers) = (bytes, Headers::new());
    let mut first = true;
    loop {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let (line, behind) = rest.split_at(end);
        rest = behind.get(1..).unwrap_or_default();
        let line = String::from_utf8_lossy(line);
        // `curl -v` marks what it sent.
        let line = line
            .trim_end_matches('\r')
            .trim_start_matches("> ")
            .trim_start_matches('>');
        if line.is_empty() {
            break;
        }
        match line.split_once(':') {
            Some((name, value)) if !name.contains(' ') && !name.is_empty() => {
                headers.push(name, value.trim());
            }
            _ if first => {}
            _ => return None,
        }
        first = false;
    }
    (!headers.0.is_empty()).then(|| Sample {
        headers,
        body: rest.to_vec(),
    })
}

/// What a message says of its format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carries {
    /// No header with a signature.
    Nothing,
    /// A header of a name or form that is not known.
    Unknown(String),
    /// A known form; the secret was not there to check it.
    Looks(Format),
    /// A known form that the secret makes so.
    Proven(Format),
    /// A known form that the secret does not make so.
    Disproven(Format),
}

/// The format of a message.
pub fn identify(sample: &Sample, printed: Option<&str>) -> Carries {
    let known = Family::ALL
        .into_iter()
        .find_map(|family| Some((family, sample.headers.get(family.headers().2)?)));
    let Some((family, value)) = known else {
        let other = sample
            .headers
            .iter()
            .find(|(name, _)| name.to_ascii_lowercase().contains("signature"));
        return other.map_or(Carries::Nothing, |(name, _)| Carries::Unknown(name.to_owned()));
    };
    let (id_header, time_header, signature_header) = family.headers();
    let header = |name: Option<&str>| name.and_then(|name| sample.headers.get(name)).unwrap_or_default();
    let (id, mut timestamp) = (header(id_header), header(time_header));
    let mut digests: Vec<&str> = Vec::new();
    for part in value.split([' ', ',']) {
        match part.split_once('=') {
            Some(("t", time)) if family == Family::Stripe => timestamp = time,
            Some(("sha256" | "v1", digest)) if digest.len() >= 40 => digests.push(digest),
            _ if part.len() >= 40 => digests.push(part),
            _ => {}
        }
    }
    let decoded: Vec<(Encoding, Vec<u8>)> = digests.iter().filter_map(|digest| decode(digest)).collect();
    let Some((encoding, _)) = decoded.first() else {
        return Carries::Unknown(signature_header.to_owned());
    };
    let looks = Format {
        family,
        key: KeyForm::Decoded,
        signed: match family {
            Family::GitHub | Family::XSignature => SignedParts::Body,
            Family::Stripe => SignedParts::TimestampBody,
            _ => SignedParts::IdTimestampBody,
        },
        encoding: *encoding,
        versioned: value.contains("v1,"),
        millis: timestamp.len() == 13,
    };
    let Some(printed) = printed else {
        return Carries::Looks(looks);
    };
    // Editors and tools add or take a line end at the end of a file.
    let trimmed = sample.body.strip_suffix(b"\n").unwrap_or(&sample.body);
    let trimmed = trimmed.strip_suffix(b"\r").unwrap_or(trimmed);
    for body in [sample.body.as_slice(), trimmed] {
        for key_form in KeyForm::ALL {
            let Some(key) = key_form.key(printed) else {
                continue;
            };
            for signed in [
                SignedParts::IdTimestampBody,
                SignedParts::TimestampBody,
                SignedParts::Body,
            ] {
                let right = digest(&key, signed, id, timestamp, body);
                if let Some((encoding, _)) = decoded.iter().find(|(_, digest)| digest == &right) {
                    return Carries::Proven(Format {
                        key: key_form,
                        signed,
                        encoding: *encoding,
                        ..looks
                    });
                }
            }
        }
    }
    Carries::Disproven(looks)
}

fn decode(text: &str) -> Option<(Encoding, Vec<u8>)> {
    if text.len() == 64
        && let Ok(bytes) = hex::decode(text)
    {
        return Some((Encoding::Hex, bytes));
    }
    let bytes = STANDARD.decode(text).ok()?;
    (bytes.len() == 32).then_some((Encoding::Base64, bytes))
}

/// What it carries, in words.
pub fn told(carries: &Carries) -> Vec<String> {
    let with_mistakes = |first: String, format: &Format| {
        let mistakes = format
            .mistakes()
            .into_iter()
            .map(|mistake| format!("  - {mistake}"));
        std::iter::once(first).chain(mistakes).collect()
    };
    match carries {
        Carries::Nothing => vec!["sample: no header with a signature stands in it".to_owned()],
        Carries::Unknown(name) => vec![format!(
            "sample: the header {} holds no signature of a known form",
            crate::evidence::text::TerminalText::line(name).as_str()
        )],
        Carries::Looks(format) if format.mistakes().is_empty() => vec![
            "sample: it has the platform's format (Standard Webhooks); set the secret's variable to have it proven"
                .to_owned(),
        ],
        Carries::Looks(format) => with_mistakes("sample: it is signed, but not in the platform's format:".to_owned(), format),
        Carries::Proven(format) if format.mistakes().is_empty() => {
            vec!["sample: it has the platform's format, and the signature is right under the secret. Sure.".to_owned()]
        }
        Carries::Proven(format) => with_mistakes(
            "sample: its signature is right under the secret, but not in the platform's format:".to_owned(),
            format,
        ),
        Carries::Disproven(format) => {
            let mut lines: Vec<String> = with_mistakes(
                "sample: its signature is not right under the secret in any known way: another secret, or the body was \
                 changed when it was saved"
                    .to_owned(),
                format,
            );
            lines.truncate(3);
            lines
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::format::{RIGHT, mistaken},
        *,
    };

    const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZkdISUpLTE1OT1BRUlNUVVY=";

    fn captured(format: Format, end: &str) -> Vec<u8> {
        let body = br#"{"id":"evt_1","type":"payment.success"}"#;
        let headers = format
            .headers(SECRET, "evt_1", 1_800_000_000, body, false)
            .unwrap();
        let mut text = format!("POST /hooks HTTP/1.1{end}Host: shop.example:8000{end}");
        for (name, value) in headers.iter() {
            text.extend([name, ": ", value, end]);
        }
        [text.as_bytes(), end.as_bytes(), body, b"\n"].concat()
    }

    #[test]
    fn every_known_format_is_recognised_again() {
        for format in std::iter::once(RIGHT).chain(mistaken()) {
            let sample = parse(&captured(format, "\r\n")).unwrap();
            assert_eq!(
                identify(&sample, Some(SECRET)),
                Carries::Proven(format),
                "{format:?}"
            );
        }
    }

    #[test]
    fn without_the_secret_or_with_another_nothing_is_proven() {
        let sample = parse(&captured(RIGHT, "\n")).unwrap();
        assert_eq!(identify(&sample, None), Carries::Looks(RIGHT));
        let other = "whsec_AAEyMzQ1Njc4OWFiY2RlZkdISUpLTE1OT1BRUlNUVVY=";
        assert_eq!(identify(&sample, Some(other)), Carries::Disproven(RIGHT));
    }

    #[test]
    fn what_is_no_message_is_told() {
        assert_eq!(parse(b"hello"), None);
        assert_eq!(parse(b"hello world\nno header\n\n"), None);
        let bare = parse(b"POST / HTTP/1.1\nHost: x\n\n{}").unwrap();
        assert_eq!(identify(&bare, None), Carries::Nothing);
        let odd = parse(b"My-Signature: abc\n\n{}").unwrap();
        assert_eq!(identify(&odd, None), Carries::Unknown("My-Signature".to_owned()));
    }
}
