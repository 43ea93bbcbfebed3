//! The forged deliveries of a run, gathered from its records.

use std::collections::HashMap;

use super::{
    collected::{Across, Refusal},
    disclosure::{self, ErrorAnswers, Told},
    outcome::Outcome,
    published::SentRequests,
    traffic::Traffic,
};
use crate::{
    contract::id::AreaId,
    transcript::record::{Event, Record, Scope},
};

/// Codes that say that a forgery was not refused but taken.
const TAKEN: [&str; 4] = [
    "effect-followed",
    "accepted",
    "created",
    "processed-before-verified",
];

/// What the checks over whole areas need. Feed it every record, those of one
/// attempt in order; it keeps little.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    forged: Vec<(Scope, Refusal)>,
    taken: HashMap<Scope, u64>,
    errors: Vec<u64>,
    told: Vec<Told>,
    requests: SentRequests,
    traffic: Traffic,
}

impl Gathered {
    /// Takes note of one record.
    pub fn feed(&mut self, record: &Record) {
        if let Event::Seen(request) = &record.event {
            self.traffic.feed(record, request);
        }
        let Some(scope) = &record.scope else { return };
        if let Event::Delivered(delivery) = &record.event
            && disclosure::concerns(delivery)
        {
            self.errors.push(record.number);
            self.told
                .extend(disclosure::told(record.number, &scope.example, delivery));
        }
        match &record.event {
            Event::Delivered(delivery) if delivery.intent.form.is_forged() => {
                let refusal = Refusal {
                    number: record.number,
                    example: scope.example.clone(),
                    delivery: delivery.as_ref().clone(),
                };
                self.forged.push((scope.clone(), refusal));
            }
            Event::Checked { outcome, .. } => {
                if let Ok(Outcome::Failed(finding)) = serde_json::from_value(outcome.clone())
                    && TAKEN.contains(&finding.code.as_str())
                {
                    self.taken.entry(scope.clone()).or_insert(record.number);
                }
            }
            Event::Seen(request) => self.requests.feed(record.number, scope, request),
            _ => {}
        }
    }
}

impl Across for Gathered {
    fn refusals(&self, area: &AreaId, until: u64) -> Result<Vec<Refusal>, String> {
        let mut refusals: Vec<Refusal> = self
            .forged
            .iter()
            .filter(|(scope, refusal)| {
                refusal.number < until
                    && refusal.example.case().area() == *area
                    && self.taken.get(scope).is_none_or(|number| *number >= until)
            })
            .map(|(_, refusal)| refusal.clone())
            .collect();
        // Whoever gathers may go attempt by attempt; what is said about them must not depend on it.
        refusals.sort_by_key(|refusal| refusal.number);
        Ok(refusals)
    }

    fn error_answers(&self, until: u64) -> Result<ErrorAnswers, String> {
        let before = |told: &&Told| told.number < until;
        let mut told: Vec<Told> = self.told.iter().filter(before).cloned().collect();
        told.sort_by_key(|told| told.number);
        Ok(ErrorAnswers {
            count: self.errors.iter().filter(|number| **number < until).count(),
            told,
        })
    }

    fn requests(&self, until: u64) -> Result<SentRequests, String> {
        Ok(self.requests.until(until))
    }

    fn traffic(&self, until: u64) -> Result<Traffic, String> {
        Ok(self.traffic.before(until))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::{outcome::Finding, samples};

    fn scoped(example: &str, record: &Record) -> Record {
        let scope = Scope {
            example: example.parse().unwrap(),
            attempt: 1,
        };
        Record {
            scope: Some(scope),
            ..record.clone()
        }
    }

    #[test]
    fn an_accepted_forgery_is_no_refusal() {
        let mut gathered = Gathered::default();
        gathered.feed(&scoped("WH-SIG-02/b", &samples::forged(1, Some(200))));
        gathered.feed(&scoped("WH-SIG-02/a", &samples::forged(0, Some(401))));
        let finding = Finding {
            code: "effect-followed".to_owned(),
            stimulus: String::new(),
            expected: String::new(),
            observed: String::new(),
            records: vec![1],
            timing: false,
        };
        let outcome = serde_json::to_value(Outcome::Failed(finding)).unwrap();
        let checked = Event::Checked {
            check: serde_json::Value::Null,
            outcome,
        };
        gathered.feed(&scoped("WH-SIG-02/b", &samples::record(2, checked)));
        let area = "WH-SIG".parse().unwrap();
        let numbers = |until| -> Vec<u64> {
            gathered
                .refusals(&area, until)
                .unwrap()
                .iter()
                .map(|refusal| refusal.number)
                .collect()
        };
        assert_eq!(numbers(9), [0]);
        assert_eq!(numbers(2), [0, 1]);
        assert_eq!(gathered.refusals(&"RC-JSON".parse().unwrap(), 9), Ok(Vec::new()));
    }
}
