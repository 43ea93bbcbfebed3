//! From verdicts to the outcome of a run.

use super::{
    cause::SignsOfRun,
    judge::NEVER_RAN,
    lattice::{RunOutcome, Verdict},
    result::{Assessment, ExampleResult, Row},
    waiving::{Terms, WaiverUse, waive},
};
use crate::{contract::severity::Severity, plan::entry::Entry, plan::entry::Selection, wire::moment::Micros};

/// Puts plan and results together. Every selected example ends in a row with a verdict; one without
/// a result is an error.
pub fn assess(
    plan: Vec<Entry>,
    mut result_of: impl FnMut(&Entry) -> Option<ExampleResult>,
    interrupted: bool,
    wall: Micros,
    terms: &Terms<'_>,
) -> Assessment {
    let mut rows: Vec<Row> = plan
        .into_iter()
        .map(|mut entry| {
            let result = match entry.selection {
                Selection::Selected => Some(result_of(&entry).unwrap_or_else(|| missing(&entry))),
                Selection::NotApplicable { .. } | Selection::Excluded { .. } => None,
            };
            match result {
                Some(ExampleResult {
                    not_applicable: Some(reason),
                    ..
                }) => {
                    entry.selection = Selection::NotApplicable { reason };
                    Row {
                        entry,
                        result: None,
                        waiver: None,
                    }
                }
                result => Row {
                    entry,
                    result,
                    waiver: None,
                },
            }
        })
        .collect();
    let longest = rows
        .iter()
        .filter_map(|row| row.result.as_ref())
        .map(|result| {
            (
                result.example.clone(),
                Micros(result.ended.0.saturating_sub(result.started.0)),
            )
        })
        .max_by_key(|(_, took)| *took);
    let waivers = waive(&mut rows, terms);
    Assessment {
        outcome: outcome(&rows, &waivers, interrupted),
        interrupted,
        rows,
        waivers,
        wall,
        longest,
        signs: SignsOfRun::default(),
        causes: Vec::new(),
    }
}

fn missing(entry: &Entry) -> ExampleResult {
    ExampleResult {
        example: entry.example.clone(),
        verdict: Verdict::Error,
        grade: None,
        attempts: Vec::new(),
        checks: 0,
        findings: Vec::new(),
        reasons: vec![NEVER_RAN.to_owned()],
        notes: Vec::new(),
        timeline: None,
        not_applicable: None,
        started: Micros(0),
        ended: Micros(0),
    }
}

/// Outcome of a run: interrupted is undetermined; else a required failure or a void waiver is non-conformant; else
/// a required gap, or any error of the harness, is undetermined. What is waived counts for nothing, so a run in which
/// nothing else was judged is undetermined too.
pub fn outcome(rows: &[Row], waivers: &[WaiverUse], interrupted: bool) -> RunOutcome {
    let mut outcome = RunOutcome::Conformant;
    let mut any = false;
    for row in rows.iter().filter(|row| row.waived().is_none()) {
        let Some(result) = &row.result else { continue };
        any = true;
        let required = row.entry.severity == Severity::Required;
        match result.verdict {
            Verdict::Fail if required => outcome = RunOutcome::NonConformant,
            Verdict::Inconclusive if !required => {}
            Verdict::Pass | Verdict::Fail => {}
            Verdict::None | Verdict::Inconclusive | Verdict::Error => {
                if outcome == RunOutcome::Conformant {
                    outcome = RunOutcome::Undetermined;
                }
            }
        }
    }
    if interrupted {
        RunOutcome::Undetermined
    } else if waivers.iter().any(|used| used.failure().is_some()) {
        RunOutcome::NonConformant
    } else if !any {
        RunOutcome::Undetermined
    } else {
        outcome
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::plan::entry::Lane;

    fn row(severity: Severity, verdict: Verdict) -> Row {
        let entry = Entry {
            example: "WH-SIG-01/a".parse().unwrap(),
            title: String::new(),
            severity,
            clauses: Vec::new(),
            revision: 1,
            fix: String::new(),
            timing: false,
            lane: Lane::Together,
            selection: Selection::Selected,
        };
        let result = ExampleResult {
            verdict,
            ..missing(&entry)
        };
        Row {
            entry,
            result: Some(result),
            waiver: None,
        }
    }

    /// The rule again, slow and obvious.
    fn oracle(rows: &[Row], interrupted: bool) -> RunOutcome {
        let verdicts = |required: bool| {
            rows.iter()
                .filter(move |row| (row.entry.severity == Severity::Required) == required)
                .filter_map(|row| row.result.as_ref().map(|result| result.verdict))
                .collect::<Vec<_>>()
        };
        if interrupted || rows.is_empty() {
            RunOutcome::Undetermined
        } else if verdicts(true).contains(&Verdict::Fail) {
            RunOutcome::NonConformant
        } else if verdicts(true).iter().all(|verdict| *verdict == Verdict::Pass)
            && !verdicts(false).contains(&Verdict::Error)
            && !verdicts(false).contains(&Verdict::None)
        {
            RunOutcome::Conformant
        } else {
            RunOutcome::Undetermined
        }
    }

    proptest! {
        #[test]
        fn the_fold_agrees_with_the_oracle(
            picks in proptest::collection::vec((0..3_usize, 0..5_usize), 0..8),
            interrupted in any::<bool>(),
        ) {
            const SEVERITIES: [Severity; 3] =
                [Severity::Required, Severity::Recommended, Severity::Informational];
            const VERDICTS: [Verdict; 5] =
                [Verdict::None, Verdict::Pass, Verdict::Inconclusive, Verdict::Fail, Verdict::Error];
            let rows: Vec<Row> =
                picks.into_iter().map(|(s, v)| row(SEVERITIES[s], VERDICTS[v])).collect();
            prop_assert_eq!(outcome(&rows, &[], interrupted), oracle(&rows, interrupted));
        }
    }

    #[test]
    fn what_turned_out_not_to_apply_stands_with_its_reason_and_passes_nothing() {
        let Row { entry, result, .. } = row(Severity::Required, Verdict::Inconclusive);
        let found = result.map(|result| ExampleResult {
            not_applicable: Some("asks nothing".to_owned()),
            ..result
        });
        let assessment = assess(
            vec![entry],
            |_| found.clone(),
            false,
            Micros(0),
            &Terms::default(),
        );
        assert_eq!(assessment.outcome, RunOutcome::Undetermined);
        let reason = "asks nothing".to_owned();
        assert_eq!(
            assessment.rows[0].entry.selection,
            Selection::NotApplicable { reason }
        );
        assert_eq!(assessment.rows[0].result, None);
    }
}
