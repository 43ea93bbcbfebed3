//! Everything that can be done to a message, by name: the suite's own vocabularies.

use crate::{
    cli::error::CliError,
    plan::near::near,
    wire::{
        callback_variation::CallbackVariation,
        tampering::{CallbackTampering, Tampering, Unreadable, Writing},
        variation::Variation,
    },
};

/// One thing that is done to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tamper {
    /// A webhook is falsified.
    Webhook(Tampering),
    /// A webhook is written in an unusual but right way.
    Writing(Writing),
    /// The body of a webhook is no event.
    Unreadable(Unreadable),
    /// The payload of a webhook is unusual.
    Variation(Variation),
    /// The connection is given up within the body.
    BrokenWithin,
    /// The connection is given up after the body.
    BrokenAfter,
    /// A callback is falsified.
    Callback(CallbackTampering),
    /// A callback is unusual.
    CallbackVariation(CallbackVariation),
}

/// What messages a tampering is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// Webhooks.
    Webhooks,
    /// Recurring callbacks.
    Callbacks,
}

impl Tamper {
    /// Everything that can be done.
    pub fn all() -> impl Iterator<Item = Self> {
        let of = |kind| Self::of(kind);
        of(For::Webhooks).chain(of(For::Callbacks))
    }

    /// Everything that can be done to messages of that kind.
    pub fn of(kind: For) -> Box<dyn Iterator<Item = Self>> {
        match kind {
            For::Webhooks => Box::new(
                Tampering::ALL
                    .iter()
                    .copied()
                    .map(Self::Webhook)
                    .chain(Unreadable::ALL.iter().copied().map(Self::Unreadable))
                    .chain(Writing::ALL.iter().copied().map(Self::Writing))
                    .chain(Variation::ALL.iter().copied().map(Self::Variation))
                    .chain([Self::BrokenWithin, Self::BrokenAfter]),
            ),
            For::Callbacks => Box::new(
                CallbackTampering::ALL.iter().copied().map(Self::Callback).chain(
                    CallbackVariation::ALL
                        .iter()
                        .copied()
                        .map(Self::CallbackVariation),
                ),
            ),
        }
    }

    /// The words of the feature files.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Webhook(word) => word.phrase(),
            Self::Writing(word) => word.phrase(),
            Self::Unreadable(word) => word.phrase(),
            Self::Variation(word) => word.phrase(),
            Self::Callback(word) => word.phrase(),
            Self::CallbackVariation(word) => word.phrase(),
            Self::BrokenWithin => "within its body",
            Self::BrokenAfter => "after its body and before the answer",
        }
    }

    /// The name that is easy to type: the words, joined by hyphens.
    pub fn name(self) -> String {
        match self {
            Self::BrokenWithin => "broken-off-within-its-body".to_owned(),
            Self::BrokenAfter => "broken-off-after-its-body".to_owned(),
            // These differ from others in signs and capitals alone.
            Self::CallbackVariation(CallbackVariation::StatusPlus) => "status-id-plus-1".to_owned(),
            Self::Webhook(Tampering::KeyStars) => "the-key-of-stars".to_owned(),
            Self::Variation(Variation::ContentTypeLetters) => "the-content-type-in-other-letters".to_owned(),
            Self::Variation(Variation::TypeInCapitals) => "the-type-in-capitals".to_owned(),
            Self::Variation(Variation::TypeUnderscore) => "the-type-with-an-underscore".to_owned(),
            other => name_of(other.phrase()),
        }
    }

    /// Reads a name, or the words themselves.
    ///
    /// # Errors
    ///
    /// Nothing that can be done to such messages is called so; the message names the nearest.
    pub fn parse(text: &str, kind: For) -> Result<Self, CliError> {
        let wanted = name_of(text);
        let words = |tamper: &Self| tamper.phrase() == text;
        let named = |tamper: &Self| tamper.name() == wanted;
        if let Some(found) = Self::of(kind).find(words).or_else(|| Self::of(kind).find(named)) {
            return Ok(found);
        }
        let elsewhere = Self::all().any(|tamper| words(&tamper) || named(&tamper));
        let known: Vec<String> = Self::of(kind).map(Self::name).collect();
        let parts = known
            .iter()
            .filter(|name| !wanted.is_empty() && name.contains(&wanted));
        let mut hints: Vec<&str> = parts.map(String::as_str).take(3).collect();
        if hints.is_empty() {
            hints = near(&wanted, known.iter().map(String::as_str));
        }
        let hint = if elsewhere {
            match kind {
                For::Webhooks => "it is for recurring callbacks".to_owned(),
                For::Callbacks => "it is for webhooks".to_owned(),
            }
        } else if hints.is_empty() {
            "--list-tamperings shows them all".to_owned()
        } else {
            format!("did you mean {}?", hints.join(", "))
        };
        Err(CliError::Usage(format!(
            "--tamper {text:?} is not known for this message; {hint}"
        )))
    }
}

fn name_of(phrase: &str) -> String {
    let letters = phrase.chars().map(|letter| match letter {
        letter if letter.is_ascii_alphanumeric() => letter.to_ascii_lowercase(),
        _ => '-',
    });
    let spaced: String = letters.collect();
    let words = spaced.split('-').filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_name_and_every_phrase_leads_to_its_tampering() {
        for kind in [For::Webhooks, For::Callbacks] {
            let mut names: BTreeMap<String, Tamper> = BTreeMap::new();
            for tamper in Tamper::of(kind) {
                assert_eq!(names.insert(tamper.name(), tamper), None, "{}", tamper.name());
                assert_eq!(Tamper::parse(&tamper.name(), kind).unwrap(), tamper);
                assert_eq!(
                    Tamper::parse(tamper.phrase(), kind).unwrap(),
                    tamper,
                    "{}",
                    tamper.phrase()
                );
            }
        }
    }

    #[test]
    fn what_is_not_known_is_told_the_nearest() {
        let told = |text, kind| Tamper::parse(text, kind).unwrap_err().to_string();
        assert!(told("random-key", For::Webhooks).contains("did you mean a-random-key?"));
        assert!(told("a-random-key", For::Callbacks).contains("it is for webhooks"));
        assert!(told("nonsense at all", For::Webhooks).contains("--list-tamperings"));
    }
}
