//! Takes samples out of a transcript.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    document::{FORMAT, Run, Sample, Span, Support},
    private,
};
use crate::{
    config::host::rfc3339,
    evidence::{manifest::ChainHead, text::XmlText},
    transcript::{
        exchange::{Delivery, Ending, Role, SeenRequest},
        record::{Event, Record, RunStarted},
    },
    verdict::{
        lattice::Verdict,
        result::{Assessment, Row},
    },
    wire::{body::Body, header::Headers, moment::Micros},
};

/// Most samples; support wants to see the problem, not the run.
pub const MOST_SAMPLES: usize = 12;
/// Most samples of one example, so that others are shown as well.
const MOST_OF_AN_EXAMPLE: usize = 3;
/// Most characters of a request or an answer.
const LONGEST_MESSAGE: usize = 4_000;
/// Larger bodies are left out, because a part of one cannot be masked by its names.
const LARGEST_BODY: usize = 32 * 1024;
/// Most characters of a description, title or finding.
const LONGEST_TEXT: usize = 4_000;
/// As many characters of a key's reference are shown.
const SHOWN_OF_KEY: usize = 4;

/// Which exchanges are wanted. Without cases and events: those of the examples that failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Cases or examples.
    pub cases: Vec<String>,
    /// Ids of events or transactions.
    pub events: Vec<String>,
}

impl Wanted {
    fn example(&self, row: &Row) -> bool {
        let named = self
            .cases
            .iter()
            .any(|name| name == row.entry.case().as_str() || name == row.entry.example.as_str());
        let nothing_said = self.cases.is_empty() && self.events.is_empty();
        let failed = row
            .result
            .as_ref()
            .is_some_and(|result| result.verdict == Verdict::Fail);
        named || (nothing_said && failed)
    }
}

/// Collects samples, record by record.
#[derive(Debug)]
pub struct Gatherer<'a> {
    started: &'a RunStarted,
    wanted: &'a Wanted,
    rows: BTreeMap<&'a str, &'a Row>,
    // By example: what its findings point at comes first, then what it is about.
    samples: BTreeMap<String, Vec<(bool, Sample)>>,
    found: BTreeSet<String>,
}

impl<'a> Gatherer<'a> {
    /// For a run and its judgement.
    pub fn new(started: &'a RunStarted, assessment: &'a Assessment, wanted: &'a Wanted) -> Self {
        let rows = assessment.rows.iter();
        Self {
            started,
            wanted,
            rows: rows.map(|row| (row.entry.example.as_str(), row)).collect(),
            samples: BTreeMap::new(),
            found: BTreeSet::new(),
        }
    }

    /// Looks at one record.
    pub fn see(&mut self, record: &Record) {
        let Some(scope) = &record.scope else { return };
        let Some(row) = self.rows.get(scope.example.as_str()).copied() else {
            return;
        };
        let event = match &record.event {
            Event::Delivered(delivery) => Some(delivery.intent.id.as_str()),
            Event::Seen(_) => None,
            _ => return,
        };
        let asked = event.is_some_and(|id| self.wanted.events.iter().any(|wanted| wanted == id));
        if !asked && !self.wanted.example(row) {
            return;
        }
        let findings = row.result.iter().flat_map(|result| &result.findings);
        let pointed_at = findings
            .clone()
            .any(|finding| finding.records.contains(&record.number));
        let about = match &record.event {
            Event::Delivered(delivery) => delivery.intent.role == Role::Stimulus,
            _ => true,
        };
        if !(asked || pointed_at || about) {
            return;
        }
        if let Some(id) = event {
            self.found.insert(id.to_owned());
        }
        let sample = match &record.event {
            Event::Delivered(delivery) => self.delivery(row, record.number, delivery),
            Event::Seen(request) => self.seen(row, record.number, request),
            _ => return,
        };
        let of_example = self.samples.entry(scope.example.as_str().to_owned()).or_default();
        of_example.push((asked || pointed_at, sample));
    }

    /// Events that were asked for and are not in the run.
    pub fn not_found(&self) -> Vec<&str> {
        let wanted = self.wanted.events.iter().map(String::as_str);
        wanted.filter(|id| !self.found.contains(*id)).collect()
    }

    /// The document, with what was seen.
    pub fn finish(self, assessment: &Assessment, head: &ChainHead, description: &str) -> Support {
        let mut samples = Vec::new();
        let mut left_out = 0;
        for (_, mut of_example) in self.samples {
            of_example.sort_by_key(|(pointed_at, sample)| (!pointed_at, sample.record));
            left_out += of_example.len().saturating_sub(MOST_OF_AN_EXAMPLE);
            of_example.truncate(MOST_OF_AN_EXAMPLE);
            samples.extend(of_example.into_iter().map(|(_, sample)| sample));
        }
        left_out += samples.len().saturating_sub(MOST_SAMPLES);
        samples.truncate(MOST_SAMPLES);
        let mut event_ids: Vec<String> = Vec::new();
        for id in samples.iter().filter_map(|sample| sample.event_id.as_ref()) {
            if !event_ids.contains(id) {
                event_ids.push(id.clone());
            }
        }
        let moments = samples.iter().map(|sample| sample.at.clone());
        let timestamps = match (moments.clone().min(), moments.max()) {
            (Some(first), Some(last)) => Some(Span { first, last }),
            _ => None,
        };
        let partner = |name: &str| {
            let value = self.started.configuration.get("partner")?.get(name)?.as_str()?;
            Some(text(value, LONGEST_TEXT))
        };
        let implementation = partner("implementation").map(|name| {
            let version = partner("version").unwrap_or_default();
            format!("{name} {version}").trim_end().to_owned()
        });
        Support {
            format: FORMAT,
            partner_id: partner("id"),
            api_key_reference: partner("api_key_reference").map(|reference| last_of(&reference)),
            description: text(&private::shapes(description), LONGEST_TEXT),
            event_ids,
            timestamps,
            run: Run {
                id: text(&self.started.run_id, LONGEST_TEXT),
                started_at: text(&self.started.started_at, LONGEST_TEXT),
                outcome: crate::evidence::results::sentence(self.started, assessment),
                tool_version: text(&self.started.version, LONGEST_TEXT),
                implementation,
                suite_digest: text(&self.started.suite_digest, LONGEST_TEXT),
                transcript_head: head.head.clone(),
            },
            samples,
            left_out,
        }
    }

    fn delivery(&self, row: &Row, record: u64, delivery: &Delivery) -> Sample {
        let sent = &delivery.sent;
        let line = format!("{} {}", sent.method, private::target(&sent.url));
        let response = match &delivery.ending {
            Ending::Answered(answer) => {
                message(&format!("{}", answer.status), Some(&answer.headers), &answer.body)
            }
            Ending::Unanswered { why, detail } => {
                text(&format!("no answer: {why:?} ({detail})"), LONGEST_TEXT)
            }
        };
        Sample {
            direction: "to-partner".to_owned(),
            event_id: Some(text(&delivery.intent.id, LONGEST_TEXT)),
            subject: text(&delivery.intent.subject, LONGEST_TEXT),
            request: message(&line, Some(&sent.headers), &sent.body),
            response,
            ..self.sample(row, record, delivery.started)
        }
    }

    fn seen(&self, row: &Row, record: u64, seen: &SeenRequest) -> Sample {
        let line = format!("{} {}", seen.method, private::target(&seen.target));
        let response = match (seen.status, &seen.answer) {
            (Some(status), Some(body)) => message(&status.to_string(), None, body),
            (Some(status), None) => status.to_string(),
            (None, _) => "no answer: the platform was made to fail here".to_owned(),
        };
        let call = serde_json::to_value(seen.call).unwrap_or_default();
        Sample {
            direction: "to-platform".to_owned(),
            subject: call.as_str().unwrap_or("call").to_owned(),
            request: message(&line, Some(&seen.headers), &seen.body),
            response,
            ..self.sample(row, record, seen.started)
        }
    }

    fn sample(&self, row: &Row, record: u64, at: Micros) -> Sample {
        let findings = row.result.iter().flat_map(|result| &result.findings);
        let told = |expected: &str, observed: &str| {
            text(
                &private::shapes(&format!("expected {expected}; observed {observed}")),
                LONGEST_TEXT,
            )
        };
        Sample {
            example: row.entry.example.as_str().to_owned(),
            title: text(&row.entry.title, LONGEST_TEXT),
            verdict: row
                .result
                .as_ref()
                .map_or("not judged", |result| result.verdict.name())
                .to_owned(),
            findings: findings
                .take(MOST_OF_AN_EXAMPLE)
                .map(|finding| told(&finding.expected, &finding.observed))
                .collect(),
            record,
            at: wall(&self.started.started_at, at),
            direction: String::new(),
            event_id: None,
            subject: String::new(),
            request: String::new(),
            response: String::new(),
        }
    }
}

/// Wall time of a moment of the run.
fn wall(started_at: &str, at: Micros) -> String {
    let started: Option<jiff::Timestamp> = started_at.parse().ok();
    started.map_or_else(String::new, |started| {
        let since = i64::try_from(at.0 / 1000).unwrap_or(i64::MAX);
        rfc3339(started.as_millisecond().saturating_add(since))
    })
}

fn last_of(reference: &str) -> String {
    let characters: Vec<char> = reference.chars().filter(|c| c.is_alphanumeric()).collect();
    let shown = characters.len().saturating_sub(SHOWN_OF_KEY);
    format!(
        "…{}",
        characters
            .get(shown..)
            .unwrap_or_default()
            .iter()
            .collect::<String>()
    )
}

fn message(line: &str, headers: Option<&Headers>, body: &Body) -> String {
    let mut lines = vec![line.to_owned()];
    for (name, value) in headers.into_iter().flat_map(Headers::iter) {
        lines.push(format!("{name}: {}", private::header(name, value)));
    }
    let bytes = body.bytes();
    lines.push(String::new());
    match std::str::from_utf8(&bytes) {
        _ if bytes.len() > LARGEST_BODY => lines.push(format!("({} bytes, left out)", bytes.len())),
        Ok(content) => lines.push(private::body(content)),
        Err(_) => lines.push(format!("({} bytes that are no text)", bytes.len())),
    }
    text(lines.join("\n").trim_end(), LONGEST_MESSAGE)
}

/// Cleaned and cut, saying so.
fn text(raw: &str, longest: usize) -> String {
    let clean = XmlText::element(raw).as_str().to_owned();
    let length = clean.chars().count();
    if length <= longest {
        return clean;
    }
    let kept: String = clean.chars().take(longest).collect();
    format!("{kept}\n… ({} more characters)", length - longest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::{sample, support::told},
        transcript::{
            exchange::{Answer, Form, Intent, SentMessage},
            record::Scope,
        },
        wire::tampering::Writing,
    };

    fn record(number: u64, example: &str, id: &str, body: &str) -> Record {
        let delivery = Delivery {
            intent: Intent {
                role: Role::Stimulus,
                index: 0,
                form: Form::Right(Writing::Plain),
                subject: "payment.success".to_owned(),
                id: id.to_owned(),
                reference: "ORD-1".to_owned(),
            },
            sent: SentMessage {
                method: "POST".to_owned(),
                url: "http://127.0.0.1:9/webhook?token=abc".to_owned(),
                headers: Headers::new().with("Authorization", "Bearer abc"),
                body: Body::from_bytes(br#"{"event_id":"evt_1","customer_name":"Aminah"}"#),
            },
            started: Micros(1_500_000),
            written: Micros(1_500_000),
            head: Micros(1_600_000),
            ended: Micros(1_600_000),
            ending: Ending::Answered(Answer {
                status: 200,
                headers: Headers::new(),
                body: Body::from_bytes(body.as_bytes()),
                truncated: false,
            }),
        };
        Record {
            number,
            at: Micros(1_600_000),
            scope: Some(Scope {
                example: example.parse().unwrap(),
                attempt: 1,
            }),
            event: Event::Delivered(Box::new(delivery)),
        }
    }

    fn gathered(wanted: &Wanted, records: &[Record]) -> Support {
        let (mut started, assessment) = sample::run();
        started.configuration["partner"]["api_key_reference"] = serde_json::json!("ak_live_…3f9a");
        let mut gatherer = Gatherer::new(&started, &assessment, wanted);
        for record in records {
            gatherer.see(record);
        }
        let head = sample::head("x");
        gatherer.finish(&assessment, &head, "it fails")
    }

    #[test]
    fn what_failed_is_sampled_with_everything_that_support_asks_for() {
        let records = [
            record(40, "WH-SIG-01/a", "evt_0", "ok"),
            record(41, "WH-SIG-02/b", "evt_1", "ok"),
        ];
        let support = gathered(&Wanted::default(), &records);
        assert_eq!(support.partner_id.as_deref(), Some("acme"));
        assert_eq!(support.api_key_reference.as_deref(), Some("…3f9a"));
        assert_eq!(support.event_ids, ["evt_1"]);
        let span = support.timestamps.as_ref().unwrap();
        assert_eq!(span.first, "2026-11-20T10:15:01.750Z");
        let [one] = support.samples.as_slice() else {
            panic!("{support:?}")
        };
        assert_eq!(
            (one.example.as_str(), one.record, one.verdict.as_str()),
            ("WH-SIG-02/b", 41, "fail")
        );
        assert!(
            one.request
                .starts_with("POST http://127.0.0.1:9/webhook?token=‹masked›\n"),
            "{}",
            one.request
        );
        for gone in ["abc", "Aminah"] {
            assert!(!one.request.contains(gone), "{}", one.request);
        }
        let wanted = Wanted {
            events: vec!["evt_0".to_owned()],
            ..Wanted::default()
        };
        assert_eq!(gathered(&wanted, &records).samples[0].example, "WH-SIG-01/a");
        let wanted = Wanted {
            cases: vec!["WH-SIG-01".to_owned()],
            ..Wanted::default()
        };
        assert_eq!(gathered(&wanted, &records).event_ids, ["evt_0"]);
    }

    #[test]
    fn hostile_and_huge_answers_stay_in_their_block_and_within_bounds() {
        let hostile = format!(
            "{}\n```\n# Approved\n````\n{}",
            sample::HOSTILE,
            "x".repeat(10_000)
        );
        let examples = ["WH-SIG-02/a", "WH-SIG-02/b", "WH-SIG-02/c"];
        let records: Vec<Record> = (0..40)
            .zip(examples.into_iter().cycle())
            .map(|(number, example)| record(number, example, &format!("evt_{number}"), &hostile))
            .collect();
        let support = gathered(&Wanted::default(), &records);
        assert_eq!((support.samples.len(), support.left_out), (9, 31));
        let text = told(&support);
        assert!(text.len() < 200_000, "{}", text.len());
        assert!(
            !text.contains(['\u{1b}', '\u{202e}', '\u{0}']),
            "control characters"
        );
        // A fence of five holds what tries to end one of three or four.
        let mut open = false;
        for line in text.lines() {
            if line.starts_with("`````") {
                open = !open;
            }
            assert!(open || line != "# Approved", "{text}");
        }
        let json = serde_json::to_vec(&support).unwrap();
        assert!(json.len() < 200_000, "{}", json.len());
    }
}
