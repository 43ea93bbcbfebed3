//! What the harness does to a partner's test system, and what it does where it may do nothing.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::Value;

use crate::{
    bundle::Bundle,
    partner::{Declared, Partner, declare, secrets},
    person::at_the_terminal,
    program::{PROGRAM, Place},
};

/// A reference partner that takes orders in its folder.
struct Kept {
    place: Place,
    keeper: Child,
    ready: Value,
    address: SocketAddr,
}

impl Kept {
    fn start() -> Self {
        let place = Place::new();
        let mut keeper = Command::new(PROGRAM)
            .args("reference-partner --listen 127.0.0.1:0 --until-input-ends --controlled-in .".split(' '))
            .args(["--database", "partner.sqlite", "--log", "partner.log"])
            .current_dir(place.path(""))
            .envs(secrets())
            .env("PARTNER_CLIENT_ID", "acme-client")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(keeper.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        let base = ready["base_url"].as_str().unwrap();
        let address = base.strip_prefix("http://").unwrap().parse().unwrap();
        Self {
            place,
            keeper,
            ready,
            address,
        }
    }

    fn order(&self, action: &str) -> crate::program::Finished {
        let words = format!("reference-control --folder . {action}");
        self.place.senang(&words).run()
    }

    fn listens(&self) -> bool {
        TcpStream::connect(self.address).is_ok()
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let _ = self.keeper.kill();
        let _ = self.keeper.wait();
    }
}

#[test]
fn a_kept_partner_is_really_gone_while_it_is_stopped_and_comes_back_at_its_address() {
    let kept = Kept::start();
    assert!(kept.listens());
    for _ in 0..2 {
        kept.order("stop").exits(0);
        assert!(!kept.listens());
        kept.order("start").exits(0);
        assert!(kept.listens());
    }
    kept.order("rotate-key").exits(3).complains(&[
        "rotate-key was not carried out",
        "PARTNER_NEXT_WEBHOOK_SECRET is not set",
    ]);
    assert!(kept.listens());
}

#[test]
fn the_partner_dies_with_its_keeper() {
    let mut kept = Kept::start();
    kept.keeper.kill().unwrap();
    kept.keeper.wait().unwrap();
    let gone = (0..100).any(|_| {
        std::thread::park_timeout(Duration::from_millis(50));
        !kept.listens()
    });
    assert!(gone, "the partner outlived its keeper by 5 s");
}

#[test]
fn without_control_the_outage_is_simulated_and_the_rest_says_what_to_declare() {
    let partner = Partner::start(Declared {
        tls: false,
        effects: true,
        log: true,
    });
    partner.run("--case WH-ORD-08 --case WH-ORD-10 --case WH-DUP-05 --case SEC-05 --case LOG-08");
    let bundle = partner.place().bundle();
    bundle.verify().exits(0).says(&["the evidence holds"]);
    let results = bundle.results();
    let example = |id: &str| {
        let lines = results["examples"].as_array().unwrap();
        lines.iter().find(|line| line["example"] == id).unwrap()["result"].clone()
    };
    let outage = example("WH-ORD-08/a");
    assert_eq!(
        (&outage["verdict"], &outage["grade"]),
        (&"pass".into(), &"B".into()),
        "{outage}"
    );
    let report = fs::read_to_string(bundle.folder().join("junit.xml")).unwrap();
    assert!(report.contains("outage simulated on the sender's side"));
    for (id, missing) in [
        (
            "WH-ORD-10/a",
            "[control.break-dependency] and [control.restore-dependency] are not declared",
        ),
        (
            "WH-DUP-05/a",
            "[control.stop] and [control.start] are not declared",
        ),
        ("SEC-05/a", "next_secret_env"),
        ("SEC-05/c", "next_secret_env"),
        ("LOG-08/a", "no [alerts] is declared"),
    ] {
        let result = example(id);
        assert_eq!(result["verdict"], "inconclusive", "{id}: {result}");
        let reason = result["reasons"][0].as_str().unwrap_or_default();
        assert!(reason.contains(missing), "{id}: {reason}");
    }
}

/// How the action WH-DUP-05 needs was taken, and what was concluded.
fn taken(bundle: &Bundle) -> (Vec<(String, String)>, Value) {
    let records = bundle.records();
    let actions = records.iter().filter_map(|record| {
        let word = |name: &str| record["what"][name].as_str().unwrap_or_default().to_owned();
        (record["kind"] == "controlled").then(|| (word("action"), word("channel")))
    });
    let results = bundle.results();
    let lines = results["examples"].as_array().unwrap();
    let line = lines
        .iter()
        .find(|line| line["example"] == "WH-DUP-05/a")
        .unwrap();
    (actions.collect(), line["result"]["verdict"].clone())
}

#[test]
fn a_person_at_the_terminal_stops_and_starts_the_endpoint() {
    let kept = Kept::start();
    let everything = Declared {
        tls: false,
        effects: true,
        log: true,
    };
    let prompts = ["stop", "start"].map(|action| {
        format!("[control.{action}]\nkind = \"manual\"\nprompt = \"Please {action} the shop.\"\n")
    });
    declare(&kept.place, everything, &kept.ready, &prompts.concat());
    let words = "run --partner partner.toml --out out --clock compressed --seed 5 --case WH-DUP-05";
    let does = format!("{PROGRAM} reference-control --folder . $1 >&2 || echo it did not work");
    let question = r"Please (stop|start) the shop\..*?\n> ";
    let Some(ran) = at_the_terminal(&kept.place, words, &[(question, &does)]) else {
        return;
    };
    ran.exits(0);
    let bundle = kept.place.bundle();
    bundle.verify().exits(0);
    let manual = |action: &str| (action.to_owned(), "manual".to_owned());
    let (actions, verdict) = taken(&bundle);
    assert_eq!(actions, [manual("stop"), manual("start")]);
    assert_eq!(verdict, "pass");
}
