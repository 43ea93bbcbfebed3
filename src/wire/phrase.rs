//! Vocabularies whose words are the phrases of the feature files.

/// The phrase names nothing of this vocabulary.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("no {what} is called {phrase:?}; known are: {known}")]
pub struct UnknownPhrase {
    /// Which vocabulary.
    pub what: &'static str,
    /// The phrase.
    pub phrase: String,
    /// All its phrases.
    pub known: String,
}

/// Declares an enum whose variants are phrases, read, shown and stored as those phrases.
macro_rules! phrases {
    ($(#[$doc:meta])* $name:ident, $what:literal { $($(#[$variant_doc:meta])* $variant:ident = $phrase:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// Every word of this vocabulary.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The phrase of the feature files.
            pub fn phrase(self) -> &'static str {
                match self { $(Self::$variant => $phrase,)+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::wire::phrase::UnknownPhrase;

            fn from_str(phrase: &str) -> Result<Self, $crate::wire::phrase::UnknownPhrase> {
                Self::ALL.iter().copied().find(|word| word.phrase() == phrase).ok_or_else(|| $crate::wire::phrase::UnknownPhrase {
                    what: $what,
                    phrase: phrase.to_owned(),
                    known: Self::ALL.iter().map(|word| word.phrase()).collect::<Vec<_>>().join("; "),
                })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.phrase())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.phrase())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use phrases;
