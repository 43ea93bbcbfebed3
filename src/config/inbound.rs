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
    /// The query of the registered address, where it holds a secret.
    #[serde(serialize_with = "masked_if_there", skip_serializing_if = "Option::is_none")]
    pub query: Option<Secret>,
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
    /// The address as it is registered with the platform, secret query included.
    pub fn registered(&self) -> Url {
        with_query(&self.target.url, self.query.as_ref())
    }

    /// Where the same endpoint would be served without TLS: on the declared port, else on port 80. None
    /// for an endpoint on this machine without a declared port, where port 80 is somebody else's.
    pub fn plain_http(&self) -> Option<Url> {
        if self.plain_http_port.is_none() && self.target.reach == Reach::Loopback {
            return None;
        }
        // Rebuilt from text, because a URL does not let its scheme go from https to http with a port.
        let registered = self.registered();
        let rest = registered.as_str().split_once("://")?.1;
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
    /// The query of the registered address, where it holds a secret.
    #[serde(serialize_with = "masked_if_there", skip_serializing_if = "Option::is_none")]
    pub query: Option<Secret>,
    /// The gateway secret.
    #[serde(serialize_with = "masked")]
    pub secret: Secret,
    /// How the hash is made; the profile's rule when the file names none.
    pub hash: Option<RecurringHash>,
    /// The callback endpoint that is registered for forms, where it is another one.
    pub form_url: Option<Target>,
    /// Where the browser returns to.
    pub return_url: Option<Target>,
    /// The partner's own parameter template, as configured at the gateway.
    pub return_template: Option<String>,
    /// The callback endpoint whose parameters go by the template, where it is another one.
    pub template_url: Option<Target>,
    /// How the hash over the template is made; the profile's rule when the file names none.
    pub template_hash: Option<RecurringHash>,
    /// Text that stands on the return page only when a payment is confirmed.
    pub return_success: Option<String>,
}

/// An address with a query of its own behind it.
fn with_query(url: &Url, query: Option<&Secret>) -> Url {
    let mut url = url.clone();
    if let Some(query) = query {
        let known = url.query().map_or_else(String::new, |known| format!("{known}&"));
        url.set_query(Some(&(known + query.expose())));
    }
    url
}

impl Recurring {
    /// The address as it is registered with the platform, secret query included.
    pub fn registered(&self) -> Url {
        with_query(&self.target.url, self.query.as_ref())
    }

    /// Every address beside the callback endpoint itself, with its key.
    pub fn other_targets(&self) -> impl Iterator<Item = (&'static str, &Target)> {
        [
            ("form_url", &self.form_url),
            ("template_url", &self.template_url),
            ("return_url", &self.return_url),
        ]
        .into_iter()
        .filter_map(|(key, target)| Some((key, target.as_ref()?)))
    }
}

pub(super) fn webhook(section: &Section<'_, '_>) -> Option<Webhook> {
    let target = address(section);
    let secret = section.secret("secret_env");
    let next_secret = section.value("next_secret_env").map(|entry| entry.secret());
    let query = section.value("query_env").map(|entry| entry.secret());
    let plain_http_port = section
        .value("plain_http_port")
        .map(|entry| entry.integer(1..=i64::from(u16::MAX)));
    section.finish();
    Some(Webhook {
        target: target?,
        query: match query {
            Some(query) => Some(query?),
            None => None,
        },
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
    let query = section.value("query_env").map(|entry| entry.secret());
    let hash = section.value("hash").map(|entry| entry.word(&hashes));
    let other = |key| {
        section
            .value(key)
            .map(|entry| entry.take(Target::parse(entry.filled()?)))
    };
    let (form_url, template_url, return_url) =
        (other("form_url"), other("template_url"), other("return_url"));
    let template_hash = section.value("template_hash").map(|entry| entry.word(&hashes));
    let return_success = section.optional_text("return_success");
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
    let trusted = |url: Target| Target {
        trust: target.trust.clone(),
        ..url
    };
    Some(Recurring {
        form_url: whole(form_url)?.map(trusted),
        template_url: whole(template_url)?.map(trusted),
        return_url: whole(return_url)?.map(trusted),
        secret: secret?,
        query: whole(query)?,
        hash: whole(hash)?,
        template_hash: whole(template_hash)?,
        return_template: whole(return_template)?,
        return_success,
        target,
    })
}

/// None when something is there that could not be read.
#[expect(
    clippy::option_option,
    reason = "the outer tells whether it could be read, the inner whether it is there"
)]
fn whole<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    match read {
        Some(None) => None,
        Some(value) => Some(value),
        None => Some(None),
    }
}
