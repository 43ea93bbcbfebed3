//! Addresses that stood in a payload and that nobody may call.

use super::{
    outcome::{Finding, Outcome},
    view::{View, Which},
    words::{inconclusive, nothing_to_judge, stimulus},
};
use crate::transcript::visit::Visit;

/// Calls of one's own that must stand around the silence.
const SIGNS_OF_LIFE: usize = 2;

/// Nobody but the harness called a canary. The harness's own calls, one before the stimulus and one
/// after the wait, show that the canary would have noticed.
pub fn not_called(view: View<'_>) -> Outcome {
    let (canaries, visits) = view.canaries();
    let deliveries = view.deliveries(Which::STIMULUS);
    let (Some(canary), Some(sent)) = (canaries.first(), deliveries.first()) else {
        return nothing_to_judge("the canary, or a delivery that names it,");
    };
    if let Some((number, visit)) = visits.iter().find(|(_, visit)| !visit.own) {
        return Outcome::Failed(Finding {
            code: "fetched-url".to_owned(),
            stimulus: stimulus(sent.delivery),
            expected: format!(
                "nobody calls the addresses of a payload ({})",
                canary.urls.join(", ")
            ),
            observed: format!("a call: {}", describe(visit)),
            records: vec![sent.number, *number],
            timing: false,
        });
    }
    let own: Vec<u64> = visits.iter().map(|(number, _)| *number).collect();
    let around = own.first().is_some_and(|first| *first < sent.number)
        && own.last().is_some_and(|last| *last > sent.number);
    if own.len() < SIGNS_OF_LIFE || !around {
        return inconclusive(
            "the canary showed no sign of life before and after the delivery, so its silence proves nothing",
        );
    }
    Outcome::Passed { grade: None }
}

fn describe(visit: &Visit) -> String {
    let request = visit
        .request
        .as_deref()
        .and_then(|request| request.lines().next())
        .map_or_else(|| "no request was read".to_owned(), |line| format!("{line:?}"));
    let host = visit
        .host
        .as_ref()
        .map_or_else(String::new, |host| format!(" for {host}"));
    let way = if visit.secure {
        "a TLS handshake"
    } else {
        "plain HTTP"
    };
    format!("{way}{host}, {request}")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        checks::samples::{record, stimulus},
        transcript::{
            record::{Event, Record},
            visit::CanarySet,
        },
        wire::moment::Micros,
    };

    fn set() -> Arc<Record> {
        let urls = vec!["https://127.0.0.1:1/x".to_owned()];
        record(1, Event::CanarySet(CanarySet { urls, at: Micros(1) }))
    }

    fn visit(number: u64, own: bool) -> Arc<Record> {
        let visit = Visit {
            own,
            secure: false,
            host: None,
            request: Some("GET /x HTTP/1.1\r\n".to_owned()),
            at: Micros(number),
        };
        record(number, Event::Visited(visit))
    }

    fn sent(number: u64) -> Arc<Record> {
        record(number, stimulus(Some(200), 1)[0].event.clone())
    }

    #[test]
    fn silence_counts_only_between_two_calls_of_ones_own() {
        let judge = |records: &[Arc<Record>]| not_called(View::new(records));
        let all = [set(), visit(2, true), sent(3), visit(4, true)];
        assert_eq!(judge(&all), Outcome::Passed { grade: None });
        for too_little in [&all[..3], &[set(), sent(3), visit(4, true)], &all[1..]] {
            assert!(matches!(judge(too_little), Outcome::Inconclusive { .. }));
        }
    }

    #[test]
    fn a_call_is_told_with_what_it_asked_for() {
        let all = [set(), visit(2, true), sent(3), visit(4, false), visit(5, true)];
        let Outcome::Failed(finding) = not_called(View::new(&all)) else {
            panic!()
        };
        assert_eq!(
            (finding.code.as_str(), finding.records),
            ("fetched-url", vec![3, 4])
        );
        assert!(finding.observed.contains("GET /x"), "{}", finding.observed);
    }
}
