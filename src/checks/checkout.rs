//! The checkout request: its hash, its fields, and where they come from.

use url::Url;

use super::{
    effect::{Target, grade},
    outcome::{Finding, Grade, Outcome},
    state::readings,
    view::View,
    words::{inconclusive, nothing_to_judge},
};
use crate::{
    transcript::page::{CheckoutEnd, CheckoutSeen},
    wire::checkout::{self, CheckoutField, CheckoutKind, HashFit},
};

type Seen<'a> = (u64, &'a CheckoutSeen);

/// A request with what is asked about it.
struct Request<'a> {
    seen: Seen<'a>,
    address: &'a str,
    fields: &'a [CheckoutField],
    fit: &'a HashFit,
}

fn failed((number, seen): Seen<'_>, code: &str, expected: String, observed: String) -> Outcome {
    Outcome::Failed(Finding {
        code: code.to_owned(),
        stimulus: seen.asked.clone(),
        expected,
        observed,
        records: vec![number],
        timing: false,
    })
}

fn passed() -> Outcome {
    Outcome::Passed {
        grade: Some(Grade::B),
    }
}

/// The request of a checkout that has to produce one.
fn request(seen: Seen<'_>) -> Result<Request<'_>, Box<Outcome>> {
    let expected = "a request to the gateway: a form, a frame, a redirect or a JSON document".to_owned();
    match &seen.1.end {
        CheckoutEnd::Request {
            address, fields, fit, ..
        } => Ok(Request {
            seen,
            address,
            fields,
            fit,
        }),
        CheckoutEnd::Refused { status } => Err(Box::new(failed(
            seen,
            "incomplete-request",
            expected,
            format!("the checkout was refused with status {status}"),
        ))),
        CheckoutEnd::Nothing { reason } => Err(Box::new(inconclusive(format!(
            "no checkout request was seen: {reason}; [start.checkout] must answer with the page, the \
             redirect or the JSON document that leads to the gateway"
        )))),
    }
}

fn last(view: View<'_>) -> Result<Seen<'_>, Box<Outcome>> {
    let checkouts = view.checkouts();
    let seen = checkouts.last().copied();
    seen.ok_or_else(|| Box::new(nothing_to_judge("a checkout")))
}

/// The hash of the last request is the one that the gateway's rule asks for (000:4.1).
pub fn signed(view: View<'_>) -> Outcome {
    let request = match last(view).and_then(request) {
        Ok(request) => request,
        Err(outcome) => return *outcome,
    };
    let fields = request.seen.1.kind.hashed_fields().join(" + ");
    let observed = match request.fit {
        HashFit::Right => return passed(),
        HashFit::Missing => "no hash".to_owned(),
        HashFit::OtherAlgorithm(name) => format!("the hash of the same text by {name}"),
        HashFit::OtherOrder(order) => format!("a hash over {order}"),
        HashFit::Wrong => {
            "a hash that no order of these fields gives, not even by another algorithm".to_owned()
        }
    };
    let algorithm = match request.seen.1.kind {
        CheckoutKind::OneOff => "the hash type of the account",
        CheckoutKind::Recurring => "plain SHA-256",
    };
    let expected = format!("hash over secret + {fields} by {algorithm}, of the values as they are sent");
    failed(request.seen, "wrong-hash", expected, observed)
}

/// The last request has every field inside its limits, names the order and its price, and goes to the
/// gateway's sandbox over https.
pub fn complete(view: View<'_>, hosts: &[String], reference: &str, amount: &str) -> Outcome {
    let request = match last(view).and_then(request) {
        Ok(request) => request,
        Err(outcome) => return *outcome,
    };
    if let Some(outcome) = elsewhere(&request, hosts) {
        return outcome;
    }
    let kind = request.seen.1.kind;
    let mut wrong = checkout::shortcomings(kind, request.fields);
    let sum = checkout::value(request.fields, "amount").unwrap_or_default();
    if kind == CheckoutKind::OneOff && sum != amount {
        wrong.push(format!("amount is {sum:?}"));
    }
    let order = checkout::value(request.fields, "order_id").unwrap_or_default();
    if !belongs(order, reference) {
        wrong.push(format!("order_id is {order:?}"));
    }
    if wrong.is_empty() {
        return passed();
    }
    let expected = format!(
        "{} and hash inside their limits, for the order {reference} of {amount}",
        kind.hashed_fields().join(", ")
    );
    failed(request.seen, "incomplete-request", expected, wrong.join("; "))
}

fn elsewhere(request: &Request<'_>, hosts: &[String]) -> Option<Outcome> {
    let there = Url::parse(request.address).is_ok_and(|url| {
        url.scheme() == "https"
            && url
                .host_str()
                .is_some_and(|host| hosts.iter().any(|name| name == host))
    });
    (!there).then(|| {
        failed(
            request.seen,
            "not-the-gateway",
            format!("https to one of {}", hosts.join(", ")),
            format!("it goes to {}", request.address),
        )
    })
}

/// Whether a gateway order id is an attempt at the order: the reference, or the reference with a suffix.
fn belongs(order: &str, reference: &str) -> bool {
    order
        .strip_prefix(reference)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// After an untouched checkout, a falsified one was refused or still names the server's order and price.
pub fn of_the_server(view: View<'_>, reference: &str, amount: &str) -> Outcome {
    let checkouts = view.checkouts();
    let [first, .., falsified] = checkouts.as_slice() else {
        return nothing_to_judge("an untouched and a falsified checkout");
    };
    if !matches!(first.1.end, CheckoutEnd::Request { .. }) {
        return inconclusive(
            "the untouched checkout gave no request, so a refusal of the falsified one says nothing; \
             see EMB-01",
        );
    }
    let expected = format!("the order {reference} of {amount} all the same, or a refusal with 4xx");
    match &falsified.1.end {
        CheckoutEnd::Refused { status } if (500..600).contains(status) => {
            failed(*falsified, "server-error", expected, format!("status {status}"))
        }
        CheckoutEnd::Refused { .. } => passed(),
        CheckoutEnd::Nothing { reason } => inconclusive(format!(
            "the falsified checkout gave neither a request nor a refusal: {reason}"
        )),
        CheckoutEnd::Request { fields, .. } => {
            let sum = checkout::value(fields, "amount").unwrap_or_default();
            let order = checkout::value(fields, "order_id").unwrap_or_default();
            if sum == amount && belongs(order, reference) {
                return passed();
            }
            let observed = format!("a signed request for the order {order:?} of {sum:?}");
            failed(*falsified, "taken-from-browser", expected, observed)
        }
    }
}

/// The second request of two goes to the gateway as well and names another order id.
pub fn anew(view: View<'_>, hosts: &[String]) -> Outcome {
    let checkouts = view.checkouts();
    let [first, .., second] = checkouts.as_slice() else {
        return nothing_to_judge("a second checkout");
    };
    let (first, second) = match (request(*first), request(*second)) {
        (Ok(first), Ok(second)) => (first, second),
        (Err(outcome), _) | (_, Err(outcome)) => return *outcome,
    };
    if let Some(outcome) = elsewhere(&second, hosts) {
        return outcome;
    }
    let order = |request: &Request<'_>| {
        checkout::value(request.fields, "order_id")
            .unwrap_or_default()
            .to_owned()
    };
    let (before, after) = (order(&first), order(&second));
    if before != after && !after.is_empty() {
        return passed();
    }
    failed(
        second.seen,
        "reference-reused",
        "another order_id than that of the attempt that came to nothing".to_owned(),
        format!("order_id {after:?} again"),
    )
}

/// An order that was paid twice is flagged for somebody to give the second payment back.
pub fn second_payment_flagged(view: View<'_>, target: &Target) -> Outcome {
    let found = match readings(view, target) {
        Ok(found) => found,
        Err(outcome) => return *outcome,
    };
    if found.after.flag.is_some() || found.after.refunded.as_deref().is_some_and(is_some_money) {
        return Outcome::Passed {
            grade: Some(grade(found.observed.channel)),
        };
    }
    let kind = target.kind.name();
    super::effect::failed(
        view,
        found.number,
        "second-payment-unnoticed",
        format!(
            "{kind} {} flagged for a refund of the second payment, or that refund begun",
            target.reference
        ),
        format!("neither flag nor refund; if there is one, name its place with flag in [effects.{kind}]"),
    )
}

fn is_some_money(text: &str) -> bool {
    text.bytes().any(|byte| (b'1'..=b'9').contains(&byte))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        transcript::{
            page::Handover,
            record::{Event, Record},
        },
        wire::moment::Micros,
    };

    fn record(number: u64, end: CheckoutEnd) -> Arc<Record> {
        Arc::new(Record {
            number,
            at: Micros(0),
            scope: None,
            event: Event::CheckoutSeen(Box::new(CheckoutSeen {
                asked: "a checkout".to_owned(),
                kind: CheckoutKind::OneOff,
                end,
                at: Micros(0),
            })),
        })
    }

    fn asking(order: &str, amount: &str, fit: HashFit) -> CheckoutEnd {
        let fields = [
            ("detail", "Cover"),
            ("amount", amount),
            ("order_id", order),
            ("hash", "0"),
        ];
        CheckoutEnd::Request {
            handover: Handover::Form,
            address: "https://sandbox.senangpay.my/payment/1".to_owned(),
            fields: fields
                .map(|(name, value)| CheckoutField::new(name, value))
                .to_vec(),
            fit,
        }
    }

    fn code(outcome: Outcome) -> String {
        match outcome {
            Outcome::Failed(finding) => finding.code,
            Outcome::Passed { .. } => "passed".to_owned(),
            Outcome::Inconclusive { .. } => "inconclusive".to_owned(),
            Outcome::NotApplicable { .. } => "not applicable".to_owned(),
        }
    }

    fn hosts() -> Vec<String> {
        vec!["sandbox.senangpay.my".to_owned()]
    }

    #[test]
    fn a_request_is_judged_by_hash_fields_and_host() {
        let judged = |end: CheckoutEnd| {
            let records = [record(0, end)];
            let view = View::new(&records);
            (
                code(signed(view)),
                code(complete(view, &hosts(), "ORD-1", "24.50")),
            )
        };
        let both = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        assert_eq!(
            judged(asking("ORD-1", "24.50", HashFit::Right)),
            both("passed", "passed")
        );
        assert_eq!(
            judged(asking("ORD-1", "24.50", HashFit::Wrong)),
            both("wrong-hash", "passed")
        );
        assert_eq!(
            judged(asking("ORD-2", "24.50", HashFit::Right)),
            both("passed", "incomplete-request")
        );
        let mut away = asking("ORD-1", "24.50", HashFit::Right);
        if let CheckoutEnd::Request { address, .. } = &mut away {
            "http://sandbox.senangpay.my/".clone_into(address);
        }
        assert_eq!(judged(away), both("passed", "not-the-gateway"));
        let refused = CheckoutEnd::Refused { status: 404 };
        assert_eq!(judged(refused), both("incomplete-request", "incomplete-request"));
    }

    #[test]
    fn what_the_browser_says_is_not_believed() {
        let judged = |first: CheckoutEnd, second: CheckoutEnd| {
            let records = [record(0, first), record(1, second)];
            code(of_the_server(View::new(&records), "ORD-1", "24.50"))
        };
        let good = || asking("ORD-1", "24.50", HashFit::Right);
        assert_eq!(judged(good(), good()), "passed");
        assert_eq!(judged(good(), CheckoutEnd::Refused { status: 404 }), "passed");
        assert_eq!(
            judged(good(), CheckoutEnd::Refused { status: 500 }),
            "server-error"
        );
        assert_eq!(
            judged(good(), asking("ORD-1", "1.00", HashFit::Right)),
            "taken-from-browser"
        );
        assert_eq!(
            judged(good(), asking("ORD-9", "24.50", HashFit::Right)),
            "taken-from-browser"
        );
        let refuses_all = CheckoutEnd::Refused { status: 404 };
        assert_eq!(judged(refuses_all.clone(), refuses_all), "inconclusive");
    }

    #[test]
    fn another_attempt_has_another_order_id() {
        let judged = |second: &str| {
            let records = [
                record(0, asking("ORD-1", "24.50", HashFit::Right)),
                record(1, asking(second, "24.50", HashFit::Right)),
            ];
            code(anew(View::new(&records), &hosts()))
        };
        assert_eq!(judged("ORD-1-2"), "passed");
        assert_eq!(judged("ORD-1"), "reference-reused");
    }
}
