//! The recurring callback endpoint. It answers the bare text `OK`.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use hyper::body::Bytes;

use super::apply::{self, Booked};
use super::fields::{self, Message, Payment};
use super::{details, hash, naive, notices, schedule, strict};
use crate::reference::body::BodyError;
use crate::reference::clock;
use crate::reference::defect::Defect;
use crate::reference::log::{Level, Line, Outcome, shortened};
use crate::reference::partner::Partner;
use crate::reference::reply::{self, Reply};
use crate::reference::store::database::StoreError;
use crate::reference::store::instalments::Planned;
use crate::reference::store::orders::Change;

const EVENT_TYPE: &str = "recurring.callback";

/// Handles one callback.
pub async fn handle(partner: &Partner, headers: &HeaderMap, body: Result<Bytes, BodyError>) -> Reply {
    let line = Line {
        event_type: Some(EVENT_TYPE.into()),
        ..Line::default()
    };
    let body = match body {
        Ok(body) => body,
        Err(error) => return refuse(partner, line, Outcome::Malformed, &error.to_string()),
    };
    let media_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if partner.has(Defect::DenyUnknownFields) && strict::strange(&body) {
        return refuse(partner, line, Outcome::Malformed, "unknown member");
    }
    let comparison = naive::loose_comparison(&body, partner.defects);
    match fields::read(media_type, &body, partner.defects) {
        Ok(Message::Payment(_)) if comparison == Some(naive::Comparison::Crash) => {
            write(partner, line, Outcome::Failed, "unsupported operand types");
            reply::text(StatusCode::INTERNAL_SERVER_ERROR, "internal error")
        }
        Ok(Message::Payment(_)) if partner.has(Defect::RigidDetails) && details::breaks_rigid_code(&body) => {
            broken(partner, line, "payment_details do not fit the table")
        }
        Ok(Message::Payment(payment)) => {
            report(partner, line, payment, comparison.is_some(), details::read(&body)).await
        }
        Ok(Message::Notice(notice)) => {
            if hash::notice_fits(&partner.recurring_secret, partner.defects, &notice) {
                let filed = notices::file(partner, notice).await;
                answer(partner, line, &filed)
            } else {
                refuse(partner, line, Outcome::Refused, "hash does not fit")
            }
        }
        Err(error) => refuse(partner, line, Outcome::Malformed, &error.to_string()),
    }
}

async fn report(
    partner: &Partner,
    mut line: Line,
    payment: Payment,
    waived: bool,
    plan: Vec<Planned>,
) -> Reply {
    let id = if payment.transaction.is_empty() {
        &payment.order
    } else {
        &payment.transaction
    };
    line.event_id = Some(shortened(id));
    if !waived && !hash::payment_fits(&partner.recurring_secret, partner.defects, &payment) {
        return refuse(partner, line, Outcome::Refused, &mismatch(partner, &payment));
    }
    line.reference = Some(shortened(&payment.order));
    if payment.status == "1" && payment.transaction.is_empty() {
        return refuse(partner, line, Outcome::Malformed, "payment without a transaction");
    }
    let next_day = payment
        .next_payment
        .and_then(|seconds| schedule::day(seconds, clock::unix_seconds(), partner.defects));
    let expected = hash::expected(&partner.recurring_secret, partner.defects, &payment);
    let defects = partner.defects;
    let payment = naive::kept(payment, defects);
    let result = partner
        .database
        .transaction(move |books| {
            apply::apply(books, defects, &payment, expected, next_day.as_deref(), &plan)
        })
        .await;
    answer(partner, line, &result)
}

pub(super) fn answer(partner: &Partner, line: Line, result: &Result<Booked, StoreError>) -> Reply {
    let (outcome, message) = match result {
        Ok(Booked::Done(Change::Applied)) => (Outcome::Processed, "booked"),
        Ok(Booked::Done(Change::Known) | Booked::Repeat) => (Outcome::Duplicate, "booked before"),
        Ok(Booked::Done(Change::Stale)) => (Outcome::Ignored, "the payment on file stands"),
        Ok(Booked::Done(Change::Mismatch)) => (Outcome::Failed, "does not match our books, flagged"),
        Ok(Booked::Filed) => (Outcome::Ignored, "schedule notice filed, no payment"),
        Ok(Booked::Pending) => (Outcome::Ignored, "neither paid nor failed"),
        Ok(Booked::Recut) => (Outcome::Refused, "hash was used before for other fields"),
        Ok(Booked::Done(Change::Unknown)) if !partner.has(Defect::NullOrderCrash) => {
            (Outcome::Unmatched, "order not known")
        }
        Ok(Booked::Done(Change::Unknown)) => {
            return broken(partner, line, "no such order");
        }
        Err(_) => {
            write(
                partner,
                Line {
                    level: Level::Error,
                    ..line
                },
                Outcome::Failed,
                "database unavailable",
            );
            return reply::text(StatusCode::SERVICE_UNAVAILABLE, "try again later");
        }
    };
    finish(partner, line, outcome, message)
}

fn mismatch(partner: &Partner, payment: &Payment) -> String {
    if partner.has(Defect::OracleLog) {
        let expected = hash::expected(&partner.recurring_secret, partner.defects, payment);
        return format!(
            "hash does not fit: expected {expected} but got {}",
            shortened(&payment.hash)
        );
    }
    "hash does not fit".into()
}

pub(super) fn refuse(partner: &Partner, line: Line, outcome: Outcome, message: &str) -> Reply {
    let level = if partner.refusals_pile_up() {
        Level::Error
    } else {
        Level::Warn
    };
    write(partner, Line { level, ..line }, outcome, message);
    reply::text(StatusCode::BAD_REQUEST, "refused")
}

fn broken(partner: &Partner, line: Line, message: &str) -> Reply {
    let level = Level::Error;
    write(partner, Line { level, ..line }, Outcome::Failed, message);
    reply::text(StatusCode::INTERNAL_SERVER_ERROR, "internal error")
}

pub(super) fn finish(partner: &Partner, line: Line, outcome: Outcome, message: &str) -> Reply {
    write(partner, line, outcome, message);
    if partner.has(Defect::HtmlAck) {
        return reply::page("<html><body>OK</body></html>".into());
    }
    reply::text(StatusCode::OK, "OK")
}

fn write(partner: &Partner, mut line: Line, outcome: Outcome, message: &str) {
    line.result = Some(outcome);
    message.clone_into(&mut line.message);
    partner.log_delivery(line);
}
