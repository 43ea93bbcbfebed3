//! How long a run will take, said before it begins.

use std::time::Duration;

use crate::{contract::profile::Profile, plan::filter::Mode, plan::select::Plan};

/// Runs that take no longer are not worth a word.
const SHORT: Duration = Duration::from_secs(60);

/// The sentence for a plan; none when the run is over soon. A long run always says it.
pub fn estimate(plan: &Plan, profile: &Profile) -> Option<String> {
    let longest = plan.estimate(profile);
    (longest > SHORT || plan.mode() == Mode::Long)
        .then(|| format!("this run takes at least {}, most of it waiting", about(longest)))
}

/// A length of time in its largest sensible unit.
fn about(length: Duration) -> String {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    let seconds = length.as_secs();
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / MINUTE),
        _ => format!("{} h", seconds / HOUR),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_told_in_their_largest_sensible_unit() {
        for (seconds, text) in [
            (12, "12 s"),
            (366, "6 min"),
            (7_199, "119 min"),
            (80 * 3_600 + 6, "80 h"),
        ] {
            assert_eq!(about(Duration::from_secs(seconds)), text);
        }
    }
}
