//! Where two JSON values differ, value by value.

use serde_json::Value;

use super::compare::Change;

/// Every place where they differ, by its path, in the order of the paths.
pub(super) fn changes(a: &Value, b: &Value) -> Vec<Change> {
    let mut found = Vec::new();
    walk(a, b, "", &mut found);
    found
}

fn walk(a: &Value, b: &Value, path: &str, found: &mut Vec<Change>) {
    if a == b {
        return;
    }
    if let (Value::Object(left), Value::Object(right)) = (a, b) {
        let mut names: Vec<&String> = left.keys().chain(right.keys()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let below = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}.{name}")
            };
            let of =
                |members: &serde_json::Map<String, Value>| members.get(name).cloned().unwrap_or_default();
            walk(&of(left), &of(right), &below, found);
        }
        return;
    }
    found.push(Change {
        what: path.to_owned(),
        a: shown(a),
        b: shown(b),
    });
}

/// A value in one line; what is not there is none.
pub(super) fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
