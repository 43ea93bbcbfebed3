//! Objects that a partner imports instead of writing code: what is printed, what a run consumes of it, and
//! what is said when it is too little.

use std::{collections::BTreeMap, fs, path::Path};

use senang_conformance::contract::{profile::values::Profile, supplies::Supplies};

use crate::{
    partner::{Declared, Partner},
    program::{Place, folders},
    shared::CLEAN,
};

const CASES: &str = "--case WH-DEL-01 --case WH-DUP-01 --case RC-JSON-01";
const COUNTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/features/fixtures/needed.toml");

type Counts = BTreeMap<(String, String), u32>;

/// What each example took in its first attempt.
fn taken() -> BTreeMap<String, Counts> {
    let mut taken: BTreeMap<String, Counts> = BTreeMap::new();
    for example in CLEAN.bundle.verdicts().into_keys() {
        taken.insert(example, Counts::new());
    }
    for record in CLEAN.bundle.records() {
        if record["kind"] != "prepared" || record["scope"]["attempt"] != 1 {
            continue;
        }
        let word = |name: &str| record["what"][name].as_str().unwrap().to_owned();
        let example = record["scope"]["example"].as_str().unwrap().to_owned();
        let counts = taken.entry(example).or_default();
        *counts.entry((word("kind"), word("amount"))).or_default() += 1;
    }
    taken
}

/// The line that the file should have for an example.
fn line(example: &str, counts: &Counts) -> String {
    let mut kinds: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for ((kind, amount), count) in counts {
        let entry = format!("\"{amount}\" = {count}");
        kinds.entry(kind).or_default().push(entry);
    }
    let members: Vec<String> = kinds
        .into_iter()
        .map(|(kind, entries)| format!("{kind} = {{ {} }}", entries.join(", ")))
        .collect();
    if members.is_empty() {
        format!("\"{example}\" = {{}}")
    } else {
        format!("\"{example}\" = {{ {} }}", members.join(", "))
    }
}

#[test]
fn what_is_said_to_be_needed_is_what_a_run_takes() {
    let supplies = Supplies::embedded().unwrap();
    let profile = Profile::embedded("senang-io").unwrap().compressed();
    let text = fs::read_to_string(COUNTS).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut wrong = Vec::new();
    for (example, counts) in taken() {
        let said = supplies.of(&example.parse().unwrap(), &profile, 7);
        let said: Option<Counts> = said.map(|needs| {
            needs
                .into_iter()
                .map(|need| ((need.kind.to_owned(), need.amount), need.count))
                .collect()
        });
        if said.as_ref() == Some(&counts) {
            continue;
        }
        let right = line(&example, &counts);
        match lines
            .iter_mut()
            .find(|line| line.starts_with(&format!("\"{example}\"")))
        {
            Some(line) => line.clone_from(&right),
            None => lines.push(right.clone()),
        }
        wrong.push(right);
    }
    let corrected = Path::new(env!("CARGO_TARGET_TMPDIR")).join("needed.toml");
    fs::write(&corrected, lines.join("\n") + "\n").unwrap();
    assert!(
        wrong.is_empty(),
        "{} lines of features/fixtures/needed.toml are wrong; the right ones are in {}:\n{}",
        wrong.len(),
        corrected.display(),
        wrong.join("\n")
    );
}

fn partner() -> Partner {
    let partner = Partner::start(Declared {
        tls: false,
        effects: true,
        log: true,
    });
    partner.edit(|text| {
        text.replace(
            "order = \"start\"\npolicy = \"start\"\nsubscription = \"start\"",
            "order = { fixture = \"list.csv\" }\npolicy = { fixture = \"list.csv\" }\n\
             subscription = { fixture = \"list.csv\" }",
        )
    });
    partner
}

fn printed(partner: &Partner, format: &str) -> String {
    let words =
        format!("fixtures --partner partner.toml --clock compressed --seed 9 {CASES} --format {format}");
    let program = partner.place().senang(&words);
    program
        .with_environment(&crate::partner::secrets())
        .run()
        .exits(0)
        .out
}

#[test]
fn a_printed_list_that_was_imported_is_enough_for_the_run() {
    let partner = partner();
    let list = printed(&partner, "csv");
    assert_eq!(list, printed(&partner, "csv"));
    fs::write(partner.place().path("list.csv"), &list).unwrap();
    let books = rusqlite::Connection::open(partner.place().path("partner.sqlite")).unwrap();
    books.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    books.execute_batch(&printed(&partner, "sql")).unwrap();
    books
        .execute_batch(
            "INSERT INTO orders (reference, subscription, recurring_id, amount, currency, policy, state)
             SELECT \"order\", kind = 'subscription', CASE kind WHEN 'subscription' THEN 'REC-' || reference END,
                    CAST(ROUND(amount * 100) AS INTEGER), currency, policy, 'pending' FROM senang_fixtures;
             INSERT INTO policies (reference, order_reference, state)
             SELECT policy, \"order\", 'requested' FROM senang_fixtures;",
        )
        .unwrap();
    let ran = partner.run(CASES);
    let bundle = partner.place().bundle();
    let passed = bundle.with("pass");
    assert_eq!(
        passed.len(),
        bundle.verdicts().len(),
        "{:?}\n{ran:?}",
        bundle.verdicts()
    );
    assert!(passed.len() >= 4);
    let listed: Vec<&str> = list
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(1).unwrap())
        .collect();
    let used: Vec<String> = bundle
        .records()
        .iter()
        .filter(|record| record["kind"] == "prepared")
        .map(|record| record["what"]["reference"].as_str().unwrap().to_owned())
        .collect();
    assert!(used.iter().all(|reference| listed.contains(&reference.as_str())));
    assert_eq!(
        used.len(),
        listed.len(),
        "the list is used up, and not more than that"
    );
}

#[test]
fn a_list_that_would_run_dry_is_told_before_the_run() {
    let partner = partner();
    let list = printed(&partner, "csv");
    let short: Vec<&str> = list.lines().take(3).collect();
    fs::write(partner.place().path("list.csv"), short.join("\n")).unwrap();
    partner.run(CASES).exits(2).complains(&[
        "[references] order: ",
        "list.csv lists 2 objects and this run needs",
        "are missing",
        "[references] policy: ",
        "senang-conformance fixtures --partner partner.toml",
    ]);
    assert!(folders(&partner.place().path("out")).is_empty());
}

#[test]
fn a_list_that_is_not_there_is_told_before_the_run() {
    partner()
        .run(CASES)
        .exits(2)
        .complains(&["the list of order references", "could not read it"]);
}

#[test]
fn without_a_partner_everything_is_printed_and_the_seed_decides() {
    let place = Place::new();
    let print = |words: &str| place.senang(&format!("fixtures {words}")).run().exits(0).out;
    let json: serde_json::Value = serde_json::from_str(&print("--format json --seed 3")).unwrap();
    assert!(json.as_array().unwrap().len() > 200);
    assert_ne!(print("--seed 3"), print("--seed 4"));
    assert_eq!(print("--seed 3 --case WH-DEL-01").lines().count(), 3);
}
