//! Honest answers of a platform that has moved on: grown, or with a quotation that no longer holds.

use serde_json::{Value, json};

use super::{
    reply::{FieldError, Reply, http_date},
    state::State,
};
use crate::wire::{growth::Growth, money::Money};

/// How far ahead the announced end of the version lies, in milliseconds.
const NOTICE: i64 = 180 * 86_400_000;

/// By how much a price rises, in sen.
const RISE: i64 = 1_000;

/// The answer as a later platform gives it.
pub fn grown(reply: Reply, growth: Growth, now_millis: i64) -> Reply {
    match growth {
        Growth::Members => reply.with_document(add_members),
        Growth::Headers => reply
            .with("X-Platform-Region", "my-central-2")
            .with("Server-Timing", "edge;dur=3, origin;dur=12")
            .with("X-Feature-Flags", &"cover-2030;".repeat(60))
            .with("Alt-Svc", "clear"),
        Growth::NewValue => reply.with_document(add_product),
        // The ids were made longer when they were made.
        Growth::LongIds => reply,
        Growth::Deprecated => reply
            .with("Deprecation", &format!("@{}", now_millis / 1000))
            .with("Sunset", &http_date(now_millis.saturating_add(NOTICE)))
            .with(
                "Link",
                "<https://developer.senang.invalid/versions>; rel=\"deprecation\"; type=\"text/html\"",
            ),
    }
}

fn add_members(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(add_members);
            members.insert("service_level".to_owned(), json!("gold"));
            members.insert("related".to_owned(), json!([{"kind": "note", "id": null}, 7]));
            members.insert("audit".to_owned(), Value::Null);
        }
        Value::Array(items) => items.iter_mut().for_each(add_members),
        _ => {}
    }
}

fn add_product(document: &mut Value) {
    let Some(products) = document.get_mut("products").and_then(Value::as_array_mut) else {
        return;
    };
    for variants in products
        .iter_mut()
        .filter_map(|product| product.get_mut("variants"))
    {
        if let Some(variants) = variants.as_array_mut() {
            variants.push(json!("ELITE"));
        }
    }
    products.push(json!({"code": "CYBER", "name": "Cyber cover", "variants": ["SOLO"]}));
}

/// Ends a quotation and says why: the status of the answer, and whether its price has changed.
pub fn lapse(
    state: &mut State,
    quotation_id: &str,
    (status, repriced): (u16, bool),
    now_millis: i64,
) -> Reply {
    let Some(quotation) = state.quotations.get_mut(quotation_id) else {
        return Reply::problem(
            409,
            "quotation_id is no quotation",
            &[FieldError::new("quotation_id", "is no quotation")],
        );
    };
    quotation.expires_millis = now_millis;
    if !repriced {
        let error = FieldError::new("quotation_id", "has expired");
        return Reply::problem(
            status,
            "quotation_id has expired; ask for a new quotation",
            &[error],
        );
    }
    let premium = Money {
        minor: quotation.premium.minor.saturating_add(RISE),
        currency: quotation.premium.currency,
    };
    let error = FieldError::new("premium", "has changed");
    Reply::problem(status, "the price has changed; ask for a new quotation", &[error])
        .with_member("premium", json!(premium.amount()))
        .with_member("currency", json!(premium.currency.code()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::sandbox::state::Quotation;

    fn body(reply: Reply) -> Value {
        serde_json::from_slice(&reply.finish("r", "d").body).unwrap()
    }

    #[test]
    fn members_are_added_at_every_depth_and_none_is_taken_away() {
        let plain = json!({"items": [{"a": 1}], "b": {"c": 2}});
        let grown = body(grown(Reply::json(200, plain), Growth::Members, 0));
        assert_eq!(grown["items"][0]["a"], 1);
        assert_eq!(grown["items"][0]["service_level"], "gold");
        assert_eq!(grown["b"]["related"][1], 7);
    }

    #[test]
    fn a_lapsed_quotation_stays_lapsed_and_a_price_change_is_stated() {
        let mut state = State::new(1);
        let quotation = Quotation {
            premium: Money::sen(2_550),
            expires_millis: 9_000,
        };
        state.quotations.insert("q".to_owned(), quotation);
        let problem = body(lapse(&mut state, "q", (409, true), 1_000));
        assert_eq!(problem["premium"], "35.50");
        assert_eq!(problem["status"], 409);
        assert_eq!(state.quotations["q"].expires_millis, 1_000);
        assert_eq!(body(lapse(&mut state, "x", (422, true), 1_000))["status"], 409);
    }

    #[test]
    fn a_new_product_joins_the_old_ones() {
        let list = json!({"products": [{"code": "A", "variants": ["B"]}]});
        let grown = body(grown(Reply::json(200, list), Growth::NewValue, 0));
        assert_eq!(grown["products"][0]["variants"], json!(["B", "ELITE"]));
        assert_eq!(grown["products"][1]["code"], "CYBER");
    }
}
