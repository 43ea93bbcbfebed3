//! One value of the partner's file with its place, and the ways to take it.

use std::{
    ops::{Range, RangeInclusive},
    path::PathBuf,
};

use toml::{Spanned, de::DeValue};

use super::{
    error::{Mistake, nearest},
    reader::{Reader, Section},
    secret::Secret,
};

/// One value with its place.
pub(super) struct Entry<'r, 't> {
    pub(super) reader: &'r Reader<'t>,
    pub(super) path: String,
    pub(super) value: &'r Spanned<DeValue<'t>>,
    pub(super) name: Range<usize>,
}

impl<'r, 't> Entry<'r, 't> {
    pub(super) fn raw(&self) -> &'r DeValue<'t> {
        self.value.get_ref()
    }

    pub(super) fn wrong<T>(&self, mistake: impl Into<Mistake>) -> Option<T> {
        self.reader.report(&self.path, self.value.span(), mistake.into());
        None
    }

    /// Reports a mistake at the key, not at the value.
    pub(super) fn unknown<T>(&self, key: &str, known: &[&str]) -> Option<T> {
        let mistake = Mistake::UnknownKey {
            suggestion: nearest(key, known.iter().copied()),
            known: known.iter().map(|word| (*word).to_owned()).collect(),
        };
        self.reader.report(&self.path, self.name.clone(), mistake);
        None
    }

    /// Takes the value or reports why not.
    pub(super) fn take<T, E: Into<Mistake>>(&self, result: Result<T, E>) -> Option<T> {
        result.map_or_else(|error| self.wrong(error), Some)
    }

    fn mistyped<T>(&self, wanted: &'static str) -> Option<T> {
        self.wrong(Mistake::WrongType {
            wanted,
            found: described(self.raw()),
        })
    }

    pub(super) fn text(&self) -> Option<&'r str> {
        self.raw().as_str().or_else(|| self.mistyped("a text"))
    }

    /// A text that says something.
    pub(super) fn filled(&self) -> Option<&'r str> {
        let text = self.text()?;
        if text.trim().is_empty() {
            self.wrong(Mistake::Empty)
        } else {
            Some(text)
        }
    }

    pub(super) fn boolean(&self) -> Option<bool> {
        self.raw().as_bool().or_else(|| self.mistyped("true or false"))
    }

    pub(super) fn integer(&self, range: RangeInclusive<i64>) -> Option<i64> {
        let DeValue::Integer(number) = self.raw() else {
            return self.mistyped("a whole number");
        };
        match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(found) if range.contains(&found) => Some(found),
            _ => self.wrong(Mistake::Range {
                found: number.as_str().to_owned(),
                least: *range.start(),
                most: *range.end(),
            }),
        }
    }

    pub(super) fn items(&self) -> Option<Vec<Entry<'r, 't>>> {
        let Some(items) = self.raw().as_array() else {
            return self.mistyped("a list");
        };
        Some(
            items
                .iter()
                .enumerate()
                .map(|(index, value)| Entry {
                    reader: self.reader,
                    path: format!("{}[{index}]", self.path),
                    value,
                    name: value.span(),
                })
                .collect(),
        )
    }

    /// A list of texts that say something.
    pub(super) fn texts(&self) -> Option<Vec<String>> {
        self.items()?
            .iter()
            .map(|item| item.filled().map(str::to_owned))
            .collect()
    }

    pub(super) fn section(&self) -> Option<Section<'r, 't>> {
        let Some(table) = self.raw().as_table() else {
            return self.mistyped("a table");
        };
        // Points at the header: the table itself may be spread over the file.
        Some(Section::new(
            self.reader,
            self.path.clone(),
            table,
            self.name.clone(),
        ))
    }

    /// One of a closed list of words.
    pub(super) fn word<T: Copy>(&self, words: &[(&str, T)]) -> Option<T> {
        let found = self.text()?;
        words
            .iter()
            .find(|(word, _)| *word == found)
            .map(|(_, value)| *value)
            .or_else(|| {
                let known = || words.iter().map(|(word, _)| *word);
                self.wrong(Mistake::UnknownWord {
                    found: found.to_owned(),
                    suggestion: nearest(found, known()),
                    known: known().map(str::to_owned).collect(),
                })
            })
    }

    /// The secret in the environment variable that the value names.
    pub(super) fn secret(&self) -> Option<Secret> {
        let variable = self.filled()?;
        match self.reader.environment().get(variable) {
            // What cannot be the name of a variable may be the secret itself and is not repeated.
            None if !is_name(variable) => self.wrong(Mistake::SecretInFile {
                instead: self.path.rsplit('.').next().unwrap_or_default().to_owned(),
            }),
            None if !self.reader.secrets_needed() => Some(Secret::new(variable, "")),
            None => self.wrong(Mistake::VariableUnset(variable.to_owned())),
            Some(value) if value.trim().is_empty() => self.wrong(Mistake::VariableEmpty(variable.to_owned())),
            Some(value) => Some(Secret::new(variable, value)),
        }
    }

    /// A path, resolved against the folder of the partner's file.
    pub(super) fn path_value(&self) -> Option<PathBuf> {
        self.filled().map(|text| self.reader.folder().join(text))
    }

    /// The content of a file that the value names, at most 1 MiB.
    pub(super) fn file(&self) -> Option<(PathBuf, Vec<u8>)> {
        const LARGEST: u64 = 1 << 20;
        let path = self.path_value()?;
        let read = || {
            let length = std::fs::metadata(&path)?.len();
            if length > LARGEST {
                return Err(std::io::Error::other("larger than 1 MiB"));
            }
            std::fs::read(&path)
        };
        match read() {
            Ok(content) => Some((path, content)),
            Err(error) => self.wrong(Mistake::File {
                path: path.display().to_string(),
                reason: error.to_string(),
            }),
        }
    }
}

/// Whether a text can be the name of an environment variable.
fn is_name(text: &str) -> bool {
    !text.starts_with(|letter: char| letter.is_ascii_digit())
        && text
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && !text.to_ascii_lowercase().starts_with("whsec_")
}

fn described(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "a truth value",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
