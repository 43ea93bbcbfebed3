//! Sandboxes that refuse, fail, or keep the outcome of a write to themselves.

use cucumber::given;

use super::{expect::millis, stop::Stop, world::Example};
use crate::{
    actors::sandbox::{api::Steering, limiter::RateLimit},
    wire::{
        fault::{ApiCall, ErrorStatus, Fault, Script, ScriptLine, Times},
        header::Headers,
    },
};

/// Calls that a feature speaks of as one.
fn calls(word: &str) -> Result<Vec<Option<ApiCall>>, Stop> {
    Ok(match word {
        "request" => vec![None],
        "read" => ApiCall::READS.into_iter().map(Some).collect(),
        "quotation request" => vec![Some(ApiCall::Quotation)],
        "policy request" => vec![Some(ApiCall::Policy)],
        "payment request" => vec![Some(ApiCall::Payment)],
        other => {
            return Err(Stop::Harness(format!(
                "the feature speaks of {other:?}, which is no call"
            )));
        }
    })
}

fn refusal(status: u16) -> Result<ErrorStatus, Stop> {
    ErrorStatus::try_from(status).map_err(|error| Stop::Harness(error.to_string()))
}

fn refused(status: u16, retry_after: Option<&str>) -> Result<Fault, Stop> {
    let headers = retry_after.map_or_else(Headers::new, |value| Headers::new().with("retry-after", value));
    Ok(Fault::Refuse {
        status: refusal(status)?,
        headers,
        body: None,
    })
}

impl Example {
    /// Opens a sandbox in which something happens to some calls.
    fn open_disturbed(&mut self, word: &str, times: Times, fault: &Fault) -> Result<(), Stop> {
        let line = |call| ScriptLine {
            call,
            times,
            fault: fault.clone(),
        };
        let lines = calls(word)?.into_iter().map(line).collect();
        self.open(lines)
    }

    /// What takes the answer to a write away although its work was done.
    fn losing(&self, how: &str) -> Result<Fault, Stop> {
        Ok(match how {
            "the connection is reset" => Fault::ResetAfterWork,
            "the answer comes after the client has gone" => Fault::Hold {
                millis: millis(self.context.profile.client_give_up()),
            },
            "504 is answered" => Fault::RefuseAfterWork {
                status: refusal(504)?,
            },
            other => return Err(Stop::Harness(format!("no answer is lost like this: {other:?}"))),
        })
    }

    /// From now on, the answer to the first request of a kind is lost.
    pub(super) fn lose_answer(&self, call: ApiCall, how: &str) -> Result<(), Stop> {
        let fault = self.losing(how)?;
        self.rescript(&[ScriptLine {
            call: Some(call),
            times: Times::First(1),
            fault,
        }]);
        Ok(())
    }
}

#[given(regex = r"^a sandbox that answers every (request|read|quotation request) with (429|503)$")]
#[expect(
    clippy::needless_pass_by_value,
    reason = "the engine hands captures over by value"
)]
fn failing_for_good(example: &mut Example, word: String, status: u16) -> Result<(), Stop> {
    example.open_disturbed(&word, Times::Always, &refused(status, None)?)
}

#[given(
    regex = r"^a sandbox that answers every (request|quotation request) with (429|503) and Retry-After (\S+)$"
)]
#[expect(
    clippy::needless_pass_by_value,
    reason = "the engine hands captures over by value"
)]
fn limited_for_good(example: &mut Example, word: String, status: u16, pause: String) -> Result<(), Stop> {
    example.open_disturbed(&word, Times::Always, &refused(status, Some(&pause))?)
}

#[given(
    regex = r"^a sandbox that takes its time, and answers the first request with 429 and Retry-After (\d+)$"
)]
fn limited_once(example: &mut Example, seconds: u64) -> Result<(), Stop> {
    example.limit_seconds = seconds;
    let line = |times, fault| ScriptLine {
        call: None,
        times,
        fault,
    };
    let fault = refused(429, Some(&seconds.to_string()))?;
    // Everybody else has an answer to wait for, and so something left to send when the pause begins.
    let slow = Fault::Hold {
        millis: millis(example.context.profile.pause_grace()),
    };
    example.open(vec![line(Times::First(1), fault), line(Times::Always, slow)])
}

#[given(
    regex = r"^a sandbox that answers the first quotation request with 429 and a date (\d+) seconds ahead$"
)]
fn limited_until(example: &mut Example, seconds: u32) -> Result<(), Stop> {
    example.limit_seconds = seconds.into();
    let fault = Fault::RefuseUntil {
        status: refusal(429)?,
        seconds,
    };
    example.open_disturbed("quotation request", Times::First(1), &fault)
}

#[given(regex = r"^a sandbox that answers the first two attempts at a (read|quotation request) with 503$")]
#[expect(
    clippy::needless_pass_by_value,
    reason = "the engine hands captures over by value"
)]
fn failing_twice(example: &mut Example, word: String) -> Result<(), Stop> {
    example.open_disturbed(&word, Times::First(2), &refused(503, None)?)
}

#[given(regex = r"^a sandbox that answers the first policy request with (503|429|a reset|silence)$")]
#[expect(
    clippy::needless_pass_by_value,
    reason = "the engine hands captures over by value"
)]
fn failing_write(example: &mut Example, how: String) -> Result<(), Stop> {
    let fault = match how.as_str() {
        "a reset" => Fault::Reset,
        "silence" => Fault::Silent,
        status => refused(status.parse().unwrap_or(503), None)?,
    };
    example.open_disturbed("policy request", Times::First(1), &fault)
}

#[given("a sandbox with a rate limit that it really keeps")]
fn keeping_a_limit(example: &mut Example) -> Result<(), Stop> {
    example.open(Vec::new())?;
    let profile = &example.context.profile;
    let limit = RateLimit {
        per_second: *profile.limiter_rate(),
        burst: *profile.limiter_burst(),
    };
    example.mount()?.steer(Steering {
        limit: Some(limit),
        ..Steering::default()
    });
    Ok(())
}

#[given("a sandbox whose answers to writes can be lost")]
fn losing_answers(example: &mut Example) -> Result<(), Stop> {
    example.open_counterpart(Script::default())
}
