//! What all handlers share.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use super::api_client::Api;
use super::clock;
use super::defect::{Defect, Defects};
use super::faults::Faults;
use super::log::{Level, Line, Log, Outcome};
use super::store::books::Uniqueness;
use super::store::database::Database;
use super::store::fading::Fading;
use super::strain::Strain;
use super::support::Support;
use super::webhook::keys::Keys;
use super::webhook::session::CurrentOrder;

/// One running partner.
pub struct Partner {
    /// The books.
    pub database: Database,
    /// The log.
    pub log: Log,
    /// Switched-on defects.
    pub defects: Defects,
    /// What outlives a request because of a defect or of maintenance.
    pub faults: Faults,
    /// Webhook keys.
    pub keys: Keys,
    /// Secret key of recurring callbacks.
    pub recurring_secret: String,
    /// What [`Defect::TokenInUrl`] wants in the query of its registered address.
    pub url_token: String,
    /// The platform's API.
    pub api: Api,
    /// Where redirects of the registered URL point: own base URL.
    pub base_url: String,
    /// What support requests are made from.
    pub support: Support,
    /// Where batch files come and their acknowledgements go; none are taken without it.
    pub batch_folder: Option<PathBuf>,
    /// What the partner's own long durations are divided by.
    pub time_factor: u32,
    /// Times of the latest refusals.
    pub refusals: Mutex<VecDeque<i64>>,
    /// Rings when there is something to confirm.
    pub bell: Notify,
    /// What gives way when much comes at once.
    pub strain: Strain,
    /// The order last taken up; only a defect looks at it.
    pub current_order: CurrentOrder,
}

/// This many refusals within [`ALARM_SECONDS`] raise an alarm.
const ALARM_COUNT: usize = 10;
const ALARM_SECONDS: i64 = 60;

/// How long [`Defect::Ttl5minDedupe`] remembers, in microseconds.
const FORGETFUL: i64 = 5 * 60 * 1_000_000;

impl Partner {
    /// Whether a switch is on.
    pub fn has(&self, defect: Defect) -> bool {
        self.defects.has(defect)
    }

    /// How webhooks hold facts unique under the current switches. Callbacks and API answers always do.
    pub fn webhook_uniqueness(&self) -> Uniqueness {
        if self.defects.has_any(&[
            Defect::NoDedupe,
            Defect::DedupeBySignature,
            Defect::DedupeByEventIdOnly,
            Defect::MemoryDedupe,
        ]) {
            Uniqueness::Absent
        } else {
            Uniqueness::Enforced
        }
    }

    /// How confirmations are held unique, whether the platform gave them in an answer or by webhook.
    pub fn confirmation_uniqueness(&self) -> Uniqueness {
        if self.has(Defect::TwoPathsTwoIssues) {
            Uniqueness::Absent
        } else {
            Uniqueness::Enforced
        }
    }

    /// How the memory of events fades under the current switches.
    pub fn fading(&self) -> Option<Fading> {
        self.has(Defect::Ttl5minDedupe).then(|| Fading {
            now: clock::now().as_microsecond(),
            lasts: FORGETFUL / i64::from(self.time_factor.max(1)),
        })
    }

    /// Writes the one line of a delivery.
    pub fn log_delivery(&self, mut line: Line) {
        if self.has(Defect::SilentHandler) {
            return;
        }
        if self.has(Defect::NoResult) {
            line.result = None;
            line.level = Level::Info;
            line.message = "delivery received".into();
        }
        if self.has(Defect::AllOkLog) {
            line.result = Some(Outcome::Processed);
            line.level = Level::Info;
            line.message = "webhook handled".into();
        }
        self.log.write(&line);
    }

    /// Counts a refusal; true when there are so many that somebody should look.
    pub fn refusals_pile_up(&self) -> bool {
        let now = clock::unix_seconds();
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        refusals.push_back(now);
        while refusals.len() > ALARM_COUNT
            || refusals.front().is_some_and(|first| now - first > ALARM_SECONDS)
        {
            refusals.pop_front();
        }
        refusals.len() >= ALARM_COUNT
    }
}
