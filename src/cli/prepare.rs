//! Left of the plan: everything that is read, checked and resolved before a packet leaves.

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

use super::{
    args::{ClockChoice, Selection},
    error::CliError,
};
use crate::{
    config::{declaration::CallbackStyle, partner::Config, sandbox::Base, target::Reach},
    contract::{capability::Operation, channel::Observation, profile::values::Profile, rulebook::Rulebook},
    plan::{
        declared::Declared,
        filter::{Filter, Mode},
        select::Plan,
    },
    runner::table::StepTable,
    suite::{lint::lint, read::Suite},
    wire::{event::EventType, return_template::Placeholder, signature::SignedParts},
};

/// The two profiles of a run.
#[derive(Clone, Debug)]
pub struct Profiles {
    /// Webhooks and API.
    pub platform: Profile,
    /// Recurring callbacks.
    pub gateway: Profile,
}

impl Profiles {
    /// The embedded profiles, replaced by those of files, compressed if asked for.
    pub fn load(files: &[PathBuf], clock: ClockChoice) -> Result<Self, CliError> {
        let mut profiles = Self {
            platform: Profile::embedded("senang-io")?,
            gateway: Profile::embedded("senangpay")?,
        };
        for path in files {
            let text = std::fs::read_to_string(path).map_err(|error| CliError::File {
                path: path.clone(),
                error,
            })?;
            let profile = Profile::from_toml(&text, &path.display().to_string())?;
            match profile.name() {
                "senang-io" => profiles.platform = profile,
                "senangpay" => profiles.gateway = profile,
                other => {
                    return Err(CliError::Usage(format!(
                        "{}: no profile is called {other:?}; a file replaces senang-io or senangpay",
                        path.display()
                    )));
                }
            }
        }
        if clock == ClockChoice::Compressed {
            profiles.platform = profiles.platform.compressed();
            profiles.gateway = profiles.gateway.compressed();
        }
        Ok(profiles)
    }

    /// The profiles for a mode: only `long` waits as long as the platform does in production.
    #[must_use]
    pub fn for_mode(mut self, mode: Mode) -> Self {
        if mode == Mode::Long {
            self.platform = self.platform.with_the_waits_of_days();
            self.gateway = self.gateway.with_the_waits_of_days();
        }
        self
    }

    /// All values with where they come from, for the evidence.
    pub fn values(&self) -> serde_json::Value {
        serde_json::json!({"senang-io": self.platform.values(), "senangpay": self.gateway.values()})
    }
}

/// The suite, read and held against rulebook and step definitions.
pub fn suite(table: &StepTable) -> Result<(Arc<Suite>, &'static Rulebook), CliError> {
    let rulebook = Rulebook::embedded().map_err(|error| CliError::Usage(error.to_string()))?;
    let suite = Suite::embedded()?;
    lint(&suite, rulebook, &|step| table.resolve(step))?;
    Ok((Arc::new(suite), rulebook))
}

/// What a configuration declares, as the plan asks for it.
pub fn declared(config: &Config, profiles: &Profiles) -> Declared {
    let capabilities = &config.capabilities;
    let mut channels = BTreeSet::new();
    if !config.effects.is_empty() {
        channels.insert(Observation::Effect);
    }
    if config.checkout.is_some() {
        channels.insert(Observation::Static);
    }
    if config.attest.is_some() {
        channels.insert(Observation::Attest);
    }
    if config.log.is_some() {
        channels.insert(Observation::Log);
    }
    let mut operations: BTreeSet<Operation> = capabilities
        .api
        .iter()
        .filter_map(|name| name.parse().ok())
        .collect();
    operations.extend(capabilities.checkout.then_some(Operation::Checkout));
    operations.extend(capabilities.batch.then_some(Operation::Batch));
    let recurring = config.recurring.as_ref();
    let hash = recurring.and_then(|recurring| recurring.hash);
    let template = recurring.and_then(|recurring| recurring.return_template.as_deref());
    if template.is_some() {
        channels.insert(Observation::Static);
    }
    Declared {
        webhooks: capabilities
            .webhooks
            .iter()
            .copied()
            .collect::<BTreeSet<EventType>>(),
        recurring_json: capabilities.recurring.contains(&CallbackStyle::Json),
        recurring_form: capabilities.recurring.contains(&CallbackStyle::Form),
        return_template: capabilities.return_template,
        template_amount: template.is_some_and(|template| template.contains(Placeholder::Amount.text())),
        template_only: capabilities.return_template
            && recurring.is_some_and(|recurring| recurring.template_url.is_none()),
        operations,
        signed: profiles.platform.signature_scheme().signed,
        recurring_hash: hash.unwrap_or(*profiles.gateway.recurring_hash()),
        channels,
        shared_sandbox: config
            .sandbox
            .as_ref()
            .is_some_and(|sandbox| sandbox.base == Base::Fixed),
        load: config.limits.load,
        loopback_webhook: config
            .webhook
            .as_ref()
            .is_some_and(|webhook| webhook.target.reach == Reach::Loopback),
        plain_loopback_webhook: config
            .webhook
            .as_ref()
            .is_some_and(|webhook| webhook.target.reach == Reach::Loopback && webhook.target.is_plain()),
        plain_http_address: config
            .webhook
            .as_ref()
            .is_some_and(|webhook| webhook.plain_http().is_some()),
    }
}

/// Everything the contract knows, declared: for listings without a partner.
pub fn everything(profiles: &Profiles) -> Declared {
    Declared {
        webhooks: EventType::ALL.into_iter().collect(),
        recurring_json: true,
        recurring_form: true,
        return_template: true,
        template_amount: true,
        template_only: false,
        operations: Operation::ALL.iter().copied().collect(),
        signed: SignedParts::IdTimestampBody,
        recurring_hash: *profiles.gateway.recurring_hash(),
        channels: [
            Observation::Effect,
            Observation::Log,
            Observation::Static,
            Observation::Attest,
        ]
        .into(),
        shared_sandbox: false,
        load: true,
        loopback_webhook: false,
        plain_loopback_webhook: false,
        plain_http_address: true,
    }
}

/// The filter that was typed. A case may be given as an example.
pub fn filter(selection: &Selection) -> Filter {
    let mut filter = Filter::all(selection.mode);
    filter.areas.clone_from(&selection.area);
    for case in &selection.case {
        if case.contains('/') {
            filter.examples.push(case.clone());
        } else {
            filter.cases.push(case.clone());
        }
    }
    filter
}

/// Whether anything was left out on purpose.
pub fn is_filtered(selection: &Selection) -> bool {
    !selection.area.is_empty() || !selection.case.is_empty()
}

/// The plan of a run.
pub fn plan(
    suite: &Arc<Suite>,
    rulebook: &Rulebook,
    declared: &Declared,
    selection: &Selection,
) -> Result<Plan, CliError> {
    Ok(Plan::make(
        Arc::clone(suite),
        rulebook,
        declared,
        &filter(selection),
    )?)
}
