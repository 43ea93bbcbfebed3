//! What the partner's API client did, as the sandbox saw it.

use serde::{Deserialize, Serialize};

use super::{
    outcome::{Finding, Grade, Outcome},
    view::{View, Which},
    words::{failed, inconclusive, nothing_to_judge},
};
use crate::{
    transcript::{
        exchange::{Credential, SeenRequest},
        observation::{Operation, OperationEnd},
    },
    wire::fault::ApiCall,
};

/// Which credential the profile wants on every call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// OAuth 2.0 client credentials, then a bearer token.
    Oauth,
    /// The API key as bearer.
    ApiKey,
}

/// What a request was, in one sentence.
pub(super) fn describe(request: &SeenRequest) -> String {
    let status = request
        .status
        .map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    format!(
        "{} {} at {:.3} s, answered {status}",
        request.method,
        request.target,
        request.started.seconds()
    )
}

pub(super) fn finding(
    code: &str,
    operation: Option<(u64, &Operation)>,
    expected: impl Into<String>,
    observed: impl Into<String>,
    records: impl IntoIterator<Item = u64>,
) -> Outcome {
    let mut records: Vec<u64> = records.into_iter().collect();
    records.extend(operation.map(|(number, _)| number));
    Outcome::Failed(Finding {
        code: code.to_owned(),
        stimulus: operation.map_or_else(
            || "an operation of the partner's".to_owned(),
            |(_, operation)| {
                format!(
                    "operation {} started through {:?}",
                    operation.name, operation.channel
                )
            },
        ),
        expected: expected.into(),
        observed: observed.into(),
        records,
        timing: false,
    })
}

/// Every call carries the profile's credential, in a header or body only. Only the authentication step
/// gives out tokens, so a call that bears one shows that the step came before it, if need be for an
/// earlier operation.
pub fn authenticated(view: View<'_>, scheme: Scheme) -> Outcome {
    let operation = view.operation();
    let seen = view.seen();
    if seen.is_empty() {
        return inconclusive(unreached(operation));
    }
    for &(number, request) in &seen {
        if let Some(place) = request.exposed {
            let expected = "no credential in path or query";
            let observed = format!("a credential in the {place:?} of {}", describe(request)).to_lowercase();
            return finding("credential-in-url", operation, expected, observed, [number]);
        }
        let right = match (request.call, scheme) {
            (ApiCall::Token, _) => request.credential == Credential::Client,
            (_, Scheme::Oauth) => request.credential == Credential::Token,
            (_, Scheme::ApiKey) => request.credential == Credential::ApiKey,
        };
        if !right {
            let expected = match scheme {
                Scheme::Oauth => "a bearer token that the sandbox issued",
                Scheme::ApiKey => "the API key as bearer",
            };
            let observed =
                format!("{:?} credential on {}", request.credential, describe(request)).to_lowercase();
            return finding("unauthenticated-call", operation, expected, observed, [number]);
        }
    }
    match operation.map(|(_, operation)| &operation.end) {
        Some(OperationEnd::Finished { outcome, .. }) if outcome == "success" => Outcome::Passed {
            grade: Some(Grade::B),
        },
        _ => inconclusive(format!(
            "the operation did not run to its end, so not every call was seen ({})",
            unreached(operation)
        )),
    }
}

pub(super) fn unreached(operation: Option<(u64, &Operation)>) -> String {
    match operation.map(|(_, operation)| (&operation.name, &operation.end)) {
        None => "no operation was started".to_owned(),
        Some((name, OperationEnd::Unusable(why))) => {
            format!("the operation {name} could not be started: {why}; repair [start.{name}]")
        }
        Some((
            name,
            OperationEnd::Finished {
                outcome, category, ..
            },
        )) => format!(
            "the operation {name} ended as {outcome}{}; does the partner's client call {{api_base_url}}?",
            category
                .as_ref()
                .map_or_else(String::new, |category| format!(" ({category})"))
        ),
    }
}

/// A client error ends the operation: one attempt, nothing after it, reported as failed.
pub fn final_error(view: View<'_>, call: ApiCall) -> Outcome {
    let operation = view.operation();
    let seen = view.seen();
    let attempts: Vec<_> = seen.iter().filter(|(_, request)| request.call == call).collect();
    let Some((number, first)) = attempts.first().copied().copied() else {
        return inconclusive(unreached(operation));
    };
    if attempts.len() > 1 {
        let observed = format!(
            "{} attempts; the second: {}",
            attempts.len(),
            describe(attempts[1].1)
        );
        return finding(
            "retried",
            operation,
            "exactly 1 attempt",
            observed,
            attempts.iter().map(|(n, _)| *n),
        );
    }
    let later = seen.iter().find(|(_, request)| {
        request.started > first.answered && request.call.writes() && request.call != call
    });
    if let Some((later_number, later)) = later {
        let expected = "no further step after the error";
        return finding(
            "continued-after-error",
            operation,
            expected,
            describe(later),
            [number, *later_number],
        );
    }
    match operation.map(|(_, operation)| &operation.end) {
        Some(OperationEnd::Finished { outcome, .. }) if outcome == "failed" => Outcome::Passed {
            grade: Some(Grade::B),
        },
        Some(OperationEnd::Finished { outcome, .. }) => {
            let observed = format!("reported as {outcome}");
            finding(
                "not-reported-failed",
                operation,
                "the operation ends as failed",
                observed,
                [number],
            )
        }
        Some(OperationEnd::Unusable(why)) => inconclusive(format!("the operation's end is not known: {why}")),
        None => nothing_to_judge("the operation"),
    }
}

/// The sandbox was asked nothing that mentions the forged event.
pub fn not_asked_for(view: View<'_>, mention: &str) -> Outcome {
    let deliveries = view.deliveries(Which::STIMULUS);
    let Some(sent) = deliveries.last().copied() else {
        return nothing_to_judge("the delivery");
    };
    view.seen().first().map_or(
        Outcome::Passed {
            grade: Some(Grade::B),
        },
        |(number, request)| {
            let expected = format!("no request to the sandbox that mentions {mention}");
            match failed("processed-before-verified", sent, expected, describe(request)) {
                Outcome::Failed(mut finding) => {
                    finding.records.push(*number);
                    Outcome::Failed(finding)
                }
                other => other,
            }
        },
    )
}
