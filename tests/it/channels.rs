//! The four channels through which effects are read, each against the same partner: an address, a command,
//! the log, and a person.

use std::fs;

use serde_json::Value;

use crate::{
    partner::{Declared, Partner},
    person::at_the_terminal,
};

const CASES: &str = "--case WH-DEL-01 --case WH-SIG-03";
const DELIVERED: &str = "WH-DEL-01/a";

fn partner(section: Option<&str>) -> Partner {
    let partner = Partner::start(Declared {
        tls: false,
        effects: section.is_none(),
        log: true,
    });
    if let Some(section) = section {
        let base = partner.base();
        let port = base.rsplit_once(':').unwrap().1.to_owned();
        let section = section.replace("PORT", &port);
        partner.edit(|text| format!("{text}\n[effects.order]\n{section}\n"));
    }
    partner
}

/// The last readings after the stimulus through a channel: count, state, amount.
fn readings(partner: &Partner, example: &str, channel: &str) -> Vec<(u64, Option<String>, Option<String>)> {
    let records = partner.place().bundle().records().into_iter();
    let readings = records.filter(|record| {
        record["kind"] == "observed"
            && record["scope"]["example"] == example
            && record["what"]["moment"] == "after"
    });
    readings
        .map(|record| {
            assert_eq!(record["what"]["channel"], channel);
            let got = &record["what"]["read"]["got"];
            let word = |name: &str| got[name].as_str().map(str::to_owned);
            (got["count"].as_u64().unwrap(), word("state"), word("amount"))
        })
        .collect()
}

#[track_caller]
fn judged(partner: &Partner, example: &str, grade: &str) {
    let bundle = partner.place().bundle();
    let verdicts = bundle.verdicts();
    assert!(
        verdicts.len() == 5 && verdicts.values().all(|verdict| verdict == "pass"),
        "{verdicts:?}"
    );
    let results = bundle.results();
    let lines: Vec<&Value> = results["examples"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["example"] == example)
        .collect();
    assert_eq!(lines[0]["result"]["grade"], grade, "{}", lines[0]);
    bundle.verify().exits(0);
}

fn paid() -> (u64, Option<String>, Option<String>) {
    (1, Some("paid".to_owned()), Some("100.00".to_owned()))
}

#[test]
fn an_address_gives_count_state_and_amount() {
    let partner = partner(None);
    partner.run(CASES).exits(0);
    assert_eq!(readings(&partner, DELIVERED, "http"), [paid()]);
    judged(&partner, DELIVERED, "A");
}

/// A command that reads the same page with nothing but a shell.
const PROBE: &str = "exec 3<>/dev/tcp/127.0.0.1/$2 || exit 1\n\
    printf 'GET /effects/order/%s HTTP/1.0\\r\\nHost: 127.0.0.1\\r\\n\\r\\n' \"$1\" >&3\n\
    sed '1,/^\\r$/d' <&3\n";

#[test]
fn a_command_gives_count_state_and_amount() {
    let partner = partner(Some(
        "kind = \"command\"\nprogram = \"bash\"\nargs = [\"probe.sh\", \"{reference}\", \"PORT\"]\n\
         count = \"/count\"\nstate = \"/state\"\namount = \"/amount\"",
    ));
    fs::write(partner.place().path("probe.sh"), PROBE).unwrap();
    partner.run(CASES).exits(0);
    assert_eq!(readings(&partner, DELIVERED, "command"), [paid()]);
    judged(&partner, DELIVERED, "A");
}

#[test]
fn the_log_gives_the_count() {
    let partner = partner(Some(
        "kind = \"log\"\nresults = [\"processed\"]\ntypes = [\"payment.success\"]",
    ));
    // Lines tell how often, not for how much, so the case that compares amounts is left out.
    partner.run("--case WH-DUP-01/a --case WH-SIG-03").exits(0);
    let readings = readings(&partner, "WH-DUP-01/a", "log");
    assert_eq!(readings.last(), Some(&(1, None, None)));
    judged(&partner, "WH-DUP-01/a", "B");
}

/// What a person types who looks an order up: count, state and amount.
const LOOK_UP: &str = "bash probe.sh \"$1\" PORT | tr -d '{}\"' | tr ',' '\\n' | \
    sed -n -e 's/^count://p' -e 's/^state://p' -e 's/^amount://p' | tr '\\n' ' '";

#[test]
fn a_person_gives_count_state_and_amount() {
    let partner = partner(Some(
        "kind = \"manual\"\nprompt = \"How often was {reference} paid?\"",
    ));
    let base = partner.base();
    let look_up = LOOK_UP.replace("PORT", base.rsplit_once(':').unwrap().1);
    fs::write(partner.place().path("probe.sh"), PROBE).unwrap();
    let words = format!("run --partner partner.toml --out out --clock compressed --seed 5 {CASES}");
    let question = r"How often was (\S+) paid\?.*?\n> ";
    let Some(ran) = at_the_terminal(partner.place(), &words, &[(question, &look_up)]) else {
        return;
    };
    ran.exits(0);
    assert_eq!(readings(&partner, DELIVERED, "manual"), [paid()]);
    judged(&partner, DELIVERED, "A");
}
