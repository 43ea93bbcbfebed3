//! Each cause on a built run that shows it, and on one that does not.

use super::{
    Kind, Sure,
    samples::{
        answered_with, counted, failed, forged, kept_after, logged, looked, only, operated, passed, right,
        right_at, run, run_with, searched, started, unanswered, undecided, without_tls,
    },
};
use crate::{
    transcript::{
        exchange::NoAnswer,
        observation::{LogLine, Moment, OperationEnd, Read},
    },
    verdict::lattice::RunOutcome,
    wire::tampering::Tampering,
};

const LIFELESS: &str = "the endpoint showed no sign of life: a good delivery got status 401 after 2 ms";

#[test]
fn a_door_that_keeps_nothing_is_one_cause_of_the_kind_that_its_answers_tell() {
    for (status, kind, told) in [
        (401, Kind::Configuration, "PARTNER_WEBHOOK_SECRET"),
        (404, Kind::Configuration, "is not the path"),
        (302, Kind::Configuration, "leads to another address"),
        (429, Kind::Configuration, "rate limit"),
        (503, Kind::Environment, "proxy"),
        (500, Kind::Implementation, "fails before"),
    ] {
        let assessment = run(&[
            failed(
                "WH-DEL-01/a",
                &["not-acknowledged", "no-effect"],
                vec![right(status)],
            ),
            undecided("WH-SIG-02/a", LIFELESS, vec![right(status)]),
            passed("LOG-05/a", vec![]),
        ]);
        let (cause, examples) = only(&assessment);
        assert_eq!(cause.kind, kind, "{status}");
        assert!(cause.likely.contains(told), "{status}: {}", cause.likely);
        assert_eq!(examples, ["WH-DEL-01/a", "WH-SIG-02/a"]);
        assert!(cause.in_part.is_empty());
        assert_eq!(assessment.outcome, RunOutcome::NonConformant);
    }
}

#[test]
fn one_delivery_that_is_kept_is_no_shut_door() {
    let assessment = run(&[
        failed("WH-DEL-01/a", &["not-acknowledged"], vec![right(401)]),
        passed("WH-SIG-01/a", vec![right(200)]),
    ]);
    assert_eq!(assessment.causes, []);
}

#[test]
fn a_clock_that_is_wrong_is_no_wrong_secret() {
    let late = "Sun, 09 Sep 2001 02:46:40 GMT";
    let assessment = run(&[failed(
        "WH-SIG-01/a",
        &["not-acknowledged"],
        vec![right_at(401, late)],
    )]);
    let (cause, _) = only(&assessment);
    assert_eq!(cause.kind, Kind::Environment);
    assert!(cause.likely.contains("clock"), "{}", cause.likely);
}

#[test]
fn what_a_shut_door_does_not_explain_is_said() {
    let assessment = run(&[failed(
        "WH-SIG-05/a",
        &["no-effect", "discloses-secrets"],
        vec![right(401)],
    )]);
    let (cause, _) = only(&assessment);
    assert_eq!(cause.in_part, cause.examples);
}

#[test]
fn a_partner_that_ends_in_the_middle_is_the_environment() {
    let lost = |at| vec![unanswered(at, NoAnswer::Connect)];
    let assessment = run(&[
        passed("WH-DEL-01/a", vec![right(200)]),
        undecided("WH-DEL-02/a", LIFELESS, lost(20)),
        undecided("WH-DEL-04/a", LIFELESS, lost(21)),
        failed("WH-DEL-05/a", &["no-effect"], lost(22)),
    ]);
    let (cause, examples) = only(&assessment);
    assert_eq!(cause.kind, Kind::Environment);
    assert!(cause.title.contains("was gone from"), "{}", cause.title);
    assert_eq!(examples.len(), 3);
}

#[test]
fn effects_that_nobody_can_read_are_told_with_what_the_channel_says() {
    for (why, kind) in [
        ("the probe answers with status 401", Kind::Configuration),
        ("the probe answers with status 502", Kind::Environment),
        ("could not connect: Connection refused", Kind::Environment),
        ("the answer has no /count", Kind::Configuration),
    ] {
        let unreadable = || looked(Moment::After, Read::Unreadable(why.to_owned()));
        let said = "the effect of order ORD-1 could not be read: see [effects.order]";
        let remarks = ["[effects.order]: no reading of ORD-2", "[log]: another matter"];
        let assessment = run_with(
            &[
                undecided("WH-DEL-01/a", said, vec![right(200), unreadable()]),
                undecided("WH-DEL-02/a", said, vec![right(200), unreadable()]),
            ],
            &remarks,
            false,
        );
        let (cause, examples) = only(&assessment);
        assert_eq!((cause.kind, cause.sure), (kind, Sure::Certain), "{why}");
        assert_eq!(examples.len(), 2);
        assert_eq!(cause.remarks, [remarks[0]]);
    }
}

#[test]
fn a_count_that_never_changes_is_a_wrong_count_where_forgeries_are_refused() {
    let events = |more: Vec<_>| [vec![right(200)], counted(0, 0), more].concat();
    let examples = |forgery: u16| {
        vec![
            failed("WH-DEL-01/a", &["no-effect"], events(vec![])),
            failed("WH-DEL-03/a", &["no-effect", "wrong-state"], events(vec![])),
            failed(
                "WH-DUP-01/a",
                &["no-effect"],
                events(vec![forged(Tampering::Stale, forgery)]),
            ),
        ]
    };
    let assessment = run(&examples(401));
    assert_eq!(only(&assessment).0.kind, Kind::Configuration);
    let assessment = run(&examples(200));
    assert_eq!(only(&assessment).0.kind, Kind::Implementation);
    let mut moving = examples(401);
    moving.push(passed("WH-SIG-01/a", [vec![right(200)], counted(0, 1)].concat()));
    assert!(run(&moving).causes.iter().all(|cause| !cause.recognised));
}

#[test]
fn signatures_that_nobody_compares_are_one_cause() {
    let taken = |how| vec![right(200), forged(how, 200)];
    let examples = |key: u16| {
        vec![
            failed(
                "WH-SIG-03/a",
                &["effect-followed"],
                vec![forged(Tampering::RandomKey, key)],
            ),
            failed(
                "WH-SIG-04/a",
                &["effect-followed", "accepted"],
                taken(Tampering::EmptyKey),
            ),
            failed("WH-DUP-01/a", &["duplicate-effect"], vec![right(200)]),
        ]
    };
    let assessment = run(&examples(200));
    let (cause, examples_of_it) = only(&assessment);
    assert_eq!((cause.kind, cause.recognised), (Kind::Implementation, true));
    assert_eq!(examples_of_it, ["WH-SIG-03/a", "WH-SIG-04/a"]);
    assert_eq!(run(&examples(401)).causes, []);
}

#[test]
fn repeats_that_take_effect_are_one_cause_in_several_cases_only() {
    let again = |example| failed(example, &["duplicate-effect"], vec![right(200)]);
    let assessment = run(&[
        again("WH-DUP-01/a"),
        again("WH-DUP-02/a"),
        failed("API-RTY-01/a", &["duplicate-effect"], vec![]),
    ]);
    let (cause, examples) = only(&assessment);
    assert!(cause.recognised);
    assert_eq!(examples, ["WH-DUP-01/a", "WH-DUP-02/a"]);
    let alone = run(&[again("WH-DUP-01/a"), again("WH-DUP-01/b")]);
    assert!(!only(&alone).0.recognised);
}

#[test]
fn a_log_that_is_missing_or_misread_is_configuration() {
    let unread = "the log could not be read: no such file; repair [log]";
    let assessment = run(&[
        undecided("LOG-01/a", unread, vec![searched(vec![], Some("no such file"))]),
        undecided("LOG-02/a", unread, vec![searched(vec![], Some("no such file"))]),
    ]);
    assert_eq!(only(&assessment).0.kind, Kind::Configuration);
    let line = || LogLine {
        text: "evt_1".to_owned(),
        time: Some("now".to_owned()),
        result: Some("processed".to_owned()),
        event_type: Some("payment.success".to_owned()),
        ..LogLine::default()
    };
    let seen = |lines: Vec<LogLine>| vec![searched(lines, None)];
    let assessment = run(&[
        failed("LOG-01/a", &["incomplete-log-line"], seen(vec![line(), line()])),
        failed("LOG-01/b", &["incomplete-log-line"], seen(vec![line()])),
    ]);
    let (cause, _) = only(&assessment);
    assert!(cause.title.contains("[log] event_id"), "{}", cause.title);
}

#[test]
fn sections_that_are_missing_are_told_from_those_that_say_too_little() {
    let reason =
        "no channel shows effects on policy: declare [effects.policy] (http, command, log or manual)";
    let flag = "no channel shows it: declare [effects.order] with flag, so that it can be seen";
    let assessment = run(&[
        undecided("WH-DEL-03/a", reason, vec![]),
        undecided("WH-DEL-04/a", reason, vec![]),
        undecided("API-FLW-10/a", flag, vec![]),
    ]);
    let titles: Vec<(&str, usize)> = assessment
        .causes
        .iter()
        .map(|cause| (cause.title.as_str(), cause.examples.len()))
        .collect();
    assert_eq!(
        titles,
        [
            ("[effects.policy] is not declared", 2),
            ("[effects.order] does not show all that is asked for", 1)
        ]
    );
}

#[test]
fn an_operation_that_never_starts_takes_all_that_need_it() {
    let unusable = || operated(OperationEnd::Unusable("answered with status 404".to_owned()));
    let reason = "the operation order made no order: it failed";
    let examples = |more: Vec<_>| {
        let mut examples: Vec<_> = ["WH-DEL-01/a", "WH-DEL-02/a", "WH-DEL-04/a"]
            .into_iter()
            .map(|example| undecided(example, reason, vec![unusable()]))
            .collect();
        examples.extend(more);
        examples
    };
    let assessment = run(&examples(vec![]));
    let (cause, examples_of_it) = only(&assessment);
    assert_eq!(cause.kind, Kind::Configuration);
    assert_eq!(examples_of_it.len(), 3);
    let done = OperationEnd::Finished {
        outcome: "success".to_owned(),
        category: None,
        reference: None,
        message: None,
    };
    let assessment = run(&examples(vec![passed("WH-SIG-01/a", vec![operated(done)])]));
    assert!(!only(&assessment).0.recognised);
}

#[test]
fn whatever_is_left_is_told_together_only_where_it_says_the_same() {
    let assessment = run(&[
        failed("WH-PAY-01/a", &["wrong-value"], vec![]),
        failed("WH-PAY-01/b", &["wrong-value"], vec![]),
        failed("WH-PAY-02/a", &["wrong-value"], vec![]),
        failed("WH-PAY-01/c", &["server-error", "wrong-value"], vec![]),
        undecided("LOG-02/a", "nothing came of ORD-11111 in time", vec![]),
        undecided("LOG-03/a", "nothing came of ORD-22222 in time", vec![]),
    ]);
    let told: Vec<Vec<&str>> = assessment
        .causes
        .iter()
        .map(|cause| {
            cause
                .examples
                .iter()
                .map(crate::contract::id::ExampleId::as_str)
                .collect()
        })
        .collect();
    assert_eq!(
        told,
        [vec!["WH-PAY-01/a", "WH-PAY-01/b"], vec!["LOG-02/a", "LOG-03/a"]]
    );
    assert!(assessment.causes.iter().all(|cause| !cause.recognised));
}

#[test]
fn an_interruption_explains_what_was_not_reached_and_nothing_else() {
    let assessment = run_with(
        &[
            undecided("WH-DEL-01/a", crate::verdict::judge::NEVER_RAN, vec![]),
            failed("WH-DEL-02/a", &["no-effect"], vec![]),
        ],
        &[],
        true,
    );
    let (cause, examples) = only(&assessment);
    assert_eq!((cause.kind, examples), (Kind::Environment, vec!["WH-DEL-01/a"]));
}

#[test]
fn answers_that_are_always_late_are_one_cause_that_says_how_late() {
    let late = |example| {
        failed(
            example,
            &["late-acknowledgement"],
            vec![kept_after(6021), kept_after(6003)],
        )
    };
    let examples = |more: Vec<_>| {
        let mut examples = vec![late("WH-DEL-01/a"), late("WH-SIG-01/a")];
        examples.extend(more);
        examples
    };
    let assessment = run(&examples(vec![]));
    let (cause, of_it) = only(&assessment);
    assert_eq!((cause.kind, cause.sure), (Kind::Implementation, Sure::Certain));
    assert_eq!(
        cause.title,
        "the endpoint of [webhook] answers good deliveries after 6.0 s; due within 5 s"
    );
    assert!(cause.next.starts_with("acknowledge once the message is kept"));
    assert_eq!(of_it, ["WH-DEL-01/a", "WH-SIG-01/a"]);
    // Some that are late among many that are not have another cause.
    let quick = passed("WH-SIG-02/a", vec![kept_after(20); 9]);
    assert!(
        run(&examples(vec![quick]))
            .causes
            .iter()
            .all(|cause| !cause.recognised)
    );
}

#[test]
fn server_errors_everywhere_are_one_cause_and_not_those_of_one_place() {
    let reason = "the operation order made no order: it failed with status 500";
    let broken = || {
        looked(
            Moment::After,
            Read::Unreadable("the probe answers with status 500".to_owned()),
        )
    };
    let examples = |more: Vec<_>| {
        let mut examples: Vec<_> = ["WH-DEL-01/a", "WH-DEL-02/a", "WH-DEL-04/a"]
            .into_iter()
            .map(|example| undecided(example, reason, vec![answered_with(500), broken()]))
            .collect();
        examples.extend(more);
        examples
    };
    let assessment = run(&examples(vec![]));
    let (cause, of_it) = only(&assessment);
    assert_eq!(cause.kind, Kind::Implementation);
    assert_eq!(
        cause.title,
        "your system answers 5xx to everything: [effects.order], [start.order]"
    );
    assert_eq!(of_it.len(), 3);
    let assessment = run(&examples(vec![passed("LOG-05/a", vec![right(200)])]));
    assert!(
        assessment
            .causes
            .iter()
            .all(|cause| !cause.title.contains("everything")),
        "{:#?}",
        assessment.causes
    );
}

#[test]
fn a_start_that_fails_is_told_with_its_status_and_without_a_sandbox_that_nobody_declared() {
    for (status, kind, told) in [
        (404, Kind::Configuration, "is not an address of your system"),
        (403, Kind::Configuration, "wants to know who asks"),
        (422, Kind::Configuration, "hands over too little"),
        (500, Kind::Implementation, "fails when it is asked"),
    ] {
        let reason = "the operation order made no order: it failed";
        let assessment = run(&["WH-DEL-01/a", "WH-DEL-02/a", "WH-DEL-04/a"]
            .into_iter()
            .map(|example| undecided(example, reason, vec![answered_with(status)]))
            .collect::<Vec<_>>());
        let (cause, _) = only(&assessment);
        assert_eq!(cause.kind, kind, "{status}");
        assert!(
            cause.title.ends_with(&format!(": status {status}")),
            "{}",
            cause.title
        );
        assert!(cause.likely.contains(told), "{}", cause.likely);
        assert!(!cause.likely.contains("sandbox"), "{}", cause.likely);
    }
}

#[test]
fn what_the_log_says_of_good_messages_explains_why_nothing_moves() {
    let examples = |result: &str| {
        ["WH-DEL-01/a", "WH-DEL-03/a", "WH-DUP-01/a"]
            .into_iter()
            .map(|example| {
                let events = [vec![right(200)], counted(0, 0), vec![logged(result)]].concat();
                failed(example, &["no-effect"], events)
            })
            .collect::<Vec<_>>()
    };
    for (result, kind, next) in [
        (
            "amount_mismatch",
            Kind::Configuration,
            "amount = \"{amount}\" in its body",
        ),
        ("unknown_order", Kind::Configuration, "hand {order} over"),
        ("queue_full", Kind::Implementation, "where it logs \"queue_full\""),
    ] {
        let assessment = run(&examples(result));
        let (cause, _) = only(&assessment);
        assert_eq!(cause.kind, kind, "{result}");
        assert_eq!(
            cause.title,
            format!("your system logs {result:?} for good messages: it does not act on them")
        );
        assert!(cause.next.contains(next), "{}", cause.next);
    }
    let assessment = run(&examples("processed"));
    assert!(only(&assessment).0.title.contains("did not change once"));
}

#[test]
fn readings_of_objects_that_were_made_and_are_not_there_are_a_wrong_address() {
    let events = || [vec![answered_with(201), right(200)], counted(0, 0)].concat();
    let assessment = run(&["WH-DEL-01/a", "WH-DEL-03/a", "WH-DUP-01/a"]
        .into_iter()
        .map(|example| failed(example, &["no-effect"], events()))
        .collect::<Vec<_>>());
    let (cause, _) = only(&assessment);
    assert_eq!((cause.kind, cause.sure), (Kind::Configuration, Sure::Likely));
    assert_eq!(
        cause.title,
        "[effects.order] finds none of the objects that [start.order] made"
    );
}

#[test]
fn https_at_a_plain_port_is_told_from_a_bad_certificate() {
    let examples = |detail: &str| {
        vec![
            failed("WH-DEL-01/a", &["not-acknowledged"], vec![without_tls(detail)]),
            failed("EP-TLS-02/a", &["no-modern-tls"], vec![]),
        ]
    };
    let assessment = run(&examples("received corrupt message of type InvalidContentType"));
    let (cause, of_it) = only(&assessment);
    assert_eq!((cause.kind, cause.sure), (Kind::Configuration, Sure::Certain));
    assert_eq!(
        cause.title,
        "the address of [webhook] says https, and the port speaks plain http"
    );
    assert_eq!(of_it.len(), 2);
    let assessment = run(&examples("invalid peer certificate: UnknownIssuer"));
    let (cause, of_it) = only(&assessment);
    assert_eq!((cause.kind, of_it), (Kind::Environment, vec!["WH-DEL-01/a"]));
}

#[test]
fn what_only_wants_a_channel_and_does_not_weigh_is_light() {
    let reason = "no [alerts] is declared; add where alarms show";
    let mut assessment = run(&[
        undecided("LOG-08/a", reason, vec![]),
        undecided("LOG-08/b", reason, vec![]),
    ]);
    let cause = only(&assessment).0.clone();
    assert!(!cause.next.contains("capabilities"), "{}", cause.next);
    assert!(!assessment.is_light(&cause));
    for row in &mut assessment.rows {
        row.entry.severity = crate::contract::severity::Severity::Recommended;
    }
    let signs = assessment.signs.clone();
    let assessment = assessment.explained(&started(), signs);
    assert!(assessment.is_light(only(&assessment).0));
}
