//! Identifiers that mean the same in feature files, records and reports.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The text is no identifier of its kind.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum IdError {
    /// Not `AREA-NN`.
    #[error("{0:?} is no case id; write it like WH-SIG-02")]
    Case(String),
    /// Not `AREA-NN/x`.
    #[error("{0:?} is no example id; write it like WH-SIG-02/a")]
    Example(String),
    /// Not `NNN:section`.
    #[error("{0:?} is no clause; write it like 001:4.2")]
    Clause(String),
    /// Not an area.
    #[error("{0:?} is no area; write it like WH-SIG")]
    Area(String),
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $error:ident, $valid:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(std::sync::Arc<str>);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let valid: fn(&str) -> bool = $valid;
                if valid(text) { Ok(Self(text.into())) } else { Err(IdError::$error(text.to_owned())) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.as_ref().to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id! {
    /// A group of cases, such as `WH-SIG`.
    AreaId, Area, |text| {
        !text.is_empty() && text.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_uppercase())
        })
    }
}

text_id! {
    /// A case, such as `WH-SIG-02`. Never used again for another case.
    CaseId, Case, |text| text.rsplit_once('-').is_some_and(|(area, number)| {
        area.parse::<AreaId>().is_ok() && number.len() == 2 && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

text_id! {
    /// One concrete example of a case, such as `WH-SIG-02/a`.
    ExampleId, Example, |text| text.split_once('/').is_some_and(|(case, letter)| {
        case.parse::<CaseId>().is_ok()
            && (1..=5).contains(&letter.len())
            && letter.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    })
}

text_id! {
    /// A clause of a seed document, such as `001:4.2`.
    Clause, Clause, |text| text.split_once(':').is_some_and(|(document, section)| {
        document.len() == 3
            && document.bytes().all(|byte| byte.is_ascii_digit())
            && !section.is_empty()
            && section.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
    })
}

impl CaseId {
    /// The area it belongs to.
    pub fn area(&self) -> AreaId {
        let area = self.0.rsplit_once('-').map_or(self.as_str(), |(area, _)| area);
        AreaId(area.into())
    }

    /// The id of one of its examples.
    pub fn example(&self, letter: &str) -> Result<ExampleId, IdError> {
        format!("{self}/{letter}").parse()
    }
}

impl ExampleId {
    /// The case it belongs to.
    pub fn case(&self) -> CaseId {
        let case = self.0.split_once('/').map_or(self.as_str(), |(case, _)| case);
        CaseId(case.into())
    }

    /// The letter behind the slash.
    pub fn letter(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, letter)| letter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_an_id_are_ids() {
        let example: ExampleId = "WH-SIG-02/a".parse().unwrap();
        assert_eq!(example.case().as_str(), "WH-SIG-02");
        assert_eq!(example.case().area().as_str(), "WH-SIG");
        assert_eq!(example.letter(), "a");
    }

    #[test]
    fn what_is_no_id_says_how_to_write_one() {
        for wrong in ["WH-SIG", "wh-sig-02", "WH-SIG-2", "WH-SIG-02/a", ""] {
            assert_eq!(wrong.parse::<CaseId>(), Err(IdError::Case(wrong.to_owned())));
        }
        assert_eq!("4.2".parse::<Clause>(), Err(IdError::Clause("4.2".to_owned())));
    }
}
