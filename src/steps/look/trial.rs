//! Sends single messages, good and forged, for a look at how they are answered. Nothing of it belongs to an example.

use std::sync::Arc;

use serde_json::json;

use super::{
    super::{
        compose::{Composed, right},
        context::Context,
        forge::tampered,
        given::effect_kind,
        stage::Presence,
        stop::Stop,
        world::Example,
    },
    signature::Guess,
};
use crate::{
    actors::fixtures::{Needed, Prepared, names},
    checks::effect::Target,
    config::subject::Subject,
    transcript::{
        exchange::{Delivery, Form, Role},
        record::Scope,
    },
    wire::{
        event::EventType,
        header::Headers,
        money::Money,
        recurring::PaymentPlan,
        tampering::{Tampering, Writing},
    },
};

/// The event that is sent, and what it is about: the plainest that is in scope.
pub fn plainest(context: &Context) -> Option<(EventType, Subject)> {
    let plain = [
        (EventType::PaymentSuccess, Subject::Order),
        (EventType::PolicyIssued, Subject::Policy),
        (EventType::PaymentFailed, Subject::Order),
        (EventType::ClaimSubmitted, Subject::Claim),
    ];
    let other = || Some((*context.in_scope.first()?, Subject::Order));
    plain
        .into_iter()
        .find(|(kind, _)| context.in_scope.contains(kind))
        .or_else(other)
}

/// Whether one good event of a type brings the count of its object from 0 to 1.
pub fn moves_a_count(kind: EventType) -> bool {
    matches!(
        kind,
        EventType::PaymentSuccess | EventType::PolicyIssued | EventType::ClaimSubmitted
    )
}

/// A series of messages outside of all examples.
#[derive(Debug)]
pub struct Trial {
    example: Example,
}

/// A message that was sent.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Event id, or transaction id of a callback.
    pub id: String,
    /// Event type; none for a callback.
    pub kind: Option<EventType>,
    /// What it is about.
    pub reference: String,
    /// How it went.
    pub delivery: Delivery,
    /// Our clock when the answer was there, in UNIX milliseconds.
    pub unix_millis: i64,
}

/// How a webhook is signed.
#[derive(Clone, Copy, Debug)]
pub enum Signed<'a> {
    /// As the profile says, with the secret of the file.
    Right,
    /// With a random key.
    Forged,
    /// In another way, which a partner might take for the right one.
    As(&'a Guess),
}

fn words(stop: Stop) -> String {
    match stop {
        Stop::Inconclusive(why) | Stop::NotApplicable(why) | Stop::Harness(why) => why,
    }
}

impl Trial {
    /// Begins a series.
    pub fn begin(context: Arc<Context>, scope: Scope) -> Self {
        let presence = Presence {
            place: None,
            slot: None,
        };
        Self {
            example: Example::begin(context, scope, presence),
        }
    }

    /// What all examples share.
    pub fn context(&self) -> &Arc<Context> {
        &self.example.context
    }

    /// Before all examples.
    pub fn scope(&self) -> &Scope {
        &self.example.scope
    }

    /// An object that nothing has touched yet. The error says why there is none.
    pub async fn prepare(&mut self, subject: Subject) -> Result<Prepared, String> {
        let needed = Needed::new(subject, Money::sen(10_000));
        Box::pin(self.example.fresh(needed)).await.map_err(words)
    }

    /// References of an object that nobody made.
    pub fn unmade(&mut self, subject: Subject) -> Prepared {
        let place = format!("a look: {}", self.example.letters(8));
        let references = names(self.example.context.seed, &place);
        let own = match subject {
            Subject::Order | Subject::Subscription => references.order.clone(),
            Subject::Policy => references.policy.clone(),
            Subject::Claim => references.claim.clone(),
        };
        Prepared {
            references,
            own,
            amount: Money::sen(10_000),
            exists: false,
        }
    }

    /// Sends a webhook about a prepared object. The error says why nothing could be sent.
    pub async fn deliver(
        &mut self,
        kind: EventType,
        prepared: &Prepared,
        signed: Signed<'_>,
    ) -> Result<Sent, String> {
        let example = &mut self.example;
        let event = example.event(kind, prepared);
        let composed = example
            .sign(|signing, random| match signed {
                Signed::Right => right(signing, &event, Writing::Plain, random),
                Signed::Forged => tampered(
                    signing,
                    &event,
                    Tampering::RandomKey,
                    &prepared.references,
                    None,
                    random,
                ),
                Signed::As(guess) => {
                    let body = event.body();
                    let now = guess.dated.text(signing.now);
                    let signature = guess.scheme.sign(&guess.key, &event.id, &now, &body);
                    let scheme = signing.scheme;
                    let headers = Headers::new()
                        .with("content-type", "application/json")
                        .with(scheme.id_header.as_str(), event.id.as_str())
                        .with(scheme.timestamp_header.as_str(), now.as_str())
                        .with(scheme.signature_header.as_str(), signature.as_str());
                    Composed {
                        headers,
                        body,
                        exact: false,
                        right_digest: None,
                    }
                }
            })
            .map_err(words)?;
        let form = match signed {
            Signed::Right => Form::Right(Writing::Plain),
            Signed::Forged => Form::Tampered(Tampering::RandomKey),
            Signed::As(guess) => Form::Generated {
                forged: true,
                how: guess.says.clone(),
            },
        };
        let intent = example.intent(Role::Probe, form, &event, &prepared.own);
        let delivered = Box::pin(example.send(intent, composed)).await.map_err(words)?;
        Ok(Sent {
            id: event.id,
            kind: Some(kind),
            reference: prepared.own.clone(),
            delivery: delivered.delivery().clone(),
            unix_millis: example.context.clock().unix_millis(),
        })
    }

    /// Sends a good recurring callback about a prepared subscription.
    pub async fn call_back(&mut self, prepared: &Prepared) -> Result<Sent, String> {
        let example = &mut self.example;
        let endpoint = example.callback_endpoint().map_err(words)?;
        let callback = example.callback(prepared, PaymentPlan::Subscription);
        let hash = Example::right_hash(&endpoint, &callback);
        let document = callback.document(Some(json!(hash)));
        example.target = Some(Target {
            kind: effect_kind(Subject::Subscription),
            reference: prepared.references.order.clone(),
        });
        let sent = example.post_callback(
            Role::Probe,
            Form::Callback,
            &callback,
            &prepared.references.order,
            &document,
        );
        let delivered = Box::pin(sent).await.map_err(words)?;
        Ok(Sent {
            id: callback.transaction_id.clone(),
            kind: None,
            reference: prepared.references.order.clone(),
            delivery: delivered.delivery().clone(),
            unix_millis: example.context.clock().unix_millis(),
        })
    }
}
