//! One digest for one plan.

use serde_json::Value;

use crate::wire::digest::sha256_hex;

/// SHA-256, in lower-case hex, of a JSON value written without spaces and with sorted keys.
pub fn canonical_digest(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    sha256_hex(text.as_bytes())
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(key, _)| *key);
            text.push('{');
            for (index, (key, field)) in fields.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write(field, text);
            }
            text.push('}');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_order_of_keys_does_not_matter_and_everything_else_does() {
        let digest = canonical_digest(&json!({"a": [1, {"c": "x", "b": null}]}));
        assert_eq!(
            digest,
            canonical_digest(&json!({"a": [1, {"b": null, "c": "x"}]}))
        );
        assert_eq!(digest, sha256_hex(br#"{"a":[1,{"b":null,"c":"x"}]}"#));
        assert_ne!(
            digest,
            canonical_digest(&json!({"a": [{"b": null, "c": "x"}, 1]}))
        );
    }
}
