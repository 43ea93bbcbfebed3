//! A count that stayed 0 although the message was taken: what may explain it depends on how the object came to
//! exist, on what the log says, and on whether the object was there at all.

use super::{
    effect::{section, subject},
    said::Said,
    trial::Sent,
};
use crate::{
    config::references::{Origin, operation_for},
    transcript::{
        look::{Cause, Code, Finding},
        observation::{EffectKind, Reading},
    },
};

/// What is known about it.
#[derive(Debug)]
pub struct Stuck<'a> {
    /// What was sent.
    pub sent: &'a Sent,
    /// What its effect is counted on.
    pub kind: EffectKind,
    /// How the object came to exist.
    pub origin: &'a Origin,
    /// The last reading.
    pub reading: &'a Reading,
    /// What the log says.
    pub said: Said,
    /// Whether the effect is counted in the log.
    pub in_log: bool,
}

impl Stuck<'_> {
    /// What was seen, why that may be, and what to do.
    pub fn finding(&self) -> Finding {
        match self.reading.absent_status {
            Some(status) => self.absent(status),
            None => self.unmoved(),
        }
    }

    fn answered(&self) -> String {
        let what = message(self.sent);
        format!(
            "after a good {what} for {} was answered with 2xx{}",
            self.sent.reference,
            self.said.clause()
        )
    }

    /// The channel says that there is no such object.
    fn absent(&self, status: u16) -> Finding {
        let (name, section) = (self.kind.name(), section(self.kind));
        let reference = &self.sent.reference;
        let (object, remedy) = match self.origin {
            Origin::Start => (
                format!(
                    "the {name} that [start.{}] made reads as absent",
                    operation_for(subject(self.kind))
                ),
                format!(
                    "the address or the lookup of {section} is wrong, not count: let it find {reference}, and see that \
                     the operation made it under that reference"
                ),
            ),
            Origin::Fixture { .. } => (
                format!("the {name} of the list reads as absent"),
                format!(
                    "import the list, or correct the address or the lookup of {section}, which does not find \
                     {reference}; count is not what is wrong"
                ),
            ),
            Origin::FirstSight => (
                format!("the {name} still reads as absent"),
                match &self.said {
                    Said::Otherwise(_) => format!(
                        "{}; if your system did create it, the address or the lookup of {section} is wrong",
                        first(self.kind)
                    ),
                    Said::Nothing | Said::Processed => format!(
                        "either nothing was created, or the address or the lookup of {section} is wrong: ask it by hand \
                         for a {name} that exists"
                    ),
                },
            ),
        };
        Finding::new(
            Code::EffectAbsent,
            Cause::File,
            section,
            format!("{object} (status {status}) {}", self.answered()),
            remedy,
        )
    }

    fn unmoved(&self) -> Finding {
        let (key, stayed) = if self.in_log {
            ("results", "the count of their lines stayed 0")
        } else {
            ("count", "stayed 0")
        };
        let remedy = match &self.said {
            Said::Otherwise(result) => format!("{}; {}", needed(self.kind, self.origin), self.unless(result)),
            Said::Nothing | Said::Processed => {
                "if your system did act on it, let count point to the number that \
                                                changed; if not, the examples will show it"
                    .to_owned()
            }
        };
        Finding::new(
            Code::EffectStuck,
            Cause::File,
            format!("{} {key}", section(self.kind)),
            format!("{stayed} {}", self.answered()),
            remedy,
        )
    }

    fn unless(&self, result: &str) -> String {
        if self.in_log {
            format!("add {result:?} to results only if your system did carry the message out")
        } else {
            "let count point to another number only if your system did carry the message out".to_owned()
        }
    }
}

/// A message was taken and its log line does not say that it was carried out, with no count to look at.
pub fn unproven(sent: &Sent, kind: EffectKind, origin: &Origin, result: &str) -> Finding {
    Finding::new(
        Code::LogResult,
        Cause::File,
        "[log] result",
        format!(
            "says {result:?} about the good {}, and no count is read that would show whether it was carried out",
            message(sent)
        ),
        format!("if it was not: {}", needed(kind, origin)),
    )
}

/// What a system may have needed to carry a message out.
fn needed(kind: EffectKind, origin: &Origin) -> String {
    let name = kind.name();
    match origin {
        Origin::FirstSight => first(kind),
        Origin::Start => format!(
            "let [start.{}] make the {name} as your system needs it, with the reference, amount and currency of the run",
            operation_for(subject(kind))
        ),
        Origin::Fixture { .. } => {
            format!("import the {name} of the list as it stands there, with its amount")
        }
    }
}

/// The question for a system that hears of an object by its first message.
fn first(kind: EffectKind) -> String {
    let name = kind.name();
    let operation = operation_for(subject(kind));
    format!(
        "does your system need the {name} before the first message about it? then let it be made: {name} = \"start\" in \
         [references] with a section [start.{operation}], or {name} = {{ fixture = \"…\" }} with a list that you import"
    )
}

fn message(sent: &Sent) -> String {
    sent.kind
        .map_or_else(|| "callback".to_owned(), |kind| kind.to_string())
}
