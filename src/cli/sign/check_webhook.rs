//! The check of a webhook's signature, and what explains that it does not hold.

use super::{
    arguments::CheckArguments,
    captured::Captured,
    material::Key,
    verdict::{Finding, Verdict},
};
use crate::{
    cli::{
        error::CliError,
        prepare::Profiles,
        send::{exact, webhook::parts},
    },
    config::host::{Host, rfc3339},
    wire::{
        digest::sha256_hex,
        header::Headers,
        mistaken_signature::Material,
        signature::Scheme,
        signature_mistake::{Aspect, SignatureMistake},
    },
};

/// Checks a captured webhook as a receiver with these secrets and this clock would.
///
/// # Errors
///
/// A secret is not there or none of the scheme.
pub fn check(
    captured: &Captured,
    arguments: &CheckArguments,
    profiles: &Profiles,
    (now, host): (i64, &Host),
    verdict: &mut Verdict,
) -> Result<(), CliError> {
    let scheme = profiles.platform.signature_scheme();
    let window = i64::try_from(profiles.platform.replay_window().as_secs()).unwrap_or(i64::MAX);
    let keys: Result<Vec<Key>, CliError> = arguments
        .secret_env
        .iter()
        .map(|name| Key::read(name, host))
        .collect();
    let keys = keys?;
    let id = single(&captured.headers, &scheme.id_header, "id", verdict);
    let timestamp = single(&captured.headers, &scheme.timestamp_header, "timestamp", verdict);
    let list = single(&captured.headers, &scheme.signature_header, "signature", verdict);
    age(&timestamp, (now, window), verdict);
    let content = scheme.signed_content(&id, &timestamp, &captured.body);
    verdict.step(
        "signed",
        format!(
            "{}: {} bytes, of which {} are the body; SHA-256 {}\n{}",
            parts(scheme.signed),
            content.len(),
            captured.body.len(),
            sha256_hex(&content),
            exact::line(&content, 200)
        ),
    );
    verdict.fact("content_bytes", content.len());
    verdict.fact("body_bytes", captured.body.len());
    let materials: Vec<(&Key, Material<'_>)> = keys
        .iter()
        .map(|key| {
            let material = Material {
                scheme,
                key: &key.bytes,
                printed: key.secret.expose(),
                id: &id,
                timestamp: &timestamp,
                body: &captured.body,
            };
            (key, material)
        })
        .collect();
    for (key, material) in &materials {
        verdict.step("secret", key.form());
        verdict.step("expected", material.right());
    }
    entries(&list, scheme, &materials, verdict);
    for computed in &arguments.computed {
        own(computed, &materials, verdict);
    }
    Ok(())
}

/// The only value of a header; what is missing or there twice is wrong.
fn single(headers: &Headers, name: &str, step: &'static str, verdict: &mut Verdict) -> String {
    let values: Vec<&str> = headers.all(name).map(str::trim).collect();
    let Some(first) = values.first() else {
        verdict.step(step, format!("no header {name}"));
        verdict.wrong.push(format!("the header {name} is missing"));
        return String::new();
    };
    let shown: Vec<String> = values
        .iter()
        .map(|value| exact::line(value.as_bytes(), 500))
        .collect();
    verdict.step(step, format!("{name}: {}", shown.join(&format!("\n{name}: "))));
    if values.len() > 1 {
        verdict.wrong.push(format!(
            "the header {name} is there {} times; two readers may take two different values, so it is refused",
            values.len()
        ));
    }
    if first.is_empty() {
        verdict.wrong.push(format!("the header {name} is empty"));
    }
    (*first).to_owned()
}

fn age(timestamp: &str, (now, window): (i64, i64), verdict: &mut Verdict) {
    if timestamp.is_empty() {
        return;
    }
    let strict = timestamp.bytes().all(|byte| byte.is_ascii_digit());
    let Some(seconds) = timestamp.parse::<i64>().ok().filter(|_| strict) else {
        verdict.step("age", "the timestamp is no number of UNIX seconds");
        verdict.wrong.push(format!(
            "the timestamp {:?} is no number",
            exact::line(timestamp.as_bytes(), 60)
        ));
        return;
    };
    let age = now.saturating_sub(seconds);
    let when = rfc3339(seconds.saturating_mul(1000));
    let apart = if age >= 0 {
        format!("{age} s ago")
    } else {
        format!("{} s ahead", age.saturating_neg())
    };
    verdict.fact("age_seconds", age);
    if age.saturating_abs() <= window {
        verdict.step("age", format!("{when}, {apart}; up to {window} s are accepted"));
        return;
    }
    verdict.step("age", format!("{when}, {apart}; only {window} s are accepted"));
    let millis = seconds > 100_000_000_000;
    let hint = if millis {
        "it seems to count milliseconds".to_owned()
    } else {
        format!("for a capture of earlier, --now {timestamp} puts the clock back to it")
    };
    verdict.wrong.push(format!(
        "the timestamp is {apart}, outside of the window of {window} s; {hint}"
    ));
}

/// Compares every entry of the signature header.
fn entries(list: &str, scheme: &Scheme, materials: &[(&Key, Material<'_>)], verdict: &mut Verdict) {
    let entries: Vec<&str> = list.split(' ').filter(|entry| !entry.is_empty()).collect();
    let mut held = false;
    let mut ours = Vec::new();
    for entry in &entries {
        let shown = exact::line(entry.as_bytes(), 200);
        let by = materials.iter().find(|(_, material)| material.right() == **entry);
        let words = match by {
            Some((key, _)) => {
                held = true;
                format!("holds under the secret in {}", key.secret.variable())
            }
            None if !entry.starts_with(&scheme.prefix) => {
                format!("is of a version other than {:?}, and passed over", scheme.prefix)
            }
            None => {
                ours.push(*entry);
                "differs".to_owned()
            }
        };
        verdict.step("given", format!("{shown}: {words}"));
    }
    verdict.fact("entries", entries.len());
    verdict.fact("signature_holds", held);
    if held || list.is_empty() {
        return;
    }
    verdict
        .wrong
        .push("no signature in the list is the expected one".to_owned());
    // An entry under another label may be right but for its label.
    let suspects = if ours.is_empty() { entries } else { ours };
    let mut explained = false;
    for entry in suspects {
        explained |= explain("given", entry, materials, verdict);
    }
    if !explained {
        verdict.open.push(unknown(materials.len()));
    }
}

/// Explains what the receiver's own code computed.
fn own(computed: &str, materials: &[(&Key, Material<'_>)], verdict: &mut Verdict) {
    let shown = exact::line(computed.as_bytes(), 200);
    let scheme = |material: &Material<'_>| {
        material
            .right()
            .trim_start_matches(&material.scheme.prefix)
            .to_owned()
    };
    let right = materials
        .iter()
        .find(|(_, material)| material.right() == computed || scheme(material) == computed);
    if let Some((key, _)) = right {
        verdict.step(
            "computed",
            format!(
                "{shown}: right, under the secret in {}; so look at what compares it: the header holds a list, each entry \
                 with its version in front",
                key.secret.variable()
            ),
        );
        return;
    }
    verdict.differs = true;
    verdict.step("computed", format!("{shown}: differs from what is expected"));
    if !explain("computed", computed, materials, verdict) {
        verdict.open.push(unknown(materials.len()));
    }
}

fn explain(of: &'static str, value: &str, materials: &[(&Key, Material<'_>)], verdict: &mut Verdict) -> bool {
    let before = verdict.findings.len();
    for (key, material) in materials {
        if let Some(label) = other_label(value, material) {
            verdict
                .findings
                .push(label_finding(of, &label, &material.scheme.prefix));
        }
        for way in material.explain(value) {
            verdict.find(before, finding(of, &way, key, materials.len() > 1));
        }
    }
    verdict.findings.len() > before
}

/// The label of an entry that is right but for it.
fn other_label(value: &str, material: &Material<'_>) -> Option<String> {
    let right = material.right();
    let digest = right.strip_prefix(&material.scheme.prefix)?;
    let label = value.strip_suffix(digest)?;
    (!label.is_empty() && label != material.scheme.prefix).then(|| label.to_owned())
}

fn label_finding(of: &'static str, label: &str, prefix: &str) -> Finding {
    Finding {
        of,
        mistake: format!(
            "the right digest stands behind {:?} instead of {prefix:?}",
            exact::line(label.as_bytes(), 40)
        ),
        look_for: format!(
            "look for what puts the version in front of the digest: it is {prefix:?}, and no other is accepted"
        ),
    }
}

fn finding(of: &'static str, way: &[SignatureMistake], key: &Key, several: bool) -> Finding {
    let mistakes: Vec<&str> = way.iter().map(|mistake| mistake.phrase()).collect();
    let mut remedies: Vec<String> = way.iter().map(|mistake| mistake.remedy().to_owned()).collect();
    if of == "given" && way.iter().any(|mistake| mistake.aspect() == Aspect::Body) {
        remedies.push(
            "or the capture is not what came: a proxy or an editor has changed the body, and the sender signed the other one"
                .to_owned(),
        );
    }
    let whose = if several {
        format!(" (secret in {})", key.secret.variable())
    } else {
        String::new()
    };
    Finding {
        of,
        mistake: mistakes.join(", and ") + &whose,
        look_for: remedies.join("\n  "),
    }
}

fn unknown(secrets: usize) -> String {
    format!(
        "None of the {} known mistakes explains it, alone or two together. What is left: another secret than {} (a key of another \
         environment, or one that a rotation has ended), or a body that was changed on its way, by a proxy or by the capture.",
        SignatureMistake::ALL.len(),
        if secrets == 1 {
            "the one that was given"
        } else {
            "those that were given"
        }
    )
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use proptest::prelude::*;

    use super::*;
    use crate::{
        cli::args::ClockChoice,
        config::host::{Clock, Terminal},
    };

    const NOW: i64 = 1_767_225_600;

    fn host(key: &[u8]) -> Host {
        let secret = format!("whsec_{}", STANDARD.encode(key));
        Host {
            clock: Clock::start(),
            environment: [("SECRET".to_owned(), secret)].into(),
            terminal: Terminal::default(),
        }
    }

    fn checked(headers: [(&str, String); 3], body: &[u8], host: &Host, computed: Vec<String>) -> Verdict {
        let captured = Captured {
            target: None,
            headers: headers
                .into_iter()
                .fold(Headers::new(), |headers, (name, value)| headers.with(name, value)),
            body: body.to_vec(),
            remarks: Vec::new(),
        };
        let arguments = CheckArguments {
            request: None,
            header: Vec::new(),
            body: None,
            bundle: None,
            record: None,
            secret_env: vec!["SECRET".to_owned()],
            computed,
            now: None,
            hash: None,
            profile: Vec::new(),
            json: false,
        };
        let profiles = Profiles::load(&[], ClockChoice::Real).unwrap();
        let mut verdict = Verdict::default();
        check(&captured, &arguments, &profiles, (NOW, host), &mut verdict).unwrap();
        verdict
    }

    fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        let bit = bit % (bytes.len() * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);
        bytes
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        /// What another library signs holds, and nothing holds of which one bit is another.
        #[test]
        fn what_is_signed_holds_and_nothing_else(
            key in proptest::collection::vec(any::<u8>(), 24..64),
            body in proptest::collection::vec(any::<u8>(), 1..80),
            id in "[a-zA-Z0-9_]{1,20}",
            bit in any::<usize>(),
            age in -300_i64..=300,
        ) {
            let host = host(&key);
            let stamp = NOW - age;
            let other = standardwebhooks::Webhook::from_bytes(key).unwrap();
            // That library signs text only.
            let body = String::from_utf8_lossy(&body).into_owned().into_bytes();
            let signature = other.sign(&id, stamp, &body).unwrap();
            let headers = |id: &str, signature: &str| [
                ("webhook-id", id.to_owned()),
                ("webhook-timestamp", stamp.to_string()),
                ("webhook-signature", signature.to_owned()),
            ];
            prop_assert!(checked(headers(&id, &signature), &body, &host, Vec::new()).is_valid());
            let changed = flipped(&body, bit);
            prop_assert!(!checked(headers(&id, &signature), &changed, &host, Vec::new()).is_valid());
            let longer = format!("{id}x");
            prop_assert!(!checked(headers(&longer, &signature), &body, &host, Vec::new()).is_valid());
        }
    }

    #[test]
    fn what_the_receiver_computed_is_explained_and_the_message_stays_valid() {
        let key = [7; 32];
        let host = host(&key);
        let scheme = Scheme::standard_webhooks();
        let body = br#"{"a": 1}"#;
        let signature = scheme.sign(&key, "evt_1", &NOW.to_string(), body);
        let headers = [
            ("webhook-id", "evt_1".to_owned()),
            ("webhook-timestamp", NOW.to_string()),
            ("webhook-signature", format!("v9,other {signature}")),
        ];
        let computed = scheme.digest(&key, "evt_1", &NOW.to_string(), br#"{"a":1}"#);
        let verdict = checked(headers, body, &host, vec![computed]);
        assert!(verdict.is_valid(), "{verdict:?}");
        assert!(
            verdict
                .findings
                .iter()
                .any(|finding| finding.mistake.contains("compact")),
            "{verdict:?}"
        );
        let shown = verdict.document().to_string();
        assert!(!shown.contains(&signature[3..]), "{shown}");
    }

    #[test]
    fn headers_that_are_missing_or_there_twice_are_not_valid() {
        let host = host(&[7; 32]);
        let twice = [
            ("webhook-id", "a".to_owned()),
            ("webhook-id", "b".to_owned()),
            ("webhook-timestamp", "soon".to_owned()),
        ];
        let verdict = checked(twice, b"{}", &host, Vec::new());
        for word in ["2 times", "is no number", "webhook-signature is missing"] {
            assert!(
                verdict.wrong.iter().any(|wrong| wrong.contains(word)),
                "{word}: {verdict:?}"
            );
        }
    }
}
