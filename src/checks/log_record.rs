//! What single records of the log say, and whether text from outside can become one.

use super::{
    outcome::{Finding, Grade, Outcome},
    view::{View, Which},
    words::{failed, inconclusive, nothing_to_judge},
};
use crate::transcript::observation::LogLine;

fn passed() -> Outcome {
    Outcome::Passed {
        grade: Some(Grade::B),
    }
}

/// The delivery left a line whose result tells it apart from a processed event. Of an event that was
/// delivered more than once, one line may say that it was processed.
pub fn logged_apart(view: View<'_>, processed: &[String]) -> Outcome {
    let deliveries = view.deliveries(Which::STIMULUS);
    let Some(sent) = deliveries.last().copied() else {
        return nothing_to_judge("the delivery");
    };
    let id = &sent.delivery.intent.id;
    let Some((number, observed)) = view.log(id) else {
        return nothing_to_judge("the log");
    };
    if let Some(why) = &observed.unreadable {
        return inconclusive(format!("the log could not be read: {why}; repair [log]"));
    }
    let expected = "a log line with the event id and a result that is not the one of a processed event";
    let fail = |code, observed: String| match failed(code, sent, expected, observed) {
        Outcome::Failed(mut finding) => {
            finding.records.push(number);
            Outcome::Failed(finding)
        }
        other => other,
    };
    if observed.lines.is_empty() {
        return fail("not-logged", "no log line with that event id".to_owned());
    }
    let results: Vec<&str> = observed
        .lines
        .iter()
        .filter_map(|line| line.result.as_deref())
        .filter(|result| !result.trim().is_empty())
        .collect();
    if results.is_empty() {
        let observed = format!(
            "{} lines with that event id, none with a result",
            observed.lines.len()
        );
        return fail("incomplete-log-line", observed);
    }
    let is_processed = |result: &&str| processed.iter().any(|word| word.eq_ignore_ascii_case(result));
    let taken = results
        .iter()
        .copied()
        .filter(|result| is_processed(result))
        .count();
    let times = deliveries
        .iter()
        .filter(|other| other.delivery.intent.id == *id)
        .count();
    let may_be_taken = usize::from(times > 1);
    if taken > may_be_taken || taken == results.len() {
        let observed = format!("{times} deliveries, and the log says: {}", results.join(", "));
        return fail("results-alike", observed);
    }
    passed()
}

/// What text of an event wanted to be a record of its own stands inside another record or nowhere.
/// `id` is the event id that the forged record names.
pub fn no_forged_record(view: View<'_>, id: &str) -> Outcome {
    let deliveries = view.deliveries(Which::STIMULUS);
    let Some(sent) = deliveries.last().copied() else {
        return nothing_to_judge("the delivery");
    };
    let (Some((_, own)), Some((number, forged))) = (view.log(&sent.delivery.intent.id), view.log(id)) else {
        return nothing_to_judge("the log");
    };
    if let Some(why) = own.unreadable.as_ref().or(forged.unreadable.as_ref()) {
        return inconclusive(format!("the log could not be read: {why}; repair [log]"));
    }
    let stands_alone = |line: &&LogLine| line.event_id.as_deref() == Some(id);
    if let Some(line) = forged.lines.iter().find(stands_alone) {
        return Outcome::Failed(Finding {
            code: "forged-log-record".to_owned(),
            stimulus: super::words::stimulus(sent.delivery),
            expected: "line ends in text from outside are escaped, or kept inside a structured record"
                .to_owned(),
            observed: format!("the log has a record of an event that never was: {}", line.text),
            records: vec![sent.number, number],
            timing: false,
        });
    }
    if own.lines.is_empty() {
        return inconclusive(
            "the log does not mention the delivery that carried the forged record, so it says nothing about it",
        );
    }
    passed()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        checks::samples::{code, record, stimulus},
        transcript::{
            observation::LogObserved,
            record::{Event, Record},
        },
        wire::moment::Micros,
    };

    fn log(number: u64, id: &str, lines: &[(&str, Option<&str>)]) -> Arc<Record> {
        let lines = lines.iter().map(|(id, result)| LogLine {
            text: format!("a line about {id}"),
            event_id: Some((*id).to_owned()),
            result: result.map(str::to_owned),
            ..LogLine::default()
        });
        let observed = LogObserved {
            id: id.to_owned(),
            lines: lines.collect(),
            unreadable: None,
            at: Micros(number),
            unix_millis: 0,
        };
        record(number, Event::LogObserved(observed))
    }

    #[test]
    fn a_result_of_its_own_is_due() {
        type Lines = &'static [(&'static str, Option<&'static str>)];
        let table: [(usize, Lines, &str); 7] = [
            (1, &[("evt_1", Some("refused"))], "passed"),
            (1, &[], "not-logged"),
            (1, &[("evt_1", None)], "incomplete-log-line"),
            (1, &[("evt_1", Some("Processed"))], "results-alike"),
            (
                1,
                &[("evt_1", Some("processed")), ("evt_1", Some("refused"))],
                "results-alike",
            ),
            (
                2,
                &[("evt_1", Some("processed")), ("evt_1", Some("duplicate"))],
                "passed",
            ),
            (
                2,
                &[("evt_1", Some("processed")), ("evt_1", Some("processed"))],
                "results-alike",
            ),
        ];
        for (times, lines, expected) in table {
            let mut records = Vec::new();
            for _ in 0..times {
                records.extend(stimulus(Some(200), 1));
            }
            records.push(log(5, "evt_1", lines));
            let outcome = logged_apart(View::new(&records), &["processed".to_owned()]);
            assert_eq!(code(outcome), expected, "{times} {lines:?}");
        }
    }

    #[test]
    fn a_forged_record_must_not_stand_alone() {
        let judged = |own: &[(&str, Option<&str>)], forged: &[(&str, Option<&str>)]| {
            let mut records = stimulus(Some(200), 1);
            records.push(log(1, "evt_1", own));
            records.push(log(2, "evt_9", forged));
            code(no_forged_record(View::new(&records), "evt_9"))
        };
        let own = ("evt_1", Some("processed"));
        assert_eq!(judged(&[own], &[]), "passed");
        assert_eq!(judged(&[own], &[own]), "passed");
        assert_eq!(
            judged(&[own], &[("evt_9", Some("processed"))]),
            "forged-log-record"
        );
        assert_eq!(judged(&[], &[]), "inconclusive");
    }
}
