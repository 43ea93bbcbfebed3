//! What in a body makes verifiers go wrong: bytes that an editor adds, JSON that changes when it is written again.

use serde_json::Value;

use crate::wire::json_dialect::JsonDialect;

/// Whole numbers beyond this lose digits in a double.
const EXACT: u64 = 1 << 53;

/// Everything about a body that a reader should know before it is signed. Empty for none.
pub fn traps(body: &[u8]) -> Vec<String> {
    let mut traps = Vec::new();
    let mut say = |text: String| traps.push(text);
    if body.is_empty() {
        say("the body is empty; is this the right file, and had nothing read it before?".to_owned());
        return traps;
    }
    if body.starts_with(b"\xef\xbb\xbf") {
        say(
            "it begins with a byte order mark (3 bytes), which an editor has added; the platform sends none"
                .to_owned(),
        );
    }
    if body.ends_with(b"\n") {
        say(format!(
            "it ends with a {}, which is signed too; an editor or echo may have added it to the file",
            if body.ends_with(b"\r\n") {
                "CR LF"
            } else {
                "newline"
            }
        ));
    }
    if body.windows(2).any(|pair| pair == b"\r\n") {
        say("it has CR LF line ends; whatever reads it as text may change them".to_owned());
    }
    match std::str::from_utf8(body) {
        Ok(text) if !text.is_ascii() => {
            say("it has letters beyond ASCII: hash its bytes, because other ways of writing them are other bytes".to_owned());
        }
        Ok(_) => {}
        Err(error) => say(format!(
            "byte {} is no UTF-8; code that turns the body into text changes it",
            error.valid_up_to()
        )),
    }
    let parsed: Option<Value> =
        serde_json::from_slice(body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)).ok();
    let Some(value) = parsed else {
        say("it is no JSON".to_owned());
        return traps;
    };
    let text = String::from_utf8_lossy(body);
    if text.contains("\\u") || text.contains("\\/") {
        say("it has escapes (\\u…, \\/), which most libraries write in another way".to_owned());
    }
    if numbers_change(&value, &text) {
        say("it has numbers that other languages write differently (1.0, 1E2, more than 2^53)".to_owned());
    }
    traps
}

/// What each language makes of the body when it parses it and writes it again: the number of bytes that differ in
/// length, or that it is the same.
pub fn rewritten(body: &[u8]) -> Vec<(JsonDialect, String)> {
    JsonDialect::ALL
        .iter()
        .filter_map(|dialect| {
            let again = dialect.rewrite(body)?;
            let words = if again.as_bytes() == body {
                "the same bytes".to_owned()
            } else {
                let at = again
                    .bytes()
                    .zip(body)
                    .take_while(|(own, other)| own == *other)
                    .count();
                format!(
                    "other bytes from {at} on, {} instead of {}",
                    again.len(),
                    body.len()
                )
            };
            Some((*dialect, words))
        })
        .collect()
}

fn numbers_change(value: &Value, text: &str) -> bool {
    match value {
        Value::Number(number) => {
            let large = number.as_u64().is_some_and(|whole| whole > EXACT)
                || number.as_i64().is_some_and(|whole| whole.unsigned_abs() > EXACT);
            let double = number.is_f64();
            large
                || double
                    && (number.as_f64().is_some_and(|double| double.fract() == 0.0)
                        || !text.contains(&number.to_string()))
        }
        Value::Array(items) => items.iter().any(|item| numbers_change(item, text)),
        Value::Object(members) => members.values().any(|item| numbers_change(item, text)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_body_has_no_traps() {
        assert_eq!(traps(br#"{"a":"b","n":1.5}"#), Vec::<String>::new());
        let same: Vec<JsonDialect> = rewritten(br#"{"a":"b","n":1.5}"#)
            .into_iter()
            .filter(|(_, words)| words == "the same bytes")
            .map(|(dialect, _)| dialect)
            .collect();
        assert!(
            same.contains(&JsonDialect::Compact) && !same.contains(&JsonDialect::Python),
            "{same:?}"
        );
    }

    #[test]
    fn each_trap_is_named() {
        for (body, word) in [
            (b"".as_slice(), "is empty"),
            (b"\xef\xbb\xbf{}", "byte order mark"),
            (b"{}\n", "ends with a newline"),
            (b"{\r\n}", "CR LF"),
            (b"\"\xff\"", "no UTF-8"),
            ("\"\u{e9}\"".as_bytes(), "beyond ASCII"),
            (b"{\"cut", "no JSON"),
            (b"\"\\/\"", "escapes"),
            (b"[1.0]", "numbers"),
            (b"[1E2]", "numbers"),
            (b"[9007199254740993]", "numbers"),
        ] {
            let found = traps(body);
            assert!(found.iter().any(|trap| trap.contains(word)), "{word}: {found:?}");
        }
    }
}
