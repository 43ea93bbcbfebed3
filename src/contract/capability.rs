//! What a partner can declare, and what a case can need.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::word::words;
use crate::wire::event::EventType;

words! {
    /// An operation of the partner's that can be started from outside.
    Operation, "operation" {
        /// Ask for a price.
        Quote = "quote",
        /// The whole purchase.
        Buy = "buy",
        /// Pay for a policy.
        Pay = "pay",
        /// Open a claim.
        Claim = "claim",
        /// Ask how a claim stands.
        ClaimStatus = "claim_status",
        /// Ask how a payment or policy stands.
        Status = "status",
        /// Compare one's own books with the platform's.
        Reconcile = "reconcile",
        /// Give money back.
        Refund = "refund",
        /// End a policy.
        Cancel = "cancel",
        /// Produce a report.
        Report = "report",
        /// Create a pending order.
        Order = "order",
        /// Create a pending subscription.
        Subscribe = "subscribe",
        /// Produce the hosted-checkout request.
        Checkout = "checkout",
        /// Hand over a batch file.
        Batch = "batch",
    }
}

impl Operation {
    /// Whether it calls the platform API; the others hand over a file or a browser request, or only
    /// prepare the partner's own records.
    pub fn calls_api(self) -> bool {
        !matches!(self, Self::Order | Self::Subscribe | Self::Checkout | Self::Batch)
    }
}

/// Something a case needs the partner to support. Written `webhooks`, an event type such as
/// `payment.success`, `out-of-scope-type`, `signed-headers`, `signed-timestamp`, `recurring.json`,
/// `recurring.form`, `recurring-hash-not-md5`, `return-template`, `return-template.json`, `return-template.form`,
/// `return-template.amount`, `api`, `api.buy`, `checkout`, `batch`, `load`, `public-target`,
/// `tls-target` or `plain-http-address`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Capability {
    /// At least one event type is taken by webhook.
    Webhooks,
    /// This event type is taken.
    Event(EventType),
    /// At least one event type of the contract is not taken.
    OutOfScopeType,
    /// The signature covers event id and attempt time.
    SignedHeaders,
    /// The signature covers the attempt time.
    SignedTimestamp,
    /// Recurring callbacks in JSON.
    RecurringJson,
    /// Recurring callbacks as form posts.
    RecurringForm,
    /// The recurring hash is not MD5.
    RecurringHashNotMd5,
    /// A custom return URL template.
    ReturnTemplate,
    /// Callbacks in JSON under the names of that template.
    TemplateJson,
    /// Callbacks as form posts under the names of that template.
    TemplateForm,
    /// A return URL template with the amount in it.
    TemplateAmount,
    /// At least one operation of the platform API is used.
    Api,
    /// This operation is used.
    Operation(Operation),
    /// Hosted checkout.
    Checkout,
    /// Batch files.
    Batch,
    /// Examples that make load.
    Load,
    /// The webhook endpoint is not on the machine that the harness runs on.
    PublicTarget,
    /// The webhook endpoint is no development target over plain http, so it should have a certificate.
    TlsTarget,
    /// It is known where plain http would be served beside the https endpoint.
    PlainHttpAddress,
}

/// The text names no capability.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "no capability is called {0:?}; write webhooks, an event type such as payment.success, out-of-scope-type, \
     signed-headers, signed-timestamp, recurring.json, recurring.form, recurring-hash-not-md5, return-template, \
     return-template.json, return-template.form, return-template.amount, api, api.<operation>, checkout, batch, load, \
     public-target, tls-target or plain-http-address"
)]
pub struct UnknownCapability(pub String);

impl FromStr for Capability {
    type Err = UnknownCapability;

    fn from_str(text: &str) -> Result<Self, UnknownCapability> {
        let unknown = || UnknownCapability(text.to_owned());
        Ok(match text {
            "webhooks" => Self::Webhooks,
            "out-of-scope-type" => Self::OutOfScopeType,
            "signed-headers" => Self::SignedHeaders,
            "signed-timestamp" => Self::SignedTimestamp,
            "recurring-hash-not-md5" => Self::RecurringHashNotMd5,
            "recurring.json" => Self::RecurringJson,
            "recurring.form" => Self::RecurringForm,
            "return-template" => Self::ReturnTemplate,
            "return-template.json" => Self::TemplateJson,
            "return-template.form" => Self::TemplateForm,
            "return-template.amount" => Self::TemplateAmount,
            "api" => Self::Api,
            "checkout" => Self::Checkout,
            "batch" => Self::Batch,
            "load" => Self::Load,
            "public-target" => Self::PublicTarget,
            "tls-target" => Self::TlsTarget,
            "plain-http-address" => Self::PlainHttpAddress,
            _ => match text.strip_prefix("api.") {
                Some(operation) => Self::Operation(operation.parse().map_err(|_| unknown())?),
                None => Self::Event(text.parse().map_err(|_| unknown())?),
            },
        })
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Webhooks => f.write_str("webhooks"),
            Self::Event(kind) => f.write_str(kind.name()),
            Self::OutOfScopeType => f.write_str("out-of-scope-type"),
            Self::SignedHeaders => f.write_str("signed-headers"),
            Self::SignedTimestamp => f.write_str("signed-timestamp"),
            Self::RecurringHashNotMd5 => f.write_str("recurring-hash-not-md5"),
            Self::RecurringJson => f.write_str("recurring.json"),
            Self::RecurringForm => f.write_str("recurring.form"),
            Self::ReturnTemplate => f.write_str("return-template"),
            Self::TemplateJson => f.write_str("return-template.json"),
            Self::TemplateForm => f.write_str("return-template.form"),
            Self::TemplateAmount => f.write_str("return-template.amount"),
            Self::Api => f.write_str("api"),
            Self::Operation(operation) => write!(f, "api.{operation}"),
            Self::Checkout => f.write_str("checkout"),
            Self::Batch => f.write_str("batch"),
            Self::Load => f.write_str("load"),
            Self::PublicTarget => f.write_str("public-target"),
            Self::TlsTarget => f.write_str("tls-target"),
            Self::PlainHttpAddress => f.write_str("plain-http-address"),
        }
    }
}

impl TryFrom<String> for Capability {
    type Error = UnknownCapability;

    fn try_from(text: String) -> Result<Self, UnknownCapability> {
        text.parse()
    }
}

impl From<Capability> for String {
    fn from(capability: Capability) -> Self {
        capability.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capability_reads_back_as_written() {
        for text in [
            "webhooks",
            "claim.updated",
            "recurring.json",
            "api",
            "api.claim_status",
            "batch",
            "load",
        ] {
            assert_eq!(text.parse::<Capability>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn an_unknown_capability_is_named() {
        for text in ["api.fly", "payment.sucess", ""] {
            assert_eq!(
                text.parse::<Capability>(),
                Err(UnknownCapability(text.to_owned()))
            );
        }
    }
}
