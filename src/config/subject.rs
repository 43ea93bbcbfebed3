//! What effects are counted on and what references are made for.

use std::fmt;

use serde::Serialize;

/// A kind of business object on the partner's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// An order.
    Order,
    /// A policy.
    Policy,
    /// A claim.
    Claim,
    /// A subscription.
    Subscription,
}

impl Subject {
    /// All of them with their words in the partner's file.
    pub const ALL: [(&'static str, Self); 4] = [
        ("order", Self::Order),
        ("policy", Self::Policy),
        ("claim", Self::Claim),
        ("subscription", Self::Subscription),
    ];

    /// The word in the partner's file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Policy => "policy",
            Self::Claim => "claim",
            Self::Subscription => "subscription",
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
