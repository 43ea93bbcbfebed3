//! Secrets: named in the file, read from the environment, never shown.

use std::fmt;

use serde::Serializer;
use zeroize::Zeroizing;

/// A secret with the name of the environment variable it came from.
///
/// It has no `Display` and no `Serialize`, and its `Debug` shows the variable only.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    variable: String,
    value: Zeroizing<String>,
}

impl Secret {
    /// A secret that stands in a variable.
    pub fn new(variable: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            variable: variable.into(),
            value: Zeroizing::new(value.into()),
        }
    }

    /// The name of the environment variable.
    pub fn variable(&self) -> &str {
        &self.variable
    }

    /// The secret itself. Whoever calls this sees to it that it reaches no record unmasked.
    pub fn expose(&self) -> &str {
        &self.value
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({}, masked)", self.variable)
    }
}

/// Writes the variable's name in place of a secret.
pub(super) fn masked<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("masked, from {}", secret.variable))
}

/// Like [`masked`], for a secret that may be missing.
#[expect(clippy::ref_option, reason = "serde hands the field in like this")]
pub(super) fn masked_if_there<S: Serializer>(
    secret: &Option<Secret>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match secret {
        Some(secret) => masked(secret, serializer),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debugging_shows_the_variable_and_not_the_secret() {
        let shown = format!("{:?}", Secret::new("WEBHOOK_SECRET", "whsec_abc"));
        assert_eq!(shown, "Secret(WEBHOOK_SECRET, masked)");
    }
}
