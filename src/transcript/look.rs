//! What a look at the partner found, with its likely cause: told before the first example and by `doctor`, and
//! written into the transcript as a note that can be read back.

use std::{fmt, str::FromStr};

use serde::Serialize;

/// How every such note begins.
const MARK: &str = "first look: ";

/// Where the cause most likely lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// In the partner's file, or in a variable that it names.
    File,
    /// Between the two: network, certificates, what stands in front of the endpoint.
    Surroundings,
    /// In the partner's implementation.
    Implementation,
}

impl Cause {
    const ALL: [Self; 3] = [Self::File, Self::Surroundings, Self::Implementation];

    /// The word in notes and documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Surroundings => "surroundings",
            Self::Implementation => "implementation",
        }
    }
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// A good message was refused as not authentic (401, 403).
    DeliveryRefused,
    /// Nothing is at the address, or it takes no POST (404, 405).
    DeliveryPath,
    /// The address redirects.
    DeliveryRedirected,
    /// The body was not understood (400, 415, 422).
    DeliveryBody,
    /// The endpoint failed (5xx).
    DeliveryFailed,
    /// Another status than 2xx.
    DeliveryOdd,
    /// The TLS handshake failed.
    DeliveryTls,
    /// No answer.
    DeliveryUnanswered,
    /// A good message was answered with 2xx, but too late.
    DeliverySlow,
    /// A forged message had an effect.
    ForgedAccepted,
    /// A forged message was answered like a good one.
    ForgedAcknowledged,
    /// What reads effects was refused (401, 403).
    EffectCredentials,
    /// The answer does not fit the section.
    EffectUnreadable,
    /// No answer from what reads effects.
    EffectSilent,
    /// What reads effects answered 5xx.
    EffectFailed,
    /// An object reads as absent after a good message about it.
    EffectAbsent,
    /// Something is counted where nothing is.
    EffectCounted,
    /// A good message did not move the count.
    EffectStuck,
    /// It moved the count by more than one.
    EffectJumped,
    /// A declared place has no value.
    EffectPlace,
    /// The log cannot be read.
    LogUnreadable,
    /// No line of the log shows the event.
    LogSilent,
    /// The line is there, but a place of `[log]` does not find what it should.
    LogPlace,
    /// A time cannot be placed.
    LogTime,
    /// The result of a good message is not that of one that was carried out.
    LogResult,
    /// The object that a message is about could not be made.
    ReferenceNotMade,
}

impl Code {
    const ALL: [Self; 26] = [
        Self::DeliveryRefused,
        Self::DeliveryPath,
        Self::DeliveryRedirected,
        Self::DeliveryBody,
        Self::DeliveryFailed,
        Self::DeliveryOdd,
        Self::DeliveryTls,
        Self::DeliveryUnanswered,
        Self::DeliverySlow,
        Self::ForgedAccepted,
        Self::ForgedAcknowledged,
        Self::EffectCredentials,
        Self::EffectUnreadable,
        Self::EffectSilent,
        Self::EffectFailed,
        Self::EffectAbsent,
        Self::EffectCounted,
        Self::EffectStuck,
        Self::EffectJumped,
        Self::EffectPlace,
        Self::LogUnreadable,
        Self::LogSilent,
        Self::LogPlace,
        Self::LogTime,
        Self::LogResult,
        Self::ReferenceNotMade,
    ];

    /// The word in notes and documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::DeliveryRefused => "delivery-refused",
            Self::DeliveryPath => "delivery-path",
            Self::DeliveryRedirected => "delivery-redirected",
            Self::DeliveryBody => "delivery-body",
            Self::DeliveryFailed => "delivery-failed",
            Self::DeliveryOdd => "delivery-odd",
            Self::DeliveryTls => "delivery-tls",
            Self::DeliveryUnanswered => "delivery-unanswered",
            Self::DeliverySlow => "delivery-slow",
            Self::ForgedAccepted => "forged-accepted",
            Self::ForgedAcknowledged => "forged-acknowledged",
            Self::EffectCredentials => "effect-credentials",
            Self::EffectUnreadable => "effect-unreadable",
            Self::EffectSilent => "effect-silent",
            Self::EffectFailed => "effect-failed",
            Self::EffectAbsent => "effect-absent",
            Self::EffectCounted => "effect-counted",
            Self::EffectStuck => "effect-stuck",
            Self::EffectJumped => "effect-jumped",
            Self::EffectPlace => "effect-place",
            Self::LogUnreadable => "log-unreadable",
            Self::LogSilent => "log-silent",
            Self::LogPlace => "log-place",
            Self::LogTime => "log-time",
            Self::LogResult => "log-result",
            Self::ReferenceNotMade => "reference-not-made",
        }
    }

    /// Whether it is about how the first good message was answered.
    pub fn is_of_delivery(self) -> bool {
        self.name().starts_with("delivery-")
    }
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What.
    pub code: Code,
    /// Where the cause most likely lies.
    pub cause: Cause,
    /// Section or key of the partner's file, such as `[effects.order] count`.
    pub place: String,
    /// What was seen, as a fragment.
    pub text: String,
    /// What to do, as a fragment.
    pub remedy: String,
    /// Whether no run could mean anything.
    #[serde(skip)]
    pub stops: bool,
}

impl Finding {
    /// A finding that stops no run.
    pub fn new(
        code: Code,
        cause: Cause,
        place: impl Into<String>,
        text: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            code,
            cause,
            place: place.into(),
            text: text.into(),
            remedy: remedy.into(),
            stops: false,
        }
    }

    /// The same, and no run could mean anything.
    #[must_use]
    pub fn stopping(mut self) -> Self {
        self.stops = true;
        self
    }

    /// The text of the note in the transcript.
    pub fn note(&self) -> String {
        format!("{MARK}{} ({}): {self}", self.code.name(), self.cause.name())
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.place, self.text, self.remedy)
    }
}

/// A finding as it is read back from a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// What.
    pub code: Code,
    /// Where the cause most likely lies.
    pub cause: Cause,
    /// Place, what was seen and what to do, as one line.
    pub told: String,
}

impl Noted {
    /// Reads a note of the run as a whole; none where it is no finding.
    pub fn of(note: &str) -> Option<Self> {
        let (code, rest) = note.strip_prefix(MARK)?.split_once(" (")?;
        let (cause, told) = rest.split_once("): ")?;
        Some(Self {
            code: code.parse().ok()?,
            cause: cause.parse().ok()?,
            told: told.to_owned(),
        })
    }
}

impl FromStr for Code {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|code| code.name() == text).ok_or(())
    }
}

impl FromStr for Cause {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|cause| cause.name() == text).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_read_back() {
        for code in Code::ALL {
            for cause in Cause::ALL {
                let finding = Finding::new(code, cause, "[webhook]", "answered (401): no", "look");
                assert_eq!(
                    Noted::of(&finding.note()),
                    Some(Noted {
                        code,
                        cause,
                        told: "[webhook]: answered (401): no; look".to_owned()
                    })
                );
            }
        }
        assert_eq!(Noted::of("a remark of another kind"), None);
    }
}
