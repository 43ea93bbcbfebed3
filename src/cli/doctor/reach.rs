//! Whether somebody listens where messages go.

use url::Url;

use super::{bench::Bench, report::Section};
use crate::{
    config::target::Target,
    transcript::{
        endpoint::{Offer, ProbeEnd, Probed},
        look::Cause,
    },
};

/// An address that messages go to, and what was found there.
pub struct Endpoint {
    /// Section and key, such as `[webhook]`.
    pub place: String,
    /// The address, without a secret query.
    pub url: Url,
    /// Why a run with it can never be a certificate; empty when it can.
    pub limits: Vec<&'static str>,
    /// What was found.
    pub probed: Probed,
}

impl Endpoint {
    /// Whether a message can be sent there.
    pub fn takes_messages(&self) -> bool {
        match &self.probed.end {
            ProbeEnd::Plain => true,
            ProbeEnd::Agreed(agreed) => {
                matches!(agreed.trust, Some(crate::transcript::endpoint::Trust::Held))
            }
            ProbeEnd::Unresolved(_) | ProbeEnd::NoConnection(_) | ProbeEnd::Refused(_) => false,
        }
    }
}

/// The section whose endpoint could not be reached at the host and port of an address.
pub fn down<'a>(endpoints: &'a [Endpoint], url: &Url) -> Option<&'a str> {
    let place = |url: &Url| (url.host_str().map(str::to_owned), url.port_or_known_default());
    endpoints
        .iter()
        .filter(|endpoint| {
            matches!(
                endpoint.probed.end,
                ProbeEnd::Unresolved(_) | ProbeEnd::NoConnection(_)
            )
        })
        .find(|endpoint| place(&endpoint.url) == place(url))
        .map(|endpoint| endpoint.place.as_str())
}

/// Every address that messages go to.
fn targets(bench: &Bench) -> Vec<(String, &Target)> {
    let config = &bench.config;
    let webhook = config
        .webhook
        .iter()
        .map(|webhook| ("[webhook]".to_owned(), &webhook.target));
    let recurring = config.recurring.iter().flat_map(|recurring| {
        let main = ("[recurring]".to_owned(), &recurring.target);
        let others = recurring
            .other_targets()
            .map(|(key, target)| (format!("[recurring] {key}"), target));
        std::iter::once(main).chain(others)
    });
    webhook.chain(recurring).collect()
}

/// Resolves, connects and makes a handshake with each; no request is sent.
pub async fn look(bench: &Bench) -> (Section, Vec<Endpoint>) {
    let raw = bench.context.deliverer.raw();
    let looks = targets(bench).into_iter().map(|(place, target)| async move {
        Endpoint {
            place,
            url: target.url.clone(),
            limits: target.not_certifiable(),
            probed: raw.probe(&bench.scope, &target.url, Offer::Usual).await,
        }
    });
    let endpoints: Vec<Endpoint> = futures::future::join_all(looks).await;
    let mut section = Section::new("reachability");
    for endpoint in &endpoints {
        tell(endpoint, &mut section);
    }
    if endpoints.is_empty() {
        section.not_checked("", "the file names no address for messages");
    }
    (section, endpoints)
}

fn tell(endpoint: &Endpoint, section: &mut Section) {
    let Probed {
        host,
        port,
        addresses,
        end,
        ..
    } = &endpoint.probed;
    let place = &endpoint.place;
    let addresses: Vec<String> = addresses.iter().take(4).map(ToString::to_string).collect();
    let addresses = addresses.join(", ");
    let stands = if host.trim_matches(['[', ']']) == addresses {
        String::new()
    } else {
        format!("{host} is {addresses}; ")
    };
    match end {
        ProbeEnd::Unresolved(why) => section.problem(
            Cause::Surroundings,
            place,
            format!("{host} stands for no address: {why}"),
            "correct the host in the address, or the name service of this machine",
        ),
        ProbeEnd::NoConnection(why) => section.problem(
            Cause::Surroundings,
            place,
            format!(
                "cannot be reached at {}: {stands}port {port} gave: {why}",
                endpoint.url
            ),
            "start the endpoint, correct host and port, or open the firewall",
        ),
        ProbeEnd::Plain | ProbeEnd::Refused(_) | ProbeEnd::Agreed(_) => {
            let limits = if endpoint.limits.is_empty() {
                String::new()
            } else {
                format!("; never certifiable: {}", endpoint.limits.join(", "))
            };
            section.ok(place, format!("{stands}port {port} takes connections{limits}"));
        }
    }
}
