//! Where an answer comes from: a flag, a person, or what is usual.

use super::{
    accept::Reason,
    asker::{Asker, Stop},
};
use crate::{
    cli::{error::CliError, output},
    evidence::text::TerminalText,
};

/// One thing to know.
#[derive(Clone, Debug, Default)]
pub struct Item<'a> {
    /// Its flag, such as `--name`.
    pub flag: &'a str,
    /// What the flag said.
    pub given: Option<&'a str>,
    /// The question for a person.
    pub question: &'a str,
    /// What an empty line means.
    pub usual: Option<&'a str>,
    /// What becomes of it without a flag and without a person.
    pub alone: Alone,
}

/// What becomes of an item that nobody says anything about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Alone {
    /// It takes its usual value; nothing when there is none.
    #[default]
    Usual,
    /// Its flag is missing.
    Needed,
    /// It stays open.
    Open,
}

/// Takes answers, and remembers what is missing and what was seen.
#[derive(Debug)]
pub struct Source {
    asker: Option<Asker>,
    missing: Vec<String>,
    notes: Vec<String>,
}

impl Source {
    /// With a person, or without.
    pub fn new(asker: Option<Asker>) -> Self {
        Self {
            asker,
            missing: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Whether somebody can be asked.
    pub fn has_person(&self) -> bool {
        self.asker.is_some()
    }

    /// Says something to the person, if there is one.
    pub fn say(&self, text: &str) {
        if self.asker.is_some() {
            output::complain(text);
        }
    }

    /// Tells what was seen: at once to a person, otherwise at the end.
    pub fn note(&mut self, text: impl Into<String>) {
        let text = text.into();
        if self.asker.is_some() {
            output::complain(&format!("  {text}"));
        } else {
            self.notes.push(text);
        }
    }

    /// Everything that was seen and not told yet.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Remembers that a flag is missing.
    pub fn miss(&mut self, flag: &str) {
        self.missing.push(flag.to_owned());
    }

    /// An error when flags are missing.
    pub fn complete(&self) -> Result<(), CliError> {
        if self.missing.is_empty() {
            return Ok(());
        }
        Err(CliError::Usage(format!(
            "nobody can be asked here, so these flags are needed: {}; run it on a terminal to be asked",
            self.missing.join(", ")
        )))
    }

    /// Takes one answer. A flag that cannot be right is an error; a person is asked again. None when there is no answer.
    pub async fn take<T>(
        &mut self,
        item: Item<'_>,
        accept: impl Fn(&str) -> Result<T, Reason>,
    ) -> Result<Option<T>, Stop> {
        if let Some(given) = item.given {
            return match accept(given.trim()) {
                Ok(value) => Ok(Some(value)),
                Err(reason) => Err(Stop::Told(CliError::Usage(format!(
                    "{}: {}",
                    item.flag,
                    TerminalText::line(&reason).as_str()
                )))),
            };
        }
        let Some(asker) = &mut self.asker else {
            return match (item.alone, item.usual) {
                (Alone::Usual, Some(usual)) => accept(usual)
                    .map(Some)
                    .map_err(|reason| Stop::Told(CliError::Usage(format!("{}: {reason}", item.flag)))),
                (Alone::Needed, _) => {
                    self.missing.push(item.flag.to_owned());
                    Ok(None)
                }
                (Alone::Usual | Alone::Open, _) => Ok(None),
            };
        };
        let usual = match (item.usual, item.alone) {
            (Some(usual), _) => format!("[{usual}] "),
            (None, Alone::Needed) => String::new(),
            (None, _) => "[none] ".to_owned(),
        };
        let mut prompt = format!("\n{}\n  {usual}> ", item.question);
        loop {
            let line = asker.line(&prompt).await?;
            let answer = match (line.as_str(), item.usual) {
                ("", Some(usual)) => usual,
                ("", None) if item.alone == Alone::Needed => {
                    "  An answer is needed.\n  > ".clone_into(&mut prompt);
                    continue;
                }
                ("", None) => return Ok(None),
                ("none", None) if item.alone != Alone::Needed => return Ok(None),
                (line, _) => line,
            };
            match accept(answer) {
                Ok(value) => return Ok(Some(value)),
                Err(reason) => {
                    prompt = format!(
                        "  Not that: {}\n  {usual}> ",
                        TerminalText::line(&reason).as_str()
                    );
                }
            }
        }
    }

    /// Asks a person for yes or no; `usual` where nobody is there.
    pub async fn agrees(&mut self, question: &str, usual: bool) -> Result<bool, Stop> {
        if !self.has_person() {
            return Ok(usual);
        }
        let item = Item {
            question,
            usual: Some(if usual { "yes" } else { "no" }),
            ..Item::default()
        };
        let answer = self
            .take(item, |text| match text.to_ascii_lowercase().as_str() {
                "y" | "yes" => Ok(true),
                "n" | "no" => Ok(false),
                _ => Err("please answer yes or no".to_owned()),
            })
            .await?;
        Ok(answer.unwrap_or(usual))
    }
}
