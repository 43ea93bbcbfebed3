//! A run from its command line to its bundle.

use std::fs;

use serde_json::Value;

use crate::{
    bundle::{Colour, FILES},
    partner::{Declared, Partner, WEBHOOK_KEY, secrets},
    program::Place,
    shared::CLEAN,
};

#[test]
fn the_clean_partner_is_conformant_and_its_evidence_holds() {
    let ended = &*CLEAN;
    assert_eq!(ended.said.code, Some(0), "{}{}", ended.said.out, ended.said.err);
    let results = ended.bundle.results();
    let sentence = "conformant (not certifiable: loopback, compressed clock)";
    assert_eq!(results["sentence"], sentence);
    assert_eq!(results["outcome"], "conformant");
    assert_eq!(ended.bundle.files(), FILES);
    let said = ended.bundle.verify().exits(0);
    said.says(&["the evidence holds", sentence]);
}

#[test]
fn every_file_counts_the_same() {
    let bundle = &CLEAN.bundle;
    let counts = &bundle.results()["counts"]["all"];
    let counted = |name: &str| usize::try_from(counts[name].as_u64().unwrap()).unwrap();
    let verdicts = bundle.verdicts();
    assert_eq!(counted("selected"), verdicts.len());
    assert_eq!(counted("pass"), bundle.with("pass").len());
    for name in ["junit.xml", "junit-strict.xml"] {
        let report = bundle.junit(name);
        let cases = bundle.cases(name);
        let colours: Vec<Colour> = cases.values().map(Colour::of).collect();
        let green = colours.iter().filter(|colour| **colour == Colour::Green).count();
        assert_eq!(green, counted("pass"), "{name}");
        let skipped = colours
            .iter()
            .filter(|colour| matches!(colour, Colour::Skipped(_)))
            .count();
        let undecided = bundle.without_browser();
        assert_eq!(skipped, counted("not_applicable") + undecided, "{name}");
        assert_eq!(cases.len(), green + skipped, "{name}");
        let listed: usize = report.test_suites.iter().map(|suite| suite.tests).sum();
        assert_eq!(listed, cases.len(), "{name}");
    }
    let manifest: Value = serde_json::from_slice(&bundle.bytes("manifest.json")).unwrap();
    assert_eq!(manifest["plan"]["selected"], counts["selected"]);
    assert_eq!(manifest["transcript"]["records"], bundle.records().len());
}

#[test]
fn a_partner_that_a_file_declares_is_run_over_tls_and_no_secret_is_in_the_bundle() {
    let partner = Partner::start(Declared {
        tls: true,
        effects: true,
        log: true,
    });
    let said = partner.run("").exits(0);
    let bundle = partner.place().bundle();
    assert_eq!(
        bundle.results()["sentence"],
        "conformant (not certifiable: loopback, compressed clock)"
    );
    bundle.verify().exits(0);
    for (name, secret) in secrets() {
        let secret = secret.trim_start_matches("whsec_").to_owned();
        for spelling in spellings(secret.as_bytes()) {
            absent(&bundle, &said.out, &said.err, name, &spelling);
        }
    }
    for spelling in spellings(WEBHOOK_KEY) {
        absent(&bundle, &said.out, &said.err, "the key itself", &spelling);
    }
    let configuration = bundle.records()[0]["what"]["configuration"].to_string();
    assert!(
        configuration.contains("PARTNER_WEBHOOK_SECRET"),
        "{configuration}"
    );
}

/// A secret as text, in hexadecimal and in base64 at each alignment.
fn spellings(secret: &[u8]) -> Vec<Vec<u8>> {
    use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
    let mut spellings = vec![
        secret.to_vec(),
        hex::encode(secret).into_bytes(),
        hex::encode_upper(secret).into_bytes(),
    ];
    for before in 0..3 {
        let mut longer = vec![b'x'; before];
        longer.extend_from_slice(secret);
        let text = STANDARD_NO_PAD.encode(longer);
        // The first and the last letter also depend on what stands beside the secret.
        let inner = &text[if before == 0 { 0 } else { before + 1 }..text.len() - 2];
        spellings.push(inner.as_bytes().to_vec());
    }
    spellings
}

fn absent(bundle: &crate::bundle::Bundle, out: &str, err: &str, name: &str, spelling: &[u8]) {
    let found = |bytes: &[u8]| bytes.windows(spelling.len()).any(|window| window == spelling);
    let shown = String::from_utf8_lossy(spelling);
    for file in bundle.files() {
        assert!(!found(&bundle.bytes(&file)), "{name} is in {file} as {shown}");
    }
    assert!(
        !found(out.as_bytes()) && !found(err.as_bytes()),
        "{name} was shown as {shown}"
    );
}

#[test]
fn without_effects_refusals_rest_on_the_status_and_duplicates_stay_open() {
    let partner = Partner::start(Declared {
        tls: false,
        effects: false,
        log: false,
    });
    partner.run("--area WH-SIG --area WH-DUP --area API-FLW").exits(3);
    let bundle = partner.place().bundle();
    let results = bundle.results();
    assert_eq!(results["outcome"], "undetermined");
    let reasons = ["loopback", "plain http", "compressed clock", "filtered"];
    assert_eq!(results["run"]["not_certifiable"], serde_json::json!(reasons));
    for line in results["examples"].as_array().unwrap() {
        let example = line["example"].as_str().unwrap();
        let result = &line["result"];
        match example.split('/').next().unwrap() {
            "WH-SIG-02" | "WH-SIG-03" | "WH-SIG-05" | "WH-SIG-07" => {
                assert_eq!(result["verdict"], "pass", "{example}: {result}");
                assert_eq!(result["grade"], "C", "{example}: {result}");
            }
            "WH-DUP-01" | "WH-DUP-02" | "WH-DUP-03" => {
                assert_eq!(result["verdict"], "inconclusive", "{example}: {result}");
                assert!(
                    result["reasons"][0].as_str().unwrap().contains("[effects."),
                    "{result}"
                );
            }
            "API-FLW-01" => assert_eq!(result["verdict"], "pass", "{example}: {result}"),
            _ => {}
        }
    }
    assert!(bundle.with("fail").is_empty() && bundle.with("error").is_empty());
    let red = bundle.cases("junit.xml");
    assert_eq!(
        Colour::of(&red["WH-DUP-01/a"]),
        Colour::Error("inconclusive".to_owned())
    );
    bundle.verify().exits(0);
}

#[test]
fn an_endpoint_that_died_is_never_conformant() {
    let place = Place::new();
    let run = place.senang("run --reference --reference-dies --out out --case WH-SIG-02 --case WH-DEL-01");
    run.run().exits(3);
    let bundle = place.bundle();
    assert_eq!(bundle.results()["outcome"], "undetermined");
    assert!(bundle.with("pass").is_empty());
    bundle.verify().exits(0);
}

#[test]
fn the_summary_as_json_is_the_results_file() {
    let place = Place::new();
    let run = place.senang("run --reference --json --out out --seed 3 --case WH-SIG-02/a");
    let said = run.run().exits(0);
    let shown: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(shown, place.bundle().results());
    assert_eq!(place.bundle().verdicts().len(), 1);
    assert!(place.left_behind().is_empty(), "{:?}", place.left_behind());
}

#[test]
fn the_same_seed_sends_the_same() {
    let stimuli = || {
        let place = Place::new();
        let run = place.senang("run --reference --out out --seed 11 --case WH-SIG-02/a");
        run.run().exits(0);
        let records = place.bundle().records();
        let intents: Vec<Value> = records
            .into_iter()
            .filter(|record| record["kind"] == "delivered")
            .map(|record| record["what"]["intent"].clone())
            .collect();
        assert!(!intents.is_empty());
        intents
    };
    assert_eq!(stimuli(), stimuli());
}

#[test]
fn another_profile_replaces_the_embedded_one() {
    let place = Place::new();
    let embedded = concat!(env!("CARGO_MANIFEST_DIR"), "/features/profiles/senang-io.toml");
    fs::copy(embedded, place.path("profile.toml")).unwrap();
    let run = |more: &str| {
        let words = format!("run --reference --case EP-TLS-05 --out out --profile profile.toml {more}");
        place.senang(&words).run()
    };
    run("").exits(0);
    let text = fs::read_to_string(place.path("profile.toml")).unwrap();
    fs::write(
        place.path("profile.toml"),
        text.replacen("senang-io", "senang-oi", 1),
    )
    .unwrap();
    run("").exits(2).complains(&["profile.toml"]);
}
