//! What the values about retries and rate limits must be like, so that the cases about them mean something.

use std::time::Duration;

use super::values::Profile;

const LONGEST: Duration = Duration::from_secs(600);

impl Profile {
    /// What is wrong with them.
    pub(super) fn attempt_problems(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut hold = |holds: bool, problem: String| {
            if !holds {
                found.push(problem);
            }
        };
        let waits = [
            ("late_attempt_window", self.late_attempt_window()),
            ("hot_loop_window", self.hot_loop_window()),
            ("pause_grace", self.pause_grace()),
            ("limiter_spread", self.limiter_spread()),
            ("limiter_completion", self.limiter_completion()),
            ("storm_spread", self.storm_spread()),
        ];
        for (name, wait) in waits {
            hold(wait <= LONGEST, format!("{name} must not exceed 10min"));
        }
        hold(
            !self.attempt_rate_window().is_zero(),
            "attempt_rate_window must be longer than nothing".to_owned(),
        );
        hold(
            self.storm_tail() * 2 <= self.storm_spread(),
            "storm_tail must fit into storm_spread twice".to_owned(),
        );
        let counts = [
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
                format!("{name} must be {} to {}", range.start(), range.end()),
            );
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use crate::contract::profile::values::Profile;

    #[test]
    fn values_that_would_make_a_case_meaningless_are_refused() {
        let text = include_str!("../../../features/profiles/senang-io.toml");
        let broken = [
            (
                "[parameter.storm_tail]\nvalue = \"20s\"",
                "[parameter.storm_tail]\nvalue = \"40s\"",
            ),
            (
                "[parameter.pausing_operations]\nvalue = 8",
                "[parameter.pausing_operations]\nvalue = 1",
            ),
        ];
        for (right, wrong) in broken {
            assert!(text.contains(right), "{right}");
            let error = Profile::from_toml(&text.replacen(right, wrong, 1), "mine.toml").unwrap_err();
            assert!(error.to_string().contains("must"), "{error}");
        }
    }
}
