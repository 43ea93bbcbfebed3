//! The world of one attempt at an example.

use std::{cell::Cell, collections::HashMap, fmt, sync::Arc, time::Duration};

use cucumber::World;
use rand::{Rng as _, rngs::StdRng};
use tokio::sync::watch;

use super::{
    api_flow::Asked,
    batch::Batching,
    checkout::Shop,
    context::{Context, Recheck},
    counterpart::Beside,
    operations::Repair,
    ordeal::Trouble,
    redeliver::Told,
    slots::Slot,
    stage::{Place, Presence},
    stop::Stop,
};
use crate::{
    actors::{
        canary::Canary,
        effect::Expected,
        fixtures::Prepared,
        sandbox::{
            mount::{Mount, Watch},
            retirement::Retirement,
        },
    },
    checks::{
        check::Check, collected::Across, effect::Target, gathered::Gathered, outage::Obstacle,
        outcome::Outcome, trip::Fact, view::View,
    },
    transcript::{
        exchange::Role,
        observation::{Moment, Observed, Read, WaitKind, Waited},
        reader::Reader,
        record::{Event, Scope},
    },
    wire::{event::Event as WireEvent, money::Money},
};

/// What the last stimulus carried, for the checks that compare it with what the partner recorded.
#[derive(Clone, Debug, Default)]
pub(super) struct Carried {
    pub(super) event_id: String,
    pub(super) event_type: String,
    pub(super) transaction: String,
    pub(super) amount: Option<Money>,
    pub(super) name: Option<String>,
    pub(super) number: Option<String>,
    pub(super) next_payment: Option<i64>,
}

/// What a disturbance is about.
#[derive(Clone, Debug)]
pub(super) struct Trial {
    /// Orders that exist for it.
    pub(super) orders: Vec<Prepared>,
    /// What has to arrive.
    pub(super) events: Vec<Target>,
    /// What stands in the way.
    pub(super) obstacle: Obstacle,
    /// Deliveries that were broken off.
    pub(super) broken_off: u32,
    /// Alarms before the failures.
    pub(super) alarms_before: u64,
    /// The failures, in words.
    pub(super) failures: String,
}

impl Default for Trial {
    fn default() -> Self {
        Self {
            orders: Vec::new(),
            events: Vec::new(),
            obstacle: Obstacle::None,
            broken_off: 0,
            alarms_before: 0,
            failures: String::new(),
        }
    }
}

/// One attempt at an example: what was prepared, what was sent, which checks were made.
#[derive(World)]
#[world(init = Self::outside_a_run)]
pub struct Example {
    pub(super) context: Arc<Context>,
    pub(super) scope: Scope,
    pub(super) random: StdRng,
    pub(super) prepared: Option<Prepared>,
    pub(super) other: Option<Prepared>,
    pub(super) many: Vec<Prepared>,
    pub(super) target: Option<Target>,
    pub(super) targets: Vec<Target>,
    pub(super) planted: Vec<(String, String)>,
    pub(super) forged_id: String,
    pub(super) several: Vec<Prepared>,
    pub(super) course: Vec<String>,
    pub(super) unknown: bool,
    pub(super) control_before: Option<Target>,
    pub(super) carried: Carried,
    pub(super) mount: Option<Mount>,
    pub(super) watch: Option<Watch>,
    pub(super) retirement: Option<Retirement>,
    pub(super) canary: Option<Canary>,
    pub(super) limit_seconds: u64,
    pub(super) beside: Beside,
    pub(super) trouble: Trouble,
    pub(super) shop: Shop,
    /// What an operation at the platform's API is about.
    pub(super) asked: Asked,
    pub(super) batching: Batching,
    pub(super) begun: Option<WireEvent>,
    pub(super) trial: Trial,
    pub(super) repairs: Vec<Repair>,
    pub(super) rested_for: Duration,
    /// What was entered, and must arrive: the fact, its value, the zone of days.
    pub(super) sent_fact: Option<(Fact, String, String)>,
    /// The field that was filled in wrongly, and with what.
    pub(super) slip: Option<(&'static str, &'static str)>,
    /// Events of the past, in order.
    pub(super) history: Vec<crate::wire::event::Event>,
    /// Events of the stimulus, in the order of their arrival.
    pub(super) told: Vec<Told>,
    counts: HashMap<Role, u32>,
    checks: Vec<(Check, Outcome)>,
    rechecks: Vec<Recheck>,
    noted: Cell<bool>,
    pub(super) place: Option<Place>,
    pub(super) resting: watch::Sender<bool>,
    slot: Slot,
}

impl fmt::Debug for Example {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Example")
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

impl Example {
    /// The engine's own way of making a world; ours are made by the runner, with a context.
    fn outside_a_run() -> Result<Self, Stop> {
        Err(Stop::Harness("an example needs the context of a run".to_owned()))
    }

    /// A fresh world that is at work.
    pub fn begin(context: Arc<Context>, scope: Scope, presence: Presence) -> Self {
        let random = context.random(&scope);
        let Presence { place, slot } = presence;
        Self {
            context,
            scope,
            random,
            prepared: None,
            other: None,
            many: Vec::new(),
            target: None,
            targets: Vec::new(),
            planted: Vec::new(),
            forged_id: String::new(),
            several: Vec::new(),
            course: Vec::new(),
            unknown: false,
            control_before: None,
            carried: Carried::default(),
            mount: None,
            watch: None,
            retirement: None,
            canary: None,
            limit_seconds: 0,
            beside: Beside::default(),
            trouble: Trouble::default(),
            shop: Shop::default(),
            asked: Asked::default(),
            batching: Batching::default(),
            begun: None,
            trial: Trial::default(),
            repairs: Vec::new(),
            rested_for: Duration::ZERO,
            sent_fact: None,
            slip: None,
            history: Vec::new(),
            told: Vec::new(),
            counts: HashMap::new(),
            checks: Vec::new(),
            rechecks: Vec::new(),
            noted: Cell::new(false),
            place,
            resting: watch::Sender::new(false),
            slot,
        }
    }

    /// The checks made so far with their outcomes.
    pub fn checks(&self) -> &[(Check, Outcome)] {
        &self.checks
    }

    /// Closes what is open towards the partner, so that its last records stand before the end.
    pub async fn close(&mut self) {
        self.beside = Beside::default();
        self.repair_all().await;
        if let Some(mount) = self.mount.take() {
            mount.close().await;
        }
        if let Some(watch) = self.watch.take() {
            watch.close().await;
        }
        if let Some(canary) = self.canary.take() {
            canary.close().await;
        }
    }

    /// Looks to be taken once more before the run ends.
    pub fn take_rechecks(&mut self) -> Vec<Recheck> {
        std::mem::take(&mut self.rechecks)
    }

    /// Whether a remark was made since this was last asked: a step that cannot check says why.
    pub fn noted(&self) -> bool {
        self.noted.replace(false)
    }

    /// Tells when it rests, so that no deadline runs meanwhile.
    pub fn resting(&self) -> watch::Receiver<bool> {
        self.resting.subscribe()
    }

    /// The attempt.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    pub(super) fn next_index(&mut self, role: Role) -> u32 {
        let count = self.counts.entry(role).or_default();
        *count += 1;
        *count - 1
    }

    pub(super) fn prepared(&self) -> Result<&Prepared, Stop> {
        self.prepared
            .as_ref()
            .ok_or_else(|| Stop::Harness("the feature prepares nothing to act on".to_owned()))
    }

    pub(super) fn target(&self) -> Result<Target, Stop> {
        self.target
            .clone()
            .ok_or_else(|| Stop::Harness("the feature names nothing to look at".to_owned()))
    }

    pub(super) fn letters(&mut self, count: usize) -> String {
        (&mut self.random)
            .sample_iter(rand::distr::Alphanumeric)
            .take(count)
            .map(char::from)
            .collect()
    }

    /// Gives the working slot back while something is waited for.
    pub(super) fn idle<'a, T: 'a>(
        &'a mut self,
        wait: impl Future<Output = T> + 'a,
    ) -> impl Future<Output = T> + 'a {
        // Boxed, because most waits are exchanges whose state would otherwise be part of every step.
        let wait = Box::pin(wait);
        async move {
            self.slot = None;
            let result = wait.await;
            self.slot = self.context.slots.take().await;
            result
        }
    }

    /// Waits between two deliveries.
    pub(super) async fn pause(&mut self, pause: Duration) {
        let from = self.context.clock().now();
        self.idle(tokio::time::sleep(pause)).await;
        let waited = Waited {
            kind: WaitKind::Gap,
            from,
            to: self.context.clock().now(),
            satisfied: false,
        };
        self.context
            .recorder
            .record(Some(&self.scope), Event::Waited(waited));
    }

    /// Waits as long as silence must last.
    pub(super) async fn silence(&mut self) {
        let (context, scope) = (Arc::clone(&self.context), self.scope.clone());
        self.idle(async move { context.patience.negative_wait(&scope).await })
            .await;
    }

    /// Reads an effect.
    pub(super) async fn look(&mut self, target: &Target, moment: Moment) -> Read {
        self.context
            .effects
            .read(&self.scope, target.kind, &target.reference, moment)
            .await
            .read
    }

    /// Waits until an effect has happened so many times, or the settling time is over.
    pub(super) async fn settle(&mut self, target: &Target, at_least: u64) {
        let window = self.context.profile.settle();
        self.settle_within(target, at_least, window, true).await;
    }

    /// The same after something was broken on purpose: how long the effect takes then says nothing about
    /// how long effects take.
    pub(super) async fn settle_after_fault(&mut self, target: &Target, at_least: u64) {
        let window = self.context.profile.settle();
        self.settle_within(target, at_least, window, false).await;
    }

    pub(super) async fn settle_within(
        &mut self,
        target: &Target,
        at_least: u64,
        window: Duration,
        measured: bool,
    ) {
        let (context, scope, target) = (Arc::clone(&self.context), self.scope.clone(), target.clone());
        let baseline = self.baseline(&target);
        let settle = async move {
            let expected = Expected {
                baseline,
                at_least,
                window,
                measured,
            };
            context
                .effects
                .settle(&scope, target.kind, &target.reference, expected)
                .await;
        };
        self.idle(settle).await;
    }

    /// The count right before the stimulus.
    pub(super) fn baseline(&self, target: &Target) -> u64 {
        let records = self.context.recorder.of(&self.scope);
        match View::new(&records).observed(target.kind, &target.reference, Moment::Before) {
            Some((
                _,
                Observed {
                    read: Read::Got(reading),
                    ..
                },
            )) => reading.count,
            _ => 0,
        }
    }

    /// Makes a check over what was recorded so far, and records it.
    pub(super) fn check(&mut self, check: Check) -> &Outcome {
        self.check_across(check, &Gathered::default())
    }

    pub(super) fn check_across(&mut self, check: Check, across: &dyn Across) -> &Outcome {
        let records = self.context.recorder.of(&self.scope);
        let outcome = check.evaluate(View::new(&records), across);
        record_check(&self.context, &self.scope, &check, &outcome);
        self.checks.push((check, outcome));
        &self.checks[self.checks.len() - 1].1
    }

    /// Everything that was recorded so far in the whole run, as far as closing checks need it.
    pub(super) async fn whole_run(&mut self) -> Result<Gathered, Stop> {
        let path = self.context.transcript.clone();
        let read = tokio::task::spawn_blocking(move || {
            let mut gathered = Gathered::default();
            let mut reader = Reader::open(&path)?;
            while let Some(record) = reader.next_record()? {
                gathered.feed(&record);
            }
            Ok::<_, crate::transcript::reader::ReadError>(gathered)
        });
        match self.idle(read).await {
            Ok(Ok(gathered)) => Ok(gathered),
            Ok(Err(error)) => Err(Stop::Harness(format!(
                "the transcript could not be read back: {error}"
            ))),
            Err(error) => Err(Stop::Harness(format!(
                "reading the transcript back was cut short: {error}"
            ))),
        }
    }

    /// Asks for one more look at the end of the run at something to which nothing may happen.
    pub(super) fn recheck(&mut self, target: &Target, code: &str) {
        let records = self.context.recorder.of(&self.scope);
        let view = View::new(&records);
        if let Some((_, observed)) = view.observed(target.kind, &target.reference, Moment::After)
            && let Read::Got(reading) = &observed.read
        {
            self.rechecks.push(Recheck {
                scope: self.scope.clone(),
                target: target.clone(),
                count: reading.count,
                code: code.to_owned(),
            });
        }
    }

    /// A remark for the reviewer.
    pub(super) fn note(&self, text: impl Into<String>) {
        self.noted.set(true);
        self.context
            .recorder
            .record(Some(&self.scope), Event::Note { text: text.into() });
    }
}

/// Records a check with its outcome.
pub fn record_check(context: &Context, scope: &Scope, check: &Check, outcome: &Outcome) {
    let value = |value: serde_json::Result<serde_json::Value>| value.unwrap_or(serde_json::Value::Null);
    let event = Event::Checked {
        check: value(serde_json::to_value(check)),
        outcome: value(serde_json::to_value(outcome)),
    };
    context.recorder.record(Some(scope), event);
}
