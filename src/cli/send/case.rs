//! The case that uses a tampering, found in the feature files themselves.

use super::{
    kind::{Kind, Style},
    tamper::{For, Tamper},
};
use crate::{
    cli::error::CliError,
    suite::{case::Case, example::Example, read::Suite},
};

/// The examples of the suite, to be searched.
pub struct Cases(Suite);

/// An example that uses a tampering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// The case, `WH-SIG-02`.
    pub case: String,
    /// The example.
    pub example: String,
    /// Whether it asks for an acknowledgement.
    pub taken: bool,
}

impl Cases {
    /// Reads the suite.
    ///
    /// # Errors
    ///
    /// The embedded suite cannot be read, which would be a mistake of this program.
    pub fn read() -> Result<Self, CliError> {
        Ok(Self(Suite::embedded()?))
    }

    /// The first example that does this to a message.
    pub fn using(&self, tamper: Tamper) -> Option<Used> {
        // The area that is about such messages comes first; others use some of them by the way.
        let areas: &[&str] = match tamper {
            Tamper::Callback(_) | Tamper::CallbackVariation(_) => &["RC-JSON", "RC-FORM", "RC-RET", "FWD"],
            _ => &["WH-SIG", "WH-PAY", "WH-DEL", "WH-", "FWD", "SEC", "LOG"],
        };
        self.first(areas, tamper.phrase())
    }

    /// The case of a right message of a kind.
    pub fn right(&self, kind: Kind) -> Option<Used> {
        match kind {
            Kind::Webhook(event) => {
                let delivered = format!("a correctly signed {event} is delivered");
                self.first(&["WH-DEL"], &delivered)
                    .or_else(|| self.first(&["WH-DEL", "WH-", "LOG"], event.name()))
            }
            Kind::Callback(Style::Json) => self.first(&["RC-JSON"], "reports a successful payment"),
            Kind::Callback(Style::Form) => self.first(&["RC-FORM"], "reports a successful payment"),
            Kind::Callback(Style::Return) => self.first(&["RC-RET"], "the browser returns"),
        }
    }

    fn first(&self, areas: &[&str], phrase: &str) -> Option<Used> {
        areas.iter().find_map(|area| self.first_of(area, phrase))
    }

    fn first_of(&self, area: &str, phrase: &str) -> Option<Used> {
        let there = |case: &&Case| case.id.as_str().starts_with(area);
        self.0.cases.iter().filter(there).find_map(|case| {
            let example = case.examples.iter().find(|example| uses(example, phrase))?;
            Some(Used {
                case: case.id.as_str().to_owned(),
                example: example.id().to_string(),
                taken: steps(example).any(|step| asks_for_acknowledgement(&step)),
            })
        })
    }
}

fn steps(example: &Example) -> impl Iterator<Item = String> {
    example.scenario().steps.into_iter().map(|step| step.value)
}

fn uses(example: &Example, phrase: &str) -> bool {
    if example.cells().any(|(_, cell)| cell == phrase) {
        return true;
    }
    let whole = |step: &str| {
        step.find(phrase).is_some_and(|at| {
            let (before, after) = (&step[..at], &step[at + phrase.len()..]);
            (before.is_empty() || before.ends_with(' '))
                && !after.starts_with(|next: char| next.is_alphanumeric())
        })
    };
    steps(example).any(|step| whole(&step))
}

fn asks_for_acknowledgement(step: &str) -> bool {
    step.contains("acknowledged in time")
        || step.contains("acted on once")
        || step.contains("exactly once") && !step.contains("or ")
}

/// The whole list, for people: name, what is expected, the case.
///
/// # Errors
///
/// The embedded suite cannot be read.
pub fn listed() -> Result<String, CliError> {
    use std::fmt::Write as _;
    let cases = Cases::read()?;
    let mut text = String::new();
    for (kind, title) in [
        (For::Webhooks, "For webhooks"),
        (
            For::Callbacks,
            "For recurring-json, and as far as a form can carry it, recurring-form",
        ),
    ] {
        let _ = writeln!(text, "{title}");
        for tamper in Tamper::of(kind) {
            let used = cases.using(tamper);
            let expected =
                super::expected::Expected::of(&[tamper], false, used.as_ref().is_some_and(|used| used.taken));
            let due = match expected {
                super::expected::Expected::Shown => "2xx or 3xx",
                super::expected::Expected::Acknowledged => "2xx",
                super::expected::Expected::Refused | super::expected::Expected::Rejected => "4xx",
                super::expected::Expected::RejectedOrIgnored => "4xx or 2xx",
                super::expected::Expected::Orderly => "not 5xx",
                super::expected::Expected::Nothing => "none",
            };
            let case = used.map_or_else(|| "-".to_owned(), |used| used.case);
            let _ = writeln!(
                text,
                "  {:<56} {due:<10} {case:<11} {}",
                tamper.name(),
                what(tamper)
            );
        }
        text.push('\n');
    }
    Ok(text)
}

fn what(tamper: Tamper) -> String {
    match tamper {
        Tamper::Webhook(word) => format!("falsified: {word}"),
        Tamper::Callback(word) => format!("falsified: {word}"),
        Tamper::Writing(word) => format!("right, and unusual: {word}"),
        Tamper::Unreadable(word) => format!("rightly signed, but no event: {word}"),
        Tamper::Variation(word) => format!("rightly signed, with {word}"),
        Tamper::CallbackVariation(word) => format!("with a right hash, {word}"),
        Tamper::BrokenWithin | Tamper::BrokenAfter => {
            format!("the connection is given up {}", tamper.phrase())
        }
    }
}
