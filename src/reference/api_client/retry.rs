//! Whether and when a call is tried again. Pure: what happened goes in, the decision comes out.

use std::time::Duration;

use super::answer::{Answer, Tried};
use super::durations::Durations;
use super::retry_after;
use crate::reference::defect::{Defect, Defects};

/// Most tries of one call.
pub const MOST_ATTEMPTS: u32 = 4;
/// Most tries that end in a time-out: each costs a quarter of a minute.
const MOST_TIMEOUTS: u32 = 2;
/// Longest pause that is waited for; anything longer is reported to the caller instead.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The pause of a client that does not look at `Retry-After`.
const HASTE: Duration = Duration::from_millis(100);

/// The next move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Take the result as it is.
    Stop,
    /// Get a new token and try again at once.
    Renew,
    /// Try again after a pause that concerns this call only.
    Wait(Duration),
    /// Try again after a pause that everybody who uses this API keeps.
    Pause(Duration),
}

/// What has happened so far to a call.
#[derive(Clone, Copy, Debug, Default)]
pub struct History {
    /// Tries made, including the one being judged.
    pub attempts: u32,
    /// Tries that timed out, including this one.
    pub timeouts: u32,
    /// Whether the token was renewed for this call, or there is none to renew.
    pub renewed: bool,
}

/// Decides. `jitter` is a number in `0..500` (drawn anew each time), `now` is UNIX seconds.
pub fn decide(
    defects: Defects,
    durations: &Durations,
    history: History,
    tried: &Tried,
    jitter: u64,
    now: i64,
) -> Decision {
    if matches!(tried, Tried::Answered(answer) if (200..300).contains(&answer.status)) {
        return Decision::Stop;
    }
    if matches!(tried, Tried::Answered(answer) if answer.status == 401) && !history.renewed {
        return Decision::Renew;
    }
    if history.attempts >= MOST_ATTEMPTS || history.timeouts >= MOST_TIMEOUTS {
        return Decision::Stop;
    }
    let backoff = backoff(durations.first_backoff, history.attempts, jitter);
    match tried {
        Tried::TimedOut | Tried::Broken => Decision::Wait(backoff),
        Tried::TooLong => Decision::Stop,
        Tried::Answered(answer) if matches!(answer.status, 429 | 503) => {
            let hasty = defects.has(Defect::IgnoresRetryAfter) && answer.header("retry-after").is_some();
            if hasty {
                Decision::Wait(HASTE)
            } else {
                asked_to_wait(answer, backoff, jitter, now)
            }
        }
        Tried::Answered(answer) if answer.in_progress() => {
            Decision::Wait(backoff.max(Duration::from_secs(1)))
        }
        Tried::Answered(answer) => {
            let again = answer.status == 429
                || answer.status >= 500
                || defects.has(Defect::RetryEverything)
                || answer.status == 410 && defects.has(Defect::RetiredRetry);
            if again {
                Decision::Wait(backoff)
            } else {
                Decision::Stop
            }
        }
    }
}

/// 429 and 503: as long as the platform asks for, and a little more, so that not everybody comes back
/// in the same moment.
fn asked_to_wait(answer: &Answer, backoff: Duration, jitter: u64, now: i64) -> Decision {
    let asked = answer
        .header("retry-after")
        .and_then(|value| retry_after::parse(value, answer.header("date"), now));
    match asked {
        Some(asked) if asked > LONGEST_PAUSE => Decision::Stop,
        Some(asked) => {
            let least = Duration::from_millis(900);
            Decision::Pause(asked.max(least) + Duration::from_millis(100 + jitter / 4))
        }
        None if answer.status == 429 => Decision::Pause(backoff.max(Duration::from_secs(1))),
        None => Decision::Wait(backoff),
    }
}

/// 0.5 s, 1 s, 2 s … and up to as much again by chance.
fn backoff(first: Duration, attempts: u32, jitter: u64) -> Duration {
    let base = first * (1 << attempts.saturating_sub(1).min(6));
    base + base * u32::try_from(jitter.min(500)).unwrap_or(500) / 500
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    fn answered(status: u16, retry_after: Option<&str>) -> Tried {
        let mut headers = HeaderMap::new();
        if let Some(value) = retry_after {
            headers.insert("retry-after", value.parse().unwrap());
        }
        Tried::Answered(Answer {
            status,
            headers,
            body: Vec::new(),
        })
    }

    fn first(defects: &[Defect], tried: &Tried) -> Decision {
        let history = History {
            attempts: 1,
            timeouts: 0,
            renewed: true,
        };
        decide(
            defects.iter().copied().collect(),
            &Durations::default(),
            history,
            tried,
            0,
            0,
        )
    }

    #[test]
    fn client_errors_are_final_even_unknown_ones() {
        for status in [302, 400, 401, 403, 404, 405, 410, 415, 418, 422, 451, 499] {
            assert_eq!(first(&[], &answered(status, None)), Decision::Stop, "{status}");
            assert!(matches!(
                first(&[Defect::RetryEverything], &answered(status, None)),
                Decision::Wait(_)
            ));
        }
    }

    #[test]
    fn a_refused_token_is_renewed_once() {
        let fresh = History {
            attempts: 1,
            timeouts: 0,
            renewed: false,
        };
        assert_eq!(
            decide(
                Defects::default(),
                &Durations::default(),
                fresh,
                &answered(401, None),
                0,
                0
            ),
            Decision::Renew
        );
        assert_eq!(first(&[], &answered(401, None)), Decision::Stop);
    }

    #[test]
    fn pauses_are_kept_or_declined_never_cut_short() {
        for (status, seconds) in [(429, 2), (429, 5), (503, 3)] {
            let Decision::Pause(pause) = first(&[], &answered(status, Some(&seconds.to_string()))) else {
                panic!()
            };
            assert!(pause >= Duration::from_secs(seconds));
        }
        for long in ["3600", "99999999999"] {
            assert_eq!(first(&[], &answered(429, Some(long))), Decision::Stop);
        }
        for nonsense in [None, Some("0"), Some("-5"), Some("abc"), Some("1.5")] {
            let Decision::Pause(pause) = first(&[], &answered(429, nonsense)) else {
                panic!()
            };
            assert!(pause >= Duration::from_secs(1), "{nonsense:?}");
        }
        let hasty = first(&[Defect::IgnoresRetryAfter], &answered(429, Some("5")));
        assert_eq!(hasty, Decision::Wait(Duration::from_millis(100)));
    }

    #[test]
    fn tries_end_and_grow_apart() {
        let wait = |attempts| {
            decide(
                Defects::default(),
                &Durations::default(),
                History {
                    attempts,
                    timeouts: 0,
                    renewed: true,
                },
                &Tried::Broken,
                0,
                0,
            )
        };
        assert_eq!(wait(1), Decision::Wait(Duration::from_millis(500)));
        assert_eq!(wait(3), Decision::Wait(Duration::from_secs(2)));
        assert_eq!(wait(MOST_ATTEMPTS), Decision::Stop);
        let twice = History {
            attempts: 2,
            timeouts: 2,
            renewed: true,
        };
        assert_eq!(
            decide(
                Defects::default(),
                &Durations::default(),
                twice,
                &Tried::TimedOut,
                0,
                0
            ),
            Decision::Stop
        );
    }
}
