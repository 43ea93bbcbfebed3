//! Walks a TOML document, remembers where everything stands, and collects all mistakes.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    ops::{Range, RangeInclusive},
    path::{Path, PathBuf},
};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    error::{Mistake, Problem, nearest},
    secret::Secret,
};

/// One file being read: its text, its surroundings, and what is wrong with it so far.
pub(super) struct Reader<'t> {
    origin: &'t str,
    text: &'t str,
    folder: PathBuf,
    environment: &'t BTreeMap<String, String>,
    problems: RefCell<Vec<Problem>>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(
        origin: &'t str,
        text: &'t str,
        folder: &Path,
        environment: &'t BTreeMap<String, String>,
    ) -> Self {
        Self {
            origin,
            text,
            folder: folder.to_owned(),
            environment,
            problems: RefCell::default(),
        }
    }

    /// The whole document as a section; syntax errors are reported, and what could be read is walked.
    pub(super) fn parse(&self) -> (Spanned<DeTable<'t>>, bool) {
        let (document, errors) = DeTable::parse_recoverable(self.text);
        for error in &errors {
            let span = error.span().unwrap_or_default();
            self.report("file", span, Mistake::Syntax(error.message().to_owned()));
        }
        (document, errors.is_empty())
    }

    pub(super) fn report(&self, key: &str, span: Range<usize>, mistake: Mistake) {
        let before = self.text.get(..span.start).unwrap_or_default();
        self.problems.borrow_mut().push(Problem {
            origin: self.origin.to_owned(),
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            key: key.to_owned(),
            remedy: mistake.remedy(),
            mistake,
            span: span.into(),
        });
    }

    pub(super) fn environment(&self) -> &'t BTreeMap<String, String> {
        self.environment
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Everything that was reported, in the order of the file.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| problem.span.offset());
        problems
    }
}

/// A table. Remembers which keys were asked for, so that all others can be reported.
pub(super) struct Section<'r, 't> {
    reader: &'r Reader<'t>,
    path: String,
    table: &'r DeTable<'t>,
    span: Range<usize>,
    asked: RefCell<Vec<String>>,
}

impl<'r, 't> Section<'r, 't> {
    pub(super) fn root(reader: &'r Reader<'t>, table: &'r DeTable<'t>) -> Self {
        Self {
            reader,
            path: String::new(),
            table,
            span: 0..0,
            asked: RefCell::default(),
        }
    }

    pub(super) fn reader(&self) -> &'r Reader<'t> {
        self.reader
    }

    /// A value that may be missing.
    pub(super) fn value(&self, key: &str) -> Option<Entry<'r, 't>> {
        self.asked.borrow_mut().push(key.to_owned());
        let (name, value) = self.table.iter().find(|(name, _)| name.get_ref() == key)?;
        Some(Entry {
            reader: self.reader,
            path: self.child(name.get_ref()),
            value,
            name: name.span(),
        })
    }

    /// A value that must be there.
    pub(super) fn required(&self, key: &str) -> Option<Entry<'r, 't>> {
        let entry = self.value(key);
        // A secret written out is reported by `finish`; one complaint about it is enough.
        let written_out = key.strip_suffix("_env").is_some_and(|bare| self.has(bare));
        if entry.is_none() && !written_out {
            self.reader
                .report(&self.child(key), self.span.clone(), Mistake::Missing);
        }
        entry
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.iter().any(|(name, _)| name.get_ref() == key)
    }

    /// A text that must be there and say something.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.required(key)?.filled().map(str::to_owned)
    }

    /// A text that may be missing, but not empty.
    pub(super) fn optional_text(&self, key: &str) -> Option<String> {
        self.value(key)?.filled().map(str::to_owned)
    }

    /// A truth value; false when missing.
    pub(super) fn switch(&self, key: &str) -> bool {
        self.value(key)
            .and_then(|entry| entry.boolean())
            .unwrap_or_default()
    }

    /// A whole number; `default` when missing.
    pub(super) fn number(&self, key: &str, range: RangeInclusive<i64>, default: i64) -> i64 {
        self.value(key)
            .and_then(|entry| entry.integer(range))
            .unwrap_or(default)
    }

    /// The secret behind an environment variable that the file must name.
    pub(super) fn secret(&self, key: &str) -> Option<Secret> {
        self.required(key)?.secret()
    }

    /// All members, for sections whose keys the partner chooses.
    pub(super) fn members(&self) -> Vec<(String, Entry<'r, 't>)> {
        self.table
            .iter()
            .map(|(name, value)| {
                let key = name.get_ref().to_string();
                let entry = Entry {
                    reader: self.reader,
                    path: self.child(&key),
                    value,
                    name: name.span(),
                };
                self.asked.borrow_mut().push(key.clone());
                (key, entry)
            })
            .collect()
    }

    /// Reports a mistake about the section as a whole.
    pub(super) fn wrong<T>(&self, mistake: Mistake) -> Option<T> {
        self.reader.report(&self.path, self.span.clone(), mistake);
        None
    }

    /// Reports every key that nobody asked for.
    pub(super) fn finish(&self) {
        let asked = self.asked.borrow();
        for (name, _) in self.table {
            let key: &str = name.get_ref();
            if asked.iter().any(|known| known == key) {
                continue;
            }
            let instead = format!("{key}_env");
            let mistake = if asked.contains(&instead) {
                Mistake::SecretInFile { instead }
            } else {
                let mut known = asked.clone();
                known.sort();
                known.dedup();
                Mistake::UnknownKey {
                    suggestion: nearest(key, known.iter().map(String::as_str)),
                    known,
                }
            };
            self.reader.report(&self.child(key), name.span(), mistake);
        }
    }

    fn child(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }
}

/// One value with its place.
pub(super) struct Entry<'r, 't> {
    reader: &'r Reader<'t>,
    path: String,
    value: &'r Spanned<DeValue<'t>>,
    name: Range<usize>,
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
        Some(Section {
            reader: self.reader,
            path: self.path.clone(),
            table,
            // Points at the header: the table itself may be spread over the file.
            span: self.name.clone(),
            asked: RefCell::default(),
        })
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
        match self.reader.environment.get(variable) {
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
