//! What an example holds of the sandbox: a base URL of its own, or a watch on the common one.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use super::{
    api::Steering,
    server::Shared,
    state::{Payment, PaymentStatus},
    station::{Progress, Station},
};
use crate::{
    transcript::exchange::SeenRequest,
    wire::{fault::Script, moment::Micros, money::Money},
};

/// A base URL that belongs to one attempt at an example. Dropping it closes it; later requests are
/// answered 410.
#[derive(Debug)]
#[must_use = "a mount that is dropped is closed"]
pub struct Mount {
    pub(super) station: Arc<Station>,
    pub(super) shared: Arc<Shared>,
    pub(super) owner: Option<String>,
    pub(super) base_url: String,
    pub(super) noticed: AtomicUsize,
}

/// The answers that a mount holds.
#[derive(Clone, Debug)]
pub struct HeldAnswers(Arc<Station>);

impl HeldAnswers {
    /// Like [`Mount::release`].
    pub fn release(&self) {
        self.0.release();
    }
}

/// An eye on the default base URL: requests there that mention a text belong to its example.
/// Dropping it ends it.
#[derive(Debug)]
#[must_use = "a watch that is dropped sees nothing"]
pub struct Watch {
    pub(super) station: Arc<Station>,
    pub(super) shared: Arc<Shared>,
    pub(super) noticed: AtomicUsize,
}

impl Mount {
    /// The URL that the partner must call, without slash at the end; `/v1/…` follows.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The name behind `/e/` in its URL; none at a fixed address.
    pub fn owner(&self) -> Option<&str> {
        self.owner.as_deref()
    }

    /// Requests that are answered (or given up) and recorded. The client may have its answer a moment
    /// before the record is written; [`Mount::settled`] waits for it.
    pub fn count(&self) -> usize {
        self.station.progress().recorded
    }

    /// Requests that arrived in full, answered or not.
    pub fn arrived(&self) -> usize {
        self.station.progress().arrived
    }

    /// The recorded requests, masked as in the transcript.
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.station.requests()
    }

    /// Forgets the recorded requests, so that a mount that stays open does not grow.
    pub fn forget_requests(&self) {
        self.station.forget_requests();
    }

    /// Waits until a request arrived or was recorded since the last call of this (or the opening).
    /// Nothing is lost between two calls. For one waiter at a time.
    pub async fn changed(&self) {
        changed(&self.station, &self.noticed).await;
    }

    /// The last moment at which a request arrived or was done with; none when there was none.
    pub fn last_activity(&self) -> Option<Micros> {
        self.station.last_activity()
    }

    /// Changes decisions of the platform for requests under this mount.
    pub fn steer(&self, steering: Steering) {
        self.station.steer(steering);
    }

    /// Puts another script in the place of the present one.
    pub fn rescript(&self, script: Script) {
        self.station.rescript(script);
    }

    /// Drops the script and lets go of every answer that is held; silent, dripping and endless ones end.
    pub fn release(&self) {
        self.station.release();
    }

    /// A handle with which held answers can be let go from elsewhere.
    pub fn held_answers(&self) -> HeldAnswers {
        HeldAnswers(Arc::clone(&self.station))
    }

    /// The payments made or registered under this mount, in that order.
    pub fn payments(&self) -> Vec<Payment> {
        let own = Some(self.station.number);
        let state = self.shared.state();
        let payments = state.payments.iter().filter(|payment| payment.mount == own);
        payments.cloned().collect()
    }

    /// Refuses, under this mount, every token issued so far, as if they had expired.
    pub fn expire_tokens(&self) {
        let youngest = self.shared.state().tokens.youngest();
        self.station.raise_token_floor(youngest);
    }

    /// Lets the sandbox answer for a payment, and list it under this mount.
    pub fn register_payment(
        &self,
        transaction_id: &str,
        order_id: &str,
        amount: &Money,
        status: PaymentStatus,
    ) {
        self.shared.register_payment(
            transaction_id,
            order_id,
            amount,
            status,
            Some(self.station.number),
        );
    }

    /// Waits (at most 5 s) until every request that arrived is recorded. To be called before the
    /// records are judged: a client has its answer a moment before it is recorded.
    pub async fn settled(&self) {
        self.station.settled().await;
    }

    /// Closes the mount and waits (at most 5 s) until every request taken in is recorded.
    pub async fn close(self) {
        self.shared.close_mount(&self);
        self.station.settled().await;
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        self.shared.close_mount(self);
    }
}

impl Watch {
    /// Claims requests that mention this text as well.
    pub fn also(&self, mention: &str) {
        self.shared.registry().look_out(mention, &self.station);
    }

    /// Puts another script in the place of the present one.
    pub fn rescript(&self, script: Script) {
        self.station.rescript(script);
    }

    /// Drops the script and lets go of every answer that is held.
    pub fn release(&self) {
        self.station.release();
    }

    /// Requests that mentioned the text and are recorded.
    pub fn count(&self) -> usize {
        self.station.progress().recorded
    }

    /// Requests that mentioned the text, answered or not.
    pub fn arrived(&self) -> usize {
        self.station.progress().arrived
    }

    /// The recorded requests, masked as in the transcript.
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.station.requests()
    }

    /// Like [`Mount::changed`].
    pub async fn changed(&self) {
        changed(&self.station, &self.noticed).await;
    }

    /// Like [`Mount::last_activity`].
    pub fn last_activity(&self) -> Option<Micros> {
        self.station.last_activity()
    }

    /// Like [`Mount::settled`].
    pub async fn settled(&self) {
        self.station.settled().await;
    }

    /// Ends the watch and waits (at most 5 s) until every request taken in is recorded.
    pub async fn close(self) {
        self.shared.close_watch(&self.station);
        self.station.settled().await;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.shared.close_watch(&self.station);
    }
}

async fn changed(station: &Station, noticed: &AtomicUsize) {
    let steps = |progress: &Progress| progress.arrived + progress.recorded;
    let before = noticed.load(Ordering::Relaxed);
    let mut progress = station.subscribe();
    if let Ok(now) = progress.wait_for(|progress| steps(progress) > before).await {
        noticed.store(steps(&now), Ordering::Relaxed);
    }
}
