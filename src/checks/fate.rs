//! What became of events in the platform's books after their attempts.

use super::{
    acknowledgement::is_success,
    outcome::Outcome,
    view::{Sent, View, Which},
    words::{answer, failed, nothing_to_judge},
};
use crate::transcript::exchange::Fate;

/// What the platform did about an event that the partner never took (001:6.3), in one sentence.
pub fn marked_failed(fate: &Fate) -> String {
    let attempts = match fate.attempts {
        1 => "1 attempt".to_owned(),
        attempts => format!("{attempts} attempts"),
    };
    format!(
        "after {attempts} the platform marked the event {} as failed",
        fate.id
    )
}

/// Every event of the stimulus was taken in one of its attempts, of which there are so many at most. A
/// refusal that a later attempt heals is no fault.
pub fn taken_within(view: View<'_>, attempts: u32) -> Outcome {
    let sent = view.deliveries(Which::STIMULUS);
    if sent.is_empty() {
        return nothing_to_judge("the delivery");
    }
    let fates = view.fates();
    for last in last_attempts(&sent) {
        let id = &last.delivery.intent.id;
        let Some((number, fate)) = fates.iter().find(|(_, fate)| fate.id == *id) else {
            return nothing_to_judge("what became of the event");
        };
        if fate.kept && fate.attempts <= attempts {
            continue;
        }
        let code = match last.delivery.status() {
            None => "no-answer",
            Some(status) if status >= 500 => "server-error",
            Some(_) => "not-acknowledged",
        };
        let end = if fate.kept {
            format!("taken only in attempt {}", fate.attempts)
        } else {
            marked_failed(fate)
        };
        let expected = format!("a 2xx answer within {attempts} attempts");
        let observed = format!("{} to the last attempt; {end}", answer(last.delivery));
        let mut outcome = failed(code, last, expected, observed);
        if let Outcome::Failed(finding) = &mut outcome {
            finding.records.push(*number);
        }
        return outcome;
    }
    Outcome::Passed { grade: None }
}

/// Whether the first delivery of the stimulus was taken at its first attempt.
pub fn taken_at_once(view: View<'_>) -> bool {
    let sent = view.deliveries(Which::STIMULUS);
    sent.first()
        .is_some_and(|first| is_success(first.delivery.status()))
}

/// The last attempt of each event, in the order in which the events were first sent.
fn last_attempts<'a>(sent: &[Sent<'a>]) -> Vec<Sent<'a>> {
    let mut last: Vec<Sent<'a>> = Vec::new();
    for attempt in sent {
        let id = &attempt.delivery.intent.id;
        match last.iter_mut().find(|known| known.delivery.intent.id == *id) {
            Some(known) => *known = *attempt,
            None => last.push(*attempt),
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        checks::samples::{record, stimulus},
        transcript::record::{Event, Record},
    };

    fn fate(number: u64, attempts: u32, kept: bool) -> Arc<Record> {
        record(
            number,
            Event::Settled(Fate {
                id: "evt_1".to_owned(),
                attempts,
                kept,
            }),
        )
    }

    fn judged(statuses: &[Option<u16>], fates: Vec<Arc<Record>>) -> Outcome {
        let mut records: Vec<_> = statuses.iter().flat_map(|status| stimulus(*status, 1)).collect();
        records.extend(fates);
        taken_within(View::new(&records), 5)
    }

    #[test]
    fn a_refusal_that_heals_is_no_fault() {
        let outcome = judged(&[Some(503), Some(404), Some(200)], vec![fate(9, 3, true)]);
        assert_eq!(outcome, Outcome::Passed { grade: None });
    }

    #[test]
    fn the_finding_says_that_the_event_was_marked_failed() {
        for (last, code) in [
            (Some(503), "server-error"),
            (Some(409), "not-acknowledged"),
            (None, "no-answer"),
        ] {
            let Outcome::Failed(finding) = judged(&[Some(503), last], vec![fate(9, 5, false)]) else {
                panic!("{last:?} is no failure");
            };
            assert_eq!(finding.code, code);
            assert!(
                finding
                    .observed
                    .ends_with("after 5 attempts the platform marked the event evt_1 as failed"),
                "{}",
                finding.observed
            );
            assert!(finding.records.contains(&9));
        }
    }

    #[test]
    fn one_attempt_too_many_is_too_late() {
        let Outcome::Failed(finding) = judged(&[Some(200)], vec![fate(9, 6, true)]) else {
            panic!("the sixth attempt counts");
        };
        assert!(
            finding.observed.contains("only in attempt 6"),
            "{}",
            finding.observed
        );
    }

    #[test]
    fn without_a_fate_there_is_nothing_to_judge() {
        assert!(matches!(
            judged(&[Some(200)], Vec::new()),
            Outcome::Inconclusive { .. }
        ));
        assert!(matches!(judged(&[], Vec::new()), Outcome::Inconclusive { .. }));
    }
}
