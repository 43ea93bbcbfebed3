//! The shared place of [`Defect::LastOrderWins`]: which order is being worked on.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::event::{Event, Kind};
#[cfg(doc)]
use crate::reference::defect::Defect;

/// Time between taking an order up and booking on it: what loading a customer's session takes.
const LOADING: Duration = Duration::from_millis(150);

/// One place for all deliveries.
#[derive(Debug, Default)]
pub struct CurrentOrder(Mutex<Option<String>>);

impl CurrentOrder {
    /// Takes the order of a payment up, and books on whichever order stands there a moment later.
    pub async fn confuse(&self, event: &mut Event) {
        if !matches!(event.kind, Kind::PaymentSuccess | Kind::PaymentFailed) {
            return;
        }
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = event.order.take();
        tokio::time::sleep(LOADING).await;
        let current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        event.order.clone_from(&current);
    }
}
