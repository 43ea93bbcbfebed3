//! What the doctor works with: the actors of a run over a file that was relieved of what cannot be used, and a
//! recorder that keeps nothing.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use super::secrets;
use crate::{
    cli::{assemble, error::CliError, prepare::Profiles},
    config::{
        declarations::Declarations,
        host::{Host, unforeseen},
        partner::Config,
        references::Origin,
        subject::Subject,
    },
    contract::id::ExampleId,
    steps::context::Context,
    transcript::{record::Scope, recorder::Recorder},
    wire::signature::secret_bytes,
};

/// Actors, and what they were made from.
pub struct Bench {
    /// The actors.
    pub context: Arc<Context>,
    /// Before all examples.
    pub scope: Scope,
    /// The file as it was read.
    pub config: Config,
    /// Variables that are not there.
    pub unset: BTreeSet<String>,
    /// Kinds whose objects come from a list, of which none is used up.
    pub listed: Vec<Subject>,
}

impl Bench {
    /// Makes the actors. Nothing is sent yet.
    pub fn new(
        config: &Config,
        unset: &BTreeSet<String>,
        profiles: &Profiles,
        example: ExampleId,
        host: &Host,
    ) -> Result<Self, CliError> {
        let mut usable = config.clone();
        let listed: Vec<Subject> = usable
            .references
            .iter()
            .filter(|(_, origin)| matches!(origin, Origin::Fixture { .. }))
            .map(|(subject, _)| *subject)
            .collect();
        usable.references.retain(|subject, _| !listed.contains(subject));
        if let Some(webhook) = &mut usable.webhook {
            webhook.next_secret = None;
        }
        usable.webhook = usable
            .webhook
            .filter(|webhook| secret_bytes(webhook.secret.expose()).is_ok());
        let unreadable = |file: &Path| Declarations::load(file, host).is_err();
        if let Some(attest) = &mut usable.attest
            && attest.file.as_deref().is_some_and(unreadable)
        {
            attest.file = None;
        }
        let recorder = Recorder::forgetful(host.clock.clone());
        assemble::teach(&recorder, config);
        let nowhere = Path::new("");
        let seed = unforeseen(&host.clock);
        let context = assemble::context(&usable, profiles, &recorder, None, nowhere, seed, host)?;
        Ok(Self {
            context: Arc::new(context),
            scope: Scope { example, attempt: 0 },
            config: config.clone(),
            unset: unset.clone(),
            listed,
        })
    }

    /// Why nothing of a section can be tried: a variable that it needs is not there.
    pub fn lacks(&self, place: &str) -> Option<String> {
        let missing = secrets::missing(&self.config, &self.unset, place);
        (!missing.is_empty()).then(|| format!("{} is not set", missing.join(" and ")))
    }
}
