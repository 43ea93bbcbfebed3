//! A run that does not come to its end loses nothing that was recorded, and claims nothing more.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command},
};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{
    bundle::{Bundle, FILES},
    partner::{Declared, Partner, secrets},
    program::{Finished, Place, Program},
    redactor::redacted,
};

const INTERRUPT: &str = "-INT";
const CANCEL: &str = "-TERM";
const KILL: &str = "-KILL";

/// Lets a run go on until it says something, and sends it a signal then. The moments are words of the run,
/// not times, so that they are the same on a slow machine.
fn signalled(place: &Place, signal: &str, moment: &str) -> Finished {
    let run = place.senang("run --reference --seed 1 --out out");
    let mut child = run.with_own_group().spawn();
    let mut reader = BufReader::new(child.stderr.take().unwrap());
    let mut err = String::new();
    while !err.contains(moment) {
        assert_ne!(
            reader.read_line(&mut err).unwrap(),
            0,
            "{moment:?} was never said:\n{err}"
        );
    }
    send(&child, signal);
    reader.read_to_string(&mut err).unwrap();
    let ended = Finished::of(child);
    Finished { err, ..ended }
}

/// A keyboard reaches the whole process group, a crash only the one process.
fn send(child: &Child, signal: &str) {
    let id = child.id().to_string();
    let whom = if signal == INTERRUPT { format!("-{id}") } else { id };
    let sent = Command::new("kill").args([signal, "--", &whom]).status().unwrap();
    assert!(sent.success());
}

/// The chain of a transcript holds up to its last whole line.
fn chain_holds(bundle: &Bundle) -> usize {
    let text = bundle.text("transcript.ndjson");
    let whole = &text[..=text.rfind('\n').unwrap()];
    let mut head = "0".repeat(64);
    for (number, line) in whole.lines().enumerate() {
        let record: Value = serde_json::from_str(line).unwrap();
        assert_eq!(record["prev"], head);
        assert_eq!(record["number"], number);
        head = hex::encode(Sha256::digest(line.as_bytes()));
    }
    whole.lines().count()
}

fn killed_at(moment: &str) -> (Place, usize) {
    let place = Place::new();
    let said = signalled(&place, KILL, moment);
    assert_eq!(said.code, None, "a signal ended it");
    let bundle = place.bundle();
    assert_eq!(bundle.files(), ["transcript.ndjson"]);
    let records = chain_holds(&bundle);
    (place, records)
}

fn finishes(place: &Place, records: usize) {
    let bundle = place.bundle();
    let said = place.senang("run --resume").arg(bundle.folder()).run().exits(130);
    said.says(&["UNDETERMINED (interrupted"]);
    let finished: Vec<String> = bundle.files();
    for name in FILES {
        assert!(
            finished.contains(&name.to_owned()),
            "{name} is missing: {finished:?}"
        );
    }
    assert!(chain_holds(&bundle) > records, "something recorded is gone");
    let results = bundle.results();
    assert_eq!(results["outcome"], "undetermined");
    assert_eq!(results["interrupted"], true);
    bundle.verify().exits(0).says(&["undetermined (interrupted"]);
}

#[test]
fn a_run_killed_at_its_beginning_can_be_finished() {
    let (place, records) = killed_at("examples:");
    place.bundle().verify().exits(5).complains(&["did not end"]);
    finishes(&place, records);
}

#[test]
fn a_run_killed_in_the_middle_keeps_what_had_finished() {
    let (place, records) = killed_at("50 of");
    let said = place.bundle().verify().exits(5);
    let said = said.complains(&["did not end", "had finished", "it proves nothing yet"]);
    assert!(said.out.is_empty());
    finishes(&place, records);
    let bundle = place.bundle();
    assert!(bundle.with("pass").len() + bundle.without_browser() >= 50);
    assert!(!bundle.with("error").is_empty());
    assert!(bundle.with("fail").is_empty());
}

#[test]
fn a_run_killed_near_its_end_can_be_finished() {
    let (place, records) = killed_at("looking once more");
    place.bundle().verify().exits(5).complains(&["did not end"]);
    finishes(&place, records);
}

#[test]
fn a_line_that_was_half_written_is_kept_aside() {
    let (place, _) = killed_at("25 of");
    let bundle = place.bundle();
    let sound = bundle.text("transcript.ndjson");
    let whole = &sound[..=sound.rfind('\n').unwrap()];
    let torn = format!("{whole}{{\"prev\":\"0123");
    std::fs::write(bundle.path("transcript.ndjson"), torn).unwrap();
    bundle.verify().exits(5).complains(&["did not end"]);
    finishes(&place, whole.lines().count());
    assert_eq!(bundle.text("transcript.torn"), "{\"prev\":\"0123");
}

#[test]
fn an_interrupt_or_a_cancelled_job_still_leaves_a_whole_bundle() {
    for (signal, moment) in [(INTERRUPT, "examples:"), (INTERRUPT, "25 of"), (CANCEL, "50 of")] {
        let place = Place::new();
        let said = signalled(&place, signal, moment);
        let said = said.exits(130).complains(&["interrupted; writing what there is"]);
        said.says(&["UNDETERMINED (interrupted"]);
        let bundle = place.bundle();
        assert_eq!(bundle.files(), FILES);
        assert_eq!(bundle.results()["outcome"], "undetermined");
        assert!(
            bundle.with("fail").is_empty(),
            "an interrupt is no fault of the partner"
        );
        bundle.verify().exits(0);
        assert!(place.left_behind().is_empty(), "{:?}", place.left_behind());
    }
}

#[test]
fn a_finished_bundle_is_not_resumed_but_left_as_it_is() {
    let place = Place::new();
    signalled(&place, INTERRUPT, "25 of").exits(130);
    let bundle = place.bundle();
    let before: Vec<Vec<u8>> = FILES.iter().map(|name| bundle.bytes(name)).collect();
    let said = place.senang("run --resume").arg(bundle.folder()).run().exits(2);
    said.complains(&["already", "verify"]);
    let after: Vec<Vec<u8>> = FILES.iter().map(|name| bundle.bytes(name)).collect();
    assert!(before == after, "the evidence was changed");
}

#[test]
fn a_chain_that_was_broken_is_not_continued() {
    let (place, _) = killed_at("25 of");
    let bundle = place.bundle();
    let changed = bundle
        .text("transcript.ndjson")
        .replacen("\"seed\":1", "\"seed\":2", 1);
    std::fs::write(bundle.path("transcript.ndjson"), &changed).unwrap();
    bundle.verify().exits(5).complains(&["transcript.ndjson"]);
    let said = place.senang("run --resume").arg(bundle.folder()).run();
    assert!(matches!(said.code, Some(3 | 5)), "{said:?}");
    assert_eq!(bundle.files(), ["transcript.ndjson"]);
    assert_eq!(bundle.text("transcript.ndjson"), changed);
}

#[test]
fn a_record_that_cannot_be_written_ends_without_a_judgement() {
    let partner = Partner::start(Declared {
        tls: false,
        effects: true,
        log: true,
    });
    let place = partner.place();
    // A full disk, as far as the program can tell: files may not grow beyond 512 bytes times the number.
    let script = "trap '' XFSZ; ulimit -f 250; exec \"$@\"";
    let words = "run --partner partner.toml --out out --clock compressed --area WH-SIG --area WH-DUP";
    let mut shell = Program::new(&place.path(""), "sh", "-c").arg(script).arg("sh");
    shell = shell.arg(crate::program::PROGRAM);
    for word in words.split(' ') {
        shell = shell.arg(word);
    }
    let said = shell.with_environment(&secrets()).run().exits(3);
    said.complains(&["the record could not be written", "too large"]);
    let bundle = place.bundle();
    assert_eq!(bundle.files(), ["transcript.ndjson"]);
    bundle.verify().exits(5).complains(&["did not end"]);
}

#[test]
fn what_verify_says_of_a_killed_run_is_a_sentence() {
    let (place, _) = killed_at("examples:");
    let said = place.bundle().verify().exits(5);
    let counted = regex::Regex::new(r"after \d+ records, \d+ of").unwrap();
    let open = regex::Regex::new(r"open are \S+ and \d+ more").unwrap();
    let text = counted
        .replace(&said.err, "after [n] records, [n] of")
        .into_owned();
    let text = open
        .replace(&text, "open are [example] and [n] more")
        .into_owned();
    redacted(|| insta::assert_snapshot!("interrupt-verify", text));
}
