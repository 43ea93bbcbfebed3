//! What must follow a delivery: answers and effects.

use cucumber::then;

use super::{stop::Stop, world::Example};
use crate::{
    checks::{
        check::Check,
        effect::{Allowed, Field, Target},
        view::{View, Which},
    },
    transcript::{
        exchange::{Form, Role},
        observation::{EffectKind, Moment},
    },
    wire::tampering::Writing,
};

/// Code of an effect that must not have happened.
pub(super) const EFFECT: &str = "effect-followed";

impl Example {
    pub(super) fn ack_millis(&self) -> u64 {
        millis(self.context.profile.ack_deadline())
    }

    pub(super) fn other_target(&self) -> Option<Target> {
        let references = &self.other.as_ref()?.references;
        let (kind, reference) = match &self.target {
            Some(target) if target.kind == EffectKind::Policy => (target.kind, &references.policy),
            Some(target) if target.kind == EffectKind::Subscription => (target.kind, &references.order),
            _ => (EffectKind::Order, &references.order),
        };
        Some(Target {
            kind,
            reference: reference.clone(),
        })
    }

    /// Waits for the effect and checks that it happened once. Where the catalogue accepts the status
    /// alone (areas WH-SIG, WH-PAY), a missing channel leaves grade C.
    async fn acted_on_once(&mut self, stays: bool) -> Result<(), Stop> {
        let target = self.target()?;
        self.settle(&target, 1).await;
        if stays {
            self.silence().await;
            self.look(&target, Moment::After).await;
        }
        let status_suffices = matches!(self.scope.example.case().area().as_str(), "WH-SIG" | "WH-PAY");
        self.check(Check::TookEffect {
            target,
            times: 1,
            status_suffices,
        });
        Ok(())
    }

    /// Whether a 4xx answer may stand for a refusal where no channel shows effects: not in areas that
    /// count effects.
    fn refusal_by_status(&self) -> bool {
        !matches!(
            self.scope.example.case().area().as_str(),
            "WH-DEL" | "WH-DUP" | "WH-ORD" | "LOAD"
        ) && self.scope.example.case().to_string() != "FWD-03"
    }

    /// Waits out the silence and checks that nothing happened.
    pub(super) async fn nothing_happens_to(
        &mut self,
        targets: &[Target],
        state_may_change: bool,
        code: &str,
    ) {
        self.silence().await;
        for target in targets {
            self.look(target, Moment::After).await;
            let allowed = Allowed {
                state_may_change,
                status_suffices: self.refusal_by_status(),
            };
            self.check(Check::NoEffect {
                target: target.clone(),
                allowed,
                code: code.to_owned(),
            });
            self.recheck(target, code);
        }
    }
}

pub(super) fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[then("it is acknowledged in time")]
fn acknowledged(example: &mut Example) {
    let within = example.ack_millis();
    example.check(Check::Acknowledged { within });
}

#[then("every one of them is acknowledged in time, with 0.25 seconds for the network")]
fn all_acknowledged(example: &mut Example) {
    let within = example.ack_millis() + millis(example.context.profile.ack_allowance());
    example.check(Check::Acknowledged { within });
}

#[then("every copy is acknowledged")]
fn copies_acknowledged(example: &mut Example) {
    let within = example.ack_millis();
    example.check(Check::CopiesAcknowledged { within });
}

#[then(regex = r"^the copies were written within (\d+) milliseconds of each other$")]
fn written_together(example: &mut Example, within: u64) {
    let copies = example.context.profile.simultaneous_count().to_owned();
    example.check(Check::Simultaneous { copies, within });
}

#[then("the race is settled without an error")]
fn race_settled(example: &mut Example) {
    let copies = example.context.profile.simultaneous_count().to_owned();
    example.check(Check::RaceSettled { copies });
}

#[then(regex = r"^the (?:order is fulfilled|payment is booked) exactly once$")]
async fn once(example: &mut Example) -> Result<(), Stop> {
    example.acted_on_once(false).await
}

#[then(regex = r"^the (?:order|policy|subscription) is acted on exactly once, and stays so$")]
async fn once_and_stays(example: &mut Example) -> Result<(), Stop> {
    example.acted_on_once(true).await
}

#[then(regex = r"^the delivery is (acted on once|refused without effect)$")]
async fn its_fate(example: &mut Example, fate: String) -> Result<(), Stop> {
    if fate == "acted on once" {
        let within = example.ack_millis();
        example.check(Check::Acknowledged { within });
        return example.acted_on_once(false).await;
    }
    let target = example.target()?;
    example.nothing_happens_to(&[target], false, EFFECT).await;
    Ok(())
}

#[then("the recorded amount equals the amount sent")]
fn amount(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    let value = example
        .carried
        .amount
        .as_ref()
        .map(crate::wire::money::Money::amount)
        .unwrap_or_default();
    example.check(Check::Recorded {
        target,
        field: Field::Amount,
        value,
    });
    Ok(())
}

#[then("the recorded transaction id equals the one sent")]
fn transaction(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    let value = example.carried.transaction.clone();
    example.check(Check::Recorded {
        target,
        field: Field::Transaction,
        value,
    });
    Ok(())
}

#[then("the name, where it can be read back, is identical")]
fn name(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    let value = example.carried.name.clone().unwrap_or_default();
    example.check(Check::Recorded {
        target,
        field: Field::Name,
        value,
    });
    Ok(())
}

#[then(regex = r"^nothing happens to the (?:order|subscription)$")]
async fn nothing(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    example.nothing_happens_to(&[target], false, EFFECT).await;
    Ok(())
}

#[then("nothing happens to either order")]
async fn nothing_to_either(example: &mut Example) -> Result<(), Stop> {
    let mut targets = vec![example.target()?];
    targets.extend(example.other_target());
    example.nothing_happens_to(&targets, false, EFFECT).await;
    Ok(())
}

#[then("the order is not fulfilled")]
async fn not_fulfilled(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    example.nothing_happens_to(&[target], true, EFFECT).await;
    Ok(())
}

#[then("the order is failed or still pending")]
fn failed_or_pending(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    example.check(Check::StateIs {
        target,
        one_of: vec!["failed".to_owned(), "pending".to_owned()],
    });
    Ok(())
}

#[then("nothing appears under the unknown reference")]
async fn nothing_appears(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    let taken_at_first_sight = example.context.first_sight.contains(&target.kind);
    if example.unknown && taken_at_first_sight {
        example.note("the partner declares that it creates this kind on first sight");
        example.silence().await;
        example.look(&target, Moment::After).await;
        let one_of = vec!["absent".to_owned(), "unmatched".to_owned()];
        example.check(Check::StateIs { target, one_of });
        return Ok(());
    }
    example.nothing_happens_to(&[target], false, "created").await;
    Ok(())
}

#[then("the answer is not a server error")]
fn calm(example: &mut Example) {
    let within = example.ack_millis();
    example.check(Check::Calm {
        role: Role::Stimulus,
        within,
    });
}

#[then(regex = r"^it is refused with 4xx(, or ignored)?$")]
#[expect(
    clippy::needless_pass_by_value,
    reason = "the engine hands captures over by value"
)]
fn refused(example: &mut Example, or_ignored: String) {
    example.check(Check::Refused {
        success_allowed: !or_ignored.is_empty(),
    });
}

#[then("an answer other than 4xx is noted")]
fn other_answers_noted(example: &mut Example) {
    let records = example.context.recorder.of(&example.scope);
    let deliveries = View::new(&records).deliveries(Which::STIMULUS);
    let other = deliveries
        .iter()
        .filter_map(|sent| sent.delivery.status())
        .find(|status| !(400..500).contains(status));
    example.note(other.map_or_else(
        || "refused with 4xx, as it should be".to_owned(),
        |status| format!("the refusal is answered with {status}; 400, 401 or 403 is expected"),
    ));
}

#[then(regex = r"^the partner's clock agrees with ours to (\d+) seconds$")]
fn clock_agrees(example: &mut Example, tolerance_seconds: u64) {
    let timestamp_header = example
        .context
        .profile
        .signature_scheme()
        .timestamp_header
        .clone();
    example.check(Check::ClockAgrees {
        timestamp_header,
        tolerance_seconds,
    });
}

#[then("the same URL with or without a trailing slash is tried for the report")]
async fn other_slash(example: &mut Example) -> Result<(), Stop> {
    let prepared = example.prepared()?.clone();
    let event = example.event(crate::wire::event::EventType::PaymentFailed, &prepared);
    let composed =
        example.sign(|signing, random| super::compose::right(signing, &event, Writing::Plain, random))?;
    let (mut message, _) = example.message(composed)?;
    let path = message.url.path().to_owned();
    let other = path
        .strip_suffix('/')
        .map_or_else(|| format!("{path}/"), str::to_owned);
    message.url.set_path(&other);
    let url = message.url.to_string();
    let intent = example.intent(
        Role::Probe,
        Form::Right(Writing::Plain),
        &event,
        &prepared.references.order,
    );
    let deliverer = &example.context.deliverer;
    let probe = deliverer.deliver(&example.scope, intent, message).await;
    let answer = crate::checks::words::answer(probe.delivery());
    example.note(format!("{url} answers with {answer}"));
    Ok(())
}
