//! What a faulty partner makes of a callback before it is read. A clean one takes it as it came.

use http::header::{CONTENT_TYPE, COOKIE};
use http::request::Parts;
use hyper::body::Bytes;
use url::form_urlencoded;

use super::fields::{self, Message};
use super::handler::finish;
use super::hash;
use crate::reference::body::BodyError;
use crate::reference::defect::Defect;
use crate::reference::json;
use crate::reference::log::{Line, Outcome};
use crate::reference::partner::Partner;
use crate::reference::reply::Reply;

const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

/// The format that an address was registered for. A clean partner reads both at either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registered {
    /// `/recurring`
    Json,
    /// `/recurring/form`
    Form,
}

impl Registered {
    /// The format of a path.
    pub fn at(path: &str) -> Self {
        if path.ends_with("/form") {
            Self::Form
        } else {
            Self::Json
        }
    }
}

/// What is left of a callback.
#[derive(Debug)]
pub enum Taken {
    /// A body to be read.
    As(Result<Bytes, BodyError>),
    /// An answer; nothing more happens.
    Answered(Reply),
}

type Pairs = Vec<(String, String)>;

/// Takes a callback as the switched-on defects do.
pub fn taken(
    partner: &Partner,
    registered: Registered,
    head: &Parts,
    body: Result<Bytes, BodyError>,
) -> Taken {
    let Ok(content) = &body else {
        return Taken::As(body);
    };
    let media_type = head
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if partner.has(Defect::JsonOnly) && [FORM, MULTIPART].iter().any(|form| media_type.starts_with(form))
        || partner.has(Defect::UrlencodedOnly) && media_type.starts_with(MULTIPART)
    {
        return Taken::As(Ok(Bytes::new()));
    }
    if partner.has(Defect::ModeMisread) && !media_type.starts_with(MULTIPART) && empty(registered, content) {
        let line = Line {
            event_type: Some("recurring.callback".into()),
            ..Line::default()
        };
        return Taken::Answered(finish(partner, line, Outcome::Ignored, "status 0, nothing to do"));
    }
    if !media_type.starts_with(FORM) {
        return Taken::As(body);
    }
    let pairs: Pairs = form_urlencoded::parse(content).into_owned().collect();
    let changed = if partner.has(Defect::ArrayParamBypass) {
        let plain = |name: String| name.strip_suffix("[]").map(str::to_owned).unwrap_or(name);
        Some(
            pairs
                .into_iter()
                .map(|(name, value)| (plain(name), value))
                .collect(),
        )
    } else if partner.has(Defect::DoubleDecode) {
        Some(
            pairs
                .into_iter()
                .map(|(name, value)| (name, decoded(&value)))
                .collect(),
        )
    } else if partner.has(Defect::RequestMerge) {
        merged(partner, head, &pairs)
    } else {
        None
    };
    match changed {
        Some(changed) => Taken::As(Ok(Bytes::from(written(&changed)))),
        None => Taken::As(body),
    }
}

/// Whether nothing is found in the body when it is read in the registered format.
fn empty(registered: Registered, body: &[u8]) -> bool {
    match registered {
        Registered::Json => json::parse(body).is_err(),
        Registered::Form => !form_urlencoded::parse(body).any(|(name, _)| name == "status_id"),
    }
}

fn decoded(value: &str) -> String {
    form_urlencoded::parse(format!("v={value}").as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

fn written(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// The form is verified with the last of repeated names; the work is done with the first of cookies, query
/// and form. None when the form itself does not verify.
fn merged(partner: &Partner, head: &Parts, pairs: &[(String, String)]) -> Option<Pairs> {
    let first = |pairs: Pairs| {
        let mut kept = Pairs::new();
        for (name, value) in pairs {
            if !kept.iter().any(|(known, _)| *known == name) {
                kept.push((name, value));
            }
        }
        kept
    };
    let payment = |pairs: &Pairs| match fields::read(FORM, written(pairs).as_bytes(), partner.defects) {
        Ok(Message::Payment(payment)) => Some(payment),
        _ => None,
    };
    let of_form = payment(&first(pairs.iter().rev().cloned().collect()))?;
    if !hash::payment_fits(&partner.recurring_secret, partner.defects, &of_form) {
        return None;
    }
    let cookies = head.headers.get(COOKIE).and_then(|value| value.to_str().ok());
    let cookies = cookies.unwrap_or_default().split(';').filter_map(|cookie| {
        let (name, value) = cookie.trim().split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    });
    let query = form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes()).into_owned();
    let mut pile = first(cookies.chain(query).chain(pairs.iter().cloned()).collect());
    let worked_with = payment(&pile)?;
    let believed = hash::expected(&partner.recurring_secret, partner.defects, &worked_with);
    for (name, value) in &mut pile {
        if name == "hash" {
            value.clone_from(&believed);
        }
    }
    Some(pile)
}
