//! Which handler a request goes to.

use std::sync::Arc;

use http::{Method, Request, StatusCode};
use hyper::body::Incoming;
use percent_encoding::percent_decode_str;

use super::defect::Defect;
use super::header_case::RawBytes;
use super::partner::Partner;
use super::recurring::misread::{Registered, Taken};
use super::reply::{self, Reply};
use super::webhook::{self, headers::SIGNATURE};
use super::{batch, body, broken, checkout, effects, front, recurring, start, support};

/// Largest body of a start request: bulk fixtures may be long.
const START_LIMIT: usize = 16 << 20;

/// Answers one request.
pub async fn route(partner: Arc<Partner>, raw: Option<RawBytes>, request: Request<Incoming>) -> Reply {
    let lower_case = raw.and_then(|raw| raw.take_exact_spelling(SIGNATURE));
    let (head, content) = request.into_parts();
    let path = head.uri.path();
    if broken::answers(partner.defects, path) {
        let _ = body::read(content, webhook::handler::LIMIT).await;
        return broken::answer(partner.defects, &head.method, path).await;
    }
    if let Some(reply) = front::turned_away(&partner, path, &head.headers) {
        let _ = body::read(content, webhook::handler::LIMIT).await;
        return reply;
    }
    if lacks_token(&partner, path, head.uri.query()) {
        let _ = body::read(content, webhook::handler::LIMIT).await;
        return reply::text(StatusCode::UNAUTHORIZED, "unauthorised");
    }
    if partner.faults.maintenance {
        return reply::text(StatusCode::OK, "We will be back soon.");
    }
    let posted = head.method == Method::POST;
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match segments.as_slice() {
        ["webhooks"] if partner.has(Defect::SlashRedirect) => {
            let _ = body::read(content, webhook::handler::LIMIT).await;
            reply::redirect(StatusCode::PERMANENT_REDIRECT, "/webhooks/")
        }
        ["webhooks"] if partner.has(Defect::HttpToHttpsRedirect) => {
            let _ = body::read(content, webhook::handler::LIMIT).await;
            reply::redirect(StatusCode::MOVED_PERMANENTLY, &other_scheme(&partner.base_url))
        }
        ["recurring", "form" | "template"] if !posted => reply::only("POST"),
        ["webhooks" | "recurring"] if !posted && !partner.has(Defect::AnyMethod) => {
            let _ = body::read(content, webhook::handler::LIMIT).await;
            reply::only("POST")
        }
        segments
            if is_webhook_path(segments, partner.has(Defect::SlashRedirect))
                && (posted || partner.has(Defect::AnyMethod)) =>
        {
            let limit = webhook::sloppy::limit(partner.defects, webhook::handler::LIMIT);
            let content = if partner.has(Defect::PartialBodyProcessed) {
                webhook::partial::read(&partner, content, limit).await
            } else {
                body::read(content, limit).await
            };
            if content.is_err() {
                drop(partner.faults.watch());
            }
            if let Ok(body) = &content
                && partner.has(Defect::UnmaskedBundle)
            {
                partner.support.keep(body);
            }
            partner.faults.worker().await;
            webhook::handler::handle(&partner, &head.headers, content, lower_case).await
        }
        ["recurring"] | ["recurring", "form"] => {
            let registered = Registered::at(path);
            let content = body::read(content, webhook::handler::LIMIT).await;
            match recurring::misread::taken(&partner, registered, &head, content) {
                Taken::As(content) => recurring::handler::handle(&partner, &head.headers, content).await,
                Taken::Answered(reply) => reply,
            }
        }
        ["recurring", "template"] => {
            let content = body::read(content, webhook::handler::LIMIT).await;
            recurring::template::handle(&partner, &head.headers, content).await
        }
        ["return"] | ["effects", _, _] | ["batch", "export", _] if head.method != Method::GET => {
            reply::only("GET")
        }
        ["return"] => recurring::returned::handle(&partner, head.uri.query().unwrap_or_default()).await,
        ["effects", kind, reference] => match percent_decode_str(reference).decode_utf8() {
            Ok(reference) => effects::handle(&partner, kind, &reference).await,
            Err(_) => reply::text(StatusCode::BAD_REQUEST, "reference is not UTF-8"),
        },
        ["checkout", "return"] if head.method == Method::GET => {
            checkout::returned::handle(&partner, &head.headers, head.uri.query()).await
        }
        ["checkout", rest @ ..] => {
            let content = body::read(content, checkout::route::LIMIT).await;
            checkout::route::handle(&partner, &head.method, rest, content).await
        }
        ["batch", "export", reference] => match percent_decode_str(reference).decode_utf8() {
            Ok(reference) => batch::export::handle(&partner, &reference).await,
            Err(_) => reply::text(StatusCode::BAD_REQUEST, "reference is not UTF-8"),
        },
        ["support", event] if head.method == Method::GET => match percent_decode_str(event).decode_utf8() {
            Ok(event) => support::handle(&partner, &event),
            Err(_) => reply::text(StatusCode::BAD_REQUEST, "event id is not UTF-8"),
        },
        ["start", _] if !posted => reply::only("POST"),
        ["start", operation] => match body::read(content, START_LIMIT).await {
            Ok(content) => start::dispatch::handle(&partner, operation, &content).await,
            Err(_) => reply::text(StatusCode::BAD_REQUEST, "unreadable body"),
        },
        _ => reply::text(StatusCode::NOT_FOUND, "not found"),
    }
}

/// Whether a delivery comes without the query that [`Defect::TokenInUrl`] takes for protection.
fn lacks_token(partner: &Partner, path: &str, query: Option<&str>) -> bool {
    partner.has(Defect::TokenInUrl)
        && path == "/webhooks"
        && query != Some(format!("token={}", partner.url_token).as_str())
}

/// The endpoint's path; the defect moved it behind a slash.
fn is_webhook_path(segments: &[&str], moved: bool) -> bool {
    if moved {
        segments == ["webhooks", ""]
    } else {
        segments == ["webhooks"]
    }
}

fn other_scheme(base_url: &str) -> String {
    let swapped = match base_url.split_once("://") {
        Some(("http", rest)) => format!("https://{rest}"),
        Some((_, rest)) => format!("http://{rest}"),
        None => base_url.to_owned(),
    };
    format!("{swapped}/webhooks")
}
