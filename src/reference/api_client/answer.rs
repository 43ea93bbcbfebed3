//! What came back from one try.

use http::HeaderMap;
use serde_json::Value;

use super::failure::{Category, Failure};
use crate::reference::log::shortened;

/// Largest answer read, in bytes.
pub const LIMIT: usize = 1 << 20;

/// A complete answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Header lines.
    pub headers: HeaderMap,
    /// Body bytes.
    pub body: Vec<u8>,
}

/// The result of one try.
#[derive(Clone, Debug)]
pub enum Tried {
    /// A complete answer.
    Answered(Answer),
    /// The time was up.
    TimedOut,
    /// The connection failed or the answer was cut off.
    Broken,
    /// The answer is longer than anything the contract knows.
    TooLong,
}

impl Answer {
    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The platform's request id.
    pub fn request_id(&self) -> Option<String> {
        self.header("x-request-id").map(shortened)
    }

    /// The JSON object of a success answer.
    pub fn object(&self) -> Result<Value, Failure> {
        match serde_json::from_slice(&self.body) {
            Ok(value @ (Value::Object(_) | Value::Array(_))) if (200..300).contains(&self.status) => {
                Ok(value)
            }
            _ => Err(Failure::unusable("JSON body")),
        }
    }

    /// Whether a 409 says that the first request with this key is still being worked on.
    pub fn in_progress(&self) -> bool {
        if self.status != 409 {
            return false;
        }
        let problem: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        ["type", "title", "detail", "code", "error"].iter().any(|name| {
            let text = problem.get(*name).and_then(Value::as_str).unwrap_or_default();
            text.to_ascii_lowercase()
                .replace(['-', '_'], " ")
                .contains("in progress")
        })
    }

    /// The failure that an error answer means. Field names are kept, messages are not: they may repeat
    /// what a customer typed.
    pub fn failure(&self) -> Failure {
        let problem: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let errors = problem.get("errors").and_then(Value::as_array);
        let fields: Vec<String> = errors
            .into_iter()
            .flatten()
            .filter_map(|error| error.get("field").and_then(Value::as_str))
            .filter(|field| field.len() <= 64 && field.chars().all(is_name_character))
            .take(32)
            .map(str::to_owned)
            .collect();
        let mut message = format!("answered {}", self.status);
        if !fields.is_empty() {
            message.push_str(", fields ");
            message.push_str(&fields.join(", "));
        }
        Failure {
            fields,
            request_id: self.request_id(),
            ..Failure::new(Category::of_status(self.status), message)
        }
    }
}

fn is_name_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_-.[]/".contains(character)
}
