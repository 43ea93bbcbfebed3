//! The webhook endpoint.

use std::fmt::Write as _;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use hyper::body::Bytes;

use super::apply::{self, Application, Applied};
use super::event::{self, Event, Kind};
use super::refusal::Refusal;
use super::verify::{self, Authentic, Delivery};
use super::{again, arrival, digest, hasty, headers, key, lookup, naive, sloppy, strict};
use crate::reference::body::BodyError;
use crate::reference::clock;
use crate::reference::confirmation::inline;
use crate::reference::defect::Defect;
use crate::reference::leaks;
use crate::reference::log::{Level, Line, Outcome, shortened};
use crate::reference::partner::Partner;
use crate::reference::reply::{self, Reply};
use crate::reference::store::books::Uniqueness;
use crate::reference::store::database::StoreError;
use crate::reference::store::orders::Change;

/// Largest body, in bytes.
pub const LIMIT: usize = 1 << 20;

/// Handles one delivery from verification to acknowledgement.
pub async fn handle(
    partner: &Partner,
    headers: &HeaderMap,
    body: Result<Bytes, BodyError>,
    lower_case: Option<bool>,
) -> Reply {
    let readable_id = headers
        .get(headers::ID)
        .and_then(|id| id.to_str().ok())
        .map(shortened);
    let mut line = Line {
        event_id: readable_id,
        ..Line::default()
    };
    if sloppy::misses_length(partner.defects, headers) {
        write(partner, warned(line), Outcome::Refused, "no length declared");
        return reply::text(StatusCode::LENGTH_REQUIRED, "refused");
    }
    let body = match body {
        Ok(_) if sloppy::ignores_body(partner.defects, headers) => Bytes::new(),
        Ok(body) => body,
        Err(error) => return unread(partner, line, error),
    };
    if sloppy::exhausted(partner.defects, &body) {
        return crash(partner, line, "out of memory");
    }
    leaks::of_delivery(&partner.log, partner.defects, &body);
    if partner.has(Defect::Utf8Panic) && std::str::from_utf8(&body).is_err() {
        return crash(partner, line, "text decoding failed");
    }
    if partner.has(Defect::ProcessThenVerify) {
        lookup::premature(partner, &body).await;
    }
    if partner.faults.awaits_repair {
        write(partner, warned(line), Outcome::Failed, "locked since the restart");
        return reply::text(StatusCode::SERVICE_UNAVAILABLE, "try again later");
    }
    let delivery = Delivery {
        headers,
        body: &body,
        lower_case,
    };
    let authentic = match verify::verify(&partner.keys, partner.defects, &delivery, clock::unix_seconds()) {
        Ok(authentic) => authentic,
        Err(refusal) => return refuse(partner, headers, line, &refusal),
    };
    line.message = headers_in_message(partner, headers);
    accept(partner, line, &body, &authentic).await
}

async fn accept(partner: &Partner, mut line: Line, body: &[u8], authentic: &Authentic) -> Reply {
    let read = sloppy::taken_for(partner.defects, body, authentic.id.as_deref());
    let envelope = match event::envelope(&read) {
        Ok(envelope) => envelope,
        Err(event::Malformed::Json(_)) if partner.has(Defect::ParseCrash) => {
            return crash(partner, line, "unexpected token");
        }
        Err(error) => return malformed(partner, line, &error.to_string()),
    };
    line.event_id = Some(shortened(&envelope.id));
    line.event_type = Some(shortened(&envelope.kind));
    if authentic.id.as_ref().is_some_and(|id| *id != envelope.id) && !partner.has(Defect::FirstHeaderWins) {
        return malformed(partner, line, "event id differs from the signed id");
    }
    let Some(kind) = Kind::of(&envelope.kind) else {
        if partner.has(Defect::UnknownType500) {
            return crash(partner, line, "no such event type");
        }
        return finish(partner, line, Outcome::Ignored, "event type not known");
    };
    if partner.has(Defect::ScopeCrash) && matches!(kind, Kind::ClaimSubmitted | Kind::ClaimUpdated) {
        return crash(partner, line, "no handler for event type");
    }
    if partner.has(Defect::PolicyEventsIgnored) && !matches!(kind, Kind::PaymentSuccess | Kind::PaymentFailed)
    {
        return finish(partner, line, Outcome::Ignored, "no payment event");
    }
    if partner.has(Defect::DenyUnknownFields) && strict::strange(envelope.members()) {
        return malformed(partner, line, "unknown member");
    }
    let mut event = match envelope.read(kind) {
        Ok(event) => event,
        Err(error) => return malformed(partner, line, &error.to_string()),
    };
    if arrival::mistaken_for_replay(partner.defects, &event, clock::unix_seconds()) {
        return malformed(partner, line, "event is too old");
    }
    event.at = arrival::misread(partner.defects, &event.created_at).unwrap_or(event.at);
    line.reference = event.reference().map(shortened);
    if sloppy::trips_over_null(partner.defects, body) {
        return crash(partner, line, "cannot read members of null");
    }
    if partner.has(Defect::NotFailedMeansPaid) && kind == Kind::PaymentSuccess {
        event.coherent = event.status != "failed";
    }
    if !event.coherent {
        return finish(
            partner,
            line,
            Outcome::Ignored,
            "status does not belong to the type",
        );
    }
    if partner.has(Defect::AckDrop) {
        return finish(partner, line, Outcome::Processed, "queued");
    }
    if partner.has(Defect::LastOrderWins) {
        partner.current_order.confuse(&mut event).await;
    }
    let id = authentic.id.clone().unwrap_or(envelope.id);
    partner.strain.creep().await;
    let refund = partner.has(Defect::RefundTwice).then(|| event.clone());
    let result = book(partner, id, body, &authentic.signature, event).await;
    if let Some(event) = refund.filter(|event| event.kind == Kind::RefundProcessed) {
        again::refund(partner, &event).await;
    }
    if partner.has(Defect::SlowSyncHandler) && result.is_ok() {
        tokio::time::sleep(Duration::from_secs(6)).await;
    }
    if partner.has(Defect::UrlFetcher) && result.is_ok() {
        naive::fetch_documents(body);
    }
    answer(partner, line, &result)
}

async fn book(
    partner: &Partner,
    id: String,
    body: &[u8],
    signature: &str,
    event: Event,
) -> Result<Applied, StoreError> {
    if partner.has(Defect::MemoryDedupe) && !partner.faults.first_time(&id) {
        return Ok(Applied::Repeat { changed: false });
    }
    let by_signature = partner.has(Defect::DedupeBySignature) && !signature.is_empty();
    let mut how = Application {
        key: if by_signature {
            signature.to_owned()
        } else {
            key::key(partner.defects, id, &event)
        },
        content: digest::content(body),
        uniqueness: partner.webhook_uniqueness(),
        remembers: !partner.defects.has_any(&[Defect::NoDedupe, Defect::MemoryDedupe]),
        fading: partner.fading(),
        defects: partner.defects,
    };
    if let Some(handled) = inline::handle(partner, &how.key, &how.content, &event).await {
        return handled;
    }
    let _connections = partner.strain.connections().await?;
    if partner.strain.queued(&how, &event) {
        return Ok(Applied::Done(Change::Applied));
    }
    if partner.has(Defect::LostUpdate) && event.claim.is_some() {
        return hasty::update_claim(&partner.database, how, event).await;
    }
    if partner.has(Defect::CheckThenInsert) {
        let (key, looked_at) = (how.key.clone(), event.clone());
        let on_file = partner
            .database
            .transaction(move |books| apply::on_file(books, &key, &looked_at))
            .await?;
        if !on_file {
            tokio::time::sleep(Duration::from_millis(120)).await;
            how.uniqueness = Uniqueness::Absent;
            how.remembers = false;
            let key = how.key.clone();
            let content = how.content.clone();
            let applied = partner
                .database
                .transaction(move |books| apply::apply(books, &how, &event))
                .await?;
            partner
                .database
                .transaction(move |books| crate::reference::store::events::remember(books, &key, &content))
                .await?;
            return Ok(applied);
        }
    }
    partner
        .database
        .transaction(move |books| apply::apply(books, &how, &event))
        .await
}

fn answer(partner: &Partner, line: Line, result: &Result<Applied, StoreError>) -> Reply {
    match result {
        Ok(Applied::Done(Change::Applied)) => finish(partner, line, Outcome::Processed, "applied"),
        Ok(Applied::Deferred) => {
            partner.bell.notify_one();
            finish(partner, line, Outcome::Processed, "queued for confirmation")
        }
        Ok(Applied::Done(Change::Known)) => finish(partner, line, Outcome::Duplicate, "fact already on file"),
        Ok(Applied::Done(Change::Stale)) => {
            finish(partner, line, Outcome::Ignored, "overtaken by a later fact")
        }
        Ok(Applied::Done(Change::Mismatch)) => finish(
            partner,
            warned(line),
            Outcome::Failed,
            "does not match our books, flagged",
        ),
        Ok(Applied::Done(Change::Unknown)) => {
            finish(partner, warned(line), Outcome::Unmatched, "reference not known")
        }
        Ok(Applied::Repeat { changed }) => {
            let message = if *changed {
                "anomaly: same event id, other content"
            } else {
                "seen before"
            };
            let line = if *changed { warned(line) } else { line };
            let reply = finish(partner, line, Outcome::Duplicate, message);
            if partner.has(Defect::ErrorOnDuplicate) {
                return reply::text(StatusCode::CONFLICT, "duplicate event");
            }
            reply
        }
        Err(StoreError::MissingRow) => crash(partner, line, "no such order"),
        Err(StoreError::Exhausted(error)) => crash(partner, line, &error.to_string()),
        Err(_) if partner.has(Defect::AckThenLose) => finish(partner, line, Outcome::Processed, "queued"),
        Err(_) => {
            let level = if partner.has(Defect::NobodyLooks) {
                Level::Warn
            } else {
                Level::Error
            };
            write(
                partner,
                Line { level, ..line },
                Outcome::Failed,
                "database unavailable",
            );
            reply::text(StatusCode::SERVICE_UNAVAILABLE, "try again later")
        }
    }
}

fn refuse(partner: &Partner, headers: &HeaderMap, mut line: Line, refusal: &Refusal) -> Reply {
    line.level = if partner.refusals_pile_up() && !partner.has(Defect::NobodyLooks) {
        Level::Error
    } else {
        Level::Warn
    };
    let received = headers
        .get(headers::SIGNATURE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    line.message = headers_in_message(partner, headers);
    let mut message = refusal.reason.to_owned();
    if line.level == Level::Error {
        message.push_str("; alarm: many refused deliveries in a minute");
    }
    if let Some(expected) = refusal
        .expected
        .as_ref()
        .filter(|_| partner.has(Defect::OracleLog))
    {
        let _ = write!(message, ": expected v1,{expected} but got {received}");
    }
    write(partner, line, Outcome::Refused, &message);
    if partner.has(Defect::OkOnBadSignature) {
        return reply::text(StatusCode::OK, "OK");
    }
    if let Some(expected) = refusal
        .expected
        .as_ref()
        .filter(|_| partner.has(Defect::OracleResponse))
    {
        let text = format!("signature mismatch: expected v1,{expected} but got {received}");
        return reply::text(refusal.status, text);
    }
    reply::text(refusal.status, "refused")
}

fn unread(partner: &Partner, line: Line, error: BodyError) -> Reply {
    write(partner, warned(line), Outcome::Refused, &error.to_string());
    match error {
        BodyError::TooLarge => reply::text(StatusCode::PAYLOAD_TOO_LARGE, "too large"),
        BodyError::Broken => reply::text(StatusCode::BAD_REQUEST, "refused"),
        BodyError::Slow => reply::text(StatusCode::REQUEST_TIMEOUT, "too slow"),
    }
}

fn malformed(partner: &Partner, line: Line, reason: &str) -> Reply {
    write(partner, warned(line), Outcome::Malformed, reason);
    reply::text(StatusCode::BAD_REQUEST, "malformed")
}

fn crash(partner: &Partner, line: Line, reason: &str) -> Reply {
    write(
        partner,
        Line {
            level: Level::Error,
            ..line
        },
        Outcome::Failed,
        reason,
    );
    reply::text(StatusCode::INTERNAL_SERVER_ERROR, "internal error")
}

fn finish(partner: &Partner, line: Line, outcome: Outcome, message: &str) -> Reply {
    write(partner, line, outcome, message);
    reply::text(StatusCode::OK, "OK")
}

fn write(partner: &Partner, mut line: Line, outcome: Outcome, message: &str) {
    line.result = Some(outcome);
    line.message = if line.message.is_empty() {
        message.to_owned()
    } else {
        format!("{message}; {}", line.message)
    };
    partner.log_delivery(line);
}

fn warned(line: Line) -> Line {
    Line {
        level: Level::Warn,
        ..line
    }
}

fn headers_in_message(partner: &Partner, headers: &HeaderMap) -> String {
    if partner.has(Defect::HeaderDump) {
        format!("headers {headers:?}")
    } else {
        String::new()
    }
}
