//! What a JSON Schema allows, in words.

use serde_json::Value;

use super::markdown::{anchor, code};

/// Patterns that have a name of their own in words. The others are shown as they are.
const KNOWN: &[(&str, &str)] = &[
    (r"\S", "not blank"),
    (
        r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$",
        "without control characters",
    ),
    (
        r"^[^@\s\u0000-\u001f\u007f-\u009f]+@[^@\s\u0000-\u001f\u007f-\u009f]+$",
        "address of electronic mail",
    ),
    (
        r"^[0-9]{1,15}\.[0-9]{2}$",
        "amount with two decimals, such as `100.00`",
    ),
    ("^[A-Z]{3}$", "code of a currency, such as `MYR`"),
    ("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", ""),
    ("^[A-Za-z0-9-]{1,100}$", "1 to 100 letters, digits and hyphens"),
    ("^[A-Za-z0-9-]{5,20}$", "5 to 20 letters, digits and hyphens"),
    (
        r"^\+?[0-9]{7,15}$",
        "7 to 15 digits, with or without a plus sign before them",
    ),
    ("^[0-9a-f]{64}$", "64 lower-case hex digits"),
];

/// What may stand where the schema stands, as Markdown for a cell of a table.
pub fn shape(schema: &Value) -> String {
    if let Some(place) = schema["$ref"].as_str() {
        let name = place.rsplit('/').next().unwrap_or(place);
        return format!("[{name}](#{})", anchor(name));
    }
    if let Some(value) = schema.get("const") {
        return format!("always {}", literal(value));
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<String> = values.iter().map(literal).collect();
        return match values.as_slice() {
            [one] => format!("always {one}"),
            _ => format!("one of {}", values.join(", ")),
        };
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let choices: Vec<String> = choices.iter().map(shape).collect();
        return choices.join("; or ");
    }
    if let Some(names) = schema["type"].as_array() {
        let each: Vec<String> = names
            .iter()
            .map(|name| shape(&serde_json::json!({"type": name})))
            .collect();
        return each.join(" or ");
    }
    let mut parts = vec![kind(schema)];
    parts.extend(limits(schema));
    for inner in schema["allOf"].as_array().into_iter().flatten() {
        parts.extend(limits(inner));
    }
    if schema["not"]["type"] == "null" {
        return "anything but null".to_owned();
    }
    if schema["not"]["pattern"].is_string() {
        let pattern = schema["not"]["pattern"].as_str().unwrap_or_default();
        parts.push(if pattern == r"^0+\.00$" {
            "more than zero".to_owned()
        } else {
            format!("not like {}", code(pattern))
        });
    }
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => code(text),
        other => code(&other.to_string()),
    }
}

fn kind(schema: &Value) -> String {
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("string"), Some("date")) => "day, `YYYY-MM-DD`".to_owned(),
        (Some("string"), Some("date-time")) => "moment, RFC 3339".to_owned(),
        (Some("string"), _) if schema["contentMediaType"] == "application/json" => {
            "text that holds JSON".to_owned()
        }
        (Some("string"), _) => "text".to_owned(),
        (Some("integer"), _) => "whole number".to_owned(),
        (Some("array"), _) => match schema.get("items") {
            Some(items) => format!("list of {}", shape(items)),
            None => "list".to_owned(),
        },
        (Some(other), _) => other.to_owned(),
        (None, _) => String::new(),
    }
}

fn limits(schema: &Value) -> Vec<String> {
    let number = |name: &str| schema[name].as_u64();
    let mut found = Vec::new();
    match (number("minLength"), number("maxLength")) {
        (Some(least), Some(most)) => found.push(format!("{least} to {most} characters")),
        (Some(1), None) => found.push("not empty".to_owned()),
        (Some(least), None) => found.push(format!("at least {least} characters")),
        (None, Some(most)) => found.push(format!("at most {most} characters")),
        (None, None) => {}
    }
    match (number("minimum"), number("maximum")) {
        (Some(least), Some(most)) => found.push(format!("{least} to {most}")),
        (Some(least), None) => found.push(format!("at least {least}")),
        (None, Some(most)) => found.push(format!("at most {most}")),
        (None, None) => {}
    }
    if let Some(least) = number("minProperties") {
        found.push(format!("at least {least} members"));
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        let known = KNOWN.iter().find(|(known, _)| *known == pattern);
        found.push(known.map_or_else(
            || format!("like {}", code(pattern)),
            |(_, words)| (*words).to_owned(),
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{actors::sandbox::openapi, cli::reference_pages::callbacks, wire::event_schema};

    #[test]
    fn every_kind_of_schema_has_words() {
        let cases = [
            (
                json!({"$ref": "#/components/schemas/Payment"}),
                "[Payment](#payment)",
            ),
            (json!({"const": "Bearer"}), "always `Bearer`"),
            (json!({"enum": ["a", "b"]}), "one of `a`, `b`"),
            (
                json!({"type": "integer", "minimum": 0, "maximum": 3}),
                "whole number, 0 to 3",
            ),
            (json!({"type": ["string", "null"]}), "text or null"),
            (
                json!({"anyOf": [{"type": "object", "minProperties": 1}, {"type": "null"}]}),
                "object, at least 1 members; or null",
            ),
            (
                json!({"type": "string", "maxLength": 5, "allOf": [{"pattern": r"\S"}]}),
                "text, at most 5 characters, not blank",
            ),
            (
                json!({"type": "string", "pattern": "^a|b$"}),
                "text, like `^a\\|b$`",
            ),
            (json!({"not": {"type": "null"}}), "anything but null"),
            (
                json!({"type": "array", "items": {"type": "string"}}),
                "list of text",
            ),
        ];
        for (schema, words) in cases {
            assert_eq!(shape(&schema), words);
        }
    }

    /// A pattern that got words and changed since then would be shown wrongly nowhere, but its words would be dead.
    #[test]
    fn every_known_pattern_is_one_of_the_contract() {
        let documents = [
            openapi::document(),
            event_schema::events(),
            callbacks::schema().unwrap(),
        ];
        let whole: String = documents.iter().map(Value::to_string).collect();
        for (pattern, _) in KNOWN {
            assert!(whole.contains(&json!(pattern).to_string()), "{pattern}");
        }
    }
}
