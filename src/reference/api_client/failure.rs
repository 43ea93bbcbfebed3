//! How an API call can fail, in the families that an operator tells apart.

/// The families.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// Credentials or tokens are not accepted.
    Authentication,
    /// The platform finds the request wrong; repeating it would not help.
    Validation,
    /// Too many requests.
    RateLimit,
    /// The platform failed or answered something unusable.
    Server,
    /// No answer: connection, time-out, name resolution.
    Network,
    /// The payment was declined.
    Declined,
}

impl Category {
    /// The word in answers and log lines.
    pub fn word(self) -> &'static str {
        match self {
            Self::Authentication => "authentication",
            Self::Validation => "validation",
            Self::RateLimit => "rate_limit",
            Self::Server => "server",
            Self::Network => "network",
            Self::Declined => "declined",
        }
    }

    /// The family of an error status. Unknown codes count as their class (RFC 9110, section 15).
    pub fn of_status(status: u16) -> Self {
        match status {
            401 | 403 => Self::Authentication,
            429 => Self::RateLimit,
            400..=499 => Self::Validation,
            _ => Self::Server,
        }
    }
}

/// A call that did not work out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Family.
    pub category: Category,
    /// What happened, without data from the request or the answer.
    pub message: String,
    /// Field names that a validation error lists.
    pub fields: Vec<String>,
    /// Tries made.
    pub attempts: u32,
    /// The platform's request id, if there was an answer.
    pub request_id: Option<String>,
    /// Whether the platform may have carried the request out all the same.
    pub may_have_worked: bool,
}

impl Failure {
    /// A failure without an answer behind it.
    pub fn new(category: Category, message: impl Into<String>) -> Self {
        Self {
            category,
            message: message.into(),
            fields: Vec::new(),
            attempts: 0,
            request_id: None,
            may_have_worked: false,
        }
    }

    /// Whether the next try may fare better.
    pub fn is_passing(&self) -> bool {
        matches!(
            self.category,
            Category::RateLimit | Category::Server | Category::Network
        )
    }

    /// A success status with content that cannot be used.
    pub fn unusable(what: &str) -> Self {
        Self::new(Category::Server, format!("answer without a usable {what}"))
    }
}
