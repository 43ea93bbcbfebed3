//! Looks at the endpoint, and deliveries that go to it in another way than the platform's.

use cucumber::when;
use rand::seq::IndexedRandom as _;

use super::{compose::right, context::WebhookEndpoint, stop::Stop, world::Example};
use crate::{
    actors::deliverer::message::Message,
    transcript::{
        endpoint::{Offer, ProbeEnd},
        exchange::{Form, Role},
    },
    wire::{event::EventType, tampering::Writing},
};

/// User agents that no list of known clients holds.
const UNFAMILIAR: [&str; 3] = [
    "lorry-bell/0.3",
    "Kingfisher-Dispatch 12",
    "teh-tarik/1.9 (billing)",
];

impl Example {
    pub(super) fn webhook_endpoint(&self) -> Result<WebhookEndpoint, Stop> {
        self.context
            .webhook
            .clone()
            .ok_or_else(|| Stop::Inconclusive("no [webhook] is declared; add url and secret_env".to_owned()))
    }

    async fn look_at_endpoint(&mut self, offer: Offer) -> Result<ProbeEnd, Stop> {
        let url = self.webhook_endpoint()?.url;
        let (context, scope) = (std::sync::Arc::clone(&self.context), self.scope.clone());
        let probe = async move { context.deliverer.raw().probe(&scope, &url, offer).await };
        Ok(self.idle(probe).await.end)
    }

    /// The stimulus: a right payment.success, changed on its way as told.
    async fn deliver_changed(&mut self, change: impl FnOnce(&mut Message)) -> Result<(), Stop> {
        let prepared = self.prepared()?.clone();
        let reference = self.target()?.reference;
        self.snapshot().await?;
        let event = self.event(EventType::PaymentSuccess, &prepared);
        self.carry(&event, &prepared, Writing::Plain);
        let composed = self.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
        let intent = self.intent(Role::Stimulus, Form::Right(Writing::Plain), &event, &reference);
        let (mut message, _) = self.message(composed)?;
        change(&mut message);
        self.context.deliverer.deliver(&self.scope, intent, message).await;
        Ok(())
    }
}

#[when("the registered URL is resolved and a connection is made")]
async fn look(example: &mut Example) -> Result<(), Stop> {
    example.look_at_endpoint(Offer::Usual).await.map(drop)
}

#[when(
    regex = r"^a handshake (with the platform's own settings|that offers TLS 1\.2 only|that offers TLS 1\.1 only|validated from what the server sends alone) is made$"
)]
async fn handshake(example: &mut Example, manner: String) -> Result<(), Stop> {
    let offer = match manner.as_str() {
        "that offers TLS 1.2 only" => Offer::Tls12,
        "that offers TLS 1.1 only" => Offer::Tls11,
        _ => Offer::Usual,
    };
    let end = example.look_at_endpoint(offer).await?;
    match (offer, &end) {
        (Offer::Tls11, ProbeEnd::Agreed(handshake)) => example.note(format!(
            "the endpoint still speaks {}; switch off everything below TLS 1.2 (RFC 8996)",
            handshake.version
        )),
        (Offer::Tls11, ProbeEnd::Refused(why)) => {
            example.note(format!("TLS 1.1 is refused, as it should be: {why}"));
        }
        (Offer::Tls12, ProbeEnd::Refused(why)) => {
            example.note(format!("TLS 1.2 alone is refused, only TLS 1.3 is spoken: {why}"));
        }
        _ => {}
    }
    // A refusal says something about a version only if the same endpoint takes another one.
    if offer != Offer::Usual && !(offer == Offer::Tls12 && matches!(end, ProbeEnd::Agreed(_))) {
        example.look_at_endpoint(Offer::Usual).await?;
    }
    if example.webhook_endpoint()?.own_trust {
        example
            .note("validated against the certificates of [webhook] trust instead of the public authorities");
    }
    Ok(())
}

#[when("a correctly signed payment.success is posted to the same host and path over plain http")]
async fn over_plain_http(example: &mut Example) -> Result<(), Stop> {
    let plain = example.webhook_endpoint()?.plain_http.ok_or_else(|| {
        Stop::Inconclusive("it is not known where plain http would be; add plain_http_port".to_owned())
    })?;
    example.deliver_changed(|message| message.url = plain).await
}

#[when(regex = r"^a correctly signed payment\.success is sent by (GET|PUT|DELETE|HEAD)$")]
async fn by_method(example: &mut Example, method: String) -> Result<(), Stop> {
    example.deliver_changed(|message| message.method = method).await
}

#[when(
    "a correctly signed payment.success comes from a client that nobody has heard of and that is no browser"
)]
async fn unfamiliar(example: &mut Example) -> Result<(), Stop> {
    let agent = UNFAMILIAR
        .choose(&mut example.random)
        .copied()
        .unwrap_or(UNFAMILIAR[0]);
    example
        .deliver_changed(|message| message.headers.push("user-agent", agent))
        .await
}
