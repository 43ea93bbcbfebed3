//! Requests under `/checkout`.

use http::header::{HeaderValue, SET_COOKIE};
use http::{Method, StatusCode};
use hyper::body::Bytes;
use url::form_urlencoded;

use super::attempt::{self, Asked, Bill};
use super::{page, request, script};
use crate::reference::body::BodyError;
use crate::reference::defect::Defect;
use crate::reference::money::Sen;
use crate::reference::partner::Partner;
use crate::reference::reply::{self, Reply};

/// Largest form.
pub const LIMIT: usize = 64 << 10;
/// Name of the cookie that tells which order the browser is paying.
pub(super) const COOKIE: &str = "checkout";

/// Answers a request; `path` is what follows `/checkout`.
pub async fn handle(
    partner: &Partner,
    method: &Method,
    path: &[&str],
    form: Result<Bytes, BodyError>,
) -> Reply {
    let secret = partner.recurring_secret.as_str();
    match (path, method) {
        ([], &Method::POST) => match form {
            Ok(form) => start(partner, &form).await,
            Err(_) => page::sentence(StatusCode::BAD_REQUEST, "That form could not be read."),
        },
        ([], _) => reply::only("POST"),
        (["embed"], &Method::GET) => page::embedding(partner.defects),
        (["app.js"], &Method::GET) => page::typed(
            script::bundle(partner.defects, secret),
            "text/javascript; charset=utf-8",
        ),
        (["app.js.map"], &Method::GET) => {
            page::typed(script::map(partner.defects, secret), "application/json")
        }
        _ => reply::text(StatusCode::NOT_FOUND, "not found"),
    }
}

/// Starts a checkout. Of what the browser says, only the order and its description count: the price is
/// the shop's.
async fn start(partner: &Partner, form: &[u8]) -> Reply {
    let value = |name: &str| {
        form_urlencoded::parse(form)
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    let Some(order) = value("order").filter(|order| (1..=255).contains(&order.chars().count())) else {
        return page::sentence(StatusCode::BAD_REQUEST, "Which order is to be paid?");
    };
    let named = order.clone();
    let asked = partner
        .database
        .transaction(move |books| attempt::begin(books, &named))
        .await;
    let Ok(asked) = asked else {
        return page::sentence(StatusCode::SERVICE_UNAVAILABLE, "Please try again later.");
    };
    let amount = value("amount").and_then(|text| Sen::from_json(&text.into()));
    let bill = match (asked, amount) {
        (Asked::Open(bill), Some(amount)) if partner.has(Defect::ClientPrice) => Bill { amount, ..bill },
        (Asked::Unknown, Some(amount)) if partner.has(Defect::ClientPrice) => Bill {
            reference: order.clone(),
            amount,
            recurring_id: None,
        },
        (Asked::Open(bill), _) => bill,
        (Asked::Settled, _) => return page::sentence(StatusCode::CONFLICT, "This order is paid."),
        (Asked::Unknown, _) => return page::sentence(StatusCode::NOT_FOUND, "We do not know this order."),
    };
    let secret = partner.recurring_secret.as_str();
    let description = value("description").unwrap_or_default();
    let request = request::request(secret, partner.defects, &bill, &description);
    let mut reply = page::leaving(&request, partner.defects, secret);
    let kept: String = form_urlencoded::byte_serialize(order.as_bytes()).collect();
    let cookie = format!("{COOKIE}={kept}; Path=/; Secure; HttpOnly; SameSite=Lax");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        reply.headers_mut().insert(SET_COOKIE, cookie);
    }
    reply
}
