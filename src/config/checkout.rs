//! `[checkout]`: the pages of the partner's checkout, and what they may lead to.

use std::path::PathBuf;

use serde::Serialize;

use super::{
    error::Mistake,
    reader::Section,
    request::trust,
    secret::{Secret, masked_if_there},
    target::Target,
};
use crate::wire::checkout::CheckoutHash;

/// Hosts of the gateway's sandbox.
const HOSTS: [&str; 2] = ["sandbox.senangpay.my", "api.sandbox.senangpay.my"];

/// The pages of the partner's checkout.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Checkout {
    /// The page that holds the frame or form.
    pub page: Option<Target>,
    /// Where the browser returns to; the `return_url` of `[recurring]` when there is none.
    pub return_url: Option<Target>,
    /// More pages that customers see.
    pub pages: Vec<Target>,
    /// Scripts that no page names.
    pub scripts: Vec<Target>,
    /// Hosts of the gateway to which frames and forms may lead.
    pub platform_hosts: Vec<String>,
    /// The gateway secret; that of `[recurring]` when there is none.
    #[serde(serialize_with = "masked_if_there")]
    pub secret: Option<Secret>,
    /// How the hash of a one-off request is made.
    pub hash: CheckoutHash,
    /// Folder of the built front end.
    pub build: Option<PathBuf>,
    /// The browser with which pages are judged; one on the search path when there is none.
    pub chromium: Option<PathBuf>,
}

pub(super) fn checkout(section: &Section<'_, '_>) -> Checkout {
    let trust = trust(section);
    let one = |key: &str| {
        let entry = section.value(key)?;
        let target: Target = entry.take(Target::parse(entry.filled()?))?;
        Some(Target {
            trust: trust.clone(),
            ..target
        })
    };
    let many = |key: &str| -> Vec<Target> {
        let items = section.value(key).and_then(|entry| entry.items());
        items
            .into_iter()
            .flatten()
            .filter_map(|entry| {
                let target: Target = entry.take(Target::parse(entry.filled()?))?;
                Some(Target {
                    trust: trust.clone(),
                    ..target
                })
            })
            .collect()
    };
    let hashes = [
        ("hmac-sha256", CheckoutHash::HmacSha256),
        ("md5", CheckoutHash::Md5),
    ];
    let checkout = Checkout {
        page: one("page"),
        return_url: one("return_url"),
        pages: many("pages"),
        scripts: many("scripts"),
        platform_hosts: hosts(section),
        secret: section.value("secret_env").and_then(|entry| entry.secret()),
        hash: section
            .value("hash")
            .and_then(|entry| entry.word(&hashes))
            .unwrap_or_default(),
        build: section.value("build").and_then(|entry| entry.path_value()),
        chromium: section.value("chromium").and_then(|entry| entry.path_value()),
    };
    section.finish();
    checkout
}

fn hosts(section: &Section<'_, '_>) -> Vec<String> {
    let Some(entry) = section.value("platform_hosts") else {
        return HOSTS.map(str::to_owned).to_vec();
    };
    let hosts = entry.texts().unwrap_or_default();
    for host in &hosts {
        let plain = !host.is_empty()
            && host
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | ':'));
        if !plain {
            let _: Option<()> = entry.wrong(Mistake::Senseless(format!(
                "{host:?} is no host; write it like sandbox.senangpay.my, without https://"
            )));
        }
    }
    hosts.into_iter().map(|host| host.to_ascii_lowercase()).collect()
}

impl Checkout {
    /// The hosts of the gateway's sandbox, where a file names none.
    pub fn usual_hosts() -> Vec<String> {
        HOSTS.map(str::to_owned).to_vec()
    }

    /// Every address in the section with its place.
    pub(super) fn targets(&self) -> impl Iterator<Item = (String, &Target)> {
        let named = [("page", &self.page), ("return_url", &self.return_url)];
        let named = named
            .into_iter()
            .filter_map(|(name, target)| Some((format!("checkout.{name}"), target.as_ref()?)));
        let pages = self
            .pages
            .iter()
            .map(|target| ("checkout.pages".to_owned(), target));
        let scripts = self
            .scripts
            .iter()
            .map(|target| ("checkout.scripts".to_owned(), target));
        named.chain(pages).chain(scripts)
    }
}
