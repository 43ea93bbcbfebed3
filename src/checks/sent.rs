//! What the partner's requests carry, taken apart for the checks on data.

use serde_json::Value;

use super::{
    api::{describe, finding},
    outcome::{Grade, Outcome},
    view::View,
};
use crate::{
    transcript::{
        exchange::SeenRequest,
        observation::{Operation, OperationEnd},
    },
    wire::fault::ApiCall,
};

/// Longest piece of a request that a finding shows, in characters.
const SHOWN: usize = 160;

/// Requests of some calls, with the numbers of their records.
pub(super) fn requests<'a>(view: View<'a>, calls: &[ApiCall]) -> Vec<(u64, &'a SeenRequest)> {
    let mut seen = view.seen();
    seen.retain(|(_, request)| calls.contains(&request.call));
    seen
}

/// The JSON of a request; none where there is none.
pub(super) fn document(request: &SeenRequest) -> Option<Value> {
    serde_json::from_slice(&request.body.bytes()).ok()
}

/// A text member of a request. Numbers count as what stands there.
pub(super) fn member(request: &SeenRequest, name: &str) -> Option<Value> {
    document(request)?
        .get(name)
        .filter(|value| !value.is_null())
        .cloned()
}

/// Every text in a document, whatever its depth.
pub(super) fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(members) => members.values().for_each(|member| texts(member, found)),
        _ => {}
    }
}

/// A value as a finding shows it.
pub(super) fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= SHOWN {
        return text;
    }
    text.chars().take(SHOWN).chain(['…']).collect()
}

/// A finding about one request.
pub(super) fn wrong(
    code: &str,
    view: View<'_>,
    (number, request): (u64, &SeenRequest),
    expected: impl Into<String>,
    observed: &str,
) -> Outcome {
    let observed = format!("{observed} in {}", describe(request));
    finding(code, view.operation(), expected, observed, [number])
}

/// What the sandbox saw is proof of the second order.
pub(super) fn passed() -> Outcome {
    Outcome::Passed {
        grade: Some(Grade::B),
    }
}

/// The partner's word for the end of an operation.
pub(super) fn ended_as(operation: &Operation) -> Option<&str> {
    match &operation.end {
        OperationEnd::Finished { outcome, .. } => Some(outcome),
        OperationEnd::Unusable(_) => None,
    }
}
