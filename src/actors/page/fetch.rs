//! Fetching pages and scripts as a careful reader: no redirect, no proxy, bounded.

use std::{sync::Arc, time::Duration};

use url::Url;

use crate::{
    actors::trigger::http::{client, described},
    config::target::TrustAnchor,
};

/// Longest page or script that is read, in bytes.
const LONGEST: usize = 8 * 1024 * 1024;
const TIME_LIMIT: Duration = Duration::from_secs(15);

/// A page as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Its status.
    pub status: u16,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// Content security policies of the header.
    pub policies: Vec<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// Fetches one address. `cookie` is what an earlier page asked the browser to keep.
pub async fn fetch(
    url: &Url,
    trust: Option<&Arc<TrustAnchor>>,
    cookie: Option<&str>,
) -> Result<Fetched, String> {
    let client = client(trust.map(AsRef::as_ref), TIME_LIMIT)?;
    let mut request = client.get(url.clone()).header("accept", "text/html,*/*;q=0.8");
    if let Some(cookie) = cookie {
        request = request.header("cookie", cookie);
    }
    let mut response = request.send().await.map_err(|error| described(&error))?;
    let status = response.status().as_u16();
    let location = response
        .headers()
        .get("location")
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let policies = response.headers().get_all("content-security-policy").iter();
    let policies = policies
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .collect();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| described(&error))? {
        if body.len() + chunk.len() > LONGEST {
            return Err(format!("longer than {LONGEST} bytes"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Fetched {
        status,
        location,
        policies,
        body,
    })
}
