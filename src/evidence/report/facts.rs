//! The values that the run was judged by, and where each of them comes from.

use serde::Serialize;
use serde_json::Value;

use crate::evidence::text::HtmlText;

/// A profile value.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Figure {
    name: HtmlText,
    value: HtmlText,
    provenance: HtmlText,
    /// Whether nobody has confirmed it.
    assumed: bool,
    source: HtmlText,
}

/// Nothing that was written here is deeper.
const DEEPEST: usize = 32;
/// Most characters of the configuration.
const LONGEST: usize = 32 * 1024;

/// All objects of the profile that have a provenance, by their paths.
pub(super) fn figures(profile: &Value) -> Vec<Figure> {
    let mut found = Vec::new();
    collect(profile, "", 0, &mut found);
    found
}

fn collect(value: &Value, path: &str, depth: usize, found: &mut Vec<Figure>) {
    if depth > DEEPEST {
        return;
    }
    let below = |key: &str| {
        if path.is_empty() {
            key.to_owned()
        } else {
            format!("{path}.{key}")
        }
    };
    match value {
        Value::Object(fields) => {
            if let Some(provenance) = fields.get("provenance").and_then(Value::as_str) {
                let text = |key: &str| fields.get(key).and_then(Value::as_str).unwrap_or_default();
                found.push(Figure {
                    name: HtmlText::line(path),
                    value: HtmlText::line(&fields.get("value").map(shown).unwrap_or_default()),
                    provenance: HtmlText::line(provenance),
                    assumed: provenance == "assumed",
                    source: HtmlText::line(text("source")),
                });
                return;
            }
            for (key, inner) in fields {
                collect(inner, &below(key), depth + 1, found);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                let named = inner.get("name").and_then(Value::as_str);
                let key = named.map_or_else(|| index.to_string(), str::to_owned);
                collect(inner, &below(&key), depth + 1, found);
            }
        }
        _ => {}
    }
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The masked configuration as lines, in pieces that each stay below the limit of a text.
pub(super) fn configuration(configuration: &Value) -> Vec<HtmlText> {
    let text = serde_json::to_string_pretty(configuration).unwrap_or_default();
    let text: String = text.chars().take(LONGEST).collect();
    let lines: Vec<&str> = text.lines().collect();
    lines
        .chunks(50)
        .map(|lines| HtmlText::block(&lines.join("\n")))
        .collect()
}
