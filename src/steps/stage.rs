//! Who is at work: many examples together, or one alone.
//!
//! An example that runs together with others keeps a place while it is awake and gives it up while it
//! rests, so that a long rest holds nobody up. One that runs alone begins when nobody is awake; whoever
//! wakes meanwhile waits until it is over. Places are given out in the order in which they are asked for,
//! so a sleeper that wakes is not kept waiting by a row of examples that run alone.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

use super::slots::Slot;
use crate::contract::id::ExampleId;

/// The right to be awake beside others.
pub type Place = OwnedRwLockReadGuard<()>;

/// The right to be the only one awake.
pub type Solo = OwnedRwLockWriteGuard<()>;

/// What an example holds while it is at work.
#[derive(Debug)]
pub struct Presence {
    /// Its place beside others; none for one that runs alone, whose solo is kept for it.
    pub place: Option<Place>,
    /// Its working slot.
    pub slot: Slot,
}

/// The stage of a run; copies share it.
#[derive(Clone, Debug, Default)]
pub struct Stage {
    awake: Arc<RwLock<()>>,
    solos: Arc<Mutex<Vec<ExampleId>>>,
}

impl Stage {
    /// Waits until nobody is alone on the stage.
    pub async fn together(&self) -> Place {
        Arc::clone(&self.awake).read_owned().await
    }

    /// Waits until nobody is awake.
    pub async fn alone(&self, example: &ExampleId) -> Solo {
        let solo = Arc::clone(&self.awake).write_owned().await;
        self.solos().push(example.clone());
        solo
    }

    /// Gives the place up while `wait` lasts, and asks for one again. Returns it with the examples that ran
    /// alone meanwhile.
    pub async fn rest(&self, place: Place, wait: impl Future<Output = ()>) -> (Place, Vec<ExampleId>) {
        let before = self.solos().len();
        drop(place);
        wait.await;
        let place = self.together().await;
        let meanwhile = self.solos().get(before..).map(<[_]>::to_vec);
        (place, meanwhile.unwrap_or_default())
    }

    fn solos(&self) -> MutexGuard<'_, Vec<ExampleId>> {
        self.solos.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
