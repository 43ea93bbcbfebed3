//! The embedding page in a real browser, and a search of everything that browsers receive.

use std::sync::Arc;

use cucumber::{then, when};
use url::Url;

use super::{stop::Stop, world::Example};
use crate::{
    actors::page::{
        fetch::{Fetched, fetch},
        request,
        scan::{self, SourceMap},
    },
    checks::{
        check::Check,
        page::{Aspect, Place},
    },
    config::target::{Target, TrustAnchor},
    transcript::{
        page::{Browsed, PagesScanned, Source},
        record::Event,
    },
};

/// Most scripts that are read.
const MOST_SCRIPTS: usize = 50;

/// What a browser would receive, gathered one after another.
struct Gathering<'a> {
    example: &'a Example,
    hosts: &'a [String],
    trust: Option<Arc<TrustAnchor>>,
    scanned: PagesScanned,
    scripts: Vec<Url>,
}

impl Gathering<'_> {
    fn search(&self, place: &str, bytes: &[u8]) -> Source {
        scan::search(&self.example.context.recorder, place, bytes, self.hosts)
    }

    /// One page with the address a redirect of it leads to; its scripts are remembered.
    async fn page(&mut self, target: &Target) {
        let cookie = self.example.shop.answer.as_ref();
        let cookie = cookie.and_then(|answer| answer.cookie.clone());
        let fetched = Box::pin(fetch(&target.url, target.trust.as_ref(), cookie.as_deref())).await;
        let place = target.url.as_str();
        match fetched {
            Ok(Fetched { location, body, .. }) => {
                self.page_text(&target.url, &body);
                if let Some(location) = location {
                    let source = self.search("address of a redirect", location.as_bytes());
                    self.scanned.pages.push(source);
                }
            }
            Err(reason) => self.scanned.pages.push(scan::unreadable(place, reason)),
        }
    }

    fn page_text(&mut self, url: &Url, body: &[u8]) {
        let source = self.search(url.as_str(), body);
        self.scanned.pages.push(source);
        let named = request::scripts(url, &String::from_utf8_lossy(body));
        // Scripts of other hosts are not the partner's bundle.
        self.scripts
            .extend(named.into_iter().filter(|script| script.host() == url.host()));
    }

    /// Every script with its map.
    async fn read_scripts(&mut self) {
        self.scripts.sort();
        self.scripts.dedup();
        self.scripts.truncate(MOST_SCRIPTS);
        for script in std::mem::take(&mut self.scripts) {
            let body = match Box::pin(fetch(&script, self.trust.as_ref(), None)).await {
                Ok(fetched) => fetched.body,
                Err(reason) => {
                    let source = scan::unreadable(script.as_str(), reason);
                    self.scanned.scripts.push(source);
                    continue;
                }
            };
            let source = self.search(script.as_str(), &body);
            self.scanned.scripts.push(source);
            match scan::source_map(&script, &String::from_utf8_lossy(&body)) {
                None => {}
                Some(SourceMap::Inline(map)) => {
                    let source = self.search(&format!("{script} (its map)"), &map);
                    self.scanned.scripts.push(source);
                }
                Some(SourceMap::At(map)) if map.host() == script.host() => {
                    // A map that is not published is as it should be.
                    if let Ok(fetched) = Box::pin(fetch(&map, self.trust.as_ref(), None)).await
                        && (200..300).contains(&fetched.status)
                    {
                        let source = self.search(map.as_str(), &fetched.body);
                        self.scanned.scripts.push(source);
                    }
                }
                Some(SourceMap::At(map)) => {
                    self.example
                        .note(format!("the map {map} lies on another host and was not read"));
                }
            }
        }
    }
}

#[when("everything that browsers receive is searched for secrets")]
async fn searched(example: &mut Example) -> Result<(), Stop> {
    let checkout = example.pages();
    let recorder = example.context.recorder.clone();
    let mut pages: Vec<&Target> = checkout.page.iter().collect();
    pages.extend(&checkout.return_url);
    pages.extend(&checkout.pages);
    let mut gathering = Gathering {
        hosts: &checkout.platform_hosts,
        trust: pages.first().and_then(|target| target.trust.clone()),
        scanned: PagesScanned {
            pages: Vec::new(),
            scripts: Vec::new(),
            files: Vec::new(),
            searched: recorder.labels(),
        },
        scripts: checkout.scripts.iter().map(|target| target.url.clone()).collect(),
        example,
    };
    if let Some(answer) = &gathering.example.shop.answer {
        let base = answer.base.clone();
        let (body, location) = (answer.body.clone(), answer.location.clone());
        let address = gathering.example.shop.address.clone();
        if let Some(base) = base {
            gathering.page_text(&base, &body);
        }
        if let Some(address) = address.or(location) {
            let source = gathering.search("address of the checkout request", address.as_bytes());
            gathering.scanned.pages.push(source);
        }
    }
    for page in pages {
        Box::pin(gathering.page(page)).await;
    }
    Box::pin(gathering.read_scripts()).await;
    let mut scanned = gathering.scanned;
    if let Some(build) = checkout.build.clone() {
        let (recorder, hosts) = (recorder.clone(), checkout.platform_hosts.clone());
        let files = tokio::task::spawn_blocking(move || scan::folder(&recorder, &build, &hosts));
        scanned.files = files
            .await
            .map_err(|error| Stop::Harness(format!("the build folder could not be searched: {error}")))?;
    }
    recorder.record(Some(&example.scope), Event::PagesScanned(scanned));
    Ok(())
}

#[when("the embedding page is opened in a browser")]
async fn opened(example: &mut Example) -> Result<(), Stop> {
    let context = Arc::clone(&example.context);
    let page = context.checkout.page.clone().ok_or_else(|| {
        Stop::Inconclusive("no embedding page is declared; add page to [checkout]".to_owned())
    })?;
    let browser = context.browser.as_ref().ok_or_else(|| {
        Stop::Inconclusive(
            "needs Chromium: install it where this program runs, or name it with chromium in [checkout]"
                .to_owned(),
        )
    })?;
    let fetched = Box::pin(fetch(&page.url, page.trust.as_ref(), None))
        .await
        .map_err(|reason| Stop::Inconclusive(format!("{} could not be fetched: {reason}", page.url)))?;
    let name = format!("{}-{}", context.seed, context.clock().unix_millis());
    let visited = example
        .idle(async { browser.visit(&page.url, page.trust.is_some(), &name).await })
        .await;
    let (browser, result) = visited.as_ref().clone();
    let result = result.map(|mut facts| {
        facts.policies.splice(0..0, fetched.policies);
        facts
    });
    let visit = Browsed {
        page: page.url.to_string(),
        browser,
        result,
        at: example.context.clock().now(),
    };
    example
        .context
        .recorder
        .record(Some(&example.scope), Event::Browsed(Box::new(visit)));
    Ok(())
}

#[then(
    regex = r"^(its frame or form leads to the gateway over https|its policy lets in frames of the gateway only|its policy lets forms go to the gateway only|it has no fields for card data|its listeners turn strangers' messages away)$"
)]
#[expect(
    clippy::needless_pass_by_value,
    reason = "the engine hands captures over by value"
)]
fn clean(example: &mut Example, what: String) {
    let aspect = match what.as_str() {
        "its frame or form leads to the gateway over https" => Aspect::LeadsToGateway,
        "its policy lets in frames of the gateway only" => Aspect::FramesLimited,
        "its policy lets forms go to the gateway only" => Aspect::FormsLimited,
        "it has no fields for card data" => Aspect::NoCardFields,
        _ => Aspect::OriginChecked,
    };
    let hosts = example.context.checkout.platform_hosts.clone();
    example.check(Check::EmbeddingPage { aspect, hosts });
}

#[then(
    regex = r"^there is no (secret in pages and browser addresses|secret in scripts, source maps and built files|constant like a key beside an address of the platform)$"
)]
#[expect(
    clippy::needless_pass_by_value,
    reason = "the engine hands captures over by value"
)]
fn nothing_secret(example: &mut Example, what: String) {
    let place = if what.contains("constant") {
        Place::Constants
    } else if what.contains("scripts") {
        Place::Scripts
    } else {
        Place::Pages
    };
    example.check(Check::NothingSecretIn { place });
}
