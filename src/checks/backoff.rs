//! Pauses between attempts: they grow, and they are not the same for everybody.

use super::{
    api::{finding, unreached},
    arrivals::{Arrival, attempts, gaps, median, most_within, numbers},
    outcome::{Finding, Grade, Outcome},
    view::View,
    words::inconclusive,
};

/// Fewest pauses from which growth can be told.
const FEWEST_GAPS: usize = 3;
/// Pauses that differ by less than one in so many count as equal.
const ALIKE: u64 = 20;

/// What pauses must be like. Times are milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Growth {
    /// Operations that were run one after the other.
    pub operations: u32,
    /// The last pauses in percent of the first ones.
    pub percent: u32,
    /// From this length on pauses need not grow.
    pub unhurried: u64,
    /// Attempts within the rate window.
    pub rate: u32,
    /// The rate window.
    pub rate_window: u64,
    /// Pauses that differ by less count as equal.
    pub tolerance: u64,
}

/// Over several runs of one operation the pauses grow, attempts never come in a rush, and chance has a part
/// in them.
pub fn pauses_grow(view: View<'_>, growth: Growth) -> Outcome {
    let operation = view.operation();
    let all = attempts(view);
    if all.is_empty() {
        return inconclusive(unreached(operation));
    }
    let runs = runs(view, &all);
    if runs.len() < growth.operations as usize {
        return inconclusive(format!(
            "only {} of {} operations ended in time, so their pauses cannot be compared",
            runs.len(),
            growth.operations
        ));
    }
    for run in &runs {
        let most = most_within(run, growth.rate_window);
        if most > growth.rate as usize {
            return timed(finding(
                "hot-loop",
                operation,
                format!(
                    "at most {} attempts within any {} ms",
                    growth.rate, growth.rate_window
                ),
                format!("{most} attempts"),
                numbers(run),
            ));
        }
    }
    let pauses: Vec<Vec<u64>> = runs.iter().map(|run| gaps(run)).collect();
    let fewest = pauses.iter().map(Vec::len).min().unwrap_or_default();
    if fewest < FEWEST_GAPS {
        return Outcome::NotApplicable {
            reason: format!(
                "an operation is tried {} times, and growth of pauses shows from {} attempts on",
                fewest + 1,
                FEWEST_GAPS + 1
            ),
        };
    }
    let ends = |end: fn(&Vec<u64>) -> Option<&u64>| median(pauses.iter().filter_map(end).copied().collect());
    let first = ends(|pauses| pauses.first()).unwrap_or_default();
    let last = ends(|pauses| pauses.last()).unwrap_or_default();
    let unhurried = pauses.iter().flatten().all(|pause| *pause >= growth.unhurried);
    let records = || numbers(&all);
    if !unhurried && last * 100 < first * u64::from(growth.percent) {
        return timed(finding(
            "pauses-not-growing",
            operation,
            format!(
                "last pauses of at least {} % of the first ones, or none below {} ms",
                growth.percent, growth.unhurried
            ),
            format!(
                "median of the first pauses {first} ms, of the last {last} ms; pauses {}",
                listed(&pauses)
            ),
            records(),
        ));
    }
    if alike(&pauses, growth.tolerance) {
        return timed(finding(
            "no-jitter",
            operation,
            "pauses with a random part, so that clients that failed together do not come back together",
            format!("the same pauses in every run: {}", listed(&pauses)),
            records(),
        ));
    }
    Outcome::Passed {
        grade: Some(Grade::B),
    }
}

/// The attempts of each operation that ended.
fn runs<'a>(view: View<'a>, attempts: &[Arrival<'a>]) -> Vec<Vec<Arrival<'a>>> {
    let operations = view.operations();
    let begins = |place: usize| operations.get(place).map(|(_, operation)| operation.started);
    (0..operations.len())
        .map(|place| {
            let own = attempts.iter().filter(|(_, request)| {
                begins(place).is_some_and(|begin| request.started >= begin)
                    && begins(place + 1).is_none_or(|next| request.started < next)
            });
            own.copied().collect()
        })
        .collect()
}

fn alike(pauses: &[Vec<u64>], tolerance: u64) -> bool {
    let length = pauses.iter().map(Vec::len).max().unwrap_or_default();
    // The first pause is the shortest, and connections and handshakes are a large part of it.
    (1..length).all(|place| {
        let at = || pauses.iter().map(|pauses| pauses.get(place).copied());
        // A run that was tried less often has another pattern.
        let Some(found) = at().collect::<Option<Vec<u64>>>() else {
            return false;
        };
        let (least, most) = (found.iter().min(), found.iter().max());
        match (least, most) {
            (Some(least), Some(most)) => most - least <= tolerance.max(most / ALIKE),
            _ => false,
        }
    })
}

fn listed(pauses: &[Vec<u64>]) -> String {
    let run = |pauses: &Vec<u64>| {
        let shown: Vec<String> = pauses.iter().take(8).map(u64::to_string).collect();
        format!("{} ms", shown.join(", "))
    };
    pauses.iter().map(run).collect::<Vec<_>>().join("; ")
}

/// Marks a finding as one about timing.
pub(super) fn timed(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Failed(finding) => Outcome::Failed(Finding {
            timing: true,
            ..finding
        }),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::samples::{code, disturbed, operated, seen};

    const GROWTH: Growth = Growth {
        operations: 3,
        percent: 150,
        unhurried: 5_000,
        rate: 3,
        rate_window: 1_000,
        tolerance: 50,
    };

    /// Three runs, a minute apart, with these pauses.
    fn judge(runs: [&[u64]; 3]) -> String {
        let mut records = Vec::new();
        for (run, pauses) in (0_u64..).zip(runs) {
            let mut at = run * 60_000 + 10;
            records.push(seen(run * 100, disturbed(at, 0, 503)));
            for (place, pause) in (1_u64..).zip(pauses) {
                at += pause;
                records.push(seen(run * 100 + place, disturbed(at, 0, 503)));
            }
            records.push(operated(
                run * 100 + 99,
                "buy",
                run * 60_000,
                at + 10,
                "failed",
                None,
            ));
        }
        code(pauses_grow(View::new(&records), GROWTH))
    }

    #[test]
    fn pauses_grow_and_differ() {
        assert_eq!(
            judge([&[500, 1_100, 2_500], &[700, 1_500, 2_100], &[900, 1_900, 3_900]]),
            "passed"
        );
        assert_eq!(judge([&[600; 3], &[700; 3], &[800; 3]]), "pauses-not-growing");
        assert_eq!(judge([&[5_100; 3], &[5_900; 3], &[6_500; 3]]), "passed");
        assert_eq!(judge([&[500, 1_000, 2_000]; 3]), "no-jitter");
        assert_eq!(
            judge([&[500, 1_000, 2_000], &[590, 1_049, 2_090], &[500; 3]]),
            "passed"
        );
        assert_eq!(
            judge([&[500, 1_000, 2_000], &[590, 1_049, 2_090], &[510, 1_010, 2_010]]),
            "no-jitter"
        );
        assert_eq!(judge([&[100; 4]; 3]), "hot-loop");
        assert_eq!(
            judge([&[500, 1_000], &[500, 1_000], &[500, 1_000]]),
            "not-applicable"
        );
        assert_eq!(code(pauses_grow(View::new(&[]), GROWTH)), "inconclusive");
        let two = [
            seen(0, disturbed(1, 0, 503)),
            operated(1, "buy", 0, 10, "failed", None),
        ];
        assert_eq!(code(pauses_grow(View::new(&two), GROWTH)), "inconclusive");
    }
}
