//! Logs as libraries write them.

use std::path::Path;

use super::{Field, Guess, guess};
use crate::{
    actors::log::sample::{Said, read},
    cli::init::{
        answers::{Log, LogForm},
        render_rest::log_section,
    },
    config::{host::Host, partner::Config},
};

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

fn pointers(guess: &Guess) -> [Option<&str>; 4] {
    match &guess.form {
        LogForm::Json {
            event_id,
            time,
            kind,
            result,
            ..
        } => [
            Some(event_id),
            time.as_deref(),
            kind.as_deref(),
            result.as_deref(),
        ],
        LogForm::Pattern(pattern) => panic!("a pattern: {pattern}"),
    }
}

/// What the reader of runs reads with the section that is written for the guess.
fn really_read(guess: &Guess, lines: &[String]) -> Vec<Said> {
    let section = log_section(&Log {
        path: "x.log".to_owned(),
        form: guess.form.clone(),
        time_zone: (guess.zoned == Some(false)).then(|| "Asia/Kuala_Lumpur".to_owned()),
        time_format: guess.time_format.map(str::to_owned),
        processed: Vec::new(),
        is_guess: false,
    });
    let text = format!(
        "[partner]\nid = \"x\"\nname = \"x\"\nimplementation = \"x\"\nversion = \"x\"\n[capabilities]\n{section}"
    );
    let config = Config::from_text_in(&text, "x", Path::new(""), &Host::read()).unwrap();
    read(&config.log.unwrap(), lines.iter().map(String::as_str))
}

/// The line with this id is read wholly.
#[track_caller]
fn reads(text: &str, id: &str, kind: &str, result: &str, time: &str) -> Guess {
    let lines = lines(text);
    let guess = guess(&lines).unwrap();
    let said = really_read(&guess, &lines);
    let hit = said
        .iter()
        .find(|said| said.event_id.as_deref() == Some(id) && said.result.is_some());
    let hit = hit.unwrap_or_else(|| panic!("{guess:#?}\n{said:#?}"));
    assert_eq!(hit.event_type.as_deref(), Some(kind), "{guess:#?}");
    assert_eq!(hit.result.as_deref(), Some(result), "{guess:#?}");
    let moment: jiff::Timestamp = time.parse().unwrap();
    assert_eq!(
        hit.unix_millis,
        Some(moment.as_millisecond()),
        "{hit:?} {guess:#?}"
    );
    guess
}

#[test]
fn pino_with_its_epoch_and_requests_in_between() {
    let text = r#"{"level":30,"time":1796000000000,"pid":7,"hostname":"web","req":{"id":"req-1","method":"POST","url":"/hooks","headers":{"webhook-id":"evt_a1"}},"msg":"incoming request"}
{"level":30,"time":1796000000050,"pid":7,"hostname":"web","eventId":"evt_a1","eventType":"payment.success","result":"processed","msg":"webhook"}
{"level":30,"time":1796000000060,"pid":7,"hostname":"web","req":{"id":"req-1"},"res":{"statusCode":200},"responseTime":12,"msg":"request completed"}
{"level":30,"time":1796000001050,"pid":7,"hostname":"web","eventId":"evt_a2","eventType":"payment.failed","result":"duplicate","msg":"webhook"}"#;
    let guess = reads(
        text,
        "evt_a1",
        "payment.success",
        "processed",
        "2026-11-30T00:53:20.050Z",
    );
    assert_eq!(
        pointers(&guess),
        [
            Some("/eventId"),
            Some("/time"),
            Some("/eventType"),
            Some("/result")
        ]
    );
    assert!(guess.found.iter().all(|found| found.sure));
    assert_eq!(guess.results, ["processed", "duplicate"]);
}

#[test]
fn bunyan_with_nested_members() {
    let text = r#"{"name":"shop","hostname":"web","pid":7,"level":30,"event":{"id":"evt_b1","type":"policy.issued"},"outcome":"ok","msg":"handled","time":"2026-11-29T10:00:00.123Z","v":0}
{"name":"shop","hostname":"web","pid":7,"level":40,"event":{"id":"evt_b2","type":"policy.issued"},"outcome":"rejected","msg":"handled","time":"2026-11-29T10:00:01.123Z","v":0}"#;
    let guess = reads(text, "evt_b1", "policy.issued", "ok", "2026-11-29T10:00:00.123Z");
    assert_eq!(
        pointers(&guess),
        [
            Some("/event/id"),
            Some("/time"),
            Some("/event/type"),
            Some("/outcome")
        ]
    );
    assert_eq!(guess.processed(), ["ok"]);
}

#[test]
fn python_json_without_a_zone() {
    let text = r#"{"asctime": "2026-11-29 18:00:00,123", "levelname": "INFO", "name": "hooks", "message": "done", "event_id": "evt_c1", "type": "payment.success", "status": "processed"}"#;
    let guess = reads(
        text,
        "evt_c1",
        "payment.success",
        "processed",
        "2026-11-29T10:00:00.123Z",
    );
    assert_eq!(guess.zoned, Some(false));
    assert_eq!(pointers(&guess)[3], Some("/status"));
}

#[test]
fn a_name_with_a_slash_is_escaped() {
    let text = r#"{"@timestamp":"2026-11-29T10:00:00Z","senang/event":"evt_d1","kind":"claim.submitted","result":"processed"}"#;
    let guess = reads(
        text,
        "evt_d1",
        "claim.submitted",
        "processed",
        "2026-11-29T10:00:00Z",
    );
    assert_eq!(pointers(&guess)[0], Some("/senang~1event"));
}

#[test]
fn an_event_of_its_own_time_is_not_the_time_of_the_line() {
    let text = r#"{"created_at":"2026-11-28T00:00:00Z","ts":1795946400.5,"event_id":"evt_e1","event":"payment.success","result":"processed"}"#;
    let guess = reads(
        text,
        "evt_e1",
        "payment.success",
        "processed",
        "2026-11-29T10:00:00.5Z",
    );
    assert_eq!(pointers(&guess)[1], Some("/ts"));
    assert_eq!(pointers(&guess)[2], Some("/event"));
}

#[test]
fn monolog_lines() {
    let text = r#"[2026-11-29T10:00:00.123456+08:00] webhooks.INFO: webhook {"event_id":"evt_f1","type":"payment.success","result":"processed"} []
[2026-11-29T10:00:00.200000+08:00] app.INFO: GET /health [] []
[2026-11-29T10:00:01.123456+08:00] webhooks.WARNING: webhook {"event_id":"evt_f2","type":"payment.success","result":"refused"} []"#;
    reads(
        text,
        "evt_f1",
        "payment.success",
        "processed",
        "2026-11-29T02:00:00.123Z",
    );
    reads(
        text,
        "evt_f2",
        "payment.success",
        "refused",
        "2026-11-29T02:00:01.123Z",
    );
}

#[test]
fn logfmt() {
    let text = "time=2026-11-29T10:00:00Z level=info msg=\"listening\" request_id=abc\n\
                time=2026-11-29T10:00:01.5Z level=info msg=\"webhook done\" request_id=abc event_id=evt_g1 type=payment.failed result=processed\n\
                time=2026-11-29T10:00:02Z level=warn msg=\"bad signature\" request_id=abd event_id=evt_g2 result=refused";
    let guess = reads(
        text,
        "evt_g1",
        "payment.failed",
        "processed",
        "2026-11-29T10:00:01.5Z",
    );
    let said = really_read(&guess, &lines(text));
    assert_eq!(said[2].event_id.as_deref(), Some("evt_g2"));
    assert_eq!(said[2].result.as_deref(), Some("refused"));
    assert_eq!(said[0].event_id, None);
}

#[test]
fn an_id_that_ends_like_another_name_is_not_it() {
    let text = "ts=2026-11-29T10:00:00Z request-id=r1 id=evt_h1 event=payment.success result=processed";
    reads(
        text,
        "evt_h1",
        "payment.success",
        "processed",
        "2026-11-29T10:00:00Z",
    );
}

#[test]
fn text_without_names() {
    let text = "2026-11-29 10:00:00,123 INFO hooks: evt_i1 payment.success processed in 12 ms\n\
                2026-11-29 10:00:01,000 INFO hooks: evt_i2 payment.failed duplicate in 1 ms\n\
                2026-11-29 10:00:02,000 INFO db: pool of 5 connections";
    let guess = reads(
        text,
        "evt_i1",
        "payment.success",
        "processed",
        "2026-11-29T02:00:00.123Z",
    );
    assert_eq!(guess.zoned, Some(false));
    reads(
        text,
        "evt_i2",
        "payment.failed",
        "duplicate",
        "2026-11-29T02:00:01Z",
    );
}

#[test]
fn a_log_like_that_of_a_web_server() {
    let text = "127.0.0.1 - - [29/Nov/2026:10:00:00 +0800] \"POST /hooks HTTP/1.1\" 200 2 event_id=evt_j1 type=policy.cancelled result=processed\n\
                127.0.0.1 - - [29/Nov/2026:10:00:01 +0800] \"GET / HTTP/1.1\" 200 512";
    let lines = lines(text);
    let guess = guess(&lines).unwrap();
    let said = really_read(&guess, &lines);
    assert_eq!(said[0].event_id.as_deref(), Some("evt_j1"));
    assert_eq!(said[0].result.as_deref(), Some("processed"));
    assert_eq!(
        said[0].unix_millis,
        Some(
            "2026-11-29T02:00:00Z"
                .parse::<jiff::Timestamp>()
                .unwrap()
                .as_millisecond()
        ),
        "{guess:#?}"
    );
    assert_eq!(said[1], Said::default());
}

#[test]
fn a_log_full_of_other_things() {
    let other = r#"{"time":"2026-11-29T09:00:00Z","id":"req-7","type":"access","status":"ok","path":"/"}"#;
    let mut text = format!("{other}\n").repeat(500);
    let nothing = guess(&lines(&text)).unwrap();
    assert_eq!(nothing.events, 0);
    assert!(nothing.found.is_empty() && nothing.example.is_none());
    text.push_str(
        "{\"time\":\"2026-11-29T10:00:00Z\",\"id\":\"req-9\",\"type\":\"job\",\"event\":{\"id\":\"evt_k1\",\"type\":\"payment.success\"},\"result\":\"processed\"}\n",
    );
    let guess = reads(
        &text,
        "evt_k1",
        "payment.success",
        "processed",
        "2026-11-29T10:00:00Z",
    );
    assert_eq!(pointers(&guess)[0], Some("/event/id"));
    assert_eq!((guess.events, guess.lines), (1, 501));
}

#[test]
fn what_has_only_a_name_is_no_certainty() {
    let text =
        r#"{"time":"2026-11-29T10:00:00Z","event_id":"a7","type":"payment_succeeded","result":"booked"}"#;
    let guess = guess(&lines(text)).unwrap();
    let sure = |field| {
        guess
            .found
            .iter()
            .find(|found| found.field == field)
            .map(|found| found.sure)
    };
    assert_eq!(sure(Field::EventId), Some(false));
    assert_eq!(sure(Field::Type), Some(false));
    assert_eq!(sure(Field::Result), Some(false));
    assert_eq!(sure(Field::Time), Some(true));
    assert!(guess.processed().is_empty());
}

#[test]
fn an_empty_log_tells_nothing() {
    assert_eq!(guess(&[]), None);
    let other = guess(&lines("Server started\nListening on 8000")).unwrap();
    assert_eq!(other.events, 0);
    assert!(matches!(other.form, LogForm::Pattern(_)));
}

#[test]
fn a_word_about_severity_is_no_result() {
    let text = r#"{"time":"2026-11-29T10:00:00Z","level":"error","severity":"failed","event_id":"evt_l1","type":"payment.success","outcome":"processed"}"#;
    let guess = guess(&lines(text)).unwrap();
    assert_eq!(pointers(&guess)[3], Some("/outcome"));
}
