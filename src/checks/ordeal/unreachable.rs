//! Operations that are sent to an address where no business can be done.

use super::{
    done::AS_SUCCESS,
    within::{Ordeal, told},
};
use crate::{
    checks::{
        api::{finding, unreached},
        outcome::{Grade, Outcome},
        view::View,
        words::{inconclusive, nothing_to_judge},
    },
    transcript::{dead_end::DeadEndKind, observation::OperationEnd},
};

/// The client went to the sandbox when it was told the way: an operation before succeeded there.
fn follows_the_base_url(view: View<'_>, reference: &str) -> Result<(), Box<Outcome>> {
    let operations = view.operations();
    let Some((number, control)) = operations.first() else {
        return Err(Box::new(nothing_to_judge(
            "the operation against an honest sandbox",
        )));
    };
    let same = control.input.get("reference").and_then(serde_json::Value::as_str) == Some(reference);
    let good = matches!(&control.end, OperationEnd::Finished { outcome, .. } if outcome == "success");
    let asked = view
        .seen()
        .iter()
        .any(|(_, request)| request.started <= control.ended);
    if !same && good && asked {
        return Ok(());
    }
    Err(Box::new(inconclusive(format!(
        "before that, against an honest sandbox, {}",
        unreached(Some((*number, control)))
    ))))
}

/// An operation that can reach nobody ends within a time, and not as success.
pub fn ends_unreached(view: View<'_>, reference: &str, within_millis: u64) -> Outcome {
    if let Err(outcome) = follows_the_base_url(view, reference) {
        return *outcome;
    }
    let Some((number, dead_end)) = view.dead_end() else {
        return nothing_to_judge("the address");
    };
    let ordeal = Ordeal::of(view, reference);
    if !ordeal.seen.is_empty() {
        return inconclusive(format!(
            "the operation went to the sandbox although it was given {}: {}",
            dead_end.address,
            told(&ordeal.seen)
        ));
    }
    let expected = format!("the operation ends as failed or pending within {within_millis} ms");
    let Some((_, operation)) = ordeal.operation else {
        let observed = format!(
            "it was not over; the address was {} ({})",
            dead_end.address, dead_end.met
        );
        return finding("no-time-out", None, expected, observed, [number]);
    };
    let took = operation.ended.millis_since(operation.started);
    match ordeal.outcome() {
        Some("success") => finding(
            AS_SUCCESS,
            ordeal.operation,
            expected,
            format!(
                "reported as success, although nobody answers at {}",
                dead_end.address
            ),
            [number],
        ),
        _ if took > within_millis => finding(
            "no-time-out",
            ordeal.operation,
            expected,
            format!("it was not over after {took} ms"),
            [number],
        ),
        Some(_) => Outcome::Passed {
            grade: Some(Grade::B),
        },
        None => inconclusive(unreached(ordeal.operation)),
    }
}

/// A client that meets a certificate it may not accept sends no byte of HTTP, and the operation does not
/// succeed.
pub fn certificate_refused(view: View<'_>, reference: &str) -> Outcome {
    if let Err(outcome) = follows_the_base_url(view, reference) {
        return *outcome;
    }
    let Some((number, dead_end)) = view.dead_end() else {
        return nothing_to_judge("the listener");
    };
    if dead_end.kind != DeadEndKind::BadCertificate {
        return nothing_to_judge("the certificate");
    }
    let ordeal = Ordeal::of(view, reference);
    if !ordeal.seen.is_empty() {
        return finding(
            "sent-despite-certificate",
            ordeal.operation,
            format!("no byte of HTTP to a server with {}", dead_end.met),
            told(&ordeal.seen),
            ordeal.seen.iter().map(|(number, _)| *number),
        );
    }
    if dead_end.connections.unwrap_or_default() == 0 {
        return inconclusive(format!(
            "nobody connected to {}; can the partner reach that port of the sandbox's host?",
            dead_end.address
        ));
    }
    match ordeal.outcome() {
        Some("success") => finding(
            AS_SUCCESS,
            ordeal.operation,
            "the operation ends as an error",
            format!("reported as success, with {}", dead_end.met),
            [number],
        ),
        Some(_) => Outcome::Passed { grade: None },
        None => inconclusive(unreached(ordeal.operation)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::samples::record,
        transcript::{
            dead_end::DeadEnd,
            record::{Event, Record},
        },
    };
    use crate::{
        checks::{ordeal::samples::*, samples::code},
        wire::fault::ApiCall,
    };
    use std::sync::Arc;

    fn dead_end(kind: DeadEndKind, connections: Option<u64>) -> Arc<Record> {
        record(
            500,
            Event::DeadEnd(DeadEnd {
                kind,
                address: "https://127.0.0.1:9".to_owned(),
                met: "an expired certificate".to_owned(),
                connections,
                at: at(500),
            }),
        )
    }

    fn control(outcome: &str) -> Vec<Arc<Record>> {
        vec![
            honest(ApiCall::Quotation, 1),
            operation("ORD-0", outcome, None, 0, 9),
        ]
    }

    #[test]
    fn who_reaches_nobody_ends_in_time() {
        let judged = |control: Vec<Arc<Record>>, more: &[Arc<Record>]| {
            let records = [control, vec![dead_end(DeadEndKind::Refused, None)], more.to_vec()].concat();
            code(ends_unreached(View::new(&records), "ORD-1", 5000))
        };
        let end = |outcome, to| operated(outcome, None, 100, to);
        assert_eq!(judged(control("success"), &[end("failed", 2000)]), "passed");
        assert_eq!(judged(control("success"), &[end("failed", 9000)]), "no-time-out");
        assert_eq!(judged(control("success"), &[]), "no-time-out");
        assert_eq!(
            judged(control("success"), &[end("success", 2000)]),
            "error-as-success"
        );
        assert_eq!(judged(control("failed"), &[end("failed", 2000)]), "inconclusive");
        let elsewhere = [end("failed", 2000), honest(ApiCall::Quotation, 150)];
        assert_eq!(judged(control("success"), &elsewhere), "inconclusive");
    }

    #[test]
    fn a_bad_certificate_ends_it_before_the_first_byte() {
        let judged = |connections, more: &[Arc<Record>]| {
            let met = vec![dead_end(DeadEndKind::BadCertificate, Some(connections))];
            let records = [control("success"), met, more.to_vec()].concat();
            code(certificate_refused(View::new(&records), "ORD-1"))
        };
        let failed = operated("failed", None, 100, 200);
        assert_eq!(judged(1, std::slice::from_ref(&failed)), "passed");
        assert_eq!(judged(0, std::slice::from_ref(&failed)), "inconclusive");
        assert_eq!(
            judged(1, &[operated("success", None, 100, 200)]),
            "error-as-success"
        );
        assert_eq!(
            judged(1, &[failed, honest(ApiCall::Token, 150)]),
            "sent-despite-certificate"
        );
    }
}
