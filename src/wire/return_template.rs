//! The return URL template: the partner's own parameter names around the gateway's placeholders
//! (002:C.1, 002:C.2), how it is read, filled and hashed.

use std::fmt;

use super::recurring::RecurringHash;

/// A value that the gateway fills in, as its dashboard names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Placeholder {
    /// `[NAME]`: the customer's name.
    Name,
    /// `[EMAIL]`: the customer's e-mail address.
    Email,
    /// `[PHONE]`: the customer's phone number.
    Phone,
    /// `[AMOUNT]`: the amount paid, two decimals.
    Amount,
    /// `[TXN_STATUS]`: `1` paid, `0` failed.
    Status,
    /// `[ORDER_ID]`: the partner's order.
    Order,
    /// `[TXN_REF]`: the gateway's transaction.
    Reference,
    /// `[MSG]`: the message.
    Message,
    /// `[HASH]`: the hash over everything else.
    Hash,
    /// `[TXN_TYPE]`: the means of payment.
    Type,
}

impl Placeholder {
    /// Every placeholder of the dashboard.
    pub const ALL: [Self; 10] = [
        Self::Name,
        Self::Email,
        Self::Phone,
        Self::Amount,
        Self::Status,
        Self::Order,
        Self::Reference,
        Self::Message,
        Self::Hash,
        Self::Type,
    ];

    /// Without these nothing can be matched or verified.
    pub const NEEDED: [Self; 4] = [Self::Order, Self::Reference, Self::Status, Self::Hash];

    /// The text in a template, brackets included.
    pub fn text(self) -> &'static str {
        match self {
            Self::Name => "[NAME]",
            Self::Email => "[EMAIL]",
            Self::Phone => "[PHONE]",
            Self::Amount => "[AMOUNT]",
            Self::Status => "[TXN_STATUS]",
            Self::Order => "[ORDER_ID]",
            Self::Reference => "[TXN_REF]",
            Self::Message => "[MSG]",
            Self::Hash => "[HASH]",
            Self::Type => "[TXN_TYPE]",
        }
    }
}

impl fmt::Display for Placeholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// What is wrong with a template, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Longer than [`LONGEST`].
    #[error("is longer than {LONGEST} bytes")]
    TooLong,
    /// It begins with neither `?` nor `&`.
    #[error("does not begin with {0:?}; the gateway puts it behind the return URL as it stands")]
    Beginning(char),
    /// A quote that is no ASCII quote.
    #[error("holds the curly quote {0}, which arrives as part of a value; remove it")]
    CurlyQuote(char),
    /// A straight quote without its partner around the same value.
    #[error(
        "the value of {0:?} has a stray quote, which arrives as part of it; write {0}=[…] without quotes"
    )]
    StrayQuote(String),
    /// A word in brackets that the gateway does not fill.
    #[error(
        "{0} is no placeholder of the gateway; known are [NAME], [EMAIL], [PHONE], [AMOUNT], [TXN_STATUS], [ORDER_ID], [TXN_REF], [MSG], [HASH] and [TXN_TYPE]"
    )]
    Unknown(String),
    /// A placeholder in two places.
    #[error("{0} is used twice; keep one of them")]
    Twice(Placeholder),
    /// A placeholder without which nothing can be verified.
    #[error("{0} is missing; add it under a name of your own")]
    Missing(Placeholder),
    /// Two parameters of one name.
    #[error("the name {0:?} stands there twice; which of the two is meant cannot be told")]
    NameTwice(String),
    /// A parameter without a name or without `=`.
    #[error("{0:?} is no parameter; write name=[PLACEHOLDER]")]
    NoParameter(String),
}

/// Longest template that is read, in bytes.
pub const LONGEST: usize = 2_000;

/// The example of the public guide as it is printed there, stray quotes included (002:C.2).
pub const DOCUMENTED_EXAMPLE: &str = "?order_id=[ORDER_ID]&message=\"[MSG]&status=\"[TXN_STATUS]&amount=[AMOUNT]&ref_id=[TXN_REF]&signature=[HASH]";

/// One parameter of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Slot {
    name: String,
    before: String,
    filled_with: Option<Placeholder>,
    after: String,
}

/// A template that can be filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnTemplate {
    text: String,
    slots: Vec<Slot>,
}

/// The texts that a template is filled with; every placeholder but the hash.
pub trait Values {
    /// The text of one placeholder, not encoded.
    fn value(&self, placeholder: Placeholder) -> String;
}

impl<F: Fn(Placeholder) -> String> Values for F {
    fn value(&self, placeholder: Placeholder) -> String {
        self(placeholder)
    }
}

impl ReturnTemplate {
    /// Reads a template; all flaws at once, in the order of the text where they have a place in it.
    /// `behind_query` says that the return URL has a query of its own already.
    pub fn parse(text: &str, behind_query: bool) -> Result<Self, Vec<Flaw>> {
        if text.len() > LONGEST {
            return Err(vec![Flaw::TooLong]);
        }
        let mut flaws = Vec::new();
        let beginning = if behind_query { '&' } else { '?' };
        if !text.starts_with(beginning) {
            flaws.push(Flaw::Beginning(beginning));
        }
        if let Some(quote) = text.chars().find(|letter| is_curly(*letter)) {
            flaws.push(Flaw::CurlyQuote(quote));
        }
        let slots: Vec<Slot> = text
            .strip_prefix(['?', '&'])
            .unwrap_or(text)
            .split('&')
            .filter_map(|part| slot(part, &mut flaws))
            .collect();
        for (place, one) in slots.iter().enumerate() {
            let earlier = &slots[..place];
            if earlier.iter().any(|other| other.name == one.name) {
                flaws.push(Flaw::NameTwice(one.name.clone()));
            }
            if let Some(placeholder) = one.filled_with
                && earlier.iter().any(|other| other.filled_with == one.filled_with)
            {
                flaws.push(Flaw::Twice(placeholder));
            }
        }
        let there = |wanted| slots.iter().any(|slot| slot.filled_with == Some(wanted));
        flaws.extend(
            Placeholder::NEEDED
                .into_iter()
                .filter(|needed| !there(*needed))
                .map(Flaw::Missing),
        );
        if flaws.is_empty() {
            let text = text.to_owned();
            Ok(Self { text, slots })
        } else {
            Err(flaws)
        }
    }

    /// Whether a value of that kind is part of it.
    pub fn has(&self, placeholder: Placeholder) -> bool {
        self.name_of(placeholder).is_some()
    }

    /// The partner's own name for a value.
    pub fn name_of(&self, placeholder: Placeholder) -> Option<&str> {
        let slot = self
            .slots
            .iter()
            .find(|slot| slot.filled_with == Some(placeholder));
        slot.map(|slot| slot.name.as_str())
    }

    /// Names and values in the template's order, not encoded.
    pub fn filled(&self, values: &impl Values, hash: &str) -> Vec<(String, String)> {
        let value = |placeholder: Placeholder| match placeholder {
            Placeholder::Hash => hash.to_owned(),
            other => values.value(other),
        };
        self.slots
            .iter()
            .map(|slot| {
                let inner = slot.filled_with.map(value).unwrap_or_default();
                (slot.name.clone(), format!("{}{inner}{}", slot.before, slot.after))
            })
            .collect()
    }

    /// The text that is hashed: the template with URL-encoded values and the literal `[HASH]`.
    pub fn hashed_text(&self, values: &impl Values) -> String {
        let mut text = self.text.clone();
        let used = self.slots.iter().filter_map(|slot| slot.filled_with);
        // From the back, so that a value that looks like a placeholder is never filled itself.
        let mut places: Vec<(usize, Placeholder)> = used
            .filter(|placeholder| *placeholder != Placeholder::Hash)
            .filter_map(|placeholder| Some((self.text.find(placeholder.text())?, placeholder)))
            .collect();
        places.sort_unstable();
        for (start, placeholder) in places.into_iter().rev() {
            let end = start + placeholder.text().len();
            text.replace_range(start..end, &url_encoded(&values.value(placeholder)));
        }
        text
    }

    /// The hash: over the secret followed by the filled template.
    pub fn hash(&self, rule: RecurringHash, secret: &str, values: &impl Values) -> String {
        rule.compute(secret, &self.hashed_text(values))
    }
}

impl fmt::Display for ReturnTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn is_curly(letter: char) -> bool {
    matches!(letter, '\u{2018}'..='\u{201F}' | '\u{00AB}' | '\u{00BB}')
}

/// Reads `name=value`; none with a flaw when it is no parameter.
fn slot(part: &str, flaws: &mut Vec<Flaw>) -> Option<Slot> {
    let Some((name, value)) = part.split_once('=').filter(|(name, _)| !name.is_empty()) else {
        flaws.push(Flaw::NoParameter(part.to_owned()));
        return None;
    };
    let quotes = value.matches('"').count() + value.matches('\'').count();
    let paired = ['"', '\''].into_iter().any(|quote| {
        let inner = value
            .strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote));
        inner.is_some_and(|inner| inner.starts_with('[') && inner.ends_with(']'))
    });
    if name.contains(['"', '\'']) || quotes > 0 && !(paired && quotes == 2) {
        flaws.push(Flaw::StrayQuote(name.to_owned()));
    }
    let mut slot = Slot {
        name: name.to_owned(),
        before: value.to_owned(),
        filled_with: None,
        after: String::new(),
    };
    let Some((before, rest)) = value.split_once('[') else {
        return Some(slot);
    };
    let Some((word, after)) = rest.split_once(']') else {
        flaws.push(Flaw::Unknown(format!("[{rest}")));
        return Some(slot);
    };
    let text = format!("[{word}]");
    match Placeholder::ALL.into_iter().find(|known| known.text() == text) {
        None => flaws.push(Flaw::Unknown(text)),
        Some(_) if after.contains('[') => flaws.push(Flaw::NoParameter(part.to_owned())),
        found => {
            slot.filled_with = found;
            before.clone_into(&mut slot.before);
            after.clone_into(&mut slot.after);
        }
    }
    Some(slot)
}

/// URL encoding as PHP's `urlencode` does it: letters, digits, `-`, `_` and `.` stay, a space becomes `+`,
/// every other byte becomes `%` and two upper-case hex digits.
pub fn url_encoded(text: &str) -> String {
    use fmt::Write as _;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => encoded.push(char::from(byte)),
            b' ' => encoded.push('+'),
            other => {
                let _ = write!(encoded, "%{other:02X}");
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SOUND: &str = "?order_id=[ORDER_ID]&message=[MSG]&status=[TXN_STATUS]&amount=[AMOUNT]&ref_id=[TXN_REF]&signature=[HASH]";

    fn flaws(text: &str) -> Vec<Flaw> {
        ReturnTemplate::parse(text, false).unwrap_err()
    }

    fn values(placeholder: Placeholder) -> String {
        match placeholder {
            Placeholder::Order => "ORD-1",
            Placeholder::Message => "A & B=c+d é",
            Placeholder::Status => "1",
            Placeholder::Amount => "24.50",
            Placeholder::Reference => "[AMOUNT]",
            _ => "",
        }
        .to_owned()
    }

    #[test]
    fn the_documented_example_has_two_stray_quotes() {
        assert_eq!(
            flaws(DOCUMENTED_EXAMPLE),
            [
                Flaw::StrayQuote("message".to_owned()),
                Flaw::StrayQuote("status".to_owned())
            ]
        );
        let curly = DOCUMENTED_EXAMPLE.replace('"', "\u{201D}");
        assert_eq!(flaws(&curly), [Flaw::CurlyQuote('\u{201D}')]);
        assert!(ReturnTemplate::parse(&DOCUMENTED_EXAMPLE.replace('"', ""), false).is_ok());
    }

    #[test]
    fn every_flaw_is_named() {
        let table = [
            (SOUND.replace('?', ""), Flaw::Beginning('?')),
            (SOUND.replace('?', "&"), Flaw::Beginning('?')),
            (
                SOUND.replace("[MSG]", "[MESSAGE]"),
                Flaw::Unknown("[MESSAGE]".to_owned()),
            ),
            (SOUND.replace("[MSG]", "[MSG"), Flaw::Unknown("[MSG".to_owned())),
            (
                SOUND.replace("[MSG]", "[AMOUNT]"),
                Flaw::Twice(Placeholder::Amount),
            ),
            (
                SOUND.replace("[MSG]", "[MSG][NAME]"),
                Flaw::NoParameter("message=[MSG][NAME]".to_owned()),
            ),
            (SOUND.replace("[ORDER_ID]", ""), Flaw::Missing(Placeholder::Order)),
            (
                SOUND.replace("[TXN_REF]", ""),
                Flaw::Missing(Placeholder::Reference),
            ),
            (
                SOUND.replace("[TXN_STATUS]", ""),
                Flaw::Missing(Placeholder::Status),
            ),
            (SOUND.replace("[HASH]", ""), Flaw::Missing(Placeholder::Hash)),
            (
                SOUND.replace("message=", "status="),
                Flaw::NameTwice("status".to_owned()),
            ),
            (
                SOUND.replace("message=[MSG]", ""),
                Flaw::NoParameter(String::new()),
            ),
            (
                SOUND.replace("[MSG]", "[MSG]\""),
                Flaw::StrayQuote("message".to_owned()),
            ),
            ("x".repeat(LONGEST + 1), Flaw::TooLong),
        ];
        for (text, flaw) in table {
            assert_eq!(flaws(&text), [flaw], "{text}");
        }
        let quoted = SOUND.replace("[MSG]", "\"[MSG]\"");
        assert!(ReturnTemplate::parse(&quoted, false).is_ok());
        assert!(ReturnTemplate::parse(&SOUND.replace('?', "&"), true).is_ok());
    }

    #[test]
    fn the_hashed_text_is_the_template_with_encoded_values() {
        let template = ReturnTemplate::parse(SOUND, false).unwrap();
        assert_eq!(
            template.hashed_text(&values),
            "?order_id=ORD-1&message=A+%26+B%3Dc%2Bd+%C3%A9&status=1&amount=24.50&ref_id=%5BAMOUNT%5D&signature=[HASH]"
        );
        assert_eq!(
            template.filled(&values, "h")[1],
            ("message".to_owned(), "A & B=c+d é".to_owned())
        );
        assert_eq!(template.filled(&values, "h")[5].1, "h");
        assert_eq!(template.name_of(Placeholder::Reference), Some("ref_id"));
        assert!(!template.has(Placeholder::Name));
        // Digested by an independent program.
        assert_eq!(
            template.hash(RecurringHash::Md5, "53-784", &values),
            "0451afa46b84ea26d25fc14f2c288d25"
        );
        assert_eq!(
            template.hash(RecurringHash::HmacSha256, "53-784", &values),
            "83ce04c737f55f043d8ad3fff63f3c534d8231ae0291c63b5707a5a7c737bb7b"
        );
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in "[?&]?[a-z\\[\\]A-Z_=&\"’]{0,80}", behind in any::<bool>()) {
            if let Ok(template) = ReturnTemplate::parse(&text, behind) {
                prop_assert!(Placeholder::NEEDED.into_iter().all(|needed| template.has(needed)));
            }
        }

        #[test]
        fn encoded_text_decodes_to_itself(text in ".{0,40}") {
            let encoded = url_encoded(&text);
            let text_again = url::form_urlencoded::parse(format!("k={encoded}").as_bytes())
                .next()
                .map(|(_, value)| value.into_owned());
            prop_assert_eq!(text_again, Some(text));
        }
    }
}
