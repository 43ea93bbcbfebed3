//! Deliveries and operations that carry planted card and personal data, and where it must not come out.

use std::{collections::BTreeMap, sync::Arc};

use cucumber::{then, when};
use serde_json::{Map, Value, json};

use super::{
    compose::{right, unreadable},
    forge::tampered,
    planted::{Canary, card, card_code, person},
    stop::Stop,
    world::Example,
};
use crate::{
    actors::log::canary::PlantedCard,
    checks::{check::Check, log::CANARY},
    transcript::exchange::{Form, Role},
    wire::{
        event::EventType,
        fault::{ApiCall, ErrorStatus, Fault, ScriptLine, Times},
        header::Headers,
        tampering::{Tampering, Unreadable, Writing},
    },
};

impl Example {
    /// Makes the data of that kind, and teaches recorder and log what to look for.
    pub(super) fn plant(&mut self, what: &str) -> Result<Vec<Canary>, Stop> {
        let canaries = if what == "card data" {
            let (card, code) = (card(&mut self.random), card_code(&mut self.random));
            self.context.planted_cards.plant(PlantedCard {
                label: self.canary_label("card data shown too far"),
                number: card.value.clone(),
                code: code.value.clone(),
            });
            // Four digits by themselves may stand for anything, so they are masked where their name or
            // their sentence says what they are.
            let masked_only = format!("planted card code of {}", self.scope.example);
            for place in [
                format!("\"{}\":\"{}\"", code.field, code.value),
                refused(&code.value),
            ] {
                let _ = self.context.recorder.learn(&masked_only, place.as_bytes());
            }
            vec![card, code]
        } else {
            let sensitive = self.context.profile.sensitive_fields();
            let mut canaries = person(&mut self.random);
            canaries.retain(|canary| sensitive.iter().any(|field| field == canary.field));
            canaries
        };
        if canaries.is_empty() {
            return Err(Stop::Inconclusive(
                "the profile's sensitive_fields name no personal data to look for".to_owned(),
            ));
        }
        for canary in canaries.iter().filter(|canary| canary.field != "card_code") {
            let label = self.canary_label(canary.field);
            for spelling in std::iter::once(&canary.value).chain(&canary.spellings) {
                let _ = self.context.recorder.learn(&label, spelling.as_bytes());
            }
        }
        self.planted = canaries
            .iter()
            .map(|canary| (canary.field.to_owned(), canary.value.clone()))
            .collect();
        Ok(canaries)
    }

    /// Good, forged and malformed deliveries with the data in their metadata; the good one last.
    pub(super) async fn deliver_planted(&mut self, canaries: &[Canary]) -> Result<(), Stop> {
        let prepared = self.prepared()?.clone();
        let reference = self.target()?.reference;
        for form in [
            Form::Tampered(Tampering::RandomKey),
            Form::Unreadable(Unreadable::CutOff),
            Form::Right(Writing::Plain),
        ] {
            let mut event = self.event(EventType::PaymentSuccess, &prepared);
            // First in the data, so that it is still there when the end is cut off.
            let mut data = Map::new();
            event.data.remove("metadata");
            data.insert("metadata".to_owned(), Value::Object(members(canaries)));
            data.append(&mut event.data);
            event.data = data;
            self.carry(&event, &prepared, Writing::Plain);
            let composed = self.sign(|signing, random| match &form {
                Form::Tampered(tampering) => {
                    tampered(signing, &event, *tampering, &prepared.references, None, random)
                }
                Form::Unreadable(body) => unreadable(signing, &event, *body),
                _ => right(signing, &event, Writing::Plain, random),
            })?;
            let intent = self.intent(Role::Stimulus, form, &event, &reference);
            self.send(intent, composed).await?;
        }
        Ok(())
    }

    pub(super) fn canary_label(&self, what: &str) -> String {
        format!(
            "{CANARY}{what} of {} attempt {}",
            self.scope.example, self.scope.attempt
        )
    }
}

fn members(canaries: &[Canary]) -> Map<String, Value> {
    canaries
        .iter()
        .map(|canary| (canary.field.to_owned(), json!(canary.value)))
        .collect()
}

#[when(
    regex = r"^(the metadata of good, forged and malformed deliveries|an operation's input and an error answer of the sandbox) show (card data|personal data)$"
)]
async fn shown(example: &mut Example, place: String, what: String) -> Result<(), Stop> {
    let canaries = example.plant(&what)?;
    if place.starts_with("the metadata") {
        return example.deliver_planted(&canaries).await;
    }
    example.open(vec![refusal(&canaries)?])?;
    example.operate("buy").await?;
    // Its line in the log shows that the log has caught up with the operation.
    example
        .deliver_right(EventType::PaymentSuccess, Writing::Plain)
        .await
}

fn refused(value: &str) -> String {
    format!("{value} is not accepted")
}

/// Payments are refused, with everything repeated in the answer.
fn refusal(canaries: &[Canary]) -> Result<ScriptLine, Stop> {
    let errors: Vec<Value> = canaries
        .iter()
        .map(|canary| json!({"field": canary.field, "message": refused(&canary.value)}))
        .collect();
    let problem = json!({"type": "about:blank", "title": "Not accepted", "status": 422,
        "detail": "The payment was not accepted.", "category": "validation", "errors": errors,
        "request": members(canaries)});
    let status = ErrorStatus::try_from(422).map_err(|error| Stop::Harness(error.to_string()))?;
    Ok(ScriptLine {
        call: Some(ApiCall::Payment),
        times: Times::Always,
        fault: Fault::Refuse {
            status,
            headers: Headers::new().with("content-type", "application/problem+json"),
            body: Some(problem.to_string()),
        },
    })
}

#[then(regex = r"^the log shows none of the (card data|personal data) in any form$")]
async fn nothing_shown(example: &mut Example, what: String) -> Result<(), Stop> {
    example.search_log().await?;
    let suffix = example.canary_label("");
    let whose = suffix.trim_start_matches(CANARY).trim_start().to_owned();
    let card = what == "card data";
    example.check(Check::NoCanaryInLog { whose, card });
    Ok(())
}

impl Example {
    /// Planted values as fields of an operation, for those that the operation has.
    pub(super) fn with_planted(&self, mut fields: BTreeMap<String, String>) -> BTreeMap<String, String> {
        for (name, value) in &self.planted {
            if let Some(field) = fields.get_mut(name) {
                field.clone_from(value);
            }
        }
        fields
    }

    /// Reads the log to its end and searches it for everything that must not be there.
    pub(super) async fn search_log(&mut self) -> Result<(), Stop> {
        let log = self.log()?;
        let own = self.carried.event_id.clone();
        if !own.is_empty() {
            // A log that is written behind the answer has caught up when it shows what was sent last.
            let (log, scope) = (Arc::clone(&log), self.scope.clone());
            let window = self.context.profile.log_window();
            self.idle(async move { log.lines_with(&scope, &own, window).await })
                .await;
        }
        let context = Arc::clone(&self.context);
        let scope = self.scope.clone();
        let known = context
            .known_ids
            .lock()
            .map(|ids| ids.clone())
            .unwrap_or_default();
        self.idle(async move { log.scan(Some(&scope), context.recorder.labels(), &known).await })
            .await;
        Ok(())
    }
}
