//! Failures of API calls that can be led back to the platform's own records.

use std::collections::BTreeSet;

use super::{
    family::{Family, log_lines},
    within::{Ordeal, request_id},
};
use crate::{
    checks::{
        api::{finding, unreached},
        outcome::{Grade, Outcome},
        view::View,
        words::{inconclusive, nothing_to_judge},
    },
    wire::fault::ApiCall,
};

/// The log lines of a failed operation hold its name, the family of the error, the number of attempts and
/// the platform's request id, and nothing that only the body of the answer held.
pub fn traceable(view: View<'_>, reference: &str, call: ApiCall, family: Family, marker: &str) -> Outcome {
    let ordeal = Ordeal::of(view, reference);
    let mut struck = ordeal.attempts(call);
    struck.retain(|(_, request)| request.fault.is_some());
    let Some((_, operation)) = ordeal.operation else {
        return inconclusive(unreached(None));
    };
    if struck.is_empty() {
        return inconclusive(unreached(ordeal.operation));
    }
    let logs = view.logs();
    if logs.is_empty() {
        return nothing_to_judge("the log");
    }
    if let Some(why) = logs.iter().find_map(|observed| observed.unreadable.as_ref()) {
        return inconclusive(format!("the log could not be read: {why}; repair [log]"));
    }
    let numbers = || struck.iter().map(|(number, _)| *number);
    if let Some(line) = logs
        .iter()
        .filter(|observed| observed.id == marker)
        .find_map(|observed| observed.lines.first())
    {
        return finding(
            "body-in-log",
            ordeal.operation,
            "nothing of the answer's body that may be somebody's data",
            format!("a line with it: {}", line.text),
            numbers(),
        );
    }
    let lines = log_lines(view, &ordeal);
    let text = lines.join("\n");
    let ids: BTreeSet<String> = struck
        .iter()
        .filter_map(|(_, request)| request_id(request))
        .collect();
    let found = ids.iter().filter(|id| text.contains(id.as_str())).count();
    let mut missing = Vec::new();
    if !text.contains(&operation.name) {
        missing.push(format!("the operation ({})", operation.name));
    }
    if !family.is_named_in(&without(&text, &ordeal.ids())) {
        missing.push(format!("the category ({})", family.name()));
    }
    if found < struck.len() && !lines.iter().any(|line| counts(line, struck.len())) {
        missing.push(format!("the attempts ({})", struck.len()));
    }
    if found == 0 {
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        missing.push(format!("the platform's request id ({})", ids.join(" or ")));
    }
    if missing.is_empty() {
        return Outcome::Passed {
            grade: Some(Grade::B),
        };
    }
    finding(
        "not-traceable",
        ordeal.operation,
        "log lines with operation, category, attempts and the platform's request id",
        format!(
            "{} lines mention the operation, and none has: {}",
            lines.len(),
            missing.join(", ")
        ),
        numbers(),
    )
}

fn without(text: &str, ids: &[String]) -> String {
    let mut text = text.to_owned();
    for id in ids {
        text = text.replace(id.as_str(), "");
    }
    text
}

/// Whether a line speaks of so many attempts: a word for them, with the number close by. The client may have made
/// some more than arrived.
fn counts(line: &str, attempts: usize) -> bool {
    const CLOSE: usize = 3;
    const LOST: usize = 2;
    let line = line.to_lowercase();
    let words: Vec<&str> = line
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let wanted = attempts..=attempts + LOST;
    words.iter().enumerate().any(|(place, word)| {
        let near = place.saturating_sub(CLOSE)..(place + CLOSE + 1).min(words.len());
        ["attempt", "attempts", "try", "tries", "retry", "retries", "tried"].contains(word)
            && words[near]
                .iter()
                .any(|word| word.parse().is_ok_and(|number| wanted.contains(&number)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::{ordeal::samples::*, samples::code},
        transcript::record::Record,
        wire::{fault::Fault, header::Headers},
    };
    use std::sync::Arc;

    #[test]
    fn attempts_are_counted_near_their_word() {
        for line in [
            r#"{"attempts":4,"x":1}"#,
            "gave up after 4 attempts",
            "attempt 4 of 4 failed",
            "api_call_attempts: 4",
            "4 tries",
            "gave up after 5 attempts",
        ] {
            assert!(counts(line, 4), "{line}");
        }
        for line in [
            "attempts: 14",
            "attempts: 3",
            "at 4 o'clock nothing went wrong here, attempts unknown",
            "4",
        ] {
            assert!(!counts(line, 4), "{line}");
        }
    }

    fn judged(more: &[Arc<Record>]) -> String {
        let mut refused = request(ApiCall::Quotation, 1, Some(503), None);
        refused.fault = Some(Fault::Refuse {
            status: 503.try_into().unwrap(),
            headers: Headers::new().with("x-request-id", "req_1"),
            body: None,
        });
        let mut records = vec![seen(refused), operated("failed", None, 0, 9)];
        records.extend_from_slice(more);
        code(traceable(
            View::new(&records),
            "ORD-1",
            ApiCall::Quotation,
            Family::Server,
            "marker",
        ))
    }

    #[test]
    fn a_failure_is_traced_by_four_facts() {
        let good = "buy failed: server, attempts: 1, request req_1";
        assert_eq!(judged(&[logged("req_1", &[good])]), "passed");
        let apart = [
            logged("ORD-1", &["ORD-1 buy failed: server"]),
            logged("req_1", &["req_1 refused, 1 attempt"]),
        ];
        assert_eq!(judged(&apart), "passed");
        for bad in [
            "failed: server, 1 attempt, req_1",
            "buy failed, 1 attempt, req_1",
            "buy failed: server, 1 attempt",
        ] {
            assert_eq!(judged(&[logged("ORD-1", &[bad])]), "not-traceable", "{bad}");
        }
        let leaked = [logged("req_1", &[good]), logged("marker", &["body: marker"])];
        assert_eq!(judged(&leaked), "body-in-log");
        assert_eq!(judged(&[]), "inconclusive");
    }
}
