//! Which addresses the harness may be pointed at.

use std::{net::IpAddr, sync::Arc};

use serde::Serialize;
use url::{Host, Url};

/// Where an address lies, as far as it can be told without asking a name server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// This machine.
    Loopback,
    /// A network that is not routed publicly (RFC 1918, 4193, 3927, 6598) or a name without a domain.
    Private,
    /// Anything else.
    Public,
}

/// Certificates that a partner's endpoint is trusted by, beside the public ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TrustAnchor {
    /// Where the file lies.
    pub path: String,
    /// The certificates, PEM.
    #[serde(skip)]
    pub pem: Vec<u8>,
}

/// An address that has passed the policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Target {
    /// The address.
    pub url: Url,
    /// Where it lies.
    pub reach: Reach,
    /// Trust beside the public anchors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust: Option<Arc<TrustAnchor>>,
}

/// Why an address is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TargetError {
    /// Not an absolute URL.
    #[error("{url:?} is not an absolute address ({reason}); write it like https://pay.example.my/hooks")]
    NotAnAddress {
        /// What stands there.
        url: String,
        /// The parser's words.
        reason: String,
    },
    /// Neither http nor https.
    #[error("the scheme {0:?} cannot be tested; use https (or http on a test machine)")]
    Scheme(String),
    /// User or password in the address.
    #[error("user and password do not belong into an address; use a header with secret_env")]
    UserInfo,
    /// A fragment is never sent.
    #[error("an address with a fragment (#…) is never sent as written; remove the fragment")]
    Fragment,
    /// A secret in the query.
    #[error(
        "the query parameter {0:?} looks like a secret, and addresses are recorded; use a header with secret_env, or where it belongs to the address registered with the platform, query_env"
    )]
    SecretInQuery(String),
    /// A gateway that takes real money.
    #[error("{0} looks like a production gateway; this program only talks to a partner's test system")]
    Production(String),
}

/// Domains under which payments are real; hosts with a sandbox label are left out.
const PRODUCTION: [&str; 2] = ["senangpay.my", "senang.io"];
const SANDBOX_LABELS: [&str; 6] = ["sandbox", "test", "staging", "uat", "dev", "demo"];
const SECRET_PARAMETERS: [&str; 9] = [
    "secret",
    "password",
    "passwd",
    "token",
    "access_token",
    "api_key",
    "apikey",
    "client_secret",
    "signature",
];

impl Target {
    /// Checks an address against the policy.
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        let not_an_address = |reason: String| TargetError::NotAnAddress {
            url: text.to_owned(),
            reason,
        };
        let url = Url::parse(text).map_err(|error| {
            not_an_address(match error {
                url::ParseError::RelativeUrlWithoutBase => "it does not begin with https://".to_owned(),
                other => other.to_string(),
            })
        })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(TargetError::Scheme(url.scheme().to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(TargetError::UserInfo);
        }
        if url.fragment().is_some() {
            return Err(TargetError::Fragment);
        }
        let host = url
            .host()
            .ok_or_else(|| not_an_address("no host".to_owned()))?
            .to_owned();
        if let Host::Domain(name) = &host
            && is_production(name)
        {
            return Err(TargetError::Production(name.clone()));
        }
        let suspicious = url
            .query_pairs()
            .map(|(name, _)| name.to_ascii_lowercase())
            .find(|name| SECRET_PARAMETERS.contains(&name.as_str()));
        if let Some(name) = suspicious {
            return Err(TargetError::SecretInQuery(name));
        }
        Ok(Self {
            reach: reach(&host),
            url,
            trust: None,
        })
    }

    /// Whether the address is plain http.
    pub fn is_plain(&self) -> bool {
        self.url.scheme() == "http"
    }

    /// Why a run against this address can never be a certificate.
    pub fn not_certifiable(&self) -> Vec<&'static str> {
        let mut reasons = Vec::new();
        if self.reach == Reach::Loopback {
            reasons.push("loopback");
        }
        if self.is_plain() {
            reasons.push("plain http");
        }
        reasons
    }
}

fn is_production(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let under = |domain: &str| {
        name.strip_suffix(domain)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    PRODUCTION.into_iter().any(under)
        && !name
            .split(['.', '-'])
            .any(|label| SANDBOX_LABELS.contains(&label))
}

fn reach(host: &Host<String>) -> Reach {
    match host {
        Host::Domain(name) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            match name.rsplit_once('.').map_or(name.as_str(), |(_, last)| last) {
                "localhost" => Reach::Loopback,
                "local" | "internal" => Reach::Private,
                _ if name.contains('.') => Reach::Public,
                _ => Reach::Private,
            }
        }
        Host::Ipv4(address) => reach_of(IpAddr::V4(*address)),
        Host::Ipv6(address) => reach_of(IpAddr::V6(*address)),
    }
}

/// Where an IP address lies.
pub fn reach_of(address: IpAddr) -> Reach {
    match address.to_canonical() {
        address if address.is_loopback() || address.is_unspecified() => Reach::Loopback,
        IpAddr::V4(v4) => {
            let [first, second, ..] = v4.octets();
            let shared = first == 100 && (64..128).contains(&second);
            if v4.is_private() || v4.is_link_local() || shared {
                Reach::Private
            } else {
                Reach::Public
            }
        }
        IpAddr::V6(v6) if v6.is_unique_local() || v6.is_unicast_link_local() => Reach::Private,
        IpAddr::V6(_) => Reach::Public,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gateways_that_take_real_money_are_refused_in_every_spelling() {
        for url in [
            "https://app.senangpay.my/payment/1",
            "https://API.SenangPay.my./x",
            "https://senang.io/",
            "https://api.senang.io/v1",
        ] {
            assert!(
                matches!(Target::parse(url), Err(TargetError::Production(_))),
                "{url}"
            );
        }
        for url in [
            "https://sandbox.senangpay.my/",
            "https://api-sandbox.senang.io/v1",
            "https://notsenang.io/",
            "https://senang.io.example.my/",
        ] {
            assert!(Target::parse(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn what_is_no_test_address_says_why() {
        assert_eq!(
            Target::parse("ftp://a/"),
            Err(TargetError::Scheme("ftp".to_owned()))
        );
        assert_eq!(Target::parse("https://a:b@c.my/"), Err(TargetError::UserInfo));
        assert_eq!(Target::parse("https://c.my/#x"), Err(TargetError::Fragment));
        assert_eq!(
            Target::parse("https://c.my/?Token=1"),
            Err(TargetError::SecretInQuery("token".to_owned()))
        );
        assert!(matches!(
            Target::parse("/hooks"),
            Err(TargetError::NotAnAddress { .. })
        ));
        assert!(matches!(
            Target::parse("https://"),
            Err(TargetError::NotAnAddress { .. })
        ));
    }

    #[test]
    fn the_reach_of_an_address_is_seen_through_its_spelling() {
        for (url, expected) in [
            ("http://127.0.0.1/", Reach::Loopback),
            ("http://2130706433/", Reach::Loopback),
            ("http://[::1]/", Reach::Loopback),
            ("http://[::ffff:127.0.0.1]/", Reach::Loopback),
            ("http://0.0.0.0/", Reach::Loopback),
            ("http://a.localhost/", Reach::Loopback),
            ("http://10.1.2.3/", Reach::Private),
            ("http://100.64.0.1/", Reach::Private),
            ("http://partner/", Reach::Private),
            ("http://[fd00::1]/", Reach::Private),
            ("https://pay.example.my/", Reach::Public),
            ("https://8.8.8.8/", Reach::Public),
        ] {
            assert_eq!(Target::parse(url).unwrap().reach, expected, "{url}");
        }
    }

    #[test]
    fn loopback_and_plain_http_cannot_be_certified() {
        let reasons = Target::parse("http://localhost:8080/").unwrap().not_certifiable();
        assert_eq!(reasons, ["loopback", "plain http"]);
        assert!(
            Target::parse("https://pay.example.my/")
                .unwrap()
                .not_certifiable()
                .is_empty()
        );
    }
}
