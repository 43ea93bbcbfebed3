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
    partner::{Declared, Partner, secrets},
    program::{PROGRAM, Place},
};

/// A reference partner that takes orders in its folder.
struct Kept {
    place: Place,
    keeper: Child,
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
