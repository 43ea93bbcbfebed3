//! Notices about a schedule, which come to the callback URL and report no payment.

use cucumber::{then, when};
use secrecy::ExposeSecret as _;

use super::{stop::Stop, world::Example};
use crate::{
    actors::deliverer::message::Message,
    transcript::exchange::{Form, Intent, Role},
    wire::{header::Headers, next_payment, schedule_notice::ScheduleNotice},
};

/// Code of a payment that was booked for a notice.
const EFFECT: &str = "effect-followed";

#[when(regex = r"^the platform sends the schedule notice ([a-z_]+) with its own hash$")]
async fn notice(example: &mut Example, action: String) -> Result<(), Stop> {
    let endpoint = example.callback_endpoint()?;
    let reference = example.target()?.reference;
    example.snapshot().await?;
    let now = example.context.clock().unix_millis() / 1000;
    let notice = ScheduleNotice {
        new_payment_timestamp: (action == "new_schedule").then(|| next_payment::noon(now)),
        action,
        recurring_id: format!("REC-{reference}"),
        kind: "installment".to_owned(),
        customer_email: "subscriber@example.org".to_owned(),
    };
    let hash = notice.hash(endpoint.secret.expose_secret());
    example.context.remember(&notice.recurring_id, &reference);
    let intent = Intent {
        role: Role::Stimulus,
        index: example.next_index(Role::Stimulus),
        form: Form::Callback,
        subject: format!("schedule notice {}", notice.action),
        id: notice.recurring_id.clone(),
        reference,
    };
    let message = Message {
        method: "POST".to_owned(),
        url: endpoint.url,
        headers: Headers::new().with("content-type", "application/json"),
        body: notice.document(&hash).to_string().into_bytes(),
        timeout: None,
    };
    let (deliverer, scope) = (&example.context.deliverer, &example.scope);
    let sent = deliverer.deliver(scope, intent, message).await;
    example.context.hearing.note(&sent.delivery().ending);
    Ok(())
}

#[then("no payment is booked for the subscription")]
async fn no_payment(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    // A partner may well show that the schedule has begun or ended.
    example.nothing_happens_to(&[target], true, EFFECT).await;
    Ok(())
}
