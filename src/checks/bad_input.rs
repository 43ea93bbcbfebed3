//! Input that is wrong: it goes no further than the partner's own form.

use super::{
    api::{describe, finding, unreached},
    outcome::Outcome,
    sent::{ended_as, member, passed},
    view::View,
    words::{inconclusive, nothing_to_judge},
};
use crate::{
    transcript::{exchange::SeenRequest, observation::OperationEnd},
    wire::fault::ApiCall,
};

/// Longest piece of a message that a finding shows, in characters.
const SHOWN: usize = 200;

/// Words by which a message names a field, in Latin letters only.
fn names_of(field: &str) -> &'static [&'static str] {
    match field {
        "name" => &["name", "nama"],
        "birth_date" => &["birth", "dob", "lahir"],
        "email" => &["email", "emel"],
        "amount" => &["amount", "sum", "price", "premium", "jumlah", "amaun", "harga"],
        _ => &[],
    }
}

/// After an operation with good input that came through, one with a bad `value` in a field (none when it
/// is missing) sends nothing with it, ends as failed, and tells the user which field it is about.
/// `told` says whether the partner's file says where to read what the user is told.
pub fn stopped_before_the_api(view: View<'_>, field: &str, value: &str, told: bool) -> Outcome {
    let operations = view.operations();
    let [(_, good), .., (number, bad)] = operations.as_slice() else {
        return nothing_to_judge("the operations with good and with bad input");
    };
    let seen = view.seen();
    let reached = seen
        .iter()
        .any(|(_, request)| request.call.writes() && request.started < bad.started);
    if !reached || !matches!(ended_as(good), Some("success" | "pending")) {
        return inconclusive(format!(
            "the same operation with good input did not come through, so its silence proves nothing: {}",
            unreached(operations.first().copied())
        ));
    }
    let operation = Some((*number, *bad));
    let passed_on = seen.iter().find(|(_, request)| {
        request.started >= bad.started && request.call.writes() && carries(request, field, value)
    });
    if let Some((request_number, request)) = passed_on {
        return finding(
            "bad-input-sent",
            operation,
            format!("no request with the bad {field}"),
            describe(request),
            [*request_number],
        );
    }
    let (outcome, message) = match &bad.end {
        OperationEnd::Finished { outcome, message, .. } => (outcome, message.as_deref()),
        OperationEnd::Unusable(why) => {
            return inconclusive(format!(
                "the end of the operation with the bad {field} is not known: {why}"
            ));
        }
    };
    if outcome != "failed" {
        let expected = format!("the operation with the bad {field} ends as failed");
        return finding(
            "bad-input-taken",
            operation,
            expected,
            format!("reported as {outcome}"),
            [],
        );
    }
    if !told {
        return inconclusive(format!(
            "it ended as failed and sent nothing, but what the user is told is not known; declare message in answer of \
             [start.{}]",
            bad.name
        ));
    }
    let message = message.unwrap_or_default();
    if mentions(message, field) {
        return passed();
    }
    let expected = format!("a message that names the field {field}");
    let observed = if message.is_empty() {
        "no message".to_owned()
    } else {
        format!("{:?}", message.chars().take(SHOWN).collect::<String>())
    };
    finding("field-not-named", operation, expected, observed, [])
}

/// Whether a request carries the bad value, or customer data without the field.
fn carries(request: &SeenRequest, field: &str, value: &str) -> bool {
    if value.is_empty() {
        let blank = |found: Option<serde_json::Value>| {
            found.is_none_or(|found| found.as_str().is_some_and(|text| text.trim().is_empty()))
        };
        return request.call == ApiCall::Customer && blank(member(request, field));
    }
    let body = request.body.bytes();
    let text = String::from_utf8_lossy(&body);
    text.contains(value) || text.contains(&value.replace('@', "%40"))
}

fn mentions(message: &str, field: &str) -> bool {
    let letters: String = message
        .chars()
        .filter(char::is_ascii_alphabetic)
        .collect::<String>()
        .to_ascii_lowercase();
    names_of(field).iter().any(|name| letters.contains(name))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::*;
    use crate::{
        checks::samples::{bought, code, posted},
        transcript::record::Record,
    };

    fn judged(after: &[Arc<Record>], value: &str, field: &str, told: bool) -> String {
        let good = [
            bought(1, "success", None),
            customer(2, &json!({"name": "Aina", "email": "a@b.my"})),
        ];
        let records: Vec<_> = good.into_iter().chain(after.iter().cloned()).collect();
        code(stopped_before_the_api(View::new(&records), field, value, told))
    }

    fn customer(number: u64, body: &Value) -> Arc<Record> {
        posted(number, ApiCall::Customer, body, 201)
    }

    #[test]
    fn a_slip_is_named_and_goes_no_further() {
        let email = |after: &[Arc<Record>]| judged(after, "nobody.example", "email", true);
        let refused = |message| bought(5, "failed", message);
        assert_eq!(email(&[refused(Some("Check your E-mail address"))]), "passed");
        assert_eq!(email(&[refused(Some("Something went wrong"))]), "field-not-named");
        assert_eq!(email(&[refused(None)]), "field-not-named");
        assert_eq!(email(&[bought(5, "success", None)]), "bad-input-taken");
        let late = customer(6, &json!({"name": "Aina", "email": "nobody.example"}));
        assert_eq!(email(&[refused(Some("email")), late]), "bad-input-sent");
        assert_eq!(
            judged(&[refused(None)], "nobody.example", "email", false),
            "inconclusive"
        );
    }

    #[test]
    fn a_missing_field_shows_in_what_is_left() {
        let refused = bought(5, "failed", Some("[\"name\"]"));
        let name = |after: &[Arc<Record>]| judged(after, "", "name", true);
        assert_eq!(name(std::slice::from_ref(&refused)), "passed");
        assert_eq!(
            name(&[refused.clone(), customer(6, &json!({"email": "a@b.my"}))]),
            "bad-input-sent"
        );
        assert_eq!(
            name(&[refused, customer(6, &json!({"name": " "}))]),
            "bad-input-sent"
        );
    }

    #[test]
    fn silence_of_a_partner_that_never_speaks_proves_nothing() {
        let both = [
            bought(1, "failed", Some("email")),
            bought(5, "failed", Some("email")),
        ];
        let judged =
            |records: &[Arc<Record>]| code(stopped_before_the_api(View::new(records), "email", "x", true));
        assert_eq!(judged(&both), "inconclusive");
        assert_eq!(judged(&both[..1]), "inconclusive");
    }
}
