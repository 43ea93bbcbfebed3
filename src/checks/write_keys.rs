//! Idempotency keys: one for all attempts at a write, another for every other write.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    api::{describe, finding, unreached},
    arrivals::{Arrival, KEY_MEMBER, attempts, calls, keys, numbers},
    outcome::{Grade, Outcome},
    view::View,
    words::inconclusive,
};
use crate::transcript::exchange::SeenRequest;

/// Personal data of an operation's input that no key may contain.
const PERSONAL: [&str; 4] = ["name", "id_number", "email", "phone"];
/// Shorter values occur in keys by chance.
const TELLING: usize = 6;
/// Keys that are numbers this close to each other on the average were counted, not drawn.
const COUNTED: u128 = 10;

/// All attempts at one write carry the same key and the same body. Members in `changing` may differ: the
/// partner declares them as times or nonces.
pub fn same_write(view: View<'_>, changing: &[String]) -> Outcome {
    let operation = view.operation();
    let attempts = attempts(view);
    let Some((_, first)) = attempts.first().copied() else {
        return inconclusive(unreached(operation));
    };
    if attempts.len() == 1 {
        return Outcome::NotApplicable {
            reason: format!("{} is not repeated by itself after a failure", first.target),
        };
    }
    let expected = "one Idempotency-Key and one body in all attempts";
    let key = keys(first);
    for (_, attempt) in &attempts {
        let found = keys(attempt);
        let (code, observed) = if found.is_empty() {
            ("key-missing", format!("no key on {}", describe(attempt)))
        } else if found != key || found.len() > 1 {
            (
                "key-changed",
                format!(
                    "key {} first, then {} on {}",
                    key.join(", "),
                    found.join(", "),
                    describe(attempt)
                ),
            )
        } else if content(attempt, changing) != content(first, changing) {
            ("body-changed", format!("another body on {}", describe(attempt)))
        } else {
            continue;
        };
        return finding(code, operation, expected, observed, numbers(&attempts));
    }
    Outcome::Passed {
        grade: Some(Grade::B),
    }
}

/// What must be the same in all attempts.
fn content(request: &SeenRequest, changing: &[String]) -> Result<Value, Vec<u8>> {
    let bytes = request.body.bytes();
    let Ok(mut value) = serde_json::from_slice::<Value>(&bytes) else {
        return Err(bytes.to_vec());
    };
    if let Some(members) = value.as_object_mut() {
        members.retain(|name, _| name != KEY_MEMBER && !changing.contains(name));
    }
    Ok(value)
}

/// Writes of different operations have different keys, each one value, not too long, not counted, and
/// without personal data.
pub fn keys_apart(view: View<'_>, operations: u32, longest: u32) -> Outcome {
    let operation = view.operation();
    let mut writes = calls(view);
    writes.retain(|(_, request)| request.call.writes());
    if writes.len() < operations as usize {
        return inconclusive(format!(
            "{} writes arrived of the {operations} operations that were started; {}",
            writes.len(),
            unreached(operation)
        ));
    }
    let personal = personal(view);
    let wrong = |code: &str, expected: String, observed: String, number: u64| {
        finding(code, operation, expected, observed, [number])
    };
    let mut owners: BTreeMap<String, Vec<Arrival<'_>>> = BTreeMap::new();
    for (number, request) in &writes {
        let found = keys(request);
        let [key] = found.as_slice() else {
            let (code, observed) = if found.is_empty() {
                ("key-missing", format!("none on {}", describe(request)))
            } else {
                (
                    "unfit-key",
                    format!("{} on {}", found.join(", "), describe(request)),
                )
            };
            return wrong(
                code,
                "one Idempotency-Key on every write".to_owned(),
                observed,
                *number,
            );
        };
        if key.chars().count() > longest as usize {
            let observed = format!("{} characters on {}", key.chars().count(), describe(request));
            return wrong(
                "unfit-key",
                format!("at most {longest} characters"),
                observed,
                *number,
            );
        }
        if let Some(field) = personal
            .iter()
            .find_map(|(field, value)| folded(key).contains(value).then_some(field))
        {
            let observed = format!("the {field} of the customer in the key of {}", describe(request));
            return wrong(
                "unfit-key",
                "no personal data in keys".to_owned(),
                observed,
                *number,
            );
        }
        owners.entry(key.clone()).or_default().push((*number, request));
    }
    if let Some((key, shared)) = owners.iter().find(|(_, owners)| is_shared(owners)) {
        return finding(
            "key-shared",
            operation,
            "another key for every write",
            format!(
                "key {key} on {} requests, the last: {}",
                shared.len(),
                last(shared)
            ),
            numbers(shared),
        );
    }
    if is_counted(&owners.keys().map(String::as_str).collect::<Vec<_>>()) {
        let shown: Vec<&str> = owners.keys().take(3).map(String::as_str).collect();
        return finding(
            "unfit-key",
            operation,
            "keys that nobody else comes upon, such as random UUIDs",
            format!("counted numbers: {} …", shown.join(", ")),
            numbers(&writes),
        );
    }
    Outcome::Passed {
        grade: Some(Grade::B),
    }
}

fn last(arrivals: &[Arrival<'_>]) -> String {
    arrivals
        .last()
        .map_or_else(String::new, |(_, request)| describe(request))
}

/// A second request under a key is a retry only while the first has no success and says the same.
fn is_shared(owners: &[Arrival<'_>]) -> bool {
    owners.windows(2).any(|pair| match pair {
        [(_, one), (_, next)] => {
            matches!(one.status, Some(200..=299)) || one.target != next.target || one.body != next.body
        }
        _ => false,
    })
}

/// Letters and digits in lower case: how a value is written differs.
fn folded(text: &str) -> String {
    text.chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn personal(view: View<'_>) -> BTreeSet<(&'static str, String)> {
    let mut found = BTreeSet::new();
    for (_, operation) in view.operations() {
        for field in PERSONAL {
            let value = operation.input.get(field).and_then(Value::as_str).map(folded);
            found.extend(
                value
                    .filter(|value| value.len() >= TELLING)
                    .map(|value| (field, value)),
            );
        }
    }
    found
}

/// Whether the keys differ in nothing but a number, and the numbers are close to each other.
fn is_counted(keys: &[&str]) -> bool {
    let (Some(first), Some(last)) = (keys.first(), keys.last()) else {
        return false;
    };
    // They are sorted, so what the outer two share is shared by all.
    let common = first
        .bytes()
        .zip(last.bytes())
        .take_while(|(one, other)| one == other)
        .count();
    let prefix = first
        .get(..common)
        .unwrap_or_default()
        .trim_end_matches(|character: char| character.is_ascii_digit())
        .len();
    let number = |key: &&str| key.get(prefix..).and_then(|rest| rest.parse::<u128>().ok());
    let Some(mut numbers) = keys.iter().map(number).collect::<Option<Vec<_>>>() else {
        return false;
    };
    numbers.sort_unstable();
    match (numbers.first(), numbers.last()) {
        (Some(lowest), Some(highest)) if keys.len() > 1 => highest - lowest <= COUNTED * keys.len() as u128,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        checks::samples::{code, disturbed, operated, request, seen},
        transcript::record::Record,
        wire::{body::Body, fault::ApiCall},
    };

    fn write(number: u64, key: &str, body: &str, status: Option<u16>) -> Arc<Record> {
        let mut one = request(number * 100, 1, status);
        one.call = ApiCall::Policy;
        one.body = Body::Text(body.to_owned());
        if !key.is_empty() {
            one.headers.push("Idempotency-Key", key);
        }
        if status == Some(503) {
            one.fault = disturbed(0, 0, 503).fault;
        }
        seen(number, one)
    }

    fn same(writes: &[(&str, &str)]) -> String {
        let mut records: Vec<_> = (0..)
            .zip(writes)
            .map(|(n, (key, body))| write(n, key, body, Some(if n == 0 { 503 } else { 201 })))
            .collect();
        records.push(operated(90, "buy", 0, 900, "success", None));
        code(same_write(View::new(&records), &["sent_at".to_owned()]))
    }

    #[test]
    fn a_repeated_write_says_the_same_under_the_same_key() {
        assert_eq!(same(&[("k", r#"{"a":1}"#), ("k", r#"{"a":1}"#)]), "passed");
        let sent = [("k", r#"{"a":1,"sent_at":1}"#), ("k", r#"{"sent_at":2,"a":1}"#)];
        assert_eq!(same(&sent), "passed");
        assert_eq!(same(&[("k", "x"), ("k", "y")]), "body-changed");
        assert_eq!(same(&[("k", "x"), ("l", "x")]), "key-changed");
        assert_eq!(same(&[("", "x"), ("", "x")]), "key-missing");
        assert_eq!(same(&[("k", "x")]), "not-applicable");
        assert_eq!(same(&[]), "inconclusive");
    }

    fn apart(keys: &[&str]) -> String {
        let mut records: Vec<_> = (0..)
            .zip(keys)
            .map(|(n, key)| write(n, key, "{}", Some(201)))
            .collect();
        records.push(operated(90, "buy", 0, 900, "success", None));
        code(keys_apart(View::new(&records), 3, 20))
    }

    #[test]
    fn keys_are_unique_short_drawn_and_say_nothing() {
        assert_eq!(apart(&["9f-a", "03-b", "7c-c"]), "passed");
        assert_eq!(apart(&["a", "b", "a"]), "key-shared");
        assert_eq!(apart(&["a", "b", ""]), "key-missing");
        assert_eq!(apart(&["order-98", "order-99", "order-101"]), "unfit-key");
        assert_eq!(apart(&["17", "902834", "55120934"]), "passed");
        assert_eq!(apart(&["a", "b", "a long key of many letters"]), "unfit-key");
        assert_eq!(apart(&["a", "b", "c-A.B@partner"]), "passed");
        assert_eq!(apart(&["a", "b", "900101-99-1234"]), "unfit-key");
        assert_eq!(apart(&["a", "b"]), "inconclusive");
    }

    #[test]
    fn a_retry_under_its_own_key_is_no_second_write() {
        let records = [
            write(0, "k", "{}", Some(503)),
            write(1, "k", "{}", Some(201)),
            write(2, "l", "{}", Some(201)),
        ];
        assert_eq!(code(keys_apart(View::new(&records), 2, 20)), "passed");
        let records = [write(0, "k", "{}", Some(503)), write(1, "k", "[]", Some(409))];
        assert_eq!(code(keys_apart(View::new(&records), 2, 20)), "key-shared");
    }
}
