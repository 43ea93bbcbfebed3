//! The platform's delivery schedule: growing pauses, a limited number of them (001:6.2), and which of its
//! forms a run keeps.

use std::{ops::RangeInclusive, time::Duration};

use serde_json::{Value, json};

use super::{period::Period, values::Profile};
use crate::contract::word::words;

words! {
    /// A delivery schedule of the platform's.
    Schedule, "delivery schedule" {
        /// About a minute.
        Quick = "quick",
        /// Days, as in production.
        Long = "long",
        /// Seconds, with a compressed clock.
        Compressed = "compressed",
    }
}

/// How many pauses a delivery schedule has: enough for the cases that are healed by a retry, and an end.
const HOW_MANY: RangeInclusive<usize> = 4..=20;

fn durations(schedule: &[Period]) -> Vec<Duration> {
    schedule.iter().map(|pause| pause.duration()).collect()
}

impl Profile {
    /// The profile with the delivery schedule of production, for runs that may take days. The
    /// compressed clock outweighs it.
    #[must_use]
    pub fn with_the_waits_of_days(mut self) -> Self {
        self.waits_days = true;
        self
    }

    /// Which delivery schedule is in force: the one choice between them.
    pub fn schedule(&self) -> Schedule {
        match (self.is_compressed(), self.waits_days) {
            (true, _) => Schedule::Compressed,
            (false, true) => Schedule::Long,
            (false, false) => Schedule::Quick,
        }
    }

    /// The pauses of the delivery schedule in force.
    pub fn retry_pauses(&self) -> Vec<Duration> {
        durations(match self.schedule() {
            Schedule::Long => self.retry_schedule_long(),
            Schedule::Quick | Schedule::Compressed => self.retry_schedule(),
        })
    }

    /// The schedule in force with its name, for the evidence.
    pub(super) fn schedule_in_force(&self) -> Value {
        let pauses = self.retry_pauses();
        json!({
            "name": self.schedule(),
            "total": Period::from(pauses.iter().sum::<Duration>()),
            "pauses": pauses.into_iter().map(Period::from).collect::<Vec<_>>(),
        })
    }

    /// Pauses of a delivery schedule that are none.
    pub(super) fn schedule_problems(&self) -> Vec<String> {
        let hour = Duration::from_secs(3_600);
        let schedules = [
            ("retry_schedule", self.retry_schedule(), Duration::ZERO..=hour / 6),
            (
                "retry_schedule_long",
                self.retry_schedule_long(),
                hour * 24..=hour * 240,
            ),
        ];
        let mut found = Vec::new();
        for (name, schedule, total) in schedules {
            let pauses = durations(schedule);
            if !HOW_MANY.contains(&pauses.len()) {
                found.push(format!(
                    "{name} must have {} to {} pauses",
                    HOW_MANY.start(),
                    HOW_MANY.end()
                ));
            }
            if pauses.first().is_some_and(Duration::is_zero) || !pauses.is_sorted_by(|one, next| one < next) {
                found.push(format!("the pauses of {name} must grow, from more than nothing"));
            }
            let sum: Duration = pauses.iter().sum();
            if !total.contains(&sum) {
                found.push(format!(
                    "the pauses of {name} must add up to {} to {}, and are {}",
                    Period::from(*total.start()),
                    Period::from(*total.end()),
                    Period::from(sum)
                ));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::contract::embedded;

    fn profile() -> Profile {
        Profile::embedded("senang-io").unwrap()
    }

    #[test]
    fn mode_and_clock_choose_the_schedule() {
        let (usual, long) = (profile(), profile().with_the_waits_of_days());
        assert_eq!(usual.schedule(), Schedule::Quick);
        assert_eq!(long.schedule(), Schedule::Long);
        for profile in [usual.clone().compressed(), long.clone().compressed()] {
            assert_eq!(profile.schedule(), Schedule::Compressed);
            assert_eq!(profile.retry_pauses()[0], Duration::from_millis(100));
        }
        assert_eq!(usual.retry_pauses()[0], Duration::from_secs(1));
        assert_eq!(usual.values()["retry_schedule_in_force"]["name"], "quick");
        assert_eq!(long.values()["retry_schedule_in_force"]["name"], "long");
        assert_eq!(long.values()["retry_schedule_in_force"]["pauses"][0], "5s");
    }

    #[test]
    fn every_embedded_schedule_grows_and_ends() {
        for name in Profile::names() {
            let usual = Profile::embedded(name).unwrap();
            let forms: [fn(Profile) -> Profile; 3] = [
                |profile| profile,
                Profile::compressed,
                Profile::with_the_waits_of_days,
            ];
            for form in forms {
                let pauses = form(usual.clone()).retry_pauses();
                assert!(pauses.windows(2).all(|pair| pair[0] < pair[1]), "{pauses:?}");
                assert!(pauses.len() < 20, "{pauses:?}");
            }
        }
    }

    #[test]
    fn the_schedule_of_production_takes_about_three_days() {
        let total: Duration = profile().with_the_waits_of_days().retry_pauses().iter().sum();
        let hours = total.as_secs() / 3600;
        assert!((75..=80).contains(&hours), "{hours} h");
        assert!(total <= profile().retry_horizon());
    }

    /// The embedded profile with another quick schedule.
    fn with_pauses(millis: &[u64]) -> Result<Profile, String> {
        let file = embedded::files_in("profiles", "toml")
            .into_iter()
            .find(|file| file.path.ends_with("senang-io.toml"))
            .unwrap();
        let pauses: Vec<String> = millis.iter().map(|millis| format!("\"{millis}ms\"")).collect();
        let usual = r#"value = ["1s", "2s", "4s", "8s", "16s", "30s"]"#;
        let text = file.text().unwrap();
        assert!(text.contains(usual));
        let text = text.replace(usual, &format!("value = [{}]", pauses.join(", ")));
        Profile::from_toml(&text, "mine.toml").map_err(|error| error.to_string())
    }

    #[test]
    fn a_schedule_that_does_not_grow_or_end_is_refused() {
        for (millis, complaint) in [
            (vec![100, 200, 400], "must have 4 to 20 pauses"),
            ((1..=21).collect(), "must have 4 to 20 pauses"),
            (vec![100, 200, 200, 300], "must grow"),
            (vec![400, 300, 200, 100], "must grow"),
            (vec![0, 1, 2, 3], "must grow"),
            (vec![1, 2, 3, 600_001], "must add up to"),
        ] {
            let error = with_pauses(&millis).unwrap_err();
            assert!(
                error.contains("retry_schedule") && error.contains(complaint),
                "{error}"
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn whatever_schedule_is_read_grows_and_ends(millis in proptest::collection::vec(0_u64..400_000, 0..24)) {
            if let Ok(profile) = with_pauses(&millis) {
                let pauses = profile.retry_pauses();
                prop_assert!(pauses.windows(2).all(|pair| pair[0] < pair[1]));
                prop_assert!(!pauses.is_empty() && pauses.len() <= 20);
                prop_assert!(pauses.iter().sum::<Duration>() <= Duration::from_secs(600));
            }
        }

        #[test]
        fn a_growing_schedule_is_read_as_it_stands(steps in proptest::collection::vec(1_u64..2_500, 4..=20)) {
            let millis: Vec<u64> = steps.iter().scan(0, |sum, step| { *sum += step; Some(*sum) }).collect();
            let read = with_pauses(&millis).map(|profile| profile.retry_pauses());
            let expected: Vec<Duration> = millis.iter().copied().map(Duration::from_millis).collect();
            prop_assert_eq!(read, Ok(expected));
        }
    }
}
