//! The shop's pages: the form that leaves for the gateway, and the page with the gateway's frame.

use std::fmt::Write as _;

use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY};
use hyper::body::Bytes;

use super::request::{MERCHANT, Request};
use crate::reference::defect::{Defect, Defects};
use crate::reference::html::escaped;
use crate::reference::reply::{self, Reply};

/// Frames and forms of the gateway's sandbox, and nothing else.
const POLICY: &str = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; \
                      frame-src https://sandbox.senangpay.my https://api.sandbox.senangpay.my; \
                      form-action https://sandbox.senangpay.my https://api.sandbox.senangpay.my";

/// The form that takes the customer to the gateway.
pub(super) fn leaving(request: &Request, defects: Defects, secret: &str) -> Reply {
    let mut address = request.address.clone();
    if defects.has(Defect::SecretInPage) {
        let _ = write!(address, "?key={secret}");
    }
    let mut fields = String::new();
    for (name, value) in &request.fields {
        let _ = write!(
            fields,
            "<input type=\"hidden\" name=\"{name}\" value=\"{}\">",
            escaped(value)
        );
    }
    html(
        StatusCode::OK,
        "Pay",
        &format!(
            "<h1>Pay</h1><form method=\"post\" action=\"{}\">{fields}<button>Go to payment</button></form>",
            escaped(&address)
        ),
    )
}

/// The page that holds the gateway's frame.
pub(super) fn embedding(defects: Defects) -> Reply {
    let mut body = format!(
        "<h1>Pay here</h1><iframe title=\"Payment\" src=\"https://sandbox.senangpay.my/payment/{MERCHANT}\">\
         </iframe><p id=\"outcome\">Not paid yet.</p><script src=\"/checkout/app.js\"></script>"
    );
    if defects.has(Defect::OwnCardForm) {
        body += "<form method=\"post\" action=\"/checkout/card\"><label>Card number \
                 <input name=\"card_number\" autocomplete=\"cc-number\"></label>\
                 <label>CVV <input name=\"cvv\"></label><button>Pay</button></form>";
    }
    html(StatusCode::OK, "Pay here", &body)
}

/// A page with one sentence.
pub(super) fn sentence(status: StatusCode, text: &str) -> Reply {
    html(status, "Checkout", &format!("<p>{}</p>", escaped(text)))
}

fn html(status: StatusCode, title: &str, body: &str) -> Reply {
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
         <body>{body}</body></html>"
    );
    let mut reply = typed(page, "text/html; charset=utf-8");
    *reply.status_mut() = status;
    let headers = reply.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(
        HeaderName::from_static("x-content-type-options"),
        HeaderValue::from_static("nosniff"),
    );
    reply
}

/// A text of another media type.
pub(super) fn typed(text: impl Into<Bytes>, media_type: &'static str) -> Reply {
    let mut reply = reply::text(StatusCode::OK, text);
    reply
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    reply
}
