//! How one value is found in a partner's answer: a JSON pointer, or a regular expression.

use regex::{Regex, RegexBuilder};
use serde::{Serialize, Serializer};

use super::reader::Section;

/// A place in an answer.
#[derive(Clone, Debug)]
pub enum Extract {
    /// A JSON pointer (RFC 6901).
    Pointer(String),
    /// A group of a regular expression.
    Pattern {
        /// The expression.
        regex: Regex,
        /// The group that holds the value.
        group: String,
    },
}

/// Why a text is neither.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ExtractError {
    /// Not a JSON pointer.
    #[error("{0:?} is not a JSON pointer; write it like /data/count, or use {{ regex = \"…\" }}")]
    Pointer(String),
    /// Not a regular expression, or one that grows too large.
    #[error("not a usable regular expression: {0}")]
    Regex(String),
    /// The expression lacks the group that holds the value.
    #[error("the regular expression has no group {0}; mark the value as (?<{1}>…)")]
    Group(String, String),
}

impl Extract {
    /// A JSON pointer.
    pub fn pointer(text: &str) -> Result<Self, ExtractError> {
        let escapes_hold = text
            .split('~')
            .skip(1)
            .all(|rest| rest.starts_with('0') || rest.starts_with('1'));
        if text.starts_with('/') && escapes_hold {
            Ok(Self::Pointer(text.to_owned()))
        } else {
            Err(ExtractError::Pointer(text.to_owned()))
        }
    }

    /// A regular expression with a group called `name` or `value`.
    pub fn pattern(text: &str, name: &str) -> Result<Self, ExtractError> {
        let regex = compile(text)?;
        let group = [name, "value"]
            .into_iter()
            .find(|group| regex.capture_names().flatten().any(|known| known == *group))
            .ok_or_else(|| ExtractError::Group(format!("called {name} or value"), name.to_owned()))?
            .to_owned();
        Ok(Self::Pattern { regex, group })
    }
}

/// Compiles an expression within bounds (1 MiB of program; matching is linear in the text).
pub(super) fn compile(text: &str) -> Result<Regex, ExtractError> {
    RegexBuilder::new(text)
        .size_limit(1 << 20)
        .build()
        .map_err(|error| ExtractError::Regex(error.to_string().lines().last().unwrap_or_default().to_owned()))
}

/// Reads a place in an answer: a pointer, or `{ regex = "…" }`.
pub(super) fn extract(section: &Section<'_, '_>, key: &str) -> Option<Extract> {
    let entry = section.value(key)?;
    if !entry.raw().is_table() {
        return entry.take(Extract::pointer(entry.text()?));
    }
    let inner = entry.section()?;
    let pattern = inner.required("regex");
    inner.finish();
    let pattern = pattern?;
    pattern.take(Extract::pattern(pattern.text()?, key))
}

impl PartialEq for Extract {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Pointer(one), Self::Pointer(two)) => one == two,
            (Self::Pattern { regex: one, .. }, Self::Pattern { regex: two, .. }) => {
                one.as_str() == two.as_str()
            }
            _ => false,
        }
    }
}

impl Serialize for Extract {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Pointer(pointer) => serializer.serialize_str(pointer),
            Self::Pattern { regex, .. } => {
                let mut map = std::collections::BTreeMap::new();
                map.insert("regex", regex.as_str());
                map.serialize(serializer)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_pointer_or_expression_says_how_to_write_one() {
        assert_eq!(
            Extract::pointer("count"),
            Err(ExtractError::Pointer("count".to_owned()))
        );
        assert_eq!(
            Extract::pointer("/a~2"),
            Err(ExtractError::Pointer("/a~2".to_owned()))
        );
        assert!(Extract::pointer("/a~1b/0").is_ok());
        assert!(matches!(
            Extract::pattern("(", "count"),
            Err(ExtractError::Regex(_))
        ));
        assert!(matches!(
            Extract::pattern("[0-9]+", "count"),
            Err(ExtractError::Group(..))
        ));
        assert!(Extract::pattern("(?<value>[0-9]+) items", "count").is_ok());
    }
}
