//! One visit: load the page, try what a stranger would try, and read what came of it.

use std::time::Duration;

use serde_json::{Value, json};
use url::Url;

use super::process::Process;
use crate::transcript::page::PageFacts;

/// Remembers listeners for messages before any script of the page runs.
const WATCH: &str = include_str!("watch.js");
/// Reads the page and tries it out.
const PROBE: &str = include_str!("probe.js");

/// Longest wait for the page to load. A frame whose host is not reached must not hold everything up.
const LOADING: Duration = Duration::from_secs(15);
/// For scripts that run after loading.
const AFTER_LOADING: Duration = Duration::from_millis(300);

/// Visits the page; returns the browser's name as well.
pub(super) async fn visit(
    browser: &mut Process,
    page: &Url,
    own_trust: bool,
) -> Result<(String, PageFacts), String> {
    let version = browser.call(None, "Browser.getVersion", json!({})).await?;
    let name = text(&version, "product").unwrap_or_else(|| "Chromium".to_owned());
    let target = browser
        .call(None, "Target.createTarget", json!({"url": "about:blank"}))
        .await?;
    let target = text(&target, "targetId").ok_or("the browser opened no page")?;
    let attached = json!({"targetId": target, "flatten": true});
    let attached = browser.call(None, "Target.attachToTarget", attached).await?;
    let session = text(&attached, "sessionId").ok_or("the browser let nobody look at the page")?;
    let session = Some(session.as_str());
    browser.call(session, "Page.enable", json!({})).await?;
    if own_trust {
        // The same page was fetched with the partner's own certificate before; the browser cannot be
        // given one for a single visit.
        let ignore = json!({"ignore": true});
        browser
            .call(session, "Security.setIgnoreCertificateErrors", ignore)
            .await?;
    }
    let watch = json!({"source": WATCH});
    browser
        .call(session, "Page.addScriptToEvaluateOnNewDocument", watch)
        .await?;
    let visited = json!({"url": page.as_str()});
    let visited = browser.call(session, "Page.navigate", visited).await?;
    if let Some(trouble) = text(&visited, "errorText") {
        return Err(format!("the page could not be loaded: {trouble}"));
    }
    if !browser.event("Page.loadEventFired", LOADING).await {
        return Err(format!("the page was not loaded after {} s", LOADING.as_secs()));
    }
    tokio::time::sleep(AFTER_LOADING).await;
    let probe = json!({"expression": PROBE, "awaitPromise": true, "returnByValue": true});
    let mut probed = browser.call(session, "Runtime.evaluate", probe).await?;
    if let Some(trouble) = probed.pointer("/exceptionDetails/exception/description") {
        return Err(format!("the page could not be looked at: {trouble}"));
    }
    let facts = probed
        .pointer_mut("/result/value")
        .map(Value::take)
        .unwrap_or_default();
    serde_json::from_value(facts)
        .map(|facts| (name, facts))
        .map_err(|error| format!("the page could not be looked at: {error}"))
}

fn text(value: &Value, name: &str) -> Option<String> {
    value
        .get(name)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .filter(|text| !text.is_empty())
}
