//! Callbacks whose hashed values are genuine and whose other fields claim too much: whoever pays sees
//! the hashed values in the browser and can post them again with any other field.

use cucumber::{given, then, when};

use super::{
    callback_fields::{subscription, variation},
    callback_shape::{ADDED_AMOUNT, Material},
    stop::Stop,
    world::Example,
};
use crate::{
    actors::fixtures::Needed,
    checks::{
        check::Check,
        effect::Field,
        view::{View, Which},
    },
    config::subject::Subject,
    transcript::observation::{EffectKind, Moment},
    wire::money::Money,
};

/// The plan's own period, a month, and a week of grace, in seconds.
const FURTHEST: i64 = (31 + 7) * 86_400;

#[given(
    regex = r"^a pending subscription of (\d+\.\d\d) ([A-Z]{3}) and a dearer one of (\d+\.\d\d) [A-Z]{3}$"
)]
async fn cheap_and_dear(
    example: &mut Example,
    cheap: String,
    currency: String,
    dear: String,
) -> Result<(), Stop> {
    let amount = |text: &str| Money::parse(text, &currency).map_err(|error| Stop::Harness(error.to_string()));
    let first = example
        .fresh(Needed::new(Subject::Subscription, amount(&cheap)?))
        .await?;
    let second = example
        .fresh(Needed::new(Subject::Subscription, amount(&dear)?))
        .await?;
    example.pending(EffectKind::Subscription, first);
    example.other = Some(second);
    Ok(())
}

#[when(regex = r"^the genuine payment of the cheaper is posted with (.+)$")]
async fn posted(example: &mut Example, phrase: String) -> Result<(), Stop> {
    example.snapshot().await?;
    let mut first = example.prepared()?.clone();
    let dear = example.second()?;
    let material = Material {
        dearer: format!("REC-{}", dear.references.order),
        ..Material::default()
    };
    let phrases: Vec<&str> = phrase.split(", then again with ").collect();
    for (number, phrase) in phrases.iter().enumerate() {
        if number > 0 {
            first.references.transaction.push_str("-2");
        }
        example
            .send_varied_callback(&first, variation(phrase)?, &material)
            .await?;
    }
    Ok(())
}

#[then("the dearer subscription stays as it was")]
async fn dearer_untouched(example: &mut Example) -> Result<(), Stop> {
    let target = subscription(&example.second()?.references.order);
    example
        .nothing_happens_to(&[target], false, "touched-another")
        .await;
    Ok(())
}

#[then("no more than was really paid is booked for the cheaper, and not under the claimed amount")]
async fn no_more(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    example.look(&target, Moment::After).await;
    let records = example.context.recorder.of(&example.scope);
    let reported = View::new(&records).deliveries(Which::STIMULUS).len();
    let times = u64::try_from(reported).unwrap_or(u64::MAX);
    example.check(Check::BookedAtMost {
        target: target.clone(),
        times,
    });
    example.check(Check::ClaimNotRecorded {
        target,
        field: Field::Amount,
        claimed: ADDED_AMOUNT.to_owned(),
    });
    Ok(())
}

#[then("it is paid through for no longer than its own period and 7 days")]
fn paid_through(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    let now = example.context.clock().unix_millis() / 1000;
    example.check(Check::NextPaymentWithin {
        target,
        latest_unix_seconds: now + FURTHEST,
    });
    Ok(())
}
