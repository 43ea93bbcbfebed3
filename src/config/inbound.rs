//! `[webhook]` and `[recurring]`: where the partner receives messages.

use serde::Serialize;
use url::Url;

use super::{
    error::Mistake,
    reader::Section,
    request::address,
    secret::{Secret, masked, masked_if_there},
    target::{Reach, Target},
};
use crate::wire::recurring::RecurringHash;

/// Where webhooks go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Webhook {
    /// The endpoint.
    pub target: Target,
    /// The signing secret.
    #[serde(serialize_with = "masked")]
    pub secret: Secret,
    /// The second active secret during a key rotation.
    #[serde(serialize_with = "masked_if_there")]
    pub next_secret: Option<Secret>,
    /// Port on which the same host would serve plain http, where the file says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plain_http_port: Option<u16>,
}

impl Webhook {
    /// Where the same endpoint would be served without TLS: on the declared port, else on port 80. None
    /// for an endpoint on this machine without a declared port, where port 80 is somebody else's.
    pub fn plain_http(&self) -> Option<Url> {
        if self.plain_http_port.is_none() && self.target.reach == Reach::Loopback {
            return None;
        }
        // Rebuilt from text, because a URL does not let its scheme go from https to http with a port.
        let rest = self.target.url.as_str().split_once("://")?.1;
        let mut plain = Url::parse(&format!("http://{rest}")).ok()?;
        plain.set_port(self.plain_http_port).ok()?;
        Some(plain)
    }
}

/// Where recurring callbacks and browser returns go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recurring {
    /// The callback endpoint.
    pub target: Target,
    /// The gateway secret.
    #[serde(serialize_with = "masked")]
    pub secret: Secret,
    /// How the hash is made; the profile's rule when the file names none.
    pub hash: Option<RecurringHash>,
    /// Where the browser returns to.
    pub return_url: Option<Target>,
    /// The partner's own parameter template, as configured at the gateway.
    pub return_template: Option<String>,
}

pub(super) fn webhook(section: &Section<'_, '_>) -> Option<Webhook> {
    let target = address(section);
    let secret = section.secret("secret_env");
    let next_secret = section.value("next_secret_env").map(|entry| entry.secret());
    let plain_http_port = section
        .value("plain_http_port")
        .map(|entry| entry.integer(1..=i64::from(u16::MAX)));
    section.finish();
    Some(Webhook {
        target: target?,
        secret: secret?,
        next_secret: match next_secret {
            Some(secret) => Some(secret?),
            None => None,
        },
        plain_http_port: match plain_http_port {
            Some(port) => u16::try_from(port?).ok(),
            None => None,
        },
    })
}

pub(super) fn recurring(section: &Section<'_, '_>) -> Option<Recurring> {
    let hashes = [
        ("sha256", RecurringHash::Sha256),
        ("hmac-sha256", RecurringHash::HmacSha256),
        ("md5", RecurringHash::Md5),
    ];
    let target = address(section);
    let secret = section.secret("secret_env");
    let hash = section.value("hash").map(|entry| entry.word(&hashes));
    let return_url = section
        .value("return_url")
        .map(|entry| entry.take(Target::parse(entry.filled()?)));
    let return_template = section.value("return_template").map(|entry| {
        let template = entry.filled()?;
        if template.contains("[HASH]") {
            Some(template.to_owned())
        } else {
            entry.wrong(Mistake::Senseless(
                "has no [HASH], so nothing could be verified; write it like \
                 ?order=[ORDER_ID]&status=[TXN_STATUS]&hash=[HASH]"
                    .to_owned(),
            ))
        }
    });
    section.finish();
    let target = target?;
    Some(Recurring {
        return_url: match return_url {
            Some(url) => Some(Target {
                trust: target.trust.clone(),
                ..url?
            }),
            None => None,
        },
        target,
        secret: secret?,
        hash: match hash {
            Some(hash) => Some(hash?),
            None => None,
        },
        return_template: match return_template {
            Some(template) => Some(template?),
            None => None,
        },
    })
}
