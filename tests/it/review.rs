//! What a reviewer does with a bundle: reads the page, decides, and lets others check the decision.

use std::fs;

use serde_json::Value;

use crate::{
    attestation::{attest, keygen},
    bundle::Bundle,
    program::{Finished, Place},
    shared::{SMALL, SMALL_FAILED},
};

const APPROVE: &str = "--approve --reviewer Siti --reason complete --key reviewer";

/// A place with the keys of a partner and a reviewer, and a copy of a bundle that the partner attested.
fn handed_in(of: &Bundle) -> (Place, Bundle) {
    let place = Place::new();
    keygen(&place, "partner");
    keygen(&place, "reviewer");
    let bundle = of.copied(&place.path("bundle"));
    attest(&place, &bundle, "partner").exits(0);
    (place, bundle)
}

fn review(place: &Place, more: &str) -> Finished {
    place
        .senang("review bundle --trusted-key partner.pub")
        .args(more)
        .run()
}

fn verified(place: &Place, keys: &str) -> Value {
    let said = place.senang("verify bundle --json").args(keys).run();
    serde_json::from_str(&said.out).unwrap()
}

#[test]
fn the_page_says_what_a_decision_rests_on() {
    let (place, _) = handed_in(&SMALL_FAILED.bundle);
    let previous = SMALL.bundle.copied(&place.path("previous"));
    assert!(previous.path("manifest.json").is_file());
    review(&place, "--previous previous").exits(0).says(&[
        "outcome non-conformant",
        "attested by the trusted key",
        "Required (",
        "WH-SIG-02/a fail: expected",
        "Not covered",
        "left out: the run is limited to WH-SIG-02, WH-DEL-01",
        "Waivers none",
        "Attempts one run, and every example once",
        "Since the last submission",
        "newly failing",
        "Decision none yet",
    ]);
    assert!(!place.path("bundle/decision.json").exists());
}

#[test]
fn an_approval_needs_a_run_that_says_so() {
    let (place, _) = handed_in(&SMALL_FAILED.bundle);
    let approve = format!("{APPROVE} --expires 2099-01-31 --accept-limits");
    review(&place, &approve).exits(1).complains(&[
        "not approved, and nothing was recorded",
        "the run is non-conformant",
    ]);
    review(&place, "--decline --reviewer Siti --reason forged --key reviewer").exits(0);
    let decision = &verified(&place, "--trusted-key partner.pub")["decided"]["decision"];
    assert_eq!(decision["decision"], "declined");
    assert_eq!(decision["about"]["outcome"], "non-conformant");

    let (place, _) = handed_in(&SMALL.bundle);
    review(&place, APPROVE).exits(1).complains(&[
        "can never be a certificate",
        "--accept-limits",
        "an approval needs --expires",
    ]);
    let late = format!("{APPROVE} --accept-limits --expires 2020-01-31");
    review(&place, &late)
        .exits(1)
        .complains(&["its last day, 2020-01-31, has passed"]);
    for (without, missing) in [
        ("--approve --reviewer Siti --key reviewer", "--reason"),
        ("--approve --reason complete --key reviewer", "--reviewer"),
        ("--decline --reviewer Siti --reason complete", "--key"),
    ] {
        review(&place, without)
            .exits(2)
            .complains(&[missing, "nothing was recorded"]);
    }
    review(&place, &format!("{APPROVE} --decline")).exits(2);
    assert!(!place.path("bundle/decision.json").exists());
}

#[test]
fn a_decision_is_signed_checked_and_bound_to_its_bundle() {
    let (place, bundle) = handed_in(&SMALL.bundle);
    let approve = format!("{APPROVE} --expires 2099-01-31 --accept-limits");
    review(&place, &approve).exits(0).says(&["approved by Siti"]);
    let keys = "--trusted-key partner.pub --trusted-key reviewer.pub";
    let said = verified(&place, keys);
    assert_eq!(said["decided"]["decision"]["decision"], "approved");
    assert_eq!(said["decided"]["signed_by"].as_array().unwrap().len(), 1);
    let said = verified(&place, "--trusted-key partner.pub");
    assert_eq!(said["decided"]["signed_by"].as_array().unwrap().len(), 0);
    review(&place, &approve)
        .exits(2)
        .complains(&["decision.json is there already"]);
    review(&place, "")
        .exits(0)
        .says(&["approved by Siti", "which nobody vouched for"]);

    // Another bundle cannot borrow it.
    let other = SMALL_FAILED.bundle.copied(&place.path("other"));
    fs::copy(bundle.path("decision.json"), other.path("decision.json")).unwrap();
    let said = place.senang("verify other --json").run().exits(5);
    let said: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(said["code"], "decides-another");
}

#[test]
fn what_does_not_hold_is_not_reviewed() {
    let (place, bundle) = handed_in(&SMALL.bundle);
    let junit = fs::read_to_string(bundle.path("junit.xml")).unwrap();
    fs::write(bundle.path("junit.xml"), junit.replace("pass", "fail")).unwrap();
    review(&place, APPROVE).exits(5).complains(&["junit.xml"]);
    assert!(!place.path("bundle/decision.json").exists());
}
