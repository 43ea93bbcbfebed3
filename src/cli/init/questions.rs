//! What is asked, in order: who, what is received, what is done.

use std::path::PathBuf;

use super::{
    accept,
    answers::{Answers, Recurring, Webhooks},
    arguments::InitArguments,
    asker::Stop,
    detect_endpoint, look,
    source::{Alone, Item, Source},
};
use crate::config::host::Host;

/// Everything that questions need.
#[derive(Debug)]
pub struct Interview<'a> {
    /// The flags.
    pub arguments: &'a InitArguments,
    /// The surroundings.
    pub host: &'a Host,
    /// Where answers come from.
    pub source: Source,
    /// The folder of the file.
    pub folder: PathBuf,
}

impl Interview<'_> {
    /// All answers.
    pub async fn all(&mut self) -> Result<Answers, Stop> {
        let mut answers = self.who().await?;
        answers.trust = self.trust()?;
        self.source.say("\n== What you receive");
        answers.webhooks = self.webhooks(&answers).await?;
        answers.recurring = self.recurring(&answers).await?;
        self.source.say("\n== What you do");
        answers.api = self.api().await?;
        self.rest(&mut answers).await?;
        self.source.complete()?;
        self.channels(&mut answers).await?;
        self.source.complete()?;
        Ok(answers)
    }

    async fn who(&mut self) -> Result<Answers, Stop> {
        let (flags, host) = (self.arguments, self.host);
        let text = |key: &'static str| move |text: &str| accept::of_partner(key, text, host);
        let name = Item {
            flag: "--name",
            given: flags.name.as_deref(),
            question: "Name of your company or product, for people",
            alone: Alone::Needed,
            ..Item::default()
        };
        let name = self.source.take(name, text("name")).await?.unwrap_or_default();
        let slug = accept::slug(&name);
        let has_slug = !slug.is_empty();
        let id = Item {
            flag: "--id",
            given: flags.id.as_deref(),
            question: "A short id that never changes: letters, digits, hyphens",
            usual: has_slug.then_some(slug.as_str()),
            // Without a name nothing can be told of the id; the name is missing then.
            alone: if name.is_empty() || has_slug {
                Alone::Usual
            } else {
                Alone::Needed
            },
        };
        let id = self.source.take(id, text("id")).await?.unwrap_or_default();
        let implementation = Item {
            flag: "--implementation",
            given: flags.implementation.as_deref(),
            question: "Name of what is tested, as it shall stand on the certificate",
            usual: (!id.is_empty()).then_some(id.as_str()),
            alone: Alone::Usual,
        };
        let implementation = self.source.take(implementation, text("implementation")).await?;
        let version = Item {
            flag: "--implementation-version",
            given: flags.implementation_version.as_deref(),
            question: "Its version, such as 4.2.0",
            alone: Alone::Needed,
            ..Item::default()
        };
        let version = self
            .source
            .take(version, text("version"))
            .await?
            .unwrap_or_default();
        let contact = Item {
            flag: "--contact",
            given: flags.contact.as_deref(),
            question: "Who answers questions about a run: an address or a name",
            alone: Alone::Open,
            ..Item::default()
        };
        let contact = self.source.take(contact, text("contact")).await?;
        Ok(Answers {
            implementation: implementation.unwrap_or_else(|| id.clone()),
            id,
            name,
            version,
            contact,
            ..Answers::default()
        })
    }

    async fn webhooks(&mut self, answers: &Answers) -> Result<Option<Webhooks>, Stop> {
        let (flags, host) = (self.arguments, self.host);
        let types = Item {
            flag: "--webhooks",
            given: flags.webhooks.as_deref(),
            question: "Which webhooks do you handle? Of payment.success, payment.failed, policy.issued, policy.cancelled,\n\
                       refund.processed, claim.submitted, claim.updated; or all, or none",
            usual: Some("payment.success, payment.failed"),
            alone: if flags.webhook_url.is_some() {
                Alone::Needed
            } else {
                Alone::Open
            },
        };
        let types = self.source.take(types, accept::event_types).await?;
        let Some(types) = types.filter(|types| !types.is_empty()) else {
            return Ok(None);
        };
        let heard = if self.source.has_person() && flags.webhook_url.is_none() && !flags.offline {
            heard(&detect_endpoint::listening().await)
        } else {
            String::new()
        };
        let question = format!("Your endpoint for webhooks{heard}");
        let url = self
            .address("--webhook-url", flags.webhook_url.as_deref(), &question, answers)
            .await?;
        let secret = Item {
            flag: "--webhook-secret-env",
            given: flags.webhook_secret_env.as_deref(),
            question: "The environment variable that holds the webhook secret (its name, not the secret)",
            usual: Some("SENANG_WEBHOOK_SECRET"),
            alone: Alone::Usual,
        };
        let secret_env = self
            .source
            .take(secret, |text| accept::variable(text, host))
            .await?
            .unwrap_or_default();
        let next = flags.webhook_next_secret_env.as_deref().map(|name| {
            accept::variable(name, host).map_err(|reason| usage("--webhook-next-secret-env", &reason))
        });
        let webhooks = Webhooks {
            types,
            url: url.unwrap_or_default(),
            secret_env,
            next_secret_env: next.transpose()?,
        };
        look::secret(&mut self.source, &webhooks.secret_env, host);
        look::signature(self, &webhooks, answers).await?;
        Ok(Some(webhooks))
    }

    /// An address of an endpoint, looked at. A person may correct one where nothing is.
    async fn address(
        &mut self,
        flag: &str,
        given: Option<&str>,
        question: &str,
        answers: &Answers,
    ) -> Result<Option<String>, Stop> {
        let host = self.host;
        loop {
            let item = Item {
                flag,
                given,
                question,
                alone: Alone::Needed,
                ..Item::default()
            };
            let Some(url) = self
                .source
                .take(item, |text| accept::endpoint(text, host))
                .await?
            else {
                return Ok(None);
            };
            let good = self.arguments.offline || look::endpoint(self, flag, &url, answers).await?;
            if good || given.is_some() || self.source.agrees("Keep this address?", false).await? {
                return Ok(Some(url));
            }
        }
    }

    async fn recurring(&mut self, answers: &Answers) -> Result<Option<Recurring>, Stop> {
        let (flags, host) = (self.arguments, self.host);
        let styles = Item {
            flag: "--recurring",
            given: flags.recurring.as_deref(),
            question: "Which recurring callbacks do you handle? json, form, both separated by a comma, or none",
            usual: None,
            alone: if flags.recurring_url.is_some() {
                Alone::Needed
            } else {
                Alone::Open
            },
        };
        let styles = self.source.take(styles, accept::styles).await?;
        let Some(styles) = styles.filter(|styles| !styles.is_empty()) else {
            return Ok(None);
        };
        let question = "Your endpoint for recurring callbacks";
        let url = self
            .address(
                "--recurring-url",
                flags.recurring_url.as_deref(),
                question,
                answers,
            )
            .await?;
        let secret = Item {
            flag: "--recurring-secret-env",
            given: flags.recurring_secret_env.as_deref(),
            question: "The environment variable that holds the secret key of recurring callbacks",
            usual: Some("SENANG_RECURRING_SECRET"),
            alone: Alone::Usual,
        };
        let secret_env = self
            .source
            .take(secret, |text| accept::variable(text, host))
            .await?;
        let hash = Item {
            flag: "--recurring-hash",
            given: flags.recurring_hash.as_deref(),
            question: "How is their hash made? sha256, hmac-sha256 or md5",
            usual: Some("sha256"),
            alone: Alone::Usual,
        };
        Ok(Some(Recurring {
            styles,
            url: url.unwrap_or_default(),
            secret_env: secret_env.unwrap_or_default(),
            hash: self.source.take(hash, accept::hash).await?,
        }))
    }

    fn trust(&self) -> Result<Option<String>, Stop> {
        let Some(file) = self.arguments.trust.as_deref() else {
            return Ok(None);
        };
        let path = self.in_file(file);
        let lines = format!(
            "[webhook]\nurl = \"https://shop.example/\"\nsecret_env = \"A\"\ntrust = {}",
            super::toml_text::quoted(&path)
        );
        accept::readable(&lines, &self.folder, self.host).map_err(|reason| usage("--trust", &reason))?;
        Ok(Some(path))
    }
}

/// A mistake of a flag.
pub fn usage(flag: &str, reason: &str) -> crate::cli::error::CliError {
    let reason = crate::evidence::text::TerminalText::line(reason);
    crate::cli::error::CliError::Usage(format!("{flag}: {}", reason.as_str()))
}

fn heard(ports: &[u16]) -> String {
    if ports.is_empty() {
        return ", such as http://127.0.0.1:8000/webhooks/senang".to_owned();
    }
    let ports: Vec<String> = ports
        .iter()
        .map(|port| format!("http://127.0.0.1:{port}/…"))
        .collect();
    format!(". Somebody listens on this machine at {}", ports.join(" and "))
}
