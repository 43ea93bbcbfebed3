//! Questions that people answer, what would be sent to support, and what the run is made with.

use std::{collections::BTreeMap, sync::Arc};

use cucumber::{then, when};

use super::{stop::Stop, world::Example};
use crate::{
    actors::fixtures::Needed,
    checks::check::Check,
    config::{
        questions::{Question, TOPICS},
        subject::Subject,
    },
    transcript::observation::EffectKind,
    wire::{event::EventType, money::Money},
};

/// The question of this example.
fn question(example: &Example) -> Result<&'static Question, Stop> {
    let name = example.scope.example.as_str();
    Question::of(name).ok_or_else(|| Stop::Harness(format!("no question belongs to {name}")))
}

#[when(regex = r"^the declaration is asked .+$")]
fn asked(example: &mut Example) -> Result<(), Stop> {
    let question = question(example)?;
    example.context.papers.look_up(&example.scope, question);
    Ok(())
}

#[then("somebody with name, role and date has answered")]
fn answered(example: &mut Example) -> Result<(), Stop> {
    let question = question(example)?;
    let needed = |key: &&str| *key != "event_types";
    let keys = question.fields.iter().map(|field| field.key);
    let mut due = BTreeMap::new();
    if question.key == "team" {
        due.insert("topics".to_owned(), TOPICS.map(str::to_owned).to_vec());
    }
    example.check(Check::Answered {
        question: question.name(),
        fields: keys.filter(needed).map(str::to_owned).collect(),
        due,
    });
    match question.key {
        "scope" => {
            let under_test = example.context.in_scope.iter().map(|kind| kind.name().to_owned());
            let under_test = under_test.collect();
            example.check(Check::ScopeAgrees {
                question: question.name(),
                field: "event_types".to_owned(),
                under_test,
            });
        }
        "constant_time" => {
            example.check(Check::ConstantTime {
                question: question.name(),
            });
        }
        _ => {}
    }
    Ok(())
}

#[when("a support request is made about a delivery with personal data")]
async fn support(example: &mut Example) -> Result<(), Stop> {
    let in_scope = example.context.in_scope.contains(&EventType::PaymentSuccess);
    if example.context.webhook.is_some() && in_scope {
        let needed = Needed::new(Subject::Order, Money::sen(10_000));
        let order = example.fresh(needed).await?;
        example.pending(EffectKind::Order, order);
        let canaries = example.plant("personal data")?;
        example.deliver_planted(&canaries).await?;
    } else {
        example
            .note("no payment.success is declared, so no personal data were planted for the support request");
    }
    let event = example.carried.event_id.clone();
    let (context, scope) = (Arc::clone(&example.context), example.scope.clone());
    example
        .idle(async move { context.papers.search_support(&scope, &event).await })
        .await;
    Ok(())
}

#[then("it has what support needs and shows no secret and no personal data")]
fn support_is_safe(example: &mut Example) {
    example.check(Check::SupportIsMasked);
    example.check(Check::SupportIsComplete);
}

#[when("hosts, keys and build of the run are looked at")]
fn surroundings(example: &mut Example) {
    example.context.papers.tell_surroundings(&example.scope);
}

#[then("they are those of a sandbox and the build is named")]
fn sandbox_only(example: &mut Example) {
    example.check(Check::SandboxOnly);
    example.check(Check::BuildNamed);
}
