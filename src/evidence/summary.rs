//! The closing words of a run: what it says, what to do about it, and where the evidence is.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{
    files,
    folding::{self, Fold, Saying},
    manifest, results,
    standing::Standing,
    tally::Tally,
    telling,
    text::TerminalText,
};
use crate::{
    checks::outcome::Grade,
    contract::id::ExampleId,
    transcript::{attest::DECLARED, provenance::Assurance, record::RunStarted},
    verdict::{
        lattice::RunOutcome,
        result::{Assessment, Row},
        waiving::WaiverFate,
    },
    wire::moment::Micros,
};

/// Characters in a line.
const WIDTH: usize = 100;
/// Most different texts that are shown of one kind in one fold.
const MOST_DISTINCT: usize = 6;
/// Column in which texts begin behind their labels.
const COLUMN: usize = 14;

/// The summary for the terminal, ending with a line break. `folder` is where the bundle was released.
/// Colours are the only escape sequences in it, and there are none without `colour`.
pub fn summary(started: &RunStarted, assessment: &Assessment, folder: &str, colour: bool) -> String {
    let mut page = Page {
        text: String::new(),
        colour,
    };
    page.by_reason(
        "Not applicable, by reason",
        &folding::fold(&assessment.rows, Standing::NotApplicable),
    );
    if left_out_by_mode(started) {
        page.by_reason(
            "Left out, by reason",
            &folding::fold(&assessment.rows, Standing::Excluded),
        );
    }
    page.declared(assessment);
    for section in SECTIONS {
        page.section(section, &folding::fold(&assessment.rows, section.standing));
    }
    page.waivers(assessment);
    page.outcome(started, assessment);
    page.places(folder, assessment);
    page.text
}

/// Whether what is left out is so by the mode of a run that could be a certificate, and therefore worth a word:
/// nobody asked for it.
fn left_out_by_mode(started: &RunStarted) -> bool {
    let chosen = |reason: &String| reason == "filtered" || reason == "smoke mode";
    !started.not_certifiable.iter().any(chosen)
}

struct Section {
    standing: Standing,
    title: &'static str,
    ink: Ink,
}

const SECTIONS: [&Section; 6] = [
    &Section {
        standing: Standing::Waived,
        title: "Waived: not passed, and somebody answers for it",
        ink: Ink::Yellow,
    },
    &Section {
        standing: Standing::Open,
        title: "Inconclusive, without weight for the certificate",
        ink: Ink::Yellow,
    },
    &Section {
        standing: Standing::Warning,
        title: "Warnings: recommended, to be answered in writing",
        ink: Ink::Yellow,
    },
    &Section {
        standing: Standing::Harness,
        title: "Errors of the harness or its surroundings: they block the certificate and say nothing about the partner",
        ink: Ink::Magenta,
    },
    &Section {
        standing: Standing::Unproven,
        title: "Required, but inconclusive: each blocks the certificate until it can be observed",
        ink: Ink::Yellow,
    },
    &Section {
        standing: Standing::Failed,
        title: "Failed: each blocks the certificate",
        ink: Ink::Red,
    },
];

#[derive(Clone, Copy)]
enum Ink {
    Red,
    Green,
    Yellow,
    Magenta,
    Bold,
    Faint,
}

struct Page {
    text: String,
    colour: bool,
}

impl Page {
    fn by_reason(&mut self, title: &str, folds: &[Fold<'_>]) {
        let mut reasons: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for fold in folds {
            if let Saying::Reason(reason) = fold.saying {
                reasons.entry(reason).or_default().push(fold.name());
            }
        }
        if reasons.is_empty() {
            return;
        }
        self.painted(Ink::Faint, title);
        self.text.push('\n');
        for (reason, names) in reasons {
            self.field("reason", reason);
            self.field("", &names.join(", "));
        }
        self.text.push('\n');
    }

    /// What somebody declared and nobody observed.
    fn declared(&mut self, assessment: &Assessment) {
        let notes: Vec<(&Row, &str)> = assessment
            .rows
            .iter()
            .filter_map(|row| Some((row, row.result.as_ref()?)))
            .flat_map(|(row, result)| result.notes.iter().map(move |note| (row, note)))
            .filter_map(|(row, note)| Some((row, note.strip_prefix(DECLARED)?)))
            .collect();
        if notes.is_empty() {
            return;
        }
        self.painted(Ink::Faint, "Declared by the partner, not observed");
        for (row, note) in notes {
            self.field(row.entry.example.as_str(), note);
        }
        self.text.push('\n');
    }

    /// All waivers with what became of them; those that fail the run in red.
    fn waivers(&mut self, assessment: &Assessment) {
        if assessment.waivers.is_empty() {
            return;
        }
        let void = assessment.void_waivers().count();
        let title = if void == 0 {
            "Waivers".to_owned()
        } else {
            format!("Waivers ({void} expired or stale: they fail the run)")
        };
        self.painted(if void == 0 { Ink::Yellow } else { Ink::Red }, &title);
        for used in &assessment.waivers {
            let waiver = &used.waiver;
            self.text.push('\n');
            self.painted(Ink::Bold, &format!("  {}", waiver.case));
            match &used.fate {
                WaiverFate::Applied { examples } => {
                    let names: Vec<&str> = examples.iter().map(ExampleId::as_str).collect();
                    self.field("covers", &names.join(", "));
                }
                WaiverFate::Unused { why } => self.field("not needed", why),
                WaiverFate::Expired { why } => self.field("expired", why),
                WaiverFate::Stale { why } => self.field("stale", why),
            }
            self.field("because", &waiver.reason);
            let people = format!(
                "{}, approved by {}, until {}",
                waiver.owner, waiver.approver, waiver.expires
            );
            self.field("owner", &people);
        }
        self.text.push('\n');
    }

    fn section(&mut self, section: &Section, folds: &[Fold<'_>]) {
        if folds.is_empty() {
            return;
        }
        let mut examples: Vec<_> = folds
            .iter()
            .flat_map(|fold| &fold.rows)
            .map(|row| &row.entry.example)
            .collect();
        examples.sort();
        examples.dedup();
        let count = examples.len();
        let examples = if count == 1 {
            "1 example".to_owned()
        } else {
            format!("{count} examples")
        };
        self.painted(section.ink, &format!("{} ({examples})", section.title));
        for fold in folds {
            self.fold(fold, section.ink);
        }
        self.text.push('\n');
    }

    fn fold(&mut self, fold: &Fold<'_>, ink: Ink) {
        let Some(entry) = fold.rows.first().map(|row| &row.entry) else {
            return;
        };
        match &fold.saying {
            Saying::Reason(reason) => {
                self.text.push('\n');
                self.painted(Ink::Bold, &format!("  {}  {}", fold.name(), fold.title()));
                self.field("reason", reason);
            }
            Saying::Findings(findings) => {
                let code = findings.first().map_or("", |(_, finding)| finding.code.as_str());
                self.text.push('\n');
                self.painted(ink, &format!("  {}  {}", fold.name(), fold.title()));
                self.field("finding", code);
                self.fields("sent", &fold.distinct(|finding| finding.stimulus.clone()));
                self.fields("expected", &fold.distinct(|finding| finding.expected.clone()));
                self.fields("observed", &fold.distinct(|finding| finding.observed.clone()));
                self.fields("timeline", &fold.timelines());
                self.fields(
                    "records",
                    &fold.distinct(|finding| telling::numbers(&finding.records)),
                );
                self.field("how to fix", &entry.fix);
            }
        }
        self.field(
            "clauses",
            &format!("{} ({})", telling::clauses(&entry.clauses), entry.severity),
        );
    }

    fn outcome(&mut self, started: &RunStarted, assessment: &Assessment) {
        let ink = match assessment.outcome {
            RunOutcome::Conformant => Ink::Green,
            RunOutcome::NonConformant => Ink::Red,
            RunOutcome::Undetermined => Ink::Yellow,
        };
        self.painted(ink, &capitalised(&results::sentence(started, assessment)));
        self.text.push('\n');
        self.field("run", &format!("{}, mode {}", started.run_id, started.mode));
        self.field("assurance", &assured(started));
        if let Some(challenge) = &started.challenge {
            let text = format!("nonce {}, document {}", challenge.nonce, challenge.sha256);
            self.field("challenge", &text);
        }
        if let Some(submission) = &started.submission {
            self.field("submission", &format!("attempt {}", submission.attempt));
        }
        self.field("examples", &counted(&Tally::of(&assessment.rows)));
        self.field("evidence", &graded(&assessment.rows));
        self.field("time", &timed(assessment));
        if let Some(schedule) = schedule(&started.profile) {
            self.field("retries", &schedule);
        }
        let assumed = manifest::assumed(&started.profile);
        if !assumed.is_empty() {
            let values = if assumed.len() == 1 { "value" } else { "values" };
            let text = format!(
                "{} {values} of the profile nobody has confirmed yet; manifest.json names them",
                assumed.len()
            );
            self.field("assumed", &text);
        }
    }

    fn places(&mut self, folder: &str, assessment: &Assessment) {
        self.field("bundle", folder);
        let records = format!(
            "records are lines of {} by their number; for CI: {}",
            files::TRANSCRIPT,
            files::JUNIT
        );
        self.field("", &records);
        self.field("check it", &format!("senang-conformance verify {folder}"));
        let blocking = assessment
            .rows
            .iter()
            .filter(|row| Standing::of(row).blocks())
            .min_by_key(|row| Standing::of(row));
        if let Some(row) = blocking {
            self.field(
                "understand",
                &format!("senang-conformance explain {}", row.entry.case()),
            );
        }
    }

    fn fields(&mut self, label: &str, distinct: &[(String, String)]) {
        match distinct {
            [(text, _)] => self.field(label, text),
            several => {
                for (index, (text, letters)) in several.iter().take(MOST_DISTINCT).enumerate() {
                    self.field(if index == 0 { label } else { "" }, &format!("{letters}: {text}"));
                }
                let more = several.len().saturating_sub(MOST_DISTINCT);
                if more > 0 {
                    self.field("", &format!("and {more} more in {}", files::RESULTS));
                }
            }
        }
    }

    fn field(&mut self, label: &str, text: &str) {
        let text = TerminalText::line(text);
        for (index, line) in text.wrapped(WIDTH - COLUMN - 2).into_iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            // Writing to a String cannot fail.
            let _ = writeln!(
                self.text,
                "    {}{line}",
                self.ink(Ink::Faint, &format!("{label:<COLUMN$}"))
            );
        }
    }

    fn painted(&mut self, ink: Ink, text: &str) {
        let indent = text.len() - text.trim_start().len();
        let text = TerminalText::line(text.trim_start());
        for line in text.wrapped(WIDTH - indent) {
            let _ = writeln!(self.text, "{:indent$}{}", "", self.ink(ink, line));
        }
    }

    fn ink(&self, ink: Ink, text: &str) -> String {
        if !self.colour || text.trim().is_empty() {
            return text.to_owned();
        }
        let code = match ink {
            Ink::Red => "1;31",
            Ink::Green => "1;32",
            Ink::Yellow => "33",
            Ink::Magenta => "35",
            Ink::Bold => "1",
            Ink::Faint => "2",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
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

fn counted(tally: &Tally) -> String {
    let parts = [
        (tally.pass, "passed"),
        (tally.fail, "failed"),
        (tally.inconclusive, "inconclusive"),
        (tally.error, "ended in an error"),
        (tally.waived, "waived"),
        (tally.not_applicable, "not applicable"),
        (tally.excluded, "left out by a filter or the mode"),
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
            "{wall}; the longest example, {example}, took {} (ratio {:.2})",
            seconds(*micros),
            assessment.wall.seconds() / micros.seconds()
        ),
        _ => wall,
    }
}

fn seconds(micros: Micros) -> String {
    format!("{:.1} s", micros.seconds())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::sample;

    #[test]
    fn the_summary_tells_a_stranger_what_to_do() {
        let (started, assessment) = sample::run();
        sample::snapshots().bind(|| {
            insta::assert_snapshot!(
                "evidence-summary",
                summary(&started, &assessment, "reports/20261120T101500Z-k3v9", false)
            );
        });
    }

    #[test]
    fn only_colours_are_escape_sequences() {
        let (started, assessment) = sample::run();
        let coloured = summary(&started, &assessment, "reports/\u{1b}[2J", true);
        let colours = regex::Regex::new("\u{1b}\\[[0-9;]+m").unwrap();
        let plain = colours.replace_all(&coloured, "");
        assert!(
            plain
                .chars()
                .all(|character| character == '\n' || !character.is_control()),
            "{plain}"
        );
        assert_eq!(plain, summary(&started, &assessment, "reports/\u{1b}[2J", false));
    }

    #[test]
    fn a_timeline_is_cleaned_and_drawn_where_there_is_one() {
        let (started, mut assessment) = sample::run();
        let failed = assessment.rows.iter_mut().find_map(|row| {
            let failed = row
                .result
                .as_ref()
                .is_some_and(|result| !result.findings.is_empty());
            row.result.as_mut().filter(|_| failed)
        });
        failed.unwrap().timeline = Some("GET /v1/\u{1b}[2J 0.00 s 429 (wait 5 s) | 0.11 s 201".to_owned());
        let text = summary(&started, &assessment, "reports/run", false);
        let line = text.lines().find(|line| line.contains("timeline")).unwrap();
        assert!(
            line.ends_with("GET /v1/\\u{001b}[2J 0.00 s 429 (wait 5 s) | 0.11 s 201"),
            "{line}"
        );
        // Its example has two findings, and the attempts explain both.
        assert_eq!(text.matches("timeline").count(), 2);
    }

    #[test]
    fn a_conformant_run_is_short() {
        let (mut started, mut assessment) = sample::run();
        started.not_certifiable.clear();
        assessment.outcome = RunOutcome::Conformant;
        assessment.rows.truncate(1);
        let text = summary(&started, &assessment, "reports/run", false);
        assert!(text.starts_with("CONFORMANT\n"), "{text}");
        assert!(!text.contains("understand"), "{text}");
    }
}
