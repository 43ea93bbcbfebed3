//! The same callback with numbers and with texts: JSON senders differ, and both mean the same.

use cucumber::{given, then, when};
use rand::Rng as _;

use super::{
    callback_fields::{subscription, variation},
    callback_shape::{Material, long_digits},
    expect::EFFECT,
    stop::Stop,
    world::Example,
};
use crate::{
    actors::fixtures::{Needed, Prepared},
    checks::{
        check::Check,
        effect::{Field, Target},
        outcome::Outcome,
    },
    config::subject::Subject,
    transcript::observation::EffectKind,
    wire::money::Money,
};

impl Example {
    /// A pending subscription whose order id is a whole number.
    async fn numbered_subscription(&mut self, amount: &Money) -> Result<Prepared, Stop> {
        // Twelve digits: no double-precision number loses any of them.
        let name = self
            .random
            .random_range(100_000_000_000_u64..1_000_000_000_000)
            .to_string();
        let named = self.subscription_named(&name, amount).await?;
        if self.is_there(&named) {
            return Ok(named);
        }
        let own = self
            .fresh(Needed::new(Subject::Subscription, amount.clone()))
            .await?;
        let order = own.references.order.clone();
        match self.check(Check::OrderIdIsWhole { order }) {
            Outcome::NotApplicable { reason } => Err(Stop::NotApplicable(reason.clone())),
            _ => Ok(own),
        }
    }

    async fn booked_once_each(&mut self, booked: &[(Target, String)]) {
        for (target, transaction) in booked {
            self.settle(target, 1).await;
            self.check(Check::TookEffect {
                target: target.clone(),
                times: 1,
                status_suffices: false,
            });
            self.check(Check::Recorded {
                target: target.clone(),
                field: Field::Transaction,
                value: transaction.clone(),
            });
        }
    }

    fn both(&self) -> Result<[(Target, String); 2], Stop> {
        let of = |prepared: &Prepared| {
            (
                subscription(&prepared.references.order),
                prepared.references.transaction.clone(),
            )
        };
        Ok([of(self.prepared()?), of(&self.second()?)])
    }
}

#[given(
    regex = r"^two pending subscriptions of (\d+\.\d\d) ([A-Z]{3})(?:, (with whole numbers as order ids|with order ids that differ by leading zeros alone))?$"
)]
async fn two(example: &mut Example, text: String, currency: String, ids: String) -> Result<(), Stop> {
    let amount = Money::parse(&text, &currency).map_err(|error| Stop::Harness(error.to_string()))?;
    let (first, second) = if ids.contains("zeros") {
        let first = example.numbered_subscription(&amount).await?;
        let longer = format!("00{}", first.references.order);
        let second = example.subscription_named(&longer, &amount).await?;
        (first, second)
    } else if ids.contains("numbers") {
        let first = example.numbered_subscription(&amount).await?;
        (first, example.numbered_subscription(&amount).await?)
    } else {
        let needed = Needed::new(Subject::Subscription, amount);
        let first = example.fresh(needed.clone()).await?;
        (first, example.fresh(needed).await?)
    };
    example.pending(EffectKind::Subscription, first);
    example.other = Some(second);
    Ok(())
}

#[when(regex = r"^recurring callbacks with (.+) and with (.+) report one payment each$")]
async fn one_each(example: &mut Example, one: String, other: String) -> Result<(), Stop> {
    example.snapshot().await?;
    let mut first = example.prepared()?.clone();
    let mut second = example.second()?;
    for (prepared, phrase) in [(&mut first, one), (&mut second, other)] {
        let material = Material {
            digits: long_digits(&mut example.random),
            ..Material::default()
        };
        let said = example
            .send_varied_callback(prepared, variation(&phrase)?, &material)
            .await?;
        prepared.references.transaction = said.transaction_id;
    }
    example.prepared = Some(first);
    example.other = Some(second);
    Ok(())
}

#[when(regex = r"^a recurring callback with (.+) reports a payment of the second$")]
async fn of_the_second(example: &mut Example, phrase: String) -> Result<(), Stop> {
    example.snapshot().await?;
    let second = example.second()?;
    example
        .send_varied_callback(&second, variation(&phrase)?, &Material::default())
        .await
        .map(drop)
}

#[then("each payment is acknowledged and booked exactly once, under its own transaction")]
async fn each_booked(example: &mut Example) -> Result<(), Stop> {
    let within = example.ack_millis();
    example.check(Check::Acknowledged { within });
    let both = example.both()?;
    example.booked_once_each(&both).await;
    Ok(())
}

#[then("each failure is acknowledged and recorded, and nothing is booked")]
async fn each_failed(example: &mut Example) -> Result<(), Stop> {
    let within = example.ack_millis();
    example.check(Check::Acknowledged { within });
    let targets = example.both()?.map(|(target, _)| target);
    example.failure_recorded(&targets).await;
    Ok(())
}

#[then("the second alone is booked")]
async fn second_alone(example: &mut Example) -> Result<(), Stop> {
    let [(first, _), second] = example.both()?;
    if example.is_there(&example.second()?) {
        example.booked_once_each(&[second]).await;
    } else {
        example.note("the partner makes its own order ids, so the one with leading zeros is unknown to it");
    }
    example.nothing_happens_to(&[first], false, EFFECT).await;
    Ok(())
}

#[then("each payment is booked with all its digits, or its number form is refused with 4xx")]
async fn all_digits(example: &mut Example) -> Result<(), Stop> {
    let within = example.ack_millis();
    let [text, (target, value)] = example.both()?;
    example.booked_once_each(&[text]).await;
    example.settle(&target, 1).await;
    example.check(Check::TakenRightOrRefused {
        target,
        field: Field::Transaction,
        value,
        within,
    });
    Ok(())
}
