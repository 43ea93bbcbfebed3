//! Redirects of the API: nothing that is meant for the platform goes elsewhere.

use super::within::{Ordeal, input};
use crate::{
    checks::{
        api::{finding, unreached},
        outcome::{Grade, Outcome},
        view::View,
        words::{inconclusive, nothing_to_judge},
    },
    transcript::{observation::Operation, visit::Visit},
    wire::fault::Fault,
};

/// Calls of the harness's own that show that the other address would have noticed.
const SIGNS_OF_LIFE: usize = 2;

/// What a request may show of a customer.
const PERSONAL: [&str; 6] = ["name", "id_number", "email", "phone", "birth_date", "address"];

/// What stands where the recorder has masked a secret.
const MASKED: &str = "‹masked:";

/// The other address of a redirect gets no credential and no customer data; one without TLS gets nothing
/// at all.
pub fn nothing_sent_on(view: View<'_>, reference: &str, plain: bool) -> Outcome {
    let ordeal = Ordeal::of(view, reference);
    let redirected = ordeal
        .seen
        .iter()
        .find(|(_, request)| matches!(request.fault, Some(Fault::Redirect { .. })));
    let Some((number, _)) = redirected else {
        return inconclusive(unreached(ordeal.operation));
    };
    let (canaries, visits) = view.canaries();
    if canaries.is_empty() {
        return nothing_to_judge("the other address");
    }
    for (visit_number, visit) in visits.iter().filter(|(_, visit)| !visit.own) {
        let request = visit.request.as_deref().unwrap_or_default();
        let (code, expected) = if plain && !visit.secure {
            (
                "followed-to-http",
                "nothing at all goes to an address without TLS",
            )
        } else if carries_credential(request) {
            (
                "credential-sent-on",
                "no credential leaves for an address that the platform does not own",
            )
        } else if let Some(name) = ordeal
            .operation
            .and_then(|(_, operation)| personal(operation, request))
        {
            let expected = format!("no customer data ({name}) leaves for another address");
            let observed = shown(visit);
            return finding(
                "data-sent-on",
                ordeal.operation,
                expected,
                observed,
                [*number, *visit_number],
            );
        } else {
            continue;
        };
        return finding(
            code,
            ordeal.operation,
            expected,
            shown(visit),
            [*number, *visit_number],
        );
    }
    if visits.iter().filter(|(_, visit)| visit.own).count() < SIGNS_OF_LIFE {
        return inconclusive("the other address did not hear the harness's own calls around the operation");
    }
    if ordeal.operation.is_none() {
        return inconclusive(unreached(None));
    }
    Outcome::Passed {
        grade: Some(Grade::B),
    }
}

fn shown(visit: &Visit) -> String {
    let first = visit
        .request
        .as_deref()
        .and_then(|request| request.lines().next());
    format!(
        "{} at {:.3} s",
        first.unwrap_or("a handshake without a request"),
        visit.at.seconds()
    )
}

fn carries_credential(request: &str) -> bool {
    let (head, _) = request.split_once("\r\n\r\n").unwrap_or((request, ""));
    request.contains(MASKED)
        || head.lines().any(|line| {
            let line = line.to_ascii_lowercase();
            ["authorization:", "x-api-key:", "api-key:", "cookie:"]
                .iter()
                .any(|name| line.starts_with(name))
        })
}

/// The first personal value of the operation's input that stands in the request, as it is or encoded.
fn personal(operation: &Operation, request: &str) -> Option<&'static str> {
    PERSONAL.into_iter().find(|name| {
        input(operation, name).is_some_and(|value| {
            let encoded: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
            !value.is_empty() && (request.contains(value) || request.contains(&encoded))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::{
            ordeal::samples::*,
            samples::{code, record},
        },
        transcript::{
            record::{Event, Record},
            visit::CanarySet,
        },
        wire::{fault::ApiCall, moment::Micros},
    };
    use std::sync::Arc;

    fn visit(own: bool, secure: bool, request: &str) -> Arc<Record> {
        let visit = Visit {
            own,
            secure,
            host: None,
            request: Some(request.to_owned()),
            at: Micros(5),
        };
        record(600, Event::Visited(visit))
    }

    fn judged(plain: bool, visits: &[Arc<Record>]) -> String {
        let to = Fault::Redirect {
            status: 307.try_into().unwrap(),
            to: "https://127.0.0.1:9/x".to_owned(),
        };
        let set = CanarySet {
            urls: vec!["https://127.0.0.1:9/x".to_owned()],
            at: Micros(1),
        };
        let mut records = vec![
            record(400, Event::CanarySet(set)),
            seen(request(ApiCall::Customer, 2, Some(307), Some(to))),
            operated("failed", None, 0, 9),
        ];
        records.extend_from_slice(visits);
        code(nothing_sent_on(View::new(&records), "ORD-1", plain))
    }

    #[test]
    fn nothing_worth_keeping_goes_on() {
        let own = || visit(true, false, "GET /x/proof HTTP/1.1");
        assert_eq!(judged(false, &[own(), own()]), "passed");
        assert_eq!(judged(false, &[own()]), "inconclusive");
        let bare = visit(false, true, "GET /x HTTP/1.1\r\nhost: y\r\n\r\n");
        assert_eq!(judged(false, &[own(), bare.clone(), own()]), "passed");
        assert_eq!(
            judged(true, &[own(), visit(false, false, "GET /x HTTP/1.1"), own()]),
            "followed-to-http"
        );
        let key = visit(false, true, "GET /x HTTP/1.1\r\nAuthorization: Bearer z\r\n\r\n");
        assert_eq!(judged(false, &[own(), key, own()]), "credential-sent-on");
        let data = visit(
            false,
            true,
            "POST /x HTTP/1.1\r\n\r\nemail=someone%40partner.invalid",
        );
        assert_eq!(judged(false, &[own(), data, own()]), "data-sent-on");
    }

    #[test]
    fn credentials_are_seen_masked_or_not() {
        assert!(carries_credential(
            "GET / HTTP/1.1\r\nAuthorization: Bearer x\r\n\r\n"
        ));
        assert!(carries_credential(
            "POST / HTTP/1.1\r\nx: ‹masked:api-key›\r\n\r\n"
        ));
        assert!(!carries_credential(
            "GET / HTTP/1.1\r\nhost: x\r\n\r\nauthorization: in a text"
        ));
    }
}
