//! What is typed or declared wrongly is said clearly, with the exit code that belongs to it.

use serde_json::Value;

use crate::{
    program::{Place, folders},
    redactor::redacted,
};

const PARTNER: &str = r#"[partner]
id = "acme"
name = "Acme Insurance"
implementation = "acme-pay"
version = "1"
[capabilities]
webhooks = ["payment.success"]
[webhook]
url = "http://127.0.0.1:1/hooks"
secret_env = "ACME_SECRET"
"#;
const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZkdISUpLTE1OT1BRUlNUVVY=";

/// A place with a partner's file in which one text stands instead of another.
fn declared(text: &str, instead: &str) -> Place {
    assert!(PARTNER.contains(text));
    Place::new().with("partner.toml", &PARTNER.replace(text, instead))
}

/// With the variable that the file names.
fn set() -> [(&'static str, String); 1] {
    [("ACME_SECRET", SECRET.to_owned())]
}

#[test]
fn an_unknown_flag_is_wrong_usage() {
    let said = Place::new().senang("run --reference --sed 1").run().exits(2);
    said.complains(&["'--sed'", "--seed", "--help"]);
}

#[test]
fn a_run_needs_somebody_to_run_against() {
    Place::new()
        .senang("run")
        .run()
        .exits(2)
        .complains(&["--partner"]);
}

#[test]
fn a_misspelt_key_is_named_with_file_line_and_suggestion() {
    let place = declared("secret_env", "secret_evn");
    let said = place.senang("run --partner partner.toml").run().exits(2);
    let said = said.complains(&[
        "partner.toml:10: webhook.secret_evn: unknown key; did you mean secret_env?",
        "webhook.secret_env: missing",
    ]);
    redacted(|| insta::assert_snapshot!("cli-misspelt-key", said.err));
}

#[test]
fn a_variable_that_is_not_set_is_named() {
    let place = declared("", "");
    let said = place.senang("run --partner partner.toml").run().exits(2);
    said.complains(&["the environment variable ACME_SECRET is not set"]);
}

#[test]
fn a_webhook_secret_of_another_form_is_told_before_anybody_is_called() {
    let place = declared("", "");
    let run = place.senang("run --partner partner.toml --out out");
    let wrong = [("ACME_SECRET", "changeme".to_owned())];
    let said = run.with_environment(&wrong).run().exits(2);
    said.complains(&["the variable ACME_SECRET", "bytes; 24 to 64 are expected"]);
    assert!(folders(&place.path("out")).is_empty());
}

#[test]
fn a_secret_in_the_file_is_refused_and_not_repeated() {
    for key in ["secret", "secret_env"] {
        let place = declared("secret_env = \"ACME_SECRET\"", &format!("{key} = \"{SECRET}\""));
        let said = place.senang("run --partner partner.toml").run().exits(2);
        let said = said.complains(&["partner.toml:10", "environment variable"]);
        assert!(
            !said.err.contains(&SECRET[6..]),
            "the secret is repeated:\n{}",
            said.err
        );
    }
}

#[test]
fn an_unknown_case_is_wrong_usage_and_near_ones_are_named() {
    let place = Place::new();
    let said = place
        .senang("run --reference --case WH-SIG-2 --out out")
        .run()
        .exits(2);
    said.complains(&["no case is called \"WH-SIG-2\"", "did you mean WH-SIG-02"]);
    let said = place
        .senang("run --reference --area WH-SIGG --out out")
        .run()
        .exits(2);
    said.complains(&["no area is called \"WH-SIGG\"", "WH-SIG"]);
    assert!(folders(&place.path("out")).is_empty());
}

#[test]
fn a_selection_of_which_nothing_applies_is_no_success() {
    let place = declared("", "");
    let run = place.senang("run --partner partner.toml --area API-RL --out out");
    let said = run.with_environment(&set()).run().exits(4);
    said.complains(&["nothing is selected"]);
    assert!(folders(&place.path("out")).is_empty());
}

#[test]
fn nobody_listening_leaves_nothing_that_looks_like_a_report() {
    let place = declared("", "");
    let run = place.senang("run --partner partner.toml --out out");
    let said = run.with_environment(&set()).run().exits(3);
    said.complains(&[
        "[webhook] cannot be reached at http://127.0.0.1:1/hooks",
        "is it running",
    ]);
    assert!(folders(&place.path("out")).is_empty());
}

#[test]
fn an_unknown_defect_is_wrong_usage() {
    let place = Place::new();
    for command in ["run --reference", "reference-partner", "self-test"] {
        let said = place.senang(command).arg("--defect").arg("sig-ignord").run();
        said.exits(2).complains(&["no defect is called `sig-ignord`"]);
    }
}

#[test]
fn a_partner_file_that_is_not_there_is_named() {
    let said = Place::new().senang("run --partner absent.toml").run().exits(2);
    said.complains(&["absent.toml"]);
}

#[test]
fn an_explanation_of_an_unknown_case_names_near_ones() {
    let said = Place::new().senang("explain WH-SIG-99").run().exits(2);
    said.complains(&["no case is called \"WH-SIG-99\"; did you mean", "WH-SIG-09"]);
    let said = Place::new().senang("explain nonsense").run().exits(2);
    said.complains(&["no case is called \"nonsense\"; `list` shows them all"]);
}

#[test]
fn a_folder_that_is_not_there_is_a_mistake_and_one_without_a_bundle_holds_nothing() {
    for command in [
        "verify absent",
        "review absent",
        "attest absent --key key",
        "diff absent absent",
    ] {
        let said = Place::new().senang(command).run().exits(2);
        said.complains(&["there is no folder absent", "reports/<run-id>"]);
    }
    Place::new()
        .senang("verify .")
        .run()
        .exits(5)
        .complains(&["manifest-missing"]);
    Place::new()
        .senang("run --resume absent")
        .run()
        .exits(2)
        .complains(&["absent"]);
}

#[test]
fn output_that_cannot_be_written_is_an_error() {
    let place = Place::new().with("occupied", "a file");
    let said = place.senang("run --reference --out occupied").run().exits(2);
    said.complains(&["occupied/"]);
}

#[test]
fn every_example_is_listed_as_json() {
    let place = Place::new();
    let said = place.senang("list --json").run().exits(0);
    let listed: Value = serde_json::from_str(&said.out).unwrap();
    let examples = listed["examples"].as_array().unwrap();
    assert!(!examples.is_empty());
    let table = place.senang("list").run().exits(0).out;
    for example in examples {
        let id = example["example"].as_str().unwrap();
        assert!(id.starts_with(example["case"].as_str().unwrap()), "{id}");
        assert!(
            table.contains(&format!("      {id}  ")),
            "{id} is not in the table"
        );
        assert!(
            !example["clauses"].as_array().unwrap().is_empty(),
            "{id} has no clauses"
        );
    }
    assert!(table.contains(&format!("of {} examples would run", examples.len())));
}

#[test]
fn what_a_partner_does_not_declare_is_listed_with_the_reason() {
    let place = declared("", "");
    let list = place.senang("list --json --partner partner.toml");
    let said = list.with_environment(&set()).run().exits(0);
    let listed: Value = serde_json::from_str(&said.out).unwrap();
    for example in listed["examples"].as_array().unwrap() {
        match example["selection"].as_str() {
            Some("selected") => assert_ne!(example["area"], "RC-JSON"),
            other => assert!(!example["reason"].as_str().unwrap().is_empty(), "{other:?}"),
        }
    }
}

#[test]
fn a_case_is_explained() {
    let place = Place::new();
    let said = place.senang("explain WH-SIG-02").run().exits(0);
    assert_eq!(said.out, place.senang("explain wh-sig-02/b").run().exits(0).out);
    redacted(|| insta::assert_snapshot!("cli-explain", said.out));
}

#[test]
fn the_help_shows_commands_and_exit_codes() {
    let place = Place::new();
    let short = place.senang("--help").run().exits(0).out;
    let run = place.senang("run --help").run().exits(0).out;
    redacted(|| insta::assert_snapshot!("cli-help", format!("{short}\n---- run\n\n{run}")));
}

#[test]
fn every_defect_is_described() {
    let said = Place::new()
        .senang("reference-partner --list-defects")
        .run()
        .exits(0);
    said.says(&[
        "sig-ignored never looks at the signature header [WH-SIG-03]",
        "always-200",
    ]);
}
