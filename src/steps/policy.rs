//! Policies: issued, cancelled, and the neighbour that must stay as it was.

use cucumber::{given, then};

use super::{stop::Stop, world::Example};
use crate::{
    actors::fixtures::{Needed, Prepared, names},
    checks::{
        check::Check,
        effect::{Field, Target},
    },
    config::subject::Subject,
    transcript::observation::{EffectKind, Moment, Reading},
    wire::{event::EventType, money::Money},
};

impl Example {
    /// A policy on which cover exists, held by the one customer of this example.
    pub(super) async fn issued_policy(&mut self) -> Result<(Prepared, Target), Stop> {
        let place = format!("{} {} customer", self.scope.example, self.scope.attempt);
        let name = names(self.context.seed, &place).order;
        let customer = format!("CUS-{}", name.trim_start_matches("ORD-"));
        let mut needed = Needed::new(Subject::Policy, Money::sen(10_000));
        needed.fields.insert("customer".to_owned(), customer);
        let prepared = self.fresh(needed).await?;
        let target = Target {
            kind: EffectKind::Policy,
            reference: prepared.references.policy.clone(),
        };
        self.bring_about(EventType::PolicyIssued, &prepared, &target)
            .await?;
        Ok((prepared, target))
    }
}

#[given("an issued policy")]
async fn issued(example: &mut Example) -> Result<(), Stop> {
    let (prepared, target) = example.issued_policy().await?;
    example.prepared = Some(prepared);
    example.target = Some(target);
    Ok(())
}

#[given("a second issued policy of the same customer")]
async fn second(example: &mut Example) -> Result<(), Stop> {
    let (prepared, _) = example.issued_policy().await?;
    if !prepared.exists {
        example.note(
            "the policies exist on first sight only, so nobody told the partner that one customer holds both",
        );
    }
    example.other = Some(prepared);
    Ok(())
}

#[then("the policy is issued exactly once")]
async fn issued_once(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    example.settle(&target, 1).await;
    example.check(Check::TookEffect {
        target: target.clone(),
        times: 1,
        status_suffices: false,
    });
    example.check(Check::InState {
        target,
        one_of: vec!["issued".to_owned(), "active".to_owned()],
    });
    Ok(())
}

#[then("the recorded policy number equals the one sent")]
fn number(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    let value = example.carried.number.clone().unwrap_or_default();
    example.check(Check::Recorded {
        target,
        field: Field::Number,
        value,
    });
    Ok(())
}

#[then("the policy is cancelled")]
async fn cancelled(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    let before = example.baseline(&target);
    let ended = |reading: &Reading| match reading.state.as_deref() {
        Some(state) => state == "cancelled",
        // A log shows no states, but a new line.
        None => reading.count > before,
    };
    example.wait_until(&target, ended).await;
    example.check(Check::InState {
        target,
        one_of: vec!["cancelled".to_owned()],
    });
    Ok(())
}

#[then("the second policy stays as it was")]
async fn neighbour(example: &mut Example) -> Result<(), Stop> {
    let target = example
        .other_target()
        .ok_or_else(|| Stop::Harness("the feature prepares no second policy".to_owned()))?;
    example.silence().await;
    example.look(&target, Moment::After).await;
    example.check(Check::Untouched { target });
    Ok(())
}
