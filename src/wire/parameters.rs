//! The parameters of a callback or return, one by one as they go out, and the ways they travel.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::form_urlencoded;

use super::recurring::Callback;

/// How parameters travel (002:0, 002:A.4, 002:A.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Carriage {
    /// A JSON object as the body of a POST: the advance format.
    Json,
    /// `application/x-www-form-urlencoded` as the body of a POST: the standard format.
    Form,
    /// `multipart/form-data` as the body of a POST, as some senders do by default.
    Multipart,
    /// The query of a GET: the browser's return.
    Query,
    /// JSON text that calls itself a form.
    JsonCalledForm,
    /// Form text that calls itself JSON.
    FormCalledJson,
}

/// The separator of multipart bodies; no value of ours contains it.
const BOUNDARY: &str = "senang-conformance-parameters";

/// Parameters in wire order. Names may repeat, values are typed exactly as a case says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters(pub Vec<(String, Value)>);

impl Parameters {
    /// The parameters of a callback under their default names, with a hash of any JSON value, or none.
    pub fn of(callback: &Callback, hash: Option<Value>) -> Self {
        match callback.document(hash) {
            Value::Object(fields) => Self(fields.into_iter().collect()),
            _ => Self::default(),
        }
    }

    /// Puts a value in place of all of that name, or at the end.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        let value = value.into();
        match self.0.iter_mut().find(|(its, _)| its == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// Adds a value, though the name may be there already.
    pub fn push(&mut self, name: &str, value: impl Into<Value>) {
        self.0.push((name.to_owned(), value.into()));
    }

    /// Takes a name out.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(its, _)| its != name);
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(its, _)| its == name).map(|(_, value)| value)
    }

    /// As a JSON object in wire order, repeated names included.
    pub fn json(&self) -> String {
        let members: Vec<String> = self
            .0
            .iter()
            .map(|(name, value)| format!("{}:{value}", Value::from(name.as_str())))
            .collect();
        format!("{{{}}}", members.join(","))
    }

    /// As form text; spaces become `+`. What is no text is written as JSON.
    pub fn form(&self) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.0 {
            form.append_pair(name, &printed(value));
        }
        form.finish()
    }

    fn multipart(&self) -> String {
        let mut parts = String::new();
        for (name, value) in &self.0 {
            let value = printed(value);
            let _ = write!(
                parts,
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
        }
        format!("{parts}--{BOUNDARY}--\r\n")
    }

    /// Content type and body of a POST; for [`Carriage::Query`] the body is the query text.
    pub fn body(&self, carriage: Carriage) -> (&'static str, String) {
        const FORM: &str = "application/x-www-form-urlencoded";
        const JSON: &str = "application/json";
        match carriage {
            Carriage::Json => (JSON, self.json()),
            Carriage::Form | Carriage::Query => (FORM, self.form()),
            Carriage::Multipart => (
                "multipart/form-data; boundary=senang-conformance-parameters",
                self.multipart(),
            ),
            Carriage::JsonCalledForm => (FORM, self.json()),
            Carriage::FormCalledJson => (JSON, self.form()),
        }
    }
}

/// A value as it is printed where there are only texts.
pub fn printed(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_repeated_name_is_written_twice() {
        let mut parameters = Parameters::default();
        parameters.push("status_id", "0");
        parameters.push("status_id", "1");
        assert_eq!(parameters.json(), r#"{"status_id":"0","status_id":"1"}"#);
        assert_eq!(parameters.form(), "status_id=0&status_id=1");
        parameters.set("hash", json!(true));
        assert_eq!(parameters.body(Carriage::JsonCalledForm).1, parameters.json());
        assert_eq!(BOUNDARY.len(), "senang-conformance-parameters".len());
        assert!(parameters.body(Carriage::Multipart).0.ends_with(BOUNDARY));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(pairs in proptest::collection::vec((".{1,12}", ".{0,40}"), 0..6)) {
            let mut parameters = Parameters::default();
            for (name, value) in &pairs {
                parameters.push(name, value.as_str());
            }
            let form = parameters.form();
            let read: Vec<(String, String)> = form_urlencoded::parse(form.as_bytes()).into_owned().collect();
            prop_assert_eq!(&read, &pairs);
            prop_assert!(serde_json::from_str::<Value>(&parameters.json()).is_ok());
        }
    }
}
