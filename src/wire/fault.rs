//! What the sandbox can do wrong, as data: scripts name faults, the gate performs them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{growth::Growth, header::Headers, substitute::Substitute};

/// A call of the platform API, by what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApiCall {
    /// POST `/v1/oauth/token`
    Token,
    /// GET `/v1/products`
    Products,
    /// POST `/v1/quotations`
    Quotation,
    /// POST `/v1/customers`
    Customer,
    /// POST `/v1/policies`
    Policy,
    /// POST `/v1/payments`
    Payment,
    /// GET `/v1/payments/{id}`
    PaymentStatus,
    /// GET `/v1/policies/{id}`
    PolicyStatus,
    /// GET `/v1/claims/{id}`
    ClaimStatus,
    /// POST `/v1/payments/{id}/refunds`
    Refund,
    /// POST `/v1/policies/{id}/cancellation`
    Cancellation,
    /// POST `/v1/claims`
    Claim,
    /// GET `/v1/transactions`
    Transactions,
    /// Any path or method outside the contract.
    Unknown,
}

impl ApiCall {
    /// The calls that only read. Retrying them does no harm.
    pub const READS: [Self; 5] = [
        Self::Products,
        Self::PaymentStatus,
        Self::PolicyStatus,
        Self::ClaimStatus,
        Self::Transactions,
    ];

    /// Whether the call creates or changes something, so that it takes an idempotency key.
    pub fn writes(self) -> bool {
        matches!(
            self,
            Self::Quotation
                | Self::Customer
                | Self::Policy
                | Self::Payment
                | Self::Refund
                | Self::Cancellation
                | Self::Claim
        )
    }
}

/// A status that is an error: 400 to 599, so that a fault can never be a success by accident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct ErrorStatus(u16);

/// The number is not an error status.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("status {0} is no error status; use 400 to 599")]
pub struct NotAnErrorStatus(pub u16);

impl TryFrom<u16> for ErrorStatus {
    type Error = NotAnErrorStatus;

    fn try_from(status: u16) -> Result<Self, NotAnErrorStatus> {
        if (400..=599).contains(&status) {
            Ok(Self(status))
        } else {
            Err(NotAnErrorStatus(status))
        }
    }
}

impl From<ErrorStatus> for u16 {
    fn from(status: ErrorStatus) -> Self {
        status.0
    }
}

/// A status that leads elsewhere: 300 to 399.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct RedirectStatus(u16);

/// The number is not a redirect status.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("status {0} is no redirect; use 300 to 399")]
pub struct NotARedirectStatus(pub u16);

impl TryFrom<u16> for RedirectStatus {
    type Error = NotARedirectStatus;

    fn try_from(status: u16) -> Result<Self, NotARedirectStatus> {
        if (300..=399).contains(&status) {
            Ok(Self(status))
        } else {
            Err(NotARedirectStatus(status))
        }
    }
}

impl From<RedirectStatus> for u16 {
    fn from(status: RedirectStatus) -> Self {
        status.0
    }
}

/// One thing the sandbox does instead of, or on top of, its honest answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "kebab-case")]
pub enum Fault {
    /// Answers with an error. Without a body the contract's problem document for that status is sent.
    Refuse {
        /// The status line.
        status: ErrorStatus,
        /// Headers on top of the usual ones (for example `retry-after`).
        #[serde(default)]
        headers: Headers,
        /// A body of one's own.
        #[serde(default)]
        body: Option<String>,
    },
    /// Answers with an error whose `Retry-After` is a date. It and the `Date` header are written when the
    /// answer goes out, so that they differ by exactly so many seconds.
    RefuseUntil {
        /// The status line.
        status: ErrorStatus,
        /// Seconds from the `Date` header on.
        seconds: u32,
    },
    /// The honest work is done, then an error is answered all the same, as by a gateway that gave up waiting.
    RefuseAfterWork {
        /// The status line.
        status: ErrorStatus,
    },
    /// The honest answer, after a pause.
    Hold {
        /// Milliseconds between the end of the request and the answer.
        millis: u64,
    },
    /// The honest work is done, then the connection is reset (RST) before a byte is answered.
    ResetAfterWork,
    /// The connection is reset before the request is worked on.
    Reset,
    /// The connection is closed cleanly (FIN) without an answer.
    Close,
    /// The honest answer stops after so many bytes of the body, then the connection closes.
    Cut {
        /// Body bytes that still go out.
        after: usize,
    },
    /// The honest answer goes out a few bytes at a time.
    Drip {
        /// Bytes a piece.
        bytes: usize,
        /// Milliseconds between two pieces.
        every_millis: u64,
    },
    /// The head of the honest answer goes out at once, its body a few bytes at a time.
    DripBody {
        /// Bytes a piece.
        bytes: usize,
        /// Milliseconds between two pieces.
        every_millis: u64,
    },
    /// Bytes that are not HTTP.
    Garbage,
    /// The connection stays open and nothing is ever answered.
    Silent,
    /// A success status with another content than the honest one. No work is done.
    Instead {
        /// The content.
        what: Substitute,
    },
    /// The work is done, as if it had been done before, and the answer is 409 with the way to what exists.
    AlreadyThere,
    /// Leads to another address. No work is done.
    Redirect {
        /// The status line.
        status: RedirectStatus,
        /// The `Location` header.
        to: String,
    },
    /// The honest work is done, and the connection is reset in the middle of the body.
    ResetMidBody,
    /// The honest answer whole, under a `Content-Length` that promises more; then the connection closes.
    Overlong {
        /// How many bytes more.
        by: usize,
    },
    /// A success status with a body of that size, which begins like JSON. No work is done.
    Flood {
        /// Its size.
        mebibytes: u32,
    },
    /// The honest answer, as a later platform gives it.
    Grown {
        /// What is new about it.
        growth: Growth,
    },
    /// The quotation that the request names is of no more use: the request is refused, and so is every
    /// later one that names it.
    Lapse {
        /// The status line.
        status: ErrorStatus,
        /// Whether the price has changed (the answer states the new one); otherwise it has expired.
        repriced: bool,
    },
    /// Every token issued so far is refused from this request on.
    ExpireTokens,
    /// The honest answer, with members that make no sense. The honest work is done.
    Altered {
        /// Members in place of those of the same name.
        #[serde(default)]
        replaced: Map<String, Value>,
        /// Members that are left out.
        #[serde(default)]
        removed: Vec<String>,
    },
}

impl Fault {
    /// Whether the answer looks good and says something that is not so.
    pub fn misleads(&self) -> bool {
        matches!(self, Self::Altered { .. })
    }
}

/// How often a script line applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Times {
    /// To the first so many matching requests.
    First(u32),
    /// To all of them.
    Always,
}

/// One line of a script: which calls it concerns, how often, and what happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptLine {
    /// The call; `None` means every call but the token request.
    pub call: Option<ApiCall>,
    /// How often.
    pub times: Times,
    /// What happens.
    pub fault: Fault,
}

/// What the sandbox does for one example on top of honest answers. Lines are tried in order; the
/// first that matches and is not used up applies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// The lines.
    pub lines: Vec<ScriptLine>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_success_is_no_error_status() {
        assert_eq!(ErrorStatus::try_from(200), Err(NotAnErrorStatus(200)));
        assert_eq!(ErrorStatus::try_from(499).map(u16::from), Ok(499));
    }
}
