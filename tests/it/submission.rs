//! Challenges, submissions with all their attempts, and waivers, as a partner and a reviewer use them.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use serde_json::{Value, json};

use crate::{
    bundle::{Bundle, Colour},
    program::{Finished, PROGRAM, Place, Program, folders},
    shared::SMALL,
};

/// Cases of which the defective partner fails one and passes the other.
const CASES: &str = "--case WH-SIG-02 --case WH-DEL-01";

const WAIVER: &str = "[[waiver]]\ncase = \"WH-SIG-02\"\nreason = \"the verifier is replaced in March\"\n\
                      owner = \"Aina\"\napprover = \"Tan\"\nexpires = 2099-01-31\n";

/// A challenge, a submission that failed once and was waived then, and another submission under the same challenge.
static MADE: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("it-submission");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("tmp")).unwrap();
    fs::write(folder.join("waivers.toml"), WAIVER).unwrap();
    let senang = |words: &str| Program::new(&folder, PROGRAM, words).run();
    let issue =
        "challenge --partner reference-partner --case WH-SIG-02 --must-declare webhooks,api.buy --out";
    senang(&format!("{issue} challenge.json")).exits(0);
    senang(&format!("{issue} second.json")).exits(0);
    let run = format!("run --reference --challenge challenge.json {CASES} --defect sig-ignored");
    senang(&format!("{run} --seed 1 --submission ours")).exits(1);
    senang(&format!(
        "{run} --seed 2 --submission ours --waivers waivers.toml"
    ))
    .exits(0)
    .says(&["CONFORMANT with 1 waiver", "challenged", "attempt 2"]);
    senang(&format!("{run} --seed 3 --submission theirs")).exits(1);
    folder
});

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copied(&path, &to);
        } else {
            fs::copy(&path, &to).unwrap();
        }
    }
}

/// A place with copies of everything that was made.
fn place() -> Place {
    let place = Place::new();
    for name in ["ours", "theirs"] {
        copied(&MADE.join(name), &place.path(name));
    }
    for name in ["challenge.json", "second.json", "waivers.toml"] {
        fs::copy(MADE.join(name), place.path(name)).unwrap();
    }
    place
}

/// The folder of an attempt.
fn attempt(submission: &Path, number: u32) -> PathBuf {
    let start = format!("attempt-{number:04}-");
    let mut found = folders(submission).into_iter();
    found
        .find(|path| path.file_name().unwrap().to_str().unwrap().starts_with(&start))
        .unwrap()
}

fn codes(said: Finished) -> Vec<String> {
    let said: Value = serde_json::from_str(&said.exits(5).out).unwrap();
    assert_eq!(said["holds"], json!(false));
    let findings = said["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| finding["code"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_submission_shows_every_attempt_and_answers_its_challenge() {
    let place = place();
    place
        .senang("verify ours --challenge challenge.json")
        .run()
        .exits(0)
        .says(&[
            "the submission holds, with 2 attempts",
            "challenged non-conformant (not certifiable",
            "challenged conformant with 1 waiver (not certifiable",
            "is answered: of 4 required examples 4 were selected",
        ]);
    let said = place
        .senang("verify ours --challenge challenge.json --json")
        .run()
        .exits(0);
    let said: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(said["attempts"].as_array().unwrap().len(), 2);
    assert_eq!(said["challenge"]["selected"], json!(4));
    // One attempt by itself is a bundle like any other.
    let first = attempt(&place.path("ours"), 1);
    let verify = place
        .senang("verify --challenge challenge.json")
        .arg(&first)
        .run();
    verify.exits(0).says(&["assurance: challenged", "is answered"]);
    let facts = &Bundle::at(&first).results()["run"];
    assert_eq!(facts["assurance"], json!("challenged"));
    assert_eq!(facts["submission"], json!({"attempt": 1}));
    let document: Value = serde_json::from_slice(&fs::read(place.path("challenge.json")).unwrap()).unwrap();
    assert_eq!(facts["challenge"]["nonce"], document["nonce"]);
    let manifest: Value = serde_json::from_slice(&Bundle::at(&first).bytes("manifest.json")).unwrap();
    assert_eq!(manifest["run"], *facts);
}

#[test]
fn what_stands_beside_an_attempt_is_shown_with_it() {
    let place = place();
    place.senang("verify ours").run().exits(0).says(&["not attested"]);
    place.senang("keygen --out key").run().exits(0);
    let last = attempt(&place.path("ours"), 2);
    place.senang("attest --key key").arg(&last).run().exits(0);
    place
        .senang("review --decline --reviewer Siti --reason waived --key key")
        .arg(&last)
        .run()
        .exits(0);
    place
        .senang("verify ours --trusted-key key.pub")
        .run()
        .exits(0)
        .says(&[
            "attested by the trusted key",
            "declined by Siti",
            "signed by the trusted key",
        ]);
    let said = place.senang("verify ours --json").run().exits(0);
    let said: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(said["attempts"][0]["attested"], Value::Null);
    assert_eq!(
        said["attempts"][1]["decided"]["decision"]["decision"],
        json!("declined")
    );
    for command in ["attest ours --key key", "diff ours ours"] {
        place
            .senang(command)
            .run()
            .exits(2)
            .complains(&["is a submission", "attempt-0002-"]);
    }
}

#[test]
fn a_run_does_not_answer_a_challenge_that_it_did_not_take() {
    let place = place();
    let second = place.senang("verify ours --challenge second.json --json").run();
    assert_eq!(codes(second), ["nonce-differs", "challenge-differs"]);
    let own = place
        .senang("verify --challenge second.json")
        .arg(SMALL.bundle.folder())
        .run();
    let own = own.exits(5);
    assert!(own.err.contains("challenge-missing"), "{}", own.err);
}

#[test]
fn a_dropped_attempt_is_missed() {
    let place = place();
    let ours = place.path("ours");
    fs::remove_dir_all(attempt(&ours, 1)).unwrap();
    place
        .senang("verify ours")
        .run()
        .exits(5)
        .complains(&["attempt-missing: attempt 1 is missing"]);
    let next = format!("run --reference {CASES} --submission ours");
    place
        .senang(&next)
        .run()
        .exits(2)
        .complains(&["attempt 1 is missing"]);
    // Closing the gap by another name does not help.
    let second = attempt(&ours, 2);
    let name = second
        .file_name()
        .unwrap()
        .to_str()
        .unwrap()
        .replace("0002", "0001");
    fs::rename(&second, ours.join(name)).unwrap();
    place
        .senang("verify ours")
        .run()
        .exits(5)
        .complains(&["attempt-misplaced"]);
}

#[test]
fn a_replaced_or_changed_attempt_is_noticed() {
    let place = place();
    let ours = place.path("ours");
    let first = attempt(&ours, 1);
    // Made to look like one whose process was killed.
    copied(&first, &place.path("kept"));
    for name in ["manifest.json", "results.json", "junit.xml", "junit-strict.xml"] {
        fs::remove_file(first.join(name)).unwrap();
    }
    let whole = fs::read_to_string(first.join("transcript.ndjson")).unwrap();
    let cut: Vec<&str> = whole.lines().take(600).collect();
    fs::write(first.join("transcript.ndjson"), cut.join("\n") + "\n").unwrap();
    place
        .senang("verify ours")
        .run()
        .exits(5)
        .complains(&["attempt-replaced"]);
    fs::remove_dir_all(&first).unwrap();
    copied(&place.path("kept"), &first);
    let report = fs::read_to_string(first.join("junit.xml")).unwrap();
    fs::write(first.join("junit.xml"), report.replace("<failure", "<skipped")).unwrap();
    place
        .senang("verify ours")
        .run()
        .exits(5)
        .complains(&["attempt-broken: attempt 1: junit.xml"]);
    fs::remove_dir_all(&first).unwrap();
    let other = attempt(&place.path("theirs"), 1);
    copied(&other, &ours.join(other.file_name().unwrap()));
    place
        .senang("verify ours")
        .run()
        .exits(5)
        .complains(&["attempt-replaced"]);
}

#[test]
fn a_killed_attempt_is_an_attempt() {
    let place = place();
    let second = attempt(&place.path("ours"), 2);
    let whole = fs::read_to_string(second.join("transcript.ndjson")).unwrap();
    for name in ["manifest.json", "results.json", "junit.xml", "junit-strict.xml"] {
        fs::remove_file(second.join(name)).unwrap();
    }
    let cut: Vec<&str> = whole.lines().take(600).collect();
    fs::write(second.join("transcript.ndjson"), cut.join("\n") + "\n{\"torn").unwrap();
    place.senang("verify ours").run().exits(0).says(&["killed: "]);
    let answer = place
        .senang("verify ours --challenge challenge.json --json")
        .run();
    assert_eq!(codes(answer), ["challenge-unjudged"]);
    // The next attempt is bound to what is left of it, also when it is finished afterwards.
    let next = "run --reference --case WH-DEL-01 --submission ours";
    place.senang(next).run().exits(0).says(&["attempt 3"]);
    place
        .senang("verify ours")
        .run()
        .exits(0)
        .says(&["with 3 attempts"]);
    place.senang("run --resume").arg(&second).run().exits(130);
    place.senang("verify ours").run().exits(0).says(&["interrupted"]);
}

#[test]
fn one_nonce_serves_one_submission() {
    let place = place();
    place
        .senang("verify ours --also theirs")
        .run()
        .exits(5)
        .complains(&["nonce-reused", "in theirs as well"]);
    place.senang("verify ours --also ours").run().exits(2);
}

#[test]
fn a_run_that_cannot_answer_does_not_begin() {
    let place = place();
    let sound: Value = serde_json::from_slice(&fs::read(place.path("challenge.json")).unwrap()).unwrap();
    let refused = |member: &str, value: Value, words: &str, told: &[&str]| {
        let mut changed = sound.clone();
        changed[member] = value;
        fs::write(place.path("changed.json"), changed.to_string()).unwrap();
        let run = format!("run --reference --out none --challenge changed.json {words}");
        place.senang(&run).run().exits(2).complains(told);
    };
    let hour = |hour| json!(format!("2020-01-01T{hour}:00:00Z"));
    refused(
        "partner",
        json!("acme"),
        CASES,
        &["challenge-partner", "acme", "reference-partner"],
    );
    refused("mode", json!("long"), CASES, &["challenge-mode"]);
    refused(
        "suite",
        json!({"digest": "00".repeat(32), "version": "0.1.0"}),
        CASES,
        &["challenge-suite"],
    );
    refused(
        "must_declare",
        json!(["batch", "wrong"]),
        CASES,
        &["cannot be used", "wrong"],
    );
    refused(
        "required",
        json!(["WH-SIG-02/a"]),
        "--case WH-DEL-01",
        &["not-covered: WH-SIG-02/a"],
    );
    let mut expired = sound.clone();
    expired["issued_at"] = hour("10");
    refused("nonce", json!("short"), CASES, &["nonce is not 32"]);
    expired["expires_at"] = hour("11");
    fs::write(place.path("expired.json"), expired.to_string()).unwrap();
    let run = "run --reference --out none --challenge expired.json";
    place.senang(run).run().exits(2).complains(&["challenge-expired"]);
    fs::write(place.path("expired.json"), "{\"format\":1}").unwrap();
    place
        .senang(run)
        .run()
        .exits(2)
        .complains(&["it is no challenge"]);
    assert!(folders(&place.path("none")).is_empty());
    let again = "challenge --partner acme --out challenge.json";
    place.senang(again).run().exits(2).complains(&["challenge.json"]);
    let undeclarable = "challenge --partner acme --out new.json --must-declare load";
    place
        .senang(undeclarable)
        .run()
        .exits(2)
        .complains(&["--must-declare load"]);
}

#[test]
fn only_a_public_endpoint_can_be_witnessed() {
    let place = Place::new().with(
        "partner.toml",
        "[partner]\nid = \"acme\"\nname = \"Acme\"\ncontact = \"a@example.com\"\nimplementation = \"shop\"\n\
         version = \"1\"\n\n[capabilities]\nwebhooks = [\"payment.success\"]\n\n[webhook]\n\
         url = \"http://127.0.0.1:9/hook\"\nsecret_env = \"HOOK\"\n",
    );
    let secret = [("HOOK", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned())];
    let run = place
        .senang("run --partner partner.toml --witness Rina")
        .with_environment(&secret);
    run.run()
        .exits(2)
        .complains(&["--witness", "is loopback", "public endpoint"]);
    let run = "run --reference --witness Rina";
    place
        .senang(run)
        .run()
        .exits(2)
        .complains(&["nothing to witness"]);
}

#[test]
fn what_is_waived_is_skipped_and_the_run_says_so() {
    let bundle = Bundle::at(&attempt(&MADE.join("ours"), 2));
    let results = bundle.results();
    assert_eq!(results["outcome"], json!("conformant"));
    assert!(
        results["sentence"]
            .as_str()
            .unwrap()
            .starts_with("conformant with 1 waiver")
    );
    assert_eq!(results["waivers"][0]["state"], json!("applied"));
    assert_eq!(results["waivers"][0]["owner"], json!("Aina"));
    assert_eq!(results["waivers"][0]["expires"], json!("2099-01-31"));
    let waived = results["waivers"][0]["examples"].as_array().unwrap();
    assert!(!waived.is_empty());
    assert_eq!(results["counts"]["all"]["waived"], json!(waived.len()));
    assert_eq!(results["counts"]["all"]["fail"], json!(0));
    for (example, case) in bundle.cases("junit.xml") {
        let verdict = bundle.verdicts().get(&example).cloned();
        if waived.contains(&json!(example)) {
            assert_eq!(verdict.as_deref(), Some("fail"));
            let Colour::Skipped(message) = Colour::of(&case) else {
                panic!("{example} is {:?}", Colour::of(&case))
            };
            assert!(
                message.starts_with("waived: the verifier is replaced"),
                "{message}"
            );
        } else if verdict.is_some() {
            assert_eq!(Colour::of(&case), Colour::Green, "{example}");
        }
    }
}

#[test]
fn an_expired_or_stale_waiver_fails_the_run_in_red() {
    let expired = WAIVER.replace("2099", "2020").replace("SIG-02", "DEL-01");
    let stale = WAIVER.replace("SIG-02", "DEL-02");
    let place = Place::new().with("waivers.toml", &format!("{expired}{stale}"));
    let run = "run --reference --out out --case WH-DEL-01 --case WH-DEL-02 --waivers waivers.toml";
    place.senang(run).run().exits(1).says(&[
        "2 waivers are expired or stale",
        "its last day was 2020-01-31",
        "all that it covers passes",
    ]);
    let bundle = place.bundle();
    bundle.verify().exits(0);
    for name in ["junit.xml", "junit-strict.xml"] {
        let report = bundle.junit(name);
        let suite = report
            .test_suites
            .iter()
            .find(|suite| suite.name.as_str() == "waivers");
        let colours: Vec<Colour> = suite.unwrap().test_cases.iter().map(Colour::of).collect();
        let red = |code: &str| Colour::Failure(code.to_owned());
        assert_eq!(colours, [red("waiver-expired"), red("waiver-stale")]);
    }
    let wrong = WAIVER
        .replace("SIG-02", "SIG-99")
        .replace("owner = \"Aina\"\n", "");
    fs::write(place.path("waivers.toml"), wrong).unwrap();
    place.senang(run).run().exits(2).complains(&[
        "waivers.toml:2: waiver[0].case: no case or example is called \"WH-SIG-99\"",
        "waivers.toml:1: waiver[0].owner: missing",
    ]);
}
