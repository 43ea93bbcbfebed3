//! The recorder against real files.

use std::{fs, path::PathBuf, process::Command, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    chain::{Break, Why},
    exchange::{Answer, Delivery, Ending, Form, Intent, Role, SentMessage},
    format::{TORN_LINE, TRANSCRIPT, TRANSCRIPT_FORMAT},
    mask::Learned,
    observation::{Channel, Operation, OperationEnd},
    provenance::Assurance,
    reader::{End, ReadError, Reader},
    record::{Event, Record, RunStarted, Scope},
    recorder::Recorder,
    recorder_error::RecorderError,
    sealed::Transcript,
};
use crate::{
    config::host::Clock,
    wire::{body::Body, header::Headers, moment::Micros, tampering::Writing},
};

const KEY: &[u8] = b"Zk3Ru9/sQp+Lx7TtVwB2nM";

fn started() -> RunStarted {
    RunStarted {
        format: TRANSCRIPT_FORMAT,
        run_id: "run-1".to_owned(),
        version: "0.1.0".to_owned(),
        build: None,
        suite_digest: "0".repeat(64),
        plan_digest: "1".repeat(64),
        seed: u64::MAX,
        started_at: "2026-11-20T10:35:30.123Z".to_owned(),
        mode: "smoke".to_owned(),
        not_certifiable: vec!["loopback".to_owned()],
        assurance: Assurance::SelfRun,
        challenge: None,
        witness: None,
        submission: None,
        shard: None,
        waivers: Vec::new(),
        configuration: json!({ "b": 1, "a": [0.1, null] }),
        profile: Value::Null,
    }
}

fn scope(example: &str, attempt: u8) -> Scope {
    Scope {
        example: example.parse().unwrap(),
        attempt,
    }
}

fn delivery(body: &[u8]) -> Event {
    Event::Delivered(Box::new(Delivery {
        intent: Intent {
            role: Role::Stimulus,
            index: 0,
            form: Form::Right(Writing::ALL[0]),
            subject: "payment.success".to_owned(),
            id: "evt_1".to_owned(),
            reference: "ORD-1".to_owned(),
        },
        sent: SentMessage {
            method: "POST".to_owned(),
            url: "https://partner.example/hook?a=%20b".to_owned(),
            headers: Headers::new().with("Webhook-Id", "evt_1").with("X", "ÿ\u{80}"),
            body: Body::from_bytes(body),
        },
        started: Micros(1),
        written: Micros(2),
        head: Micros(3),
        ended: Micros(4),
        ending: Ending::Answered(Answer {
            status: 200,
            headers: Headers::new(),
            body: Body::from_bytes(b"\xff\xfe"),
            truncated: false,
        }),
    }))
}

fn note(text: &str) -> Event {
    Event::Note {
        text: text.to_owned(),
    }
}

struct Bundle {
    folder: tempfile::TempDir,
}

impl Bundle {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join(TRANSCRIPT)
    }

    fn recorder(&self) -> Recorder {
        Recorder::create(&self.path(), Clock::start(), started()).unwrap()
    }

    fn lines(&self) -> Vec<String> {
        fs::read_to_string(self.path())
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect()
    }

    fn write(&self, lines: &[String]) {
        fs::write(
            self.path(),
            lines.join(
                "
",
            ) + "
",
        )
        .unwrap();
    }

    fn first_break(&self) -> Break {
        match Reader::open(&self.path()).unwrap().find_map(Result::err) {
            Some(ReadError::Broken(broken)) => broken,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_is_recorded_is_what_is_read() {
    let bundle = Bundle::new();
    let recorder = bundle.recorder();
    let (first, second) = (scope("WH-SIG-02/a", 1), scope("WH-SIG-02/a", 2));
    let other = scope("API-01/a", 1);
    let written = [
        recorder.record(Some(&first), Event::ExampleStarted),
        recorder.record(Some(&other), note("x")),
        recorder.record(Some(&first), delivery(b"{\"a\":\"\\u0041 \\/ %41\"}")),
        recorder.record(Some(&second), delivery(b"\xff\x00")),
        recorder.record(Some(&other), delivery(b"")),
    ];
    let plain = |records: Vec<Arc<Record>>| {
        records
            .iter()
            .map(|record| (**record).clone())
            .collect::<Vec<_>>()
    };
    let taken = plain(recorder.take(&first));
    assert!(recorder.of(&first).is_empty());

    let transcript = recorder.seal().unwrap();
    assert_eq!(transcript.of(&first).unwrap(), taken);
    assert_eq!(
        transcript.of(&other).unwrap(),
        [(*written[1]).clone(), (*written[4]).clone()]
    );
    assert_eq!(transcript.end(), End::Complete);
    assert_eq!(
        transcript.scopes(),
        [first.clone(), other.clone(), second.clone()]
    );
    assert_eq!(transcript.attempts(&first.example), 2);
    assert_eq!(transcript.records(), 7);
    let area = first.example.case().area();
    let deliveries: Vec<u64> = transcript
        .deliveries(&area)
        .map(|record| record.unwrap().number)
        .collect();
    assert_eq!(deliveries, [3, 4]);

    let again = Transcript::open(&bundle.path()).unwrap();
    assert_eq!(again.head(), transcript.head());
    assert_eq!(again.started(), &started());
    assert_eq!(again.of(&second).unwrap(), [(*written[3]).clone()]);
    assert_eq!(
        again
            .of_the_run()
            .map(|record| record.unwrap().number)
            .collect::<Vec<_>>(),
        [0, 6]
    );
}

#[test]
fn a_transcript_is_never_overwritten_or_shared() {
    let bundle = Bundle::new();
    let recorder = bundle.recorder();
    let error = Recorder::create(&bundle.path(), Clock::start(), started()).unwrap_err();
    assert!(matches!(error, RecorderError::Exists(_)), "{error}");
    let error = Recorder::resume(&bundle.path(), Clock::start()).unwrap_err();
    assert!(matches!(error, RecorderError::InUse(_)), "{error}");
    recorder.seal().unwrap();
}

#[test]
fn what_was_masked_is_masked_in_memory_too() {
    let bundle = Bundle::new();
    let recorder = bundle.recorder();
    assert_eq!(recorder.learn("webhook key", KEY), Learned::Anywhere);
    assert_eq!(recorder.learn("word", b"delivered"), Learned::Anywhere);
    let scope = scope("WH-SIG-02/a", 1);
    let body = [b"\xff".as_slice(), STANDARD.encode(KEY).as_bytes()].concat();
    let binary = recorder.record(Some(&scope), delivery(&body));
    let Event::Delivered(delivered) = &binary.event else {
        panic!("{binary:?}")
    };
    assert!(matches!(&delivered.sent.body, Body::Base64(text) if text.contains("‹masked:webhook key›")));
    let operated = recorder.record(
        Some(&scope),
        Event::Operated(Box::new(Operation {
            name: "delivered".to_owned(),
            channel: Channel::Http,
            input: json!({ "key": { "Zk3Ru9/sQp+Lx7TtVwB2nM": hex::encode(KEY) } }),
            started: Micros(0),
            ended: Micros(0),
            end: OperationEnd::Unusable("k".to_owned()),
            answered: None,
        })),
    );
    let Event::Operated(operation) = &operated.event else {
        panic!("{operated:?}")
    };
    assert_eq!(operation.name, "‹masked:word›");
    assert_eq!(
        operation.input,
        json!({ "key": { "‹masked:webhook key›": "‹masked:webhook key›" } })
    );
    let live: Vec<Record> = recorder
        .of(&scope)
        .iter()
        .map(|record| (**record).clone())
        .collect();
    let transcript = recorder.seal().unwrap();
    assert_eq!(transcript.of(&scope).unwrap(), live);
}

#[test]
fn a_killed_run_is_continued_without_losing_a_record() {
    let bundle = Bundle::new();
    drop(bundle.recorder());
    let whole = fs::read(bundle.path()).unwrap();
    fs::write(bundle.path(), [&whole, b"{\"prev\":\"12".as_slice()].concat()).unwrap();

    let recorder = Recorder::resume(&bundle.path(), Clock::start()).unwrap();
    assert_eq!(
        fs::read(bundle.folder.path().join(TORN_LINE)).unwrap(),
        b"{\"prev\":\"12"
    );
    assert_eq!(fs::read(bundle.path()).unwrap(), whole);
    assert_eq!(recorder.record(None, Event::Interrupted).number, 1);
    let transcript = recorder.seal().unwrap();
    assert_eq!(transcript.end(), End::Interrupted);
    assert_eq!(
        Transcript::open(&bundle.path()).unwrap().head(),
        transcript.head()
    );
}

#[test]
fn a_record_that_lacks_only_its_newline_is_kept() {
    let bundle = Bundle::new();
    let recorder = bundle.recorder();
    recorder.record(None, note("last"));
    drop(recorder);
    let whole = fs::read(bundle.path()).unwrap();
    fs::write(bundle.path(), &whole[..whole.len() - 1]).unwrap();
    let recorder = Recorder::resume(&bundle.path(), Clock::start()).unwrap();
    assert_eq!(fs::read(bundle.path()).unwrap(), whole);
    assert!(!bundle.folder.path().join(TORN_LINE).exists());
    assert_eq!(recorder.seal().unwrap().records(), 3);
}

#[test]
fn what_is_complete_or_broken_is_not_continued() {
    let bundle = Bundle::new();
    bundle.recorder().seal().unwrap();
    let error = Recorder::resume(&bundle.path(), Clock::start()).unwrap_err();
    assert!(matches!(error, RecorderError::Complete(_)), "{error}");
    let mut lines = bundle.lines();
    lines[0] = lines[0].replace("smoke", "long");
    bundle.write(&lines);
    let error = Recorder::resume(&bundle.path(), Clock::start()).unwrap_err();
    let RecorderError::Unsound {
        source: ReadError::Broken(broken),
        ..
    } = error
    else {
        panic!("{error}")
    };
    assert!(
        matches!(
            broken,
            Break {
                line: 2,
                why: Why::Prev { .. }
            }
        ),
        "{broken}"
    );
}

#[test]
fn every_kind_of_damage_is_named_with_its_line() {
    let bundle = Bundle::new();
    let recorder = bundle.recorder();
    for text in ["one", "two"] {
        recorder.record(None, note(text));
    }
    recorder.seal().unwrap();
    let right = bundle.lines();
    let damaged = |change: &dyn Fn(&mut Vec<String>)| {
        let mut lines = right.clone();
        change(&mut lines);
        bundle.write(&lines);
        let Break { line, why } = bundle.first_break();
        (line, why)
    };
    let is_prev = |why: &Why| matches!(why, Why::Prev { .. });
    let (line, why) = damaged(&|lines| lines[1] = lines[1].replace("one", "ONE"));
    assert!(line == 3 && is_prev(&why), "{line} {why}");
    let (line, why) = damaged(&|lines| drop(lines.remove(1)));
    assert!(line == 2 && is_prev(&why), "{line} {why}");
    let (line, why) = damaged(&|lines| lines.swap(1, 2));
    assert!(line == 2 && is_prev(&why), "{line} {why}");
    let (line, why) = damaged(&|lines| lines[2].truncate(120));
    assert!(line == 3 && matches!(why, Why::NotJson(_)), "{line} {why}");
    let (line, why) = damaged(&|lines| lines[3] = lines[3].replace("run-finished", "run-ended"));
    assert!(line == 4 && matches!(why, Why::NotRecord(_)), "{line} {why}");
    let (line, why) = damaged(&|lines| lines[2] = lines[2].replace("\"number\":2", "\"number\":3"));
    assert_eq!(
        (line, why),
        (
            3,
            Why::Number {
                expected: 2,
                found: 3
            }
        )
    );
    let (line, why) = damaged(&|lines| lines.push(lines[3].clone()));
    assert_eq!((line, why), (5, Why::AfterEnd));
    let ours = format!("\"format\":{TRANSCRIPT_FORMAT}");
    let (line, why) = damaged(&|lines| lines[0] = lines[0].replace(&ours, "\"format\":99"));
    assert_eq!((line, why), (1, Why::FormatUnknown(99)));
    let (line, why) = damaged(&|lines| drop(lines.remove(0)));
    assert_eq!((line, why), (1, Why::NoStart));
    let (line, why) = damaged(&|lines| lines[1] = "x".repeat(super::format::LONGEST_LINE));
    assert_eq!((line, why), (2, Why::TooLong));
    fs::write(bundle.path(), right.join("\n")).unwrap();
    assert_eq!(
        bundle.first_break(),
        Break {
            line: 4,
            why: Why::Torn
        }
    );
}

#[test]
fn a_cut_transcript_cannot_be_judged() {
    let bundle = Bundle::new();
    drop(bundle.recorder());
    let mut reader = Reader::open(&bundle.path()).unwrap();
    assert_eq!(reader.end(), None);
    assert_eq!(reader.by_ref().map(Result::unwrap).count(), 1);
    assert_eq!(reader.end(), Some(End::Cut));
    let Err(ReadError::Broken(broken)) = Transcript::open(&bundle.path()) else {
        panic!("opened")
    };
    assert_eq!(
        broken,
        Break {
            line: 1,
            why: Why::Cut
        }
    );
}

#[test]
fn what_comes_too_late_or_is_too_long_fails_the_run() {
    let bundle = Bundle::new();
    let recorder = bundle.recorder();
    let other = recorder.clone();
    recorder.seal().unwrap();
    other.record(None, note("late"));
    assert!(matches!(
        &*other.failed().unwrap(),
        RecorderError::Late { number: 2 }
    ));

    let recorder = Recorder::in_memory(Clock::start());
    recorder.record(None, Event::RunStarted(Box::new(started())));
    recorder.record(None, note(&"x".repeat(super::format::LONGEST_LINE)));
    assert!(matches!(
        &*recorder.failed().unwrap(),
        RecorderError::TooLong { number: 1, .. }
    ));
    assert!(matches!(recorder.seal(), Err(RecorderError::Failed(_))));
}

proptest! {
    #[test]
    fn any_body_with_any_secret_leaves_a_sound_transcript_without_it(
        secret in prop_oneof![
            proptest::collection::vec(any::<u8>(), 6..40),
            "[ -~]{6,40}".prop_map(String::into_bytes),
            r#"["\\/%é😀a-c\n]{6,20}"#.prop_map(String::into_bytes),
        ],
        before in proptest::collection::vec(any::<u8>(), 0..30),
        after in "\\PC{0,30}",
    ) {
        let recorder = Recorder::in_memory(Clock::start());
        recorder.record(None, Event::RunStarted(Box::new(started())));
        prop_assert_eq!(recorder.learn("label", &secret), Learned::Anywhere);
        let scope = scope("WH-SIG-02/a", 1);
        for middle in [secret.clone(), hex::encode(&secret).into_bytes(), STANDARD.encode(&secret).into_bytes()] {
            for start in [before.as_slice(), b"\xff", b"plain "] {
                let body = [start, middle.as_slice(), after.as_bytes()].concat();
                let record = recorder.record(Some(&scope), delivery(&body));
                let Event::Delivered(delivered) = &record.event else { panic!("{record:?}") };
                let kept = delivered.sent.body.bytes().into_owned();
                prop_assert!(!kept.windows(middle.len()).any(|window| window == middle), "{:?}", delivered.sent.body);
            }
        }
        prop_assert!(recorder.failed().is_none());
        let live: Vec<Record> = recorder.take(&scope).iter().map(|record| (**record).clone()).collect();
        prop_assert_eq!(recorder.seal().unwrap().of(&scope).unwrap(), live);
    }
}

/// The manual promises that its script comes to the same result; where there is no Python, nobody can
/// be misled by it.
#[test]
fn the_script_of_the_manual_agrees() {
    let manual = include_str!("../../docs/transcript.md");
    let script = manual
        .split("```python\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .unwrap();
    let bundle = Bundle::new();
    let recorder = bundle.recorder();
    recorder.record(None, note("é \u{2028}"));
    let transcript = recorder.seal().unwrap();
    let run = || {
        Command::new("python3")
            .arg("-c")
            .arg(script)
            .arg(bundle.path())
            .output()
    };
    let Ok(output) = run() else { return };
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        printed.trim(),
        format!("3 records, complete, head {}", transcript.head())
    );
    let mut lines = bundle.lines();
    lines[1] = lines[1].replace("é", "e");
    bundle.write(&lines);
    let complaint = String::from_utf8(run().unwrap().stderr).unwrap();
    assert!(complaint.starts_with("line 3: prev should be "), "{complaint}");
}
