//! Reading single values out of a partner's answer, whatever it sent.

use serde_json::Value;

use crate::config::extract::Extract;

/// Longest value that is kept, in bytes.
const LONGEST_VALUE: usize = 1024;

/// An answer from which values are read.
#[derive(Debug)]
pub(crate) struct Answer {
    text: String,
    json: Option<Value>,
}

/// A value as it was found.
#[derive(Debug, PartialEq)]
pub(crate) enum Found<'a> {
    /// A JSON value.
    Json(&'a Value),
    /// A piece of text.
    Text(&'a str),
}

impl Answer {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        Self {
            text: String::from_utf8_lossy(bytes).into_owned(),
            json: serde_json::from_slice(bytes).ok(),
        }
    }

    /// The value in a place; none when the answer does not have it. A pointer into something that
    /// is not JSON is an error.
    pub(crate) fn find(&self, place: &Extract) -> Result<Option<Found<'_>>, String> {
        match place {
            Extract::Pointer(pointer) => {
                let json = self.json.as_ref().ok_or_else(|| self.not_json())?;
                Ok(json
                    .pointer(pointer)
                    .filter(|value| !value.is_null())
                    .map(Found::Json))
            }
            Extract::Pattern { regex, group } => {
                let found = regex
                    .captures(&self.text)
                    .and_then(|captures| captures.name(group));
                Ok(found.map(|found| Found::Text(found.as_str())))
            }
        }
    }

    /// A single value as text.
    pub(crate) fn text(&self, place: &Extract) -> Result<Option<String>, String> {
        let Some(found) = self.find(place)? else {
            return Ok(None);
        };
        let text = match found {
            Found::Text(text) => text.to_owned(),
            Found::Json(Value::String(text)) => text.clone(),
            Found::Json(value @ (Value::Number(_) | Value::Bool(_))) => value.to_string(),
            Found::Json(_) => return Err(format!("{} is not a single value", shown(place))),
        };
        if text.len() > LONGEST_VALUE {
            return Err(format!("{} is longer than {LONGEST_VALUE} bytes", shown(place)));
        }
        Ok(Some(text))
    }

    /// What stands in a place, in words: a text as it is, anything else as JSON; cut where it is long.
    pub(crate) fn words(&self, place: &Extract) -> Option<String> {
        let text = match self.find(place).ok()?? {
            Found::Text(text) => text.to_owned(),
            Found::Json(Value::String(text)) => text.clone(),
            Found::Json(other) => other.to_string(),
        };
        Some(text.chars().take(LONGEST_VALUE).collect())
    }

    /// A count: a whole number that is not negative, as number or as digits, or the length of a list.
    pub(crate) fn count(&self, place: &Extract) -> Result<u64, String> {
        let shown = shown(place);
        let found = self
            .find(place)?
            .ok_or_else(|| format!("the answer has no {shown}"))?;
        let digits = |text: &str| {
            let text = text.trim();
            let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| text.parse().ok()).flatten()
        };
        let count = match &found {
            Found::Json(Value::Array(items)) => u64::try_from(items.len()).ok(),
            Found::Json(Value::Number(number)) => number.as_u64(),
            Found::Json(Value::String(text)) => digits(text),
            Found::Text(text) => digits(text),
            Found::Json(_) => None,
        };
        count.ok_or_else(|| {
            let value = match found {
                Found::Json(value) => value.to_string(),
                Found::Text(text) => text.to_owned(),
            };
            let start: String = value.chars().take(60).collect();
            format!("{shown} is {start:?}, which is no count (a whole number from 0, or a list)")
        })
    }

    /// Every text in a place: all texts inside a JSON value, or what the group of an expression finds
    /// wherever the expression fits.
    pub(crate) fn texts(&self, place: &Extract) -> Result<Vec<String>, String> {
        match place {
            Extract::Pointer(_) => {
                let mut texts = Vec::new();
                if let Some(Found::Json(value)) = self.find(place)? {
                    gather(value, &mut texts);
                }
                Ok(texts)
            }
            Extract::Pattern { regex, group } => Ok(regex
                .captures_iter(&self.text)
                .filter_map(|captures| captures.name(group))
                .map(|found| found.as_str().to_owned())
                .collect()),
        }
    }

    fn not_json(&self) -> String {
        let start: String = self.text.trim_start().chars().take(40).collect();
        if start.is_empty() {
            "the answer is empty, not JSON".to_owned()
        } else {
            format!("the answer is not JSON; it begins {start:?}")
        }
    }
}

fn gather(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Number(number) => texts.push(number.to_string()),
        Value::Array(items) => items.iter().for_each(|item| gather(item, texts)),
        Value::Object(members) => members.values().for_each(|member| gather(member, texts)),
        Value::Null | Value::Bool(_) => {}
    }
}

fn shown(place: &Extract) -> &str {
    match place {
        Extract::Pointer(pointer) => pointer,
        Extract::Pattern { group, .. } => group,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn count(body: &str) -> Result<u64, String> {
        Answer::new(body.as_bytes()).count(&Extract::pointer("/n").unwrap())
    }

    #[test]
    fn only_counts_are_counts() {
        assert_eq!(count(r#"{"n":2}"#), Ok(2));
        assert_eq!(count(r#"{"n":"2"}"#), Ok(2));
        assert_eq!(count(r#"{"n":[1,1,1]}"#), Ok(3));
        for wrong in [
            r#"{"n":-1}"#,
            r#"{"n":1.0}"#,
            r#"{"n":1e3}"#,
            r#"{"n":true}"#,
            r#"{"n":"+1"}"#,
            r#"{"n":{}}"#,
        ] {
            assert!(count(wrong).unwrap_err().contains("is no count"), "{wrong}");
        }
        assert_eq!(count(r#"{"n":null}"#), Err("the answer has no /n".to_owned()));
    }

    #[test]
    fn what_is_not_json_is_told_with_its_start() {
        let error = count("<html><body>Login</body></html>").unwrap_err();
        assert_eq!(
            error,
            r#"the answer is not JSON; it begins "<html><body>Login</body></html>""#
        );
        assert_eq!(count(""), Err("the answer is empty, not JSON".to_owned()));
    }

    #[test]
    fn every_text_in_a_place_is_found() {
        let rows = Extract::pointer("/refused").unwrap();
        let answer = Answer::new(br#"{"refused":[{"row":"R1","why":"date"},"R2"]}"#);
        assert_eq!(answer.texts(&rows).unwrap(), ["R1", "date", "R2"]);
        assert!(Answer::new(b"{}").texts(&rows).unwrap().is_empty());
        let lines = Extract::pattern("(?m)^R,(?<row>[^,]+),", "row").unwrap();
        let report = Answer::new(b"A,F1,partial\nR,R1,date\nR,R2,amount\n");
        assert_eq!(report.texts(&lines).unwrap(), ["R1", "R2"]);
    }

    #[test]
    fn a_page_is_read_with_an_expression() {
        let place = Extract::pattern("<b>(?<count>[0-9]+)</b> payments", "count").unwrap();
        assert_eq!(Answer::new(b"<b>4</b> payments").count(&place), Ok(4));
    }

    proptest! {
        #[test]
        fn no_answer_makes_reading_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let answer = Answer::new(&bytes);
            let place = Extract::pointer("/n").unwrap();
            let _ = (answer.count(&place), answer.text(&place));
        }
    }
}
