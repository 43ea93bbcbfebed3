//! A profile and its values.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{declared::parameters, parameter::Parameter, period::Period};
use crate::{
    contract::{embedded, error::ContractError, word::words},
    wire::{
        batch::{AfterRefusal, Layout},
        recurring::RecurringHash,
        signature::Scheme,
    },
};

const FOLDER: &str = "profiles";

words! {
    /// How the partner proves to the API who it is.
    Authentication, "authentication" {
        /// OAuth 2.0 client credentials, then a bearer token.
        OAuth = "oauth",
        /// The API key as a bearer token.
        ApiKey = "api-key",
    }
}

/// The contract's open values, each with its provenance.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    name: String,
    title: String,
    parameter: Parameters,
    #[serde(default)]
    compressed: Compressed,
    #[serde(skip)]
    is_compressed: bool,
    #[serde(skip)]
    pub(super) waits_days: bool,
    #[serde(skip)]
    origin: String,
}

parameters! {
    periods {
        /// Longest time to an acknowledgement (001:3.2).
        ack_deadline,
        /// Network allowance on top of the acknowledgement deadline.
        ack_allowance,
        /// 95th percentile above which slow acknowledgements are noted.
        ack_note,
        /// Age beyond which a signed delivery is a replay.
        replay_window,
        /// Age of the delivery that must still be accepted.
        skew_past_accepted,
        /// Distance into the future of the delivery that must still be accepted.
        skew_future_accepted,
        /// Age of the delivery that must be refused.
        skew_past_refused,
        /// Distance into the future of the delivery that should be refused.
        skew_future_refused,
        /// Difference between the partner's clock and ours beyond which age says nothing.
        clock_skew_limit,
        /// Longest wait for something that must happen.
        settle,
        /// Pause between two looks while waiting for something to happen.
        settle_poll,
        /// Shortest wait for something that must not happen.
        negative_wait_floor,
        /// Longest wait for something that must not happen.
        negative_wait_cap,
        /// Pause between identical deliveries.
        redelivery_gap,
        /// Time over which re-signed deliveries of one event are spread.
        redelivery_span,
        /// How long the endpoint is down on purpose.
        outage,
        /// Longest wait for the endpoint to be back after it was started.
        return_window,
        /// How long a delivery that will be broken off stands still.
        broken_off_pause,
        /// Time in which repeated failures must raise an alarm.
        alarm_window,
        /// Spread within which simultaneous deliveries must leave.
        simultaneous_spread,
        /// How long the platform goes on retrying in production.
        retry_horizon,
        /// Time in which the attempts of one operation are counted.
        attempts_window,
        /// Time in which at most one further attempt may come after that.
        late_attempt_window,
        /// Time after which a client must have given up waiting for an answer.
        client_give_up,
        /// Time after which a client that still waits is noted.
        client_give_up_note,
        /// Time after which a client must have cut off an answer that drips or does not end.
        answer_cut_off,
        /// Shortest pause before a request is repeated that is still being worked on.
        in_progress_pause,
        /// How much earlier than stated a retry may come, `Retry-After` in seconds.
        retry_after_slack,
        /// How much earlier than stated a retry may come, `Retry-After` as a date.
        retry_after_date_slack,
        /// Time after the stated pause in which the operation must be complete.
        retry_after_completion,
        /// Shortest pause between two status polls.
        poll_floor,
        /// Time from the start in which polls are not counted.
        poll_grace,
        /// Time in which a log line must appear.
        log_window,
        /// Largest difference between the time in a log line and ours.
        log_clock_tolerance,
        /// Longest time for which the simulated API holds its answers while a webhook is delivered.
        api_hold,
        /// Time in which a partner finds by itself what no webhook told it.
        reconciliation_window,
        /// Time over which the sustained load is sent.
        burst_sustained_for,
        /// Longest wait for the effects of a burst.
        burst_settle,
        /// Acknowledgement time at the 95th percentile that steady traffic may reach.
        sustained_limit,
        /// Time over which an attack is kept up.
        attack_for,
        /// Pause after which a memory of five minutes has forgotten.
        cache_outlived,
        /// Time in which the requests of a client are counted that was given no usable pause.
        hot_loop_window,
        /// Time after a refusal in which requests may arrive that were under way.
        pause_grace,
        /// Time over which operations are started against a rate limit.
        limiter_spread,
        /// Time in which all of them must be complete.
        limiter_completion,
        /// The stretch of time in which attempts that follow each other closely are counted.
        attempt_rate_window,
        /// Pauses between attempts from this length on need not grow.
        unhurried_gap,
        /// Pauses that differ by less count as equal.
        gap_tolerance,
        /// Time over which operations are started during an outage.
        storm_spread,
        /// End of that time, in which a client that breaks the circuit sends less.
        storm_tail,
        /// Time in which a batch file is taken in and answered.
        batch_window,
    }
    schedules {
        /// Pauses between the platform's delivery attempts, short enough for a run of minutes.
        retry_schedule,
        /// The same as in production: days, for runs in mode `long`.
        retry_schedule_long,
    }
    values {
        /// How webhooks are signed.
        signature_scheme: Scheme,
        /// How the recurring callback's hash is made.
        recurring_hash: RecurringHash,
        /// How the hash over a return URL template is made.
        template_hash: RecurringHash,
        /// How API calls are authenticated.
        authentication: Authentication,
        /// What acknowledges a recurring callback, in words.
        callback_acknowledgement: String,
        /// How often the slowest positive effect fits into a negative wait.
        negative_wait_factor: u32,
        /// Re-signed deliveries of one event.
        redelivery_count: u32,
        /// Simultaneous deliveries of one event.
        simultaneous_count: u32,
        /// Deliveries whose acknowledgement time is measured.
        ack_samples: u32,
        /// Attempts that one operation may make within the attempts window.
        max_attempts: u32,
        /// Deliveries of one burst, sent within one second.
        burst_size: u32,
        /// Deliveries a second of the sustained load.
        burst_sustained_rate: u32,
        /// Zone of dates without a zone.
        time_zone: String,
        /// Forged deliveries a second of an attack.
        attack_rate: u32,
        /// Connections of an attack that send one byte a second.
        attack_connections: u32,
        /// Simultaneous updates of one claim.
        update_count: u32,
        /// Currency of generated amounts, ISO 4217.
        currency: String,
        /// Longest event id or reference, in characters.
        reference_length: u32,
        /// Personal data that may not stand in logs.
        sensitive_fields: Vec<String>,
        /// Requests in a second of a client that was given no usable pause.
        hot_loop_per_second: u32,
        /// Requests in the whole of the hot-loop window.
        hot_loop_requests: u32,
        /// Operations that meet a rate limit together.
        pausing_operations: u32,
        /// New requests that may come before a common pause is over.
        pausing_probes: u32,
        /// Requests a second of the rate limit that is really kept.
        limiter_rate: u32,
        /// Requests that this limit takes at once.
        limiter_burst: u32,
        /// Operations that are started against it.
        limiter_operations: u32,
        /// Refused requests in a hundred that are still no fight against the limit.
        limiter_refused_percent: u32,
        /// Attempts that an operation may need to survive a short outage.
        outage_attempts: u32,
        /// Operations whose pauses are pooled.
        pooled_operations: u32,
        /// Last pauses in percent of the first ones, from which on pauses grow.
        gap_growth_percent: u32,
        /// Attempts of one operation in the attempt-rate window.
        attempt_rate: u32,
        /// Operations whose idempotency keys are compared.
        key_operations: u32,
        /// Operations that are started during an outage.
        storm_operations: u32,
        /// Requests of all of them in the attempt-rate window.
        storm_rate: u32,
        /// How batch files are written.
        batch_layout: Layout,
        /// Rows of a full batch file.
        batch_rows: u32,
        /// How the sequence number of a refused batch file goes on.
        batch_after_refusal: AfterRefusal,
    }
}

impl Profile {
    /// An embedded profile, such as `senang-io`.
    pub fn embedded(name: &str) -> Result<Self, ContractError> {
        let files = embedded::files_in(FOLDER, "toml");
        match files.iter().find(|file| stem(file.path) == name) {
            Some(file) => Self::from_toml(file.text()?, file.path),
            None => Err(ContractError::UnknownProfile {
                name: name.to_owned(),
                known: Self::names().join(", "),
            }),
        }
    }

    /// Names of the embedded profiles.
    pub fn names() -> Vec<&'static str> {
        let files = embedded::files_in(FOLDER, "toml");
        files.iter().map(|file| stem(file.path)).collect()
    }

    /// Reads a profile. `origin` is named in errors and in the evidence.
    pub fn from_toml(text: &str, origin: &str) -> Result<Self, ContractError> {
        let mut profile: Self = toml::from_str(text).map_err(|error| ContractError::toml(origin, &error))?;
        origin.clone_into(&mut profile.origin);
        let mut compressed = profile.clone();
        compressed.parameter.compress(&profile.compressed);
        let problems = [profile.problems(), compressed.problems()].concat();
        if problems.is_empty() {
            Ok(profile)
        } else {
            Err(ContractError::Profile {
                origin: origin.to_owned(),
                problems: problems.join("; "),
            })
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is for, in a few words.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Whether the shorter periods of the compressed clock are in force.
    pub fn is_compressed(&self) -> bool {
        self.is_compressed
    }

    /// The profile with the shorter periods of the compressed clock. Doing it twice changes nothing.
    #[must_use]
    pub fn compressed(mut self) -> Self {
        if !self.is_compressed {
            let shorter = self.compressed.clone();
            self.parameter.compress(&shorter);
            self.is_compressed = true;
        }
        self
    }

    /// Every value with its provenance and source, for the evidence.
    pub fn values(&self) -> Value {
        json!({
            "name": self.name,
            "title": self.title,
            "origin": self.origin,
            "compressed_clock": self.is_compressed,
            "retry_schedule_in_force": self.schedule_in_force(),
            "parameters": self.parameter.record(),
        })
    }

    /// Pause between two of the re-signed deliveries of one event.
    pub fn redelivery_pause(&self) -> Duration {
        self.redelivery_span() / self.redelivery_count().saturating_sub(1).max(1)
    }

    /// How many times shorter than usual long pauses are: 1 unless the clock is compressed.
    pub fn time_factor(&self) -> u32 {
        shortening(&self.parameter.cache_outlived)
    }

    /// How many times shorter than usual the periods are in which attempts of a client are counted: 1 unless
    /// the clock is compressed.
    pub fn client_time_factor(&self) -> u32 {
        shortening(&self.parameter.attempts_window)
    }

    fn problems(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut hold = |holds: bool, problem: &str| {
            if !holds {
                found.push(problem.to_owned());
            }
        };
        let none = Duration::ZERO;
        hold(
            !self.ack_deadline().is_zero(),
            "ack_deadline must be longer than nothing",
        );
        hold(
            !self.settle_poll().is_zero(),
            "settle_poll must be longer than nothing",
        );
        hold(
            self.settle_poll() <= self.settle(),
            "settle_poll must not exceed settle",
        );
        hold(
            self.api_hold() > self.ack_deadline() + self.ack_allowance(),
            "api_hold must be longer than ack_deadline",
        );
        hold(self.log_window() > none, "log_window must be longer than nothing");
        hold(
            self.cache_outlived() > none && self.cache_outlived() <= self.retry_horizon(),
            "cache_outlived must lie between nothing and retry_horizon",
        );
        hold(
            self.negative_wait_floor() > none && self.negative_wait_floor() <= self.negative_wait_cap(),
            "negative_wait_floor must lie between nothing and negative_wait_cap",
        );
        hold(
            self.skew_past_accepted() < self.replay_window()
                && self.replay_window() < self.skew_past_refused(),
            "replay_window must lie between skew_past_accepted and skew_past_refused",
        );
        hold(
            self.skew_future_accepted() < self.skew_future_refused(),
            "skew_future_accepted must be shorter than skew_future_refused",
        );
        let longest = Duration::from_secs(600);
        let waits = [
            ("ack_deadline", self.ack_deadline()),
            ("settle", self.settle()),
            ("negative_wait_cap", self.negative_wait_cap()),
            ("redelivery_gap", self.redelivery_gap()),
            ("redelivery_span", self.redelivery_span()),
            ("log_window", self.log_window()),
            ("outage", self.outage()),
            ("return_window", self.return_window()),
            ("broken_off_pause", self.broken_off_pause()),
            ("alarm_window", self.alarm_window()),
            ("attempts_window", self.attempts_window()),
            ("client_give_up", self.client_give_up()),
            ("answer_cut_off", self.answer_cut_off()),
            ("in_progress_pause", self.in_progress_pause()),
            ("retry_after_completion", self.retry_after_completion()),
            ("api_hold", self.api_hold()),
            ("burst_settle", self.burst_settle()),
            ("burst_sustained_for", self.burst_sustained_for()),
            ("attack_for", self.attack_for()),
            ("cache_outlived", self.cache_outlived()),
            ("late_attempt_window", self.late_attempt_window()),
            ("hot_loop_window", self.hot_loop_window()),
            ("pause_grace", self.pause_grace()),
            ("limiter_spread", self.limiter_spread()),
            ("limiter_completion", self.limiter_completion()),
            ("storm_spread", self.storm_spread()),
            ("batch_window", self.batch_window()),
        ];
        for (name, wait) in waits {
            hold(wait <= longest, &format!("{name} must not exceed 10min"));
        }
        hold(
            self.reconciliation_window() <= Duration::from_secs(900),
            "reconciliation_window must not exceed 15min",
        );
        let counts = [
            ("redelivery_count", self.redelivery_count(), 2..=100),
            ("simultaneous_count", self.simultaneous_count(), 2..=100),
            ("ack_samples", self.ack_samples(), 1..=1_000),
            ("negative_wait_factor", self.negative_wait_factor(), 1..=100),
            ("max_attempts", self.max_attempts(), 1..=1_000),
            ("burst_size", self.burst_size(), 1..=10_000),
            ("burst_sustained_rate", self.burst_sustained_rate(), 1..=1_000),
            ("attack_rate", self.attack_rate(), 1..=1_000),
            ("attack_connections", self.attack_connections(), 1..=1_000),
            ("update_count", self.update_count(), 2..=100),
            ("batch_rows", self.batch_rows(), 3..=10_000),
            ("reference_length", self.reference_length(), 32..=10_000),
            ("hot_loop_per_second", self.hot_loop_per_second(), 1..=1_000),
            ("hot_loop_requests", self.hot_loop_requests(), 1..=1_000),
            ("pausing_operations", self.pausing_operations(), 2..=100),
            ("pausing_probes", self.pausing_probes(), 0..=100),
            ("limiter_rate", self.limiter_rate(), 1..=1_000),
            ("limiter_burst", self.limiter_burst(), 1..=1_000),
            ("limiter_operations", self.limiter_operations(), 2..=1_000),
            ("limiter_refused_percent", self.limiter_refused_percent(), 1..=100),
            ("outage_attempts", self.outage_attempts(), 2..=1_000),
            ("pooled_operations", self.pooled_operations(), 2..=10),
            ("gap_growth_percent", self.gap_growth_percent(), 100..=1_000),
            ("attempt_rate", self.attempt_rate(), 1..=1_000),
            ("key_operations", self.key_operations(), 2..=100),
            ("storm_operations", self.storm_operations(), 2..=100),
            ("storm_rate", self.storm_rate(), 1..=1_000),
        ];
        for (name, count, range) in counts {
            hold(
                range.contains(count),
                &format!("{name} must be {} to {}", range.start(), range.end()),
            );
        }
        found.extend(self.schedule_problems());
        for name in self.parameter.without_source() {
            found.push(format!("{name} has an empty source"));
        }
        found
    }
}

fn stem(path: &str) -> &str {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    name.strip_suffix(".toml").unwrap_or(name)
}

/// How many times shorter a period is than with the usual clock.
fn shortening(period: &Parameter<Period>) -> u32 {
    let whole = period.uncompressed.map_or(period.value, |whole| whole);
    let times = whole.duration().as_millis() / period.value.duration().as_millis().max(1);
    u32::try_from(times).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(name: &str) -> &'static str {
        embedded::files_in(FOLDER, "toml")
            .into_iter()
            .find(|file| stem(file.path) == name)
            .unwrap()
            .text()
            .unwrap()
    }

    #[test]
    fn every_embedded_profile_reads_under_its_own_name() {
        assert_eq!(Profile::names(), ["senang-io", "senangpay"]);
        for name in Profile::names() {
            assert_eq!(Profile::embedded(name).unwrap().name(), name);
        }
    }

    #[test]
    fn the_compressed_clock_shortens_waits_and_nothing_else() {
        let usual = Profile::embedded("senang-io").unwrap();
        let short = usual.clone().compressed();
        assert_eq!(usual.negative_wait_floor(), Duration::from_secs(5));
        assert_eq!(short.negative_wait_floor(), Duration::from_secs(1));
        assert_eq!(short.settle_poll(), Duration::from_millis(50));
        assert_eq!(short.redelivery_gap(), Duration::from_millis(100));
        assert_eq!(short.redelivery_span(), Duration::from_secs(5));
        assert_eq!(short.log_window(), Duration::from_secs(3));
        assert_eq!(short.ack_deadline(), usual.ack_deadline());
        assert_eq!((usual.time_factor(), short.time_factor()), (1, 120));
        assert_eq!((usual.client_time_factor(), short.client_time_factor()), (1, 5));
        assert_eq!(short.clone().compressed(), short);
        let record = short.values();
        assert_eq!(record["parameters"]["negative_wait_floor"]["value"], "1s");
        assert_eq!(record["parameters"]["negative_wait_floor"]["uncompressed"], "5s");
        assert_eq!(record["parameters"]["ack_deadline"]["provenance"], "assumed");
    }

    #[test]
    fn a_profile_of_ones_own_is_checked() {
        let wrong = text_of("senang-io").replacen("value = \"5s\"", "value = \"0s\"", 1);
        let error = Profile::from_toml(&wrong, "mine.toml").unwrap_err().to_string();
        assert!(
            error.contains("mine.toml") && error.contains("ack_deadline"),
            "{error}"
        );

        let misspelt = text_of("senang-io").replacen("ack_deadline", "ack_deadlin", 1);
        let error = Profile::from_toml(&misspelt, "mine.toml")
            .unwrap_err()
            .to_string();
        assert!(error.contains("ack_deadlin") && error.contains("line"), "{error}");
    }

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        let error = Profile::embedded("senang").unwrap_err().to_string();
        assert!(
            error.contains("senang-io") && error.contains("senangpay"),
            "{error}"
        );
    }
}
