//! What becomes of waivers: which failures they cover, and which of them are void themselves.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;

use super::{
    lattice::Verdict,
    result::{Assessment, Row},
};
use crate::{
    config::waivers::Waiver,
    contract::id::ExampleId,
    plan::{entry::Selection, shard::everywhere},
    transcript::record::{FILTERED, RunStarted},
};

/// The waivers of a run with what decides about them.
#[derive(Clone, Debug, Default)]
pub struct Terms<'a> {
    waivers: &'a [Waiver],
    /// Day of the start in UTC; none when nobody can tell, and then every waiver has expired.
    day: Option<Date>,
    /// Whether the run was limited on purpose, so that it says nothing about waivers for the rest.
    filtered: bool,
    /// Whether it was one part of several: then even an example that ran may have run elsewhere as well.
    sharded: bool,
}

impl<'a> Terms<'a> {
    /// Those of a run.
    pub fn of(started: &'a RunStarted) -> Self {
        let moment: Option<Timestamp> = started.started_at.parse().ok();
        Self {
            waivers: &started.waivers,
            day: moment.map(|moment| moment.to_zoned(TimeZone::UTC).date()),
            filtered: started.not_certifiable.iter().any(|reason| reason == FILTERED),
            sharded: started.shard.is_some(),
        }
    }
}

/// A waiver with what became of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WaiverUse {
    /// The waiver.
    #[serde(flatten)]
    pub waiver: Waiver,
    /// What became of it.
    #[serde(flatten)]
    pub fate: WaiverFate,
}

/// What became of a waiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum WaiverFate {
    /// It covers failures of this run.
    Applied {
        /// Which.
        examples: Vec<ExampleId>,
    },
    /// This run could not show whether it is needed.
    Unused {
        /// Why.
        why: String,
    },
    /// Its last day was before the run; the run fails.
    Expired {
        /// In words.
        why: String,
    },
    /// There is nothing that it covers, or it was made for something else; the run fails.
    Stale {
        /// In words.
        why: String,
    },
}

impl WaiverUse {
    /// Why the run fails because of it; none when it does not.
    pub fn failure(&self) -> Option<&str> {
        match &self.fate {
            WaiverFate::Expired { why } | WaiverFate::Stale { why } => Some(why),
            WaiverFate::Applied { .. } | WaiverFate::Unused { .. } => None,
        }
    }

    /// The code of that failure.
    pub fn code(&self) -> &'static str {
        match &self.fate {
            WaiverFate::Expired { .. } => "waiver-expired",
            WaiverFate::Stale { .. } => "waiver-stale",
            WaiverFate::Applied { .. } => "waiver-applied",
            WaiverFate::Unused { .. } => "waiver-unused",
        }
    }
}

impl Assessment {
    /// The waivers that make the run fail.
    pub fn void_waivers(&self) -> impl Iterator<Item = &WaiverUse> {
        self.waivers.iter().filter(|used| used.failure().is_some())
    }

    /// How many waivers cover failures of this run.
    pub fn applied_waivers(&self) -> usize {
        let applied = |used: &&WaiverUse| matches!(used.fate, WaiverFate::Applied { .. });
        self.waivers.iter().filter(applied).count()
    }
}

/// Marks the rows that are waived, and says of every waiver what became of it.
pub(super) fn waive(rows: &mut [Row], terms: &Terms<'_>) -> Vec<WaiverUse> {
    let fates = terms.waivers.iter().map(|waiver| WaiverUse {
        waiver: waiver.clone(),
        fate: fate(rows, waiver, terms),
    });
    let used: Vec<WaiverUse> = fates.collect();
    for WaiverUse { waiver, fate } in &used {
        let WaiverFate::Applied { examples } = fate else {
            continue;
        };
        for row in rows
            .iter_mut()
            .filter(|row| examples.contains(&row.entry.example))
        {
            row.waiver.get_or_insert_with(|| waiver.clone());
        }
    }
    used
}

fn fate(rows: &[Row], waiver: &Waiver, terms: &Terms<'_>) -> WaiverFate {
    let stale = |why: String| WaiverFate::Stale { why };
    let last: Option<Date> = waiver.expires.parse().ok();
    match (last, terms.day) {
        (Some(last), Some(day)) if day <= last => {}
        (Some(_), Some(day)) => {
            let why = format!("its last day was {}, and the run began on {day}", waiver.expires);
            return WaiverFate::Expired { why };
        }
        _ => {
            let why = "the days of its end and of the run cannot be compared".to_owned();
            return WaiverFate::Expired { why };
        }
    }
    let covered: Vec<&Row> = rows
        .iter()
        .filter(|row| waiver.covers(&row.entry.example))
        .collect();
    let Some(first) = covered.first() else {
        return stale("no case or example of the plan has this name".to_owned());
    };
    if let Some(revision) = waiver
        .revision
        .filter(|made_for| *made_for != first.entry.revision)
    {
        return stale(format!(
            "it was made for revision {revision} of the case, which has revision {} now: what is asked has changed",
            first.entry.revision
        ));
    }
    let left_out = |row: &&&Row| matches!(row.entry.selection, Selection::Excluded { .. });
    let elsewhere = |row: &&&Row| left_out(row) || everywhere(row.entry.lane);
    let unseen = (terms.filtered && covered.iter().any(|row| left_out(&row)))
        || (terms.sharded && covered.iter().any(|row| elsewhere(&row)));
    let verdicts: Vec<(&Row, Verdict)> = covered
        .iter()
        .filter(|row| row.entry.selection == Selection::Selected)
        .map(|row| (*row, row.verdict()))
        .collect();
    let examples: Vec<ExampleId> = verdicts
        .iter()
        .filter(|(_, verdict)| matches!(verdict, Verdict::Fail | Verdict::Inconclusive))
        .map(|(row, _)| row.entry.example.clone())
        .collect();
    if !examples.is_empty() {
        return WaiverFate::Applied { examples };
    }
    if verdicts.iter().any(|(_, verdict)| *verdict != Verdict::Pass) {
        return WaiverFate::Unused {
            why: "the harness could not judge it, and an error of the harness cannot be waived".to_owned(),
        };
    }
    if unseen {
        return WaiverFate::Unused {
            why: if terms.sharded {
                "another shard looks at it, or at more of it".to_owned()
            } else {
                "the run is filtered and did not look at all of it".to_owned()
            },
        };
    }
    if let (true, Selection::NotApplicable { reason } | Selection::Excluded { reason }) =
        (verdicts.is_empty(), &first.entry.selection)
    {
        return stale(format!("it is not part of the run: {reason}"));
    }
    stale("all that it covers passes; take it out of the file".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        contract::severity::Severity,
        plan::entry::{Entry, Lane},
        verdict::{assessment::assess, lattice::RunOutcome, result::ExampleResult},
        wire::moment::Micros,
    };

    fn entry(example: &str, selection: Selection) -> Entry {
        Entry {
            example: example.parse().unwrap(),
            title: String::new(),
            severity: Severity::Required,
            clauses: Vec::new(),
            revision: 2,
            fix: String::new(),
            timing: false,
            lane: Lane::Together,
            selection,
        }
    }

    fn result(entry: &Entry, verdict: Verdict) -> ExampleResult {
        ExampleResult {
            example: entry.example.clone(),
            verdict,
            grade: None,
            attempts: vec![verdict],
            checks: 1,
            findings: Vec::new(),
            reasons: Vec::new(),
            notes: Vec::new(),
            timeline: None,
            not_applicable: None,
            started: Micros(0),
            ended: Micros(1),
        }
    }

    fn waiver(case: &str) -> Waiver {
        Waiver {
            case: case.to_owned(),
            reason: "the store is replaced in March".to_owned(),
            owner: "Aina".to_owned(),
            approver: "Tan".to_owned(),
            expires: "2026-11-29".to_owned(),
            revision: None,
        }
    }

    /// A run in which one example passes, beside those that are given.
    fn judged(rows: &[(&str, Verdict)], waivers: &[Waiver], filtered: bool) -> Assessment {
        let terms = Terms {
            waivers,
            day: "2026-11-29".parse().ok(),
            filtered,
            sharded: false,
        };
        let rows = [&[("WH-DEL-01/a", Verdict::Pass)], rows].concat();
        let mut plan: Vec<Entry> = rows
            .iter()
            .map(|(example, _)| entry(example, Selection::Selected))
            .collect();
        let reason = "the run is limited to WH-DEL-01".to_owned();
        plan.push(entry("WH-OUT-01/a", Selection::Excluded { reason }));
        let reason = "batch files are not declared".to_owned();
        plan.push(entry("WH-NOT-01/a", Selection::NotApplicable { reason }));
        let mut verdicts = rows.iter().map(|(_, verdict)| *verdict);
        assess(
            plan,
            |entry| Some(result(entry, verdicts.next().unwrap())),
            false,
            Micros(1),
            &terms,
        )
    }

    #[test]
    fn a_waived_failure_no_longer_blocks_and_does_not_pass() {
        for verdict in [Verdict::Fail, Verdict::Inconclusive] {
            for case in ["WH-DUP-04", "WH-DUP-04/b"] {
                let rows = [("WH-DUP-04/a", Verdict::Pass), ("WH-DUP-04/b", verdict)];
                let assessment = judged(&rows, &[waiver(case)], false);
                assert_eq!(assessment.outcome, RunOutcome::Conformant);
                assert_eq!(assessment.applied_waivers(), 1);
                let waived: Vec<_> = assessment
                    .rows
                    .iter()
                    .filter(|row| row.waived().is_some())
                    .collect();
                assert_eq!(waived.len(), 1);
                assert_eq!(waived[0].entry.example.as_str(), "WH-DUP-04/b");
                assert_eq!(waived[0].verdict(), verdict);
            }
        }
    }

    #[test]
    fn a_waiver_covers_nothing_but_what_it_names() {
        let rows = [("WH-DUP-04/a", Verdict::Fail), ("WH-DUP-04/b", Verdict::Fail)];
        let assessment = judged(&rows, &[waiver("WH-DUP-04/b")], false);
        assert_eq!(assessment.outcome, RunOutcome::NonConformant);
    }

    #[test]
    fn an_error_of_the_harness_is_not_waived() {
        for verdict in [Verdict::Error, Verdict::None] {
            let assessment = judged(&[("WH-DUP-04/a", verdict)], &[waiver("WH-DUP-04")], false);
            assert_eq!(assessment.outcome, RunOutcome::Undetermined);
            assert!(assessment.rows.iter().all(|row| row.waived().is_none()));
            assert!(matches!(assessment.waivers[0].fate, WaiverFate::Unused { .. }));
        }
    }

    #[test]
    fn where_nothing_is_left_but_waivers_nothing_is_shown() {
        let waivers = [waiver("WH-DUP-04")];
        let terms = Terms {
            waivers: &waivers,
            day: "2026-11-29".parse().ok(),
            filtered: false,
            sharded: false,
        };
        let plan = vec![entry("WH-DUP-04/a", Selection::Selected)];
        let failed = |entry: &Entry| Some(result(entry, Verdict::Fail));
        let assessment = assess(plan, failed, false, Micros(1), &terms);
        assert_eq!(assessment.outcome, RunOutcome::Undetermined);
        assert_eq!(assessment.applied_waivers(), 1);
    }

    #[test]
    fn an_expired_waiver_fails_and_covers_nothing() {
        for (expires, outcome) in [
            ("2026-11-29", RunOutcome::Conformant),
            ("2026-11-28", RunOutcome::NonConformant),
            ("someday", RunOutcome::NonConformant),
        ] {
            let expires = expires.to_owned();
            let waivers = [Waiver {
                expires,
                ..waiver("WH-DUP-04")
            }];
            let assessment = judged(&[("WH-DUP-04/a", Verdict::Fail)], &waivers, false);
            assert_eq!(assessment.outcome, outcome, "{waivers:?}");
            let covered = assessment.rows.iter().any(|row| row.waived().is_some());
            assert_eq!(covered, outcome == RunOutcome::Conformant);
        }
        // Also where nothing else is wrong.
        let expires = "2026-11-28".to_owned();
        let waivers = [Waiver {
            expires,
            ..waiver("WH-DUP-04")
        }];
        let assessment = judged(&[("WH-DUP-04/a", Verdict::Pass)], &waivers, false);
        assert_eq!(assessment.outcome, RunOutcome::NonConformant);
        assert_eq!(assessment.waivers[0].code(), "waiver-expired");
    }

    #[test]
    fn a_stale_waiver_fails() {
        for (case, revision, told) in [
            ("WH-DUP-04", None, "all that it covers passes"),
            ("WH-DUP-04/a", None, "all that it covers passes"),
            (
                "WH-NOT-01",
                None,
                "it is not part of the run: batch files are not declared",
            ),
            ("WH-OUT-01", None, "it is not part of the run: the run is limited"),
            ("WH-NEW-01", None, "no case or example"),
            (
                "WH-DUP-05",
                Some(1),
                "revision 1 of the case, which has revision 2",
            ),
        ] {
            let rows = [("WH-DUP-04/a", Verdict::Pass), ("WH-DUP-05/a", Verdict::Fail)];
            let waivers = [
                Waiver {
                    revision,
                    ..waiver(case)
                },
                waiver("WH-DUP-05/a"),
            ];
            let assessment = judged(&rows, &waivers, false);
            assert_eq!(assessment.outcome, RunOutcome::NonConformant, "{case}");
            let void: Vec<_> = assessment.void_waivers().collect();
            assert_eq!(void.len(), 1, "{case}");
            assert!(void[0].failure().unwrap().contains(told), "{void:?}");
            assert_eq!(void[0].code(), "waiver-stale");
        }
        let same = Waiver {
            revision: Some(2),
            ..waiver("WH-DUP-05")
        };
        let assessment = judged(&[("WH-DUP-05/a", Verdict::Fail)], &[same], false);
        assert_eq!(assessment.outcome, RunOutcome::Conformant);
    }

    #[test]
    fn a_filtered_run_says_nothing_about_waivers_for_the_rest() {
        let assessment = judged(&[], &[waiver("WH-OUT-01")], true);
        assert_eq!(assessment.outcome, RunOutcome::Conformant);
        assert!(matches!(assessment.waivers[0].fate, WaiverFate::Unused { .. }));
        let assessment = judged(&[], &[waiver("WH-DEL-01")], true);
        assert_eq!(assessment.outcome, RunOutcome::NonConformant);
    }

    #[test]
    fn a_shard_says_nothing_about_waivers_for_what_runs_elsewhere_too() {
        let closing = |sharded| {
            let waivers = [waiver("LOG-05"), waiver("WH-OUT-01")];
            let terms = Terms {
                waivers: &waivers,
                day: "2026-11-29".parse().ok(),
                filtered: false,
                sharded,
            };
            let mut plan = vec![entry("LOG-05/a", Selection::Selected)];
            plan[0].lane = Lane::Closing;
            let reason = "other shard".to_owned();
            plan.push(entry("WH-OUT-01/a", Selection::Excluded { reason }));
            let passed = |entry: &Entry| Some(result(entry, Verdict::Pass));
            assess(plan, passed, false, Micros(1), &terms)
        };
        assert_eq!(closing(true).outcome, RunOutcome::Conformant);
        assert_eq!(closing(true).void_waivers().count(), 0);
        assert_eq!(closing(false).void_waivers().count(), 2);
    }
}
