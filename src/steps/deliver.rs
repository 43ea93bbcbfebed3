//! Webhook deliveries: one event, composed and signed at the moment it is sent.

use std::sync::Arc;

use cucumber::when;
use secrecy::ExposeSecret as _;

use super::{
    compose::{Composed, Signing, right, unreadable},
    forge::tampered,
    stop::Stop,
    world::{Carried, Example},
    writing,
};
use crate::{
    actors::{
        deliverer::{
            message::{Delivered, Message},
            raw::Shape,
        },
        fixtures::Prepared,
    },
    config::host::rfc3339,
    transcript::{
        exchange::{Form, Intent, Role},
        observation::Moment,
    },
    wire::{
        event::{Event, EventType},
        tampering::{Tampering, Unreadable, Writing},
    },
};

impl Example {
    /// A new event for prepared references, with a fresh id and the present time.
    pub(super) fn event(&mut self, kind: EventType, prepared: &Prepared) -> Event {
        let id = self.event_id();
        let created = rfc3339(self.context.clock().unix_millis());
        Event::new(id, kind, created, &prepared.references, &prepared.amount)
    }

    /// Runs a composition with the endpoint's key and the attempt time of this moment.
    pub(super) fn sign(
        &mut self,
        compose: impl FnOnce(Signing<'_>, &mut rand::rngs::StdRng) -> Composed,
    ) -> Result<Composed, Stop> {
        let context = Arc::clone(&self.context);
        let endpoint = context.webhook.as_ref().ok_or_else(|| {
            Stop::Inconclusive("no [webhook] is declared; add url and secret_env".to_owned())
        })?;
        let active = endpoint.active(context.rotation());
        let signing = Signing {
            scheme: &endpoint.scheme,
            key: &active.bytes,
            printed: active.printed.expose_secret(),
            retired: endpoint
                .retired(context.rotation())
                .map(|key| key.bytes.as_slice()),
            next: endpoint.next.as_ref().map(|key| key.bytes.as_slice()),
            api_secret: context
                .api_secret
                .as_ref()
                .map(secrecy::ExposeSecret::expose_secret),
            now: context.clock().unix_millis() / 1000,
        };
        let composed = compose(signing, &mut self.random);
        if let Some(digest) = &composed.right_digest {
            context.learn_digest(digest);
        }
        Ok(composed)
    }

    pub(super) fn message(&self, composed: Composed) -> Result<(Message, bool), Stop> {
        let endpoint = self.context.webhook.as_ref().ok_or_else(|| {
            Stop::Inconclusive("no [webhook] is declared; add url and secret_env".to_owned())
        })?;
        let message = Message {
            method: "POST".to_owned(),
            url: endpoint.url.clone(),
            headers: composed.headers,
            body: composed.body,
            timeout: None,
        };
        Ok((message, composed.exact))
    }

    pub(super) fn intent(&mut self, role: Role, form: Form, event: &Event, reference: &str) -> Intent {
        self.context.remember(&event.id, reference);
        Intent {
            role,
            index: self.next_index(role),
            form,
            subject: event.kind.clone(),
            id: event.id.clone(),
            reference: reference.to_owned(),
        }
    }

    /// Sends a composed message once. It keeps the slot: examples that wait for their turn at the partner
    /// must not make room for ever more of them.
    pub(super) async fn send(&mut self, intent: Intent, composed: Composed) -> Result<Delivered, Stop> {
        if let Some(reason) = self.context.hearing.deaf() {
            return Err(Stop::Inconclusive(reason));
        }
        let (message, exact) = self.message(composed)?;
        let client = &self.context.deliverer;
        let delivered = if exact {
            client
                .raw()
                .deliver(&self.scope, intent, message, Shape::Whole)
                .await
        } else {
            client.deliver(&self.scope, intent, message).await
        };
        self.context.hearing.note(&delivered.delivery().ending);
        Ok(delivered)
    }

    /// Reads what the stimulus may touch, right before it is sent.
    pub(super) async fn snapshot(&mut self) -> Result<(), Stop> {
        let target = self.target()?;
        self.look(&target, Moment::Before).await;
        if let Some(other) = self.other_target() {
            self.look(&other, Moment::Before).await;
        }
        Ok(())
    }

    pub(super) fn carry(&mut self, event: &Event, prepared: &Prepared, writing: Writing) {
        self.carried = Carried {
            event_id: event.id.clone(),
            event_type: event.kind.clone(),
            transaction: prepared.references.transaction.clone(),
            amount: Some(prepared.amount.clone()),
            name: writing::name(writing).map(str::to_owned),
            number: event
                .data
                .get("policy_number")
                .and_then(serde_json::Value::as_str)
                .map(str::to_owned),
        };
    }

    /// The stimulus: a right delivery, written so.
    pub(super) async fn deliver_right(&mut self, kind: EventType, how: Writing) -> Result<(), Stop> {
        let prepared = self.prepared()?.clone();
        let reference = self.target()?.reference;
        self.snapshot().await?;
        let event = self.event(kind, &prepared);
        self.carry(&event, &prepared, how);
        let composed = self.sign(|signing, random| right(signing, &event, how, random))?;
        let intent = self.intent(Role::Stimulus, Form::Right(how), &event, &reference);
        self.send(intent, composed).await.map(drop)
    }

    /// The stimulus: a false delivery.
    async fn deliver_tampered(&mut self, tampering: Tampering) -> Result<(), Stop> {
        self.snapshot().await?;
        self.forge(Role::Stimulus, tampering).await
    }

    /// Sends a false delivery for the prepared references.
    pub(super) async fn forge(&mut self, role: Role, tampering: Tampering) -> Result<(), Stop> {
        let prepared = self.prepared()?.clone();
        let other = self.other.as_ref().map(|other| other.references.clone());
        let reference = self.target()?.reference;
        let event = self.event(EventType::PaymentSuccess, &prepared);
        if role == Role::Stimulus {
            self.carry(&event, &prepared, Writing::Plain);
        }
        let composed = self.sign(|signing, random| {
            tampered(
                signing,
                &event,
                tampering,
                &prepared.references,
                other.as_ref(),
                random,
            )
        })?;
        let intent = self.intent(role, Form::Tampered(tampering), &event, &reference);
        self.send(intent, composed).await.map(drop)
    }
}

/// The event type that a feature names.
pub(super) fn event_type(text: &str) -> Result<EventType, Stop> {
    text.parse().map_err(|error| Stop::Harness(format!("{error}")))
}

#[when(regex = r"^a correctly signed ([a-z.]+) is delivered$")]
async fn correctly_signed(example: &mut Example, kind: String) -> Result<(), Stop> {
    example.deliver_right(event_type(&kind)?, Writing::Plain).await
}

#[when(regex = r"^a payment\.success is delivered (?:with|as|signed with) (.+)$")]
async fn in_some_way(example: &mut Example, phrase: String) -> Result<(), Stop> {
    if let Ok(how) = phrase.parse::<Writing>() {
        return example.deliver_right(EventType::PaymentSuccess, how).await;
    }
    let tampering: Tampering = phrase
        .parse()
        .map_err(|error| Stop::Harness(format!("{error}")))?;
    example.deliver_tampered(tampering).await
}

#[when(regex = r"^(.+) is delivered, correctly signed$")]
async fn unusual(example: &mut Example, phrase: String) -> Result<(), Stop> {
    let prepared = example.prepared()?.clone();
    let reference = example.target()?.reference;
    if let Some(event) = foreign_event(example, &phrase)? {
        example.carry(&event, &prepared, Writing::Plain);
        example.snapshot().await?;
        let composed = example.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
        let intent = example.intent(Role::Stimulus, Form::Right(Writing::Plain), &event, &reference);
        return example.send(intent, composed).await.map(drop);
    }
    let event = example.event(EventType::PaymentSuccess, &prepared);
    let body: Unreadable = phrase
        .parse()
        .map_err(|error| Stop::Harness(format!("{error}")))?;
    example.snapshot().await?;
    let composed = example.sign(|signing, _| unreadable(signing, &event, body))?;
    let intent = example.intent(Role::Stimulus, Form::Unreadable(body), &event, &reference);
    example.send(intent, composed).await.map(drop)
}

/// The event of `an event of …`, if the phrase is about a type: one that the contract does not know,
/// with the payload of a payment, or a proper one that is not in the partner's scope.
fn foreign_event(example: &mut Example, phrase: &str) -> Result<Option<Event>, Stop> {
    let Some(of) = phrase.strip_prefix("an event of ") else {
        return Ok(None);
    };
    let prepared = example.prepared()?.clone();
    if let Some(name) = of.strip_prefix("the unknown type ") {
        let plain = example.event(EventType::PaymentSuccess, &prepared);
        return Ok(Some(Event {
            kind: name.to_owned(),
            ..plain
        }));
    }
    let outside = EventType::ALL
        .into_iter()
        .rev()
        .find(|kind| !example.context.in_scope.contains(kind));
    let outside = outside.ok_or_else(|| {
        Stop::Inconclusive("every documented event type is in scope, so none is outside".to_owned())
    })?;
    Ok(Some(example.event(outside, &prepared)))
}
