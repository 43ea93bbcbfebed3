//! What the simulated platform issues to the partner: brought by the environment, or drawn at random.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rand::{Rng as _, RngCore as _, SeedableRng as _, distr::Alphanumeric, rngs::StdRng};

use super::error::CliError;

/// One credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The variable that can bring it.
    pub variable: &'static str,
    /// The credential.
    pub value: String,
    /// Whether it was drawn, so that nobody knows it unless it is printed.
    pub drawn: bool,
}

impl Issued {
    /// The credential as it may be printed: one that was brought is known already.
    pub fn printed(&self) -> String {
        if self.drawn {
            self.value.clone()
        } else {
            format!("(from {})", self.variable)
        }
    }
}

/// Everything that may be issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// Client id.
    pub client_id: Issued,
    /// Client secret.
    pub client_secret: Issued,
    /// API key.
    pub api_key: Issued,
    /// What webhooks are signed with.
    pub webhook_secret: Issued,
}

impl Credentials {
    /// Takes what the environment brings and draws the rest.
    pub fn new(environment: &BTreeMap<String, String>) -> Result<Self, CliError> {
        let mut random = StdRng::from_os_rng();
        let mut letters = |prefix: &str| {
            let letters: String = (&mut random)
                .sample_iter(Alphanumeric)
                .take(32)
                .map(char::from)
                .collect();
            format!("{prefix}{letters}")
        };
        let (client_secret, api_key) = (letters("cs_"), letters("ak_"));
        let mut key = [0_u8; 32];
        random.fill_bytes(&mut key);
        let webhook_secret = format!("whsec_{}", STANDARD.encode(key));
        let issue = |variable: &'static str, drawn: String| match environment.get(variable) {
            Some(value) if value.trim().is_empty() => Err(CliError::Usage(format!(
                "the environment variable {variable} is empty; give it a value, or unset it to have one drawn"
            ))),
            Some(value) => Ok(Issued {
                variable,
                value: value.clone(),
                drawn: false,
            }),
            None => Ok(Issued {
                variable,
                value: drawn,
                drawn: true,
            }),
        };
        Ok(Self {
            client_id: issue("SENANG_CLIENT_ID", "sandbox-partner".to_owned())?,
            client_secret: issue("SENANG_CLIENT_SECRET", client_secret)?,
            api_key: issue("SENANG_API_KEY", api_key)?,
            webhook_secret: issue("SENANG_WEBHOOK_SECRET", webhook_secret)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_brought_is_not_printed_and_the_rest_is_drawn() {
        let environment = [("SENANG_API_KEY".to_owned(), "brought-key".to_owned())].into();
        let (one, other) = (
            Credentials::new(&environment).unwrap(),
            Credentials::new(&environment).unwrap(),
        );
        assert_eq!(one.api_key.value, "brought-key");
        assert_eq!(one.api_key.printed(), "(from SENANG_API_KEY)");
        assert_ne!(one.client_secret.value, other.client_secret.value);
        assert_ne!(one.webhook_secret.value, other.webhook_secret.value);
        assert_eq!(one.client_secret.printed(), one.client_secret.value);
        let empty = [("SENANG_CLIENT_ID".to_owned(), " ".to_owned())].into();
        let error = Credentials::new(&empty).unwrap_err().to_string();
        assert!(error.contains("SENANG_CLIENT_ID is empty"), "{error}");
    }
}
