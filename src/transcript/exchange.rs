//! One message and its answer, in both directions.

use serde::{Deserialize, Serialize};

use crate::wire::{
    body::Body,
    callback_variation::CallbackVariation,
    fault::{ApiCall, Fault},
    header::Headers,
    moment::Micros,
    tampering::{CallbackTampering, Tampering, Unreadable, Writing},
    variation::Variation,
};

/// What a delivery is for, inside its example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Sign of life before the stimulus.
    ControlBefore,
    /// What the example is about.
    Stimulus,
    /// Sign of life after it.
    ControlAfter,
    /// Sent for the report only; no check looks at it.
    Probe,
}

/// How the message differs from a plain one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// A right message, written so.
    Right(Writing),
    /// A falsified webhook.
    Tampered(Tampering),
    /// A correctly signed event with an unusual payload.
    Varied(Variation),
    /// A correctly signed body that is no event.
    Unreadable(Unreadable),
    /// A right recurring callback.
    Callback,
    /// A recurring callback with a right hash and something unusual about it.
    VariedCallback(CallbackVariation),
    /// A falsified recurring callback.
    TamperedCallback(CallbackTampering),
    /// A callback or browser return that is put together parameter by parameter.
    Parameters {
        /// Whether its hash is not the one that its values call for.
        forged: bool,
        /// What is special about it, in words.
        how: String,
    },
    /// A generated webhook.
    Generated {
        /// Whether it was changed after it was signed.
        forged: bool,
        /// What was done to it, in words.
        how: String,
    },
}

impl Form {
    /// Whether a partner must refuse it for want of authenticity.
    pub fn is_forged(&self) -> bool {
        matches!(
            self,
            Self::Tampered(_)
                | Self::TamperedCallback(_)
                | Self::Parameters { forged: true, .. }
                | Self::Generated { forged: true, .. }
        )
    }
}

/// What was asked for, as far as it can be told from the message alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// Its part in the example.
    pub role: Role,
    /// 0 for the first delivery with this role in the example, 1 for the next.
    pub index: u32,
    /// Form of the message.
    pub form: Form,
    /// Event type, or `recurring callback`.
    pub subject: String,
    /// Event id (webhook) or transaction id (callback) that the message carries.
    pub id: String,
    /// The partner's reference that the message names (order, policy, …).
    pub reference: String,
}

/// The request as it left, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentMessage {
    /// Method.
    pub method: String,
    /// Absolute URL.
    pub url: String,
    /// Header lines in wire order and spelling, including those the client adds.
    pub headers: Headers,
    /// Body.
    pub body: Body,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Header lines.
    pub headers: Headers,
    /// Body, at most the first 64 KiB.
    pub body: Body,
    /// Whether the body was longer than what is kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
}

/// Why no answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoAnswer {
    /// Nobody listens, or the name does not resolve.
    Connect,
    /// The TLS handshake failed.
    Tls,
    /// Nothing within the time limit.
    Timeout,
    /// The connection broke before the answer was whole.
    Broken,
    /// What came back is not HTTP.
    NotHttp,
}

/// How a delivery ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// With an answer.
    Answered(Answer),
    /// Without.
    Unanswered {
        /// In which way.
        why: NoAnswer,
        /// The library's words, cleaned of addresses that change from run to run.
        detail: String,
    },
}

/// What became of an event in the platform's books, after its attempts (001:6.1, 001:6.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fate {
    /// The event.
    pub id: String,
    /// Attempts made.
    pub attempts: u32,
    /// Whether one of them was answered with 2xx; otherwise the event is marked failed.
    pub kept: bool,
}

/// One delivery to the partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// What was asked for.
    pub intent: Intent,
    /// What was sent.
    pub sent: SentMessage,
    /// Before the first byte.
    pub started: Micros,
    /// After the last request byte; equal to `started` where the client cannot tell.
    pub written: Micros,
    /// Response head received, or the moment of giving up.
    pub head: Micros,
    /// Response body received, or the moment of giving up.
    pub ended: Micros,
    /// How it ended.
    pub ending: Ending,
}

impl Delivery {
    /// The status, if there was an answer.
    pub fn status(&self) -> Option<u16> {
        match &self.ending {
            Ending::Answered(answer) => Some(answer.status),
            Ending::Unanswered { .. } => None,
        }
    }

    /// Milliseconds from the last request byte to the response head.
    pub fn latency_millis(&self) -> u64 {
        self.head.millis_since(self.written)
    }
}

/// What kind of credential a request to the sandbox carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Credential {
    /// None.
    Missing,
    /// An access token that the sandbox issued and that is still good.
    Token,
    /// The partner's API key as bearer.
    ApiKey,
    /// Client id and secret of the token request.
    Client,
    /// The client secret or API key that a rotation has ended.
    Retired,
    /// Something in the right place that the sandbox does not know.
    Wrong,
}

/// A key that the sandbox never issued, seen anywhere in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stray {
    /// Nobody knows whose it is.
    Foreign,
    /// It has the fingerprint of a key of production.
    Production,
}

/// Where a credential was found that does not belong there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exposure {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// As user name or password before the host.
    UserInfo,
    /// In the address of the `Referer` header.
    Referer,
}

/// One request that the sandbox received, and what it answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenRequest {
    /// Number of the connection, from 1.
    pub connection: u64,
    /// Which call of the contract it is.
    pub call: ApiCall,
    /// Method.
    pub method: String,
    /// Request target as it stood on the request line, with the example's prefix removed.
    pub target: String,
    /// Header lines in wire order and spelling.
    pub headers: Headers,
    /// Body.
    pub body: Body,
    /// Which credential it carried.
    pub credential: Credential,
    /// A key that the sandbox never issued, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stray: Option<Stray>,
    /// A credential in the request target, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposed: Option<Exposure>,
    /// What the contract's schema finds wrong with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<String>,
    /// First byte of the request.
    pub started: Micros,
    /// Last byte of the request.
    pub received: Micros,
    /// Last byte of the answer, or the moment the fault was done.
    pub answered: Micros,
    /// The fault that was applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
    /// Status that was answered; none when the fault left no answer.
    pub status: Option<u16>,
    /// Body that was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Body>,
}
