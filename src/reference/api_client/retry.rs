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
/// Most tries of a client that lives on refusals, with [`Defect::NoThrottle`].
const MOST_REFUSALS: u32 = 20;
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
    if is_over(defects, history, tried) {
        return Decision::Stop;
    }
    let backoff = if defects.has(Defect::Fixed100ms) {
        HASTE
    } else {
        let jitter = if defects.has(Defect::Lockstep) { 0 } else { jitter };
        backoff(durations.first_backoff, history.attempts, jitter)
    };
    match tried {
        Tried::TimedOut | Tried::Broken => Decision::Wait(backoff),
        Tried::TooLong => Decision::Stop,
        Tried::Answered(answer) if matches!(answer.status, 429 | 503) => {
            if is_hasty(defects, answer) {
                Decision::Wait(HASTE)
            } else {
                asked_to_wait(defects, answer, backoff, jitter, now)
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

/// Whether it has been tried often enough.
fn is_over(defects: Defects, history: History, tried: &Tried) -> bool {
    if defects.has(Defect::NoRetry) {
        return true;
    }
    if defects.has(Defect::InfiniteRetry) {
        return false;
    }
    let refused = matches!(tried, Tried::Answered(answer) if answer.status == 429);
    let most = if defects.has(Defect::NoThrottle) && refused {
        MOST_REFUSALS
    } else {
        MOST_ATTEMPTS
    };
    history.attempts >= most || history.timeouts >= MOST_TIMEOUTS
}

/// Whether a mistake makes the client come back without the pause it was asked for.
fn is_hasty(defects: Defects, answer: &Answer) -> bool {
    let asked = answer.header("retry-after");
    let is_date = asked.is_some_and(|asked| asked.contains(':'));
    let is_nothing = asked
        .and_then(|asked| asked.trim().parse::<f64>().ok())
        .is_none_or(|seconds| seconds <= 0.0 || seconds * 1000.0 > f64::from(i32::MAX));
    defects.has(Defect::IgnoresRetryAfter) && asked.is_some()
        || defects.has(Defect::DateUnparsed) && is_date
        || defects.has(Defect::NanDelay) && answer.status == 429 && is_nothing
}

/// 429 and 503: as long as the platform asks for, and a little more, so that not everybody comes back
/// in the same moment.
fn asked_to_wait(defects: Defects, answer: &Answer, backoff: Duration, jitter: u64, now: i64) -> Decision {
    let asked = answer
        .header("retry-after")
        .and_then(|value| retry_after::parse(value, answer.header("date"), now));
    match asked {
        Some(asked) if asked > LONGEST_PAUSE && !defects.has(Defect::SleepsAnHour) => Decision::Stop,
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
    fn each_mistake_about_pauses_shows_where_it_belongs() {
        let at_once = Decision::Wait(HASTE);
        let date = answered(429, Some("Fri, 20 Nov 2026 10:00:05 GMT"));
        assert_eq!(first(&[Defect::DateUnparsed], &date), at_once);
        for nonsense in [None, Some("0"), Some("-5"), Some("abc"), Some("99999999999")] {
            assert_eq!(
                first(&[Defect::NanDelay], &answered(429, nonsense)),
                at_once,
                "{nonsense:?}"
            );
        }
        let pause = |defect, value| first(&[defect], &answered(429, Some(value)));
        for defect in [Defect::DateUnparsed, Defect::NanDelay] {
            assert!(matches!(pause(defect, "5"), Decision::Pause(pause) if pause >= Duration::from_secs(5)));
        }
        assert!(matches!(pause(Defect::SleepsAnHour, "3600"), Decision::Pause(_)));
        assert_eq!(first(&[Defect::NoRetry], &answered(503, None)), Decision::Stop);
        assert_eq!(first(&[Defect::Fixed100ms], &answered(503, None)), at_once);
        let late = History {
            attempts: 400,
            timeouts: 9,
            renewed: true,
        };
        let endless = [Defect::InfiniteRetry].into_iter().collect();
        let decision = decide(endless, &Durations::default(), late, &answered(503, None), 0, 0);
        assert!(matches!(decision, Decision::Wait(_)));
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
