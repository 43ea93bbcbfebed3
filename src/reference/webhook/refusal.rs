//! Why a delivery is not authentic.

use http::StatusCode;

/// A refusal. The sender learns the status and one word; the rest is for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// 400 for unusable headers and times, 401 for signatures that do not fit.
    pub status: StatusCode,
    /// Reason for the log.
    pub reason: &'static str,
    /// The signature that would have fitted; filled in only under the defects that give it away.
    pub expected: Option<String>,
}

impl Refusal {
    /// Headers or times that cannot be used.
    pub fn unusable(reason: &'static str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            reason,
            expected: None,
        }
    }

    /// A signature that does not fit.
    pub fn signature() -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            reason: "signature does not fit",
            expected: None,
        }
    }
}
