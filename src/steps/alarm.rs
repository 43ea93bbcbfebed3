//! Failures that somebody should be told about.

use cucumber::{given, then, when};

use super::{compose::right, dependency::ACTIONS, operations::Repair, stop::Stop, world::Example};
use crate::{
    actors::fixtures::Needed,
    checks::check::Check,
    config::subject::Subject,
    transcript::{
        exchange::{Form, Role},
        observation::Moment,
    },
    wire::{
        event::EventType,
        money::Money,
        tampering::{Tampering, Writing},
    },
};

#[given("the alarms so far are counted")]
async fn counted(example: &mut Example) -> Result<(), Stop> {
    let Some(alerts) = &example.context.alerts else {
        return Err(Stop::Inconclusive(
            "no [alerts] is declared; add where alarms show: lines of the log with a raised level, an address or a \
             command with their number, or a prompt to a person"
                .to_owned(),
        ));
    };
    let alerted = alerts.read(&example.scope, Moment::Before).await;
    example.trial.alarms_before = alerted.count.unwrap_or_default();
    Ok(())
}

#[when(regex = r"^(\d+) forged deliveries arrive within a minute$")]
async fn forged(example: &mut Example, count: u32) -> Result<(), Stop> {
    for _ in 0..count {
        example.forge(Role::Stimulus, Tampering::RandomKey).await?;
    }
    example.trial.failures = format!("{count} forged deliveries in less than a minute");
    Ok(())
}

#[when(regex = r"^(\d+) deliveries find the database or queue away$")]
async fn unprocessable(example: &mut Example, count: u32) -> Result<(), Stop> {
    example.must_offer(&ACTIONS)?;
    let mut orders = Vec::new();
    for _ in 0..count {
        orders.push(
            example
                .fresh(Needed::new(Subject::Order, Money::sen(10_000)))
                .await?,
        );
    }
    example
        .act("break-dependency", Some(Repair::RestoreDependency))
        .await?;
    for order in orders {
        let event = example.event(EventType::PaymentSuccess, &order);
        let composed = example.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
        let form = Form::Right(Writing::Plain);
        let intent = example.intent(Role::Stimulus, form, &event, &order.references.order);
        example.send(intent, composed).await?;
    }
    example.repair(Repair::RestoreDependency).await?;
    example.trial.failures = format!("{count} deliveries while the database or queue was away");
    Ok(())
}

#[then("an alarm or a line of raised severity appears in time")]
async fn alarmed(example: &mut Example) -> Result<(), Stop> {
    let (context, scope) = (std::sync::Arc::clone(&example.context), example.scope.clone());
    let (before, window) = (example.trial.alarms_before, context.profile.alarm_window());
    example
        .idle(async move {
            if let Some(alerts) = &context.alerts {
                alerts.more_than(&scope, before, window).await;
            }
        })
        .await;
    let failures = example.trial.failures.clone();
    example.check(Check::AlarmRaised {
        failures,
        within_seconds: window.as_secs(),
    });
    example.note("whether the alarm was cleared or followed up is for the reviewer to ask");
    Ok(())
}
