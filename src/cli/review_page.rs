//! What a reviewer reads before deciding: one screen, heaviest first.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{
    contract::severity::Severity,
    evidence::{challenge::fit::Covered, standing::Standing, tally::Tally, telling, text::TerminalText},
    plan::entry::Selection,
    verdict::result::Row,
    verify::{judging::Judged, submission::Submitted, whole::Verified},
};

/// Most lines of one list; the rest is counted.
const MOST: usize = 30;

/// What is reviewed.
#[derive(Clone, Copy, Debug)]
pub struct Reviewed<'a> {
    /// The bundle.
    pub verified: &'a Verified,
    /// Its transcript, judged again.
    pub judged: &'a Judged,
    /// How the examples that the challenge demands stand, where one was given.
    pub covered: Option<&'a Covered>,
    /// The submission that it is the last attempt of.
    pub submitted: Option<&'a Submitted>,
}

/// The page, in lines.
pub fn page(reviewed: &Reviewed<'_>) -> String {
    let Reviewed {
        verified,
        judged,
        covered,
        submitted,
    } = *reviewed;
    let rows = &judged.assessment.rows;
    let mut text = String::new();
    let mut put = |line: &str| {
        text.push_str(line);
        text.push('\n');
    };
    put(&format!("Review of run {}", verified.run.as_str()));
    put(&format!("  outcome     {}", verified.sentence.as_str()));
    put(&format!("  assurance   {}", judged.started.assurance));
    put(&format!("  evidence    {}", evidence(verified)));
    put(&format!(
        "  challenge   {}",
        match (covered, &judged.started.challenge) {
            (Some(covered), _) => format!(
                "answered: {} demanded examples ran, {} are not applicable",
                covered.selected,
                covered.not_applicable.len()
            ),
            (None, Some(_)) => "it says to answer one; give that file with --challenge to compare".to_owned(),
            (None, None) => "none".to_owned(),
        }
    ));
    put("");
    put(&format!("Required ({})", required(rows)));
    put(&list(rows, |row, standing| {
        row.entry.severity == Severity::Required
            && !matches!(
                standing,
                Standing::Passed | Standing::NotApplicable | Standing::Excluded | Standing::Waived
            )
    }));
    put("Recommended and informational");
    put(&list(rows, |row, standing| {
        row.entry.severity != Severity::Required
            && matches!(standing, Standing::Warning | Standing::Open | Standing::Harness)
    }));
    put("Not covered");
    put(&not_covered(rows));
    put("Waivers");
    put(&waivers(judged));
    put("Attempts");
    put(&attempts(rows, submitted));
    text
}

fn evidence(verified: &Verified) -> String {
    let signed = match &verified.attested {
        None => "not attested: nobody signed it".to_owned(),
        Some(attested) if attested.signed_by.is_empty() => {
            "attested by a key that nobody vouched for".to_owned()
        }
        Some(attested) => format!("attested by the trusted key {}", attested.signed_by.join(", ")),
    };
    format!("holds; {} records judged again; {signed}", verified.records)
}

fn required(rows: &[Row]) -> String {
    let tally = Tally::of(rows.iter().filter(|row| row.entry.severity == Severity::Required));
    let mut parts = vec![format!("{} of {} passed", tally.pass, tally.selected)];
    for (count, word) in [
        (tally.fail, "failed"),
        (tally.inconclusive, "inconclusive"),
        (tally.error, "errors"),
        (tally.waived, "waived"),
        (tally.not_applicable, "not applicable"),
        (tally.excluded, "left out"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {word}"));
        }
    }
    parts.join(", ")
}

fn list(rows: &[Row], wanted: impl Fn(&Row, Standing) -> bool) -> String {
    let lines = rows.iter().filter_map(|row| {
        let standing = Standing::of(row);
        wanted(row, standing).then(|| {
            let short = TerminalText::line(&telling::in_short(row));
            format!("{}  {}: {short}", row.entry.example, row.verdict())
        })
    });
    shown(lines.collect(), "nothing stands against it")
}

/// What did not run, by reason; required examples are counted apart.
fn not_covered(rows: &[Row]) -> String {
    let mut reasons: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for row in rows {
        let reason = match &row.entry.selection {
            Selection::NotApplicable { reason } => format!("not applicable: {reason}"),
            Selection::Excluded { reason } => format!("left out: {reason}"),
            Selection::Selected => continue,
        };
        let counts = reasons
            .entry(TerminalText::line(&reason).to_string())
            .or_default();
        counts.0 += 1;
        counts.1 += usize::from(row.entry.severity == Severity::Required);
    }
    let line = |(reason, (all, required)): (String, (usize, usize))| {
        format!("{all} examples, {required} of them required; {reason}")
    };
    shown(
        reasons.into_iter().map(line).collect(),
        "every example of the suite ran",
    )
}

fn waivers(judged: &Judged) -> String {
    let lines = judged.assessment.waivers.iter().map(|used| {
        let waiver = &used.waiver;
        let about = format!(
            "{}: {} (owner {}, approved by {}, until {})",
            waiver.case, waiver.reason, waiver.owner, waiver.approver, waiver.expires
        );
        let about = TerminalText::line(&about).to_string();
        match used.failure() {
            Some(why) => format!("VOID {about}: {}", TerminalText::line(why)),
            None => about,
        }
    });
    shown(lines.collect(), "none")
}

fn attempts(rows: &[Row], submitted: Option<&Submitted>) -> String {
    let mut lines: Vec<String> = submitted.map_or_else(Vec::new, |submitted| {
        let line = |attempt: &crate::verify::submission::Attempt| {
            format!(
                "attempt {}  {}  {}",
                attempt.number,
                attempt.started_at.as_str(),
                attempt.outcome.as_str()
            )
        };
        submitted.attempts.iter().map(line).collect()
    });
    for row in rows {
        if let Some(result) = row.result.as_ref().filter(|result| result.attempts.len() > 1) {
            lines.push(format!(
                "{} was tried {} times: {}",
                row.entry.example,
                result.attempts.len(),
                telling::attempts(result)
            ));
        }
    }
    shown(lines, "one run, and every example once")
}

fn shown(lines: Vec<String>, none: &str) -> String {
    if lines.is_empty() {
        return format!("  {none}\n");
    }
    let more = lines.len().saturating_sub(MOST);
    let mut text = String::new();
    for line in lines.into_iter().take(MOST) {
        let _ = writeln!(text, "  {line}");
    }
    if more > 0 {
        let _ = writeln!(text, "  and {more} more; report.html has all of them");
    }
    text
}
