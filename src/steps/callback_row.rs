//! Several callbacks about one subscription: repeats, and news that looks like one.

use cucumber::{then, when};
use serde_json::json;

use super::{stop::Stop, world::Example};
use crate::{
    actors::deliverer::message::Message,
    checks::{
        check::Check,
        effect::Target,
        view::{View, Which},
    },
    transcript::{
        exchange::{Form, Intent, Role},
        observation::{Moment, Read},
    },
    wire::{
        header::Headers,
        recurring::{Callback, PaymentPlan},
    },
};

const MONTH: i64 = 30 * 24 * 3600;
/// Copies that are sent at the same moment.
const COPIES: u32 = 5;
/// From the first to the last of them, in milliseconds.
const TOGETHER: u64 = 50;

impl Example {
    /// A successful payment of the prepared subscription, before anything is sent.
    async fn first_report(&mut self) -> Result<Callback, Stop> {
        self.snapshot().await?;
        let prepared = self.prepared()?.clone();
        Ok(self.callback(&prepared, PaymentPlan::Subscription))
    }

    async fn report(&mut self, callback: &Callback) -> Result<(), Stop> {
        let reference = self.target()?.reference;
        let hash = Self::right_hash(&self.callback_endpoint()?, callback);
        let document = callback.document(Some(json!(hash)));
        self.post_callback(Role::Stimulus, Form::Callback, callback, &reference, &document)
            .await
            .map(drop)
    }

    /// Reports one after the other, with a pause between them.
    async fn reports(&mut self, callbacks: &[Callback]) -> Result<(), Stop> {
        let gap = self.context.profile.redelivery_gap();
        for (number, callback) in callbacks.iter().enumerate() {
            if number > 0 {
                self.pause(gap).await;
            }
            self.report(callback).await?;
        }
        Ok(())
    }

    /// The same subscription's payment of a month later.
    fn month_after(&mut self, callback: &Callback) -> Callback {
        Callback {
            transaction_id: format!("txn_{}", self.letters(12)),
            next_payment_date: callback.next_payment_date + MONTH,
            ..callback.clone()
        }
    }

    /// Waits until so many payments are booked, and longer, and checks that there are no more.
    async fn booked(&mut self, times: u64) -> Result<Target, Stop> {
        let target = self.target()?;
        self.settle(&target, times).await;
        self.silence().await;
        self.look(&target, Moment::After).await;
        self.check(Check::TookEffect {
            target: target.clone(),
            times,
            status_suffices: false,
        });
        Ok(target)
    }

    /// Copies of one callback that become complete at the same moment.
    async fn reports_at_once(&mut self, callback: &Callback) -> Result<(), Stop> {
        let endpoint = self.callback_endpoint()?;
        let reference = self.target()?.reference;
        let hash = Self::right_hash(&endpoint, callback);
        self.context.remember(&callback.transaction_id, &reference);
        let intents = (0..COPIES)
            .map(|_| Intent {
                role: Role::Stimulus,
                index: self.next_index(Role::Stimulus),
                form: Form::Callback,
                subject: "recurring callback".to_owned(),
                id: callback.transaction_id.clone(),
                reference: reference.clone(),
            })
            .collect();
        let message = Message {
            method: "POST".to_owned(),
            url: endpoint.url,
            headers: Headers::new().with("content-type", "application/json"),
            body: callback.document(Some(json!(hash))).to_string().into_bytes(),
            timeout: None,
        };
        let raw = self.context.deliverer.raw();
        let burst = raw.burst(&self.scope, intents, message).await;
        for delivered in &burst.deliveries {
            self.context.hearing.note(&delivered.delivery().ending);
        }
        self.note(format!(
            "{COPIES} copies were completed within {} microseconds",
            burst.spread.0
        ));
        Ok(())
    }
}

fn with_status(callback: &Callback, status: &str, msg: &str) -> Callback {
    Callback {
        status_id: status.to_owned(),
        msg: msg.to_owned(),
        ..callback.clone()
    }
}

fn failed(callback: &Callback) -> Callback {
    with_status(callback, "0", "Payment_was_declined")
}

#[when("a payment is called back 3 times in a row, at last with another msg")]
async fn three_in_a_row(example: &mut Example) -> Result<(), Stop> {
    let callback = example.first_report().await?;
    let reworded = with_status(&callback, "1", "Payment_was_successful_and_settled");
    example.reports(&[callback.clone(), callback, reworded]).await
}

#[when("a payment is called back 5 times at once, and once more afterwards")]
async fn five_at_once(example: &mut Example) -> Result<(), Stop> {
    let callback = example.first_report().await?;
    example.reports_at_once(&callback).await?;
    let target = example.target()?;
    example.settle(&target, 1).await;
    example.report(&callback).await
}

#[when("a payment is called back twice")]
async fn twice(example: &mut Example) -> Result<(), Stop> {
    let callback = example.first_report().await?;
    example.reports(&[callback.clone(), callback]).await
}

#[when("a payment is called back once")]
async fn once(example: &mut Example) -> Result<(), Stop> {
    let callback = example.first_report().await?;
    example.report(&callback).await
}

#[when("this month's payment and a month's later are called back as successful")]
async fn two_months(example: &mut Example) -> Result<(), Stop> {
    let first = example.first_report().await?;
    let second = example.month_after(&first);
    example.reports(&[first, second]).await
}

#[when("one payment is called back as pending and then as successful")]
async fn pending_first(example: &mut Example) -> Result<(), Stop> {
    let callback = example.first_report().await?;
    let pending = with_status(&callback, "2", "Payment_was_successful_pending_authorization");
    example.reports(&[pending, callback]).await
}

#[when("one payment is called back as failed and then as successful")]
async fn failed_first(example: &mut Example) -> Result<(), Stop> {
    let callback = example.first_report().await?;
    example.reports(&[failed(&callback), callback]).await
}

#[when("one payment is called back as successful and then as failed")]
async fn failed_afterwards(example: &mut Example) -> Result<(), Stop> {
    let callback = example.first_report().await?;
    let failed = failed(&callback);
    example.reports(&[callback, failed]).await
}

#[when("this month's payment is called back as successful and the next month's as failed")]
async fn next_month_fails(example: &mut Example) -> Result<(), Stop> {
    let first = example.first_report().await?;
    let second = failed(&example.month_after(&first));
    example.reports(&[first, second]).await
}

#[then("the copies are sent within 50 milliseconds, and none of them is answered with an error")]
fn race_settled(example: &mut Example) {
    example.check(Check::Simultaneous {
        copies: COPIES,
        within: TOGETHER,
    });
    example.check(Check::RaceSettled { copies: COPIES });
}

#[then(regex = r"^(\d+) payments? (?:is|are) booked, and it stays so$")]
async fn booked(example: &mut Example, times: u64) -> Result<(), Stop> {
    example.booked(times).await.map(drop)
}

#[then(regex = r"^(\d+) payments? (?:is|are) booked in the end, and none is pending or failed$")]
async fn booked_in_the_end(example: &mut Example, times: u64) -> Result<(), Stop> {
    let target = example.booked(times).await?;
    let none_of = vec!["pending".to_owned(), "failed".to_owned()];
    example.check(Check::NotInState { target, none_of });
    Ok(())
}

#[then("whether the payment is booked is noted")]
async fn booking_noted(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    example.silence().await;
    let before = example.baseline(&target);
    let read = example.look(&target, Moment::After).await;
    example.note(match read {
        Read::Got(reading) => format!("payments booked: {}", reading.count.saturating_sub(before)),
        Read::Unreadable(why) => format!("whether a payment was booked cannot be read: {why}"),
        Read::NoChannel => "no channel shows whether a payment was booked".to_owned(),
    });
    Ok(())
}

#[then(regex = r"^the subscription is not shown as (failed or )?cancelled$")]
#[expect(
    clippy::needless_pass_by_value,
    reason = "the engine hands captures over by value"
)]
fn not_ended(example: &mut Example, or_failed: String) -> Result<(), Stop> {
    let target = example.target()?;
    let mut none_of = vec!["cancelled".to_owned()];
    if !or_failed.is_empty() {
        none_of.push("failed".to_owned());
    }
    example.check(Check::NotInState { target, none_of });
    Ok(())
}

#[then("every answer is 200 with the bare text OK")]
fn plain_ok(example: &mut Example) {
    example.check(Check::PlainOk);
}

#[then("an answer other than 2xx is noted")]
fn other_answers_noted(example: &mut Example) {
    let records = example.context.recorder.of(&example.scope);
    let deliveries = View::new(&records).deliveries(Which::STIMULUS);
    let other = deliveries
        .iter()
        .map(|sent| sent.delivery.status())
        .find(|status| !crate::checks::acknowledgement::is_success(*status));
    example.note(match other {
        None => "acknowledged with 2xx, as it should be".to_owned(),
        Some(Some(status)) => format!("answered with {status}; 2xx is expected"),
        Some(None) => "not answered; 2xx is expected".to_owned(),
    });
}
