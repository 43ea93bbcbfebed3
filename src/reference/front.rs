//! What stands before the application in many deployments, and what frameworks put around errors.

use std::fmt::Write as _;

use http::header::{CONTENT_TYPE, HeaderValue, ORIGIN, USER_AGENT};
use http::{HeaderMap, StatusCode};
use http_body_util::Full;
use hyper::body::Bytes;

use super::defect::Defect;
use super::partner::Partner;
use super::reply::{self, Reply};

/// User agents that the bot wall lets through without a challenge begin so.
const KNOWN_AGENTS: [&str; 2] = ["senang-conformance/", "Mozilla/"];

/// The answer of a guard that lets only browsers through, if one is switched on and in the way.
pub fn turned_away(partner: &Partner, path: &str, headers: &HeaderMap) -> Option<Reply> {
    if path != "/webhooks" {
        return None;
    }
    if partner.has(Defect::CsrfGuard)
        && !(headers.contains_key(ORIGIN) && headers.contains_key("x-csrf-token"))
    {
        let page = "<!doctype html><title>Forbidden</title><h1>Forbidden</h1><p>CSRF verification failed. \
                    Request aborted.</p>";
        return Some(html(StatusCode::FORBIDDEN, page.to_owned()));
    }
    let known = headers
        .get(USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .is_some_and(|agent| KNOWN_AGENTS.iter().any(|known| agent.starts_with(known)));
    if partner.has(Defect::BotWall) && !known {
        let page = "<!doctype html><title>Just a moment...</title><noscript>Enable JavaScript and cookies to \
                    continue</noscript>";
        return Some(html(StatusCode::OK, page.to_owned()));
    }
    None
}

/// The answer as it leaves: with debug mode left on, errors come with everything a developer may want.
pub fn dressed(partner: &Partner, path: &str, reply: Reply) -> Reply {
    if partner.has(Defect::DebugPage) && path == "/webhooks" && reply.status().is_client_error() {
        html(reply.status(), debug_page(reply.status()))
    } else {
        reply
    }
}

fn debug_page(status: StatusCode) -> String {
    let mut page =
        format!("<!doctype html><title>{status} at /webhooks</title><h1>SenangWebhookError</h1>\n<pre>");
    page.push_str("Traceback (most recent call last):\n");
    for line in 1..=120 {
        let _ = writeln!(
            page,
            "  File \"/srv/partner/app/webhooks/handler.py\", line {line}, in dispatch\n    return self.next(request)"
        );
    }
    page.push_str(
        "sqlalchemy.exc.ProgrammingError: SELECT orders.id, orders.state FROM orders WHERE orders.reference = ?\n\
         </pre><h2>Environment</h2><pre>PATH=/usr/local/bin:/usr/bin\n\
         DATABASE_URL=postgres://partner:opensesame@db.internal:5432/partner\nSECRET_KEY=django-insecure-4x!9\n\
         </pre><p>You're seeing this error because you have <code>DEBUG = True</code> in your settings file.</p>",
    );
    page
}

fn html(status: StatusCode, page: String) -> Reply {
    let mut reply = reply::text(status, "");
    *reply.body_mut() = Full::new(Bytes::from(page));
    reply
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    reply
}
