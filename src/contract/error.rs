//! Why the contract cannot be read.

/// The embedded or given contract data is unusable.
#[derive(Debug, thiserror::Error)]
pub enum ContractError {
    /// A file that belongs to the contract is not there.
    #[error("{0} is missing from the embedded features; build again from a complete checkout")]
    Missing(String),
    /// A file is no UTF-8.
    #[error("{0} is not UTF-8; save it as UTF-8")]
    NotText(String),
    /// A file is not the TOML it should be.
    #[error("{file}: {message}")]
    Toml {
        /// Which file.
        file: String,
        /// What the reader says, with line and column.
        message: String,
    },
    /// The files read, but do not fit together.
    #[error("the rulebook does not hold together: {}", .0.join("; "))]
    Rulebook(Vec<String>),
    /// No embedded profile has this name.
    #[error("no profile is called {name:?}; known are {known}; a file of your own needs its path")]
    UnknownProfile {
        /// The name asked for.
        name: String,
        /// The embedded ones.
        known: String,
    },
    /// A profile reads, but its values contradict each other.
    #[error("profile {origin}: {problems}")]
    Profile {
        /// Where it came from.
        origin: String,
        /// Everything that is wrong, separated by semicolons.
        problems: String,
    },
}

impl ContractError {
    /// Wraps a TOML error with the file's name.
    pub(super) fn toml(file: &str, error: &toml::de::Error) -> Self {
        Self::Toml {
            file: file.to_owned(),
            message: error.to_string().trim_end().to_owned(),
        }
    }
}
