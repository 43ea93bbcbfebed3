//! `payment_details`: a list of any length whose entries nobody has specified. What is known is kept, the
//! rest is passed over, and whatever is wrong with it, the payment itself counts.

use serde_json::{Map, Value};

use super::{schedule, strict};
#[cfg(doc)]
use crate::reference::defect::Defect;
use crate::reference::json;
use crate::reference::store::instalments::Planned;

/// More lines than a plan can have: twenty years, monthly.
const MOST: usize = 240;
/// The longest list that [`Defect::RigidDetails`] has room for.
const ROOM: usize = 12;

/// The plan of a JSON callback; empty where there is none, or none that can be read.
pub fn read(body: &[u8]) -> Vec<Planned> {
    let Some(list) = list(body) else {
        return Vec::new();
    };
    list.iter()
        .filter_map(Value::as_object)
        .take(MOST)
        .map(planned)
        .collect()
}

/// Whether [`Defect::RigidDetails`] fails on it: an empty list, a long one, or an entry with more than it
/// knows.
pub fn breaks_rigid_code(body: &[u8]) -> bool {
    list(body).is_some_and(|list| {
        list.is_empty() || list.len() > ROOM || list.iter().any(|entry| !strict::is_known_payment(entry))
    })
}

fn list(body: &[u8]) -> Option<Vec<Value>> {
    let Ok(Value::Object(mut members)) = json::parse(body) else {
        return None;
    };
    match members.remove("payment_details") {
        Some(Value::Array(list)) => Some(list),
        Some(Value::String(text)) => match json::parse(text.as_bytes()) {
            Ok(Value::Array(list)) => Some(list),
            _ => None,
        },
        _ => None,
    }
}

fn planned(entry: &Map<String, Value>) -> Planned {
    let text = |name: &str| match entry.get(name) {
        Some(Value::String(text)) => Some(text.chars().take(100).collect()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    Planned {
        day: text("date")
            .and_then(|seconds: String| seconds.parse().ok())
            .and_then(schedule::calendar_day),
        amount: text("amount"),
        state: text("status"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_list_is_read_as_far_as_it_goes() {
        for (body, lines) in [
            (r#"{"payment_details":[]}"#, 0),
            (
                r#"{"payment_details":[{"date":1767198600,"amount":"24.50","status":"paid","new":[]}, 7]}"#,
                1,
            ),
            (r#"{"payment_details":"[{\"date\":\"1767198600\"}]"}"#, 1),
            (r#"{"payment_details":"none"}"#, 0),
            (r#"{"payment_details":null}"#, 0),
            ("{}", 0),
            ("status_id=1", 0),
        ] {
            let plan = read(body.as_bytes());
            assert_eq!(plan.len(), lines, "{body}");
            assert!(
                plan.iter().all(|line| line.day.as_deref() == Some("2026-01-01")),
                "{body}"
            );
        }
    }

    #[test]
    fn rigid_code_breaks_on_what_it_names() {
        for (list, breaks) in [
            ("[]".to_owned(), true),
            (r#"[{"date":1,"status":"paid"}]"#.to_owned(), false),
            (r#"[{"date":1,"channel":"fpx"}]"#.to_owned(), true),
            (format!("[{}]", ["{}"; 60].join(",")), true),
            ("null".to_owned(), false),
        ] {
            let body = format!(r#"{{"payment_details":{list}}}"#);
            assert_eq!(breaks_rigid_code(body.as_bytes()), breaks, "{list}");
        }
    }
}
