//! Requests at the sandbox as a series in time: which belong together, how close they follow each other,
//! how long the pauses between them are.

use super::view::View;
use crate::{
    transcript::exchange::SeenRequest,
    wire::{
        fault::{ApiCall, Fault},
        header::Headers,
        moment::Micros,
    },
};

/// A request with the number of its record.
pub type Arrival<'a> = (u64, &'a SeenRequest);

/// Every request but those for tokens, in the order of arrival.
pub fn calls(view: View<'_>) -> Vec<Arrival<'_>> {
    let mut seen = view.seen();
    seen.retain(|(_, request)| request.call != ApiCall::Token);
    seen
}

/// The requests from the first one on to which the script did something.
pub fn since_disturbed(view: View<'_>) -> Vec<Arrival<'_>> {
    let mut calls = calls(view);
    let first = calls.iter().position(|(_, request)| request.fault.is_some());
    calls.drain(..first.unwrap_or(calls.len()));
    calls
}

/// All requests of the call to which the script did something first: the attempts at it.
pub fn attempts(view: View<'_>) -> Vec<Arrival<'_>> {
    let mut attempts = since_disturbed(view);
    if let Some(call) = attempts.first().map(|(_, request)| request.call) {
        attempts.retain(|(_, request)| request.call == call);
    }
    attempts
}

/// Whether the sandbox refused for want of room: by its script or by a limit that it really keeps.
pub fn is_limited(request: &SeenRequest) -> bool {
    request.status == Some(429)
}

/// Most requests that began within any stretch of so many milliseconds.
pub fn most_within(arrivals: &[Arrival<'_>], millis: u64) -> usize {
    let mut most = 0;
    let mut from = 0;
    for (to, (_, request)) in arrivals.iter().enumerate() {
        while arrivals
            .get(from)
            .is_some_and(|(_, first)| request.started.millis_since(first.started) >= millis)
        {
            from += 1;
        }
        most = most.max(to + 1 - from);
    }
    most
}

/// Requests that began at least `from` and less than `to` milliseconds after a moment.
pub fn between<'a>(arrivals: &[Arrival<'a>], origin: Micros, from: u64, to: u64) -> Vec<Arrival<'a>> {
    let inside = |request: &SeenRequest| {
        request.started >= origin && (from..to).contains(&request.started.millis_since(origin))
    };
    let found = arrivals.iter().filter(|(_, request)| inside(request));
    found.copied().collect()
}

/// Pauses in milliseconds, each from the end of one answer to the beginning of the next request.
pub fn gaps(arrivals: &[Arrival<'_>]) -> Vec<u64> {
    arrivals
        .windows(2)
        .filter_map(|pair| match pair {
            [(_, one), (_, next)] => Some(next.started.millis_since(one.answered)),
            _ => None,
        })
        .collect()
}

/// The middle value; of an even number the lower of the two.
pub fn median(mut values: Vec<u64>) -> Option<u64> {
    values.sort_unstable();
    values.get(values.len().checked_sub(1)? / 2).copied()
}

/// The pause that an answer of a script asked for: seconds, or what else stood in its `Retry-After`.
pub fn asked_pause(request: &SeenRequest) -> Option<String> {
    match request.fault.as_ref()? {
        Fault::Refuse { headers, .. } => {
            let asked = headers.get("retry-after")?;
            let seconds = asked.bytes().all(|byte| byte.is_ascii_digit());
            Some(if seconds {
                format!("{asked} s")
            } else {
                asked.to_owned()
            })
        }
        Fault::RefuseUntil { seconds, .. } => Some(format!("{seconds} s, by date")),
        _ => None,
    }
}

/// The idempotency keys of a request: of its header lines, else of a member of its body.
pub fn keys(request: &SeenRequest) -> Vec<String> {
    let in_headers =
        |headers: &Headers| -> Vec<String> { headers.all("idempotency-key").map(str::to_owned).collect() };
    let found = in_headers(&request.headers);
    if !found.is_empty() {
        return found;
    }
    let body: serde_json::Value = serde_json::from_slice(&request.body.bytes()).unwrap_or_default();
    let member = body.get(KEY_MEMBER).and_then(serde_json::Value::as_str);
    member.map(str::to_owned).into_iter().collect()
}

/// The member that carries the key where no header does.
pub const KEY_MEMBER: &str = "idempotency_key";

/// The record numbers.
pub fn numbers(arrivals: &[Arrival<'_>]) -> Vec<u64> {
    arrivals.iter().map(|(number, _)| *number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::samples::request;

    fn at(millis: &[u64]) -> Vec<SeenRequest> {
        let seen = millis.iter().map(|millis| request(*millis, 10, Some(503)));
        seen.collect()
    }

    fn arrivals(seen: &[SeenRequest]) -> Vec<Arrival<'_>> {
        (0..).zip(seen).collect()
    }

    #[test]
    fn the_busiest_stretch_is_found_wherever_it_begins() {
        let seen = at(&[0, 400, 900, 1_000, 1_399, 5_000]);
        let arrivals = arrivals(&seen);
        assert_eq!(most_within(&arrivals, 1_000), 4);
        assert_eq!(most_within(&arrivals, 1), 1);
        assert_eq!(most_within(&[], 1_000), 0);
        let inside = between(&arrivals, Micros(400_000), 500, 5_000);
        assert_eq!(inside.len(), 4);
    }

    #[test]
    fn gaps_run_from_answer_to_request() {
        let seen = at(&[0, 100, 400]);
        assert_eq!(gaps(&arrivals(&seen)), [90, 290]);
        assert_eq!(median(vec![9, 1, 5, 7]), Some(5));
        assert_eq!(median(Vec::new()), None);
    }

    #[test]
    fn a_key_stands_in_a_header_or_in_the_body() {
        let mut one = request(0, 1, Some(201));
        assert!(keys(&one).is_empty());
        one.body = crate::wire::body::Body::Text(r#"{"idempotency_key":"k"}"#.to_owned());
        assert_eq!(keys(&one), ["k"]);
        one.headers = Headers::new()
            .with("Idempotency-Key", "h")
            .with("idempotency-key", "i");
        assert_eq!(keys(&one), ["h", "i"]);
    }
}
