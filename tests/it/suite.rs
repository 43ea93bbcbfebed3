//! Feature files: reading, lint, planning, and the engine's parser.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, sync::Arc};

use cucumber::Parser as _;
use futures::StreamExt as _;
use senang_conformance::{
    contract::{
        capability::Operation, channel::Observation, id::ExampleId, lane::Lane, profile::Profile,
        rulebook::Rulebook, severity::Severity,
    },
    plan::{
        declared::Declared,
        entry::Selection,
        filter::{Filter, Mode},
        select::{Plan, PlanError, digest_of},
    },
    suite::{
        example::example_id,
        lint::{StepMatch, lint},
        parser::PlannedParser,
        problem::SuiteError,
        read::Suite,
    },
    wire::event::EventType,
};

const SAMPLE: &str = "\
@clause:001:4.2
Feature: Signatures

  Background:
    Given a partner

  @case:WH-SIG-02 @severity:required @clause:000:5.3 @clause:001:8.2 @defect:fail-open-no-header
  Scenario Outline: Missing signature material is refused
    When a payment.success is delivered with <what>
    Then nothing happens to <order>
      | order   |
      | <order> |

    Examples:
      | x | what                | order     |
      | a | no signature header | <what> 1  |
      | b | no timestamp header | order 2   |

    @severity:informational @needs:claim.updated
    Examples:
      | x | what         | order   |
      | c | no id header | order 3 |

  @case:WH-SIG-19 @severity:required @clause:001:4.3 @defect:oracle-response @lane:closing
  Scenario: A refusal is not a signing oracle
    Then no answer held a signature
";

fn sample() -> Arc<Suite> {
    Arc::new(Suite::from_texts([("wh-sig/sample.feature", SAMPLE)]).unwrap())
}

fn example(id: &str) -> ExampleId {
    id.parse().unwrap()
}

fn declared(webhooks: &[EventType]) -> Declared {
    let profile = Profile::embedded("senang-io").unwrap();
    Declared {
        webhooks: webhooks.iter().copied().collect(),
        recurring_json: true,
        recurring_form: false,
        return_template: false,
        template_amount: false,
        template_only: false,
        operations: BTreeSet::from([Operation::Buy]),
        signed: profile.signature_scheme().signed,
        recurring_hash: *profile.recurring_hash(),
        channels: BTreeSet::from([Observation::Effect]),
        shared_sandbox: false,
        load: true,
        loopback_webhook: false,
        plain_loopback_webhook: false,
        plain_http_address: true,
    }
}

fn problems(text: &str) -> Vec<String> {
    let every_step = |_: &gherkin::Step| StepMatch::Defined;
    let SuiteError(found) = match Suite::from_texts([("bad.feature", text)]) {
        Err(error) => error,
        Ok(suite) => match lint(&suite, Rulebook::embedded().unwrap(), &every_step) {
            Err(error) => error,
            Ok(()) => return Vec::new(),
        },
    };
    found.iter().map(ToString::to_string).collect()
}

/// The problem is found, at this line.
#[track_caller]
fn refused(from: &str, to: &str, line: usize, text: &str) {
    assert!(SAMPLE.contains(from), "{from:?} is not in the sample");
    let found = problems(&SAMPLE.replacen(from, to, 1));
    let place = if line == 0 {
        "bad.feature: ".to_owned()
    } else {
        format!("bad.feature:{line}: ")
    };
    assert!(
        found
            .iter()
            .any(|problem| problem.starts_with(&place) && problem.contains(text)),
        "{text:?} at {place} not among:\n{}",
        found
            .iter()
            .filter(|problem| problem.starts_with("bad"))
            .cloned()
            .collect::<Vec<_>>()
            .join("\n")
    );
}

#[test]
fn tags_of_feature_and_scenario_make_a_case() {
    let suite = sample();
    let case = suite.case(&"WH-SIG-02".parse().unwrap()).unwrap();
    assert_eq!(case.severity, Severity::Required);
    assert_eq!(case.clauses.len(), 3, "the feature's clause counts too");
    assert_eq!(case.lane, Lane::Together);
    let (case, only) = suite.example(&example("WH-SIG-19/a")).unwrap();
    assert_eq!(case.lane, Lane::Closing);
    assert_eq!(only.title(), "A refusal is not a signing oracle");
}

#[test]
fn rows_are_expanded_once_and_in_place() {
    let suite = sample();
    let (_, first) = suite.example(&example("WH-SIG-02/a")).unwrap();
    assert_eq!(
        first.title(),
        "Missing signature material is refused: no signature header"
    );
    assert_eq!(first.line(), 16);
    assert_eq!(first.cell("order"), Some("<what> 1"));
    let scenario = first.scenario();
    assert_eq!(
        scenario.steps[0].value,
        "a payment.success is delivered with no signature header"
    );
    assert_eq!(
        scenario.steps[1].value, "nothing happens to <what> 1",
        "a cell is taken as it is"
    );
    assert_eq!(scenario.steps[1].table.as_ref().unwrap().rows[1], ["<what> 1"]);
    assert!(scenario.examples.is_empty());

    let (case, third) = suite.example(&example("WH-SIG-02/c")).unwrap();
    assert_eq!(
        (case.severity, third.severity()),
        (Severity::Required, Severity::Informational)
    );
    assert_eq!(third.line(), 22);
}

#[test]
fn the_parser_yields_the_planned_examples_and_nothing_else() {
    let planned = [
        example("WH-SIG-02/b"),
        example("WH-SIG-19/a"),
        example("WH-SIG-02/z"),
    ];
    let features: Vec<_> = PlannedParser::new(sample(), planned).features().collect();
    assert_eq!(features.len(), 1);
    assert_eq!(
        features[0].path.as_deref(),
        Some(std::path::Path::new("wh-sig/sample.feature"))
    );
    assert!(features[0].background.is_some());
    let ids: Vec<_> = features[0].scenarios.iter().filter_map(example_id).collect();
    assert_eq!(ids, [example("WH-SIG-02/b"), example("WH-SIG-19/a")]);
    assert!(
        features[0].scenarios[0]
            .name
            .starts_with("WH-SIG-02/b Missing signature material")
    );
    assert_eq!(PlannedParser::new(sample(), []).features().count(), 0);
}

#[test]
fn the_engine_reads_the_same_features() {
    let planned = || PlannedParser::new(sample(), [example("WH-SIG-02/b")]);
    let parsed = planned().parse((), cucumber::cli::Empty).map(Result::unwrap);
    let parsed: Vec<_> = futures::executor::block_on(parsed.collect());
    assert_eq!(parsed, planned().features().collect::<Vec<_>>());
}

#[test]
fn what_would_mean_less_than_it_says_is_refused() {
    refused("@severity:required", "@retry(3)", 8, "tags that begin with retry");
    refused("@severity:required ", "", 8, "no severity");
    refused(
        "@severity:required",
        "@severity:recommended",
        8,
        "recommended here and required in the rulebook",
    );
    refused("@case:WH-SIG-19", "@case:WH-SIG-02", 25, "already at");
    refused("@case:WH-SIG-19", "@case:WH-SIG-77", 25, "not in the rulebook");
    refused(
        "@clause:001:4.3",
        "@clause:001:99",
        25,
        "not in rulebook/clauses.toml",
    );
    refused(
        "@defect:oracle-response",
        "@defect:oracle",
        25,
        "not in rulebook/defects.toml",
    );
    refused("@defect:oracle-response ", "", 25, "names no defect");
    refused("@lane:closing", "@lane:late", 25, "unknown lane");
    refused("@lane:closing", "@serial", 25, "unknown tag");
    refused(
        "    Then no answer",
        "    * no answer",
        26,
        "always read as Given",
    );
    refused(
        "    Then no answer held",
        "    Given no answer held",
        25,
        "has no Then",
    );
    refused(
        "    When a payment.success",
        "    Wehn a payment.success",
        8,
        "misspelt keyword",
    );
    refused("<what>\n", "<waht>\n", 9, "<waht> is no column");
    refused(
        "      | b | no timestamp",
        "      | a | no timestamp",
        17,
        "letters rise and are unique",
    );
    refused(
        "| no timestamp header",
        "| no signature header",
        17,
        "also titled",
    );
    refused("      | c | no id header | order 3 |\n", "", 20, "header alone");
    refused(
        "| x | what         |",
        "| y | what         |",
        20,
        "first column of Examples must be x",
    );
    refused("@severity:informational", "@lane:quiet", 20, "may only carry");
    refused(
        "@lane:closing",
        "@mode:certify",
        25,
        "only mode:long says anything",
    );
    refused(
        "@severity:informational",
        "@mode:long",
        22,
        "names no pause of hours",
    );
    refused(
        "no id header",
        "the platform's whole retry horizon",
        22,
        "put @mode:long on its Examples",
    );
    refused(
        "held a signature",
        "held\n      \"\"\"\n      text\n      \"\"\"",
        26,
        "docstrings do not keep their bytes",
    );
    refused(
        "Feature: Signatures",
        "Fature: Signatures",
        0,
        "no readable feature file",
    );
}

#[test]
fn the_rulebook_is_held_against_the_features() {
    let found = problems(SAMPLE);
    let missing = "rulebook/wh-sig.toml: WH-SIG-01 has no scenario in any feature file";
    assert!(found.iter().any(|problem| problem == missing), "{found:?}");
    assert!(
        found
            .iter()
            .any(|problem| problem.contains("names WH-SIG-02/d, which does not exist"))
    );
}

#[test]
fn every_step_is_defined_exactly_once() {
    let suite = sample();
    let resolve = |step: &gherkin::Step| match step.value.as_str() {
        "a partner" => StepMatch::Undefined,
        "no answer held a signature" => StepMatch::Ambiguous(vec!["one".to_owned(), "two".to_owned()]),
        _ => StepMatch::Defined,
    };
    let SuiteError(found) = lint(&suite, Rulebook::embedded().unwrap(), &resolve).unwrap_err();
    let found: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert!(
        found
            .iter()
            .any(|problem| problem.contains(":5: no step is defined for \"Given a partner\""))
    );
    assert!(
        found
            .iter()
            .any(|problem| problem.contains("is defined more than once: one and two"))
    );
}

#[test]
fn the_embedded_suite_agrees_with_the_embedded_rulebook() {
    let suite = Suite::embedded().unwrap();
    let every_step = |_: &gherkin::Step| StepMatch::Defined;
    if let Err(error) = lint(&suite, Rulebook::embedded().unwrap(), &every_step) {
        panic!("{error}");
    }
    let examples: usize = suite.cases.iter().map(|case| case.examples.len()).sum();
    assert!(
        suite.cases.len() >= 36 && examples >= 110,
        "{} cases, {examples} examples",
        suite.cases.len()
    );
}

#[test]
fn the_embedded_suite_plans_in_catalogue_order() {
    let suite = Arc::new(Suite::embedded().unwrap());
    let rulebook = Rulebook::embedded().unwrap();
    let scope: Vec<_> = EventType::ALL[..5].to_vec();
    let plan = Plan::make(suite, rulebook, &declared(&scope), &Filter::all(Mode::Certify)).unwrap();

    assert_eq!(plan.entries()[0].example, example("WH-DEL-01/a"));
    let places: Vec<_> = plan
        .entries()
        .iter()
        .map(|entry| rulebook.place(&entry.case()))
        .collect();
    assert!(places.is_sorted());
    let ids: BTreeSet<_> = plan.entries().iter().map(|entry| &entry.example).collect();
    assert_eq!(ids.len(), plan.entries().len());

    let order = plan.order();
    assert!(order.iter().map(|entry| entry.lane).is_sorted());
    let together = order.iter().take_while(|entry| entry.lane == Lane::Together);
    assert!(
        together
            .map(|entry| {
                let detail = plan.detail(&entry.example).unwrap();
                (detail.rest, detail.takes)
            })
            .is_sorted_by(|earlier, later| earlier >= later)
    );
    assert_eq!(order.last().unwrap().lane, Lane::Closing);

    let claim = plan
        .entries()
        .iter()
        .find(|entry| entry.example == example("LOG-01/f"))
        .unwrap();
    let Selection::NotApplicable { reason } = &claim.selection else {
        panic!("{claim:?}")
    };
    assert_eq!(reason, "claim.submitted is not among the declared webhooks");
    assert_eq!(
        plan.detail(&claim.example).unwrap().unobservable,
        [Observation::Log]
    );

    assert_eq!(
        plan.digest(),
        digest_of(plan.suite_digest(), plan.mode(), plan.entries())
    );
    let parsed: usize = plan
        .parser()
        .features()
        .map(|feature| feature.scenarios.len())
        .sum();
    assert_eq!(parsed, plan.selected().count());
}

#[test]
fn a_filter_excludes_with_a_reason_and_changes_the_digest() {
    let make = |filter: &Filter| {
        let all = declared(&EventType::ALL);
        Plan::make(sample(), Rulebook::embedded().unwrap(), &all, filter)
    };
    let whole = make(&Filter::all(Mode::Certify)).unwrap();
    assert_eq!(whole.selected().count(), 4);
    let one = Filter {
        examples: vec!["WH-SIG-02/b".to_owned()],
        ..Filter::all(Mode::Certify)
    };
    let filtered = make(&one).unwrap();
    assert_eq!(
        filtered
            .selected()
            .map(|entry| entry.example.as_str())
            .collect::<Vec<_>>(),
        ["WH-SIG-02/b"]
    );
    let Selection::Excluded { reason } = &filtered.entries()[0].selection else {
        panic!()
    };
    assert_eq!(reason, "the run is limited to WH-SIG-02/b");
    assert_ne!(whole.digest(), filtered.digest());

    let smoke = make(&Filter::all(Mode::Smoke)).unwrap();
    assert_eq!(smoke.selected().count(), 3, "WH-SIG-19 is not in a smoke run");
}

#[test]
fn nothing_selected_and_unknown_names_are_errors() {
    let rulebook = Rulebook::embedded().unwrap();
    let wrong = Filter {
        cases: vec!["WH-SIG-20".to_owned()],
        areas: vec!["WH-SGI".to_owned()],
        ..Filter::all(Mode::Certify)
    };
    let error = Plan::make(sample(), rulebook, &declared(&EventType::ALL), &wrong).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no area is called \"WH-SGI\"; did you mean WH-SIG?; \
         no case is called \"WH-SIG-20\"; did you mean WH-SIG-02, WH-SIG-19?"
    );

    let error = Plan::make(sample(), rulebook, &declared(&[]), &Filter::all(Mode::Certify)).unwrap_err();
    let PlanError::NothingSelected {
        excluded: 0,
        not_applicable: 4,
        reasons,
    } = &error
    else {
        panic!("{error}")
    };
    assert!(!reasons.is_empty());
    for reason in reasons {
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[test]
fn pauses_of_hours_are_left_to_long_runs_and_start_first() {
    let suite = Arc::new(Suite::embedded().unwrap());
    let make = |mode| {
        let all = declared(&EventType::ALL);
        Plan::make(
            Arc::clone(&suite),
            Rulebook::embedded().unwrap(),
            &all,
            &Filter::all(mode),
        )
        .unwrap()
    };
    let profile = Profile::embedded("senang-io").unwrap();
    let (certify, long) = (make(Mode::Certify), make(Mode::Long));
    let days = example("WH-DUP-04/b");
    let entry = |plan: &Plan| {
        let found = plan.entries().iter().find(|entry| entry.example == days);
        found.unwrap().clone()
    };
    let Selection::Excluded { reason } = entry(&certify).selection else {
        panic!()
    };
    assert_eq!(
        reason,
        "only part of a long run, because it waits for the platform's whole retry horizon"
    );
    assert_eq!(entry(&long).selection, Selection::Selected);
    assert_ne!(certify.digest(), long.digest());
    assert_eq!(long.order()[0].example, days);
    assert_eq!(certify.order()[0].example, example("WH-DUP-04/a"));

    let (minutes, hours) = (certify.estimate(&profile), long.estimate(&profile));
    assert_eq!(hours.as_secs() / 3600, 80);
    assert_eq!(minutes.as_secs() / 60, 6);
    let compressed = long.estimate(&profile.compressed());
    assert!(compressed.as_secs() < 60, "{compressed:?}");
}
