//! Where the requests of one example come together: its script, its count, what it was sent.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::watch;

use super::{
    api::Steering,
    limiter::{Grant, Meter},
};
use crate::{
    transcript::{
        exchange::SeenRequest,
        record::{Event, Record, Scope},
    },
    wire::{
        fault::{ApiCall, Fault, Script, Times},
        moment::Micros,
    },
};

/// How long a closing station waits for requests that are still being answered.
const FAREWELL: Duration = Duration::from_secs(5);

/// How far a station has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Requests that arrived in full.
    pub arrived: usize,
    /// Requests that are answered (or given up) and recorded.
    pub recorded: usize,
    /// Whether no further request is taken.
    pub closed: bool,
}

#[derive(Debug)]
struct Line {
    call: Option<ApiCall>,
    left: Option<u32>,
    fault: Fault,
}

/// Where the requests of one example come together.
pub struct Station {
    /// Number in the run, from 1.
    pub number: u64,
    /// Whose it is.
    pub scope: Scope,
    script: Mutex<Vec<Line>>,
    steering: Mutex<Steering>,
    meter: Mutex<Meter>,
    token_floor: AtomicU64,
    released: watch::Sender<bool>,
    progress: watch::Sender<Progress>,
    records: Mutex<Vec<Arc<Record>>>,
    last: AtomicU64,
}

impl fmt::Debug for Station {
    /// Shows no request: there may be many, and the output may reach a report.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Station")
            .field("scope", &self.scope)
            .field("progress", &self.progress())
            .finish_non_exhaustive()
    }
}

impl Station {
    /// A station without requests.
    pub fn new(number: u64, scope: &Scope, script: Script) -> Arc<Self> {
        Arc::new(Self {
            number,
            scope: scope.clone(),
            script: Mutex::new(lines(script)),
            steering: Mutex::default(),
            meter: Mutex::default(),
            token_floor: AtomicU64::new(0),
            released: watch::Sender::default(),
            progress: watch::Sender::default(),
            records: Mutex::default(),
            last: AtomicU64::new(0),
        })
    }

    /// Takes a request in. None when the station is closed.
    pub fn admit(self: &Arc<Self>, at: Micros) -> Option<Admission> {
        let mut admitted = false;
        self.progress.send_if_modified(|progress| {
            admitted = !progress.closed;
            progress.arrived += usize::from(admitted);
            admitted
        });
        self.last.fetch_max(at.0, Ordering::Relaxed);
        admitted.then(|| Admission {
            station: Arc::clone(self),
            record: None,
        })
    }

    /// The fault of the next request of a call, used up by asking.
    pub fn next_fault(&self, call: ApiCall) -> Option<Fault> {
        let mut lines = self.script.lock().unwrap_or_else(PoisonError::into_inner);
        let line = lines.iter_mut().find(|line| {
            let concerned = line.call.map_or(call != ApiCall::Token, |wanted| wanted == call);
            concerned && line.left != Some(0)
        })?;
        line.left = line.left.map(|left| left.saturating_sub(1));
        Some(line.fault.clone())
    }

    /// Puts another script in the place of what is left of the present one. Answers that are held stay
    /// held.
    pub fn rescript(&self, script: Script) {
        self.released.send_replace(false);
        *self.script.lock().unwrap_or_else(PoisonError::into_inner) = lines(script);
    }

    /// Is honest from now on, and lets go of every answer that is held.
    pub fn release(&self) {
        self.script.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.released.send_replace(true);
    }

    /// Whether held answers may go.
    pub fn is_released(&self) -> bool {
        *self.released.borrow()
    }

    /// Waits until held answers may go.
    pub async fn released(&self) {
        let mut released = self.released.subscribe();
        let _ = released.wait_for(|released| *released).await;
    }

    /// Decisions of the platform for this example.
    pub fn steering(&self) -> Steering {
        *self.steering.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the decisions from the next request on.
    pub fn steer(&self, steering: Steering) {
        *self.steering.lock().unwrap_or_else(PoisonError::into_inner) = steering;
    }

    /// What the rate limit says to a request; none when there is no limit.
    pub fn meter(&self, now: Micros) -> Option<Grant> {
        let limit = self.steering().limit?;
        Some(
            self.meter
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .ask(limit, now),
        )
    }

    /// The serial up to which tokens are refused here.
    pub fn token_floor(&self) -> u64 {
        self.token_floor.load(Ordering::Relaxed)
    }

    /// Refuses tokens up to a serial.
    pub fn raise_token_floor(&self, serial: u64) {
        self.token_floor.fetch_max(serial, Ordering::Relaxed);
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        *self.progress.borrow()
    }

    /// A receiver of its progress.
    pub fn subscribe(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    /// Requests so far, as they stand in the record.
    pub fn requests(&self) -> Vec<SeenRequest> {
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        records
            .iter()
            .filter_map(|record| match &record.event {
                Event::Seen(seen) => Some(seen.as_ref().clone()),
                _ => None,
            })
            .collect()
    }

    /// Forgets the requests so far; the record keeps them.
    pub fn forget_requests(&self) {
        self.records
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// The last moment at which something happened here.
    pub fn last_activity(&self) -> Option<Micros> {
        match self.last.load(Ordering::Relaxed) {
            0 => None,
            last => Some(Micros(last)),
        }
    }

    /// Takes no further request; silent ones come to their end.
    pub fn close(&self) {
        self.progress.send_modify(|progress| progress.closed = true);
    }

    /// Waits until every request that was taken in is recorded. Bounded.
    pub async fn settled(&self) {
        let mut progress = self.subscribe();
        let settled = progress.wait_for(|progress| progress.recorded >= progress.arrived);
        let _ = tokio::time::timeout(FAREWELL, settled).await;
    }

    /// Waits until the station is closed.
    pub async fn closed(&self) {
        let mut progress = self.subscribe();
        let _ = progress.wait_for(|progress| progress.closed).await;
    }
}

fn lines(script: Script) -> Vec<Line> {
    script
        .lines
        .into_iter()
        .map(|line| Line {
            call: line.call,
            left: match line.times {
                Times::First(count) => Some(count),
                Times::Always => None,
            },
            fault: line.fault,
        })
        .collect()
}

/// A request that was taken in. It counts as recorded when this is dropped, whatever became of it.
#[derive(Debug)]
pub struct Admission {
    station: Arc<Station>,
    record: Option<(Arc<Record>, Micros)>,
}

impl Admission {
    /// The station.
    pub fn station(&self) -> &Arc<Station> {
        &self.station
    }

    /// Hands over the record of the request.
    pub fn recorded(mut self, record: &Arc<Record>, at: Micros) {
        self.record = Some((Arc::clone(record), at));
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        if let Some((record, at)) = self.record.take() {
            self.station
                .records
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(record);
            self.station.last.fetch_max(at.0, Ordering::Relaxed);
        }
        self.station
            .progress
            .send_modify(|progress| progress.recorded += 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::fault::ScriptLine;

    fn scope() -> Scope {
        Scope {
            example: "API-ERR-01/a".parse().unwrap(),
            attempt: 1,
        }
    }

    #[test]
    fn lines_are_tried_in_order_and_used_up() {
        let line = |call, times, fault| ScriptLine { call, times, fault };
        let station = Station::new(
            1,
            &scope(),
            Script {
                lines: vec![
                    line(Some(ApiCall::Payment), Times::First(2), Fault::Reset),
                    line(None, Times::First(1), Fault::Close),
                    line(Some(ApiCall::Token), Times::Always, Fault::Garbage),
                ],
            },
        );
        let faults: Vec<_> = [
            ApiCall::Payment,
            ApiCall::Payment,
            ApiCall::Token,
            ApiCall::Payment,
            ApiCall::Payment,
        ]
        .into_iter()
        .map(|call| station.next_fault(call))
        .collect();
        assert_eq!(
            faults,
            [
                Some(Fault::Reset),
                Some(Fault::Reset),
                Some(Fault::Garbage),
                Some(Fault::Close),
                None
            ]
        );
    }

    #[test]
    fn a_closed_station_takes_nothing_in() {
        let station = Station::new(1, &scope(), Script::default());
        assert!(station.admit(Micros(5)).is_some());
        station.close();
        assert!(station.admit(Micros(6)).is_none());
        assert_eq!(
            station.progress(),
            Progress {
                arrived: 1,
                recorded: 1,
                closed: true
            }
        );
    }
}
