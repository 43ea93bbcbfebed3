//! The embedding page as a browser saw it, and secrets in what is delivered to browsers.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    log::EXPECTED_DIGEST,
    outcome::{Finding, Grade, Outcome},
    view::View,
    words::{inconclusive, nothing_to_judge},
};
use crate::transcript::page::{Browsed, InputField, Listener, PageFacts, Source};

/// What is asked about the embedding page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// Its frame or form leads to the gateway over https.
    LeadsToGateway,
    /// Its policy limits frames to the gateway.
    FramesLimited,
    /// Its policy limits forms to the gateway.
    FormsLimited,
    /// It has no fields for card data.
    NoCardFields,
    /// Its listeners check where a message comes from.
    OriginChecked,
}

/// Where secrets are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// Pages and browser addresses.
    Pages,
    /// Scripts, source maps and the build folder.
    Scripts,
    /// Constants that look like keys, everywhere.
    Constants,
}

static CARD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)card[\s_-]*(no\b|num|holder)|\bcc[\s_-]?(num|no\b|exp|csc)|\b(cvv|cvc|csc)2?\b|cvv|\bpan\b|security[\s_-]*code|nombor[\s_-]*kad",
    )
    .ok()
});

/// The embedding page is as it should be in one respect.
pub fn embedding(view: View<'_>, aspect: Aspect, hosts: &[String]) -> Outcome {
    let Some((number, browsed)) = view.browsed() else {
        return nothing_to_judge("a visit with a browser");
    };
    let facts = match &browsed.result {
        Ok(facts) => facts.as_ref(),
        Err(reason) => {
            return inconclusive(format!(
                "the page could not be looked at with a browser: {reason}"
            ));
        }
    };
    let found = match aspect {
        Aspect::LeadsToGateway => leads_to_gateway(facts, hosts),
        Aspect::FramesLimited => limited(facts, Directive::Frames, hosts),
        Aspect::FormsLimited => limited(facts, Directive::Forms, hosts),
        Aspect::NoCardFields => no_card_fields(facts, hosts),
        Aspect::OriginChecked => origin_checked(facts),
    };
    match found {
        Ok(()) => Outcome::Passed {
            grade: Some(Grade::B),
        },
        Err((code, expected, observed)) => failed(number, browsed, code, expected, observed),
    }
}

type Found = Result<(), (&'static str, String, String)>;

fn failed(number: u64, browsed: &Browsed, code: &str, expected: String, observed: String) -> Outcome {
    Outcome::Failed(Finding {
        code: code.to_owned(),
        stimulus: format!("a visit of {} with {}", browsed.page, browsed.browser),
        expected,
        observed,
        records: vec![number],
        timing: false,
    })
}

fn at_gateway(address: &str, hosts: &[String]) -> bool {
    Url::parse(address).is_ok_and(|url| {
        url.scheme() == "https"
            && url
                .host_str()
                .is_some_and(|host| hosts.iter().any(|name| name == host))
    })
}

fn leads_to_gateway(facts: &PageFacts, hosts: &[String]) -> Found {
    let expected = || format!("a frame or form that leads to https on {}", hosts.join(" or "));
    let frames = facts.frames.iter().filter(|frame| !frame.inline);
    let foreign: Vec<&str> = frames
        .map(|frame| frame.source.as_str())
        .filter(|source| !source.is_empty() && *source != "about:blank" && !at_gateway(source, hosts))
        .collect();
    if !foreign.is_empty() {
        let observed = format!("a frame from {}", foreign.join(" and "));
        return Err(("not-the-gateway", expected(), observed));
    }
    let leads = facts.frames.iter().any(|frame| at_gateway(&frame.source, hosts))
        || facts.forms.iter().any(|form| at_gateway(form, hosts));
    if leads {
        return Ok(());
    }
    let observed = format!(
        "{} frames and {} forms, none of which leads there",
        facts.frames.len(),
        facts.forms.len()
    );
    Err(("not-the-gateway", expected(), observed))
}

#[derive(Clone, Copy)]
enum Directive {
    Frames,
    Forms,
}

/// A policy limits a directive when at least one of the page's policies lists the gateway's hosts and
/// nothing wider, and the browser stopped a stranger.
fn limited(facts: &PageFacts, directive: Directive, hosts: &[String]) -> Found {
    let (name, names, stopped): (_, &[&str], _) = match directive {
        Directive::Frames => (
            "frame-src",
            &["frame-src", "child-src", "default-src"],
            facts.foreign_frame_blocked,
        ),
        // No other directive stands in for form-action.
        Directive::Forms => ("form-action", &["form-action"], facts.foreign_form_blocked),
    };
    let expected = format!(
        "a content security policy whose {name} names nothing but the gateway (https://{}) and your own pages",
        hosts.join(", https://")
    );
    let lists: Vec<Vec<String>> = facts
        .policies
        .iter()
        .filter_map(|policy| names.iter().find_map(|name| sources(policy, name)))
        .collect();
    if lists.is_empty() {
        let observed = format!("no {name} in {} policies of the page", facts.policies.len());
        return Err(("policy-too-wide", expected, observed));
    }
    let wide = |list: &Vec<String>| list.iter().find(|source| !is_narrow(source, hosts)).cloned();
    if let Some(source) = lists.iter().map(wide).collect::<Option<Vec<_>>>() {
        let observed = format!("{name} lets in {}", source.join(" and "));
        return Err(("policy-too-wide", expected, observed));
    }
    if !stopped {
        let observed = format!(
            "{name} reads well, but the browser let a stranger's {} through",
            match directive {
                Directive::Frames => "frame",
                Directive::Forms => "form",
            }
        );
        return Err(("policy-too-wide", expected, observed));
    }
    Ok(())
}

/// The sources of a directive in a policy.
fn sources(policy: &str, name: &str) -> Option<Vec<String>> {
    policy.split(';').find_map(|directive| {
        let mut words = directive.split_ascii_whitespace();
        words
            .next()
            .filter(|first| first.eq_ignore_ascii_case(name))
            .map(|_| words.map(str::to_ascii_lowercase).collect())
    })
}

fn is_narrow(source: &str, hosts: &[String]) -> bool {
    matches!(source, "'none'" | "'self'") || at_gateway(source, hosts)
}

fn no_card_fields(facts: &PageFacts, hosts: &[String]) -> Found {
    let is_card = |input: &&InputField| {
        input.autocomplete.to_ascii_lowercase().contains("cc-")
            || CARD
                .as_ref()
                .is_some_and(|pattern| pattern.is_match(&input.words))
    };
    let card = facts
        .inputs
        .iter()
        .filter(is_card)
        .find(|input| !at_gateway(&input.action, hosts));
    card.map_or(Ok(()), |input| {
        let sent = if input.action.is_empty() {
            "outside of any form".to_owned()
        } else {
            format!("in a form that goes to {}", input.action)
        };
        Err((
            "card-field",
            "no field for card data on your own page: cards are typed in at the gateway".to_owned(),
            format!("the field {:?} {sent}", input.words),
        ))
    })
}

fn origin_checked(facts: &PageFacts) -> Found {
    let careless = |listener: &&Listener| {
        listener.page_changed || (listener.content_read && !listener.origin_read && !listener.window_read)
    };
    facts.listeners.iter().find(careless).map_or(Ok(()), |listener| {
        let observed = if listener.page_changed {
            "a message from https://stranger.invalid changed the page"
        } else {
            "a listener read what a stranger said without looking at event.origin"
        };
        Err((
            "origin-unchecked",
            "every listener for messages compares event.origin with the gateway's before anything else"
                .to_owned(),
            format!("{observed}: {}", listener.excerpt),
        ))
    })
}

/// Nothing that is delivered to browsers holds a secret of this run or a constant that looks like a key.
pub fn nothing_secret(view: View<'_>, place: Place) -> Outcome {
    let Some((number, scan)) = view.pages_scanned() else {
        return nothing_to_judge("a search of the pages");
    };
    let sources: Vec<&Source> = match place {
        Place::Pages => scan.pages.iter().collect(),
        Place::Scripts => scan.scripts.iter().chain(&scan.files).collect(),
        Place::Constants => scan
            .pages
            .iter()
            .chain(&scan.scripts)
            .chain(&scan.files)
            .collect(),
    };
    if scan.searched.is_empty() {
        return inconclusive("no secret is known, so none could be looked for");
    }
    let told: Vec<String> = sources
        .iter()
        .filter_map(|source| {
            let what: Vec<String> = if place == Place::Constants {
                source.constants.clone()
            } else {
                let labels = source.found.keys();
                labels
                    .filter(|label| !label.starts_with(EXPECTED_DIGEST))
                    .cloned()
                    .collect()
            };
            (!what.is_empty()).then(|| format!("{} in {}", what.join(", "), source.place))
        })
        .collect();
    if !told.is_empty() {
        return Outcome::Failed(Finding {
            code: "secret-in-page".to_owned(),
            stimulus: format!("a search of {} pages, scripts and files", sources.len()),
            expected: match place {
                Place::Constants => "no constant that looks like a key beside an address of the platform",
                Place::Pages | Place::Scripts => {
                    "no API key, secret key or webhook key, neither plain nor in base64 or hex"
                }
            }
            .to_owned(),
            observed: told.join("; "),
            records: vec![number],
            timing: false,
        });
    }
    let unread: Vec<String> = sources
        .iter()
        .filter_map(|source| {
            let why = source.unreadable.as_ref()?;
            Some(format!("{} ({why})", source.place))
        })
        .collect();
    if !unread.is_empty() {
        return inconclusive(format!("not everything could be read: {}", unread.join(", ")));
    }
    if sources.iter().all(|source| source.bytes == 0) {
        return inconclusive("there was nothing to search; name page, pages, scripts or build in [checkout]");
    }
    Outcome::Passed {
        grade: Some(Grade::B),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::page::Frame;

    fn hosts() -> Vec<String> {
        vec!["sandbox.senangpay.my".to_owned()]
    }

    fn clean() -> PageFacts {
        PageFacts {
            policies: vec![
                "default-src 'self'; frame-src https://sandbox.senangpay.my; form-action \
                 https://sandbox.senangpay.my"
                    .to_owned(),
            ],
            frames: vec![Frame {
                source: "https://sandbox.senangpay.my/payment/1".to_owned(),
                inline: false,
            }],
            foreign_frame_blocked: true,
            foreign_form_blocked: true,
            listeners: vec![Listener {
                origin_read: true,
                window_read: false,
                content_read: false,
                page_changed: false,
                excerpt: String::new(),
            }],
            ..PageFacts::default()
        }
    }

    fn codes(facts: &PageFacts) -> Vec<&'static str> {
        [
            leads_to_gateway(facts, &hosts()),
            limited(facts, Directive::Frames, &hosts()),
            limited(facts, Directive::Forms, &hosts()),
            no_card_fields(facts, &hosts()),
            origin_checked(facts),
        ]
        .into_iter()
        .map(|found| found.map_or_else(|(code, ..)| code, |()| "passed"))
        .collect()
    }

    #[test]
    fn a_clean_page_passes_in_every_respect() {
        assert_eq!(codes(&clean()), ["passed"; 5]);
    }

    #[test]
    fn each_fault_is_told_by_its_code() {
        let mut page = clean();
        page.frames[0].source = "http://sandbox.senangpay.my/".to_owned();
        page.policies = vec!["frame-src https: ; form-action *".to_owned()];
        page.inputs = vec![InputField {
            words: "card_number".to_owned(),
            autocomplete: String::new(),
            action: "https://shop.my/pay".to_owned(),
        }];
        page.listeners[0] = Listener {
            origin_read: false,
            content_read: true,
            ..page.listeners[0].clone()
        };
        assert_eq!(
            codes(&page),
            [
                "not-the-gateway",
                "policy-too-wide",
                "policy-too-wide",
                "card-field",
                "origin-unchecked"
            ]
        );
    }

    #[test]
    fn a_policy_counts_only_when_the_browser_follows_it() {
        let page = PageFacts {
            foreign_form_blocked: false,
            ..clean()
        };
        assert_eq!(codes(&page)[1..3], ["passed", "policy-too-wide"]);
        let page = PageFacts {
            policies: vec!["default-src 'self'".to_owned()],
            ..clean()
        };
        assert_eq!(codes(&page)[1..3], ["passed", "policy-too-wide"]);
    }

    #[test]
    fn ordinary_fields_are_no_card_fields() {
        for words in [
            "name",
            "email",
            "phone number",
            "discount card",
            "company",
            "expand",
        ] {
            let page = PageFacts {
                inputs: vec![InputField {
                    words: words.to_owned(),
                    autocomplete: "name".to_owned(),
                    action: String::new(),
                }],
                ..clean()
            };
            assert_eq!(codes(&page)[3], "passed", "{words}");
        }
    }
}
