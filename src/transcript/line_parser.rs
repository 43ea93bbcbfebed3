//! Reads one line as a record.

use super::record::{Event, Record, Scope};
use crate::wire::moment::Micros;

/// Reads a line without its newline.
///
/// Where the members stand in the recorder's order, the event is read straight from the text; in any
/// other order it is collected first, which takes four times as long.
pub(super) fn record(line: &[u8]) -> Result<Record, serde_json::Error> {
    match in_usual_order(line) {
        Some(record) => Ok(record),
        None => serde_json::from_slice(line),
    }
}

fn in_usual_order(line: &[u8]) -> Option<Record> {
    let rest = line.strip_prefix(br#"{"prev":""#)?;
    let (prev, rest) = rest.split_at_checked(64)?;
    if !prev.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let (number, rest) = digits(rest.strip_prefix(br#"","number":"#)?)?;
    let (at, rest) = digits(rest.strip_prefix(br#","at":"#)?)?;
    let (scope, rest) = match rest.strip_prefix(br#","scope":"#) {
        Some(scope) => {
            let end = scope.iter().position(|byte| *byte == b'}')? + 1;
            let (scope, rest) = scope.split_at_checked(end)?;
            (Some(serde_json::from_slice::<Scope>(scope).ok()?), rest)
        }
        None => (None, rest),
    };
    let rest = rest
        .strip_prefix(b",")
        .filter(|rest| rest.starts_with(br#""kind":"#))?;
    let mut event = Vec::with_capacity(rest.len() + 1);
    event.push(b'{');
    event.extend_from_slice(rest);
    let event: Event = serde_json::from_slice(&event).ok()?;
    Some(Record {
        number,
        at: Micros(at),
        scope,
        event,
    })
}

/// A number as JSON writes it, and what follows.
fn digits(text: &[u8]) -> Option<(u64, &[u8])> {
    let end = text.iter().position(|byte| !byte.is_ascii_digit())?;
    let (digits, rest) = text.split_at_checked(end)?;
    if digits.len() > 1 && digits.starts_with(b"0") {
        return None;
    }
    Some((std::str::from_utf8(digits).ok()?.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_read_the_same() {
        let prev = "0".repeat(64);
        for tail in [
            r#","at":17,"scope":{"example":"WH-SIG-02/a","attempt":1},"kind":"example-started"}"#,
            r#","at":0,"kind":"note","what":{"text":"}{"}}"#,
        ] {
            let line = format!(r#"{{"prev":"{prev}","number":3{tail}"#);
            let slow: Record = serde_json::from_str(&line).unwrap();
            assert_eq!(in_usual_order(line.as_bytes()), Some(slow), "{line}");
        }
    }

    #[test]
    fn what_is_no_record_is_none_either_way() {
        let prev = "0".repeat(64);
        for tail in [
            r#","at":017,"kind":"run-finished"}"#,
            r#","at":1,"kind":"run-finished"}}"#,
            r#","at":1,"kind":"unheard-of"}"#,
            r#","at":1,"scope":{"example":"nothing","attempt":1},"kind":"example-started"}"#,
        ] {
            let line = format!(r#"{{"prev":"{prev}","number":3{tail}"#);
            assert!(record(line.as_bytes()).is_err(), "{line}");
        }
    }
}
