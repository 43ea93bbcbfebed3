//! Walks a TOML document, remembers where everything stands, and collects all mistakes.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    ops::{Range, RangeInclusive},
    path::{Path, PathBuf},
};

use toml::{Spanned, de::DeTable};

use super::{
    entry::Entry,
    error::{Mistake, Problem, nearest},
    secret::Secret,
};

/// One file being read: its text, its surroundings, and what is wrong with it so far.
pub(super) struct Reader<'t> {
    origin: &'t str,
    text: &'t str,
    folder: PathBuf,
    environment: &'t BTreeMap<String, String>,
    /// Whether the variables that hold secrets must be set.
    secrets_needed: bool,
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
            secrets_needed: true,
            problems: RefCell::default(),
        }
    }

    /// The same file for somebody who sends nothing: a secret whose variable is not set is an empty one.
    pub(super) fn without_needing_secrets(self) -> Self {
        Self {
            secrets_needed: false,
            ..self
        }
    }

    pub(super) fn secrets_needed(&self) -> bool {
        self.secrets_needed
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

    pub(super) fn origin(&self) -> &'t str {
        self.origin
    }

    pub(super) fn text(&self) -> &'t str {
        self.text
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
        Self::new(reader, String::new(), table, 0..0)
    }

    pub(super) fn new(
        reader: &'r Reader<'t>,
        path: String,
        table: &'r DeTable<'t>,
        span: Range<usize>,
    ) -> Self {
        Self {
            reader,
            path,
            table,
            span,
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
