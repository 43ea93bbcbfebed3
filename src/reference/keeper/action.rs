//! What can be done to a kept partner.

use std::fmt;
use std::str::FromStr;

/// One order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// End the process; its port refuses connections.
    Stop,
    /// Start it again on the same port with the same files.
    Start,
    /// Stop and start.
    Restart,
    /// Lock the database against the partner, so that nothing can be read or written.
    BreakDependency,
    /// Release the database.
    RestoreDependency,
    /// Activate the next webhook secret beside the current one.
    RotateKey,
    /// Forget the old webhook secret.
    RetireKey,
    /// Use the next API credentials instead of the current ones.
    RotateApiKey,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 8] = [
        Self::Stop,
        Self::Start,
        Self::Restart,
        Self::BreakDependency,
        Self::RestoreDependency,
        Self::RotateKey,
        Self::RetireKey,
        Self::RotateApiKey,
    ];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Start => "start",
            Self::Restart => "restart",
            Self::BreakDependency => "break-dependency",
            Self::RestoreDependency => "restore-dependency",
            Self::RotateKey => "rotate-key",
            Self::RetireKey => "retire-key",
            Self::RotateApiKey => "rotate-api-key",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A word that is no action.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no action; use {known}", known = Action::ALL.map(Action::name).join(", "))]
pub struct UnknownAction(pub String);

impl FromStr for Action {
    type Err = UnknownAction;

    fn from_str(word: &str) -> Result<Self, UnknownAction> {
        Self::ALL
            .into_iter()
            .find(|action| action.name() == word)
            .ok_or_else(|| UnknownAction(word.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_reads_back_and_others_are_named_in_the_error() {
        for action in Action::ALL {
            assert_eq!(action.name().parse(), Ok(action));
        }
        let error = "reboot".parse::<Action>().unwrap_err();
        assert!(
            error.to_string().contains("`reboot`") && error.to_string().contains("retire-key"),
            "{error}"
        );
    }
}
