//! Shards that are joined, and shards that must not be.

use std::collections::HashMap;

use serde_json::json;

use super::{Part, Unjoinable, join};
use crate::{
    checks::outcome::Finding,
    contract::{mode::Mode, severity::Severity},
    plan::{
        entry::{Entry, Lane, Selection},
        select::digest_of,
        shard::OTHER_SHARD,
    },
    transcript::{
        provenance::{Assurance, Sharded, TakenChallenge},
        record::RunStarted,
    },
    verdict::{
        assessment::assess,
        lattice::{RunOutcome, Verdict},
        result::ExampleResult,
        waiving::Terms,
    },
    wire::moment::Micros,
};

const EXAMPLES: [(&str, Lane); 3] = [
    ("WH-DEL-01/a", Lane::Together),
    ("WH-SIG-02/a", Lane::Together),
    ("LOG-05/a", Lane::Closing),
];

fn plan(runs: [bool; 3]) -> Vec<Entry> {
    let selection = |runs| {
        if runs {
            return Selection::Selected;
        }
        let reason = OTHER_SHARD.to_owned();
        Selection::Excluded { reason }
    };
    EXAMPLES
        .iter()
        .zip(runs)
        .map(|((example, lane), runs)| Entry {
            example: example.parse().unwrap(),
            title: String::new(),
            severity: Severity::Required,
            clauses: Vec::new(),
            revision: 1,
            fix: String::new(),
            timing: false,
            lane: *lane,
            selection: selection(runs),
        })
        .collect()
}

fn part(number: u32, runs: [bool; 3], verdicts: &HashMap<&str, Verdict>) -> Part {
    let sharded = Sharded {
        number,
        of: 2,
        whole_plan_digest: digest_of("suite", Mode::Certify, &plan([true; 3])),
    };
    let started = RunStarted {
        format: 2,
        run_id: format!("run-{number}of2"),
        version: "0.1.0".to_owned(),
        build: None,
        suite_digest: "suite".to_owned(),
        plan_digest: digest_of("suite", Mode::Certify, &plan(runs)),
        seed: 1,
        started_at: format!("2026-11-20T10:15:0{}Z", 3 - number),
        mode: "certify".to_owned(),
        not_certifiable: vec!["loopback".to_owned(), sharded.reason()],
        assurance: Assurance::SelfRun,
        challenge: None,
        witness: None,
        submission: None,
        shard: Some(sharded),
        waivers: Vec::new(),
        configuration: json!({"webhook": {"target": {"url": format!("https://127.0.0.1:4528{number}/hooks")}}}),
        profile: json!({"timeout": 5}),
    };
    let finding = Finding {
        code: "effect-followed".to_owned(),
        stimulus: "a forged delivery".to_owned(),
        expected: "nothing".to_owned(),
        observed: "something".to_owned(),
        records: vec![7],
        timing: false,
    };
    let result = |entry: &Entry| {
        let verdict = verdicts
            .get(entry.example.as_str())
            .copied()
            .unwrap_or(Verdict::Pass);
        Some(ExampleResult {
            example: entry.example.clone(),
            verdict,
            grade: None,
            attempts: vec![verdict],
            checks: 1,
            findings: if verdict == Verdict::Fail {
                vec![finding.clone()]
            } else {
                Vec::new()
            },
            reasons: Vec::new(),
            notes: Vec::new(),
            timeline: None,
            not_applicable: None,
            started: Micros(10),
            ended: Micros(30),
        })
    };
    let assessment = assess(plan(runs), result, false, Micros(50), &Terms::of(&started));
    Part {
        started,
        assessment,
        plan: plan(runs),
        records: 100,
        attempts: EXAMPLES
            .iter()
            .map(|(example, _)| (example.parse().unwrap(), 1))
            .collect(),
    }
}

fn parts(first: &[(&'static str, Verdict)], second: &[(&'static str, Verdict)]) -> [Part; 2] {
    let verdicts = |given: &[(&'static str, Verdict)]| given.iter().copied().collect();
    [
        part(1, [true, false, true], &verdicts(first)),
        part(2, [false, true, true], &verdicts(second)),
    ]
}

#[test]
fn parts_give_the_whole() {
    let [first, second] = parts(&[], &[]);
    for order in [[first.clone(), second.clone()], [second, first]] {
        let whole = join(&order).unwrap();
        assert_eq!(whole.assessment.outcome, RunOutcome::Conformant);
        assert_eq!(whole.started.run_id, "run-merged");
        assert_eq!(whole.started.started_at, "2026-11-20T10:15:01Z");
        assert_eq!(whole.started.not_certifiable, ["loopback"]);
        assert_eq!(
            whole.started.plan_digest,
            digest_of("suite", Mode::Certify, &plan([true; 3]))
        );
        assert_eq!(whole.started.shard, None);
        let attempts: Vec<usize> = whole
            .assessment
            .rows
            .iter()
            .map(|row| row.result.as_ref().unwrap().attempts.len())
            .collect();
        assert_eq!(attempts, [1, 1, 2]);
        // The first shard began a second later.
        assert_eq!(
            whole.assessment.rows[0].result.as_ref().unwrap().started,
            Micros(1_000_010)
        );
        assert_eq!(whole.assessment.wall, Micros(1_000_050));
    }
}

#[test]
fn the_worst_verdict_of_any_shard_counts_and_its_records_are_told() {
    for (first, second, name, number) in [
        (vec![], vec![("LOG-05/a", Verdict::Fail)], "shard 2 of 2", 107),
        (vec![("LOG-05/a", Verdict::Fail)], vec![], "shard 1 of 2", 7),
    ] {
        let whole = join(&parts(&first, &second)).unwrap();
        assert_eq!(whole.assessment.outcome, RunOutcome::NonConformant);
        let result = whole.assessment.rows[2].result.as_ref().unwrap();
        assert_eq!(result.verdict, Verdict::Fail);
        assert_eq!(result.findings.len(), 1);
        assert_eq!(result.findings[0].records, [number]);
        assert!(result.findings[0].stimulus.contains(name), "{result:?}");
        assert!(
            result.notes.iter().any(|note| note.starts_with(name)),
            "{result:?}"
        );
    }
    let whole = join(&parts(&[("WH-DEL-01/a", Verdict::Error)], &[])).unwrap();
    assert_eq!(whole.assessment.outcome, RunOutcome::Undetermined);
}

/// The code with which the shards are refused after a change of the second one.
fn refused(change: impl FnOnce(&mut Part)) -> &'static str {
    let [first, mut second] = parts(&[], &[]);
    change(&mut second);
    join(&[first, second]).unwrap_err().code()
}

#[test]
fn what_has_to_be_the_same_is_compared() {
    assert_eq!(refused(|part| part.started.version.push('1')), "shard-version");
    assert_eq!(refused(|part| part.started.suite_digest.push('1')), "shard-suite");
    assert_eq!(
        refused(|part| part.started.mode = "long".to_owned()),
        "shard-mode"
    );
    assert_eq!(refused(|part| part.started.seed += 1), "shard-seed");
    let path = json!({"webhook": {"target": {"url": "https://127.0.0.1:45282/others"}}});
    assert_eq!(
        refused(|part| part.started.configuration = path),
        "shard-configuration"
    );
    let host = json!({"webhook": {"target": {"url": "https://hooks.example:45282/hooks"}}});
    assert_eq!(
        refused(|part| part.started.configuration = host),
        "shard-configuration"
    );
    assert_eq!(
        refused(|part| part.started.profile = json!({"timeout": 6})),
        "shard-profile"
    );
    assert_eq!(
        refused(|part| part.started.assurance = Assurance::Witnessed),
        "shard-assurance"
    );
    let challenge = TakenChallenge {
        nonce: "00".to_owned(),
        sha256: "00".to_owned(),
        required: Vec::new(),
    };
    assert_eq!(
        refused(|part| part.started.challenge = Some(challenge)),
        "shard-challenge"
    );
    assert_eq!(
        refused(|part| part.started.witness = Some("Siti".to_owned())),
        "shard-witness"
    );
    let waiver = crate::config::waivers::Waiver {
        case: "LOG-05".to_owned(),
        reason: "none".to_owned(),
        owner: "Aina".to_owned(),
        approver: "Tan".to_owned(),
        expires: "2026-11-29".to_owned(),
        revision: None,
    };
    assert_eq!(refused(|part| part.started.waivers.push(waiver)), "shard-waivers");
    let filtered = "filtered".to_owned();
    assert_eq!(
        refused(|part| part.started.not_certifiable.push(filtered)),
        "shard-filter"
    );
    let other = |part: &mut Part| part.started.shard.as_mut().unwrap().whole_plan_digest.push('1');
    assert_eq!(refused(other), "shard-plan");
}

#[test]
fn each_shard_is_there_once() {
    let [first, second] = parts(&[], &[]);
    assert_eq!(join(&[]).unwrap_err().code(), "shard-missing");
    assert_eq!(
        join(std::slice::from_ref(&second)).unwrap_err().code(),
        "shard-missing"
    );
    let twice = [first.clone(), second.clone(), first.clone()];
    assert_eq!(join(&twice).unwrap_err(), Unjoinable::Twice { number: 1 });
    assert_eq!(
        refused(|part| part.started.shard.as_mut().unwrap().of = 3),
        "shard-count"
    );
    assert_eq!(refused(|part| part.started.shard = None), "not-a-shard");
}

#[test]
fn a_gap_and_an_overlap_are_seen_whatever_the_digests_say() {
    let runs = |runs: [bool; 3]| move |part: &mut Part| part.plan = plan(runs);
    assert_eq!(refused(runs([false, false, true])), "shard-gap");
    assert_eq!(refused(runs([true, true, true])), "shard-overlap");
    // What looks over the whole run has to run in all of them.
    assert_eq!(refused(runs([false, true, false])), "shard-gap");
    assert_eq!(refused(|part| drop(part.plan.pop())), "shard-plan");
    assert_eq!(
        refused(|part| part.plan[1].severity = Severity::Informational),
        "shard-plan"
    );
    // All agree on a line that the whole plan has not.
    let [mut first, mut second] = parts(&[], &[]);
    for part in [&mut first, &mut second] {
        part.plan[0].severity = Severity::Informational;
    }
    assert!(matches!(
        join(&[first, second]),
        Err(Unjoinable::WholePlan { .. })
    ));
}
