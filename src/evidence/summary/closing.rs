//! The outcome, the facts of the run, and where the evidence is.

use super::page::{Ink, Page};
use crate::{
    checks::outcome::Grade,
    config::sandbox::Limits,
    contract::id::{CaseId, ExampleId},
    evidence::{files, manifest, results, standing::Standing, tally::Tally},
    transcript::{
        provenance::Assurance,
        record::{FILTERED, RunStarted},
    },
    verdict::{
        lattice::RunOutcome,
        result::{Assessment, Row},
    },
    wire::{counted::counted, moment::Micros},
};

impl Page {
    pub(super) fn outcome(&mut self, started: &RunStarted, assessment: &Assessment) {
        let ink = match assessment.outcome {
            RunOutcome::Conformant => Ink::Green,
            RunOutcome::NonConformant => Ink::Red,
            RunOutcome::Undetermined => Ink::Yellow,
        };
        self.painted(ink, &capitalised(&results::sentence(started, assessment)));
        self.gap();
    }

    pub(super) fn facts(&mut self, started: &RunStarted, assessment: &Assessment) {
        self.field("run", &format!("{}, mode {}", started.run_id, started.mode));
        self.field("assurance", &assured(started));
        if let Some(challenge) = &started.challenge {
            let text = format!("nonce {}, document {}", challenge.nonce, challenge.sha256);
            self.field("challenge", &text);
        }
        if let Some(submission) = &started.submission {
            self.field("submission", &format!("attempt {}", submission.attempt));
        }
        self.field("examples", &tallied(&Tally::of(&assessment.rows), started));
        self.field("evidence", &graded(&assessment.rows));
        self.field("time", &timed(assessment));
        if let Some(limits) = limits(started) {
            self.field("limits", &limits);
        }
        if let Some(schedule) = schedule(&started.profile) {
            self.field("retries", &schedule);
        }
        let assumed = manifest::assumed(&started.profile);
        if !assumed.is_empty() {
            let text = format!(
                "{} of the profile nobody has confirmed yet; manifest.json names them",
                counted(assumed.len(), "value")
            );
            self.field("assumed", &text);
        }
    }

    /// How many of what, and where it stands.
    pub(super) fn totals(&mut self, started: &RunStarted, assessment: &Assessment, folder: &str) {
        self.field("examples", &tallied(&Tally::of(&assessment.rows), started));
        self.field("bundle", folder);
    }

    pub(super) fn places(&mut self, folder: &str, assessment: &Assessment) {
        self.field("bundle", folder);
        let records = format!(
            "for people: {}; for CI: {}; record 0 is the first line of {}",
            files::REPORT,
            files::JUNIT,
            files::TRANSCRIPT
        );
        self.field("", &records);
        self.field("check it", &format!("senang-conformance verify {folder}"));
        if let Some(case) = to_understand(assessment) {
            self.field("understand", &format!("senang-conformance explain {case}"));
        }
    }
}

/// The case to read about first: the first one of the heaviest cause, else the heaviest that is no attestation.
fn to_understand(assessment: &Assessment) -> Option<CaseId> {
    let blocks = |row: &&Row| Standing::of(row).blocks();
    let mut heaviest = assessment.causes.iter().flat_map(|cause| &cause.examples);
    let of_cause = heaviest.find(|example| {
        let row = assessment.rows.iter().find(|row| row.entry.example == **example);
        row.is_some_and(|row| blocks(&row))
    });
    let alone = assessment
        .rows
        .iter()
        .filter(blocks)
        .filter(|row| row.entry.area().as_str() != "ATT");
    let alone = alone.min_by_key(|row| Standing::of(row));
    let any = assessment.rows.iter().find(blocks);
    of_cause
        .map(ExampleId::case)
        .or_else(|| alone.or(any).map(|row| row.entry.case()))
}

fn capitalised(sentence: &str) -> String {
    let outcome: String = sentence
        .chars()
        .take_while(|character| *character != ' ')
        .collect();
    format!(
        "{}{}",
        outcome.to_uppercase(),
        sentence.get(outcome.len()..).unwrap_or_default()
    )
}

/// The assurance level with what it is worth.
fn assured(started: &RunStarted) -> String {
    let level = started.assurance;
    match level {
        Assurance::SelfRun => {
            format!("{level}: nobody but the partner was there, and earlier runs may be unknown")
        }
        Assurance::Challenged => {
            format!("{level}: made after the challenge was issued; `verify --challenge` compares the two")
        }
        Assurance::Witnessed => format!(
            "{level}: {} says to have run it; worth what the reviewer's signature is",
            started.witness.as_deref().unwrap_or("somebody")
        ),
    }
}

/// What the partner's file allows at once, where it says nothing: it makes a run slower than many test systems need.
fn limits(started: &RunStarted) -> Option<String> {
    let limits = started.configuration.get("limits")?;
    let number = |key: &str| limits.get(key)?.as_u64();
    let usual = Limits::default();
    let (in_flight, per_second) = (number("in_flight")?, number("per_second")?);
    let is_usual = in_flight == u64::from(usual.in_flight) && per_second == u64::from(usual.per_second);
    is_usual.then(|| {
        format!(
            "{in_flight} messages at once, {per_second} a second: [limits] in_flight and per_second as they are unless \
             declared; where your system bears more, higher ones make a run shorter"
        )
    })
}

/// The platform's delivery schedule that the run kept, with its label; none where the record has none.
fn schedule(profile: &serde_json::Value) -> Option<String> {
    let schedule = profile.get("senang-io")?.get("retry_schedule_in_force")?;
    let name = schedule.get("name")?.as_str()?;
    let pauses = schedule.get("pauses")?.as_array()?;
    let (first, last) = (pauses.first()?.as_str()?, pauses.last()?.as_str()?);
    Some(format!(
        "what the partner refuses comes again by the {name} schedule: {} pauses from {first} to {last}",
        pauses.len()
    ))
}

fn tallied(tally: &Tally, started: &RunStarted) -> String {
    let filtered = started.not_certifiable.iter().any(|reason| reason == FILTERED);
    let left_out = if filtered {
        "left out by the filter"
    } else if started.shard.is_some() {
        "left out by the mode or another shard"
    } else {
        "left out by the mode"
    };
    let parts = [
        (tally.pass, "passed"),
        (tally.fail, "failed"),
        (tally.inconclusive, "inconclusive"),
        (tally.error, "ended in an error"),
        (tally.waived, "waived"),
        (tally.not_applicable, "not applicable"),
        (tally.excluded, left_out),
    ];
    let said: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if said.is_empty() {
        "none".to_owned()
    } else {
        said.join(", ")
    }
}

fn graded(rows: &[Row]) -> String {
    let count = |grade: Grade| {
        let graded = |row: &&Row| row.result.as_ref().and_then(|result| result.grade) == Some(grade);
        rows.iter().filter(graded).count()
    };
    format!(
        "of the passes, {} saw the effect itself (A), {} log lines or requests that followed (B), {} the HTTP answer \
         alone (C)",
        count(Grade::A),
        count(Grade::B),
        count(Grade::C)
    )
}

fn timed(assessment: &Assessment) -> String {
    let wall = seconds(assessment.wall);
    match &assessment.longest {
        Some((example, micros)) if micros.0 > 0 => format!(
            "{wall}, of which the longest example, {example}, took {}",
            seconds(*micros)
        ),
        _ => wall,
    }
}

fn seconds(micros: Micros) -> String {
    format!("{:.1} s", micros.seconds())
}
