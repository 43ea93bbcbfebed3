//! Deliveries that share a connection.

use super::{
    acknowledgement::is_success,
    outcome::Outcome,
    view::{View, Which},
    words::{answer, failed, nothing_to_judge},
};
use crate::transcript::exchange::Role;

/// Every good delivery is answered 2xx within a time, whatever came before it on its connection.
pub fn undisturbed(view: View<'_>, within_millis: u64) -> Outcome {
    let good = view.deliveries(Which::STIMULUS);
    let Some(first_good) = good.first() else {
        return nothing_to_judge("the delivery");
    };
    let probes = view.deliveries(Which {
        role: Role::Probe,
        index: None,
    });
    let first = probes
        .first()
        .map_or(first_good.number, |probe| probe.number.min(first_good.number));
    for sent in good {
        let delivery = sent.delivery;
        if is_success(delivery.status()) && delivery.latency_millis() <= within_millis {
            continue;
        }
        let expected = format!("a 2xx answer within {within_millis} ms");
        return if sent.number > first {
            let expected = format!("{expected}, undisturbed by what came before on the connection");
            failed("connection-disturbed", sent, expected, answer(delivery))
        } else {
            failed("not-acknowledged", sent, expected, answer(delivery))
        };
    }
    Outcome::Passed { grade: None }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        checks::samples::{delivery, record},
        transcript::{
            exchange::Form,
            record::{Event, Record},
        },
        wire::tampering::{Tampering, Writing},
    };

    fn sent(number: u64, role: Role, status: Option<u16>) -> Arc<Record> {
        let form = if role == Role::Probe {
            Form::Tampered(Tampering::RandomKey)
        } else {
            Form::Right(Writing::Plain)
        };
        record(
            number,
            Event::Delivered(Box::new(delivery(role, 0, form, status, 1))),
        )
    }

    fn code(records: &[Arc<Record>]) -> String {
        match undisturbed(View::new(records), 5000) {
            Outcome::Failed(finding) => finding.code,
            Outcome::Passed { .. } => "passed".to_owned(),
            Outcome::Inconclusive { .. } => "inconclusive".to_owned(),
            Outcome::NotApplicable { .. } => "not-applicable".to_owned(),
        }
    }

    #[test]
    fn only_what_came_before_can_disturb() {
        use Role::{Probe, Stimulus};
        assert_eq!(
            code(&[sent(1, Probe, Some(401)), sent(2, Stimulus, Some(200))]),
            "passed"
        );
        assert_eq!(
            code(&[sent(1, Probe, Some(401)), sent(2, Stimulus, Some(400))]),
            "connection-disturbed"
        );
        assert_eq!(
            code(&[sent(1, Stimulus, Some(200)), sent(2, Stimulus, None)]),
            "connection-disturbed"
        );
        assert_eq!(code(&[sent(1, Stimulus, Some(503))]), "not-acknowledged");
        assert_eq!(code(&[sent(1, Probe, Some(401))]), "inconclusive");
    }
}
