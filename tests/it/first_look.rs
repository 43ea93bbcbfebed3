//! The look before the first example: a declaration that cannot be right ends the run before it begins, and
//! what only looks odd is told.

use crate::partner::{Declared, Partner};

const CASE: &str = "--case WH-DEL-01";

fn partner() -> Partner {
    Partner::start(Declared {
        tls: false,
        effects: true,
        log: true,
    })
}

/// The partner with another way to read orders.
fn reading_orders(section: &str) -> Partner {
    let partner = partner();
    partner.edit(|text| {
        let (before, rest) = text.split_once("[effects.order]").unwrap();
        let (_, after) = rest.split_once("[effects.policy]").unwrap();
        format!("{before}[effects.order]\n{section}\n[effects.policy]{after}")
    });
    partner
}

fn printing(json: &str) -> Partner {
    reading_orders(&format!(
        "kind = \"command\"\nprogram = \"printf\"\nargs = ['{}%.0s', \"{{reference}}\"]\ncount = \"/n\"",
        json.replace('{', "{{").replace('}', "}}")
    ))
}

#[test]
fn a_pointer_that_leads_nowhere_is_a_mistake_in_the_file() {
    let partner = partner();
    partner.edit(|text| text.replacen("count = \"/count\"", "count = \"/payments\"", 1));
    partner.run(CASE).exits(2).complains(&[
        "[effects.order]: cannot be read",
        "has no /payments",
        "absent_status",
    ]);
}

#[test]
fn an_unknown_reference_that_counts_is_a_mistake_in_the_file() {
    printing(r#"{"n":1}"#).run(CASE).exits(2).complains(&[
        "[effects.order] count: gives 1 for",
        "which nobody made, instead of 0",
    ]);
}

#[test]
fn a_count_that_never_moves_is_told_and_the_run_goes_on() {
    let partner = printing(r#"{"n":0}"#);
    partner.run(CASE).exits(1).complains(&[
        "remark: [effects.order] count: stayed 0",
        "although the log says that it was processed",
    ]);
    let bundle = partner.place().bundle();
    bundle.verify().exits(0);
    let unscoped = bundle
        .records()
        .into_iter()
        .filter(|record| record["scope"].is_null());
    let kinds: Vec<String> = unscoped
        .map(|record| record["kind"].as_str().unwrap().to_owned())
        .collect();
    for kind in ["delivered", "observed", "note"] {
        assert!(kinds.iter().any(|found| found == kind), "{kind}: {kinds:?}");
    }
}

#[test]
fn a_declared_place_without_a_value_is_told() {
    let partner = partner();
    partner.edit(|text| text.replacen("state = \"/state\"", "state = \"/status\"", 1));
    partner
        .run(CASE)
        .exits(0)
        .complains(&["remark: [effects.order] state: the answer for a paid object has no value there"]);
}
