//! How mistakes in a file are shown: how many there are, and each once, with the place where it stands.

use std::fmt;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, NamedSource, SourceCode};

use crate::config::{
    error::{ConfigError, Problem},
    fault_script::ScriptError,
    waivers::WaiverError,
};

/// The mistakes of one file.
#[derive(Debug)]
pub struct Mistakes<'e> {
    source: &'e NamedSource<String>,
    problems: &'e [Problem],
}

impl<'e> Mistakes<'e> {
    /// Those of a partner's file or of a declaration; none where it could not be read at all.
    pub fn of_configuration(error: &'e ConfigError) -> Option<Self> {
        match error {
            ConfigError::Unreadable { .. } => None,
            ConfigError::Invalid(invalid) => Some(Self {
                source: &invalid.source_text,
                problems: &invalid.problems,
            }),
        }
    }

    /// Those of a script of faults.
    pub fn of_script(error: &'e ScriptError) -> Option<Self> {
        match error {
            ScriptError::Unreadable { .. } => None,
            ScriptError::Invalid {
                source_text,
                problems,
            } => Some(Self {
                source: source_text,
                problems,
            }),
        }
    }

    /// Those of a file of waivers.
    pub fn of_waivers(error: &'e WaiverError) -> Option<Self> {
        match error {
            WaiverError::Unreadable { .. } => None,
            WaiverError::Invalid {
                source_text,
                problems,
            } => Some(Self {
                source: source_text,
                problems,
            }),
        }
    }
}

impl fmt::Display for Mistakes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = self.source.name();
        match self.problems.len() {
            1 => write!(f, "{origin} has a mistake"),
            several => write!(f, "{origin} has {several} mistakes"),
        }
    }
}

impl std::error::Error for Mistakes<'_> {}

impl Diagnostic for Mistakes<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.source)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(
            self.problems.iter().map(|problem| -> &dyn Diagnostic { problem }),
        ))
    }
}

/// The mistakes of a file, or why it could not be read at all.
pub fn shown(mistakes: Option<&Mistakes<'_>>, unreadable: &dyn Diagnostic) -> Option<String> {
    match mistakes {
        Some(mistakes) => drawn(mistakes),
        None => drawn(unreadable),
    }
}

/// A diagnostic as text without colour. Messages are not broken into lines: they are searched for in logs.
fn drawn(diagnostic: &dyn Diagnostic) -> Option<String> {
    let mut text = String::new();
    GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor())
        .with_wrap_lines(false)
        .render_report(&mut text, diagnostic)
        .is_ok()
        .then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::fault_script;

    #[test]
    fn every_mistake_is_told_once_and_where_it_stands() {
        let error = fault_script::parse("colour = 1\n[[faul]]\n", "faults.toml").unwrap_err();
        let text = drawn(&Mistakes::of_script(&error).unwrap()).unwrap();
        assert!(text.contains("faults.toml has 3 mistakes"), "{text}");
        for told in [
            "faults.toml:1: colour: unknown key",
            "faults.toml:2: faul: unknown key",
        ] {
            assert_eq!(text.matches(told).count(), 1, "{text}");
        }
    }
}
