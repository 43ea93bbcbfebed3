//! One claim through its whole life.

use super::{
    effect::{Target, failed, grade},
    outcome::Outcome,
    state::{no_state, readings, whole},
    view::{View, Which},
    words::nothing_to_judge,
};
use crate::transcript::observation::{Channel, Read};

/// After each delivery there is one claim, in the state which that delivery told. `states` has one state
/// for each delivery, in order.
///
/// A log shows a further line for each delivery instead, and no state.
pub fn one_claim_throughout(view: View<'_>, target: &Target, states: &[String]) -> Outcome {
    let found = match readings(view, target) {
        Ok(found) => found,
        Err(outcome) => return *outcome,
    };
    let by_log = found.observed.channel == Some(Channel::Log);
    let baseline = found.before.map_or(0, |before| before.count);
    let deliveries = view.deliveries(Which::STIMULUS);
    if deliveries.len() != states.len() {
        return nothing_to_judge("one delivery for each state");
    }
    for (place, (sent, state)) in deliveries.iter().zip(states).enumerate() {
        let until = deliveries.get(place + 1).map_or(u64::MAX, |next| next.number);
        let Some((number, observed)) =
            view.observed_between(target.kind, &target.reference, sent.number, until)
        else {
            return nothing_to_judge(&format!("the claim after {state}"));
        };
        let Read::Got(reading) = &observed.read else {
            return nothing_to_judge(&format!("the claim after {state}"));
        };
        let claims = reading.count.saturating_sub(baseline);
        let told = u64::try_from(place).unwrap_or(u64::MAX).saturating_add(1);
        let code = match &reading.state {
            _ if claims == 0 => Some("no-effect"),
            _ if by_log && claims <= told => None,
            _ if claims > 1 => Some("duplicate-effect"),
            Some(shown) if shown == state => None,
            Some(_) => Some("wrong-state"),
            None if by_log => None,
            None => return no_state(target),
        };
        if let Some(code) = code {
            let expected = format!("one claim {} in state {state}", target.reference);
            return failed(view, number, code, expected, whole(reading));
        }
    }
    Outcome::Passed {
        grade: Some(grade(found.observed.channel)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        checks::samples::{reading, stimulus},
        transcript::{
            observation::{EffectKind, Moment},
            record::Record,
        },
    };

    fn told(number: u64) -> Arc<Record> {
        let mut record = (*stimulus(Some(200), 1)[0]).clone();
        record.number = number;
        Arc::new(record)
    }

    fn judged(readings: &[(u64, &str)]) -> String {
        let target = Target {
            kind: EffectKind::Order,
            reference: "ORD-1".to_owned(),
        };
        let mut records = vec![reading(0, Moment::Before, 0, "absent")];
        for (count, state) in readings {
            let number = u64::try_from(records.len()).unwrap();
            records.push(told(number));
            records.push(reading(number + 1, Moment::After, *count, state));
        }
        let states = ["submitted".to_owned(), "approved".to_owned()];
        match one_claim_throughout(View::new(&records), &target, &states) {
            Outcome::Failed(finding) => finding.code,
            Outcome::Passed { grade } => format!("{grade:?}"),
            Outcome::Inconclusive { .. } => "inconclusive".to_owned(),
            Outcome::NotApplicable { .. } => "not applicable".to_owned(),
        }
    }

    #[test]
    fn every_stage_is_judged_by_its_own_reading() {
        assert_eq!(judged(&[(1, "submitted"), (1, "approved")]), "Some(A)");
        assert_eq!(judged(&[(1, "submitted"), (2, "approved")]), "duplicate-effect");
        assert_eq!(judged(&[(1, "approved"), (1, "approved")]), "wrong-state");
        assert_eq!(judged(&[(1, "submitted"), (1, "submitted")]), "wrong-state");
        assert_eq!(judged(&[(0, "absent"), (1, "approved")]), "no-effect");
    }

    #[test]
    fn a_stage_that_was_not_sent_leaves_it_open() {
        assert_eq!(judged(&[(1, "submitted")]), "inconclusive");
        assert_eq!(judged(&[]), "inconclusive");
    }
}
