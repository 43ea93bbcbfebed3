//! One operation among those of an example, with what the sandbox saw of it.

use crate::{
    checks::{acknowledgement::is_success, api::describe, view::View},
    transcript::{
        exchange::SeenRequest,
        observation::{Operation, OperationEnd},
    },
    wire::{fault::ApiCall, moment::Micros},
};

/// An operation, told by the reference that it was given, and its requests.
#[derive(Clone, Debug)]
pub(super) struct Ordeal<'a> {
    /// The operation; none when it was not over in time.
    pub operation: Option<(u64, &'a Operation)>,
    /// Its requests, in order.
    pub seen: Vec<(u64, &'a SeenRequest)>,
}

impl<'a> Ordeal<'a> {
    /// The first operation that was started with a reference. One that never ended stands behind all that
    /// did.
    pub(super) fn of(view: View<'a>, reference: &str) -> Self {
        let operations = view.operations();
        let position = operations
            .iter()
            .position(|(_, operation)| input(operation, "reference") == Some(reference));
        let (from, to) = match position {
            Some(position) => (
                operations[position].1.started,
                operations.get(position + 1).map(|(_, next)| next.started),
            ),
            None => (operations.last().map_or(Micros(0), |(_, last)| last.ended), None),
        };
        let mut seen = view.seen();
        seen.retain(|(_, request)| request.started >= from && to.is_none_or(|to| request.started < to));
        Self {
            operation: position.map(|position| operations[position]),
            seen,
        }
    }

    /// Its requests for one call.
    pub(super) fn attempts(&self, call: ApiCall) -> Vec<(u64, &'a SeenRequest)> {
        let mut attempts = self.seen.clone();
        attempts.retain(|(_, request)| request.call == call);
        attempts
    }

    /// The first request for a call that a script did something to.
    pub(super) fn first_struck(&self, call: ApiCall) -> Option<(u64, &'a SeenRequest)> {
        let attempts = self.attempts(call);
        attempts.into_iter().find(|(_, request)| request.fault.is_some())
    }

    /// How it was reported: `success`, `pending` or `failed`.
    pub(super) fn outcome(&self) -> Option<&'a str> {
        match self.operation.map(|(_, operation)| &operation.end) {
            Some(OperationEnd::Finished { outcome, .. }) => Some(outcome),
            _ => None,
        }
    }

    /// The category of its failure, in the partner's word.
    pub(super) fn category(&self) -> Option<&'a str> {
        match self.operation.map(|(_, operation)| &operation.end) {
            Some(OperationEnd::Finished { category, .. }) => category.as_deref(),
            _ => None,
        }
    }

    /// The ids under which log lines may tell of it: the partner's reference, the one it was given, the
    /// correlation id, and the platform's request ids.
    pub(super) fn ids(&self) -> Vec<String> {
        let mut ids = Vec::new();
        if let Some((_, operation)) = self.operation {
            ids.extend(names(operation));
        }
        ids.extend(self.seen.iter().filter_map(|(_, request)| request_id(request)));
        ids
    }
}

/// The ids of an operation itself.
pub fn names(operation: &Operation) -> Vec<String> {
    let mut names: Vec<String> = ["reference", "correlation_id"]
        .into_iter()
        .filter_map(|name| input(operation, name))
        .map(str::to_owned)
        .collect();
    if let OperationEnd::Finished {
        reference: Some(own), ..
    } = &operation.end
        && !names.contains(own)
    {
        names.push(own.clone());
    }
    names
}

/// A value that an operation was given.
pub(super) fn input<'a>(operation: &'a Operation, name: &str) -> Option<&'a str> {
    operation.input.get(name)?.as_str()
}

/// The platform's id of a request, where its script or the body of its answer tells it.
pub fn request_id(request: &SeenRequest) -> Option<String> {
    use crate::wire::fault::Fault;
    if let Some(Fault::Refuse { headers, .. }) = &request.fault
        && let Some(id) = headers.get("x-request-id")
    {
        return Some(id.to_owned());
    }
    let answer = request.answer.as_ref()?.bytes();
    let body: serde_json::Value = serde_json::from_slice(&answer).ok()?;
    Some(body.get("request_id")?.as_str()?.to_owned())
}

/// Whether an answer is a success that no script had a hand in.
pub(super) fn is_honest_success(request: &SeenRequest) -> bool {
    request.fault.is_none() && is_success(request.status)
}

/// A few requests, in one sentence.
pub(super) fn told(requests: &[(u64, &SeenRequest)]) -> String {
    const MOST: usize = 8;
    let mut lines: Vec<String> = requests
        .iter()
        .take(MOST)
        .map(|(_, request)| describe(request))
        .collect();
    if requests.len() > MOST {
        lines.push(format!("and {} more", requests.len() - MOST));
    }
    lines.join("; ")
}
