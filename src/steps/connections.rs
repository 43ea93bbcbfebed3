//! Deliveries over connections that are kept, closed, or asked whether they want a body.

use cucumber::{then, when};

use super::{compose::right, forge::tampered, stop::Stop, world::Example};
use crate::{
    actors::{deliverer::kept::Kept, fixtures::Needed},
    checks::{check::Check, effect::Target},
    config::subject::Subject,
    transcript::{
        exchange::{Form, Role},
        observation::{EffectKind, Moment},
    },
    wire::{
        event::EventType,
        money::Money,
        tampering::{Tampering, Writing},
    },
};

impl Example {
    /// One delivery over a kept connection, for an order of its own: a good one, or a forged one that
    /// only stands before others.
    async fn over(&mut self, kept: &Kept, forged: bool, header: Option<(&str, &str)>) -> Result<(), Stop> {
        let needed = Needed::new(Subject::Order, Money::sen(10_000));
        let prepared = self.fresh(needed).await?;
        let target = Target {
            kind: EffectKind::Order,
            reference: prepared.references.order.clone(),
        };
        self.look(&target, Moment::Before).await;
        let event = self.event(EventType::PaymentSuccess, &prepared);
        let references = &prepared.references;
        let composed = self.sign(|signing, random| {
            if forged {
                tampered(signing, &event, Tampering::RandomKey, references, None, random)
            } else {
                right(signing, &event, Writing::Plain, random)
            }
        })?;
        let (role, form) = if forged {
            (Role::Probe, Form::Tampered(Tampering::RandomKey))
        } else {
            (Role::Stimulus, Form::Right(Writing::Plain))
        };
        let intent = self.intent(role, form, &event, &target.reference);
        let (mut message, _) = self.message(composed)?;
        if let Some((name, value)) = header {
            message.headers.push(name, value);
        }
        kept.deliver(&self.scope, intent, message).await;
        if !forged {
            self.targets.push(target);
        }
        Ok(())
    }
}

#[when(
    regex = r"^(three good deliveries share one connection|a good delivery asks to close the connection|a good delivery follows a refused one on the same connection|a good delivery waits with its body until it is asked for)$"
)]
async fn deliveries(example: &mut Example, what: String) -> Result<(), Stop> {
    let kept = example.context.deliverer.raw().kept();
    match what.as_str() {
        "three good deliveries share one connection" => {
            for _ in 0..3 {
                example.over(&kept, false, None).await?;
            }
        }
        "a good delivery asks to close the connection" => {
            example.over(&kept, false, Some(("connection", "close"))).await?;
        }
        "a good delivery follows a refused one on the same connection" => {
            example.over(&kept, true, None).await?;
            example.over(&kept, false, None).await?;
        }
        _ => {
            example
                .over(&kept, false, Some(("expect", "100-continue")))
                .await?;
        }
    }
    let connections = kept.connections().await;
    example.note(if connections == 1 {
        "everything went over one connection".to_owned()
    } else {
        format!("the partner closed connections in between: {connections} were needed")
    });
    Ok(())
}

#[then("each good delivery is acknowledged, undisturbed by what came before on its connection")]
fn undisturbed(example: &mut Example) {
    let within = example.ack_millis();
    example.check(Check::Undisturbed { within });
}

#[then("each of them takes effect exactly once")]
async fn each_once(example: &mut Example) -> Result<(), Stop> {
    let targets = std::mem::take(&mut example.targets);
    if targets.is_empty() {
        return Err(Stop::Harness(
            "nothing was delivered that could take effect".to_owned(),
        ));
    }
    for target in targets {
        example.settle(&target, 1).await;
        example.check(Check::TookEffect {
            target,
            times: 1,
            status_suffices: true,
        });
    }
    Ok(())
}
