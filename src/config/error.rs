//! What can be wrong with a partner's file, and what to do about it.

use miette::{Diagnostic, NamedSource, SourceSpan};

use super::{extract::ExtractError, target::TargetError, template::TemplateError};

/// The partner's file cannot be used.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum ConfigError {
    /// It could not be read at all.
    #[error("could not read {path}: {reason}")]
    #[diagnostic(code(partner::unreadable), help("name an existing file with --partner"))]
    Unreadable {
        /// The path as given.
        path: String,
        /// The system's words.
        reason: String,
    },
    /// It was read and does not hold together.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Invalid(#[from] Box<Invalid>),
}

impl ConfigError {
    /// The single mistakes; empty when the file could not be read.
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Unreadable { .. } => &[],
            Self::Invalid(invalid) => &invalid.problems,
        }
    }
}

/// Everything that is wrong with one file, together.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{}", listing(.problems))]
#[diagnostic(code(partner::invalid))]
pub struct Invalid {
    /// The text of the file.
    #[source_code]
    pub source_text: NamedSource<String>,
    /// In the order of the file.
    #[related]
    pub problems: Vec<Problem>,
}

/// The text of the file for its reader, of the same length: what is a secret by mistake is not shown again, since
/// terminals and CI logs keep it.
pub(super) fn without_secrets(text: &str, problems: &[Problem]) -> String {
    let mut shown = text.as_bytes().to_vec();
    // Text inside a list is hidden where it stands.
    for problem in problems
        .iter()
        .filter(|problem| problem.mistake == Mistake::NoFingerprint)
    {
        let bytes = shown
            .iter_mut()
            .skip(problem.span.offset())
            .take(problem.span.len());
        for byte in bytes.filter(|byte| !byte.is_ascii_whitespace()) {
            *byte = b'*';
        }
    }
    let secrets = problems
        .iter()
        .filter(|problem| matches!(problem.mistake, Mistake::SecretInFile { .. }));
    for problem in secrets {
        let at = problem.span.offset().min(shown.len());
        let line = shown
            .iter()
            .take(at)
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1);
        let Some(equals) = shown.iter().skip(line).position(|byte| *byte == b'=') else {
            continue;
        };
        let least = at + problem.span.len();
        let value = shown.iter_mut().enumerate().skip(line + equals + 1);
        let value = value.take_while(|(place, byte)| *place < least || **byte != b'\n');
        for (_, byte) in value.filter(|(_, byte)| !byte.is_ascii_whitespace()) {
            *byte = b'*';
        }
    }
    String::from_utf8_lossy(&shown).into_owned()
}

fn listing(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

/// One mistake and its place.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{origin}:{line}: {key}: {mistake}{}", .remedy.as_ref().map(|remedy| format!("; {remedy}")).unwrap_or_default())]
pub struct Problem {
    /// Name of the file.
    pub origin: String,
    /// Line in it, from 1.
    pub line: usize,
    /// Dotted key.
    pub key: String,
    /// What is wrong.
    pub mistake: Mistake,
    /// What to do about it.
    pub remedy: Option<String>,
    /// Where.
    #[label("here")]
    pub span: SourceSpan,
}

/// What is wrong in one place.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Mistake {
    /// Not TOML.
    #[error("not valid TOML: {0}")]
    Syntax(String),
    /// A key that nobody reads.
    #[error("unknown key")]
    UnknownKey {
        /// The known key that looks most like it.
        suggestion: Option<String>,
        /// What may stand there.
        known: Vec<String>,
    },
    /// A required key or section is not there.
    #[error("missing")]
    Missing,
    /// Another kind of value.
    #[error("is {found}, not {wanted}")]
    WrongType {
        /// What should stand there.
        wanted: &'static str,
        /// What stands there.
        found: &'static str,
    },
    /// Not one of the words that may stand there.
    #[error("{found:?} is not one of {}", .known.join(", "))]
    UnknownWord {
        /// What stands there.
        found: String,
        /// What may stand there.
        known: Vec<String>,
        /// The known word that looks most like it.
        suggestion: Option<String>,
    },
    /// A number outside its range.
    #[error("{found} is outside {least} to {most}")]
    Range {
        /// What stands there.
        found: String,
        /// Smallest allowed value.
        least: i64,
        /// Largest allowed value.
        most: i64,
    },
    /// A text that must say something is empty.
    #[error("is empty")]
    Empty,
    /// A secret itself stands in the file.
    #[error("a secret does not belong into this file")]
    SecretInFile {
        /// The key to write instead.
        instead: String,
    },
    /// What stands where a fingerprint should; it may be the key, so it is not repeated.
    #[error("is no fingerprint of a key")]
    NoFingerprint,
    /// The named environment variable does not exist.
    #[error("the environment variable {0} is not set")]
    VariableUnset(String),
    /// The named environment variable is empty.
    #[error("the environment variable {0} is empty")]
    VariableEmpty(String),
    /// An address that cannot be used.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// A template that cannot be used.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A pointer or regular expression that cannot be used.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// A file that the partner's file names.
    #[error("could not read {path}: {reason}")]
    File {
        /// The path, resolved against the folder of the partner's file.
        path: String,
        /// The system's words.
        reason: String,
    },
    /// Something is declared that cannot work without something else.
    #[error("{0}")]
    Needs(String),
    /// A value of the right type that makes no sense.
    #[error("{0}")]
    Senseless(String),
}

impl Mistake {
    /// What to do about it; none when the mistake says so itself.
    pub(super) fn remedy(&self) -> Option<String> {
        Some(match self {
            Self::UnknownKey {
                suggestion: Some(near),
                ..
            }
            | Self::UnknownWord {
                suggestion: Some(near),
                ..
            } => format!("did you mean {near}?"),
            Self::UnknownKey { known, .. } if known.is_empty() => "remove it".to_owned(),
            Self::UnknownKey { known, .. } => format!("known here are {}", known.join(", ")),
            Self::SecretInFile { instead } => {
                format!("put it into an environment variable and name the variable with {instead} = \"…\"")
            }
            Self::NoFingerprint => {
                "make one with `senang-conformance fingerprint`, and change a key that stood here".to_owned()
            }
            Self::VariableUnset(name) | Self::VariableEmpty(name) => {
                format!("set {name} before the run, for example in the CI's secret store")
            }
            Self::File { .. } => {
                "give an existing file; relative paths start at the folder of this file".to_owned()
            }
            Self::Missing => "add it".to_owned(),
            Self::Empty => "give a value or remove the key".to_owned(),
            Self::Syntax(_)
            | Self::WrongType { .. }
            | Self::UnknownWord { .. }
            | Self::Range { .. }
            | Self::Target(_)
            | Self::Template(_)
            | Self::Extract(_)
            | Self::Needs(_)
            | Self::Senseless(_) => return None,
        })
    }
}

/// The known word that is at most two edits (a third of a longer word) away from `found`.
pub(super) fn nearest<'k>(found: &str, known: impl IntoIterator<Item = &'k str>) -> Option<String> {
    let reach = (found.chars().count() / 3).max(2);
    known
        .into_iter()
        .map(|word| (distance(found, word), word))
        .filter(|(edits, _)| *edits <= reach)
        .min()
        .map(|(_, word)| word.to_owned())
}

/// Edits (insert, delete, replace one character) between two words.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, letter) in from.chars().enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        for (cell, other) in row.iter_mut().skip(1).zip(&to) {
            let above = *cell;
            left = (diagonal + usize::from(letter != *other))
                .min(above + 1)
                .min(left + 1);
            diagonal = above;
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_levenshtein() {
        for (from, to, edits) in [
            ("", "abc", 3),
            ("kitten", "sitting", 3),
            ("url", "url", 0),
            ("ulr", "url", 2),
        ] {
            assert_eq!(distance(from, to), edits, "{from} {to}");
        }
    }

    #[test]
    fn only_near_words_are_suggested() {
        assert_eq!(
            nearest("secret_evn", ["url", "secret_env"]),
            Some("secret_env".to_owned())
        );
        assert_eq!(nearest("colour", ["url", "secret_env"]), None);
    }
}
