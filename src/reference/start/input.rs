//! Reading the input of an operation. Wrong input is named and goes no further.

use serde_json::{Map, Value};

use crate::reference::money::Sen;

/// Input members and the names of those that are wrong.
#[derive(Debug)]
pub struct Input<'a> {
    members: &'a Map<String, Value>,
    bad: Vec<&'static str>,
    unchecked: bool,
}

impl<'a> Input<'a> {
    /// Wraps the members.
    pub fn new(members: &'a Map<String, Value>) -> Self {
        Self {
            members,
            bad: Vec::new(),
            unchecked: false,
        }
    }

    /// Wraps the members, and takes texts as they are.
    pub fn unchecked(members: &'a Map<String, Value>) -> Self {
        Self {
            unchecked: true,
            ..Self::new(members)
        }
    }

    /// Whether texts are taken as they are.
    pub fn takes_anything(&self) -> bool {
        self.unchecked
    }

    /// A text member, `None` if absent or null. Blank text and other types are wrong.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        match self.members.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) if self.unchecked => Some(text.clone()),
            Some(Value::String(text)) if !text.trim().is_empty() && text.chars().count() <= 500 => {
                Some(text.clone())
            }
            Some(_) => {
                self.bad.push(name);
                None
            }
        }
    }

    /// An id: text, or a whole number.
    pub fn id(&mut self, name: &'static str) -> Option<String> {
        match self.members.get(name) {
            Some(Value::Number(number)) if number.is_u64() => Some(number.to_string()),
            _ => self.text(name),
        }
    }

    /// A positive amount.
    pub fn amount(&mut self, name: &'static str) -> Option<Sen> {
        match self.members.get(name) {
            None | Some(Value::Null) => None,
            Some(value) => {
                let amount = Sen::from_json(value).filter(|amount| amount.0 > 0);
                if amount.is_none() && !self.unchecked {
                    self.bad.push(name);
                }
                amount
            }
        }
    }

    /// A member as it is.
    pub fn raw(&self, name: &str) -> Option<&'a Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    /// Whether the member is there at all.
    pub fn mentions(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// Notes a wrong member.
    pub fn wrong(&mut self, name: &'static str) {
        if !self.bad.contains(&name) {
            self.bad.push(name);
        }
    }

    /// The names of wrong members, if there are any.
    pub fn check(&self) -> Result<(), Vec<&'static str>> {
        if self.bad.is_empty() {
            Ok(())
        } else {
            Err(self.bad.clone())
        }
    }
}
