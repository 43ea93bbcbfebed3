//! Filling templates in, each value escaped for the place it goes to.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use url::Url;

use crate::config::template::{BodyTemplate, JsonTemplate, Part, Template};

/// Values of placeholders by name.
pub type Fields = BTreeMap<String, String>;

/// Longest text that filling in may make, in bytes.
const LONGEST: usize = 256 * 1024;

/// What stays as it is in an address or a form: RFC 3986, 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Why a template cannot be filled in.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum FillError {
    /// A placeholder without a value.
    #[error("the template asks for {{{0}}}, which this operation does not have")]
    Missing(String),
    /// The values are too long.
    #[error("the filled template is longer than {LONGEST} bytes")]
    TooLong,
    /// A value would lead the request somewhere else.
    #[error("the filled address {0:?} does not lead to the place that the template names")]
    Astray(String),
    /// A value cannot stand in a header or an argument.
    #[error("the value for {0} has characters that cannot stand there")]
    Characters(&'static str),
}

/// An address: every value percent-encoded, and held inside the path or query where it stands.
pub fn url(template: &Template, fields: &Fields) -> Result<Url, FillError> {
    let text = fill(template, fields, encoded)?;
    let plain = fill(template, &stand_ins(template), encoded)?;
    let astray = || FillError::Astray(text.clone());
    let url = Url::parse(&text).map_err(|_| astray())?;
    let expected = Url::parse(&plain).map_err(|_| astray())?;
    let segments = |url: &Url| url.path_segments().map(Iterator::count);
    // `.` and `..` survive percent-encoding and would be resolved away with what stands before them.
    let same_place = url.origin() == expected.origin()
        && segments(&url) == segments(&expected)
        && url.fragment().is_none()
        && url.query().is_some() == expected.query().is_some();
    if same_place { Ok(url) } else { Err(astray()) }
}

/// The value of a header.
pub fn header(template: &Template, fields: &Fields) -> Result<http::HeaderValue, FillError> {
    let text = fill(template, fields, str::to_owned)?;
    http::HeaderValue::from_str(&text).map_err(|_| FillError::Characters("a header"))
}

/// One argument of a command.
pub fn argument(template: &Template, fields: &Fields) -> Result<String, FillError> {
    let text = fill(template, fields, str::to_owned)?;
    if text.contains('\0') {
        Err(FillError::Characters("an argument"))
    } else {
        Ok(text)
    }
}

/// A text for a person: control characters become spaces.
pub fn prompt(template: &Template, fields: &Fields) -> Result<String, FillError> {
    let text = fill(template, fields, str::to_owned)?;
    Ok(text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect())
}

/// A body with its content type.
pub fn body(template: &BodyTemplate, fields: &Fields) -> Result<(&'static str, Vec<u8>), FillError> {
    Ok(match template {
        BodyTemplate::Json(document) => (
            "application/json",
            json(document, fields)?.to_string().into_bytes(),
        ),
        BodyTemplate::Form(template) => (
            "application/x-www-form-urlencoded",
            fill(template, fields, encoded)?.into_bytes(),
        ),
    })
}

/// A JSON document: values reach texts only, never keys or structure.
pub fn json(template: &JsonTemplate, fields: &Fields) -> Result<Value, FillError> {
    Ok(match template {
        JsonTemplate::Fixed(value) => value.clone(),
        JsonTemplate::Text(text) => Value::String(fill(text, fields, str::to_owned)?),
        JsonTemplate::List(items) => Value::Array(
            items
                .iter()
                .map(|item| json(item, fields))
                .collect::<Result<_, _>>()?,
        ),
        JsonTemplate::Object(members) => Value::Object(
            members
                .iter()
                .map(|(key, member)| Ok((key.clone(), json(member, fields)?)))
                .collect::<Result<_, FillError>>()?,
        ),
    })
}

fn encoded(value: &str) -> String {
    utf8_percent_encode(value, RESERVED).to_string()
}

fn stand_ins(template: &Template) -> Fields {
    template
        .fields()
        .map(|name| (name.to_owned(), "x".to_owned()))
        .collect()
}

fn fill(template: &Template, fields: &Fields, escape: impl Fn(&str) -> String) -> Result<String, FillError> {
    let mut text = String::new();
    for part in template.parts() {
        match part {
            Part::Text(literal) => text.push_str(literal),
            Part::Field(name) => {
                let value = fields.get(name).ok_or_else(|| FillError::Missing(name.clone()))?;
                text.push_str(&escape(value));
            }
        }
        if text.len() > LONGEST {
            return Err(FillError::TooLong);
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::template::OPERATION_FIELDS;

    fn parsed(text: &str) -> Template {
        Template::parse(text, &OPERATION_FIELDS).unwrap()
    }

    fn fields(reference: &str, amount: &str) -> Fields {
        [
            ("reference".to_owned(), reference.to_owned()),
            ("amount".to_owned(), amount.to_owned()),
        ]
        .into()
    }

    #[test]
    fn a_missing_value_is_told_by_name() {
        assert_eq!(
            argument(&parsed("{currency}"), &fields("a", "b")),
            Err(FillError::Missing("currency".to_owned()))
        );
    }

    #[test]
    fn dots_do_not_climb_out_of_a_path() {
        for reference in [".", "..", ""] {
            let filled = url(
                &parsed("https://a.my/orders/{reference}/state"),
                &fields(reference, ""),
            );
            if reference.is_empty() {
                assert_eq!(filled.unwrap().path(), "/orders//state");
            } else {
                assert!(matches!(filled, Err(FillError::Astray(_))), "{reference}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_value_changes_where_a_request_goes(reference in any::<String>(), amount in any::<String>()) {
            let template = parsed("https://a.my:8443/orders/{reference}/state?amount={amount}&fixed=1");
            if let Ok(url) = url(&template, &fields(&reference, &amount)) {
                prop_assert_eq!(url.origin().ascii_serialization(), "https://a.my:8443");
                let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
                prop_assert_eq!(
                    pairs,
                    vec![("amount".to_owned(), amount), ("fixed".to_owned(), "1".to_owned())]
                );
                let segments: Vec<&str> = url.path_segments().unwrap().collect();
                prop_assert_eq!(segments.len(), 3);
                let decoded = percent_encoding::percent_decode_str(segments[1]).decode_utf8().unwrap();
                prop_assert_eq!(decoded.as_ref(), reference.as_str());
            } else {
                prop_assert!(reference == "." || reference == "..");
            }
        }

        #[test]
        fn no_value_changes_the_structure_of_a_json_body(reference in any::<String>()) {
            let template =
                BodyTemplate::parse(r#"{"a":["x{reference}y",1],"b":{"c":null}}"#, None, &OPERATION_FIELDS).unwrap();
            let (_, bytes) = body(&template, &fields(&reference, "")).unwrap();
            let document: Value = serde_json::from_slice(&bytes).unwrap();
            prop_assert_eq!(
                document,
                serde_json::json!({"a": [format!("x{reference}y"), 1], "b": {"c": null}})
            );
        }

        #[test]
        fn no_value_adds_a_field_to_a_form(reference in any::<String>()) {
            let form = "application/x-www-form-urlencoded";
            let template = BodyTemplate::parse("a={reference}&b=1", Some(form), &OPERATION_FIELDS).unwrap();
            let (_, bytes) = body(&template, &fields(&reference, "")).unwrap();
            let pairs: Vec<(String, String)> = url::form_urlencoded::parse(&bytes).into_owned().collect();
            prop_assert_eq!(pairs, vec![("a".to_owned(), reference), ("b".to_owned(), "1".to_owned())]);
        }

        #[test]
        fn a_header_value_never_holds_a_line_break(reference in any::<String>()) {
            if let Ok(value) = header(&parsed("x{reference}"), &fields(&reference, "")) {
                prop_assert!(!value.as_bytes().iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)));
            }
        }
    }
}
