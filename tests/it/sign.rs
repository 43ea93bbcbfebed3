//! `sign` and `check-signature`: proofs step by step, and why one does not hold.

use std::fs;

use crate::{
    partner::{WEBHOOK_KEY, secrets},
    program::{Finished, Place},
};

const BODY: &str = "{\"id\":\"evt_1\",\"data\":{\"amount\":\"100.00\",\"name\":\"Zo\u{eb}\"}}";
const NOW: &str = "1767225600";
const RULE: &str = "--secret-env PARTNER_WEBHOOK_SECRET";

fn run(place: &Place, words: &str) -> Finished {
    place.senang(words).with_environment(&secrets()).run()
}

fn place() -> Place {
    Place::new().with("body.json", BODY)
}

/// The signature that `sign` shows.
fn signature(place: &Place) -> String {
    let words = format!("sign {RULE} --id evt_1 --timestamp {NOW} body.json");
    let shown = run(place, &words).exits(0).out;
    let line = shown.lines().find(|line| line.contains("webhook-signature: "));
    line.unwrap().split_once(": ").unwrap().1.to_owned()
}

fn request(place: Place, signature: &str, body: &str) -> Place {
    let head = format!("POST /hooks HTTP/1.1\r\nwebhook-id: evt_1\r\nwebhook-timestamp: {NOW}\r\n");
    place.with(
        "request.http",
        &format!("{head}webhook-signature: {signature}\r\n\r\n{body}"),
    )
}

fn check(place: &Place, more: &str) -> Finished {
    run(
        place,
        &format!("check-signature --request request.http {RULE} --now {NOW} {more}"),
    )
}

#[test]
fn what_sign_shows_holds_for_check_signature_and_for_an_independent_verifier() {
    let place = place();
    let signature = signature(&place);
    let place = request(place, &signature, BODY);
    check(&place, "")
        .exits(0)
        .says(&["VALID", "holds under the secret in PARTNER_WEBHOOK_SECRET"]);
    let verifier = standardwebhooks::Webhook::from_bytes(WEBHOOK_KEY.to_vec()).unwrap();
    let stamp: i64 = NOW.parse().unwrap();
    assert_eq!(verifier.sign("evt_1", stamp, BODY.as_bytes()).unwrap(), signature);
    for changed in [BODY.replace("100.00", "100.01"), format!("{BODY}\n")] {
        let place = request(self::place(), &signature, &changed);
        check(&place, "").exits(1).says(&["NOT VALID"]);
    }
}

#[test]
fn a_genuine_message_and_a_wrong_computed_value_lead_to_the_line_of_code() {
    let place = place();
    let signature = signature(&place);
    let place = request(place, &signature, BODY);
    // What Python makes of a parsed body, and what a verifier makes of the printed secret.
    let again = "{\"id\": \"evt_1\", \"data\": {\"amount\": \"100.00\", \"name\": \"Zo\\u00eb\"}}";
    fs::write(place.path("again.json"), again).unwrap();
    let words = format!("sign {RULE} --id evt_1 --timestamp {NOW} again.json");
    let shown = run(&place, &words).exits(0).out;
    let line = shown.lines().find(|line| line.contains("base64  ")).unwrap();
    let computed = line.split_whitespace().last().unwrap();
    check(&place, &format!("--computed {computed}")).exits(0).says(&[
        "written again by Python's json.dumps",
        "look for the line that writes parsed JSON",
    ]);
}

#[test]
fn the_age_is_judged_by_the_clock_that_is_given() {
    let place = place();
    let signature = signature(&place);
    let place = request(place, &signature, BODY);
    let words = format!("check-signature --request request.http {RULE} --now 1767226200");
    run(&place, &words)
        .exits(1)
        .says(&["600 s ago", "outside of the window", "--now 1767225600"]);
}

#[test]
fn one_secret_of_several_is_found_and_no_secret_is_shown() {
    let place = place();
    let signature = signature(&place);
    let place = request(place, &signature, BODY);
    let other = (
        "OTHER_SECRET",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned(),
    );
    let words =
        format!("check-signature --request request.http --secret-env OTHER_SECRET {RULE} --now {NOW}");
    let variables = [secrets(), vec![other]].concat();
    let told = place.senang(&words).with_environment(&variables).run().exits(0);
    assert!(
        told.out
            .contains("holds under the secret in PARTNER_WEBHOOK_SECRET"),
        "{}",
        told.out
    );
    for (name, secret) in variables {
        assert!(!told.out.contains(&secret), "{name} is shown: {}", told.out);
    }
    let json = check(&place, "--json").exits(0).out;
    assert!(!json.contains(&signature), "{json}");
}

#[test]
fn a_recurring_hash_is_shown_and_its_mistakes_are_found() {
    let place = Place::new();
    let words = "sign recurring --secret-env PARTNER_RECURRING_SECRET --hash sha256 --status-id 1 --order-id 12 \
                 --transaction-id 14363538840 --msg Payment_was_successful";
    let shown = run(&place, words).exits(0).out;
    let line = shown.lines().find(|line| line.starts_with("5 hash")).unwrap();
    let hash = line.split_whitespace().last().unwrap();
    let callback = |hash: &str| {
        format!(
            "content-type: application/json\n\n{{\"status_id\":\"1\",\"order_id\":\"12\",\"transaction_id\":\"14363538840\",\
             \"msg\":\"Payment_was_successful\",\"hash\":\"{hash}\"}}"
        )
    };
    let rule = "--secret-env PARTNER_RECURRING_SECRET --hash sha256";
    let check = |hash: &str, more: &str| {
        fs::write(place.path("callback.http"), callback(hash)).unwrap();
        run(
            &place,
            &format!("check-signature --request callback.http {rule} {more}"),
        )
    };
    check(hash, "").exits(0).says(&["VALID"]);
    let capital = hash.to_ascii_uppercase();
    check(&capital, "")
        .exits(1)
        .says(&["NOT VALID", "capital hex digits"]);
    check(hash, &format!("--computed {capital}"))
        .exits(0)
        .says(&["capital hex digits"]);
}

#[test]
fn bad_input_is_named() {
    let place = place().with("empty", "").with("words", "no request at all");
    for (words, texts) in [
        (
            "sign --secret-env NOBODY --id a body.json",
            &["NOBODY is not set"][..],
        ),
        (
            "sign --secret-env PARTNER_RECURRING_SECRET --id a body.json",
            &["PARTNER_RECURRING_SECRET", "not base64"],
        ),
        (
            "sign --secret-env PARTNER_WEBHOOK_SECRET --id a .",
            &["is a folder"],
        ),
        (
            "sign --secret-env PARTNER_WEBHOOK_SECRET --id a nothing.json",
            &["nothing.json"],
        ),
        (
            "sign --secret-env PARTNER_WEBHOOK_SECRET --id a --timestamp soon body.json",
            &["is no moment"],
        ),
        (
            "sign recurring --secret-env PARTNER_RECURRING_SECRET",
            &["status_id is under the hash"],
        ),
        (
            "sign recurring --secret-env PARTNER_RECURRING_SECRET empty",
            &["is empty"],
        ),
        (
            "check-signature --request empty --secret-env PARTNER_WEBHOOK_SECRET",
            &["is empty"],
        ),
        (
            "check-signature --request words --secret-env PARTNER_WEBHOOK_SECRET",
            &["no header line"],
        ),
        (
            "check-signature --request . --secret-env PARTNER_WEBHOOK_SECRET",
            &["is a folder"],
        ),
        (
            "check-signature --bundle . --record 1 --secret-env PARTNER_WEBHOOK_SECRET",
            &["transcript"],
        ),
    ] {
        let said = run(&place, words);
        assert!(matches!(said.code, Some(2 | 5)), "{words}: {said:?}");
        said.complains(texts);
    }
    run(&place, "check-signature --secret-env PARTNER_WEBHOOK_SECRET").exits(2);
    run(&place, "sign").exits(2);
}
