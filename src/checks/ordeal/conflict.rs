//! Conflicts: what exists is found, what is under way is waited for, nothing is made twice.

use std::collections::BTreeSet;

use super::within::{Ordeal, told};
use crate::{
    checks::{
        api::{describe, finding, unreached},
        outcome::{Finding, Grade, Outcome},
        view::View,
        words::inconclusive,
    },
    transcript::exchange::SeenRequest,
    wire::{fault::ApiCall, moment::Micros},
};

/// The first conflict was no reason to create under another key. With `pause_millis` the first request is
/// under way, so the next one under its key leaves it that time; without, what exists is looked up or used,
/// or the operation ends as failed.
pub fn resolved(view: View<'_>, reference: &str, call: ApiCall, pause_millis: Option<u64>) -> Outcome {
    let ordeal = Ordeal::of(view, reference);
    let attempts = ordeal.attempts(call);
    let Some((number, conflict)) = ordeal.first_struck(call) else {
        return inconclusive(unreached(ordeal.operation));
    };
    let numbers = || attempts.iter().map(|(number, _)| *number);
    let keys: BTreeSet<Option<&str>> = attempts
        .iter()
        .map(|(_, request)| request.headers.get("idempotency-key"))
        .collect();
    let keyless_repeat = attempts.len() > 1 && keys.contains(&None);
    if keys.len() > 1 || keyless_repeat {
        return finding(
            "recreated",
            ordeal.operation,
            "no second request to create it under another idempotency key, or under none",
            format!("{} keys in {}", keys.len(), told(&attempts)),
            numbers(),
        );
    }
    let after = |request: &SeenRequest| request.started > conflict.answered;
    if let Some(pause) = pause_millis {
        let next = ordeal.seen.iter().find(|(_, request)| {
            after(request)
                && (request.call == call || !request.call.writes())
                && request.call != ApiCall::Token
        });
        if let Some((next_number, next)) = next {
            let gap = next.started.millis_since(conflict.answered);
            if gap < pause {
                let expected = format!("at least {pause} ms before the same key is sent again");
                let observed = format!("{} after {gap} ms", describe(next));
                let outcome = finding(
                    "repeated-too-soon",
                    ordeal.operation,
                    expected,
                    observed,
                    [number, *next_number],
                );
                return match outcome {
                    Outcome::Failed(finding) => Outcome::Failed(Finding {
                        timing: true,
                        ..finding
                    }),
                    other => other,
                };
            }
            return passed(&ordeal);
        }
    } else if uses(&ordeal, existing(conflict).as_deref(), conflict.answered) {
        return passed(&ordeal);
    }
    match ordeal.outcome() {
        Some("failed") => passed(&ordeal),
        Some(outcome) => finding(
            "not-resolved",
            ordeal.operation,
            "what exists is looked up or used, or the operation ends as failed",
            format!(
                "reported as {outcome}, without a further look; {}",
                told(&ordeal.seen)
            ),
            numbers(),
        ),
        None => inconclusive(unreached(ordeal.operation)),
    }
}

fn passed(ordeal: &Ordeal<'_>) -> Outcome {
    if ordeal.operation.is_none() {
        return inconclusive(unreached(None));
    }
    Outcome::Passed {
        grade: Some(Grade::B),
    }
}

/// The id of what exists, as the answer tells it.
fn existing(conflict: &SeenRequest) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(&conflict.answer.as_ref()?.bytes()).ok()?;
    let names = ["policy_id", "transaction_id", "claim_id"];
    let id = names.into_iter().find_map(|name| body.get(name)?.as_str());
    id.map(str::to_owned)
}

/// Whether a later request asks for it or builds on it.
fn uses(ordeal: &Ordeal<'_>, id: Option<&str>, since: Micros) -> bool {
    let Some(id) = id else { return false };
    ordeal.seen.iter().any(|(_, request)| {
        request.started > since
            && (request.target.contains(id) || String::from_utf8_lossy(&request.body.bytes()).contains(id))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::{ordeal::samples::*, samples::code};
    use crate::{transcript::record::Record, wire::body::Body, wire::fault::Fault, wire::header::Headers};
    use std::sync::Arc;

    fn conflict(key: Option<&str>, from: u64) -> Arc<Record> {
        let mut request = request(ApiCall::Policy, from, Some(409), Some(Fault::AlreadyThere));
        request.answer = Some(Body::Text(r#"{"policy_id":"POL-7"}"#.to_owned()));
        request.headers = key.map_or_else(Headers::new, |key| Headers::new().with("idempotency-key", key));
        seen(request)
    }

    fn judged(records: &[Arc<Record>], pause: Option<u64>) -> String {
        code(resolved(View::new(records), "ORD-1", ApiCall::Policy, pause))
    }

    #[test]
    fn another_key_makes_another_one() {
        let failed = operated("failed", None, 0, 9);
        assert_eq!(judged(&[conflict(Some("k1"), 1), failed.clone()], None), "passed");
        let again = [conflict(Some("k1"), 1), conflict(Some("k2"), 2), failed.clone()];
        assert_eq!(judged(&again, None), "recreated");
        let keyless = [conflict(None, 1), conflict(None, 2), failed.clone()];
        assert_eq!(judged(&keyless, None), "recreated");
        assert_eq!(judged(&[failed], None), "inconclusive");
    }

    #[test]
    fn success_needs_a_look_at_what_exists() {
        let success = operated("success", None, 0, 9);
        assert_eq!(
            judged(&[conflict(Some("k1"), 1), success.clone()], None),
            "not-resolved"
        );
        let mut look = request(ApiCall::PolicyStatus, 4, Some(200), None);
        look.target = "/v1/policies/POL-7".to_owned();
        assert_eq!(
            judged(&[conflict(Some("k1"), 1), seen(look), success], None),
            "passed"
        );
    }

    #[test]
    fn what_is_in_progress_gets_its_time() {
        let repeated = |at: u64| {
            let end = operated("success", None, 0, 2000);
            judged(
                &[conflict(Some("k1"), 1), honest(ApiCall::Policy, at), end],
                Some(500),
            )
        };
        assert_eq!(repeated(900), "passed");
        assert_eq!(repeated(100), "repeated-too-soon");
    }
}
