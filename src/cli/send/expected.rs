//! What the platform expects of an answer, by the checks that the cases use.

use super::tamper::Tamper;
use crate::{
    checks::{
        acknowledgement::{acknowledged, calm, refused},
        outcome::Outcome,
        view::{View, Which},
        words::answer,
    },
    transcript::exchange::{Ending, NoAnswer},
    wire::tampering::Unreadable,
};

/// What is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// 2xx within the deadline.
    Acknowledged,
    /// 4xx: the message is not authentic.
    Refused,
    /// 4xx: no event can be read.
    Rejected,
    /// 4xx, or 2xx without any effect.
    RejectedOrIgnored,
    /// Any orderly answer: what counts is what follows inside.
    Orderly,
    /// 2xx, or 3xx to another page: a customer returns from a payment.
    Shown,
    /// No answer: the connection is given up on purpose.
    Nothing,
}

/// Statuses of refusals after which the platform would send the same message again.
const ASKING_AGAIN: [u16; 2] = [408, 429];

/// How the deliverer ends the words about a connection that it has given up on purpose.
const PLANNED: &str = "as planned";

impl Expected {
    /// What is expected when this is done to a message. `taken` says whether the case that uses it asks for an
    /// acknowledgement.
    pub fn of(tampers: &[Tamper], browser: bool, taken: bool) -> Self {
        let broken = |tamper: &Tamper| matches!(tamper, Tamper::BrokenWithin | Tamper::BrokenAfter);
        let forged = |tamper: &Tamper| matches!(tamper, Tamper::Webhook(_) | Tamper::Callback(_));
        if tampers.iter().any(broken) {
            return Self::Nothing;
        }
        // A page is shown to a customer whatever came; what it claims is for a case to find out.
        if browser {
            return if tampers.is_empty() {
                Self::Shown
            } else {
                Self::Orderly
            };
        }
        if tampers.iter().any(forged) {
            return Self::Refused;
        }
        match tampers.first() {
            Some(Tamper::Unreadable(Unreadable::EmptyArray | Unreadable::Null)) => Self::RejectedOrIgnored,
            Some(Tamper::Unreadable(_)) => Self::Rejected,
            Some(Tamper::Variation(_) | Tamper::CallbackVariation(_)) if !taken => Self::Orderly,
            _ => Self::Acknowledged,
        }
    }

    /// In words.
    pub fn words(self, within_millis: u64) -> String {
        match self {
            Self::Acknowledged => format!("2xx within {within_millis} ms: the message is right"),
            Self::Refused => {
                "4xx, but not 408 or 429, which ask for another attempt: the message is false".to_owned()
            }
            Self::Rejected => "4xx: it is authentic, but no event can be read from it".to_owned(),
            Self::RejectedOrIgnored => "4xx, or 2xx and no effect: it is authentic, and no event".to_owned(),
            Self::Orderly => format!(
                "an answer below 500 within {within_millis} ms; whether it is right depends on the payload, and shows in its effect"
            ),
            Self::Shown => format!("2xx or 3xx within {within_millis} ms: a page for the customer"),
            Self::Nothing => "no answer: the connection is given up on purpose".to_owned(),
        }
    }

    /// Why the answers are not what is expected; none when they are. The copies of one message are the stimuli of
    /// the view.
    pub fn missed(self, view: View<'_>, within_millis: u64) -> Option<String> {
        let told = |outcome: Outcome| match outcome {
            Outcome::Failed(finding) => Some(finding.observed),
            Outcome::Passed { .. } => None,
            Outcome::Inconclusive { reason, .. } | Outcome::NotApplicable { reason } => Some(reason),
        };
        let orderly = told(calm(view, Which::STIMULUS, within_millis));
        match self {
            Self::Acknowledged => told(acknowledged(view, Which::STIMULUS, within_millis)),
            Self::Refused => orderly
                .or_else(|| told(refused(view, Which::STIMULUS, false)))
                .or_else(|| asked_again(view)),
            Self::Rejected => orderly.or_else(|| told(refused(view, Which::STIMULUS, false))),
            Self::RejectedOrIgnored => orderly.or_else(|| told(refused(view, Which::STIMULUS, true))),
            Self::Orderly => orderly,
            Self::Shown => orderly.or_else(|| refused_page(view)),
            Self::Nothing => not_as_planned(view),
        }
    }
}

/// Why a connection that was to be given up never came so far.
fn not_as_planned(view: View<'_>) -> Option<String> {
    let deliveries = view.deliveries(Which::STIMULUS);
    deliveries.iter().find_map(|sent| match &sent.delivery.ending {
        Ending::Unanswered {
            why: NoAnswer::Broken,
            detail,
        } if detail.ends_with(PLANNED) => None,
        _ => Some(answer(sent.delivery)),
    })
}

fn refused_page(view: View<'_>) -> Option<String> {
    let deliveries = view.deliveries(Which::STIMULUS);
    let statuses = deliveries.iter().filter_map(|sent| sent.delivery.status());
    let mut others = statuses.filter(|status| *status >= 400);
    others
        .next()
        .map(|status| format!("status {status} for a genuine return"))
}

fn asked_again(view: View<'_>) -> Option<String> {
    let deliveries = view.deliveries(Which::STIMULUS);
    let statuses = deliveries.iter().filter_map(|sent| sent.delivery.status());
    statuses
        .into_iter()
        .find(|status| ASKING_AGAIN.contains(status))
        .map(|status| format!("status {status}, after which the platform sends the same message again"))
}

/// Whether some message was not answered at all.
pub fn unanswered(view: View<'_>) -> bool {
    let deliveries = view.deliveries(Which::STIMULUS);
    deliveries
        .iter()
        .any(|sent| matches!(sent.delivery.ending, Ending::Unanswered { .. }))
}
