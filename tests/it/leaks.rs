//! The command `leaks` on a finished bundle into which secrets are put.

use std::fs;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    bundle::Bundle,
    partner::{Declared, declare, secrets},
    program::{Finished, Place},
    shared::SMALL,
};

/// A partner's file without a partner: nothing is sent.
fn place() -> Place {
    let place = Place::new();
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
    place
}

fn searched(place: &Place, more: &str) -> Finished {
    let words = format!("leaks bundle --partner partner.toml {more}");
    place.senang(&words).with_environment(&secrets()).run()
}

fn secret(variable: &str) -> String {
    let all = secrets();
    all.into_iter().find(|(name, _)| *name == variable).unwrap().1
}

fn put(bundle: &Bundle, name: &str, before: &str, text: &str) {
    let sound = bundle.text(name);
    let at = sound.find(before).unwrap();
    fs::write(
        bundle.path(name),
        format!("{}{text}{}", &sound[..at], &sound[at..]),
    )
    .unwrap();
}

#[test]
fn a_clean_bundle_is_clean() {
    let place = place();
    SMALL.bundle.copied(&place.path("bundle"));
    searched(&place, "")
        .exits(0)
        .says(&["webhook secret", "none of them is shown"]);
}

#[test]
fn a_secret_in_any_file_is_named_by_label_and_place_and_not_shown() {
    let place = place();
    let bundle = SMALL.bundle.copied(&place.path("bundle"));
    let client = secret("PARTNER_CLIENT_SECRET");
    let recurring = secret("PARTNER_RECURRING_SECRET");
    let references: Vec<String> = client.chars().map(|c| format!("&#{};", u32::from(c))).collect();
    let references = references.concat();
    put(
        &bundle,
        "junit.xml",
        "<testsuite ",
        &format!("<!-- {references} -->"),
    );
    let base64 = STANDARD.encode(format!("a{recurring}"));
    let lines: Vec<&str> = base64
        .as_bytes()
        .chunks(8)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    put(&bundle, "results.json", "certifiable", &lines.join("\\n"));
    fs::create_dir(bundle.path("more")).unwrap();
    fs::write(bundle.path("more").join("note.txt"), hex::encode_upper(&client)).unwrap();
    let said = searched(&place, "").exits(5).says(&[
        "junit.xml: client secret at byte ",
        "results.json: recurring secret at byte ",
        "more/note.txt: client secret at byte 0 (line 1)",
        "do not pass this folder on",
    ]);
    for shown in [&client, &recurring, &references, &base64] {
        assert!(!said.out.contains(shown.as_str()), "{}", said.out);
    }
    let json: serde_json::Value = serde_json::from_str(&searched(&place, "--json").exits(5).out).unwrap();
    assert_eq!(json["clean"], false);
    assert_eq!(json["places"].as_array().unwrap().len(), 3);
}

#[test]
fn without_folder_or_secrets_nothing_is_claimed() {
    let place = place();
    searched(&place, "").exits(2).complains(&["bundle"]);
    SMALL.bundle.copied(&place.path("bundle"));
    let without = place.senang("leaks bundle --partner partner.toml").run();
    without.exits(2).complains(&["PARTNER_WEBHOOK_SECRET"]);
}
