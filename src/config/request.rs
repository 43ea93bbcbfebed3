//! Templated requests and fixed addresses, as sections share them.

use std::{sync::Arc, time::Duration};

use serde::Serialize;
use toml::de::DeValue;

use super::{
    entry::Entry,
    error::Mistake,
    reader::Section,
    secret::{Secret, masked},
    target::{Target, TrustAnchor},
    template::{BodyTemplate, JsonTemplate, Template, TemplateError},
    timeout::{seconds, timeout},
};

/// A value of a header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum HeaderSource {
    /// Filled in for each request.
    Text(Template),
    /// From the environment.
    Secret {
        /// Stands before the secret, for example `Bearer `.
        prefix: String,
        /// The secret.
        #[serde(serialize_with = "masked")]
        secret: Secret,
    },
}

/// A templated request to the partner.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HttpCall {
    /// Method, capital letters.
    pub method: String,
    /// Where it goes, with stand-ins for placeholders; the policy was checked on it.
    pub target: Target,
    /// The address as a template.
    pub url: Template,
    /// Header lines.
    pub headers: Vec<(String, HeaderSource)>,
    /// Body.
    pub body: Option<BodyTemplate>,
    /// Longest time from start to the last byte of the answer.
    #[serde(serialize_with = "seconds")]
    pub timeout: Duration,
}

impl HttpCall {
    /// Whether a placeholder of that name stands anywhere in the request.
    pub fn mentions(&self, field: &str) -> bool {
        self.url.fields().any(|name| name == field)
            || self.body.as_ref().is_some_and(|body| body.mentions(field))
            || self.headers.iter().any(|(_, value)| {
                matches!(value, HeaderSource::Text(text) if text.fields().any(|name| name == field))
            })
    }

    pub(super) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.headers.iter().filter_map(|(_, value)| match value {
            HeaderSource::Secret { secret, .. } => Some(secret),
            HeaderSource::Text(_) => None,
        })
    }
}

/// Reads `url` and `trust` of a section that has one fixed address.
pub(super) fn address(section: &Section<'_, '_>) -> Option<Target> {
    let trust = trust(section);
    let entry = section.required("url")?;
    let mut target = entry.take(Target::parse(entry.filled()?))?;
    target.trust = trust;
    Some(target)
}

pub(super) fn trust(section: &Section<'_, '_>) -> Option<Arc<TrustAnchor>> {
    let entry = section.value("trust")?;
    let (path, pem) = entry.file()?;
    if !pem
        .windows(27)
        .any(|window| window == b"-----BEGIN CERTIFICATE-----")
    {
        let path = path.display();
        return entry.wrong(Mistake::Senseless(format!(
            "{path} holds no certificate in PEM form"
        )));
    }
    Some(Arc::new(TrustAnchor {
        path: path.display().to_string(),
        pem,
    }))
}

/// Reads a templated request.
pub(super) fn http(section: &Section<'_, '_>, default_method: &str, allowed: &[&str]) -> Option<HttpCall> {
    let trust = trust(section);
    let timeout = timeout(section);
    let method = method(section, default_method);
    let headers = headers(section, allowed);
    let content_type = headers.iter().flatten().find_map(|(name, value)| match value {
        HeaderSource::Text(text) if name.eq_ignore_ascii_case("content-type") => {
            Some(text.with_stand_in("x"))
        }
        _ => None,
    });
    let body = section
        .value("body")
        .map(|entry| body(&entry, content_type.as_deref(), allowed));
    let entry = section.required("url")?;
    let url = entry.take(Template::parse(entry.filled()?, allowed))?;
    let mut target = entry.take(Target::parse(&url.with_stand_in("x")))?;
    if url.fields().next().is_some() && !holds_authority(url.literal_start()) {
        return entry.wrong(TemplateError::InHost);
    }
    target.trust = trust;
    Some(HttpCall {
        method: method?,
        target,
        url,
        headers: headers?,
        body: match body {
            Some(body) => Some(body?),
            None => None,
        },
        timeout,
    })
}

/// Whether a literal start of an address already fixes scheme, host and port.
fn holds_authority(literal: &str) -> bool {
    literal
        .split_once("://")
        .is_some_and(|(_, rest)| rest.contains(['/', '?']))
}

fn method(section: &Section<'_, '_>, default: &str) -> Option<String> {
    const METHODS: [(&str, &str); 5] = [
        ("GET", "GET"),
        ("POST", "POST"),
        ("PUT", "PUT"),
        ("PATCH", "PATCH"),
        ("DELETE", "DELETE"),
    ];
    match section.value("method") {
        Some(entry) => entry.word(&METHODS).map(str::to_owned),
        None => Some(default.to_owned()),
    }
}

fn headers(section: &Section<'_, '_>, allowed: &[&str]) -> Option<Vec<(String, HeaderSource)>> {
    let Some(entry) = section.value("headers") else {
        return Some(Vec::new());
    };
    let lines = entry.section()?;
    // Read all before giving up, so that every mistake is reported.
    let read: Vec<_> = lines
        .members()
        .into_iter()
        .map(|(name, value)| header(name, &value, allowed))
        .collect();
    read.into_iter().collect()
}

fn header(name: String, value: &Entry<'_, '_>, allowed: &[&str]) -> Option<(String, HeaderSource)> {
    const SECRET_HEADERS: [&str; 6] = [
        "authorization",
        "cookie",
        "x-api-key",
        "api-key",
        "proxy-authorization",
        "x-auth-token",
    ];
    if http::HeaderName::from_bytes(name.as_bytes()).is_err() {
        return value.wrong(Mistake::Senseless(format!("{name:?} is no header name")));
    }
    if value.raw().is_table() {
        let inner = value.section()?;
        let prefix = inner
            .value("prefix")
            .and_then(|prefix| prefix.text())
            .unwrap_or_default()
            .to_owned();
        let secret = inner.secret("secret_env");
        inner.finish();
        let secret = secret?;
        if http::HeaderValue::from_str(&format!("{prefix}{}", secret.expose())).is_err() {
            let variable = secret.variable();
            return value.wrong(Mistake::Senseless(format!(
                "the value of {variable} cannot stand in a header (line breaks or control characters)"
            )));
        }
        return Some((name, HeaderSource::Secret { prefix, secret }));
    }
    if SECRET_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
        return value.wrong(Mistake::SecretInFile {
            instead: format!("{name} = {{ secret_env"),
        });
    }
    let text = value.take(Template::parse(value.text()?, allowed))?;
    if http::HeaderValue::from_str(&text.with_stand_in("x")).is_err() {
        return value.wrong(Mistake::Senseless(
            "has characters that cannot stand in a header".to_owned(),
        ));
    }
    Some((name, HeaderSource::Text(text)))
}

fn body(entry: &Entry<'_, '_>, content_type: Option<&str>, allowed: &[&str]) -> Option<BodyTemplate> {
    if entry.raw().is_table() {
        let document = entry.take(to_json(entry.raw()).map_err(Mistake::Senseless))?;
        return entry.take(JsonTemplate::parse(&document, allowed).map(BodyTemplate::Json));
    }
    entry.take(BodyTemplate::parse(entry.text()?, content_type, allowed))
}

fn to_json(value: &DeValue<'_>) -> Result<serde_json::Value, String> {
    use serde_json::Value;
    Ok(match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map(Value::from)
            .map_err(|_| format!("{} is too large a number", number.as_str()))?,
        DeValue::Float(number) => number
            .as_str()
            .parse::<f64>()
            .ok()
            .and_then(serde_json::Number::from_f64)
            .map(Value::Number)
            .ok_or_else(|| format!("{} cannot be written in JSON", number.as_str()))?,
        DeValue::Boolean(truth) => Value::Bool(*truth),
        DeValue::Datetime(moment) => Value::String(moment.to_string()),
        DeValue::Array(items) => Value::Array(
            items
                .iter()
                .map(|item| to_json(item.get_ref()))
                .collect::<Result<_, _>>()?,
        ),
        DeValue::Table(members) => Value::Object(
            members
                .iter()
                .map(|(key, member)| Ok((key.get_ref().to_string(), to_json(member.get_ref())?)))
                .collect::<Result<_, String>>()?,
        ),
    })
}
