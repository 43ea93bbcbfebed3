//! What the log says to have been processed, where effects cannot be read.

use super::{
    outcome::{Grade, Outcome},
    view::{View, Which},
    words::{failed, inconclusive, nothing_to_judge},
};

/// Every delivery has a log line with a result that means processing, so none was taken for a duplicate.
pub fn each_logged_as_processed(view: View<'_>, processed: &[String]) -> Outcome {
    let deliveries = view.deliveries(Which::STIMULUS);
    if deliveries.is_empty() {
        return nothing_to_judge("the delivery");
    }
    for sent in deliveries {
        let Some((number, observed)) = view.log(&sent.delivery.intent.id) else {
            return nothing_to_judge("the log");
        };
        if let Some(why) = &observed.unreadable {
            return inconclusive(format!("the log could not be read: {why}; repair [log]"));
        }
        let mut results = observed.lines.iter().filter_map(|line| line.result.as_deref());
        let done = |result: &str| processed.iter().any(|word| word == result);
        if results.any(done) {
            continue;
        }
        let said: Vec<&str> = observed
            .lines
            .iter()
            .filter_map(|line| line.result.as_deref())
            .collect();
        if said.is_empty() {
            return inconclusive(format!(
                "the log has no line with a result for {}, and no channel shows the effect",
                sent.delivery.intent.id
            ));
        }
        let expected = format!("a log line with the result {}", processed.join(" or "));
        let outcome = failed("no-effect", sent, expected, format!("only {}", said.join(", ")));
        return with_record(outcome, number);
    }
    Outcome::Passed {
        grade: Some(Grade::B),
    }
}

fn with_record(outcome: Outcome, number: u64) -> Outcome {
    match outcome {
        Outcome::Failed(mut finding) => {
            finding.records.push(number);
            Outcome::Failed(finding)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::samples::{record, stimulus},
        transcript::{
            observation::{LogLine, LogObserved},
            record::Event,
        },
        wire::moment::Micros,
    };

    fn judged(results: &[&str]) -> Outcome {
        let mut records = stimulus(Some(200), 1);
        let lines = results.iter().map(|result| LogLine {
            result: Some((*result).to_owned()),
            ..LogLine::default()
        });
        let observed = LogObserved {
            id: "evt_1".to_owned(),
            lines: lines.collect(),
            unreadable: None,
            at: Micros(9),
            unix_millis: 9,
        };
        records.push(record(9, Event::LogObserved(observed)));
        each_logged_as_processed(View::new(&records), &["processed".to_owned()])
    }

    #[test]
    fn a_duplicate_is_not_processed_and_silence_tells_nothing() {
        assert!(matches!(
            judged(&["received", "processed"]),
            Outcome::Passed {
                grade: Some(Grade::B)
            }
        ));
        assert!(matches!(judged(&["duplicate"]), Outcome::Failed(finding) if finding.code == "no-effect"));
        assert!(matches!(judged(&[]), Outcome::Inconclusive { .. }));
    }
}
