//! Operations under rate limits and outages.

use std::time::Duration;

use cucumber::{then, when};

use super::{expect::millis, stop::Stop, world::Example};
use crate::{
    checks::{check::Check, limited::refusals, outcome::Outcome, storm::calms_down, view::View},
    contract::profile::values::Profile,
};

/// Attempts are counted so long, and then rare ones for a while.
fn both_windows(profile: &Profile) -> Duration {
    profile.attempts_window() + profile.late_attempt_window()
}

impl Example {
    fn retries_end(&mut self, rate_limited: bool) {
        let profile = &self.context.profile;
        let check = Check::RetriesEnd {
            most: *profile.max_attempts(),
            window: millis(profile.attempts_window()),
            late: millis(profile.late_attempt_window()),
            rate_limited,
        };
        self.check(check);
    }
}

#[when(regex = r"^the partner runs its operation ([a-z_]+) and is watched while it may try again$")]
async fn watched_to_the_end(example: &mut Example, name: String) -> Result<(), Stop> {
    let watch = both_windows(&example.context.profile);
    example.run_watched(&name, watch).await
}

#[when(regex = r"^the partner runs its operation ([a-z_]+) and is watched for ten seconds$")]
async fn watched_for_a_loop(example: &mut Example, name: String) -> Result<(), Stop> {
    let watch = example.context.profile.hot_loop_window();
    example.run_watched(&name, watch).await
}

#[when(
    regex = r"^the partner runs its operation ([a-z_]+) and is watched for as long as attempts are counted$"
)]
async fn watched_for_attempts(example: &mut Example, name: String) -> Result<(), Stop> {
    let watch = example.context.profile.attempts_window();
    example.run_watched(&name, watch).await
}

#[when(regex = r"^the partner runs its operation ([a-z_]+) three times, one after the other$")]
async fn three_times(example: &mut Example, name: String) -> Result<(), Stop> {
    let longest = example.context.profile.attempts_window();
    for _ in 0..*example.context.profile.pooled_operations() {
        example.run_many(&name, 1, Duration::ZERO, longest).await?;
    }
    Ok(())
}

#[when(regex = r"^eight operations ([a-z_]+) run at the same time$")]
async fn eight_at_once(example: &mut Example, name: String) -> Result<(), Stop> {
    let count = *example.context.profile.pausing_operations();
    example.within_limits(count, count, "a pause that several workers have to keep")?;
    let pause = Duration::from_secs(example.limit_seconds);
    let patience = pause + example.context.profile.attempts_window();
    example.run_many(&name, count, Duration::ZERO, patience).await
}

#[when(regex = r"^thirty operations ([a-z_]+) are started within a few seconds$")]
async fn thirty(example: &mut Example, name: String) -> Result<(), Stop> {
    let profile = &example.context.profile;
    let (count, spread) = (*profile.limiter_operations(), profile.limiter_spread());
    let patience = profile.limiter_completion();
    example.run_many(&name, count, spread, patience).await
}

#[when(regex = r"^twenty operations ([a-z_]+) are run, two of them with the same content$")]
async fn twenty_writes(example: &mut Example, name: String) -> Result<(), Stop> {
    let profile = &example.context.profile;
    let (count, patience) = (*profile.key_operations(), profile.attempts_window());
    example.run_many(&name, count, Duration::ZERO, patience).await
}

#[when(regex = r"^twenty operations ([a-z_]+) are started one after the other during the outage$")]
async fn twenty_in_an_outage(example: &mut Example, name: String) -> Result<(), Stop> {
    let profile = &example.context.profile;
    let (count, spread) = (*profile.storm_operations(), profile.storm_spread());
    let patience = profile.attempts_window();
    example.run_many(&name, count, spread, patience).await?;
    // Attempts behind the answers belong to the storm, too.
    example.silence().await;
    Ok(())
}

#[then(
    "the next request comes no earlier than that date, and the operation completes or is reported as rate-limited"
)]
fn date_obeyed(example: &mut Example) {
    let profile = &example.context.profile;
    let check = Check::RetryAfterObeyed {
        seconds: example.limit_seconds,
        slack: millis(profile.retry_after_date_slack()),
        patience_seconds: profile.retry_after_completion().as_secs(),
    };
    example.check(check);
}

#[then("no more than 3 requests come within a second, and 5 in all")]
fn no_loop(example: &mut Example) {
    let profile = &example.context.profile;
    let check = Check::NoHotLoop {
        per_second: *profile.hot_loop_per_second(),
        most: *profile.hot_loop_requests(),
        window: millis(profile.hot_loop_window()),
    };
    example.check(check);
}

#[then("attempts stay few, become rare, and the operation ends as rate-limited")]
fn ends_as_limited(example: &mut Example) {
    example.retries_end(true);
}

#[then("attempts stay few, become rare, and the operation ends as failed")]
fn ends_as_failed(example: &mut Example) {
    example.retries_end(false);
}

#[then("no more than one new request comes before the pause is over")]
fn all_keep_it(example: &mut Example) {
    let profile = &example.context.profile;
    let check = Check::AllPause {
        operations: *profile.pausing_operations(),
        pause: example.limit_seconds.saturating_mul(1_000),
        grace: millis(profile.pause_grace()),
        slack: millis(profile.retry_after_slack()),
        probes: *profile.pausing_probes(),
    };
    example.check(check);
}

#[then("no further request comes, and the caller is told in good time")]
fn told(example: &mut Example) {
    let profile = &example.context.profile;
    let check = Check::CallerTold {
        quiet: millis(profile.attempts_window()),
        within: millis(profile.client_give_up()),
    };
    example.check(check);
}

#[then("all of them complete, few requests are refused, and nothing is done twice")]
fn lives_with_it(example: &mut Example) {
    let profile = &example.context.profile;
    let check = Check::LivesUnderLimit {
        operations: *profile.limiter_operations(),
        within: millis(profile.limiter_spread() + profile.limiter_completion()),
        refused_percent: *profile.limiter_refused_percent(),
    };
    let passed = matches!(example.check(check), Outcome::Passed { .. });
    let records = example.context.recorder.of(&example.scope);
    let (refused, all) = refusals(View::new(&records));
    example.note(if passed && refused == 0 {
        format!("exemplary: not one of {all} requests was refused, so the client slows down before the limit")
    } else {
        format!("{refused} of {all} requests were refused")
    });
}

#[then("the operation completes with at most 4 attempts, or a write that is not repeated fails openly")]
async fn survives(example: &mut Example) {
    example.silence().await;
    let most = *example.context.profile.outage_attempts();
    example.check(Check::OutageSurvived { most });
}

#[then("the pauses between attempts grow and are not the same each time")]
fn grow(example: &mut Example) {
    let profile = &example.context.profile;
    let check = Check::PausesGrow {
        operations: *profile.pooled_operations(),
        percent: *profile.gap_growth_percent(),
        unhurried: millis(profile.unhurried_gap()),
        rate: *profile.attempt_rate(),
        rate_window: millis(profile.attempt_rate_window()),
        tolerance: millis(profile.gap_tolerance()),
    };
    example.check(check);
}

#[then("all attempts at the write carry the same key and the same body")]
async fn same_write(example: &mut Example) {
    example.silence().await;
    let changing = example.context.changing.clone();
    example.check(Check::SameWrite { changing });
}

#[then("every write of theirs has a key of its own that says nothing about the customer")]
fn keys_apart(example: &mut Example) {
    let profile = &example.context.profile;
    let check = Check::KeysApart {
        operations: *profile.key_operations(),
        longest: *profile.reference_length(),
    };
    example.check(check);
}

#[then("their requests stay bounded, in all and at any time")]
fn no_storm(example: &mut Example) {
    let profile = &example.context.profile;
    let (spread, tail) = (millis(profile.storm_spread()), millis(profile.storm_tail()));
    let check = Check::NoRetryStorm {
        operations: *profile.storm_operations(),
        attempts: *profile.max_attempts(),
        rate: *profile.storm_rate(),
        rate_window: millis(profile.attempt_rate_window()),
    };
    let passed = matches!(example.check(check), Outcome::Passed { .. });
    let records = example.context.recorder.of(&example.scope);
    if passed && calms_down(View::new(&records), spread, tail) {
        example.note(
            "exemplary: fewer requests came towards the end of the outage, so the client breaks the circuit",
        );
    }
}
