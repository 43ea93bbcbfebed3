//! Callbacks whose hash is right for what they say, and what they say: declined payments, unknown status
//! values, fields cut anew.

use cucumber::{given, then, when};

use super::{
    callback_shape::{self, Material},
    expect::EFFECT,
    parameters::Parcel,
    stop::Stop,
    world::Example,
};
use crate::{
    actors::fixtures::{Needed, Prepared, names},
    checks::{
        check::Check,
        effect::Target,
        view::{View, Which},
    },
    config::subject::Subject,
    transcript::{
        exchange::{Form, Role},
        observation::{EffectKind, Moment, Read, Reading},
    },
    wire::{
        callback_variation::CallbackVariation,
        header::Headers,
        money::Money,
        parameters::Carriage,
        recurring::{Callback, PaymentPlan},
    },
};

/// A phrase of the feature files.
pub(super) fn variation(phrase: &str) -> Result<CallbackVariation, Stop> {
    phrase.parse().map_err(|error| Stop::Harness(format!("{error}")))
}

/// What payments of that order touch.
pub(super) fn subscription(order: &str) -> Target {
    Target {
        kind: EffectKind::Subscription,
        reference: order.to_owned(),
    }
}

impl Example {
    /// A pending subscription under an order id of our choice, or only its name where the partner makes
    /// its own ids.
    pub(super) async fn subscription_named(&mut self, name: &str, amount: &Money) -> Result<Prepared, Stop> {
        if self.context.fixtures.takes_names(Subject::Subscription) {
            let needed = Needed::new(Subject::Subscription, amount.clone()).named(name);
            let prepared = self.fresh(needed).await?;
            if prepared.references.order == name {
                return Ok(prepared);
            }
        }
        let place = format!("{} {} {name}", self.scope.example, self.scope.attempt);
        let mut references = names(self.context.seed, &place);
        name.clone_into(&mut references.order);
        Ok(Prepared {
            references,
            own: name.to_owned(),
            amount: amount.clone(),
            exists: false,
        })
    }

    /// Whether payments for it can be booked: it is on file, or the partner takes it at first sight.
    pub(super) fn is_there(&self, prepared: &Prepared) -> bool {
        prepared.exists || self.context.first_sight.contains(&EffectKind::Subscription)
    }

    /// The second subscription of an example.
    pub(super) fn second(&self) -> Result<Prepared, Stop> {
        self.other
            .clone()
            .ok_or_else(|| Stop::Harness("the feature prepares no second subscription".to_owned()))
    }

    /// Sends a callback about a subscription with something unusual about it and the right hash. Returns
    /// what it said.
    pub(super) async fn send_varied_callback(
        &mut self,
        prepared: &Prepared,
        variation: CallbackVariation,
        material: &Material,
    ) -> Result<Callback, Stop> {
        let endpoint = self.callback_endpoint()?;
        let callback = self.callback(prepared, PaymentPlan::Instalment);
        let (said, parameters) = callback_shape::varied(callback, variation, endpoint.seal(), material);
        // A payment that was refused early has no transaction; the log must not be searched for nothing.
        let id = if said.transaction_id.is_empty() {
            &said.order_id
        } else {
            &said.transaction_id
        };
        let parcel = Parcel {
            role: Role::Stimulus,
            form: Form::VariedCallback(variation),
            id,
            reference: &said.order_id,
            carriage: Carriage::Json,
            headers: Headers::new(),
        };
        self.send_parameters(parcel, &endpoint.url, &parameters).await?;
        Ok(said)
    }

    /// Waits for a failed payment to be recorded, and checks that nothing was booked.
    pub(super) async fn failure_recorded(&mut self, targets: &[Target]) {
        for target in targets {
            let failed = |reading: &Reading| reading.state.as_deref() == Some("failed");
            if matches!(self.wait_until(target, failed).await, Read::NoChannel) {
                self.note("no channel shows whether the failure is recorded");
            }
            self.check(Check::FailureRecorded {
                target: target.clone(),
            });
        }
        self.nothing_happens_to(targets, true, EFFECT).await;
    }

    async fn look_before(&mut self, targets: &[Target]) {
        for target in targets {
            self.look(target, Moment::Before).await;
        }
    }

    /// The order ids that a failed payment of the second subscription could be made to name.
    fn recut_targets(&self) -> Result<[Target; 3], Stop> {
        let shorter = self.target()?;
        let longer = self.second()?.references.order;
        let with_zero = format!("01{}", shorter.reference);
        Ok([shorter, subscription(&longer), subscription(&with_zero)])
    }
}

#[when(regex = r"^a recurring callback with a right hash and (.+) is delivered$")]
async fn unusual(example: &mut Example, phrase: String) -> Result<(), Stop> {
    let prepared = example.prepared()?.clone();
    example.snapshot().await?;
    example
        .send_varied_callback(&prepared, variation(&phrase)?, &Material::default())
        .await
        .map(drop)
}

#[then("the failure is recorded, and nothing is booked")]
async fn failed(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    example.failure_recorded(&[target]).await;
    Ok(())
}

#[then("no payment is booked for the subscription, and it is not shown as paid")]
async fn not_paid(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    example
        .nothing_happens_to(std::slice::from_ref(&target), true, EFFECT)
        .await;
    example.not_paid(target);
    Ok(())
}

#[then("a state other than pending is noted")]
fn other_states_noted(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    let records = example.context.recorder.of(&example.scope);
    let seen = View::new(&records).observed(target.kind, &target.reference, Moment::After);
    let state = match seen.map(|(_, observed)| &observed.read) {
        Some(Read::Got(reading)) => reading.state.as_deref(),
        _ => None,
    };
    let statuses = View::new(&records).deliveries(Which::STIMULUS);
    let status = statuses.last().and_then(|sent| sent.delivery.status());
    let answered = status.map_or_else(
        || "not answered".to_owned(),
        |status| format!("answered {status}"),
    );
    example.note(match state {
        Some("pending") => format!("the subscription is still pending, as it should be ({answered})"),
        Some(state) => format!(
            "the subscription is now {state:?} ({answered}); pending is expected, because neither 1 nor 0 was reported"
        ),
        None => format!("the channel shows no state ({answered})"),
    });
    Ok(())
}

#[given("two pending subscriptions, the second with the order id of the first behind a 1")]
async fn behind_a_one(example: &mut Example) -> Result<(), Stop> {
    let amount = Money::sen(2450);
    let first = example
        .fresh(Needed::new(Subject::Subscription, amount.clone()))
        .await?;
    let longer = format!("1{}", first.references.order);
    let second = example.subscription_named(&longer, &amount).await?;
    if !example.is_there(&second) {
        example.note(
            "the partner makes its own order ids, so the longer one is only named; the shorter one is on file",
        );
    }
    example.pending(EffectKind::Subscription, first);
    example.other = Some(second);
    Ok(())
}

#[when(regex = r"^(the failure of another order, cut anew as .+), is delivered$")]
async fn failure_recut(example: &mut Example, phrase: String) -> Result<(), Stop> {
    let targets = example.recut_targets()?;
    example.look_before(&targets).await;
    // The transaction and the message are those of the failed payment of the longer order.
    let mut named = example.prepared()?.clone();
    named.references.transaction = example.second()?.references.transaction;
    example
        .send_varied_callback(&named, variation(&phrase)?, &Material::default())
        .await
        .map(drop)
}

#[then("no payment is booked under any of these order ids")]
async fn none_of_them(example: &mut Example) -> Result<(), Stop> {
    let targets = example.recut_targets()?;
    example.nothing_happens_to(&targets, true, EFFECT).await;
    for target in targets {
        example.not_paid(target);
    }
    Ok(())
}

#[given("two pending subscriptions, the second with the order id of the first and one digit more")]
async fn one_digit_more(example: &mut Example) -> Result<(), Stop> {
    let amount = Money::sen(2450);
    let mut first = example
        .fresh(Needed::new(Subject::Subscription, amount.clone()))
        .await?;
    let transaction = callback_shape::long_digits(&mut example.random);
    let transaction = transaction.get(..11).unwrap_or(&transaction).to_owned();
    let digit = transaction.get(..1).unwrap_or_default();
    let longer = format!("{}{digit}", first.references.order);
    let second = example.subscription_named(&longer, &amount).await?;
    if !example.is_there(&second) {
        return Err(Stop::NotApplicable(
            "the partner makes its own order ids, so no second order can differ from the first by one digit"
                .to_owned(),
        ));
    }
    first.references.transaction = transaction;
    example.pending(EffectKind::Subscription, first);
    example.other = Some(second);
    Ok(())
}

#[when("the payment of the first is reported, and then cut anew so that it names the second")]
async fn payment_recut(example: &mut Example) -> Result<(), Stop> {
    let first = example.prepared()?.clone();
    let target = example.target()?;
    example.snapshot().await?;
    example
        .send_varied_callback(&first, CallbackVariation::AllTexts, &Material::default())
        .await?;
    example.settle(&target, 1).await;
    example
        .send_varied_callback(&first, CallbackVariation::RecutAsOther, &Material::default())
        .await
        .map(drop)
}

#[then("the second subscription is not paid")]
async fn second_not_paid(example: &mut Example) -> Result<(), Stop> {
    let target = subscription(&example.second()?.references.order);
    example
        .nothing_happens_to(std::slice::from_ref(&target), true, EFFECT)
        .await;
    example.not_paid(target);
    Ok(())
}
