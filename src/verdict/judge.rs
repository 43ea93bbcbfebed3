//! From the records of an example to its verdict.

use std::sync::Arc;

use serde::Deserialize as _;

use super::{lattice::Verdict, result::ExampleResult};
use crate::{
    checks::{
        attempt::{Kind, kind},
        check::Check,
        collected::Across,
        outcome::{Finding, Grade, Outcome},
        timeline::timeline,
        view::View,
    },
    contract::id::ExampleId,
    transcript::record::{Event, Record, Stopped},
    wire::moment::Micros,
};

/// Reason of an example that was planned and of which there is no attempt.
pub const NEVER_RAN: &str = "planned, but it did not run";
/// Reason of an example whose end is missing.
pub const CUT_SHORT: &str = "the example was cut short: its end is not in the transcript";

/// A record cannot be judged.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum JudgeError {
    /// A check or its outcome is not of this program's vocabulary.
    #[error("record {number} holds a check that this version does not know: {why}")]
    UnknownCheck {
        /// Record number.
        number: u64,
        /// What the parser said.
        why: String,
    },
    /// Judging again gives something else than was recorded.
    #[error("record {number} says {recorded}, but the records before it say {judged}")]
    Differs {
        /// Record number.
        number: u64,
        /// The recorded outcome.
        recorded: String,
        /// The outcome now.
        judged: String,
    },
}

struct Attempt {
    verdict: Verdict,
    kind: Kind,
    grade: Option<Grade>,
    checks: u32,
    findings: Vec<Finding>,
    reasons: Vec<String>,
    notes: Vec<String>,
    timeline: Option<String>,
    not_applicable: Option<String>,
}

/// Judges an example from the records of its attempts, each in order. Every recorded check is
/// evaluated again over the records that stood before it; a difference is an error, never a verdict.
pub fn judge(
    example: &ExampleId,
    attempts: &[Vec<Arc<Record>>],
    across: &dyn Across,
) -> Result<ExampleResult, JudgeError> {
    let judged: Vec<Attempt> = attempts
        .iter()
        .map(|records| attempt(records, across))
        .collect::<Result<_, _>>()?;
    let moments = || attempts.iter().flatten().map(|record| record.at);
    let mut result = ExampleResult {
        example: example.clone(),
        verdict: Verdict::Error,
        grade: None,
        attempts: judged.iter().map(|attempt| attempt.verdict).collect(),
        checks: 0,
        findings: Vec::new(),
        reasons: Vec::new(),
        notes: judged.iter().flat_map(|attempt| attempt.notes.clone()).collect(),
        timeline: None,
        not_applicable: None,
        started: moments().min().unwrap_or(Micros(0)),
        ended: finished(attempts)
            .or_else(|| moments().max())
            .unwrap_or(Micros(0)),
    };
    let Some(decisive) = decisive(&judged) else {
        result.reasons.push(NEVER_RAN.to_owned());
        return Ok(result);
    };
    result.verdict = decisive.verdict;
    result.grade = decisive.grade.filter(|_| decisive.verdict == Verdict::Pass);
    result.checks = decisive.checks;
    result.findings.clone_from(&decisive.findings);
    result.reasons.clone_from(&decisive.reasons);
    result.timeline.clone_from(&decisive.timeline);
    result.not_applicable.clone_from(&decisive.not_applicable);
    if split(&judged) {
        result.verdict = Verdict::Inconclusive;
        result.grade = None;
        result
            .reasons
            .push("its attempts on timing disagree and no two of three agree".to_owned());
    }
    Ok(result)
}

fn finished(attempts: &[Vec<Arc<Record>>]) -> Option<Micros> {
    attempts
        .iter()
        .flatten()
        .filter(|record| record.event == Event::ExampleFinished)
        .map(|record| record.at)
        .max()
}

/// The attempt that decides: the worst that is no matter of timing, else the majority.
fn decisive(attempts: &[Attempt]) -> Option<&Attempt> {
    let of = |wanted: Kind| {
        attempts
            .iter()
            .rev()
            .filter(move |attempt| attempt.kind == wanted)
    };
    let hard = attempts
        .iter()
        .filter(|attempt| matches!(attempt.kind, Kind::Failed | Kind::Undecided))
        .max_by_key(|attempt| attempt.verdict);
    hard.or_else(|| {
        let (late, passed) = (of(Kind::FailedOnTiming).count(), of(Kind::Passed).count());
        if late >= 2 || (late > 0 && passed == 0) {
            of(Kind::FailedOnTiming).next()
        } else {
            of(Kind::Passed).next()
        }
    })
    .or_else(|| of(Kind::Void).next())
}

fn split(attempts: &[Attempt]) -> bool {
    let count = |wanted: Kind| attempts.iter().filter(|attempt| attempt.kind == wanted).count();
    count(Kind::Failed) + count(Kind::Undecided) == 0
        && count(Kind::FailedOnTiming) == 1
        && count(Kind::Passed) == 1
}

fn attempt(records: &[Arc<Record>], across: &dyn Across) -> Result<Attempt, JudgeError> {
    let mut checks: Vec<(Check, Outcome)> = Vec::new();
    let mut verdict = Verdict::None;
    let mut reasons = Vec::new();
    let mut notes = Vec::new();
    let mut complete = false;
    let mut not_applicable = None;
    let mut left_undone = None;
    for (position, record) in records.iter().enumerate() {
        match &record.event {
            Event::Checked { check, outcome } => {
                let judged = again(record.number, check, outcome, &records[..position], across)?;
                checks.push(judged);
            }
            Event::Stopped(Stopped::NotApplicable { reason }) => left_undone = Some(reason.clone()),
            Event::Stopped(stopped) => {
                let (worse, reason) = match stopped {
                    Stopped::Inconclusive { reason } => (Verdict::Inconclusive, reason),
                    Stopped::NotApplicable { reason }
                    | Stopped::Harness { reason }
                    | Stopped::Interrupted { reason } => (Verdict::Error, reason),
                };
                verdict = verdict.worsened(worse);
                reasons.push(reason.clone());
            }
            Event::Note { text } => notes.push(text.clone()),
            Event::ExampleFinished => complete = true,
            _ => {}
        }
    }
    let stopped = verdict != Verdict::None || !complete;
    if !complete && verdict == Verdict::None {
        verdict = Verdict::Error;
        reasons.push(CUT_SHORT.to_owned());
    } else if complete && checks.is_empty() && verdict == Verdict::None {
        verdict = Verdict::Error;
        reasons.push("the example ended without a single check".to_owned());
    }
    let mut findings = Vec::new();
    let mut grade: Option<Grade> = None;
    for (_, outcome) in &checks {
        match outcome {
            Outcome::Passed { grade: given } => {
                verdict = verdict.worsened(Verdict::Pass);
                grade = grade.max(*given);
            }
            Outcome::Failed(finding) => {
                verdict = verdict.worsened(Verdict::Fail);
                findings.push(finding.clone());
            }
            Outcome::Inconclusive { reason } => {
                verdict = verdict.worsened(Verdict::Inconclusive);
                reasons.push(reason.clone());
            }
            Outcome::NotApplicable { reason } => not_applicable = Some(reason.clone()),
        }
    }
    match (&not_applicable, left_undone) {
        // What was left undone may not look like a pass.
        (Some(_), _) => verdict = verdict.worsened(Verdict::Inconclusive),
        (None, Some(reason)) => {
            verdict = verdict.worsened(Verdict::Error);
            reasons.push(format!(
                "it stopped as not applicable, which no check says: {reason}"
            ));
        }
        (None, None) => {}
    }
    if !findings.is_empty() || !reasons.is_empty() {
        not_applicable = None;
    }
    let kind = kind(checks.iter().map(|(check, outcome)| (check, outcome)), stopped);
    let count = u32::try_from(checks.len()).unwrap_or(u32::MAX);
    let explained = |(check, outcome): &(Check, Outcome)| {
        matches!(outcome, Outcome::Failed(_)) && check.is_about_attempts()
    };
    let timeline = checks.iter().any(explained).then(|| timeline(View::new(records)));
    Ok(Attempt {
        verdict,
        kind,
        grade,
        checks: count,
        findings,
        reasons,
        notes,
        timeline: timeline.flatten(),
        not_applicable,
    })
}

fn again(
    number: u64,
    check: &serde_json::Value,
    recorded: &serde_json::Value,
    before: &[Arc<Record>],
    across: &dyn Across,
) -> Result<(Check, Outcome), JudgeError> {
    let unknown = |error: serde_json::Error| JudgeError::UnknownCheck {
        number,
        why: error.to_string(),
    };
    let check = Check::deserialize(check).map_err(unknown)?;
    let recorded = Outcome::deserialize(recorded).map_err(unknown)?;
    let judged = check.evaluate(View::new(before), across);
    if judged == recorded {
        Ok((check, judged))
    } else {
        let text = |outcome: &Outcome| serde_json::to_string(outcome).unwrap_or_default();
        Err(JudgeError::Differs {
            number,
            recorded: text(&recorded),
            judged: text(&judged),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::{collected::Refusal, disclosure::ErrorAnswers, published::SentRequests, samples},
        contract::id::AreaId,
        transcript::exchange::{Form, Role},
        wire::tampering::Writing,
    };

    struct Nothing;

    impl Across for Nothing {
        fn refusals(&self, _: &AreaId, _: u64) -> Result<Vec<Refusal>, String> {
            Ok(Vec::new())
        }

        fn error_answers(&self, _: u64) -> Result<ErrorAnswers, String> {
            Ok(ErrorAnswers::default())
        }

        fn requests(&self, _: u64) -> Result<SentRequests, String> {
            Ok(SentRequests::default())
        }

        fn traffic(&self, _: u64) -> Result<crate::checks::traffic::Traffic, String> {
            Ok(crate::checks::traffic::Traffic::default())
        }
    }

    fn run(status: Option<u16>, latency: u64) -> Vec<Arc<Record>> {
        let delivery = samples::delivery(Role::Stimulus, 0, Form::Right(Writing::Plain), status, latency);
        let sent = samples::record(0, Event::Delivered(Box::new(delivery)));
        let check = Check::Acknowledged { within: 5000 };
        let outcome = check.evaluate(View::new(std::slice::from_ref(&sent)), &Nothing);
        let checked = Event::Checked {
            check: serde_json::to_value(&check).unwrap(),
            outcome: serde_json::to_value(&outcome).unwrap(),
        };
        vec![
            sent,
            samples::record(1, checked),
            samples::record(2, Event::ExampleFinished),
        ]
    }

    fn verdict(attempts: &[Vec<Arc<Record>>]) -> Verdict {
        judge(&"WH-DEL-10/a".parse().unwrap(), attempts, &Nothing)
            .unwrap()
            .verdict
    }

    #[test]
    fn what_did_not_run_is_an_error() {
        assert_eq!(verdict(&[]), Verdict::Error);
        assert_eq!(verdict(&[Vec::new()]), Verdict::Error);
        assert_eq!(
            verdict(&[vec![samples::record(0, Event::ExampleFinished)]]),
            Verdict::Error
        );
        let mut cut = run(Some(200), 1);
        cut.pop();
        assert_eq!(verdict(&[cut]), Verdict::Error);
    }

    #[test]
    fn timing_is_judged_two_out_of_three() {
        let (good, late) = (run(Some(200), 1), run(Some(200), 6000));
        let table: [(&[&Vec<Arc<Record>>], Verdict); 5] = [
            (&[&good], Verdict::Pass),
            (&[&late, &late], Verdict::Fail),
            (&[&late, &good, &good], Verdict::Pass),
            (&[&late, &good, &late], Verdict::Fail),
            (&[&late, &good], Verdict::Inconclusive),
        ];
        for (attempts, expected) in table {
            let attempts: Vec<_> = attempts.iter().map(|attempt| (*attempt).clone()).collect();
            assert_eq!(verdict(&attempts), expected);
        }
    }

    #[test]
    fn a_failure_is_never_outvoted() {
        assert_eq!(
            verdict(&[run(Some(500), 1), run(Some(200), 1), run(Some(200), 1)]),
            Verdict::Fail
        );
    }

    #[test]
    fn an_outcome_that_the_records_do_not_bear_out_is_named() {
        let mut records = run(Some(500), 1);
        let passed = serde_json::json!({"outcome": "passed"});
        if let Event::Checked { check, .. } = &records[1].event {
            records[1] = samples::record(
                1,
                Event::Checked {
                    check: check.clone(),
                    outcome: passed,
                },
            );
        }
        let error = judge(&"WH-DEL-10/a".parse().unwrap(), &[records], &Nothing).unwrap_err();
        assert!(matches!(error, JudgeError::Differs { number: 1, .. }), "{error}");
    }

    #[test]
    fn what_does_not_apply_needs_a_check_that_says_so() {
        let control = samples::delivery(Role::ControlBefore, 0, Form::Right(Writing::Plain), Some(200), 1);
        let sent = samples::record(0, Event::Delivered(Box::new(control)));
        let check = Check::CausedRequests;
        let outcome = check.evaluate(View::new(std::slice::from_ref(&sent)), &Nothing);
        assert!(matches!(outcome, Outcome::NotApplicable { .. }));
        let checked = samples::record(
            1,
            Event::Checked {
                check: serde_json::to_value(&check).unwrap(),
                outcome: serde_json::to_value(&outcome).unwrap(),
            },
        );
        let reason = "it says so itself".to_owned();
        let stopped = samples::record(2, Event::Stopped(Stopped::NotApplicable { reason }));
        let finished = samples::record(3, Event::ExampleFinished);
        let judged = |records: &[&Arc<Record>]| {
            let records = records.iter().map(|record| Arc::clone(record)).collect();
            judge(&"WH-DEL-11/a".parse().unwrap(), &[records], &Nothing).unwrap()
        };
        let result = judged(&[&sent, &checked, &stopped, &finished]);
        assert!(result.not_applicable.is_some());
        assert_ne!(result.verdict, Verdict::Pass);
        let result = judged(&[&stopped, &finished]);
        assert_eq!((result.not_applicable, result.verdict), (None, Verdict::Error));
        // A failure beside it is still a failure.
        let failed = run(Some(500), 1);
        let failed_first = judged(&[&failed[0], &failed[1], &finished]);
        assert_eq!(failed_first.verdict, Verdict::Fail);
    }
}
