//! Closed vocabularies: enums whose variants are one word each, the same in files and in reports.

/// Declares an enum of words with `ALL`, `name`, `meaning`, `FromStr`, `Display` and serde by name.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $what:literal { $($(#[doc = $meaning:literal])+ $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[doc = $meaning])+ #[serde(rename = $word)] $variant,)+ }

        impl $name {
            /// Every word of this vocabulary.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word in files and reports.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// What it means, in a sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($meaning),+).trim_ascii(),)+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::contract::word::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|word| word.name() == text).ok_or_else(|| {
                    $crate::contract::word::UnknownWord::new($what, text, Self::ALL.iter().map(|word| word.name()))
                })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

pub(crate) use words;

/// The text is no word of a closed vocabulary.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("no {what} is called {text:?}; known are: {known}")]
pub struct UnknownWord {
    /// Which vocabulary.
    pub what: &'static str,
    /// The text.
    pub text: String,
    /// All its words.
    pub known: String,
}

impl UnknownWord {
    /// The error of a vocabulary for a text.
    pub fn new<'a>(what: &'static str, text: &str, known: impl Iterator<Item = &'a str>) -> Self {
        Self {
            what,
            text: text.to_owned(),
            known: known.collect::<Vec<_>>().join(", "),
        }
    }
}
