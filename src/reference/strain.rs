//! What gives way when much comes at once. Everything here belongs to a defect switch; a partner
//! without one never waits in it.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::clock;
use super::defect::{Defect, Defects};
use super::store::database::Database;
use super::webhook::apply::{self, Application};
use super::webhook::event::Event;

/// Events that [`Defect::DropsUnderBurst`] holds between its answer and the books.
const QUEUE: usize = 10;
const QUEUE_WORK: Duration = Duration::from_millis(100);

/// Connections of the pool of [`Defect::PoolDeadlock`], and how long a delivery waits for one.
const CONNECTIONS: usize = 8;
const CONNECTION_PATIENCE: Duration = Duration::from_millis(1_500);
const BETWEEN_CONNECTIONS: Duration = Duration::from_millis(60);

/// What each piled-up delivery costs the next one with [`Defect::SlowCreep`], and when the pile is cleared.
const CREEP: Duration = Duration::from_millis(30);
const CREEP_PILE: u32 = 200;
const CREEP_IDLE_MILLIS: i64 = 800;

/// This many refusals within [`BAN_MILLIS`] make [`Defect::IpBan`] ban their sender for as long again.
const BAN_REFUSALS: usize = 15;
const BAN_MILLIS: i64 = 2_000;

/// Workers of [`Defect::Slowloris`], each of which serves one connection from beginning to end.
const WORKERS: usize = 6;

/// No connection of the pool came free in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no connection came free in time")]
pub struct Exhausted;

type Job = (Application, Event);

#[derive(Debug, Default)]
struct Pile {
    height: u32,
    last_millis: i64,
}

#[derive(Debug, Default)]
struct Sender {
    refusals: VecDeque<i64>,
    banned_until: i64,
}

/// Queue, pool, pile, bans and workers of one partner.
#[derive(Debug)]
pub struct Strain {
    queue: Option<mpsc::Sender<Job>>,
    connections: Arc<Semaphore>,
    pile: Mutex<Pile>,
    senders: Mutex<HashMap<IpAddr, Sender>>,
    workers: Arc<Semaphore>,
    defects: Defects,
}

/// Two connections of the pool.
#[derive(Debug)]
pub struct Two {
    _first: OwnedSemaphorePermit,
    _second: OwnedSemaphorePermit,
}

impl Strain {
    /// Must be called inside a runtime: the queue's worker starts with it.
    pub fn new(database: &Database, defects: Defects) -> Self {
        let queue = defects
            .has(Defect::DropsUnderBurst)
            .then(|| start_worker(database.clone()));
        Self {
            queue,
            connections: Arc::new(Semaphore::new(CONNECTIONS)),
            pile: Mutex::default(),
            senders: Mutex::default(),
            workers: Arc::new(Semaphore::new(WORKERS)),
            defects,
        }
    }

    /// Hands an event to the queue if the partner has one; what finds no place there is gone.
    pub fn queued(&self, application: &Application, event: &Event) -> bool {
        let Some(queue) = &self.queue else { return false };
        let _ = queue.try_send((application.clone(), event.clone()));
        true
    }

    /// Takes the connections of one delivery, if the partner takes two.
    pub async fn connections(&self) -> Result<Option<Two>, Exhausted> {
        if !self.defects.has(Defect::PoolDeadlock) {
            return Ok(None);
        }
        let first = self.connection().await?;
        tokio::time::sleep(BETWEEN_CONNECTIONS).await;
        let second = self.connection().await?;
        Ok(Some(Two {
            _first: first,
            _second: second,
        }))
    }

    async fn connection(&self) -> Result<OwnedSemaphorePermit, Exhausted> {
        let connection = Arc::clone(&self.connections).acquire_owned();
        match tokio::time::timeout(CONNECTION_PATIENCE, connection).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(Exhausted),
        }
    }

    /// Walks through what piled up, if anything does.
    pub async fn creep(&self) {
        if !self.defects.has(Defect::SlowCreep) {
            return;
        }
        let height = {
            let now = clock::now().as_millisecond();
            let mut pile = self.pile.lock().unwrap_or_else(PoisonError::into_inner);
            if now - pile.last_millis > CREEP_IDLE_MILLIS {
                pile.height = 0;
            }
            pile.last_millis = now;
            pile.height = (pile.height + 1).min(CREEP_PILE);
            pile.height
        };
        tokio::time::sleep(CREEP * height).await;
    }

    /// Whether a sender is banned at present.
    pub fn bans(&self, sender: IpAddr) -> bool {
        self.defects.has(Defect::IpBan) && {
            let senders = self.senders.lock().unwrap_or_else(PoisonError::into_inner);
            senders
                .get(&sender)
                .is_some_and(|known| clock::now().as_millisecond() < known.banned_until)
        }
    }

    /// Counts a refused delivery of a sender.
    pub fn refused(&self, sender: IpAddr) {
        if !self.defects.has(Defect::IpBan) {
            return;
        }
        let now = clock::now().as_millisecond();
        let mut senders = self.senders.lock().unwrap_or_else(PoisonError::into_inner);
        let known = senders.entry(sender).or_default();
        known.refusals.retain(|at| now - at < BAN_MILLIS);
        known.refusals.push_back(now);
        if known.refusals.len() >= BAN_REFUSALS {
            known.banned_until = now + BAN_MILLIS;
        }
    }

    /// Waits for a worker, if connections need one.
    pub async fn worker(&self) -> Option<OwnedSemaphorePermit> {
        if !self.defects.has(Defect::Slowloris) {
            return None;
        }
        Arc::clone(&self.workers).acquire_owned().await.ok()
    }
}

fn start_worker(database: Database) -> mpsc::Sender<Job> {
    let (sender, mut queue) = mpsc::channel::<Job>(QUEUE);
    tokio::spawn(async move {
        while let Some((application, event)) = queue.recv().await {
            tokio::time::sleep(QUEUE_WORK).await;
            let _ = database
                .transaction(move |books| apply::apply(books, &application, &event))
                .await;
        }
    });
    sender
}
