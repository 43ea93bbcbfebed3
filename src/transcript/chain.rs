//! Every line holds the hash of the line before it.

use serde::Deserialize;

use super::format;
use crate::wire::digest::sha256;

/// The first broken line of a transcript.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct Break {
    /// Number of the line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub why: Why,
}

/// What is wrong with a line. A changed line that still is a record shows in the line after it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// No JSON.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// JSON, but no record of this format.
    #[error("not a record: {0}")]
    NotRecord(String),
    /// The line before is not the one that stood there.
    #[error("`prev` is {found}, but the line before it has the hash {expected}")]
    Prev {
        /// Hash of the line before.
        expected: String,
        /// What the line says.
        found: String,
    },
    /// A record is missing, doubled or out of order.
    #[error("`number` is {found} and should be {expected}")]
    Number {
        /// The next number.
        expected: u64,
        /// What the line says.
        found: u64,
    },
    /// The first line does not start a run.
    #[error("the transcript does not begin with `run-started`")]
    NoStart,
    /// Written in a format that this program does not know.
    #[error("format {0} is unknown; use the version of the program that wrote it, or a newer one")]
    FormatUnknown(u32),
    /// Something follows the last record.
    #[error("something follows `run-finished`")]
    AfterEnd,
    /// Longer than a line may be.
    #[error("longer than {} bytes", format::LONGEST_LINE)]
    TooLong,
    /// The last line does not end with a newline.
    #[error("the line is torn: no newline ends it")]
    Torn,
    /// Neither `run-finished` nor `interrupted` has come.
    #[error("the transcript is cut: neither `run-finished` nor `interrupted` stands before its end")]
    Cut,
}

/// The state of a chain between two lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    head: [u8; 32],
    next: u64,
}

#[derive(Deserialize)]
struct Link {
    prev: String,
    number: u64,
}

const BEGIN: &[u8] = br#"{"prev":""#;
const BETWEEN: &[u8] = br#"","number":"#;
const HASH_DIGITS: usize = 64;

impl Chain {
    /// Before the first line.
    pub fn new() -> Self {
        Self::default()
    }

    /// SHA-256 of the last line without its newline, in lower-case hex; 64 zeros before the first line.
    pub fn head(&self) -> String {
        hex::encode(self.head)
    }

    /// How many lines were taken: the number of the next record.
    pub fn length(&self) -> u64 {
        self.next
    }

    /// Begins the next line: the members that link it, without the closing brace.
    pub(super) fn begin_line(&self) -> String {
        format!(r#"{{"prev":"{}","number":{}"#, self.head(), self.next)
    }

    /// Takes a line as the next one, without looking at it.
    pub(super) fn append(&mut self, line: &[u8]) {
        self.head = sha256(line);
        self.next += 1;
    }

    /// Holds a line, without its newline, against the chain and takes it as the next one.
    pub fn check(&mut self, line: &[u8]) -> Result<(), Why> {
        let written: Link;
        let (prev, number) = if let Some(link) = link_at_the_beginning(line) {
            link
        } else {
            written = serde_json::from_slice(line).map_err(|error| why_not(&error))?;
            (written.prev.as_bytes(), written.number)
        };
        let mut expected = [0; HASH_DIGITS];
        if hex::encode_to_slice(self.head, &mut expected).is_err() || prev != expected {
            let found = String::from_utf8_lossy(prev).chars().take(HASH_DIGITS).collect();
            return Err(Why::Prev {
                expected: self.head(),
                found,
            });
        }
        if number != self.next {
            return Err(Why::Number {
                expected: self.next,
                found: number,
            });
        }
        self.append(line);
        Ok(())
    }
}

/// The cause of a line that cannot be read.
pub(super) fn why_not(error: &serde_json::Error) -> Why {
    let text: String = error.to_string().chars().take(300).collect();
    if error.is_data() {
        Why::NotRecord(text)
    } else {
        Why::NotJson(text)
    }
}

/// The link, where the recorder writes it; reading it here spares a second pass of the JSON parser.
fn link_at_the_beginning(line: &[u8]) -> Option<(&[u8], u64)> {
    let (prev, rest) = line.strip_prefix(BEGIN)?.split_at_checked(HASH_DIGITS)?;
    let rest = rest.strip_prefix(BETWEEN)?;
    let digits = rest.iter().position(|byte| !byte.is_ascii_digit())?;
    let number = std::str::from_utf8(rest.get(..digits)?).ok()?.parse().ok()?;
    Some((prev, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_lines() -> (Vec<u8>, Vec<u8>) {
        let mut chain = Chain::new();
        let first = format!("{},\"a\":1}}", chain.begin_line()).into_bytes();
        chain.append(&first);
        (first, format!("{},\"a\":2}}", chain.begin_line()).into_bytes())
    }

    #[test]
    fn the_first_line_follows_zeros() {
        let (first, _) = two_lines();
        assert!(first.starts_with(format!(r#"{{"prev":"{}","number":0"#, "0".repeat(64)).as_bytes()));
    }

    #[test]
    fn a_changed_line_shows_in_the_next() {
        let (mut first, second) = two_lines();
        let right = sha256(&first);
        let digit = first.len() - 2;
        first[digit] = b'9';
        let mut chain = Chain::new();
        chain.check(&first).unwrap();
        assert_eq!(
            chain.check(&second),
            Err(Why::Prev {
                expected: hex::encode(sha256(&first)),
                found: hex::encode(right)
            })
        );
    }

    #[test]
    fn the_link_may_stand_anywhere_in_the_line() {
        let line = format!(r#"{{"number":0,"a":[1],"prev":"{}"}}"#, "0".repeat(64));
        assert_eq!(Chain::new().check(line.as_bytes()), Ok(()));
        let wrong = line.replace("\"number\":0", "\"number\":7");
        assert_eq!(
            Chain::new().check(wrong.as_bytes()),
            Err(Why::Number {
                expected: 0,
                found: 7
            })
        );
        assert!(matches!(Chain::new().check(b"{"), Err(Why::NotJson(_))));
        assert!(matches!(Chain::new().check(b"{}"), Err(Why::NotRecord(_))));
    }
}
