//! Secrets, in words that show nothing of them.

use crate::{
    cli::{error::CliError, send::endpoint::secret},
    config::{host::Host, secret::Secret},
    wire::signature::{SECRET_PREFIX, secret_bytes},
};

/// A webhook secret with its key.
pub struct Key {
    /// The secret.
    pub secret: Secret,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Key {
    /// Reads the key of a variable.
    ///
    /// # Errors
    ///
    /// The variable is not set or empty, or what stands in it is no secret of the scheme.
    pub fn read(variable: &str, host: &Host) -> Result<Self, CliError> {
        let secret = secret(variable, host)?;
        let bytes = secret_bytes(secret.expose()).map_err(|error| {
            CliError::Usage(format!(
                "the variable {variable}: {error}{}",
                blemish(secret.expose())
            ))
        })?;
        Ok(Self { secret, bytes })
    }

    /// Its form, without any of it.
    pub fn form(&self) -> String {
        let prefix = if self.secret.expose().starts_with(SECRET_PREFIX) {
            "whsec_ and base64"
        } else {
            "base64 without whsec_ in front"
        };
        format!(
            "{}: {prefix}, decoded {} bytes",
            self.secret.variable(),
            self.bytes.len()
        )
    }
}

/// What is wrong about the edges of a secret, in words.
fn blemish(text: &str) -> &'static str {
    if text.trim() != text {
        "; there is white space around it, such as the line end of a file"
    } else if text.starts_with(['"', '\'']) {
        "; its quotation marks have become part of it"
    } else {
        ""
    }
}
