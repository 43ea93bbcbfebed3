//! Header fields as they stood on the wire: order, spelling and repetitions kept.

use serde::{Deserialize, Serialize};

/// One header line. Values are text; bytes above ASCII are read as Latin-1 so that nothing is lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header(pub String, pub String);

/// Header lines in the order of the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Headers(pub Vec<Header>);

impl Headers {
    /// No header at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a line at the end, whether or not the name was there before.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push(Header(name.into(), value.into()));
    }

    /// The same list with one more line at the end.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.push(name, value);
        self
    }

    /// The first value of a name, spelling ignored (RFC 9110, 5.1).
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|header| header.0.eq_ignore_ascii_case(name))
            .map(|header| header.1.as_str())
    }

    /// All values of a name, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |header| header.0.eq_ignore_ascii_case(name))
            .map(|header| header.1.as_str())
    }

    /// Replaces the value of the first line of that name; adds a line when there is none.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        match self
            .0
            .iter_mut()
            .find(|header| header.0.eq_ignore_ascii_case(name))
        {
            Some(header) => header.1 = value.into(),
            None => self.push(name, value),
        }
    }

    /// Drops every line of that name.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|header| !header.0.eq_ignore_ascii_case(name));
    }

    /// The lines in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|header| (header.0.as_str(), header.1.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_whatever_their_spelling() {
        let headers = Headers::new().with("Webhook-ID", "a").with("webhook-id", "b");
        assert_eq!(headers.get("WEBHOOK-id"), Some("a"));
        assert_eq!(headers.all("webhook-id").count(), 2);
    }
}
