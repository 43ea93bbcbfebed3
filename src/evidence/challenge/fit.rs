//! Whether a run fits a challenge. Asked before it begins, and again of its bundle.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::Value;

use super::document::ChallengeDocument;
use crate::{
    contract::{
        capability::{Capability, Operation},
        id::ExampleId,
    },
    evidence::text::TerminalText,
    plan::entry::{Entry, Selection},
};

/// A run, as far as a challenge asks about it.
#[derive(Clone, Copy, Debug)]
pub struct Offer<'a> {
    /// The masked configuration.
    pub configuration: &'a Value,
    /// Digest of its suite.
    pub suite_digest: &'a str,
    /// Version of its program.
    pub version: &'a str,
    /// The word of its mode.
    pub mode: &'a str,
    /// Its start, RFC 3339.
    pub started_at: &'a str,
}

/// Why a run does not answer a challenge.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(
    missing_docs,
    reason = "the texts say what each is, and the fields what they show"
)]
pub enum Misfit {
    #[error("the start of the run, {}, is no time", found.as_str())]
    Undated { found: TerminalText },
    #[error("the run began at {at}, before the challenge was issued at {issued}; compare the clocks")]
    Early { issued: Timestamp, at: Timestamp },
    #[error("the challenge expired at {expires}, and the run began at {at}; ask the reviewer for a new one")]
    Expired { expires: Timestamp, at: Timestamp },
    #[error("the challenge is for partner {}, and the run is of {}", expected.as_str(), found.as_str())]
    Partner {
        expected: TerminalText,
        found: TerminalText,
    },
    #[error(
        "the challenge asks for the suite with digest {}, and the run has {}; use version {} of the program",
        expected.as_str(), found.as_str(), version.as_str()
    )]
    Suite {
        expected: TerminalText,
        found: TerminalText,
        version: TerminalText,
    },
    #[error(
        "the challenge asks for version {} of the program, and the run was made with {}",
        expected.as_str(), found.as_str()
    )]
    Version {
        expected: TerminalText,
        found: TerminalText,
    },
    #[error("the challenge asks for mode {}, and the run has mode {}", expected.as_str(), found.as_str())]
    Mode {
        expected: TerminalText,
        found: TerminalText,
    },
    #[error("{capability} is not declared, and the challenge asks for it; declare it in [capabilities]")]
    NotDeclared { capability: Capability },
    #[error("{example}, which the challenge requires, is left out: {}", why.as_str())]
    NotCovered { example: ExampleId, why: TerminalText },
}

impl Misfit {
    /// Its code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Undated { .. } => "challenge-undated",
            Self::Early { .. } => "challenge-early",
            Self::Expired { .. } => "challenge-expired",
            Self::Partner { .. } => "challenge-partner",
            Self::Suite { .. } => "challenge-suite",
            Self::Version { .. } => "challenge-version",
            Self::Mode { .. } => "challenge-mode",
            Self::NotDeclared { .. } => "not-declared",
            Self::NotCovered { .. } => "not-covered",
        }
    }
}

/// How the required examples of a challenge stand in a run that fits it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Covered {
    /// How many were selected.
    pub selected: usize,
    /// Those that do not apply to the partner, with the reason. The reviewer decides whether it is a good one.
    pub not_applicable: Vec<(ExampleId, String)>,
}

/// Holds a run against a challenge. The plan is as it was before the run, or as it turned out.
pub fn fit<'a>(
    document: &ChallengeDocument,
    offer: &Offer<'_>,
    plan: impl IntoIterator<Item = &'a Entry>,
) -> Result<Covered, Vec<Misfit>> {
    let mut misfits = facts(document, offer);
    let plan: HashMap<&ExampleId, &Selection> = plan
        .into_iter()
        .map(|entry| (&entry.example, &entry.selection))
        .collect();
    let mut covered = Covered::default();
    for example in &document.challenge.required {
        let why = match plan.get(example) {
            Some(Selection::Selected) => {
                covered.selected += 1;
                continue;
            }
            Some(Selection::NotApplicable { reason }) => {
                covered.not_applicable.push((example.clone(), reason.clone()));
                continue;
            }
            Some(Selection::Excluded { reason }) => reason.as_str(),
            None => "the plan does not have it",
        };
        misfits.push(Misfit::NotCovered {
            example: example.clone(),
            why: TerminalText::line(why),
        });
    }
    if misfits.is_empty() {
        Ok(covered)
    } else {
        Err(misfits)
    }
}

fn facts(document: &ChallengeDocument, offer: &Offer<'_>) -> Vec<Misfit> {
    let line = TerminalText::line;
    let challenge = &document.challenge;
    let mut misfits = Vec::new();
    match offer.started_at.parse::<Timestamp>() {
        Err(_) => misfits.push(Misfit::Undated {
            found: line(offer.started_at),
        }),
        Ok(at) if at < document.issued => misfits.push(Misfit::Early {
            issued: document.issued,
            at,
        }),
        Ok(at) if at > document.expires => misfits.push(Misfit::Expired {
            expires: document.expires,
            at,
        }),
        Ok(_) => {}
    }
    let partner = partner(offer.configuration).unwrap_or("nobody");
    if partner != challenge.partner {
        misfits.push(Misfit::Partner {
            expected: line(&challenge.partner),
            found: line(partner),
        });
    }
    if offer.suite_digest != challenge.suite.digest {
        misfits.push(Misfit::Suite {
            expected: line(&challenge.suite.digest),
            found: line(offer.suite_digest),
            version: line(&challenge.suite.version),
        });
    } else if offer.version != challenge.suite.version {
        misfits.push(Misfit::Version {
            expected: line(&challenge.suite.version),
            found: line(offer.version),
        });
    }
    if offer.mode != challenge.mode.name() {
        misfits.push(Misfit::Mode {
            expected: line(challenge.mode.name()),
            found: line(offer.mode),
        });
    }
    let capabilities = offer.configuration.get("capabilities").unwrap_or(&Value::Null);
    let missing = challenge
        .must_declare
        .iter()
        .filter(|capability| declares(capabilities, **capability) != Some(true));
    misfits.extend(missing.map(|capability| Misfit::NotDeclared {
        capability: *capability,
    }));
    misfits
}

/// Id of the partner in a masked configuration.
pub fn partner(configuration: &Value) -> Option<&str> {
    configuration.get("partner")?.get("id")?.as_str()
}

/// Whether the section `[capabilities]` of a masked configuration declares something; none when it is nothing that
/// can be declared there.
pub fn declares(capabilities: &Value, capability: Capability) -> Option<bool> {
    let names = |key: &str| -> Vec<&str> {
        let listed = capabilities.get(key).and_then(Value::as_array);
        listed.into_iter().flatten().filter_map(Value::as_str).collect()
    };
    let switched = |key: &str| capabilities.get(key) == Some(&Value::Bool(true));
    Some(match capability {
        Capability::Webhooks => !names("webhooks").is_empty(),
        Capability::Event(kind) => names("webhooks").contains(&kind.name()),
        Capability::RecurringJson => names("recurring").contains(&"json"),
        Capability::RecurringForm => names("recurring").contains(&"form"),
        Capability::ReturnTemplate => switched("return_template"),
        Capability::Api => names("api")
            .iter()
            .any(|name| name.parse().is_ok_and(Operation::calls_api)),
        Capability::Operation(operation) => names("api").contains(&operation.name()),
        Capability::Checkout => switched("checkout"),
        Capability::Batch => switched("batch"),
        Capability::OutOfScopeType
        | Capability::SignedHeaders
        | Capability::SignedTimestamp
        | Capability::RecurringHashNotMd5
        | Capability::TemplateJson
        | Capability::TemplateForm
        | Capability::TemplateAmount
        | Capability::Load
        | Capability::PublicTarget
        | Capability::PlainHttpAddress => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        contract::severity::Severity,
        evidence::{challenge::document::tests::sample, sample::entry},
    };

    fn plan(a: Selection, b: Selection) -> [Entry; 2] {
        [("WH-SIG-01/a", a), ("WH-SIG-01/b", b)]
            .map(|(example, selection)| entry(example, Severity::Required, selection))
    }

    fn codes(change: impl FnOnce(&mut Value, &mut Offer<'_>)) -> Vec<&'static str> {
        let document = ChallengeDocument::read(&sample().bytes().unwrap()).unwrap();
        let mut configuration =
            json!({"partner": {"id": "acme"}, "capabilities": {"webhooks": ["payment.success"]}});
        let digest = "5f".repeat(32);
        let nothing = Value::Null;
        let mut offer = Offer {
            configuration: &nothing,
            suite_digest: &digest,
            version: "0.1.0",
            mode: "certify",
            started_at: "2026-11-20T10:15:00.250Z",
        };
        change(&mut configuration, &mut offer);
        let offer = Offer {
            configuration: &configuration,
            ..offer
        };
        let plan = plan(Selection::Selected, Selection::Selected);
        match fit(&document, &offer, &plan) {
            Ok(covered) => {
                assert_eq!(covered.selected, 2);
                Vec::new()
            }
            Err(misfits) => misfits.iter().map(Misfit::code).collect(),
        }
    }

    #[test]
    fn a_run_fits_or_every_difference_has_its_code() {
        assert_eq!(codes(|_, _| {}), Vec::<&str>::new());
        let before = |_: &mut Value, offer: &mut Offer<'_>| offer.started_at = "2026-11-20T09:59:59Z";
        assert_eq!(codes(before), ["challenge-early"]);
        let after = |_: &mut Value, offer: &mut Offer<'_>| offer.started_at = "2026-11-27T10:00:01Z";
        assert_eq!(codes(after), ["challenge-expired"]);
        assert_eq!(codes(|_, offer| offer.started_at = "soon"), ["challenge-undated"]);
        assert_eq!(codes(|_, offer| offer.suite_digest = "00"), ["challenge-suite"]);
        assert_eq!(codes(|_, offer| offer.version = "0.2.0"), ["challenge-version"]);
        assert_eq!(codes(|_, offer| offer.mode = "smoke"), ["challenge-mode"]);
        let other =
            |configuration: &mut Value, _: &mut Offer<'_>| configuration["partner"]["id"] = json!("b");
        assert_eq!(codes(other), ["challenge-partner"]);
        let silent = |configuration: &mut Value, _: &mut Offer<'_>| configuration["capabilities"] = json!({});
        assert_eq!(codes(silent), ["not-declared"]);
        let nothing = |configuration: &mut Value, _: &mut Offer<'_>| *configuration = Value::Null;
        assert_eq!(codes(nothing), ["challenge-partner", "not-declared"]);
    }

    #[test]
    fn a_required_example_is_selected_or_has_a_reason() {
        let document = ChallengeDocument::read(&sample().bytes().unwrap()).unwrap();
        let configuration =
            json!({"partner": {"id": "acme"}, "capabilities": {"webhooks": ["payment.success"]}});
        let digest = "5f".repeat(32);
        let offer = Offer {
            configuration: &configuration,
            suite_digest: &digest,
            version: "0.1.0",
            mode: "certify",
            started_at: "2026-11-20T10:15:00Z",
        };
        let reason = "nothing of it is declared".to_owned();
        let not_applicable = Selection::NotApplicable { reason };
        let covered = fit(&document, &offer, &plan(Selection::Selected, not_applicable)).unwrap();
        assert_eq!(covered.selected, 1);
        assert_eq!(covered.not_applicable[0].1, "nothing of it is declared");
        let reason = "the run is limited to \u{1b}[2J".to_owned();
        let left_out = plan(Selection::Selected, Selection::Excluded { reason });
        for plan in [&left_out[..], &left_out[..1]] {
            let misfits = fit(&document, &offer, plan).unwrap_err();
            assert_eq!(
                misfits.iter().map(Misfit::code).collect::<Vec<_>>(),
                ["not-covered"]
            );
            assert!(!misfits[0].to_string().contains('\u{1b}'));
        }
    }

    #[test]
    fn only_what_the_partners_file_can_say_can_be_demanded() {
        let all = json!({"webhooks": ["payment.success"], "recurring": ["form"], "return_template": true,
            "api": ["order", "buy"], "checkout": false, "batch": true});
        for (name, declared) in [
            ("webhooks", Some(true)),
            ("payment.success", Some(true)),
            ("payment.failed", Some(false)),
            ("recurring.form", Some(true)),
            ("recurring.json", Some(false)),
            ("return-template", Some(true)),
            ("api", Some(true)),
            ("api.buy", Some(true)),
            ("api.claim", Some(false)),
            ("checkout", Some(false)),
            ("batch", Some(true)),
            ("load", None),
        ] {
            assert_eq!(declares(&all, name.parse().unwrap()), declared, "{name}");
        }
        assert_eq!(declares(&json!({"api": ["order"]}), Capability::Api), Some(false));
    }
}
