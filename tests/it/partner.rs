//! A partner that is declared by a file: the reference partner as a process of its own, with secrets that
//! the test knows.

use std::{
    fmt::Write as _,
    fs,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use senang_conformance::reference::{declarations, defect::Defects};
use serde_json::Value;

use crate::program::{Finished, PROGRAM, Place};

/// The key behind the webhook secret.
pub(crate) const WEBHOOK_KEY: &[u8] = b"0123456789abcdefGHIJKLMNOPQRSTUV";

/// Event types in scope.
const TYPES: [&str; 6] = [
    "payment.success",
    "payment.failed",
    "policy.issued",
    "policy.cancelled",
    "refund.processed",
    "claim.submitted",
];

/// What the file declares.
#[derive(Clone, Copy)]
pub(crate) struct Declared {
    pub(crate) tls: bool,
    pub(crate) effects: bool,
    pub(crate) log: bool,
}

/// The running partner with its file. It ends when this is dropped.
pub(crate) struct Partner {
    place: Place,
    child: Child,
    base: String,
}

/// Every secret with its variable.
pub(crate) fn secrets() -> Vec<(&'static str, String)> {
    vec![
        (
            "PARTNER_WEBHOOK_SECRET",
            format!("whsec_{}", STANDARD.encode(WEBHOOK_KEY)),
        ),
        ("PARTNER_RECURRING_SECRET", "rs-4Qm9ZtKp2VxL7cWd".to_owned()),
        ("PARTNER_CLIENT_SECRET", "cs_8HrTn3BvYw6SfJq1".to_owned()),
        ("PARTNER_API_KEY", "ak_5GdXk7MzRb2PhNc9".to_owned()),
    ]
}

impl Partner {
    pub(crate) fn start(declared: Declared) -> Self {
        Self::start_with(declared, &[], &[])
    }

    /// One that bears its API key itself, and asks for no tokens.
    pub(crate) fn start_with_api_key(declared: Declared) -> Self {
        let partner = Self::start_with(declared, &["--authentication", "api-key"], &[]);
        partner.edit(|text| {
            text.replace("authentication = \"oauth\"", "authentication = \"api-key\"")
                .replace("client_id = \"acme-client\"\n", "")
                .replace(
                    "client_secret_env = \"PARTNER_CLIENT_SECRET\"",
                    "api_key_env = \"PARTNER_API_KEY\"",
                )
        });
        partner
    }

    /// One with more arguments, and variables that differ from those of the file.
    pub(crate) fn start_with(declared: Declared, more: &[&str], variables: &[(&str, String)]) -> Self {
        let place = Place::new();
        let mut command = Command::new(PROGRAM);
        command
            .args("reference-partner --listen 127.0.0.1:0 --until-input-ends --api-base-url".split(' '))
            .arg("https://127.0.0.1:9")
            .args(["--database", "partner.sqlite", "--log", "partner.log"])
            .args(["--client-time-factor", "5"])
            .args(more)
            .current_dir(place.path(""))
            .envs(secrets())
            .env("PARTNER_CLIENT_ID", "acme-client")
            .envs(variables.iter().map(|(name, value)| (*name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        if declared.tls {
            // The harness makes this file when its sandbox starts, before anything is bought.
            let authority = place.path("out").join("sandbox-ca.pem");
            command.args(["--tls", "--certificate-directory", "."]);
            command.arg("--api-ca").arg(authority);
        }
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        declare(&place, declared, &ready, "");
        let base = ready["base_url"].as_str().unwrap().to_owned();
        Self { place, child, base }
    }

    /// Its address.
    pub(crate) fn base(&self) -> String {
        self.base.clone()
    }

    /// Changes the file.
    pub(crate) fn edit(&self, change: impl FnOnce(&str) -> String) {
        let path = self.place.path("partner.toml");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, change(&text)).unwrap();
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// A run against the file, with more arguments.
    pub(crate) fn run(&self, more: &str) -> Finished {
        let words = format!("run --partner partner.toml --out out --clock compressed --seed 5 {more}");
        self.place.senang(&words).with_environment(&secrets()).run()
    }
}

impl Drop for Partner {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Writes all files of a reference partner that has announced itself with `ready`; `more` goes to the end of
/// the first.
pub(crate) fn declare(place: &Place, declared: Declared, ready: &Value, more: &str) {
    fs::write(place.path("partner.toml"), declaration(declared, ready) + more).unwrap();
    let text = declarations::text(Defects::default(), &TYPES);
    fs::write(place.path("declarations.toml"), text).unwrap();
    fs::write(
        place.path(declarations::CODE),
        declarations::code(Defects::default()).0,
    )
    .unwrap();
}

fn declaration(declared: Declared, ready: &Value) -> String {
    let word = |name: &str| ready[name].as_str().unwrap_or_default();
    let base = word("base_url");
    let trust = if declared.tls {
        format!("trust = {:?}", word("ca"))
    } else {
        String::new()
    };
    let mut text = format!(
        "[partner]\nid = \"reference-partner\"\nname = \"Acme Insurance\"\nimplementation = \"acme-pay\"\nversion = \"1\"\n\
         [capabilities]\nwebhooks = {TYPES:?}\nrecurring = [\"json\"]\n\
         api = [\"buy\", \"reconcile\"]\n\
         [webhook]\nurl = {:?}\nsecret_env = \"PARTNER_WEBHOOK_SECRET\"\n{trust}\n\
         [recurring]\nurl = {:?}\nsecret_env = \"PARTNER_RECURRING_SECRET\"\nhash = \"sha256\"\n{trust}\n\
         [references]\norder = \"start\"\npolicy = \"start\"\nsubscription = \"start\"\n\
         [sandbox]\ntls = {}\nauthentication = \"oauth\"\nclient_id = \"acme-client\"\n\
         client_secret_env = \"PARTNER_CLIENT_SECRET\"\n[keys]\nproduction_fingerprints = []\n\
         [attest]\nfile = \"declarations.toml\"\n[attest.support]\nkind = \"http\"\n\
         url = \"{base}/support/{{event_id}}\"\n{trust}\n\
         [limits]\nin_flight = 64\nper_second = 500\n",
        word("webhook_url"),
        word("recurring_url"),
        declared.tls,
    );
    for (name, body) in [
        (
            "order",
            r#"reference = "{order}", policy = "{policy}", customer = "{customer}",
            api_base_url = "{api_base_url}""#,
        ),
        ("reconcile", r#"api_base_url = "{api_base_url}""#),
        (
            "subscribe",
            r#"reference = "{reference}", recurring_id = "REC-{reference}""#,
        ),
        (
            "buy",
            r#"reference = "{reference}", policy = "{policy}", api_base_url = "{api_base_url}",
            product_code = "{product_code}", name = "{name}", id_number = "{id_number}", email = "{email}",
            phone = "{phone}", birth_date = "{birth_date}", address = "{address}""#,
        ),
    ] {
        let body: Vec<&str> = body.split_whitespace().collect();
        let _ = write!(
            text,
            "[start.{name}]\nkind = \"http\"\nurl = \"{base}/start/{name}\"\n{trust}\ntimeout_seconds = 100\n\
             body = {{ {}, amount = \"{{amount}}\", currency = \"{{currency}}\" }}\n\
             answer = {{ outcome = \"/outcome\", category = \"/category\" }}\n",
            body.join(" ")
        );
    }
    for kind in ["order", "policy", "claim", "subscription"] {
        if declared.effects {
            let _ = write!(
                text,
                "[effects.{kind}]\nkind = \"http\"\nurl = \"{base}/effects/{kind}/{{reference}}\"\n{trust}\n\
                 count = \"/count\"\nstate = \"/state\"\namount = \"/amount\"\n\
                 transaction = \"/transaction_id\"\nname = \"/name\"\n"
            );
            text += match kind {
                "order" => "refunded = \"/refunded\"\nflag = \"/flag\"\n",
                "policy" => "number = \"/number\"\n",
                "subscription" => "next_date = \"/next_payment_date\"\n",
                _ => "",
            };
        }
    }
    if declared.log {
        text += "[log]\nkind = \"file\"\npath = \"partner.log\"\nformat = \"json\"\nevent_id = \"/event_id\"\n\
                 time = \"/time\"\ntype = \"/event_type\"\nresult = \"/result\"\n";
    }
    text
}
