//! The members of an object schema, as a table.

use serde_json::Value;

use super::{
    markdown::{cell, code, table},
    shape::shape,
};

/// A row for each member: name, whether it must be there, what may stand there, and what it means where the schema
/// says so.
pub fn members(schema: &Value) -> String {
    let properties = schema["properties"].as_object();
    let rows: Vec<[String; 4]> = properties
        .into_iter()
        .flatten()
        .map(|(name, member)| {
            [
                code(name),
                if is_required(schema, name) { "yes" } else { "no" }.to_owned(),
                shape(member),
                cell(member["description"].as_str().unwrap_or_default()),
            ]
        })
        .collect();
    if rows.is_empty() {
        return "No members are fixed.\n".to_owned();
    }
    table(["member", "must be there", "what it is", "meaning"], rows)
}

fn is_required(schema: &Value, name: &str) -> bool {
    let required = schema["required"].as_array();
    required.into_iter().flatten().any(|one| one == name)
}
