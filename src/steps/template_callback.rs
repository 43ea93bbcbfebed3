//! The registered return URL template, and callbacks whose parameters go by it.

use cucumber::{then, when};
use rand::Rng as _;

use super::{callback_way::Way, expect::EFFECT, stop::Stop, world::Example};
use crate::{
    checks::check::Check,
    transcript::observation::Moment,
    wire::{money::Money, recurring::Callback},
};

fn remark(template: &str) -> String {
    format!("registered return URL template: {template}")
}

#[when("the registered return URL template is read")]
fn template_read(example: &mut Example) -> Result<(), Stop> {
    let template = example.template_endpoint()?.text;
    example.note(remark(&template));
    Ok(())
}

#[then("the gateway can fill it and you can verify what comes of it")]
fn sound(example: &mut Example) -> Result<(), Stop> {
    let endpoint = example.template_endpoint()?;
    let goes_on = endpoint.goes_on();
    example.check(Check::TemplateIsSound {
        remark: remark(&endpoint.text),
        template: endpoint.text,
        goes_on,
    });
    Ok(())
}

fn way(words: &str) -> Way {
    if words == "in JSON" {
        Way::TemplateJson
    } else {
        Way::TemplateForm
    }
}

#[when(regex = r"^a callback by the template (in JSON|as a form) carries the message (.+)$")]
async fn with_message(example: &mut Example, words: String, message: String) -> Result<(), Stop> {
    let way = way(&words);
    let mut callback = example.about_to_report("1").await?;
    callback.msg = message;
    let hash = example.hash_by(way, &callback)?;
    let parameters = example.parameters_by(way, &callback, Some(hash))?;
    let (how, url) = (
        format!("by the template {words}, message {:?}", callback.msg),
        way.url(example)?,
    );
    example
        .deliver_parameters((false, &how), &callback, (way.carriage(), &url), &parameters)
        .await
        .map(drop)
}

#[when(regex = r"^a callback by the template is delivered with (.+)$")]
async fn changed(example: &mut Example, change: String) -> Result<(), Stop> {
    let way = example.template_way()?;
    let callback = example.about_to_report("1").await?;
    let right = example.hash_by(way, &callback)?;
    let signed = match change.as_str() {
        "another status under the old hash" => Callback {
            status_id: "0".to_owned(),
            ..callback.clone()
        },
        "another amount under the old hash" => Callback {
            amount: Money::sen(100),
            ..callback.clone()
        },
        "another order id under the old hash" => Callback {
            order_id: format!("ORD-{}", example.letters(12)),
            ..callback.clone()
        },
        "another reference under the old hash" => Callback {
            transaction_id: format!("txn_{}", example.letters(12)),
            ..callback.clone()
        },
        "its parameters in another order" => callback.clone(),
        other => {
            return Err(Stop::Harness(format!(
                "no change by the template is called {other:?}"
            )));
        }
    };
    let forged = signed != callback;
    if forged {
        example.context.learn_digest(&right);
    }
    let hash = example.hash_by(way, &signed)?;
    let mut parameters = example.parameters_by(way, &callback, Some(hash))?;
    if !forged {
        parameters.0.reverse();
    }
    let url = way.url(example)?;
    example
        .deliver_parameters((forged, &change), &callback, (way.carriage(), &url), &parameters)
        .await
        .map(drop)
}

#[when(
    regex = r"^a callback by the template (in JSON|as a form) reports a failed payment, with status_id 1 and a hash beside$"
)]
async fn with_default_names(example: &mut Example, words: String) -> Result<(), Stop> {
    let way = way(&words);
    let callback = example.about_to_report("0").await?;
    let right = example.hash_by(way, &callback)?;
    let mut parameters = example.parameters_by(way, &callback, Some(right))?;
    let taken = |name: &str| parameters.get(name).is_some();
    if taken("status_id") || taken("hash") {
        return Err(Stop::NotApplicable(
            "the template itself uses the default names, so nothing can stand beside them".to_owned(),
        ));
    }
    parameters.push("status_id", "1");
    parameters.push("hash", hex::encode(example.random.random::<[u8; 32]>()));
    let url = way.url(example)?;
    let how = "a failed payment by the template, with status_id 1 and a hash beside";
    example
        .deliver_parameters((true, how), &callback, (way.carriage(), &url), &parameters)
        .await
        .map(drop)
}

#[then(regex = r"^the callback is (refused without effect|taken rightly or not at all)$")]
async fn its_fate(example: &mut Example, fate: String) -> Result<(), Stop> {
    let target = example.target()?;
    if fate == "refused without effect" {
        example.nothing_happens_to(&[target], false, EFFECT).await;
        return Ok(());
    }
    example.silence_once().await;
    example.look(&target, Moment::After).await;
    let carried = &example.carried;
    let amount = carried.amount.as_ref().map(Money::amount).unwrap_or_default();
    let (transaction, within) = (carried.transaction.clone(), example.ack_millis());
    example.check(Check::HarmlessOrRight {
        target,
        amount,
        transaction,
        within,
    });
    Ok(())
}

#[when("a callback by the template reports a successful payment, and no browser returns")]
async fn callback_alone(example: &mut Example) -> Result<(), Stop> {
    let way = example.template_way()?;
    let callback = example.about_to_report("1").await?;
    let hash = example.hash_by(way, &callback)?;
    let parameters = example.parameters_by(way, &callback, Some(hash))?;
    let url = way.url(example)?;
    let how = "by the template, the browser never returns";
    example
        .deliver_parameters((false, how), &callback, (way.carriage(), &url), &parameters)
        .await
        .map(drop)
}
