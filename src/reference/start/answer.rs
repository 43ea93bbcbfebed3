//! What a started operation tells its caller.

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::reference::reply::{self, Reply};

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Done.
    Success,
    /// Accepted; the final word comes later.
    Pending,
    /// Not done.
    Failed,
}

/// An operation's result.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The partner's own reference.
    pub reference: String,
    /// How it ended.
    pub ending: Ending,
    /// Error family of a failure.
    pub category: Option<&'static str>,
    /// More members, for instance `policy`.
    pub more: Map<String, Value>,
}

impl Answer {
    /// An answer without category.
    pub fn new(reference: impl Into<String>, ending: Ending) -> Self {
        Self {
            reference: reference.into(),
            ending,
            category: None,
            more: Map::new(),
        }
    }

    /// A failure that names its family and the fields it is about.
    pub fn invalid(reference: impl Into<String>, fields: &[&str]) -> Self {
        let message = format!("check the input: {}", fields.join(", "));
        let mut answer = Self::new(reference, Ending::Failed)
            .with("fields", json!(fields))
            .with("message", json!(message));
        answer.category = Some("validation");
        answer
    }

    /// Adds a member.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.more.insert(name.to_owned(), value);
        self
    }

    /// The HTTP answer: always 200, the ending is in the body.
    pub fn reply(self) -> Reply {
        let outcome = match self.ending {
            Ending::Success => "success",
            Ending::Pending => "pending",
            Ending::Failed => "failed",
        };
        let mut body = json!({"reference": self.reference, "outcome": outcome});
        if let Some(members) = body.as_object_mut() {
            if let Some(category) = self.category {
                members.insert("category".into(), json!(category));
            }
            members.extend(self.more);
        }
        reply::json(StatusCode::OK, &body)
    }
}
