//! A delivery to the partner as an entry.

use super::{
    address::{self, Address},
    archive::Place,
    content, cookies,
    document::{Cache, Content, Entry, Pair, Request, Response, Timings, Told},
};
use crate::{
    transcript::exchange::{Delivery, Ending, NoAnswer},
    wire::header::Headers,
};

/// The protocol of the client, which speaks no other.
pub(super) const HTTP: &str = "HTTP/1.1";

/// The entry of a delivery.
pub(super) fn entry(delivery: &Delivery, place: Place) -> Entry {
    let (timings, time) =
        Timings::between([delivery.started, delivery.written, delivery.head, delivery.ended]);
    let sent = &delivery.sent;
    let Address { url, original, query } = address::delivered(&sent.url);
    let intent = &delivery.intent;
    Entry {
        pageref: place.page,
        started_date_time: place.begun,
        time,
        request: Request {
            method: sent.method.clone(),
            url,
            http_version: HTTP,
            cookies: cookies::sent(&sent.headers),
            headers: pairs(&sent.headers),
            query_string: query,
            post_data: content::sent(&sent.body, &sent.headers),
            headers_size: -1,
            body_size: sent.body.len(),
            target: original,
        },
        response: response(&delivery.ending),
        cache: Cache {},
        timings,
        connection: None,
        comment: None,
        direction: "to partner",
        example: place.example,
        attempt: place.attempt,
        record: place.record,
        told: Told {
            role: Some(intent.role),
            subject: Some(intent.subject.clone()),
            form: serde_json::to_value(&intent.form).ok(),
            ..Told::default()
        },
    }
}

fn response(ending: &Ending) -> Response {
    match ending {
        Ending::Answered(answer) => Response {
            status: answer.status,
            status_text: reason(answer.status),
            http_version: HTTP,
            cookies: cookies::set(&answer.headers),
            headers: pairs(&answer.headers),
            content: content::answered(Some(&answer.body), &answer.headers, answer.truncated),
            redirect_url: answer.headers.get("location").unwrap_or_default().to_owned(),
            headers_size: -1,
            body_size: if answer.truncated {
                -1
            } else {
                i64::try_from(answer.body.len()).unwrap_or(-1)
            },
            comment: None,
        },
        Ending::Unanswered { why, detail } => none(format!("no answer: {}; {detail}", words(*why))),
    }
}

/// The place of an answer that never came.
pub(super) fn none(comment: String) -> Response {
    Response {
        status: 0,
        status_text: "",
        http_version: "",
        cookies: Vec::new(),
        headers: Vec::new(),
        content: Content {
            size: 0,
            mime_type: "x-unknown".to_owned(),
            text: None,
            encoding: None,
            comment: None,
        },
        redirect_url: String::new(),
        headers_size: -1,
        body_size: -1,
        comment: Some(comment),
    }
}

/// The usual words behind a status; what the partner wrote there is not recorded.
pub(super) fn reason(status: u16) -> &'static str {
    http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or_default()
}

/// Header lines in their order.
pub(super) fn pairs(headers: &Headers) -> Vec<Pair> {
    headers
        .iter()
        .map(|(name, value)| Pair::new(name, value))
        .collect()
}

fn words(why: NoAnswer) -> &'static str {
    match why {
        NoAnswer::Connect => "nobody listens, or the name does not resolve",
        NoAnswer::Tls => "the TLS handshake failed",
        NoAnswer::Timeout => "nothing within the time limit",
        NoAnswer::Broken => "the connection broke before the answer was whole",
        NoAnswer::NotHttp => "what came back is not HTTP",
    }
}
