//! Operations of the partner's that run into something: started, watched, given up when they do not end,
//! started again.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use cucumber::when;

use super::{context::Context, stop::Stop, world::Example};
use crate::{
    actors::{dead_end::DeadEndAddress, sandbox::Mount, sandbox::flawed::Flawed, sandbox::tls::Flaw},
    checks::{effect::Target, ordeal::family::Family, ordeal::within::names, view::View},
    transcript::{
        dead_end::{DeadEnd, DeadEndKind},
        observation::{EffectKind, Moment, OperationEnd},
        record::Event,
    },
    wire::fault::{ApiCall, Script, ScriptLine},
};

/// How often an operation that is under way is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// What lies in wait for an operation of an example, and what was met so far.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    /// The call that something is done to.
    pub(super) call: Option<ApiCall>,
    /// The input of the operation that met it.
    pub(super) fields: BTreeMap<String, String>,
    /// How long it may take; the window of the attempts unless something else is set.
    pub(super) longest: Option<Duration>,
    /// After so long without an answer it is not waited for any more.
    pub(super) unheard: Option<Duration>,
    /// An address that leads nowhere, to be used instead of the sandbox's.
    pub(super) dead_end: Option<DeadEndAddress>,
    /// The same, with a bad certificate.
    pub(super) flawed: Option<(Flawed, Flaw)>,
    /// Fields that the platform complains about.
    pub(super) complained: Vec<String>,
    /// Text that stands nowhere but in the body of an answer.
    pub(super) marker: String,
    /// The family of the error, and the scripts of all families.
    pub(super) families: Vec<(Family, Vec<ScriptLine>)>,
    /// The references of the operations that met them.
    pub(super) met: Vec<(Family, String)>,
    /// How the conflict has to be treated: the pause, if one is asked for.
    pub(super) pause: Option<Duration>,
    /// Whether the other address of a redirect has no TLS.
    pub(super) plain: bool,
}

impl Trouble {
    /// The reference of the operation that met it.
    pub(super) fn reference(&self) -> String {
        self.fields.get("reference").cloned().unwrap_or_default()
    }

    /// The call that something is done to.
    pub(super) fn call(&self) -> Result<ApiCall, Stop> {
        self.call
            .ok_or_else(|| Stop::Harness("the feature names no call that fails".to_owned()))
    }

    /// The base URL that is given to the operation instead of the sandbox's.
    fn base_url(&self, mount: Option<&Mount>) -> Option<String> {
        if let Some(address) = &self.dead_end {
            return Some(address.base_url.clone());
        }
        let (flawed, _) = self.flawed.as_ref()?;
        Some(flawed.base_url(mount?))
    }
}

/// Over when a request has stood without an answer for so long. Never over without a limit.
async fn unheard(mount: Option<&Mount>, limit: Option<Duration>, context: &Context) {
    let (Some(mount), Some(limit)) = (mount, limit) else {
        return std::future::pending().await;
    };
    let clock = context.clock();
    let (mut known, mut since) = ((0, 0), clock.now());
    loop {
        let (arrived, answered) = (mount.arrived(), mount.count());
        if (arrived, answered) != known || arrived == answered {
            (known, since) = ((arrived, answered), clock.now());
        }
        if u128::from(clock.now().millis_since(since)) > limit.as_millis() {
            return;
        }
        tokio::time::sleep(LOOK).await;
    }
}

impl Example {
    /// Starts an operation with this input and waits for its end, at most as long as the example says.
    /// Answers that are still held then are let go.
    async fn go_through(&mut self, name: &str, fields: BTreeMap<String, String>) -> Result<(), Stop> {
        if !self.context.trigger.offers(name) {
            return Err(Stop::Inconclusive(format!(
                "the operation {name} is not declared; add [start.{name}]"
            )));
        }
        let longest = self
            .trouble
            .longest
            .unwrap_or_else(|| self.context.profile.attempts_window());
        // A person takes the time that it takes.
        let by_person = self.context.trigger.needs_person(name);
        let limit = self.trouble.unheard;
        let (context, scope, name) = (Arc::clone(&self.context), self.scope.clone(), name.to_owned());
        let mount = self.mount.take();
        let (ended, mount) = self
            .idle(async move {
                let ended = tokio::select! {
                    _ = context.trigger.start_telling(&scope, &name, &fields) => true,
                    () = tokio::time::sleep(longest), if !by_person => false,
                    () = unheard(mount.as_ref(), limit, &context) => false,
                };
                if let Some(mount) = &mount {
                    if !ended {
                        mount.release();
                    }
                    mount.settled().await;
                }
                (ended, mount)
            })
            .await;
        self.mount = mount;
        if !ended {
            self.note("the operation was not over when the harness stopped waiting for it");
        }
        Ok(())
    }

    /// Runs an operation into what lies in wait.
    pub(super) async fn run_into(&mut self, name: &str) -> Result<(), Stop> {
        let mut fields = self.operation_fields()?;
        if let Some(base) = self.trouble.base_url(self.mount.as_ref()) {
            fields.insert("api_base_url".to_owned(), base);
        }
        self.trouble.fields.clone_from(&fields);
        self.go_through(name, fields).await?;
        self.leave_dead_end();
        Ok(())
    }

    /// Writes down what became of the address that leads nowhere, and gives it up.
    fn leave_dead_end(&mut self) {
        let at = self.context.clock().now();
        let dead_end = if let Some(address) = self.trouble.dead_end.take() {
            DeadEnd {
                kind: address.kind,
                address: address.base_url.clone(),
                met: address.met.clone(),
                connections: None,
                at,
            }
        } else if let Some((flawed, flaw)) = self.trouble.flawed.take() {
            DeadEnd {
                kind: DeadEndKind::BadCertificate,
                address: flawed.origin().to_owned(),
                met: flaw.to_string(),
                connections: Some(flawed.attempts()),
                at,
            }
        } else {
            return;
        };
        self.context
            .recorder
            .record(Some(&self.scope), Event::DeadEnd(dead_end));
    }

    /// Shows that the operation works where nothing lies in wait, so that its failure says something.
    pub(super) async fn works_honestly(&mut self, name: &str) -> Result<(), Stop> {
        self.open(Vec::new())?;
        let fields = self.operation_fields()?;
        self.go_through(name, fields).await?;
        let records = self.context.recorder.of(&self.scope);
        let ended = View::new(&records)
            .operation()
            .map(|(_, operation)| &operation.end);
        match ended {
            Some(OperationEnd::Finished { outcome, .. }) if outcome == "success" => Ok(()),
            _ => Err(Stop::Inconclusive(format!(
                "the operation {name} does not complete against an honest sandbox, so its failure would say nothing"
            ))),
        }
    }

    /// The order of the operation, as the partner calls it.
    pub(super) fn order_of_operation(&self) -> Target {
        let records = self.context.recorder.of(&self.scope);
        let own = View::new(&records)
            .operations()
            .into_iter()
            .map(|(_, operation)| operation)
            .find(|operation| names(operation).contains(&self.trouble.reference()))
            .and_then(|operation| match &operation.end {
                OperationEnd::Finished { reference, .. } => reference.clone(),
                OperationEnd::Unusable(_) => None,
            });
        Target {
            kind: EffectKind::Order,
            reference: own.unwrap_or_else(|| self.trouble.reference()),
        }
    }

    /// Waits for late consequences, and reads what the books say about the order.
    pub(super) async fn look_at_order(&mut self) -> Target {
        let target = self.order_of_operation();
        self.silence().await;
        self.look(&target, Moment::After).await;
        if let Some(mount) = &self.mount {
            mount.settled().await;
        }
        target
    }

    /// Lets the sandbox be honest again.
    fn heal(&mut self) {
        if let Some(mount) = &self.mount {
            mount.rescript(Script::default());
        }
        self.trouble.longest = None;
        self.trouble.unheard = None;
    }

    /// Runs one more operation, which meets nothing; its reference.
    pub(super) async fn next_operation(&mut self, name: &str) -> Result<String, Stop> {
        self.heal();
        let fields = self.operation_fields()?;
        let reference = fields.get("reference").cloned().unwrap_or_default();
        self.go_through(name, fields).await?;
        Ok(reference)
    }
}

#[when(regex = r"^the partner's operation ([a-z_]+) runs into it$")]
async fn runs_into(example: &mut Example, name: String) -> Result<(), Stop> {
    example.run_into(&name).await
}

#[when(regex = r"^the partner's operation ([a-z_]+) runs into each of them$")]
async fn runs_into_each(example: &mut Example, name: String) -> Result<(), Stop> {
    for (family, lines) in example.trouble.families.clone() {
        example.mount()?.rescript(Script { lines });
        example.run_into(&name).await?;
        let reference = example.trouble.reference();
        example.trouble.met.push((family, reference));
    }
    Ok(())
}

#[when(regex = r"^the step is healed and the operation ([a-z_]+) is started again with the same reference$")]
async fn resumed(example: &mut Example, name: String) -> Result<(), Stop> {
    example.heal();
    let fields = example.trouble.fields.clone();
    example.go_through(&name, fields).await?;
    let target = example.order_of_operation();
    example.settle(&target, 1).await;
    Ok(())
}
