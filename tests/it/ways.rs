//! Ways of taking part that the built-in partner does not go: a folder that is only watched, a log that stands in
//! for reports, an API key, a person who types keys.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use crate::{
    partner::{Declared, Partner},
    person::{at_the_terminal, has_python},
    program::Place,
};

/// An importer in another language, of which the harness knows a folder, a log and a page.
struct Importer {
    place: Place,
    child: Child,
}

impl Importer {
    fn start(flaw: Option<&str>) -> Self {
        let place = Place::new().with("importer.py", include_str!("importer.py"));
        let mut child = Command::new("python3")
            .args(["importer.py", "inbox"])
            .current_dir(place.path(""))
            .envs(flaw.map(|name| (name, "1")))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut port).unwrap();
        let declaration = DECLARATION.replace("PORT", port.trim());
        fs::write(place.path("partner.toml"), declaration).unwrap();
        Self { place, child }
    }

    fn verdicts(&self, code: i32) -> BTreeMap<String, String> {
        let words = "run --partner partner.toml --out out --clock compressed --seed 5 --area BAT";
        self.place.senang(words).run().exits(code);
        let bundle = self.place.bundle();
        bundle.verify().exits(0);
        bundle.verdicts()
    }
}

impl Drop for Importer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const DECLARATION: &str = r#"
[partner]
id = "importer"
name = "Folder Import"
implementation = "importer"
version = "1"
[capabilities]
batch = true
[batch]
folder = "inbox"
handover = "folder"
reject = "file"
[effects.order]
kind = "http"
url = "http://127.0.0.1:PORT/orders/{reference}"
count = "/count"
state = "/state"
amount = "/amount"
name = "/name"
[log]
kind = "file"
path = "importer.log"
format = "json"
event_id = "/event_id"
time = "/time"
type = "/type"
result = "/result"
[limits]
in_flight = 64
per_second = 500
"#;

fn failed(verdicts: &BTreeMap<String, String>) -> Vec<&str> {
    let failed = verdicts.iter().filter(|(_, verdict)| *verdict != "pass");
    failed.map(|(example, _)| example.as_str()).collect()
}

#[test]
fn an_importer_that_watches_a_folder_and_refuses_whole_files_is_judged_by_its_log() {
    if !has_python() {
        return;
    }
    let verdicts = Importer::start(None).verdicts(0);
    assert_eq!((verdicts.len(), failed(&verdicts)), (17, Vec::new()));

    // One that takes files which it should refuse uses up their numbers; nothing but its own case may suffer.
    for flaw in ["IMPORTER_KEEPS_GOOD_ROWS", "IMPORTER_NAMES_NO_ROW"] {
        let verdicts = Importer::start(Some(flaw)).verdicts(0);
        assert_eq!(failed(&verdicts), ["BAT-04/a", "BAT-04/b"], "{flaw}");
    }
}

#[test]
fn a_partner_with_an_api_key_is_judged_by_what_applies_to_keys() {
    let partner = Partner::start_with_api_key(Declared {
        tls: true,
        effects: true,
        log: true,
    });
    partner
        .run("--case SEC-02 --case SEC-03 --case API-FLW-01 --case API-ERR-01 --case API-ERR-02")
        .exits(0);
    let bundle = partner.place().bundle();
    bundle.verify().exits(0);
    assert_eq!(failed(&bundle.verdicts()), [""; 0], "{:?}", bundle.verdicts());
    let results = bundle.results();
    let lines = results["examples"].as_array().unwrap();
    let word = |id: &str, name: &str| {
        let line = lines.iter().find(|line| line["example"] == id).unwrap();
        line[name].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(word("SEC-02/a", "selection"), "selected");
    assert_eq!(word("SEC-03/a", "selection"), "selected");
    let tokens = word("API-ERR-02/c", "reason");
    assert!(tokens.contains("API key"), "{tokens}");
}

#[test]
fn keys_that_a_person_types_are_fingerprinted_and_not_shown() {
    let place = Place::new();
    let key = "sk_live_7Hq2VbN8xWmZ4tRc";
    let type_key = format!("test -e typed || {{ touch typed; echo {key}; }}");
    let questions = [
        ("Nothing is shown\\.", type_key.as_str()),
        ("^\\s*\\r?\\n", "true"),
    ];
    let Some(ran) = at_the_terminal(&place, "fingerprint", &questions) else {
        return;
    };
    let ran = ran.exits(0).says(&["[keys]", "production_fingerprints = ["]);
    assert!(!ran.out.contains(key), "{}", ran.out);
    assert_eq!(ran.out.matches("\",").count(), 1, "{}", ran.out);
}
