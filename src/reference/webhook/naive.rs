//! Trust in text: names that reach SQL or a template as code, addresses that are fetched because they
//! are there.

use std::time::Duration;

use rusqlite::Transaction;
use serde_json::Value;

use crate::reference::defect::{Defect, Defects};
use crate::reference::store::database::StoreError;

const PATIENCE: Duration = Duration::from_secs(2);
/// Addresses fetched for one event at most.
const MOST_FETCHED: usize = 4;

/// The name as it is kept.
pub fn name(defects: Defects, name: Option<&str>) -> Option<String> {
    let name = name?;
    if defects.has(Defect::TemplateEval) {
        return Some(rendered(name));
    }
    Some(name.to_owned())
}

/// Keeps a name with a statement that is put together from strings.
pub fn keep_name(books: &Transaction<'_>, order: &str, name: Option<&str>) -> Result<(), StoreError> {
    let Some(name) = name else { return Ok(()) };
    let order = order.replace('\'', "''");
    let statement = format!("UPDATE orders SET name = '{name}' WHERE reference = '{order}'");
    Ok(books.execute(&statement, []).map(drop)?)
}

/// Products in double braces are worked out, as a template engine would.
fn rendered(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, inside, after)) = rest.split_once("{{").and_then(|(before, behind)| {
        let (inside, after) = behind.split_once("}}")?;
        Some((before, inside, after))
    }) {
        out.push_str(before);
        let product = inside.split_once('*').and_then(|(left, right)| {
            let left: u64 = left.trim().parse().ok()?;
            left.checked_mul(right.trim().parse().ok()?)
        });
        out.push_str(&product.map_or_else(String::new, |product| product.to_string()));
        rest = after;
    }
    out + rest
}

/// Downloads whatever the metadata of an event points at, beside the handling of the event.
pub fn fetch_documents(body: &[u8]) {
    let Ok(document) = serde_json::from_slice::<Value>(body) else {
        return;
    };
    let members = document.pointer("/data/metadata").and_then(Value::as_object);
    let urls: Vec<String> = members
        .into_iter()
        .flatten()
        .filter_map(|(_, value)| value.as_str())
        .filter(|text| text.starts_with("http://") || text.starts_with("https://"))
        .take(MOST_FETCHED)
        .map(str::to_owned)
        .collect();
    if urls.is_empty() {
        return;
    }
    tokio::spawn(async move {
        let client = reqwest::Client::builder().timeout(PATIENCE).no_proxy().build();
        let Ok(client) = client else { return };
        for url in urls {
            let _ = client.get(url).send().await;
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_template_is_worked_out() {
        assert_eq!(rendered("a {{7*7}} ${7*7} {{x}} {{"), "a 49 ${7*7}  {{");
        let clean = Defects::default();
        assert_eq!(name(clean, Some("{{7*7}}")).as_deref(), Some("{{7*7}}"));
    }
}
