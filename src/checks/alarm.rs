//! Whether repeated failures raised an alarm.

use super::{
    outcome::{Finding, Grade, Outcome},
    view::{View, Which},
    words::{inconclusive, nothing_to_judge},
};
use crate::transcript::observation::{Channel, Moment};

/// There are more alarms after the failures than before them.
pub fn alarm_raised(view: View<'_>, failures: &str, within_seconds: u64) -> Outcome {
    let (Some((_, before)), Some((number, after))) =
        (view.alerted(Moment::Before), view.alerted(Moment::After))
    else {
        return nothing_to_judge("the look at the alarms");
    };
    let unreadable = before.unreadable.as_ref().or(after.unreadable.as_ref());
    let (Some(was), Some(is)) = (before.count, after.count) else {
        let why = unreadable.map_or("no count was read", String::as_str);
        return inconclusive(format!("the alarms could not be read: {why}; repair [alerts]"));
    };
    if is > was {
        let grade = if after.channel == Channel::Log {
            Grade::B
        } else {
            Grade::A
        };
        return Outcome::Passed { grade: Some(grade) };
    }
    if was > 0 && after.channel != Channel::Log {
        return inconclusive(format!(
            "{was} alarms were there before the failures and {is} afterwards, so nothing can be told; clear them \
             before the run, or let [alerts] count every alarm that was ever raised"
        ));
    }
    let mut records = vec![number];
    records.extend(view.deliveries(Which::STIMULUS).iter().map(|sent| sent.number));
    Outcome::Failed(Finding {
        code: "no-alarm".to_owned(),
        stimulus: failures.to_owned(),
        expected: format!("an alarm or a line of raised severity within {within_seconds} s"),
        observed: format!("{is} alarms, as many as before"),
        records,
        timing: false,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        checks::samples::record,
        transcript::{
            observation::Alerted,
            record::{Event, Record},
        },
        wire::moment::Micros,
    };

    fn look(number: u64, moment: Moment, channel: Channel, count: Option<u64>) -> Arc<Record> {
        let unreadable = count.is_none().then(|| "status 500".to_owned());
        let alerted = Alerted {
            moment,
            channel,
            count,
            lines: Vec::new(),
            unreadable,
            at: Micros(number),
        };
        record(number, Event::Alerted(alerted))
    }

    #[test]
    fn only_a_new_alarm_counts() {
        let table = [
            (Channel::Log, Some(3), Some(4), "Some(B)"),
            (Channel::Http, Some(0), Some(1), "Some(A)"),
            (Channel::Log, Some(3), Some(3), "no-alarm"),
            (Channel::Http, Some(0), Some(0), "no-alarm"),
            (Channel::Http, Some(2), Some(2), "inconclusive"),
            (Channel::Command, Some(0), None, "inconclusive"),
        ];
        for (channel, before, after, expected) in table {
            let records = [
                look(0, Moment::Before, channel, before),
                look(1, Moment::After, channel, after),
            ];
            let word = match alarm_raised(View::new(&records), "ten forged deliveries", 300) {
                Outcome::Passed { grade } => format!("{grade:?}"),
                Outcome::Failed(finding) => finding.code,
                Outcome::Inconclusive { .. } => "inconclusive".to_owned(),
                Outcome::NotApplicable { .. } => "not-applicable".to_owned(),
            };
            assert_eq!(word, expected, "{channel:?} {before:?} {after:?}");
        }
    }
}
