//! What the log must and must not say, and what refusals must not tell.

use std::sync::Arc;

use cucumber::then;

use super::{expect::millis, stop::Stop, world::Example};
use crate::{
    actors::log::LogObserver,
    checks::{check::Check, collected::Across, log::EXPECTED_DIGEST},
    transcript::record::Event,
};

impl Example {
    pub(super) fn log(&self) -> Result<Arc<LogObserver>, Stop> {
        self.context
            .log
            .clone()
            .ok_or_else(|| Stop::Inconclusive("no [log] is declared; add where the log is".to_owned()))
    }
}

#[then("the log has a line with its event id, type, time and result")]
async fn logged(example: &mut Example) -> Result<(), Stop> {
    let log = example.log()?;
    let (scope, id) = (example.scope.clone(), example.carried.event_id.clone());
    let window = example.context.profile.log_window();
    let tolerance = millis(example.context.profile.log_clock_tolerance());
    example
        .idle(async move { log.lines_with(&scope, &id, window).await })
        .await;
    let event_type = example.carried.event_type.clone();
    example.check(Check::Logged {
        event_type,
        tolerance,
    });
    Ok(())
}

#[then("no log line says that the forged event was processed")]
async fn not_processed(example: &mut Example) -> Result<(), Stop> {
    let Ok(log) = example.log() else {
        example.note("no [log] is declared, so it could not be searched for the forged event");
        return Ok(());
    };
    let (scope, id) = (example.scope.clone(), example.carried.event_id.clone());
    example
        .idle(async move { log.lines_with(&scope, &id, std::time::Duration::ZERO).await })
        .await;
    let processed = example.context.processed_words.clone();
    example.check(Check::NotLoggedAsProcessed { processed });
    Ok(())
}

#[then("what the log says about it is noted")]
async fn noted(example: &mut Example) -> Result<(), Stop> {
    let Ok(log) = example.log() else {
        example.note("no [log] is declared, so nothing can be noted from it");
        return Ok(());
    };
    let (scope, id) = (example.scope.clone(), example.carried.event_id.clone());
    let observed = example
        .idle(async move { log.lines_with(&scope, &id, std::time::Duration::ZERO).await })
        .await;
    let results: Vec<&str> = observed
        .lines
        .iter()
        .filter_map(|line| line.result.as_deref())
        .collect();
    example.note(if results.is_empty() {
        "the log does not mention it with a result".to_owned()
    } else {
        format!("the log says: {}", results.join(", "))
    });
    Ok(())
}

#[then(
    regex = r"^the log of the whole run shows no (key, token or Authorization value|digest that would have been right for a refused delivery)$"
)]
async fn no_secret(example: &mut Example, what: String) -> Result<(), Stop> {
    example.search_log().await?;
    example.check(Check::NoSecretInLog {
        digests: what.starts_with("digest"),
    });
    Ok(())
}

#[then(regex = r"^every refusal of ([A-Z-]+) in this run was answered 4xx$")]
async fn refusals_4xx(example: &mut Example, area: String) -> Result<(), Stop> {
    let area = area.parse().map_err(|error| Stop::Harness(format!("{error}")))?;
    let until = marker(example);
    let run = example.whole_run().await?;
    gathered(example, &run, Check::RefusalsAre4xx { area, until });
    Ok(())
}

#[then(regex = r"^no refusal of ([A-Z-]+) in this run shows the right digest or any part of the key$")]
async fn no_oracle(example: &mut Example, area: String) -> Result<(), Stop> {
    let area = area.parse().map_err(|error| Stop::Harness(format!("{error}")))?;
    let labels = vec!["webhook secret".to_owned(), EXPECTED_DIGEST.to_owned()];
    let until = marker(example);
    let run = example.whole_run().await?;
    gathered(example, &run, Check::RefusalsTellNothing { area, labels, until });
    Ok(())
}

/// A record whose number says how far back the check looks, so that judging again looks as far.
fn marker(example: &Example) -> u64 {
    let text = "the refusals recorded before this line are judged".to_owned();
    example
        .context
        .recorder
        .record(Some(&example.scope), Event::Note { text })
        .number
}

fn gathered(example: &mut Example, run: &dyn Across, check: Check) {
    example.check_across(check, run);
}
