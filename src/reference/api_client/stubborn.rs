//! Decisions of clients that do not take an answer for what it is.

use std::time::Duration;

use super::answer::Tried;
use super::call::Call;
use super::retry::{Decision, History};
use crate::reference::defect::{Defect, Defects};

/// Even the loop that never ends has to end before the test does.
const ENOUGH: u32 = 10;
/// Its pause.
const PAUSE: Duration = Duration::from_millis(50);

/// The next move of a client with such a defect; none where it decides like any other.
pub fn decide(defects: Defects, call: &Call, history: History, tried: &Tried) -> Option<Decision> {
    let Tried::Answered(answer) = tried else {
        return None;
    };
    if defects.has(Defect::AuthLoop) && history.attempts < ENOUGH {
        if call.authenticated && answer.status == 401 {
            return Some(Decision::Renew);
        }
        if !call.authenticated && matches!(answer.status, 400 | 401) {
            return Some(Decision::Wait(PAUSE));
        }
    }
    let gives_in = (defects.has(Defect::FivexxAsSuccess) && answer.status >= 500)
        || (defects.has(Defect::ConflictRecreate) && answer.status == 409);
    gives_in.then_some(Decision::Stop)
}
