//! The request to the gateway in whatever a started checkout answered.

use std::borrow::Cow;

use serde_json::Value;
use url::Url;

use super::html::{Page, PageForm};
use crate::{
    transcript::page::Handover,
    wire::checkout::{CheckoutField, value},
};

/// Names under which a JSON answer gives the address.
const ADDRESSES: [&str; 6] = [
    "url",
    "redirect_url",
    "redirect",
    "payment_url",
    "checkout_url",
    "action",
];
/// Names under which a JSON answer gives the fields.
const FIELDS: [&str; 4] = ["fields", "parameters", "form", "data"];
/// Most fields of a request.
const MOST: usize = 200;

/// A request to the gateway as a browser would make it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// How it is made.
    pub handover: Handover,
    /// Its address without the query.
    pub address: String,
    /// Its whole address.
    pub whole: String,
    /// What it carries, the query included.
    pub fields: Vec<CheckoutField>,
}

/// Looks for the request; `base` is the address of the answer. None when there is nothing like one.
pub fn find(base: Option<&Url>, location: Option<&str>, body: &[u8], hosts: &[String]) -> Option<Found> {
    if let Some(location) = location {
        return found(Handover::Redirect, base, location, Vec::new());
    }
    if let Ok(document) = serde_json::from_slice::<Value>(body) {
        return in_json(base, &document);
    }
    let text: Cow<'_, str> = String::from_utf8_lossy(body);
    let page = Page::read(&text);
    let leads_there = |action: &str| {
        absolute(base, action).is_some_and(|url| {
            url.host_str()
                .is_some_and(|host| hosts.iter().any(|name| name == host))
        })
    };
    let forms = &page.forms;
    let signed = |form: &&PageForm| value(&form.fields, "hash").is_some();
    let form = forms
        .iter()
        .find(signed)
        .or_else(|| forms.iter().find(|form| leads_there(&form.action)));
    if let Some(form) = form {
        return found(Handover::Form, base, &form.action, form.fields.clone());
    }
    let frame = page.frames.iter().find(|source| leads_there(source))?;
    found(Handover::Frame, base, frame, Vec::new())
}

/// The scripts that a page names, as absolute addresses.
pub fn scripts(base: &Url, text: &str) -> Vec<Url> {
    let page = Page::read(text);
    page.scripts
        .iter()
        .filter_map(|source| absolute(Some(base), source))
        .collect()
}

fn in_json(base: Option<&Url>, document: &Value) -> Option<Found> {
    let address = ADDRESSES
        .iter()
        .find_map(|name| document.get(name).and_then(Value::as_str))?;
    let fields = FIELDS
        .iter()
        .find_map(|name| document.get(name).and_then(Value::as_object))
        .into_iter()
        .flatten()
        .take(MOST)
        .map(|(name, value)| match value {
            Value::String(text) => CheckoutField::new(name, text),
            other => CheckoutField::new(name, other.to_string()),
        })
        .collect();
    found(Handover::Json, base, address, fields)
}

fn found(
    handover: Handover,
    base: Option<&Url>,
    address: &str,
    mut fields: Vec<CheckoutField>,
) -> Option<Found> {
    let mut url = absolute(base, address)?;
    let whole = url.to_string();
    fields.extend(
        url.query_pairs()
            .take(MOST)
            .map(|(name, value)| CheckoutField::new(name, value)),
    );
    url.set_query(None);
    Some(Found {
        handover,
        address: url.to_string(),
        whole,
        fields,
    })
}

fn absolute(base: Option<&Url>, text: &str) -> Option<Url> {
    match base {
        Some(base) => base.join(text.trim()).ok(),
        None => Url::parse(text.trim()).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts() -> Vec<String> {
        vec!["sandbox.senangpay.my".to_owned()]
    }

    #[test]
    fn forms_redirects_frames_and_documents_are_found() {
        let base = Url::parse("https://shop.my/pay/start").unwrap();
        let seen = |location: Option<&str>, body: &str| {
            find(Some(&base), location, body.as_bytes(), &hosts()).map(|found| {
                let order = value(&found.fields, "order_id").unwrap_or_default().to_owned();
                (found.handover, found.address, order)
            })
        };
        let there = "https://sandbox.senangpay.my/payment/1";
        let due = |handover| Some((handover, there.to_owned(), "7".to_owned()));
        let query = format!("{there}?order_id=7&hash=0");
        assert_eq!(seen(Some(&query), ""), due(Handover::Redirect));
        let form = format!("<form action=/search></form><form action={there}><input name=order_id value=7>");
        assert_eq!(seen(None, &form), due(Handover::Form));
        assert_eq!(
            seen(None, &format!("<iframe src=\"{query}\">")),
            due(Handover::Frame)
        );
        let document = format!(r#"{{"url":"{there}","fields":{{"order_id":7}}}}"#);
        assert_eq!(seen(None, &document), due(Handover::Json));
        assert_eq!(seen(None, "<form action=/search><input name=q></form>"), None);
        assert_eq!(seen(None, "{}"), None);
    }
}
