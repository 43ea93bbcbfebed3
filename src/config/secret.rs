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

/// How a name is repeated that was given as that of a variable and is none: people type the secret itself there, so
/// only what is written like the name of a variable is shown.
pub fn variable_shown(name: &str) -> String {
    let usual = |letter: u8| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == b'_';
    let begins = name.bytes().next().is_some_and(|first| !first.is_ascii_digit());
    if begins && name.len() <= 64 && name.bytes().all(usual) {
        format!("the environment variable {name}")
    } else {
        "the environment variable that was named (not repeated here: it may be the secret itself)".to_owned()
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
    fn what_may_be_the_secret_itself_is_not_repeated() {
        assert_eq!(
            variable_shown("ACME_KEY_2"),
            "the environment variable ACME_KEY_2"
        );
        for other in ["whsec_abc", "sk_live_1", "21245-957", "2ABC", "", "AKIA/X"] {
            assert!(variable_shown(other).contains("not repeated"), "{other}");
            assert!(
                other.is_empty() || !variable_shown(other).contains(other),
                "{other}"
            );
        }
    }

    #[test]
    fn debugging_shows_the_variable_and_not_the_secret() {
        let shown = format!("{:?}", Secret::new("WEBHOOK_SECRET", "whsec_abc"));
        assert_eq!(shown, "Secret(WEBHOOK_SECRET, masked)");
    }
}
