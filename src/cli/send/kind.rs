//! The messages that can be sent, by name.

use crate::{cli::error::CliError, plan::near::near, wire::event::EventType};

/// A kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A webhook of the platform.
    Webhook(EventType),
    /// A recurring callback of the gateway.
    Callback(Style),
}

/// How a recurring callback travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A POST in JSON.
    Json,
    /// A POST as a form.
    Form,
    /// The GET by which the customer's browser returns.
    Return,
}

const STYLES: [(&str, Style); 3] = [
    ("recurring-json", Style::Json),
    ("recurring-form", Style::Form),
    ("recurring-return", Style::Return),
];

impl Kind {
    /// Reads a name.
    ///
    /// # Errors
    ///
    /// Nothing is called so; the message names the nearest.
    pub fn parse(name: &str) -> Result<Self, CliError> {
        if let Ok(event) = name.parse() {
            return Ok(Self::Webhook(event));
        }
        if let Some((_, style)) = STYLES.iter().find(|(known, _)| *known == name) {
            return Ok(Self::Callback(*style));
        }
        let known: Vec<&str> = Self::names().collect();
        let hint = match near(name, known.iter().copied()).as_slice() {
            [] => ".".to_owned(),
            near => format!("; did you mean {}?", near.join(", ")),
        };
        Err(CliError::Usage(format!(
            "no message is called {name:?}{hint} Known are {}. For a type that the contract does not know, send \
             payment.success with --set /type=NAME",
            known.join(", ")
        )))
    }

    /// Every name.
    pub fn names() -> impl Iterator<Item = &'static str> {
        EventType::ALL
            .into_iter()
            .map(EventType::name)
            .chain(STYLES.iter().map(|(name, _)| *name))
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Webhook(event) => event.name(),
            Self::Callback(style) => STYLES
                .iter()
                .find(|(_, known)| *known == style)
                .map_or("", |(name, _)| name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_and_others_are_told_the_nearest() {
        for name in Kind::names() {
            assert_eq!(Kind::parse(name).unwrap().name(), name);
        }
        let error = Kind::parse("payment.sucess").unwrap_err().to_string();
        assert!(error.contains("did you mean payment.success?"), "{error}");
    }
}
