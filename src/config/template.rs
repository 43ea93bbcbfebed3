//! Templates: text with `{placeholders}`, checked when the file is read.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::Value;

/// Longest template, in bytes.
const LONGEST: usize = 64 * 1024;

/// Placeholders that a started operation may use.
pub const OPERATION_FIELDS: [&str; 42] = [
    "reference",
    "amount",
    "amount_minor",
    "currency",
    "api_base_url",
    "event_id",
    "correlation_id",
    "order",
    "policy",
    "transaction",
    "subscription",
    "claim",
    "refund",
    "quotation",
    "customer",
    "recurring",
    "product_code",
    "variant",
    "cover",
    "cover_from",
    "cover_to",
    "name",
    "id_number",
    "email",
    "phone",
    "birth_date",
    "address",
    "reason",
    "description",
    "incident_date",
    "incident",
    "from",
    "to",
    "date",
    "status",
    "detail",
    "hash",
    "file",
    "file_id",
    "folder",
    "return_url",
    "example",
];

/// Placeholders of an effect probe.
pub const EFFECT_FIELDS: [&str; 1] = ["reference"];

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Stands as it is.
    Text(String),
    /// Is filled in.
    Field(String),
}

/// A parsed template.
#[derive(Clone, PartialEq, Eq)]
pub struct Template {
    source: String,
    parts: Vec<Part>,
}

/// Why a text is no template.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TemplateError {
    /// A placeholder that nothing fills.
    #[error("unknown placeholder {{{name}}}; {remedy}")]
    Unknown {
        /// Its name.
        name: String,
        /// What to write instead.
        remedy: String,
    },
    /// A brace without its partner.
    #[error(
        "a brace at character {0} has no partner; write {{{{ or }}}} for a brace that should stand as it is"
    )]
    Brace(usize),
    /// Longer than anything sensible.
    #[error("is longer than {LONGEST} bytes")]
    TooLong,
    /// A placeholder in a place that decides where a request goes.
    #[error("a placeholder may stand in path and query only, not in scheme, host or port")]
    InHost,
    /// A text body that is neither JSON nor declared as a form.
    #[error(
        "the body is not valid JSON ({0}); put placeholders between double quotes, write the body as a TOML \
         table, or declare content-type = \"application/x-www-form-urlencoded\""
    )]
    NotJson(String),
    /// A content type whose escaping is not known.
    #[error("bodies of type {0:?} cannot be filled in safely; use JSON or a form")]
    ContentType(String),
}

impl Template {
    /// Parses a template whose placeholders are all among `allowed`.
    pub fn parse(text: &str, allowed: &[&str]) -> Result<Self, TemplateError> {
        if text.len() > LONGEST {
            return Err(TemplateError::TooLong);
        }
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut letters = text.char_indices().peekable();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '{' | '}' if letters.next_if(|(_, next)| *next == letter).is_some() => literal.push(letter),
                '{' => {
                    let mut name = String::new();
                    loop {
                        match letters.next() {
                            Some((_, '}')) => break,
                            Some((_, next)) if next != '{' => name.push(next),
                            _ => return Err(TemplateError::Brace(at)),
                        }
                    }
                    if !allowed.contains(&name.as_str()) {
                        return Err(unknown(name, allowed));
                    }
                    if !literal.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut literal)));
                    }
                    parts.push(Part::Field(name));
                }
                '}' => return Err(TemplateError::Brace(at)),
                other => literal.push(other),
            }
        }
        if !literal.is_empty() {
            parts.push(Part::Text(literal));
        }
        Ok(Self {
            source: text.to_owned(),
            parts,
        })
    }

    /// The pieces in order.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The names of the placeholders, in order, with repetitions.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Field(name) => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// The literal text before the first placeholder.
    pub(super) fn literal_start(&self) -> &str {
        match self.parts.first() {
            Some(Part::Text(text)) => text,
            _ => "",
        }
    }

    /// The template with every placeholder replaced by `stand_in`.
    pub(super) fn with_stand_in(&self, stand_in: &str) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.as_str(),
                Part::Field(_) => stand_in,
            })
            .collect()
    }
}

fn unknown(name: String, allowed: &[&str]) -> TemplateError {
    let remedy = match super::error::nearest(&name, allowed.iter().copied()) {
        Some(near) => format!("did you mean {{{near}}}?"),
        None if allowed.is_empty() => "no placeholder may stand here".to_owned(),
        None => format!("known here are {}", allowed.join(", ")),
    };
    TemplateError::Unknown { name, remedy }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.source, f)
    }
}

impl Serialize for Template {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.source)
    }
}

/// A JSON body whose texts are templates. Placeholders never reach keys or structure.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum JsonTemplate {
    /// A number, truth value or null.
    Fixed(Value),
    /// A text.
    Text(Template),
    /// A list.
    List(Vec<JsonTemplate>),
    /// An object.
    Object(Vec<(String, JsonTemplate)>),
}

impl JsonTemplate {
    /// Reads a JSON document as a template.
    pub fn parse(document: &Value, allowed: &[&str]) -> Result<Self, TemplateError> {
        Ok(match document {
            Value::String(text) => Self::Text(Template::parse(text, allowed)?),
            Value::Array(items) => Self::List(
                items
                    .iter()
                    .map(|item| Self::parse(item, allowed))
                    .collect::<Result<_, _>>()?,
            ),
            Value::Object(members) => Self::Object(
                members
                    .iter()
                    .map(|(key, member)| Ok((key.clone(), Self::parse(member, allowed)?)))
                    .collect::<Result<_, TemplateError>>()?,
            ),
            other => Self::Fixed(other.clone()),
        })
    }

    /// Whether a placeholder of that name stands anywhere in it.
    pub fn mentions(&self, field: &str) -> bool {
        match self {
            Self::Fixed(_) => false,
            Self::Text(template) => template.fields().any(|name| name == field),
            Self::List(items) => items.iter().any(|item| item.mentions(field)),
            Self::Object(members) => members.iter().any(|(_, member)| member.mentions(field)),
        }
    }
}

/// The body of a templated request.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BodyTemplate {
    /// JSON.
    Json(JsonTemplate),
    /// `application/x-www-form-urlencoded`; values are percent-encoded.
    Form(Template),
}

impl BodyTemplate {
    /// Reads a text body according to the declared content type (JSON when none is declared).
    pub fn parse(text: &str, content_type: Option<&str>, allowed: &[&str]) -> Result<Self, TemplateError> {
        let media = content_type.unwrap_or("application/json");
        let essence = media
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        if essence == "application/x-www-form-urlencoded" {
            return Template::parse(text, allowed).map(Self::Form);
        }
        if essence != "application/json" && !essence.ends_with("+json") {
            return Err(TemplateError::ContentType(essence));
        }
        let document: Value =
            serde_json::from_str(text).map_err(|error| TemplateError::NotJson(error.to_string()))?;
        JsonTemplate::parse(&document, allowed).map(Self::Json)
    }

    /// Whether a placeholder of that name stands anywhere in it.
    pub fn mentions(&self, field: &str) -> bool {
        match self {
            Self::Json(document) => document.mentions(field),
            Self::Form(template) => template.fields().any(|name| name == field),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_text_and_fields() {
        let template = Template::parse("a{{b}}/{reference}?x={amount}", &OPERATION_FIELDS).unwrap();
        assert_eq!(
            template.parts(),
            [
                Part::Text("a{b}/".to_owned()),
                Part::Field("reference".to_owned()),
                Part::Text("?x=".to_owned()),
                Part::Field("amount".to_owned()),
            ]
        );
    }

    #[test]
    fn a_misspelt_placeholder_is_told_with_the_right_one() {
        assert_eq!(
            Template::parse("{refernce}", &OPERATION_FIELDS),
            Err(TemplateError::Unknown {
                name: "refernce".to_owned(),
                remedy: "did you mean {reference}?".to_owned()
            })
        );
        assert_eq!(
            Template::parse("a{reference", &OPERATION_FIELDS),
            Err(TemplateError::Brace(1))
        );
        assert_eq!(
            Template::parse("a}b", &OPERATION_FIELDS),
            Err(TemplateError::Brace(1))
        );
    }

    #[test]
    fn a_placeholder_outside_a_json_text_is_refused() {
        assert!(matches!(
            BodyTemplate::parse(r#"{"amount": {amount}}"#, None, &OPERATION_FIELDS),
            Err(TemplateError::NotJson(_))
        ));
        assert_eq!(
            BodyTemplate::parse(
                "<a>{amount}</a>",
                Some("text/xml; charset=utf-8"),
                &OPERATION_FIELDS
            ),
            Err(TemplateError::ContentType("text/xml".to_owned()))
        );
    }
}
