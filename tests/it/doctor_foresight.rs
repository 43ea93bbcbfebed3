//! What `doctor` foresees is what a run finds: the same examples, no more and no fewer, are inconclusive.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::partner::{Declared, Partner, secrets};

/// Areas whose examples need most of what a file can lack, and that are quick.
const AREAS: &str = "--area WH-DEL --area WH-DUP --area WH-ORD --area RC-JSON --area LOG --area ATT";

fn ids<'a>(values: impl Iterator<Item = &'a Value>) -> BTreeSet<String> {
    values.map(|value| value.as_str().unwrap().to_owned()).collect()
}

/// Holds what is foreseen for a file to what a run with it finds.
fn held(partner: &Partner) {
    let foreseen = partner
        .place()
        .senang(&format!("doctor --partner partner.toml --offline --json {AREAS}"))
        .with_environment(&secrets())
        .run()
        .exits(0);
    let document: Value = serde_json::from_str(&foreseen.out).unwrap();
    let foresight = &document["foresight"];
    let certain: BTreeSet<String> = foresight["undecided"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    let by_answer = ids(foresight["by_answer_alone"].as_array().unwrap().iter());

    partner.run(AREAS);
    let results = partner.place().bundle().results();
    let examples = results["examples"].as_array().unwrap();
    let found = ids(examples
        .iter()
        .filter(|line| line["result"]["verdict"] == "inconclusive")
        .map(|line| &line["example"]));
    assert!(certain.len() > 20, "{certain:?}");
    let decided: Vec<&String> = certain.difference(&found).collect();
    assert!(
        decided.is_empty(),
        "foreseen as inconclusive, and decided: {decided:?}"
    );
    let unforeseen: Vec<&String> = found
        .iter()
        .filter(|id| !certain.contains(*id) && !by_answer.contains(*id))
        .collect();
    assert!(
        unforeseen.is_empty(),
        "inconclusive, and not foreseen: {unforeseen:?}"
    );
}

#[test]
fn without_effects_and_log_what_is_foreseen_comes_true() {
    held(&Partner::start(Declared {
        tls: false,
        effects: false,
        log: false,
    }));
}

#[test]
fn with_counts_alone_what_is_foreseen_comes_true() {
    let partner = Partner::start(Declared {
        tls: false,
        effects: true,
        log: true,
    });
    let keys = [
        "state",
        "amount",
        "transaction",
        "name",
        "refunded",
        "flag",
        "number",
        "next_date",
    ];
    partner.edit(|text| {
        let lines = text
            .lines()
            .filter(|line| !keys.iter().any(|key| line.starts_with(&format!("{key} = \"/"))))
            .filter(|line| !line.starts_with("file = "));
        lines.collect::<Vec<_>>().join("\n")
    });
    held(&partner);
}

#[test]
fn the_additions_that_decide_the_most_come_first() {
    let partner = Partner::start(Declared {
        tls: false,
        effects: false,
        log: false,
    });
    let finished = partner
        .place()
        .senang("doctor --partner partner.toml --offline --json")
        .with_environment(&secrets())
        .run()
        .exits(0);
    let document: Value = serde_json::from_str(&finished.out).unwrap();
    let additions = document["foresight"]["additions"].as_array().unwrap();
    let required: Vec<u64> = additions
        .iter()
        .map(|line| line["required"].as_u64().unwrap())
        .collect();
    assert!(required.is_sorted_by(|one, other| one >= other), "{required:?}");
    let whats: Vec<&str> = additions
        .iter()
        .take(2)
        .map(|line| line["what"].as_str().unwrap())
        .collect();
    assert!(
        whats.contains(&"[effects.order]") && whats.contains(&"[effects.subscription]"),
        "{whats:?}"
    );
}

/// The file without its sections of effects, and with that of orders alone.
fn without_effects(text: &str, orders: bool) -> String {
    let mut kept = true;
    let lines = text.lines().filter(|line| {
        if line.starts_with('[') {
            kept = !line.starts_with("[effects.") || (orders && *line == "[effects.order]");
        }
        kept
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_an_addition_would_decide_it_decides() {
    const SOME: &str = "--area WH-DEL --area WH-DUP --area WH-ORD";
    let partner = Partner::start(Declared {
        tls: false,
        effects: true,
        log: true,
    });
    let path = partner.place().path("partner.toml");
    let whole = std::fs::read_to_string(&path).unwrap();
    partner.edit(|text| without_effects(text, false));
    let foreseen = partner
        .place()
        .senang(&format!("doctor --partner partner.toml --offline --json {SOME}"))
        .with_environment(&secrets())
        .run()
        .exits(0);
    let document: Value = serde_json::from_str(&foreseen.out).unwrap();
    let undecided = document["foresight"]["undecided"].as_object().unwrap();
    let by_orders: Vec<&String> = undecided
        .iter()
        .filter(|(_, lacks)| **lacks == serde_json::json!(["[effects.order]"]))
        .map(|(example, _)| example)
        .collect();
    let first = &document["foresight"]["additions"][0];
    assert_eq!(first["what"], "[effects.order]");
    assert_eq!(first["decides"].as_u64().unwrap(), by_orders.len() as u64);

    std::fs::write(&path, without_effects(&whole, true)).unwrap();
    partner.run(SOME);
    let verdicts = partner.place().bundle().verdicts();
    assert!(by_orders.len() > 10);
    for example in by_orders {
        assert_ne!(verdicts[example], "inconclusive", "{example}");
    }
}
