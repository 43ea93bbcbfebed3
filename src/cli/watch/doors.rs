//! Whether the partner's endpoints went away and came back.

use std::{path::Path, time::Duration};

use url::Url;

use crate::{
    actors::reach,
    config::{host::Host, partner::Config},
};

/// Time between two tries to connect. A program that is gone for a shorter time is not noticed.
const BETWEEN: Duration = Duration::from_millis(250);

/// Addresses that are looked at; none where the file cannot be read for now.
pub(super) fn addresses(file: &Path, host: &Host) -> Vec<Url> {
    let Ok(config) = Config::load(file, host) else {
        return Vec::new();
    };
    let webhook = config.webhook.iter().map(|webhook| webhook.target.url.clone());
    let recurring = config
        .recurring
        .iter()
        .map(|recurring| recurring.target.url.clone());
    let mut addresses: Vec<Url> = Vec::new();
    for url in webhook.chain(recurring) {
        let same = |known: &Url| {
            known.host_str() == url.host_str() && known.port_or_known_default() == url.port_or_known_default()
        };
        if !addresses.iter().any(same) {
            addresses.push(url);
        }
    }
    addresses
}

/// Waits until one of them was gone and all are back.
pub(super) async fn back(addresses: &[Url]) {
    if addresses.is_empty() {
        return std::future::pending().await;
    }
    let mut gone = false;
    loop {
        let there = all_there(addresses).await;
        if gone && there {
            return;
        }
        gone |= !there;
        tokio::time::sleep(BETWEEN).await;
    }
}

async fn all_there(addresses: &[Url]) -> bool {
    for address in addresses {
        if reach::connect(address).await.is_err() {
            return false;
        }
    }
    true
}
