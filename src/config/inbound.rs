//! `[webhook]` and `[recurring]`: where the partner receives messages.

use serde::Serialize;

use super::{
    error::Mistake,
    reader::Section,
    request::address,
    secret::{Secret, masked, masked_if_there},
    target::Target,
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
    section.finish();
    Some(Webhook {
        target: target?,
        secret: secret?,
        next_secret: match next_secret {
            Some(secret) => Some(secret?),
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
