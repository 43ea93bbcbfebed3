//! Valid events as nobody would write them by hand: any text, unknown members, any order of keys, any
//! spelling of numbers.

use std::fmt;

use proptest::{
    collection::vec,
    prelude::{Just, Strategy, any, prop_oneof},
};
use serde_json::{Map, Value, json};

use crate::wire::event::Event;

/// Spellings of numbers that JSON allows (RFC 8259, section 6), simplest first.
const NUMBERS: [&str; 9] = [
    "0",
    "-0",
    "1.0",
    "1E2",
    "1e-2",
    "0.10",
    "9007199254740993",
    "12345678901234567890",
    "-1.5e+300",
];

/// Encloses text that is written as a number.
const BARE: &str = "\u{1}bare\u{1}";

/// How a plain event is dressed up. Everything in it leaves the event valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The customer's name; none when empty.
    pub name: String,
    /// Unknown members in the metadata.
    pub metadata: Vec<(String, Extra)>,
    /// Unknown members beside `order_id`.
    pub data: Vec<(String, Extra)>,
    /// Unknown members beside `type`.
    pub envelope: Vec<(String, Extra)>,
    /// By how many places the keys of each object are turned.
    pub turned: usize,
    /// Whether they stand in reverse.
    pub reversed: bool,
    /// Whether it is written over several lines.
    pub pretty: bool,
    /// Whether everything beyond ASCII is escaped.
    pub escaped: bool,
}

/// A value that the contract does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extra {
    /// `null`
    Null,
    /// `true` or `false`
    Flag(bool),
    /// One of the number spellings.
    Number(usize),
    /// Any text.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// An object.
    Members(Vec<(String, Self)>),
}

/// Any valid event.
pub fn drafts() -> impl Strategy<Value = Draft> {
    let switches = (0_usize..8, any::<bool>(), any::<bool>(), any::<bool>());
    (text(), members(), members(), members(), switches).prop_map(
        |(name, metadata, data, envelope, (turned, reversed, pretty, escaped))| Draft {
            name,
            metadata,
            data,
            envelope,
            turned,
            reversed,
            pretty,
            escaped,
        },
    )
}

/// Any text without control characters, which a partner may refuse.
fn text() -> impl Strategy<Value = String> {
    let plain = |letter: char| if letter.is_control() { '_' } else { letter };
    vec(any::<char>().prop_map(plain), 0..16).prop_map(|letters| letters.into_iter().collect())
}

fn members() -> impl Strategy<Value = Vec<(String, Extra)>> {
    vec((key(), extra()), 0..3)
}

/// A key that no contract has.
fn key() -> impl Strategy<Value = String> {
    vec(proptest::char::range('a', 'z'), 0..6)
        .prop_map(|letters| format!("x_{}", letters.into_iter().collect::<String>()))
}

fn extra() -> impl Strategy<Value = Extra> {
    let leaf = prop_oneof![
        Just(Extra::Null),
        any::<bool>().prop_map(Extra::Flag),
        (0..NUMBERS.len()).prop_map(Extra::Number),
        text().prop_map(Extra::Text),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Extra::List),
            vec((key(), inner), 0..3).prop_map(Extra::Members),
        ]
    })
}

impl fmt::Display for Draft {
    /// Names only what differs from a plain event.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = Vec::new();
        if !self.name.is_empty() {
            said.push(format!("the name {:?}", self.name));
        }
        for (place, extras) in [
            ("metadata", &self.metadata),
            ("data", &self.data),
            ("the envelope", &self.envelope),
        ] {
            for (key, extra) in extras {
                said.push(format!("{key} = {extra:?} in {place}"));
            }
        }
        if self.turned > 0 {
            said.push(format!("keys turned by {}", self.turned));
        }
        for (switch, word) in [
            (self.reversed, "keys reversed"),
            (self.pretty, "several lines"),
            (self.escaped, "\\u escapes"),
        ] {
            if switch {
                said.push(word.to_owned());
            }
        }
        if said.is_empty() {
            return f.write_str("a plain event");
        }
        write!(f, "an event with {}", said.join(", "))
    }
}

impl Draft {
    /// The bytes of an event, dressed up so.
    pub fn written(&self, event: &Event) -> Vec<u8> {
        let mut metadata = Map::new();
        if !self.name.is_empty() {
            metadata.insert("customer_name".to_owned(), json!(self.name));
        }
        put(&mut metadata, &self.metadata);
        let mut data = event.data.clone();
        data.insert("metadata".to_owned(), Value::Object(metadata));
        put(&mut data, &self.data);
        let mut envelope = match event.document() {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        envelope.insert("data".to_owned(), Value::Object(data));
        put(&mut envelope, &self.envelope);
        let document = self.ordered(Value::Object(envelope));
        let text = if self.pretty {
            serde_json::to_string_pretty(&document).unwrap_or_else(|_| document.to_string())
        } else {
            document.to_string()
        };
        let bare = json!(BARE).to_string();
        let bare = bare.trim_matches('"');
        let text = text
            .replace(&format!("\"{bare}"), "")
            .replace(&format!("{bare}\""), "");
        if self.escaped { escaped(&text) } else { text }.into_bytes()
    }

    fn ordered(&self, value: Value) -> Value {
        match value {
            Value::Object(members) => {
                let mut members: Vec<(String, Value)> = members
                    .into_iter()
                    .map(|(key, value)| (key, self.ordered(value)))
                    .collect();
                if !members.is_empty() {
                    let places = self.turned % members.len();
                    members.rotate_left(places);
                }
                if self.reversed {
                    members.reverse();
                }
                Value::Object(members.into_iter().collect())
            }
            other => other,
        }
    }
}

fn put(members: &mut Map<String, Value>, extras: &[(String, Extra)]) {
    for (key, extra) in extras {
        members.insert(key.clone(), extra.value());
    }
}

impl Extra {
    fn value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Flag(flag) => json!(flag),
            Self::Number(which) => json!(format!("{BARE}{}{BARE}", NUMBERS[which % NUMBERS.len()])),
            Self::Text(text) => json!(text),
            Self::List(items) => items.iter().map(Self::value).collect(),
            Self::Members(members) => {
                let mut map = Map::new();
                put(&mut map, members);
                Value::Object(map)
            }
        }
    }
}

/// The text with everything beyond ASCII as escapes of JSON (`\u` and four digits). Such letters stand only inside
/// of strings.
fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii() {
            out.push(letter);
        } else {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::proptest;

    use super::*;
    use crate::wire::{
        event::{EventType, References},
        money::Money,
    };

    pub(crate) fn event() -> Event {
        let references = References {
            order: "ORD-1".to_owned(),
            policy: "POL-1".to_owned(),
            transaction: "txn_1".to_owned(),
            refund: "ref_1".to_owned(),
            claim: "CLM-1".to_owned(),
        };
        let created = "2026-11-20T10:15:30.123Z".to_owned();
        let kind = EventType::PaymentSuccess;
        Event::new(
            "evt_1".to_owned(),
            kind,
            created,
            &references,
            &Money::sen(10_000),
        )
    }

    proptest! {
        #[test]
        fn every_draft_says_what_the_plain_event_says(draft in drafts()) {
            let body = draft.written(&event());
            let read: Value = serde_json::from_slice(&body).unwrap();
            let plain = event().document();
            for member in ["/id", "/type", "/created_at", "/data/order_id", "/data/amount", "/data/status"] {
                proptest::prop_assert_eq!(read.pointer(member), plain.pointer(member), "{}", member);
            }
            if !draft.name.is_empty() {
                proptest::prop_assert_eq!(&read["data"]["metadata"]["customer_name"], &json!(draft.name));
            }
            proptest::prop_assert!(!draft.escaped || body.is_ascii());
        }
    }

    #[test]
    fn numbers_stand_as_they_are_spelt() {
        let draft = Draft {
            name: String::new(),
            metadata: vec![(
                "x_n".to_owned(),
                Extra::List(vec![Extra::Number(3), Extra::Number(7)]),
            )],
            data: Vec::new(),
            envelope: Vec::new(),
            turned: 0,
            reversed: true,
            pretty: false,
            escaped: false,
        };
        let body = String::from_utf8(draft.written(&event())).unwrap();
        assert!(body.contains("\"x_n\":[1E2,12345678901234567890]"), "{body}");
        assert!(body.starts_with("{\"data\":"), "{body}");
    }
}
