//! Recurring callbacks as form posts, in the right format and in the wrong one.

use cucumber::{then, when};
use rand::Rng as _;

use super::{callback_way::Way, parameters::Parcel, stop::Stop, world::Example};
use crate::{
    checks::{check::Check, effect::Field},
    transcript::{
        exchange::{Form, Role},
        observation::Moment,
    },
    wire::{
        header::Headers,
        parameters::{Carriage, Parameters},
        recurring::Callback,
    },
};

impl Example {
    /// A callback as a form, with the hash that its values call for.
    fn right_form(&self, callback: &Callback) -> Result<Parameters, Stop> {
        let hash = self.hash_by(Way::Form, callback)?;
        self.parameters_by(Way::Form, callback, Some(hash))
    }

    /// The same, with the values in another place than they belong.
    fn falsified_form(&mut self, falsehood: &str, callback: &Callback) -> Result<Parameters, Stop> {
        let mut parameters = self.right_form(callback)?;
        let right = self.hash_by(Way::Form, callback)?;
        if let Some(name) = falsehood.split_once("[] in place of ").map(|(_, name)| name) {
            for (its, _) in &mut parameters.0 {
                if its == name {
                    its.push_str("[]");
                }
            }
            return Ok(parameters);
        }
        self.context.learn_digest(&right);
        match falsehood {
            "a random hash" => parameters.set("hash", hex::encode(self.random.random::<[u8; 32]>())),
            "no hash field" => parameters.remove("hash"),
            "a changed status_id under the old hash" => {
                let failed = Callback {
                    status_id: "0".to_owned(),
                    ..callback.clone()
                };
                parameters.set("hash", self.hash_by(Way::Form, &failed)?);
            }
            other => {
                return Err(Stop::Harness(format!(
                    "no falsehood of forms is called {other:?}"
                )));
            }
        }
        Ok(parameters)
    }
}

#[when(
    regex = r"^a recurring callback as a (urlencoded|multipart) form reports a (successful|failed) payment$"
)]
async fn reported(example: &mut Example, format: String, what: String) -> Result<(), Stop> {
    let callback = example
        .about_to_report(if what == "successful" { "1" } else { "0" })
        .await?;
    let parameters = example.right_form(&callback)?;
    let carriage = if format == "multipart" {
        Carriage::Multipart
    } else {
        Carriage::Form
    };
    let (how, url) = (format!("as a {format} form"), Way::Form.url(example)?);
    example
        .deliver_parameters((false, &how), &callback, (carriage, &url), &parameters)
        .await
        .map(drop)
}

#[when(regex = r"^a recurring callback as a form is delivered with (.+)$")]
async fn falsified(example: &mut Example, falsehood: String) -> Result<(), Stop> {
    let callback = example.about_to_report("1").await?;
    let parameters = example.falsified_form(&falsehood, &callback)?;
    let url = Way::Form.url(example)?;
    example
        .deliver_parameters((true, &falsehood), &callback, (Carriage::Form, &url), &parameters)
        .await
        .map(drop)
}

#[when(regex = r"^a recurring callback as a form carries the message (.+)$")]
async fn with_message(example: &mut Example, message: String) -> Result<(), Stop> {
    let mut callback = example.about_to_report("1").await?;
    callback.msg = message;
    let parameters = example.right_form(&callback)?;
    let (how, url) = (format!("message {:?}", callback.msg), Way::Form.url(example)?);
    example
        .deliver_parameters((false, &how), &callback, (Carriage::Form, &url), &parameters)
        .await
        .map(drop)
}

#[when(regex = r"^a form about a failed payment is delivered with (.+)$")]
async fn smuggled(example: &mut Example, addition: String) -> Result<(), Stop> {
    let callback = example.about_to_report("0").await?;
    let mut parameters = example.right_form(&callback)?;
    let mut url = Way::Form.url(example)?;
    let mut headers = Headers::new();
    let status = |parameters: &Parameters| parameters.0.iter().position(|(name, _)| name == "status_id");
    let success = ("status_id".to_owned(), "1".into());
    match (addition.as_str(), status(&parameters)) {
        ("status_id 1 after it", Some(place)) => parameters.0.insert(place + 1, success),
        ("status_id 1 before it", Some(place)) => parameters.0.insert(place, success),
        ("status_id 1 in the query of the URL", _) => {
            url.query_pairs_mut().append_pair("status_id", "1");
        }
        ("status_id 1 in a cookie", _) => headers = headers.with("cookie", "status_id=1"),
        (other, _) => return Err(Stop::Harness(format!("no addition to forms is called {other:?}"))),
    }
    let reference = example.target()?.reference;
    let parcel = Parcel {
        role: Role::Stimulus,
        form: Form::Parameters {
            forged: true,
            how: format!("status_id 0 with its hash, and {addition}"),
        },
        id: &callback.transaction_id,
        reference: &reference,
        carriage: Carriage::Form,
        headers,
    };
    example.send_parameters(parcel, &url, &parameters).await.map(drop)
}

#[when(
    regex = r"^a good payment is reported by (JSON|a form|JSON text that calls itself a form|form text that calls itself JSON) where (JSON|forms) (?:is|are) registered$"
)]
async fn in_the_wrong_mode(example: &mut Example, what: String, registered: String) -> Result<(), Stop> {
    let callback = example.about_to_report("1").await?;
    let parameters = example.right_form(&callback)?;
    let carriage = match what.as_str() {
        "JSON" => Carriage::Json,
        "a form" => Carriage::Form,
        "JSON text that calls itself a form" => Carriage::JsonCalledForm,
        _ => Carriage::FormCalledJson,
    };
    let url = registered.parse::<Way>()?.url(example)?;
    example
        .deliver_parameters((false, &what), &callback, (carriage, &url), &parameters)
        .await
        .map(drop)
}

#[then("it is booked as sent, or refused with 4xx and without effect")]
async fn right_or_refused(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    example.silence_once().await;
    example.look(&target, Moment::After).await;
    let within = example.ack_millis();
    example.check(Check::TakenRightOrRefused {
        target,
        field: Field::Transaction,
        value: example.carried.transaction.clone(),
        within,
    });
    Ok(())
}
