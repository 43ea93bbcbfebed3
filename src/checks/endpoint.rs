//! Where the endpoint is, and what it shows in a TLS handshake.

use std::net::IpAddr;

use super::{
    outcome::{Finding, Outcome},
    view::View,
    words::nothing_to_judge,
};
use crate::transcript::endpoint::{Certificate, Flaw, Handshake, Offer, ProbeEnd, Probed, Trust};

fn finding(code: &str, (number, probed): (u64, &Probed), expected: &str, observed: String) -> Outcome {
    Outcome::Failed(Finding {
        code: code.to_owned(),
        stimulus: format!(
            "a connection to {}:{} that offers {}",
            probed.host,
            probed.port,
            probed.offer.words()
        ),
        expected: expected.to_owned(),
        observed,
        records: vec![number],
        timing: false,
    })
}

fn passed() -> Outcome {
    Outcome::Passed { grade: None }
}

/// What an address that is not on the public internet is; none for a global unicast address.
///
/// The ranges are those of the IANA registries of special-purpose addresses (RFC 6890 and updates).
pub fn special(address: IpAddr) -> Option<&'static str> {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            match (a, b, c) {
                (0, ..) => Some("unspecified"),
                (127, ..) => Some("loopback"),
                (10, ..) | (192, 168, _) | (172, 16..=31, _) => Some("private"),
                (169, 254, _) => Some("link-local"),
                (100, 64..=127, _) => Some("shared by a carrier"),
                (192, 0, 2) | (198, 51, 100) | (203, 0, 113) => Some("for documentation only"),
                (192, 0, 0) | (198, 18..=19, _) | (240..=255, ..) => Some("reserved"),
                (224..=239, ..) => Some("multicast"),
                _ => None,
            }
        }
        IpAddr::V6(v6) => {
            let segments = v6.segments();
            if v6.is_unspecified() {
                Some("unspecified")
            } else if v6.is_loopback() {
                Some("loopback")
            } else if v6.is_unique_local() {
                Some("private")
            } else if v6.is_unicast_link_local() {
                Some("link-local")
            } else if v6.is_multicast() {
                Some("multicast")
            } else if segments[0] == 0x2001 && segments[1] == 0xdb8 || segments[0] == 0x3fff {
                Some("for documentation only")
            } else if segments[0] & 0xe000 != 0x2000 {
                Some("reserved")
            } else {
                None
            }
        }
    }
}

/// The URL is https, its host stands for public addresses alone, and connection and handshake succeed.
pub fn public_endpoint(view: View<'_>) -> Outcome {
    let Some(last) = view
        .probes()
        .into_iter()
        .rfind(|(_, probed)| probed.offer == Offer::Usual)
    else {
        return nothing_to_judge("a look at the endpoint");
    };
    let probed = last.1;
    let expected = "an https URL whose host has public addresses only, and answers a TLS handshake";
    if !probed.url.starts_with("https://") {
        return finding(
            "not-https",
            last,
            expected,
            format!("the registered URL is {}", probed.url),
        );
    }
    let special = probed
        .addresses
        .iter()
        .find_map(|address| Some((address, special(*address)?)));
    if let Some((address, what)) = special {
        let observed = format!("{} leads to {address}, which is {what}", probed.host);
        return finding("private-address", last, expected, observed);
    }
    match &probed.end {
        ProbeEnd::Agreed(_) => passed(),
        ProbeEnd::Unresolved(why) => {
            let observed = format!("the name {} does not resolve: {why}", probed.host);
            finding("unreachable", last, expected, observed)
        }
        ProbeEnd::NoConnection(why) => finding("unreachable", last, expected, why.clone()),
        ProbeEnd::Refused(why) => finding("no-modern-tls", last, expected, why.clone()),
        ProbeEnd::Plain => nothing_to_judge("a TLS handshake"),
    }
}

/// One of the handshakes of the example ended in TLS 1.2 or 1.3.
pub fn modern_tls(view: View<'_>) -> Outcome {
    let probes = view.probes();
    let modern = probes.iter().any(|(_, probed)| {
        matches!(&probed.end, ProbeEnd::Agreed(handshake)
            if matches!(handshake.version.as_str(), "TLS 1.2" | "TLS 1.3"))
    });
    if modern {
        return passed();
    }
    let Some(last) = probes.last().copied() else {
        return nothing_to_judge("a TLS handshake");
    };
    let observed = match &last.1.end {
        ProbeEnd::Agreed(handshake) => format!("{} was agreed on", handshake.version),
        ProbeEnd::Unresolved(why) | ProbeEnd::NoConnection(why) | ProbeEnd::Refused(why) => why.clone(),
        ProbeEnd::Plain => "the registered URL is plain http".to_owned(),
    };
    finding("no-modern-tls", last, "a handshake in TLS 1.2 or 1.3", observed)
}

/// The last handshake that showed certificates.
fn shown(view: View<'_>) -> Option<((u64, &Probed), &Handshake)> {
    view.probes()
        .into_iter()
        .filter_map(|(number, probed)| match &probed.end {
            ProbeEnd::Agreed(handshake) if handshake.trust.is_some() => {
                Some(((number, probed), handshake.as_ref()))
            }
            _ => None,
        })
        .next_back()
}

/// The server's certificate names the host, and the present lies in its validity.
pub fn certificate_fits(view: View<'_>) -> Outcome {
    let Some((at, handshake)) = shown(view) else {
        return nothing_to_judge("a certificate");
    };
    let Some(own) = handshake.chain.first() else {
        return nothing_to_judge("a certificate");
    };
    let probed = at.1;
    if !own.names.iter().any(|name| names(name, &probed.host)) {
        let names = if own.names.is_empty() {
            "no name at all".to_owned()
        } else {
            own.names.join(", ")
        };
        let expected = format!("a certificate for {}", probed.host);
        return finding("wrong-host", at, &expected, format!("a certificate for {names}"));
    }
    validity(at, own, "the server's certificate").unwrap_or_else(passed)
}

fn validity(at: (u64, &Probed), certificate: &Certificate, whose: &str) -> Option<Outcome> {
    let now = at.1.unix_seconds;
    let expected = "certificates that are valid now";
    if now > certificate.not_after {
        let days = (now - certificate.not_after) / 86_400;
        let observed = format!("{whose} ({}) expired {days} days ago", certificate.subject);
        return Some(finding("expired-certificate", at, expected, observed));
    }
    (now < certificate.not_before).then(|| {
        let observed = format!("{whose} ({}) is not valid yet", certificate.subject);
        finding("expired-certificate", at, expected, observed)
    })
}

/// Whether a name in a certificate covers a host: exactly, or with one label for a leading `*`
/// (RFC 9525, 6.3).
fn names(name: &str, host: &str) -> bool {
    if let Ok(address) = host.parse::<IpAddr>() {
        return name.parse() == Ok(address);
    }
    let (name, host) = (
        name.to_ascii_lowercase(),
        host.trim_end_matches('.').to_ascii_lowercase(),
    );
    match (name.strip_prefix("*."), host.split_once('.')) {
        (Some(domain), Some((label, rest))) => !label.is_empty() && rest == domain && domain.contains('.'),
        _ => name == host,
    }
}

/// The certificates that the server sent lead to a trusted authority by themselves.
pub fn chain_complete(view: View<'_>) -> Outcome {
    let Some((at, handshake)) = shown(view) else {
        return nothing_to_judge("a certificate chain");
    };
    let (Some(Trust::Broken { flaw, detail }), Some(last)) = (&handshake.trust, handshake.chain.last())
    else {
        return passed();
    };
    let expected = "a chain from the server's certificate to a trusted authority, sent whole by the server";
    let sent = format!("{} certificates sent", handshake.chain.len());
    match flaw {
        // The name is the business of another check; the chain held.
        Flaw::WrongName => passed(),
        Flaw::UnknownIssuer if last.subject == last.issuer => {
            let observed = format!(
                "{sent}; the last, {}, signed itself and is not trusted",
                last.subject
            );
            finding("untrusted-certificate", at, expected, observed)
        }
        Flaw::UnknownIssuer => {
            let observed = format!(
                "{sent}; the certificate of {}, which issued the last of them, is missing and not a trusted authority",
                last.issuer
            );
            finding("incomplete-chain", at, expected, observed)
        }
        Flaw::Expired | Flaw::NotYetValid => handshake
            .chain
            .iter()
            .find_map(|certificate| validity(at, certificate, "a certificate of the chain"))
            .unwrap_or_else(|| finding("expired-certificate", at, expected, detail.clone())),
        Flaw::Other => finding("untrusted-certificate", at, expected, format!("{sent}; {detail}")),
    }
}

/// Whole days for which the server's certificate is still valid, where one was shown.
pub fn days_left(view: View<'_>) -> Option<i64> {
    let ((_, probed), handshake) = shown(view)?;
    let own = handshake.chain.first()?;
    Some((own.not_after - probed.unix_seconds) / 86_400)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::checks::samples::code;
    use crate::{
        checks::samples::record,
        transcript::record::{Event, Record},
    };

    const NOW: i64 = 1_795_170_930;

    fn certificate(subject: &str, issuer: &str, names: &[&str]) -> Certificate {
        Certificate {
            subject: subject.to_owned(),
            issuer: issuer.to_owned(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            not_before: NOW - 100,
            not_after: NOW + 30 * 86_400,
            sha256: String::new(),
        }
    }

    fn agreed(chain: Vec<Certificate>, trust: Trust) -> ProbeEnd {
        ProbeEnd::Agreed(Box::new(Handshake {
            version: "TLS 1.3".to_owned(),
            chain,
            trust: Some(trust),
        }))
    }

    fn good() -> ProbeEnd {
        agreed(
            vec![certificate("CN=a", "CN=I", &["pay.example.my"])],
            Trust::Held,
        )
    }

    fn broken(flaw: Flaw) -> Trust {
        Trust::Broken {
            flaw,
            detail: "in the library's words".to_owned(),
        }
    }

    fn probed(url: &str, addresses: &[&str], end: ProbeEnd) -> Vec<Arc<Record>> {
        let probed = Probed {
            url: url.to_owned(),
            host: "pay.example.my".to_owned(),
            port: 443,
            offer: Offer::Usual,
            addresses: addresses.iter().map(|address| address.parse().unwrap()).collect(),
            end,
            unix_seconds: NOW,
        };
        vec![record(3, Event::Probed(Box::new(probed)))]
    }

    #[test]
    fn only_public_addresses_are_public() {
        let table: [(&[&str], &str); 13] = [
            (&["8.8.8.8"], "passed"),
            (&["2606:4700::1111", "1.1.1.1"], "passed"),
            (&["10.1.2.3"], "private-address"),
            (&["172.31.0.1"], "private-address"),
            (&["192.168.1.10"], "private-address"),
            (&["100.64.0.1"], "private-address"),
            (&["169.254.3.4"], "private-address"),
            (&["127.0.0.1"], "private-address"),
            (&["fe80::1"], "private-address"),
            (&["fd00::2"], "private-address"),
            (&["::ffff:10.0.0.1"], "private-address"),
            (&["2001:db8::1"], "private-address"),
            // One public address does not make up for a private one beside it.
            (&["8.8.8.8", "10.0.0.1"], "private-address"),
        ];
        for (addresses, expected) in table {
            let records = probed("https://pay.example.my/hooks", addresses, good());
            assert_eq!(
                code(public_endpoint(View::new(&records))),
                expected,
                "{addresses:?}"
            );
        }
    }

    #[test]
    fn an_endpoint_that_nobody_reaches_is_not_public() {
        for (url, end, expected) in [
            ("http://pay.example.my/", ProbeEnd::Plain, "not-https"),
            (
                "https://pay.example.my/",
                ProbeEnd::Unresolved("no".to_owned()),
                "unreachable",
            ),
            (
                "https://pay.example.my/",
                ProbeEnd::NoConnection("no".to_owned()),
                "unreachable",
            ),
            (
                "https://pay.example.my/",
                ProbeEnd::Refused("no".to_owned()),
                "no-modern-tls",
            ),
        ] {
            let records = probed(url, &["8.8.8.8"], end);
            assert_eq!(code(public_endpoint(View::new(&records))), expected);
        }
        assert_eq!(code(public_endpoint(View::new(&[]))), "inconclusive");
    }

    #[test]
    fn the_name_must_fit_and_the_day_too() {
        let table = [
            ("pay.example.my", 0, "passed"),
            ("PAY.Example.my", 0, "passed"),
            ("*.example.my", 0, "passed"),
            ("*.my", 0, "wrong-host"),
            ("example.my", 0, "wrong-host"),
            ("*.pay.example.my", 0, "wrong-host"),
            ("pay.example.my", 31, "expired-certificate"),
            ("pay.example.my", -1, "expired-certificate"),
        ];
        for (name, days, expected) in table {
            let mut own = certificate("CN=a", "CN=I", &[name]);
            own.not_before -= days * 86_400;
            own.not_after -= days * 86_400;
            let records = probed(
                "https://pay.example.my/",
                &["8.8.8.8"],
                agreed(vec![own], Trust::Held),
            );
            assert_eq!(
                code(certificate_fits(View::new(&records))),
                expected,
                "{name} {days}"
            );
        }
    }

    #[test]
    fn a_missing_link_is_told_from_a_stranger() {
        let leaf = || certificate("CN=a", "CN=Intermediate", &["pay.example.my"]);
        let alone = certificate("CN=a", "CN=a", &["pay.example.my"]);
        for (own, trust, expected) in [
            (leaf(), Trust::Held, "passed"),
            (leaf(), broken(Flaw::WrongName), "passed"),
            (leaf(), broken(Flaw::UnknownIssuer), "incomplete-chain"),
            (alone, broken(Flaw::UnknownIssuer), "untrusted-certificate"),
            (leaf(), broken(Flaw::Expired), "expired-certificate"),
            (leaf(), broken(Flaw::Other), "untrusted-certificate"),
        ] {
            let records = probed("https://pay.example.my/", &["8.8.8.8"], agreed(vec![own], trust));
            assert_eq!(code(chain_complete(View::new(&records))), expected);
        }
    }

    #[test]
    fn an_old_version_alone_is_not_modern() {
        let old = ProbeEnd::Agreed(Box::new(Handshake {
            version: "TLS 1.1".to_owned(),
            chain: Vec::new(),
            trust: None,
        }));
        let mut records = probed("https://pay.example.my/", &["8.8.8.8"], old);
        assert_eq!(code(modern_tls(View::new(&records))), "no-modern-tls");
        assert_eq!(code(certificate_fits(View::new(&records))), "inconclusive");
        records.extend(probed("https://pay.example.my/", &["8.8.8.8"], good()));
        assert_eq!(code(modern_tls(View::new(&records))), "passed");
        assert_eq!(days_left(View::new(&records)), Some(30));
    }
}
