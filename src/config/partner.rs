//! The partner's file as a whole: read, resolved, checked for coherence.

use std::{collections::BTreeMap, path::Path};

use miette::NamedSource;
use serde::Serialize;
use serde_json::Value;

use super::{
    alerts::{Alerts, alerts},
    attest::{Attest, Support, attest},
    batch::{Batch, Export, batch},
    checkout::{Checkout, checkout},
    coherence,
    command::CommandCall,
    control::controls,
    declaration::{Capabilities, Partner, capabilities, partner},
    effects::{Effect, effects},
    error::{ConfigError, Invalid, without_secrets},
    host::Host,
    inbound::{Recurring, Webhook, recurring, webhook},
    keys::{Keys, keys},
    log::{Log, LogSource, log},
    reader::{Reader, Section},
    references::{Origin, references},
    request::HttpCall,
    sandbox::{Authentication, Limits, Sandbox, limits, sandbox},
    secret::Secret,
    start::{Start, Way, starts},
    states::{States, states},
    subject::Subject,
    target::Target,
};

/// Largest partner's file.
const LARGEST: usize = 1 << 20;

/// A partner's file, resolved: every value is there, every secret read, every address allowed.
#[derive(Clone, Debug, Serialize)]
pub struct Config {
    /// Who is tested.
    pub partner: Partner,
    /// What they say they support.
    pub capabilities: Capabilities,
    /// Where webhooks go.
    pub webhook: Option<Webhook>,
    /// Where recurring callbacks go.
    pub recurring: Option<Recurring>,
    /// How references come to exist; kinds that are not listed come to exist on first sight.
    pub references: BTreeMap<Subject, Origin>,
    /// Operations that can be started, by name.
    pub start: BTreeMap<String, Start>,
    /// Effects that can be read.
    pub effects: BTreeMap<Subject, Effect>,
    /// The partner's words for states.
    pub states: States,
    /// The log.
    pub log: Option<Log>,
    /// Where alarms show.
    pub alerts: Option<Alerts>,
    /// Control actions, by name.
    pub control: BTreeMap<String, Way>,
    /// The simulated API.
    pub sandbox: Option<Sandbox>,
    /// The pages of the checkout.
    pub checkout: Option<Checkout>,
    /// The declaration and a sample support request.
    pub attest: Option<Attest>,
    /// How batch files are handed over.
    pub batch: Option<Batch>,
    /// How keys of production are recognised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys: Option<Keys>,
    /// What the partner's system bears.
    pub limits: Limits,
}

impl Config {
    /// Reads a file.
    pub fn load(path: &Path, host: &Host) -> Result<Self, ConfigError> {
        Self::read_file(path, |text, origin, folder| {
            Self::read(Reader::new(origin, text, folder, &host.environment))
        })
    }

    /// Reads a file to say what it declares. Secrets whose variables are not set are empty, so nothing can be sent with
    /// it.
    pub fn described(path: &Path, host: &Host) -> Result<Self, ConfigError> {
        Self::read_file(path, |text, origin, folder| {
            Self::read(Reader::new(origin, text, folder, &host.environment).without_needing_secrets())
        })
    }

    fn read_file(
        path: &Path,
        read: impl FnOnce(&str, &str, &Path) -> Result<Self, ConfigError>,
    ) -> Result<Self, ConfigError> {
        let shown = path.display().to_string();
        let unreadable = |reason: String| ConfigError::Unreadable {
            path: shown.clone(),
            reason,
        };
        let length = std::fs::metadata(path)
            .map_err(|error| unreadable(error.to_string()))?
            .len();
        if length > LARGEST as u64 {
            return Err(unreadable("larger than 1 MiB".to_owned()));
        }
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
        read(&text, &shown, path.parent().unwrap_or(Path::new("")))
    }

    /// Reads a text that goes by the name `origin`; relative paths in it start at the working folder.
    pub fn from_str(text: &str, origin: &str, host: &Host) -> Result<Self, ConfigError> {
        Self::read(Reader::new(origin, text, Path::new(""), &host.environment))
    }

    /// Reads a text as the file of that name in that folder would be read, before it is written.
    pub fn from_text_in(text: &str, origin: &str, folder: &Path, host: &Host) -> Result<Self, ConfigError> {
        Self::read(Reader::new(origin, text, folder, &host.environment))
    }

    fn read(reader: Reader<'_>) -> Result<Self, ConfigError> {
        let (origin, text) = (reader.origin(), reader.text());
        let (document, valid) = reader.parse();
        // Past a syntax error everything else would be guesswork.
        let config = if valid {
            resolve(&Section::root(&reader, document.get_ref()))
        } else {
            None
        };
        let problems = reader.into_problems();
        match config {
            Some(config) if problems.is_empty() => Ok(config),
            _ => Err(Box::new(Invalid {
                source_text: NamedSource::new(origin, without_secrets(text, &problems)).with_language("toml"),
                problems,
            })
            .into()),
        }
    }

    /// The configuration for the record: secrets show the variable they came from and nothing else.
    pub fn masked(&self) -> Value {
        serde_json::to_value(self).unwrap_or(Value::Null)
    }

    /// Every secret with a label, for the recorder to learn.
    pub fn secrets(&self) -> Vec<(String, &Secret)> {
        let mut secrets = Vec::new();
        if let Some(webhook) = &self.webhook {
            secrets.push(("webhook secret".to_owned(), &webhook.secret));
            secrets.extend(
                webhook
                    .query
                    .iter()
                    .map(|secret| ("query of the webhook address".to_owned(), secret)),
            );
            secrets.extend(
                webhook
                    .next_secret
                    .iter()
                    .map(|secret| ("next webhook secret".to_owned(), secret)),
            );
        }
        if let Some(recurring) = &self.recurring {
            secrets.push(("recurring secret".to_owned(), &recurring.secret));
            secrets.extend(
                recurring
                    .query
                    .iter()
                    .map(|secret| ("query of the recurring address".to_owned(), secret)),
            );
        }
        secrets.extend(
            self.checkout
                .iter()
                .filter_map(|checkout| checkout.secret.as_ref())
                .map(|secret| ("checkout secret".to_owned(), secret)),
        );
        secrets.extend(
            self.sandbox
                .iter()
                .filter_map(|sandbox| sandbox.next_secret.as_ref())
                .map(|secret| ("next API secret".to_owned(), secret)),
        );
        match self.sandbox.as_ref().map(|sandbox| &sandbox.authentication) {
            Some(Authentication::Oauth { client_secret, .. }) => {
                secrets.push(("client secret".to_owned(), client_secret));
            }
            Some(Authentication::ApiKey { key }) => secrets.push(("API key".to_owned(), key)),
            None => {}
        }
        for (place, call) in self.calls() {
            secrets.extend(
                call.secrets()
                    .map(|secret| (format!("header of {place}"), secret)),
            );
        }
        for (place, call) in self.commands() {
            let environment = call.environment.secrets();
            secrets.extend(environment.map(|secret| (format!("environment of {place}"), secret)));
        }
        secrets
    }

    /// Every address of the partner's with its place in the file.
    pub fn targets(&self) -> Vec<(String, &Target)> {
        let mut targets = Vec::new();
        if let Some(webhook) = &self.webhook {
            targets.push(("webhook".to_owned(), &webhook.target));
        }
        if let Some(recurring) = &self.recurring {
            targets.push(("recurring".to_owned(), &recurring.target));
            targets.extend(
                recurring
                    .other_targets()
                    .map(|(key, url)| (format!("recurring.{key}"), url)),
            );
        }
        targets.extend(self.checkout.iter().flat_map(Checkout::targets));
        targets.extend(self.calls().map(|(place, call)| (place, &call.target)));
        targets
    }

    /// Why a run with this file can never be a certificate, in words; empty when it can.
    pub fn not_certifiable(&self) -> Vec<String> {
        self.targets()
            .into_iter()
            .flat_map(|(place, target)| {
                target
                    .not_certifiable()
                    .into_iter()
                    .map(move |reason| format!("{reason}: {place}"))
            })
            .collect()
    }

    fn calls(&self) -> impl Iterator<Item = (String, &HttpCall)> {
        let starts = self.start.iter().filter_map(|(name, start)| match &start.way {
            Way::Http(call) => Some((format!("start.{name}"), call.as_ref())),
            Way::Command(_) | Way::Manual { .. } => None,
        });
        let effects = self.effects.iter().filter_map(|(subject, effect)| match effect {
            Effect::Http { call, .. } => Some((format!("effects.{subject}"), call.as_ref())),
            Effect::Command { .. } | Effect::Log { .. } | Effect::Manual { .. } => None,
        });
        let log = self.log.iter().filter_map(|log| match &log.source {
            LogSource::Http(call) => Some(("log".to_owned(), call.as_ref())),
            LogSource::File(_) | LogSource::Command(_) => None,
        });
        let alerts = self.alerts.iter().filter_map(|alerts| match alerts {
            Alerts::Http { call, .. } => Some(("alerts".to_owned(), call.as_ref())),
            Alerts::Log { .. } | Alerts::Command { .. } | Alerts::Manual { .. } => None,
        });
        let export = self.batch.iter().filter_map(|batch| match &batch.export {
            Some(Export::Http(call)) => Some(("batch.export".to_owned(), call.as_ref())),
            Some(Export::Command(_)) | None => None,
        });
        let support = self.attest.iter().filter_map(|attest| match &attest.support {
            Some(Support::Http(call)) => Some(("attest.support".to_owned(), call.as_ref())),
            Some(Support::File { .. } | Support::Command(_)) | None => None,
        });
        let further = export.chain(support);
        starts.chain(effects).chain(log).chain(alerts).chain(further)
    }

    /// Every command of the partner's with its place in the file.
    pub fn commands(&self) -> impl Iterator<Item = (String, &CommandCall)> {
        let starts = self
            .start
            .iter()
            .map(|(name, start)| (format!("start.{name}"), &start.way));
        let controls = self
            .control
            .iter()
            .map(|(name, way)| (format!("control.{name}"), way));
        let ways = starts.chain(controls).filter_map(|(place, way)| match way {
            Way::Command(call) => Some((place, call)),
            Way::Http(_) | Way::Manual { .. } => None,
        });
        let effects = self.effects.iter().filter_map(|(subject, effect)| match effect {
            Effect::Command { call, .. } => Some((format!("effects.{subject}"), call)),
            Effect::Http { .. } | Effect::Log { .. } | Effect::Manual { .. } => None,
        });
        let log = self.log.iter().filter_map(|log| match &log.source {
            LogSource::Command(call) => Some(("log".to_owned(), call)),
            LogSource::File(_) | LogSource::Http(_) => None,
        });
        let alerts = self.alerts.iter().filter_map(|alerts| match alerts {
            Alerts::Command { call, .. } => Some(("alerts".to_owned(), call)),
            Alerts::Log { .. } | Alerts::Http { .. } | Alerts::Manual { .. } => None,
        });
        let export = self.batch.iter().filter_map(|batch| match &batch.export {
            Some(Export::Command(call)) => Some(("batch.export".to_owned(), call)),
            Some(Export::Http(_)) | None => None,
        });
        let support = self.attest.iter().filter_map(|attest| match &attest.support {
            Some(Support::Command(call)) => Some(("attest.support".to_owned(), call)),
            Some(Support::File { .. } | Support::Http(_)) | None => None,
        });
        let further = export.chain(support);
        ways.chain(effects).chain(log).chain(alerts).chain(further)
    }
}

fn resolve(root: &Section<'_, '_>) -> Option<Config> {
    let section = |key: &str| root.value(key).and_then(|entry| entry.section());
    let partner = root
        .required("partner")
        .and_then(|entry| partner(&entry.section()?));
    let capabilities = root
        .required("capabilities")
        .and_then(|entry| entry.section())
        .map(|section| capabilities(&section));
    let config = Config {
        webhook: section("webhook").and_then(|section| webhook(&section)),
        recurring: section("recurring").and_then(|section| recurring(&section)),
        references: section("references")
            .map(|section| references(&section))
            .unwrap_or_default(),
        start: section("start")
            .map(|section| starts(&section))
            .unwrap_or_default(),
        effects: section("effects")
            .map(|section| effects(&section))
            .unwrap_or_default(),
        states: section("states")
            .map(|section| states(&section))
            .unwrap_or_default(),
        log: section("log").and_then(|section| log(&section)),
        alerts: section("alerts").and_then(|section| alerts(&section)),
        control: section("control")
            .map(|section| controls(&section))
            .unwrap_or_default(),
        sandbox: section("sandbox").and_then(|section| sandbox(&section)),
        checkout: section("checkout").map(|section| checkout(&section)),
        attest: section("attest").and_then(|section| attest(&section)),
        batch: section("batch").and_then(|section| batch(&section)),
        keys: section("keys").and_then(|section| keys(&section)),
        limits: section("limits")
            .map(|section| limits(&section))
            .unwrap_or_default(),
        capabilities: capabilities.unwrap_or_default(),
        partner: partner?,
    };
    root.finish();
    coherence::check(&config, root);
    Some(config)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{
        control::ACTIONS,
        error::Mistake,
        host::{Clock, Terminal},
        start::OPERATIONS,
        states::STATES,
        target::TargetError,
        template::{OPERATION_FIELDS, TemplateError},
    };

    const MINIMAL: &str = r#"
[partner]
id = "acme"
name = "Acme"
implementation = "acme-pay"
version = "1.2.3"

[capabilities]
webhooks = ["payment.success"]

[webhook]
url = "https://pay.example.my/hooks"
secret_env = "HOOK"
"#;

    fn host() -> Host {
        let environment = [
            ("HOOK", "whsec_c2VjcmV0"),
            ("KEY", "key-in-the-environment"),
            ("BLANK", " "),
        ];
        Host {
            clock: Clock::start(),
            environment: environment
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            terminal: Terminal::default(),
        }
    }

    fn read(more: &str) -> Result<Config, ConfigError> {
        Config::from_str(&format!("{MINIMAL}{more}"), "partner.toml", &host())
    }

    /// Key and mistake of each problem of a file that must not hold.
    fn mistakes(text: &str) -> Vec<(String, Mistake)> {
        let error = Config::from_str(text, "partner.toml", &host()).unwrap_err();
        let ConfigError::Invalid(invalid) = error else {
            panic!("{error}")
        };
        invalid
            .problems
            .into_iter()
            .map(|problem| (problem.key, problem.mistake))
            .collect()
    }

    fn with(more: &str) -> Vec<(String, Mistake)> {
        mistakes(&format!("{MINIMAL}{more}"))
    }

    #[test]
    fn a_small_file_is_enough() {
        let config = read("").unwrap();
        assert_eq!(config.webhook.as_ref().unwrap().secret.expose(), "whsec_c2VjcmV0");
        assert_eq!(config.limits, Limits::default());
        assert!(config.not_certifiable().is_empty());
    }

    #[test]
    fn no_secret_is_in_the_masked_configuration_or_in_debug_output() {
        let config = read(
            "[effects.order]\nkind = \"http\"\nurl = \"https://pay.example.my/o/{reference}\"\ncount = \"/n\"\n\
             headers = { authorization = { secret_env = \"KEY\", prefix = \"Bearer \" } }\n",
        )
        .unwrap();
        for shown in [config.masked().to_string(), format!("{config:?}")] {
            assert!(
                !shown.contains("whsec_") && !shown.contains("key-in-the-environment"),
                "{shown}"
            );
            assert!(shown.contains("HOOK"), "{shown}");
        }
        assert_eq!(config.secrets().len(), 2);
    }

    #[test]
    fn values_passed_to_commands_are_not_shown_and_those_like_secrets_are_learnt() {
        let config = read(
            "[control.stop]\nkind = \"command\"\nprogram = \"stop\"\npass_environment = [\"HOOK\", \"KEY\"]\n",
        )
        .unwrap();
        let shown = format!("{config:?} {}", config.masked());
        assert!(
            !shown.contains("key-in-the-environment") && !shown.contains("whsec_"),
            "{shown}"
        );
        let labels: Vec<String> = config.secrets().into_iter().map(|(label, _)| label).collect();
        assert_eq!(labels, ["webhook secret", "environment of control.stop"]);
    }

    #[test]
    fn several_mistakes_are_told_together_with_line_and_remedy() {
        let text = MINIMAL
            .replace("secret_env = \"HOOK\"", "secret_evn = \"HOOK\"")
            .replace("name =", "nmae =");
        let error = Config::from_str(&text, "partner.toml", &host()).unwrap_err();
        let shown = error.to_string();
        assert!(
            shown.contains("partner.toml:4: partner.nmae: unknown key; did you mean name?"),
            "{shown}"
        );
        assert!(
            shown.contains("partner.toml:13: webhook.secret_evn: unknown key; did you mean secret_env?"),
            "{shown}"
        );
        assert!(shown.contains("partner.name: missing"), "{shown}");
    }

    #[test]
    fn a_secret_in_the_file_is_refused_with_the_key_to_use() {
        let found = mistakes(&MINIMAL.replace("secret_env = \"HOOK\"", "secret = \"whsec_abc\""));
        assert_eq!(
            found,
            [(
                "webhook.secret".to_owned(),
                Mistake::SecretInFile {
                    instead: "secret_env".to_owned()
                }
            )]
        );
        let header = with(
            "[start.order]\nkind = \"http\"\nurl = \"https://a.my/\"\nheaders = { Authorization = \"Bearer x\" }\n",
        );
        assert!(
            matches!(&header[..], [(key, Mistake::SecretInFile { .. })] if key == "start.order.headers.Authorization")
        );
    }

    #[test]
    fn variables_that_are_unset_or_empty_are_named() {
        let unset = mistakes(&MINIMAL.replace("HOOK", "NOBODY"));
        assert_eq!(
            unset,
            [(
                "webhook.secret_env".to_owned(),
                Mistake::VariableUnset("NOBODY".to_owned())
            )]
        );
        let empty = mistakes(&MINIMAL.replace("HOOK", "BLANK"));
        assert_eq!(
            empty,
            [(
                "webhook.secret_env".to_owned(),
                Mistake::VariableEmpty("BLANK".to_owned())
            )]
        );
    }

    #[test]
    fn what_a_file_declares_can_be_read_without_its_secrets() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("partner.toml");
        let read = |text: String| {
            std::fs::write(&path, text).unwrap();
            Config::described(&path, &host())
        };
        let config = read(MINIMAL.replace("HOOK", "NOBODY")).unwrap();
        assert_eq!(config.webhook.unwrap().secret.expose(), "");
        // What is not the name of a variable may be the secret itself, whoever reads the file.
        assert!(read(MINIMAL.replace("HOOK", "whsec_abc")).is_err());
    }

    #[test]
    fn a_placeholder_that_the_operation_does_not_fill_is_refused() {
        let start = |operation: &str, field: &str| {
            with(&format!(
                "[start.{operation}]\nkind = \"command\"\nprogram = \"x\"\nargs = [\"{{{field}}}\"]\n"
            ))
        };
        assert!(matches!(
            &start("order", "recurring")[..],
            [(key, Mistake::Template(TemplateError::Unknown { .. }))] if key == "start.order.args[0]"
        ));
        assert!(matches!(
            &start("order", "folder")[..],
            [(_, Mistake::Template(TemplateError::Unknown { .. }))]
        ));
        assert!(
            read("[start.checkout]\nkind = \"command\"\nprogram = \"x\"\nargs = [\"{recurring}\"]\n").is_ok()
        );
    }

    #[test]
    fn a_capability_without_its_section_is_refused() {
        let text = MINIMAL.replace(
            "webhooks = [\"payment.success\"]",
            "api = [\"quote\"]\nrecurring = [\"json\"]\ncheckout = true",
        );
        let found = mistakes(&text);
        let keys: Vec<_> = found.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(
            keys,
            [
                "capabilities.api",
                "capabilities.api",
                "capabilities.recurring",
                "capabilities.checkout"
            ]
        );
        assert!(
            found
                .iter()
                .all(|(_, mistake)| matches!(mistake, Mistake::Needs(_)))
        );
    }

    #[test]
    fn a_per_case_base_url_must_be_handed_over() {
        let api = "[sandbox]\nauthentication = \"api-key\"\napi_key_env = \"KEY\"\n[start.quote]\nkind = \"http\"\nurl = \"https://a.my/q\"\n";
        let text = format!(
            "{}{api}",
            MINIMAL.replace("webhooks =", "api = [\"quote\"]\nwebhooks =")
        );
        assert!(matches!(&mistakes(&text)[..], [(key, Mistake::Needs(_))] if key == "start.quote"));
        let fixed = text.replace("[sandbox]", "[sandbox]\nbase = \"fixed\"");
        assert!(Config::from_str(&fixed, "partner.toml", &host()).is_ok());
    }

    #[test]
    fn what_is_no_fingerprint_is_refused_and_not_repeated() {
        let key = "sk_live_7Hq2VbN8xWmZ4tRc";
        let text = format!("{MINIMAL}\n[keys]\nproduction_fingerprints = [\"{key}\"]\n");
        let error = Config::from_str(&text, "partner.toml", &host()).unwrap_err();
        assert!(!error.to_string().contains(key), "{error}");
        assert!(
            matches!(&mistakes(&text)[..], [(at, Mistake::NoFingerprint)] if at.starts_with("keys.production_fingerprints"))
        );
    }

    #[test]
    fn addresses_go_through_the_policy() {
        let found = mistakes(&MINIMAL.replace("pay.example.my", "app.senangpay.my"));
        assert_eq!(
            found,
            [(
                "webhook.url".to_owned(),
                Mistake::Target(TargetError::Production("app.senangpay.my".to_owned()))
            )]
        );
        let host_placeholder = with("[start.order]\nkind = \"http\"\nurl = \"https://{reference}.my/\"\n");
        assert_eq!(
            host_placeholder,
            [(
                "start.order.url".to_owned(),
                Mistake::Template(TemplateError::InHost)
            )]
        );
        let local = MINIMAL.replace("https://pay.example.my", "http://127.0.0.1:8080");
        let config = Config::from_str(&local, "partner.toml", &host()).unwrap();
        assert_eq!(
            config.not_certifiable(),
            ["loopback: webhook", "plain http: webhook"]
        );
    }

    #[test]
    fn an_effect_that_names_no_reference_is_refused() {
        let found = with("[effects.order]\nkind = \"command\"\nprogram = \"count\"\ncount = \"/n\"\n");
        assert!(
            matches!(&found[..], [(key, Mistake::Needs(_))] if key == "effects.order"),
            "{found:?}"
        );
    }

    #[test]
    fn what_is_no_toml_is_told_as_such() {
        assert!(matches!(
            &mistakes("[partner\nid = 1")[..],
            [(_, Mistake::Syntax(_)), ..]
        ));
    }

    #[test]
    fn every_example_of_the_reference_page_holds() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, content: &str| std::fs::write(folder.path().join(name), content).unwrap();
        file("ca.pem", "-----BEGIN CERTIFICATE-----");
        file("subscriptions.csv", "reference");
        let mut host = host();
        let page = include_str!("../../docs/partner.toml.md");
        for variable in page
            .split('"')
            .filter(|word| word.starts_with("ACME_") || *word == "DATABASE_URL")
        {
            host.environment.insert(variable.to_owned(), "value".to_owned());
        }
        for word in OPERATIONS.iter().chain(&STATES).chain(&ACTIONS) {
            assert!(
                page.contains(&format!("`{word}`")),
                "the page does not explain {word}"
            );
        }
        for field in OPERATION_FIELDS {
            assert!(
                page.contains(&format!("{{{field}}}")),
                "the page does not explain {field}"
            );
        }
        let examples: Vec<&str> = page
            .split("```toml")
            .skip(1)
            .filter_map(|rest| rest.split("```").next())
            .collect();
        assert!(examples.len() > 8);
        for example in examples {
            let head = &MINIMAL[..MINIMAL.find("webhooks").unwrap()];
            let text = if example.contains("[partner]") {
                example.to_owned()
            } else {
                format!("{head}{example}")
            };
            file("partner.toml", &text);
            let read = Config::load(&folder.path().join("partner.toml"), &host);
            assert!(read.is_ok(), "{}\n{example}", read.unwrap_err());
        }
    }

    #[test]
    fn a_report_shows_the_place() {
        let error = read("[limits]\nin_flight = 0\n").unwrap_err();
        let shown = format!("{:?}", miette::Report::new(error));
        assert!(
            shown.contains("in_flight = 0") && shown.contains("0 is outside 1 to 1024"),
            "{shown}"
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "(?s).{0,200}") {
            let _ = Config::from_str(&text, "partner.toml", &host());
            let _ = read(&text);
        }
    }
}
