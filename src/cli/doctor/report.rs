//! What the doctor found: sections of lines, each with its standing, and the exit code that follows.

use serde::Serialize;

use crate::{
    cli::exit::Exit,
    evidence::text::PlainText,
    transcript::look::{Cause, Finding},
};

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// As it should be.
    Ok,
    /// It could not be looked at.
    NotChecked,
    /// A run makes sense, but this should be looked at.
    Warning,
    /// A run would say little or nothing.
    Problem,
}

impl Standing {
    /// The words for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NotChecked => "not checked",
            Self::Warning => "warning",
            Self::Problem => "PROBLEM",
        }
    }
}

/// One result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// How it stands.
    pub standing: Standing,
    /// Where the cause most likely lies; none where there is nothing wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// What was found, as a code; see [`crate::transcript::look::Code`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
    /// What it is about, such as `[webhook]`.
    pub place: String,
    /// What was seen.
    pub text: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

/// What belongs together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Section {
    /// Its title.
    pub title: &'static str,
    /// Its results.
    pub lines: Vec<Line>,
}

impl Section {
    /// An empty section.
    pub fn new(title: &'static str) -> Self {
        Self {
            title,
            lines: Vec::new(),
        }
    }

    fn add(&mut self, standing: Standing, place: &str, text: String) -> &mut Line {
        self.lines.push(Line {
            standing,
            cause: None,
            code: None,
            place: place.to_owned(),
            text,
            fix: None,
        });
        let last = self.lines.len() - 1;
        &mut self.lines[last]
    }

    /// Something that is as it should be.
    pub fn ok(&mut self, place: &str, text: impl Into<String>) {
        self.add(Standing::Ok, place, text.into());
    }

    /// Something that was not looked at; `why` goes on after "not checked: ".
    pub fn not_checked(&mut self, place: &str, why: impl Into<String>) {
        self.add(Standing::NotChecked, place, why.into());
    }

    /// Something to look at.
    pub fn warning(&mut self, place: &str, text: impl Into<String>, fix: impl Into<String>) {
        self.add(Standing::Warning, place, text.into()).fix = Some(fix.into());
    }

    /// Something that is wrong.
    pub fn problem(&mut self, cause: Cause, place: &str, text: impl Into<String>, fix: impl Into<String>) {
        let line = self.add(Standing::Problem, place, text.into());
        line.fix = Some(fix.into());
        line.cause = Some(cause);
    }

    /// A finding of the look, as a problem or a warning.
    pub fn finding(&mut self, standing: Standing, finding: Finding) {
        let line = self.add(standing, &finding.place, finding.text);
        line.fix = Some(finding.remedy);
        line.cause = Some(finding.cause);
        line.code = Some(finding.code.name());
    }

    /// Everything in it, with what an answer repeats of a secret replaced and cleaned of what would not show.
    #[must_use]
    pub fn cleaned(mut self, mask: &dyn Fn(&str) -> String) -> Self {
        for line in &mut self.lines {
            for text in [&mut line.place, &mut line.text].into_iter().chain(&mut line.fix) {
                *text = PlainText::line(&mask(text)).into_string();
            }
        }
        self
    }
}

/// The exit code that follows from the causes of all problems: the file first, because nothing else can be
/// believed before it is right.
pub fn exit(sections: &[Section]) -> Exit {
    let problems: Vec<Cause> = sections
        .iter()
        .flat_map(|section| &section.lines)
        .filter(|line| line.standing == Standing::Problem)
        .map(|line| line.cause.unwrap_or(Cause::File))
        .collect();
    if problems.contains(&Cause::File) {
        Exit::Usage
    } else if problems.contains(&Cause::Surroundings) {
        Exit::Undetermined
    } else if problems.contains(&Cause::Implementation) {
        Exit::NonConformant
    } else {
        Exit::Success
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_comes_before_the_surroundings_and_these_before_the_implementation() {
        let of = |causes: &[Cause]| {
            let mut section = Section::new("all");
            section.warning("x", "odd", "look");
            for cause in causes {
                section.problem(*cause, "x", "wrong", "mend");
            }
            exit(&[section])
        };
        assert_eq!(of(&[]), Exit::Success);
        assert_eq!(of(&[Cause::Implementation]), Exit::NonConformant);
        assert_eq!(
            of(&[Cause::Implementation, Cause::Surroundings]),
            Exit::Undetermined
        );
        assert_eq!(of(&[Cause::Surroundings, Cause::File]), Exit::Usage);
    }
}
