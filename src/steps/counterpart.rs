//! The sandbox as the other half of a case: it knows what the webhooks announce, holds or refuses its
//! answers, and sends webhooks itself because of what it was asked.

use std::{fmt, sync::Arc, time::Duration};

use tokio::{sync::oneshot, task::JoinHandle};

use super::{stop::Stop, world::Example};
use crate::{
    actors::{
        fixtures::{Needed, Prepared},
        sandbox::state::{Payment, PaymentStatus},
    },
    config::subject::Subject,
    transcript::observation::EffectKind,
    wire::{
        event::References,
        fault::{ApiCall, Fault, Script, ScriptLine, Times},
        money::Money,
    },
};

/// How often the sandbox is looked at while something is awaited there.
pub(super) const LOOK: Duration = Duration::from_millis(5);

/// An operation of the partner's that runs beside the steps; it is given up when this is dropped.
#[derive(Default)]
pub struct Beside(Option<(JoinHandle<()>, oneshot::Receiver<()>)>);

impl fmt::Debug for Beside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Beside").field(&self.0.is_some()).finish()
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if let Some((task, _)) = &self.0 {
            task.abort();
        }
    }
}

impl Beside {
    /// Whether nothing runs there any more.
    pub(super) fn is_over(&self) -> bool {
        self.0.as_ref().is_none_or(|(task, _)| task.is_finished())
    }
}

/// A script of one line that concerns every request of a kind.
pub(super) fn always(call: Option<ApiCall>, fault: Fault) -> ScriptLine {
    ScriptLine {
        call,
        times: Times::Always,
        fault,
    }
}

impl Example {
    /// Opens a sandbox that also hears what the partner asks at the common address about this example.
    pub(super) fn open_counterpart(&mut self, script: Script) -> Result<(), Stop> {
        let sandbox = self.sandbox()?;
        let mount = sandbox
            .open(&self.scope, script)
            .map_err(|error| Stop::Harness(error.to_string()))?;
        // At a fixed address the mount hears everything already.
        if mount.owner().is_some() {
            self.watch = Some(sandbox.watch(&self.scope, ""));
        }
        self.mount = Some(mount);
        Ok(())
    }

    pub(super) fn mount(&self) -> Result<&crate::actors::sandbox::Mount, Stop> {
        self.mount
            .as_ref()
            .ok_or_else(|| Stop::Harness("the feature opens no sandbox".to_owned()))
    }

    /// Another script for the requests of this example, wherever they come in.
    pub(super) fn rescript(&self, lines: &[ScriptLine]) {
        let script = || Script {
            lines: lines.to_vec(),
        };
        self.mount.iter().for_each(|mount| mount.rescript(script()));
        self.watch.iter().for_each(|watch| watch.rescript(script()));
    }

    /// The sandbox is honest from now on, and answers what it has held.
    pub(super) fn release(&self) {
        self.mount.iter().for_each(crate::actors::sandbox::Mount::release);
        self.watch.iter().for_each(crate::actors::sandbox::Watch::release);
    }

    /// Requests that have arrived so far, answered or not.
    pub(super) fn arrived(&self) -> usize {
        let mount = self
            .mount
            .as_ref()
            .map_or(0, crate::actors::sandbox::Mount::arrived);
        let watch = self
            .watch
            .as_ref()
            .map_or(0, crate::actors::sandbox::Watch::arrived);
        mount + watch
    }

    /// Whether a script has done something to a request that stands in the record.
    pub(super) fn has_refused(&self) -> bool {
        let mount = self
            .mount
            .iter()
            .flat_map(crate::actors::sandbox::Mount::requests);
        let watch = self
            .watch
            .iter()
            .flat_map(crate::actors::sandbox::Watch::requests);
        mount.chain(watch).any(|request| request.fault.is_some())
    }

    /// Waits until what has arrived stands in the record. A partner has its answer a moment before.
    pub(super) async fn sandbox_settled(&self) {
        if let Some(mount) = &self.mount {
            mount.settled().await;
        }
        if let Some(watch) = &self.watch {
            watch.settled().await;
        }
    }

    /// A pending order of the partner's whose payment the sandbox knows as made.
    pub(super) async fn order_at_sandbox(&mut self, amount: Money) -> Result<Prepared, Stop> {
        let mut needed = Needed::new(Subject::Order, amount);
        let base = self.mount()?.base_url().to_owned();
        needed.fields.insert("api_base_url".to_owned(), base);
        let prepared = self.fresh(needed).await?;
        let References {
            order,
            policy,
            transaction,
            ..
        } = &prepared.references;
        let paid = PaymentStatus::Successful;
        self.mount()?
            .register_payment(transaction, order, &prepared.amount, paid);
        self.sandbox()?.register_policy(policy, order, &prepared.amount);
        if let Some(watch) = &self.watch {
            for mention in [order, policy, transaction] {
                watch.also(mention);
            }
        }
        Ok(prepared)
    }

    /// Starts an operation and goes on.
    pub(super) fn start_beside(&mut self, name: &str) -> Result<(), Stop> {
        let fields = self.operation_fields()?;
        let (context, scope, name) = (Arc::clone(&self.context), self.scope.clone(), name.to_owned());
        let (ended, end) = oneshot::channel();
        let task = tokio::spawn(async move {
            context.trigger.start(&scope, &name, &fields).await;
            let _ = ended.send(());
        });
        self.beside = Beside(Some((task, end)));
        Ok(())
    }

    /// Waits for the end of the operation, at most as long as effects may take.
    pub(super) async fn end_beside(&mut self) {
        if let Some((_, end)) = &mut self.beside.0 {
            let window = self.context.profile.settle();
            // An end that was seen before is an end, too.
            let _ = tokio::time::timeout(window, end).await;
        }
        self.sandbox_settled().await;
    }

    /// Waits for the payment that the operation beside makes at the sandbox, and takes its order as what
    /// the example is about.
    pub(super) async fn payment_beside(&mut self) -> Result<(Payment, Prepared), Stop> {
        let begun = self.context.clock().now();
        let longest = self.context.profile.client_give_up();
        let payment = loop {
            if let Some(payment) = self.mount()?.payments().into_iter().next() {
                break payment;
            }
            let waited = self.context.clock().now().millis_since(begun);
            let over = match &self.beside.0 {
                Some((task, _)) => task.is_finished() && waited > self.settle_millis(),
                None => true,
            };
            if over || u128::from(waited) > longest.as_millis() {
                return Err(Stop::Inconclusive(
                    "the operation made no payment call at {api_base_url}, so there was no answer to overtake; see \
                     [start.buy]"
                        .to_owned(),
                ));
            }
            self.idle(tokio::time::sleep(LOOK)).await;
        };
        let references = References {
            order: payment.order_id.clone(),
            policy: payment.policy_id.clone().unwrap_or_default(),
            transaction: payment.id.clone(),
            refund: String::new(),
            claim: String::new(),
        };
        let prepared = Prepared {
            own: references.order.clone(),
            references,
            amount: payment.amount.clone(),
            exists: true,
        };
        self.pending(EffectKind::Order, prepared.clone());
        Ok((payment, prepared))
    }

    /// Waits until the sandbox has answered the payment call.
    pub(super) async fn payment_answered(&mut self) -> Result<(), Stop> {
        let begun = self.context.clock().now();
        let longest = self.context.profile.client_give_up();
        while u128::from(self.context.clock().now().millis_since(begun)) < longest.as_millis() {
            let seen = self.mount()?.requests();
            if seen.iter().any(|request| request.call == ApiCall::Payment) {
                return Ok(());
            }
            self.idle(tokio::time::sleep(LOOK)).await;
        }
        Err(Stop::Harness(
            "the sandbox did not come to the end of the payment call".to_owned(),
        ))
    }

    /// Waits until a request has arrived on top of so many, or a time is over.
    pub(super) async fn request_beyond(&mut self, before: usize, longest: Duration) {
        let begun = self.context.clock().now();
        while self.arrived() <= before
            && u128::from(self.context.clock().now().millis_since(begun)) < longest.as_millis()
        {
            self.idle(tokio::time::sleep(LOOK)).await;
        }
    }

    fn settle_millis(&self) -> u64 {
        u64::try_from(self.context.profile.settle().as_millis()).unwrap_or(u64::MAX)
    }
}
