//! Whether TLS is spoken where the address says so, and the certificates are believed.

use url::Url;

use super::{bench::Bench, reach::Endpoint, report::Section};
use crate::{
    steps::look::answered::speaks_no_tls,
    transcript::{
        endpoint::{Certificate, Flaw, Handshake, Offer, ProbeEnd, Trust},
        look::Cause,
    },
};

/// Days before a certificate's end from which on it is worth a word.
const SOON: i64 = 14;
const DAY: i64 = 24 * 3600;

/// Looks at what the handshakes showed.
pub async fn look(bench: &Bench, endpoints: &[Endpoint]) -> Section {
    let mut section = Section::new("TLS");
    for endpoint in endpoints {
        let place = &endpoint.place;
        match &endpoint.probed.end {
            ProbeEnd::Unresolved(_) | ProbeEnd::NoConnection(_) => {
                section.not_checked(place, "it cannot be reached");
            }
            ProbeEnd::Plain => plain(bench, endpoint, &mut section).await,
            ProbeEnd::Refused(why) if speaks_no_tls(why) => section.problem(
                Cause::File,
                place,
                format!(
                    "{} says https, and port {} speaks plain http ({why})",
                    endpoint.url, endpoint.probed.port
                ),
                "write http in the address, or the port on which TLS is served",
            ),
            ProbeEnd::Refused(why) => section.problem(
                Cause::Surroundings,
                place,
                format!("the handshake failed: {why}"),
                "let the server speak TLS 1.2 or 1.3 and show a certificate without asking for one",
            ),
            ProbeEnd::Agreed(agreed) => shown(endpoint, agreed, &mut section),
        }
    }
    if endpoints.is_empty() {
        section.not_checked("", "the file names no address for messages");
    }
    section
}

/// The address says http: does the port agree?
async fn plain(bench: &Bench, endpoint: &Endpoint, section: &mut Section) {
    let Some(secure) = over_tls(&endpoint.url) else {
        return;
    };
    let probed = bench
        .context
        .deliverer
        .raw()
        .probe(&bench.scope, &secure, Offer::Usual)
        .await;
    if matches!(probed.end, ProbeEnd::Agreed(_)) {
        section.problem(
            Cause::File,
            &endpoint.place,
            format!(
                "{} says http, and port {} speaks TLS",
                endpoint.url, endpoint.probed.port
            ),
            "write https in the address",
        );
    } else {
        section.ok(
            &endpoint.place,
            "plain http, as the address says; there is no certificate to look at",
        );
    }
}

/// The same host and port over TLS.
fn over_tls(url: &Url) -> Option<Url> {
    let rest = url.as_str().split_once("://")?.1;
    let mut secure = Url::parse(&format!("https://{rest}")).ok()?;
    secure.set_port(url.port_or_known_default()).ok()?;
    Some(secure)
}

fn shown(endpoint: &Endpoint, agreed: &Handshake, section: &mut Section) {
    let place = &endpoint.place;
    let Some(certificate) = agreed.chain.first() else {
        section.problem(
            Cause::Surroundings,
            place,
            "the server showed no certificate",
            "let it show one with its whole chain",
        );
        return;
    };
    let names = names(certificate);
    let days = (certificate.not_after - endpoint.probed.unix_seconds) / DAY;
    match &agreed.trust {
        Some(Trust::Broken { flaw, detail }) => {
            let host = &endpoint.probed.host;
            let (text, fix) = match flaw {
                Flaw::UnknownIssuer => (
                    format!(
                        "the certificate is not trusted: issued by {}, which no known authority vouches for ({detail})",
                        certificate.issuer
                    ),
                    "send the intermediate certificates, too; if it is of a test authority of yours, name its \
                     certificate with trust = \"ca.pem\""
                        .to_owned(),
                ),
                Flaw::Expired => (
                    format!("the certificate ended {} days ago", -days),
                    "renew it, and reload the server".to_owned(),
                ),
                Flaw::NotYetValid => (
                    "the certificate is not valid yet".to_owned(),
                    "look at the clocks of both machines".to_owned(),
                ),
                Flaw::WrongName => (
                    format!("the certificate is for {names}, not for {host}"),
                    format!("get one for {host}, or write the name that it is for into the address"),
                ),
                Flaw::Other => (
                    format!("the certificate is not believed: {detail}"),
                    "replace it".to_owned(),
                ),
            };
            section.problem(Cause::Surroundings, place, text, fix);
        }
        Some(Trust::Held) | None if days < SOON => section.warning(
            place,
            format!(
                "{}; the certificate for {names} ends in {days} days",
                agreed.version
            ),
            "renew it before the run that counts (EP-TLS-05)",
        ),
        Some(Trust::Held) | None => section.ok(
            place,
            format!(
                "{}; the certificate is for {names}, trusted, and ends in {days} days",
                agreed.version
            ),
        ),
    }
}

fn names(certificate: &Certificate) -> String {
    let mut names: Vec<&str> = certificate.names.iter().map(String::as_str).take(4).collect();
    if names.is_empty() {
        names.push(&certificate.subject);
    }
    names.join(", ")
}
