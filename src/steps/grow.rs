//! Documents that have grown: members that the contract of today does not name, or another order.

use cucumber::when;
use serde_json::{Map, Value, json};

use super::{stop::Stop, world::Example};
use crate::{
    transcript::exchange::{Form, Role},
    wire::{event::EventType, variation::Variation},
};

/// The members of tomorrow: one of each JSON type, none with a name of the contract.
fn tomorrow(members: &mut Map<String, Value>) {
    members.insert("loyalty_tier".to_owned(), json!("gold"));
    members.insert("risk_score".to_owned(), json!(0.25));
    members.insert("reviewed".to_owned(), json!(true));
    members.insert("superseded_by".to_owned(), Value::Null);
    members.insert("labels".to_owned(), json!(["new", "2027"]));
    members.insert("channel".to_owned(), json!({"name": "app", "build": 12}));
}

/// The document with a variation of its shape carried out; any other variation leaves it as it is.
pub(super) fn grown(mut document: Value, variation: Variation) -> Value {
    let places: Vec<&mut Value> = match variation {
        Variation::MembersOnTop => vec![&mut document],
        Variation::MembersInData => document.pointer_mut("/data").into_iter().collect(),
        Variation::MembersInMetadata => document.pointer_mut("/data/metadata").into_iter().collect(),
        Variation::MembersInPayments => document
            .pointer_mut("/payment_details")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
            .collect(),
        Variation::OtherOrder => return back_to_front(document),
        _ => Vec::new(),
    };
    for place in places {
        if let Value::Object(members) = place {
            tomorrow(members);
        }
    }
    document
}

fn back_to_front(value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .rev()
                .map(|(name, value)| (name, back_to_front(value)))
                .collect(),
        ),
        Value::Array(items) => items.into_iter().map(back_to_front).collect(),
        other => other,
    }
}

#[when(regex = r"^a genuine (payment\.success|recurring callback) with (.+) is delivered$")]
async fn grown_delivery(example: &mut Example, what: String, phrase: String) -> Result<(), Stop> {
    let variation: Variation = phrase
        .parse()
        .map_err(|error| Stop::Harness(format!("{error}")))?;
    if what == "payment.success" {
        return example.deliver_varied(EventType::PaymentSuccess, variation).await;
    }
    let reference = example.target()?.reference;
    let (callback, document) = example.genuine_callback().await?;
    example
        .post_callback(
            Role::Stimulus,
            Form::Varied(variation),
            &callback,
            &reference,
            &grown(document, variation),
        )
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        json!({"id": "evt_1", "data": {"status": "success", "metadata": {}},
               "payment_details": [{"no": 1}, {"no": 2}]})
    }

    #[test]
    fn members_are_added_in_the_named_place_only() {
        for (variation, pointer) in [
            (Variation::MembersOnTop, ""),
            (Variation::MembersInData, "/data"),
            (Variation::MembersInMetadata, "/data/metadata"),
            (Variation::MembersInPayments, "/payment_details/1"),
        ] {
            let mut grown = grown(document(), variation);
            let place = grown.pointer_mut(pointer).unwrap();
            assert_eq!(place["labels"], json!(["new", "2027"]), "{variation}");
            let text = grown.to_string();
            let places = if variation == Variation::MembersInPayments {
                2
            } else {
                1
            };
            assert_eq!(text.matches("loyalty_tier").count(), places, "{variation}");
        }
    }

    #[test]
    fn another_order_is_the_same_document() {
        let turned = grown(document(), Variation::OtherOrder);
        assert_eq!(turned, document());
        assert!(turned.to_string().starts_with(r#"{"payment_details":[{"no":1}"#));
        assert_eq!(
            grown(document(), Variation::StatusReview).to_string(),
            document().to_string()
        );
    }
}
