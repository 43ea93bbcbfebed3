//! Documents that have grown: members that the contract of today does not name, or another order.

use cucumber::when;
use serde_json::{Map, Value, json};

use super::{stop::Stop, world::Example};
use crate::{
    transcript::exchange::{Form, Role},
    wire::{
        callback_variation::CallbackVariation, event::EventType, tampering::Writing, variation::Variation,
    },
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

/// What is done to the shape of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Growth {
    /// More members in the object that the JSON pointer names.
    At(&'static str),
    /// More members in each object of the list that the JSON pointer names.
    InEach(&'static str),
    /// Every object back to front.
    OtherOrder,
}

const OF_EVENTS: [(Variation, Growth); 4] = [
    (Variation::MembersOnTop, Growth::At("")),
    (Variation::MembersInData, Growth::At("/data")),
    (Variation::MembersInMetadata, Growth::At("/data/metadata")),
    (Variation::OtherOrder, Growth::OtherOrder),
];

const OF_CALLBACKS: [(CallbackVariation, Growth); 3] = [
    (CallbackVariation::MembersOnTop, Growth::At("")),
    (
        CallbackVariation::MembersInPayments,
        Growth::InEach("/payment_details"),
    ),
    (CallbackVariation::OtherOrder, Growth::OtherOrder),
];

impl Growth {
    fn find<V: Copy + PartialEq + std::fmt::Display>(
        table: &[(V, Self)],
        variation: V,
    ) -> Result<Self, Stop> {
        let found = table.iter().find(|(word, _)| *word == variation);
        found
            .map(|(_, growth)| *growth)
            .ok_or_else(|| Stop::Harness(format!("{variation} does not change the shape of a document")))
    }

    fn carry_out(self, mut document: Value) -> Value {
        let places: Vec<&mut Value> = match self {
            Self::At(pointer) => document.pointer_mut(pointer).into_iter().collect(),
            Self::InEach(pointer) => document
                .pointer_mut(pointer)
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten()
                .collect(),
            Self::OtherOrder => return back_to_front(document),
        };
        for place in places {
            if let Value::Object(members) = place {
                tomorrow(members);
            }
        }
        document
    }
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

#[when(regex = r"^a genuine payment\.success with (.+) is delivered$")]
async fn grown_event(example: &mut Example, phrase: String) -> Result<(), Stop> {
    let variation: Variation = phrase
        .parse()
        .map_err(|error| Stop::Harness(format!("{error}")))?;
    let growth = Growth::find(&OF_EVENTS, variation)?;
    let prepared = example.prepared()?.clone();
    let reference = example.target()?.reference;
    example.snapshot().await?;
    let event = example.event(EventType::PaymentSuccess, &prepared);
    example.carry(&event, &prepared, Writing::Plain);
    let body = growth.carry_out(event.document()).to_string().into_bytes();
    let composed = example
        .sign(|signing, _| signing.composed(signing.parts(&event.id, signing.now.to_string(), body)))?;
    let intent = example.intent(Role::Stimulus, Form::Varied(variation), &event, &reference);
    example.send(intent, composed).await.map(drop)
}

#[when(regex = r"^a genuine recurring callback with (.+) is delivered$")]
async fn grown_callback(example: &mut Example, phrase: String) -> Result<(), Stop> {
    let variation: CallbackVariation = phrase
        .parse()
        .map_err(|error| Stop::Harness(format!("{error}")))?;
    let growth = Growth::find(&OF_CALLBACKS, variation)?;
    let reference = example.target()?.reference;
    let (callback, document) = example.genuine_callback().await?;
    let (form, document) = (Form::VariedCallback(variation), growth.carry_out(document));
    example
        .post_callback(Role::Stimulus, form, &callback, &reference, &document)
        .await
        .map(drop)
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
        for (growth, pointer, places) in [
            (Growth::At(""), "", 1),
            (Growth::At("/data"), "/data", 1),
            (Growth::At("/data/metadata"), "/data/metadata", 1),
            (Growth::InEach("/payment_details"), "/payment_details/1", 2),
        ] {
            let grown = growth.carry_out(document());
            let place = grown.pointer(pointer).unwrap();
            assert_eq!(place["labels"], json!(["new", "2027"]), "{growth:?}");
            assert_eq!(
                grown.to_string().matches("loyalty_tier").count(),
                places,
                "{growth:?}"
            );
        }
    }

    #[test]
    fn another_order_is_the_same_document() {
        let turned = Growth::OtherOrder.carry_out(document());
        assert_eq!(turned, document());
        assert!(turned.to_string().starts_with(r#"{"payment_details":[{"no":1}"#));
    }
}
