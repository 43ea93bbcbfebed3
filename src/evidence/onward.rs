//! One count of records and attempts over several transcripts.

use std::collections::HashMap;

use serde_json::Value;

use crate::{
    contract::id::ExampleId,
    transcript::record::{Event, Record},
};

/// Counts on from one transcript to the next.
#[derive(Debug, Default)]
pub struct Onward {
    records: u64,
    attempts: HashMap<ExampleId, u8>,
    here: Here,
}

/// How far the transcript that is being read has come, counted on.
#[derive(Debug, Default)]
struct Here {
    records: u64,
    attempts: HashMap<ExampleId, u8>,
}

impl Onward {
    /// A record of this transcript with its numbers counted on.
    pub fn counted(&mut self, mut record: Record) -> Record {
        record.number = record.number.saturating_add(self.records);
        self.here.records = self.here.records.max(record.number.saturating_add(1));
        if let Some(scope) = &mut record.scope {
            let before = self.attempts.get(&scope.example).copied().unwrap_or_default();
            scope.attempt = scope.attempt.saturating_add(before);
            let here = self.here.attempts.entry(scope.example.clone()).or_default();
            *here = scope.attempt.max(*here);
        }
        if let Event::Checked { outcome, .. } = &mut record.event
            && let Some(numbers) = outcome.get_mut("records").and_then(Value::as_array_mut)
        {
            for number in numbers {
                if let Some(named) = number.as_u64() {
                    *number = Value::from(named.saturating_add(self.records));
                }
            }
        }
        record
    }

    /// The transcript is over.
    pub fn next(&mut self) {
        let here = std::mem::take(&mut self.here);
        self.records = self.records.max(here.records);
        for (example, attempt) in here.attempts {
            let known = self.attempts.entry(example).or_default();
            *known = attempt.max(*known);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{transcript::record::Scope, wire::moment::Micros};

    fn record(number: u64, example: &str, attempt: u8) -> Record {
        Record {
            number,
            at: Micros(number),
            scope: Some(Scope {
                example: example.parse().unwrap(),
                attempt,
            }),
            event: Event::Checked {
                check: json!({}),
                outcome: json!({"outcome": "failed", "records": [number]}),
            },
        }
    }

    #[test]
    fn nothing_of_a_later_transcript_has_a_number_of_an_earlier_one() {
        let mut onward = Onward::default();
        let mut seen = Vec::new();
        for transcript in [
            [record(0, "LOG-05/a", 1), record(1, "LOG-05/a", 2)],
            [record(0, "LOG-05/a", 1), record(1, "WH-SIG-01/a", 1)],
            [record(0, "LOG-05/a", 1), record(1, "WH-SIG-02/a", 1)],
        ] {
            for record in transcript {
                let Record {
                    number, scope, event, ..
                } = onward.counted(record);
                let Event::Checked { outcome, .. } = event else {
                    panic!()
                };
                assert_eq!(outcome["records"], json!([number]));
                seen.push((number, scope.unwrap().attempt));
            }
            onward.next();
        }
        assert_eq!(seen, [(0, 1), (1, 2), (2, 3), (3, 1), (4, 4), (5, 1)]);
    }
}
