//! The built-in reference partner: started as its own process, declared by a partner's file of its
//! own like any other.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use rand::{Rng as _, RngCore as _, SeedableRng as _, rngs::StdRng};
use serde::Deserialize;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

use super::error::CliError;
use crate::{
    config::host::Host,
    contract::profile::values::Profile,
    reference::{
        Defect, declarations,
        keeper::{self, Action},
        recurring::template::REGISTERED,
    },
    wire::{digest::sha256, event::EventType, fingerprint::Fingerprint, return_template::DOCUMENTED_EXAMPLE},
};

/// Longest time until the partner is ready.
const READY: Duration = Duration::from_secs(30);

/// The running partner. It ends when this is dropped, and by itself when this process dies.
#[derive(Debug)]
pub struct Builtin {
    child: Child,
    folder: PathBuf,
    /// Its partner's file.
    pub declaration: String,
    /// The environment that the file refers to.
    pub environment: BTreeMap<String, String>,
}

/// What the built-in partner's own durations are divided by, to match the clock of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Factors {
    /// Durations of minutes and more.
    pub long: u32,
    /// Time-outs and pauses of its API client.
    pub client: u32,
}

impl Factors {
    /// Those that fit a profile.
    pub fn of(profile: &Profile) -> Self {
        Self {
            long: profile.time_factor(),
            client: profile.client_time_factor(),
        }
    }
}

/// What the partner prints when it is ready.
#[derive(Debug, Deserialize)]
struct Ready {
    base_url: String,
    webhook_url: String,
    recurring_url: String,
    plain_http_port: Option<u16>,
    ca: Option<String>,
    log: String,
}

impl Builtin {
    /// Starts the partner in a folder of its own, towards an API address and the file that will
    /// hold the API's certificate authority. Its own durations are divided by `factors`.
    pub async fn start(
        folder: &Path,
        api_base_url: &str,
        api_ca: &Path,
        defects: &[Defect],
        seed: u64,
        factors: Factors,
        host: &Host,
    ) -> Result<Self, CliError> {
        let failed = |why: String| CliError::Partner(why);
        let environment = with_mistakes(secrets(seed), defects);
        let program = std::env::current_exe().map_err(|error| failed(error.to_string()))?;
        let mut command = Command::new(&program);
        command
            .args([
                "reference-partner",
                "--listen",
                "127.0.0.1:0",
                "--tls",
                "--until-input-ends",
            ])
            .arg("--controlled-in")
            .arg(folder)
            .arg("--certificate-directory")
            .arg(folder)
            .arg("--database")
            .arg(folder.join("partner.sqlite"))
            .arg("--log")
            .arg(folder.join("partner.log"))
            .arg("--batch-folder")
            .arg(folder.join("batch"))
            .arg("--api-base-url")
            .arg(api_base_url)
            .arg("--api-ca")
            .arg(api_ca)
            .arg("--time-factor")
            .arg(factors.long.to_string())
            .arg("--client-time-factor")
            .arg(factors.client.to_string())
            .env_clear()
            .envs(environment.iter())
            .envs(host.environment.get("PATH").map(|path| ("PATH", path)))
            .envs(host.environment.get("TMPDIR").map(|folder| ("TMPDIR", folder)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .kill_on_drop(true);
        // An interrupt at the terminal reaches the whole group. No partner dies of it, so this one must not
        // either, or what is under way would be judged against a dead one. It ends with its input.
        #[cfg(unix)]
        command.process_group(0);
        for defect in defects {
            command.arg("--defect").arg(defect.name());
        }
        let mut child = command.spawn().map_err(|error| failed(error.to_string()))?;
        let output = child
            .stdout
            .take()
            .ok_or_else(|| failed("it has no standard output".to_owned()))?;
        let mut line = String::new();
        let mut reader = BufReader::new(output);
        let read = tokio::time::timeout(READY, reader.read_line(&mut line)).await;
        match read {
            Err(_) => return Err(failed(format!("it was not ready after {} s", READY.as_secs()))),
            Ok(Err(error)) => return Err(failed(error.to_string())),
            Ok(Ok(0)) => return Err(failed("it ended before it was ready; see above".to_owned())),
            Ok(Ok(_)) => {}
        }
        let ready: Ready =
            serde_json::from_str(&line).map_err(|error| failed(format!("{error} in its first line")))?;
        let production = &environment["PARTNER_PRODUCTION_SECRET"];
        let declaration = declaration(&ready, defects)
            + &control(&program, folder)
            + &batch(&ready, &folder.join("batch"))
            + &keys(production, seed)
            + &attest(&ready, defects, folder)?;
        Ok(Self {
            child,
            folder: folder.to_owned(),
            declaration,
            environment,
        })
    }

    /// Ends the partner at once, as a crash would.
    pub async fn kill(&mut self) {
        // The keeper's death alone would leave the partner a moment to notice.
        let _ = keeper::order(&self.folder, Action::Stop).await;
        let _ = self.child.kill().await;
    }
}

/// Secrets of one run.
fn secrets(seed: u64) -> BTreeMap<String, String> {
    let mut random = StdRng::from_seed(sha256(format!("secrets of {seed}").as_bytes()));
    let mut key = || {
        let mut key = [0_u8; 32];
        random.fill_bytes(&mut key);
        let printed = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, key);
        format!("whsec_{printed}")
    };
    let (webhook, next_webhook) = (key(), key());
    let mut text = |prefix: &str| {
        let letters: String = (&mut random)
            .sample_iter(rand::distr::Alphanumeric)
            .take(32)
            .map(char::from)
            .collect();
        format!("{prefix}{letters}")
    };
    let pairs: Vec<(&str, String)> = vec![
        ("PARTNER_WEBHOOK_SECRET", webhook),
        ("PARTNER_NEXT_WEBHOOK_SECRET", next_webhook),
        ("PARTNER_RECURRING_SECRET", text("rs-")),
        ("PARTNER_CLIENT_ID", "reference-partner".to_owned()),
        ("PARTNER_CLIENT_SECRET", text("cs_")),
        ("PARTNER_API_KEY", text("ak_")),
        ("PARTNER_NEXT_CLIENT_SECRET", text("cs_")),
        ("PARTNER_NEXT_API_KEY", text("ak_")),
        ("PARTNER_PRODUCTION_SECRET", text("live_")),
        ("PARTNER_URL_TOKEN", text("")),
    ];
    let mut secrets: BTreeMap<String, String> = pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let query = format!("token={}", secrets["PARTNER_URL_TOKEN"]);
    secrets.insert("PARTNER_URL_QUERY".to_owned(), query);
    secrets
}

/// The secrets of a partner whose mistake is in its settings.
fn with_mistakes(mut secrets: BTreeMap<String, String>, defects: &[Defect]) -> BTreeMap<String, String> {
    if defects.contains(&Defect::OneSecret) {
        let one = secrets["PARTNER_WEBHOOK_SECRET"].clone();
        for name in [
            "PARTNER_CLIENT_SECRET",
            "PARTNER_API_KEY",
            "PARTNER_RECURRING_SECRET",
        ] {
            secrets.insert(name.to_owned(), one.clone());
        }
    }
    secrets
}

/// Whether the load cases run: on the clean partner, and where they are to notice something. They run
/// alone, so runs against other defects are spared their time.
fn bears_load(defects: &[Defect]) -> bool {
    let of_load = |defect: &Defect| defect.cases().iter().any(|case| case.starts_with("LOAD-"));
    defects.is_empty() || defects.iter().any(of_load)
}

/// How the reference partner's single operations on the platform's API are started.
fn api_operations(start: &dyn Fn(&str, &str) -> String, person: &str) -> String {
    let api = "api_base_url = \"{api_base_url}\"";
    let order = "reference = \"{reference}\", currency = \"{currency}\"";
    [
        (
            "quote",
            format!("{{ {order}, product_code = \"{{product_code}}\", {api}, {person} }}"),
        ),
        (
            "pay",
            format!("{{ {order}, policy = \"{{policy}}\", amount = \"{{amount}}\", {api} }}"),
        ),
        ("claim", format!("{{ policy = \"{{policy}}\", {api} }}")),
        ("claim_status", format!("{{ claim = \"{{claim}}\", {api} }}")),
        ("status", format!("{{ policy = \"{{policy}}\", {api} }}")),
        (
            "refund",
            format!(
                "{{ {order}, transaction_id = \"{{transaction}}\", amount = \"{{amount}}\", \
                 reason = \"{{reason}}\", {api} }}"
            ),
        ),
        (
            "cancel",
            format!("{{ policy = \"{{policy}}\", reason = \"{{reason}}\", {api} }}"),
        ),
        (
            "report",
            format!("{{ from = \"{{from}}\", to = \"{{to}}\", {api} }}"),
        ),
    ]
    .iter()
    .map(|(name, body)| start(name, body))
    .collect()
}

/// How the reference partner's checkout is started, and its pages.
fn checkout(url: &dyn Fn(&str) -> String, trust: &str) -> String {
    format!(
        "[start.checkout]\nkind = \"http\"\nurl = {}\n{trust}\n\
         headers = {{ content-type = \"application/x-www-form-urlencoded\" }}\n\
         body = \"order={{reference}}&amount={{amount}}&description={{description}}\"\n\n\
         [checkout]\npage = {}\nreturn_url = {}\n{trust}\n\n",
        url("/checkout"),
        url("/checkout/embed"),
        url("/checkout/return"),
    )
}

/// The partner's file of the reference partner. With `scope-crash` it declares no claims: a scope is
/// only crashed where something is out of it.
fn declaration(ready: &Ready, defects: &[Defect]) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let trust = ready
        .ca
        .as_ref()
        .map_or_else(String::new, |ca| format!("trust = {}", quoted(ca)));
    let plain_http = ready
        .plain_http_port
        .map_or_else(String::new, |port| format!("plain_http_port = {port}\n"));
    let claims = if defects.iter().any(|defect| defect.name() == "scope-crash") {
        ""
    } else {
        ", \"claim.submitted\", \"claim.updated\""
    };
    let template = if defects.contains(&Defect::CopiedTypoTemplate) {
        DOCUMENTED_EXAMPLE
    } else {
        REGISTERED
    };
    // A registered address with a secret in its query is declared in two parts.
    let (webhook_url, webhook_query) = match ready.webhook_url.split_once('?') {
        Some((url, _)) => (url, "query_env = \"PARTNER_URL_QUERY\"\n"),
        None => (ready.webhook_url.as_str(), ""),
    };
    let base = &ready.base_url;
    let url = |path: &str| quoted(&format!("{base}{path}"));
    let effect = |kind: &str| {
        format!(
            "[effects.{kind}]\nkind = \"http\"\nurl = {}\n{trust}\ncount = \"/count\"\nstate = \"/state\"\n\
             amount = \"/amount\"\ntransaction = \"/transaction_id\"\nname = \"/name\"\n\
             refunded = \"/refunded\"\nflag = \"/flag\"\nnumber = \"/number\"\n\
             next_date = \"/next_payment_date\"\n\n",
            url(&format!("/effects/{kind}/{{reference}}"))
        )
    };
    let start = |name: &str, body: &str| {
        format!(
            "[start.{name}]\nkind = \"http\"\nurl = {}\n{trust}\nbody = {body}\ntimeout_seconds = 100\n\
             answer = {{ outcome = \"/outcome\", category = \"/category\", message = \"/message\" }}\n\n",
            url(&format!("/start/{name}"))
        )
    };
    let person = "name = \"{name}\", id_number = \"{id_number}\", email = \"{email}\", phone = \"{phone}\", \
                  birth_date = \"{birth_date}\", address = \"{address}\"";
    let mut text = format!(
        "[partner]\nid = \"reference-partner\"\nname = \"Built-in reference partner\"\n\
         contact = \"reference@partner.invalid\"\nimplementation = \"reference-partner\"\nversion = \"{}\"\n\n\
         [capabilities]\nwebhooks = [\"payment.success\", \"payment.failed\", \"policy.issued\", \
         \"policy.cancelled\", \"refund.processed\"{claims}]\nrecurring = [\"json\", \"form\"]\n\
         return_template = true\napi = [\"quote\", \"buy\", \"pay\", \"claim\", \
         \"claim_status\", \"status\", \"reconcile\", \"refund\", \"cancel\", \"report\"]\ncheckout = true\nbatch = true\n\n\
         [webhook]\nurl = {}\nsecret_env = \"PARTNER_WEBHOOK_SECRET\"\n\
         next_secret_env = \"PARTNER_NEXT_WEBHOOK_SECRET\"\n{webhook_query}{trust}\n{plain_http}\n\
         [recurring]\nurl = {}\nsecret_env = \"PARTNER_RECURRING_SECRET\"\nhash = \"sha256\"\n{trust}\n\
         form_url = {}\ntemplate_url = {}\nreturn_url = {}\nreturn_template = {}\n\
         template_hash = \"hmac-sha256\"\nreturn_success = \"Payment received\"\n\n\
         [references]\norder = \"start\"\npolicy = \"start\"\nclaim = \"first-sight\"\nsubscription = \"start\"\n\n",
        env!("CARGO_PKG_VERSION"),
        quoted(webhook_url),
        quoted(&ready.recurring_url),
        url("/recurring/form"),
        url("/recurring/template"),
        url("/return"),
        quoted(template),
    );
    text += &start(
        "order",
        "{ reference = \"{order}\", policy = \"{policy}\", amount = \"{amount}\", currency = \"{currency}\", \
         customer = \"{customer}\", api_base_url = \"{api_base_url}\" }",
    );
    text += &start("reconcile", "{ api_base_url = \"{api_base_url}\" }");
    text += &start(
        "subscribe",
        "{ reference = \"{reference}\", recurring_id = \"REC-{reference}\", amount = \"{amount}\", \
         currency = \"{currency}\" }",
    );
    text += &start(
        "buy",
        &format!(
            "{{ reference = \"{{reference}}\", policy = \"{{policy}}\", amount = \"{{amount}}\", \
             currency = \"{{currency}}\", api_base_url = \"{{api_base_url}}\", \
             product_code = \"{{product_code}}\", cover_from = \"{{cover_from}}\", \
             cover_to = \"{{cover_to}}\", {person} }}"
        ),
    );
    text += &api_operations(&start, person);
    text += &checkout(&url, &trust);
    for kind in ["order", "policy", "claim", "subscription"] {
        text += &effect(kind);
    }
    let _ = write!(
        text,
        "[log]\nkind = \"file\"\npath = {}\nformat = \"json\"\nevent_id = \"/event_id\"\ntime = \"/time\"\n\
         type = \"/event_type\"\nresult = \"/result\"\n\n\
         [sandbox]\nlisten = \"127.0.0.1:0\"\nbase = \"per-case\"\ntls = true\nauthentication = \"oauth\"\n\
         client_id = \"reference-partner\"\nclient_secret_env = \"PARTNER_CLIENT_SECRET\"\n\
         next_client_secret_env = \"PARTNER_NEXT_CLIENT_SECRET\"\n\n\
         [limits]\nin_flight = 64\nper_second = 1000\nload = {}\n",
        quoted(&ready.log),
        bears_load(defects),
    );
    text
}

/// Event types in the scope of the reference partner. With `scope-crash` it declares no claims: a scope is
/// only crashed where something is out of it.
fn in_scope(defects: &[Defect]) -> Vec<&'static str> {
    let claims = !defects.iter().any(|defect| defect.name() == "scope-crash");
    EventType::ALL
        .into_iter()
        .map(EventType::name)
        .filter(|name| claims || !name.starts_with("claim."))
        .collect()
}

/// Writes the partner's declaration beside the code it points at, and says where they are.
fn attest(ready: &Ready, defects: &[Defect], folder: &Path) -> Result<String, CliError> {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let file = folder.join("declarations.toml");
    let switched = defects.iter().copied().collect();
    let write = |path: PathBuf, content: &str| {
        std::fs::write(&path, content).map_err(|error| CliError::File { path, error })
    };
    write(folder.join(declarations::CODE), declarations::code(switched).0)?;
    write(file.clone(), &declarations::text(switched, &in_scope(defects)))?;
    let trust = ready
        .ca
        .as_ref()
        .map_or_else(String::new, |ca| format!("trust = {}", quoted(ca)));
    Ok(format!(
        "\n[attest]\nfile = {}\n[attest.support]\nkind = \"http\"\nurl = {}\n{trust}\n",
        quoted(&file.display().to_string()),
        quoted(&format!("{}/support/{{event_id}}", ready.base_url)),
    ))
}

/// How batch files come to the partner and are answered.
fn batch(ready: &Ready, folder: &Path) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let place = |name: &str| quoted(&folder.join(name).display().to_string());
    let url = |path: &str| quoted(&format!("{}{path}", ready.base_url));
    let trust = ready
        .ca
        .as_ref()
        .map_or_else(String::new, |ca| format!("trust = {}", quoted(ca)));
    format!(
        "\n[start.batch]\nkind = \"http\"\nurl = {}\n{trust}\nbody = {{ file = \"{{file}}\" }}\n\
         answer = {{ outcome = \"/outcome\", category = \"/category\" }}\n\
         [batch]\nfolder = {}\nreject = \"row\"\n\
         [batch.report]\npath = {}\nrefused_rows = {{ regex = '(?m)^R,(?<value>[^,]+),' }}\n\
         reason = {{ regex = '(?m)^A,[^,]*,(?:refused|held|duplicate),[0-9]+,[0-9]+,(?<value>.+)$' }}\n\
         [batch.export]\nkind = \"http\"\nurl = {}\n{trust}\n",
        url("/start/batch"),
        place("in"),
        place("out/{file}.ack"),
        url("/batch/export/{reference}"),
    )
}

/// How its key of production is recognised.
fn keys(production: &str, seed: u64) -> String {
    let mut salt = [0_u8; 16];
    StdRng::from_seed(sha256(format!("salt of {seed}").as_bytes())).fill_bytes(&mut salt);
    let fingerprint = Fingerprint::of(production, salt);
    format!("\n[keys]\nproduction_fingerprints = [\"{fingerprint}\"]\n")
}

/// How the partner is stopped, started and reconfigured, and where its alarms show.
fn control(program: &Path, folder: &Path) -> String {
    let quoted = |path: &Path| toml::Value::String(path.display().to_string()).to_string();
    let mut text = "\n[alerts]\nkind = \"log\"\nlevel = \"/level\"\nvalues = [\"error\"]\n".to_owned();
    for action in Action::ALL {
        let _ = write!(
            text,
            "\n[control.{action}]\nkind = \"command\"\nprogram = {}\n\
             args = [\"reference-control\", \"--folder\", {}, \"{action}\"]\n",
            quoted(program),
            quoted(folder),
        );
    }
    text
}
