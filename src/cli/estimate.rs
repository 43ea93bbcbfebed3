//! How long a run will take, said before it begins.

use std::time::Duration;

use crate::{
    contract::{channel::Trigger, profile::Profile, rulebook::Rulebook},
    plan::{entry::Entry, select::Plan},
};

/// Longer runs spend most of their time waiting.
const LONG: Duration = Duration::from_secs(60);

/// The sentence for a plan.
pub fn estimate(plan: &Plan, profile: &Profile) -> String {
    let longest = plan.estimate(profile);
    let waiting = if longest > LONG {
        ", most of it waiting"
    } else {
        ""
    };
    format!("this run takes at least {}{waiting}", about(longest))
}

/// The sentence for a partner that knows one address of the simulated API only; none for any other.
pub fn one_address(plan: &Plan, rulebook: &Rulebook, fixed: bool) -> Option<String> {
    let asks = |entry: &&Entry| {
        rulebook.case(&entry.case()).is_some_and(|rule| {
            let triggers = &rule.channels.triggers;
            triggers.contains(&Trigger::Sandbox) || triggers.contains(&Trigger::RawSandbox)
        })
    };
    let count = plan.selected().filter(asks).count();
    (fixed && count > 0).then(|| {
        format!(
            "the simulated API has one fixed address, so the {count} examples that use it run one after the other; \
             where the partner can be handed {{api_base_url}}, base = \"per-case\" lets them run together"
        )
    })
}

/// A length of time in its largest sensible unit.
fn about(length: Duration) -> String {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    let seconds = length.as_secs();
    match seconds {
        0 => "a second".to_owned(),
        1..=119 => format!("{seconds} s"),
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
            (0, "a second"),
            (12, "12 s"),
            (366, "6 min"),
            (7_199, "119 min"),
            (80 * 3_600 + 6, "80 h"),
        ] {
            assert_eq!(about(Duration::from_secs(seconds)), text);
        }
    }
}
