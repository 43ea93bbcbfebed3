//! The command `support` on the bundle of a run that failed.

use std::fs;

use serde_json::Value;

use crate::program::{Finished, Place, folders};

fn asked(place: &Place, more: &str) -> Finished {
    let run = &folders(&place.path("out"))[0];
    place
        .senang("support --unsearched --description")
        .arg("forged webhooks are taken")
        .arg(run)
        .args(more)
        .run()
}

#[test]
fn support_gets_what_the_documents_ask_for_and_the_bundle_stays_as_it_is() {
    let place = Place::new();
    let words = "run --reference --defect sig-ignored --seed 7 --case WH-SIG-02 --out out";
    place.senang(words).run().exits(1);
    let bundle = place.bundle();
    asked(&place, "")
        .exits(0)
        .says(&["support/support.json and support/support.md"]);
    let text = fs::read_to_string(place.path("support").join("support.json")).unwrap();
    let support: Value = serde_json::from_str(&text).unwrap();
    let said = |name: &str| support[name].as_str().unwrap_or_default().to_owned();
    assert_eq!(said("partner_id"), "reference-partner");
    assert_eq!(said("description"), "forged webhooks are taken");
    assert!(
        said("api_key_reference").chars().count() <= 5,
        "{}",
        support["api_key_reference"]
    );
    let samples = support["samples"].as_array().unwrap();
    assert!(!samples.is_empty() && samples.len() <= 12);
    for sample in samples {
        assert_eq!(sample["verdict"], "fail");
        assert!(sample["at"].as_str().unwrap().ends_with('Z'), "{sample}");
        assert!(sample["request"].as_str().unwrap().contains("POST "), "{sample}");
    }
    let events = support["event_ids"].as_array().unwrap();
    let markdown = fs::read_to_string(place.path("support").join("support.md")).unwrap();
    for wanted in [
        "Partner ID: ` reference-partner `",
        "API key reference",
        "forged webhooks are taken",
    ] {
        assert!(markdown.contains(wanted), "{wanted}");
    }
    bundle.verify().exits(0);

    // One event, in one file; and what cannot be done.
    let event = events[0].as_str().unwrap();
    asked(&place, &format!("--event {event} --out one.json")).exits(0);
    let one: Value = serde_json::from_str(&fs::read_to_string(place.path("one.json")).unwrap()).unwrap();
    assert_eq!(one["event_ids"].as_array().unwrap().len(), 1);
    asked(&place, "").exits(2).complains(&["is there already"]);
    asked(&place, "--event evt_nowhere --out two.json")
        .exits(2)
        .complains(&["evt_nowhere"]);
    asked(&place, "--case WH-NO-01 --out two.json")
        .exits(2)
        .complains(&["WH-NO-01"]);
    let inside = format!("--out {}", bundle.path("support.md").display());
    asked(&place, &inside).exits(2).complains(&["in the bundle"]);
    bundle.verify().exits(0);
    fs::write(bundle.path("results.json"), "{}").unwrap();
    asked(&place, "--out three.json")
        .exits(5)
        .complains(&["results.json"]);
}

#[test]
fn a_description_that_shows_a_secret_is_not_written() {
    use crate::partner::{Declared, declare, secrets};
    let place = Place::new();
    crate::shared::SMALL.bundle.copied(&place.path("out").join("run"));
    let ready = serde_json::json!({
        "base_url": "http://127.0.0.1:9",
        "webhook_url": "http://127.0.0.1:9/webhook",
        "recurring_url": "http://127.0.0.1:9/callback",
    });
    let nothing = Declared {
        tls: false,
        effects: false,
        log: false,
    };
    declare(&place, nothing, &ready, "");
    let secret = hex::encode(&secrets()[1].1);
    let said = place
        .senang("support out/run --partner partner.toml --case WH-SIG-02 --out support --description")
        .arg(format!("my key is {secret}"))
        .with_environment(&secrets())
        .run()
        .exits(3)
        .complains(&["support.json shows recurring secret at byte", "/description"]);
    assert!(!said.err.contains(&secret));
    assert!(!place.path("support").exists());
}
