//! A run in two shards, put together again.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use serde_json::Value;

use crate::program::{Finished, Place, folders};

/// Cases of two areas, and two that look over the whole run.
const CASES: &str = "--case WH-SIG-02 --case WH-DEL-01 --case WH-SIG-18 --case EP-TLS-08";

/// Runs, each below a folder with its name: shards of a sound partner and of one that never compares the signature,
/// and some that do not go together with them.
static RUNS: LazyLock<Place> = LazyLock::new(|| {
    let place = Place::new();
    let run = |name: &str, words: &str| {
        let ended = place
            .senang(&format!("run --reference {words} --out {name}"))
            .run();
        assert!(matches!(ended.code, Some(0 | 1)), "{name}: {}", ended.err);
    };
    for number in [1, 2] {
        run(
            &format!("sound{number}"),
            &format!("{CASES} --seed 5 --shard {number}/2"),
        );
        let defect = format!("{CASES} --seed 5 --defect sig-ignored --shard {number}/2");
        run(&format!("failed{number}"), &defect);
    }
    run("seed2", &format!("{CASES} --seed 6 --shard 2/2"));
    run(
        "narrower2",
        "--case WH-SIG-02 --case WH-DEL-01 --seed 5 --shard 2/2",
    );
    run(
        "third3",
        &format!("{CASES} --case RC-JSON-01 --seed 5 --shard 3/3"),
    );
    run("plain", "--case WH-DEL-01 --seed 5");
    place
});

fn run_of(name: &str) -> PathBuf {
    folders(&RUNS.path(name)).remove(0)
}

fn merge(shards: &[PathBuf], out: &Path) -> Finished {
    let mut program = RUNS.senang("merge");
    for shard in shards {
        program = program.arg(shard);
    }
    program.arg("--out").arg(out).run()
}

fn merge_named(names: &[&str], out: &Path) -> Finished {
    let shards: Vec<PathBuf> = names.iter().map(|name| run_of(name)).collect();
    merge(&shards, out)
}

fn verify(folder: &Path) -> Finished {
    RUNS.senang("verify").arg(folder).run()
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// A copy of a folder with all that is below it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn shards_give_the_run_that_they_are_parts_of() {
    let place = Place::new();
    let out = place.path("merged");
    // In any order.
    merge_named(&["sound2", "sound1"], &out).exits(0).says(&[
        "CONFORMANT",
        "-merged",
        "record numbers count on",
    ]);
    verify(&out)
        .exits(0)
        .says(&["the evidence of 2 shards holds", "-1of2", "-2of2"]);
    let results = json(&out.join("results.json"));
    assert_eq!(
        results["run"]["not_certifiable"],
        serde_json::json!(["loopback", "compressed clock", "filtered"])
    );
    assert!(results["run"].get("shard").is_none());
    let shard = json(&run_of("sound1").join("results.json"));
    assert_eq!(
        results["run"]["plan_digest"],
        shard["run"]["shard"]["whole_plan_digest"]
    );
    let reasons = shard["run"]["not_certifiable"].as_array().unwrap();
    assert!(reasons.contains(&Value::from("shard 1 of 2")), "{reasons:?}");
    // Every example once, but those that look over the whole run in both.
    for example in results["examples"].as_array().unwrap() {
        let attempts = example["result"]["attempts"].as_array();
        let expected = if example["lane"] == "closing" { 2 } else { 1 };
        assert!(
            attempts.is_none_or(|attempts| attempts.len() == expected),
            "{example}"
        );
    }
    assert!(results["counts"]["all"]["pass"].as_u64() > shard["counts"]["all"]["pass"].as_u64());
    // No number stands for two records.
    let archive = json(&out.join("exchanges.har"));
    for (list, name) in [("pages", "id"), ("entries", "_record")] {
        let names: Vec<String> = archive["log"][list]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item[name].to_string())
            .collect();
        let distinct: std::collections::BTreeSet<&String> = names.iter().collect();
        assert_eq!(distinct.len(), names.len(), "{list}");
    }
    // The same shards give the same bytes, and stand there unchanged.
    let again = place.path("again");
    merge_named(&["sound1", "sound2"], &again).exits(0);
    for name in [
        "results.json",
        "junit.xml",
        "report.html",
        "messages.ndjson",
        "manifest.json",
    ] {
        assert_eq!(
            fs::read(out.join(name)).unwrap(),
            fs::read(again.join(name)).unwrap(),
            "{name}"
        );
    }
    for number in [1, 2] {
        let shard = run_of(&format!("sound{number}"));
        for entry in fs::read_dir(&shard).unwrap() {
            let name = entry.unwrap().file_name();
            let there = out.join(format!("shards/{number}")).join(&name);
            assert_eq!(fs::read(shard.join(&name)).unwrap(), fs::read(there).unwrap());
        }
    }
}

#[test]
fn a_failure_in_one_shard_is_one_of_the_run() {
    let place = Place::new();
    let out = place.path("merged");
    merge_named(&["failed1", "failed2"], &out)
        .exits(1)
        .says(&["NON-CONFORMANT", "WH-SIG-02"]);
    verify(&out).exits(0).says(&["non-conformant"]);
    let results = json(&out.join("results.json"));
    let failed = results["examples"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["result"]["verdict"] == "fail")
        .unwrap();
    let note = failed["result"]["notes"].to_string();
    assert!(note.contains("is record 0 of its own transcript"), "{failed}");
}

#[test]
fn what_is_not_the_parts_of_one_run_is_refused() {
    let place = Place::new();
    let out = place.path("merged");
    for (names, code) in [
        (&["sound1"][..], "shard-missing"),
        (&["sound2"], "shard-missing"),
        (&["sound1", "sound2", "sound1"], "shard-twice"),
        (&["sound1", "seed2"], "shard-seed"),
        (&["sound1", "narrower2"], "shard-plan"),
        (&["sound1", "third3"], "shard-count"),
        (&["sound1", "plain"], "not-a-shard"),
    ] {
        merge_named(names, &out).exits(5).complains(&[code]);
        assert!(!out.exists(), "{names:?}");
    }
    // A shard in which something was changed.
    let broken = place.path("broken");
    copy(&run_of("sound1"), &broken);
    let results = broken.join("results.json");
    let changed = fs::read_to_string(&results)
        .unwrap()
        .replacen("\"pass\"", "\"fail\"", 1);
    fs::write(&results, changed).unwrap();
    merge(&[broken, run_of("sound2")], &out)
        .exits(5)
        .complains(&["shard-broken", "results.json"]);
    assert!(!out.exists());
    // Nothing is written over.
    fs::create_dir(&out).unwrap();
    merge_named(&["sound1", "sound2"], &out)
        .exits(2)
        .complains(&["there already"]);
}

#[test]
fn a_shard_alone_is_asked_for_rightly() {
    let place = Place::new();
    for words in [
        "--shard 3/2 --seed 1",
        "--shard 1/2",
        "--shard 1 --seed 1",
        "--shard 1/2 --seed 1 --submission s",
    ] {
        place
            .senang(&format!("run --reference --case WH-SIG-02 {words} --out out"))
            .run()
            .exits(2);
    }
    place
        .senang("run --reference --case WH-SIG-02 --seed 1 --shard 1/2 --out out")
        .run()
        .exits(2)
        .complains(&["only 1 cases to spread"]);
}

#[test]
fn whatever_is_changed_in_a_merged_run_is_noticed() {
    let place = Place::new();
    let sound = place.path("sound");
    merge_named(&["failed1", "failed2"], &sound).exits(1);
    let changed = |name: &str, change: &dyn Fn(&Path)| {
        let folder = place.path(name);
        copy(&sound, &folder);
        change(&folder);
        verify(&folder).exits(5)
    };
    let rewrite = |path: PathBuf, from: &str, to: &str| {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from} is not in {}", path.display());
        fs::write(path, text.replace(from, to)).unwrap();
    };
    changed("verdict", &|folder| {
        rewrite(folder.join("results.json"), "\"fail\"", "\"pass\"");
    })
    .complains(&["results.json", "file-changed"]);
    changed("outcome", &|folder| {
        rewrite(folder.join("manifest.json"), "non-conformant", "conformant");
    })
    .complains(&["manifest-changed"]);
    changed("swapped", &|folder| {
        fs::rename(folder.join("shards/1"), folder.join("shards/x")).unwrap();
        fs::rename(folder.join("shards/2"), folder.join("shards/1")).unwrap();
        fs::rename(folder.join("shards/x"), folder.join("shards/2")).unwrap();
    })
    .complains(&["shard-replaced"]);
    changed("better", &|folder| {
        for number in [1, 2] {
            let there = folder.join(format!("shards/{number}"));
            fs::remove_dir_all(&there).unwrap();
            copy(&run_of(&format!("sound{number}")), &there);
        }
    })
    .complains(&["shard-replaced"]);
    changed("gone", &|folder| {
        fs::remove_dir_all(folder.join("shards/2")).unwrap();
    })
    .complains(&["shard-missing"]);
    changed("added", &|folder| {
        fs::write(folder.join("more.txt"), "x").unwrap();
    })
    .complains(&["file-not-listed"]);
    changed("third", &|folder| {
        fs::create_dir(folder.join("shards/3")).unwrap();
    })
    .complains(&["shard-name"]);
    changed("report", &|folder| {
        fs::remove_file(folder.join("report.html")).unwrap();
    })
    .complains(&["file-missing"]);
    changed("inside", &|folder| {
        rewrite(folder.join("shards/1/junit.xml"), "<testcase", "<testcase ");
    })
    .complains(&["shard-broken", "junit.xml"]);
    // A forger who makes the list and the digest of the manifest anew still cannot make the verdict follow.
    changed("careful", &|folder| {
        rewrite(
            folder.join("results.json"),
            "\"verdict\": \"fail\"",
            "\"verdict\": \"pass\"",
        );
        reseal(folder);
    })
    .complains(&["verdict-differs"]);
}

/// Lists the reports anew and makes the digest of the manifest over itself anew.
fn reseal(folder: &Path) {
    use sha2::{Digest as _, Sha256};
    let path = folder.join("manifest.json");
    let mut text = fs::read_to_string(&path).unwrap();
    let manifest: Value = serde_json::from_str(&text).unwrap();
    for file in manifest["files"].as_array().unwrap() {
        let bytes = fs::read(folder.join(file["name"].as_str().unwrap())).unwrap();
        let digest = hex::encode(Sha256::digest(&bytes));
        text = text.replace(file["sha256"].as_str().unwrap(), &digest);
        let size = |size: &dyn std::fmt::Display| format!("\"size\": {size},");
        text = text.replace(&size(&file["size"]), &size(&bytes.len()));
    }
    let own = manifest["self_digest"].as_str().unwrap();
    let empty = text.replace(own, "");
    fs::write(
        path,
        text.replace(own, &hex::encode(Sha256::digest(empty.as_bytes()))),
    )
    .unwrap();
}

#[test]
fn other_commands_say_that_they_do_not_read_a_merged_run() {
    let place = Place::new();
    let out = place.path("merged");
    merge_named(&["sound1", "sound2"], &out).exits(0);
    place.senang("keygen --out key").run().exits(0);
    for words in ["attest merged --key key", "diff merged merged"] {
        place
            .senang(words)
            .run()
            .exits(2)
            .complains(&["merged is a merged run", "one of its shards"]);
    }
    place
        .senang("review merged")
        .run()
        .exits(5)
        .complains(&["manifest-unusable", "merged run"]);
    // The shards are signed, each on its own, and the rest follows from them.
    place
        .senang("verify merged --trusted-key key.pub")
        .run()
        .exits(5)
        .complains(&["shard-broken", "not-attested"]);
    let shards = ["sound1", "sound2"].map(|name| {
        let to = place.path(name);
        copy(&run_of(name), &to);
        place.senang(&format!("attest {name} --key key")).run().exits(0);
        to
    });
    merge(&shards, &place.path("signed")).exits(0);
    place
        .senang("verify signed --trusted-key key.pub")
        .run()
        .exits(0)
        .says(&["every shard is attested by a trusted key"]);
}

#[test]
fn a_challenge_is_answered_by_the_shards_together() {
    let place = Place::new();
    place
        .senang(
            "challenge --partner reference-partner --out challenge.json --case WH-SIG-02 --case WH-DEL-01",
        )
        .run()
        .exits(0);
    let mut shards = Vec::new();
    for number in [1, 2] {
        let words = "--challenge challenge.json --case WH-SIG-02 --case WH-DEL-01 --seed 5";
        place
            .senang(&format!(
                "run --reference {words} --shard {number}/2 --out {number}"
            ))
            .run()
            .exits(0);
        let shard = folders(&place.path(&number.to_string())).remove(0);
        let asked = place.senang("verify --challenge challenge.json").arg(&shard);
        asked.run().exits(5).complains(&["the challenge is not answered"]);
        shards.push(shard);
    }
    merge(&shards, &place.path("merged")).exits(0);
    place
        .senang("verify merged --challenge challenge.json")
        .run()
        .exits(0)
        .says(&["challenged", "is answered"]);
}
