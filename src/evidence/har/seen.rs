//! A request of the partner to the sandbox as an entry.

use super::{
    address::{self, Address},
    archive::Place,
    content, cookies,
    delivered::{HTTP, none, pairs, reason},
    document::{Cache, Entry, Request, Response, Timings, Told},
};
use crate::{transcript::exchange::SeenRequest, wire::header::Headers};

/// The entry of a request. The scheme is that of the sandbox.
pub(super) fn entry(seen: &SeenRequest, scheme: &str, place: Place) -> Entry {
    let (timings, time) = Timings::between([seen.started, seen.received, seen.answered, seen.answered]);
    let Address { url, original, query } = address::asked(scheme, &seen.target, &seen.headers);
    Entry {
        pageref: place.page,
        started_date_time: place.begun,
        time,
        request: Request {
            method: seen.method.clone(),
            url,
            http_version: HTTP,
            cookies: cookies::sent(&seen.headers),
            headers: pairs(&seen.headers),
            query_string: query,
            post_data: content::sent(&seen.body, &seen.headers),
            headers_size: -1,
            body_size: seen.body.len(),
            target: original,
        },
        response: response(seen),
        cache: Cache {},
        timings,
        connection: Some(seen.connection.to_string()),
        comment: None,
        direction: "to sandbox",
        example: place.example,
        attempt: place.attempt,
        record: place.record,
        told: Told {
            call: serde_json::to_value(seen.call).ok(),
            credential: serde_json::to_value(seen.credential).ok(),
            violations: seen.violations.clone(),
            fault: seen
                .fault
                .as_ref()
                .and_then(|fault| serde_json::to_value(fault).ok()),
            ..Told::default()
        },
    }
}

// The transcript has the status and the body of what the sandbox answered, not its header lines.
fn response(seen: &SeenRequest) -> Response {
    let Some(status) = seen.status else {
        return none("no answer: the sandbox did what the example asks for, see _fault".to_owned());
    };
    Response {
        status,
        status_text: reason(status),
        http_version: HTTP,
        cookies: Vec::new(),
        headers: Vec::new(),
        content: content::answered(seen.answer.as_ref(), &Headers::new(), false),
        redirect_url: String::new(),
        headers_size: -1,
        body_size: seen
            .answer
            .as_ref()
            .map_or(0, |body| i64::try_from(body.len()).unwrap_or(-1)),
        comment: Some("header lines of the sandbox's answers are not recorded".to_owned()),
    }
}
