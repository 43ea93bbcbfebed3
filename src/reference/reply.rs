//! Answers: status, short body, nothing that tells about the inside.

use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, LOCATION, REFERRER_POLICY,
};
use http::{Response, StatusCode};
use http_body_util::Full;
use hyper::body::Bytes;
use serde_json::Value;

/// The answer type of every handler.
pub type Reply = Response<Full<Bytes>>;

/// A plain-text answer.
pub fn text(status: StatusCode, body: impl Into<Bytes>) -> Reply {
    with_type(status, body.into(), "text/plain; charset=utf-8")
}

/// An HTML page for one pair of eyes: not kept, not framed, without scripts, and its address not passed on.
pub fn page(body: String) -> Reply {
    let mut reply = with_type(StatusCode::OK, Bytes::from(body), "text/html; charset=utf-8");
    for (name, value) in [
        (CACHE_CONTROL, "no-store"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
        (REFERRER_POLICY, "no-referrer"),
    ] {
        reply.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    reply
}

/// A JSON answer.
pub fn json(status: StatusCode, body: &Value) -> Reply {
    with_type(status, Bytes::from(body.to_string()), "application/json")
}

/// 405 with the one method that works.
pub fn only(method: &'static str) -> Reply {
    let mut reply = text(StatusCode::METHOD_NOT_ALLOWED, "method not allowed");
    reply
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static(method));
    reply
}

/// A redirect to `location`; 500 if that is no header value.
pub fn redirect(status: StatusCode, location: &str) -> Reply {
    let mut reply = text(status, "");
    match HeaderValue::from_str(location) {
        Ok(value) => {
            reply.headers_mut().insert(LOCATION, value);
        }
        Err(_) => *reply.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
    }
    reply
}

fn with_type(status: StatusCode, body: Bytes, media_type: &'static str) -> Reply {
    let mut reply = Response::new(Full::new(body));
    *reply.status_mut() = status;
    reply
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    reply
}
