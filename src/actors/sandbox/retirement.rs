//! The end of the partner's first key, for as long as an example is about it.

use secrecy::SecretString;

use super::server::Sandbox;
use crate::wire::fingerprint::Fingerprint;

/// The first client secret or API key is refused while this lives, so that a partner who could not change over
/// is not held up in the examples that follow.
#[derive(Debug)]
#[must_use = "the first key is taken again when this is dropped"]
pub struct Retirement(Sandbox);

impl Sandbox {
    /// Takes a second client secret or API key from now on, beside the first.
    pub fn issue_next(&self, secret: SecretString) {
        self.shared().credentials_mut().next = Some(secret);
    }

    /// Refuses the first client secret or API key, and every token issued so far.
    pub fn retire_first(&self) -> Retirement {
        self.shared().credentials_mut().first_retired = true;
        self.shared().state().tokens.revoke_all();
        Retirement(self.clone())
    }

    /// Recognises keys with these fingerprints from now on.
    pub fn look_out_for_production(&self, fingerprints: Vec<Fingerprint>) {
        self.shared().production().look_out(fingerprints);
    }
}

impl Drop for Retirement {
    fn drop(&mut self) {
        self.0.shared().credentials_mut().first_retired = false;
    }
}
