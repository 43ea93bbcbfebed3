//! Log lines of deliveries that were not processed, and lines that a delivery tries to forge.

use std::sync::Arc;

use cucumber::{then, when};
use serde_json::json;

use super::{compose::right, stop::Stop, world::Example};
use crate::{
    checks::{
        check::Check,
        view::{View, Which},
    },
    transcript::{
        exchange::{Form, Role},
        observation::LogObserved,
    },
    wire::{event::EventType, tampering::Writing},
};

impl Example {
    /// Waits for log lines of an id until they carry so many results.
    async fn log_results(&mut self, id: &str, results: usize) -> Result<LogObserved, Stop> {
        let log = self.log()?;
        let (scope, id) = (self.scope.clone(), id.to_owned());
        let window = self.context.profile.log_window();
        let told = move |observed: &LogObserved| {
            let with_result = observed.lines.iter().filter(|line| line.result.is_some());
            with_result.count() >= results
        };
        Ok(self
            .idle(async move { log.lines_until(&scope, &id, window, told).await })
            .await)
    }

    fn sent_ids(&self, role: Role) -> Vec<String> {
        let records = self.context.recorder.of(&self.scope);
        let deliveries = View::new(&records).deliveries(Which { role, index: None });
        deliveries
            .iter()
            .map(|sent| sent.delivery.intent.id.clone())
            .collect()
    }

    /// A line as the partner itself writes it for a processed event, about an event that never was.
    async fn imitated_line(&mut self) -> Result<(String, String), Stop> {
        let Some(real) = self.sent_ids(Role::ControlBefore).pop() else {
            return Err(Stop::Harness(
                "there is no delivery whose line could be imitated".to_owned(),
            ));
        };
        let observed = self.log_results(&real, 1).await?;
        let line = observed
            .lines
            .iter()
            .find(|line| line.result.is_some() && line.text.contains(&real));
        let line = line.ok_or_else(|| {
            Stop::Inconclusive(
                "the log shows no line with id and result for a processed event, so none can be imitated"
                    .to_owned(),
            )
        })?;
        let forged = format!("evt_{}7", self.letters(19));
        Ok((line.text.replace(&real, &forged), forged))
    }
}

#[when(
    regex = r"^an event arrives whose (customer name|type) goes on in a new line that looks like the log's own$"
)]
async fn forging(example: &mut Example, place: String) -> Result<(), Stop> {
    let (line, forged) = example.imitated_line().await?;
    let prepared = example.prepared()?.clone();
    let reference = example.target()?.reference;
    let mut event = example.event(EventType::PaymentSuccess, &prepared);
    if place == "type" {
        event.kind = format!("loyalty.points\r\n{line}\r\n");
    } else {
        let name = format!("Aina binti Rahman\r\n{line}\r\n");
        event
            .data
            .insert("metadata".to_owned(), json!({"customer_name": name}));
    }
    example.carry(&event, &prepared, Writing::Plain);
    example.forged_id = forged;
    let composed = example.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
    let mut intent = example.intent(Role::Stimulus, Form::Right(Writing::Plain), &event, &reference);
    intent.subject = format!("event with a forged log line in its {place}");
    example.send(intent, composed).await.map(drop)
}

#[then("that line does not stand in the log as a record of its own")]
async fn not_alone(example: &mut Example) -> Result<(), Stop> {
    let own = example.carried.event_id.clone();
    example.log_results(&own, 1).await?;
    let (log, scope, id) = (example.log()?, example.scope.clone(), example.forged_id.clone());
    let wait = std::time::Duration::ZERO;
    let forged = id.clone();
    example
        .idle(async move { Arc::clone(&log).lines_with(&scope, &id, wait).await })
        .await;
    example.check(Check::NoForgedRecord { id: forged });
    Ok(())
}

#[then("the log tells it apart from an event that was processed")]
async fn told_apart(example: &mut Example) -> Result<(), Stop> {
    let ids = example.sent_ids(Role::Stimulus);
    let last = ids.last().cloned().unwrap_or_default();
    let times = ids.iter().filter(|id| **id == last).count();
    example.log_results(&last, times).await?;
    let processed = example.context.processed_words.clone();
    example.check(Check::LoggedApart { processed });
    Ok(())
}
