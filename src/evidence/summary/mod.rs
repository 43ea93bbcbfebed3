//! The closing words of a run: what it says, what to do about it, and where the evidence is.

mod causes;
mod changed;
mod closing;
mod page;
mod sections;

use self::{page::Page, sections::SECTIONS};
use super::standing::Standing;
use crate::{transcript::record::RunStarted, verdict::result::Assessment};

/// The summary for the terminal, ending with a line break. `folder` is where the bundle was released.
/// Colours are the only escape sequences in it, and there are none without `colour`.
pub fn summary(started: &RunStarted, assessment: &Assessment, folder: &str, colour: bool) -> String {
    let mut page = Page {
        text: String::new(),
        colour,
    };
    page.by_reason("Not applicable, by reason", assessment, Standing::NotApplicable);
    if left_out_by_mode(started) {
        page.by_reason("Left out, by reason", assessment, Standing::Excluded);
    }
    page.declared(assessment);
    for section in SECTIONS {
        page.section(section, assessment);
    }
    page.waivers(assessment);
    page.outcome(started, assessment);
    page.causes(assessment, causes::ABOVE);
    page.facts(started, assessment);
    page.places(folder, assessment);
    page.text
}

/// The same in short, for a run that is one of many: what became different from the one before, what it comes down
/// to, and where the rest stands.
pub fn in_short(
    started: &RunStarted,
    assessment: &Assessment,
    before: Option<&Assessment>,
    folder: &str,
    colour: bool,
) -> String {
    let mut page = Page {
        text: String::new(),
        colour,
    };
    page.outcome(started, assessment);
    if let Some(before) = before {
        page.changed(before, assessment);
    }
    page.causes(assessment, "in report.html");
    page.totals(started, assessment, folder);
    page.text
}

/// Whether what is left out is so by the mode of a run that could be a certificate, and therefore worth a word:
/// nobody asked for it.
fn left_out_by_mode(started: &RunStarted) -> bool {
    let chosen = |reason: &String| reason == "filtered" || reason == "smoke mode";
    !started.not_certifiable.iter().any(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{evidence::sample, verdict::lattice::RunOutcome};

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
    fn what_is_known_of_the_same_examples_is_said_once() {
        let (started, mut assessment) = sample::run();
        let mut second = None;
        for row in &mut assessment.rows {
            let Some(result) = &mut row.result else { continue };
            if row.entry.example.as_str().starts_with("WH-SIG-02/") && !result.findings.is_empty() {
                result.findings.truncate(1);
                let mut other = result.findings[0].clone();
                other.code = "wrong-state".to_owned();
                result.findings.push(other);
                second = Some(row.entry.fix.clone());
            }
        }
        let text = summary(&started, &assessment, "reports/run", false);
        let (_, failed) = text.split_once("Failed: each blocks").unwrap();
        let (failed, _) = failed.split_once("NON-CONFORMANT").unwrap();
        assert!(failed.contains("wrong-state"), "{failed}");
        for once in ["WH-SIG-02 (a, b, c)", "how to fix", "clauses", "sent"] {
            assert_eq!(failed.matches(once).count(), 1, "{once}: {failed}");
        }
        assert!(second.is_some());
    }

    #[test]
    fn what_was_remarked_is_told_again_where_all_is_green() {
        let (started, mut assessment) = sample::run();
        assessment.outcome = RunOutcome::Conformant;
        assessment.rows.truncate(1);
        assessment.signs.remarks = vec!["first look: [log] event_id leads nowhere".to_owned()];
        let text = summary(&started, &assessment, "reports/run", false);
        let (_, end) = text.split_once("CONFORMANT").unwrap();
        assert!(
            end.contains("Remarks\n    remark        first look: [log] event_id leads nowhere\n\n    run "),
            "{end}"
        );
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
