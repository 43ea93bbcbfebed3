//! What is told of a failed call: the names of fields that a plain text complains about, and the mistakes
//! of those who tell too little.

use serde_json::Value;

use super::answer::Tried;
use super::call::Call;
use super::failure::{Category, Failure};
use crate::reference::defect::{Defect, Defects};
use crate::reference::log::{Level, Line, Log, shortened};

/// What somebody left over who caught the error and threw it away.
const TRACE: &str =
    "Error: request failed\n    at Client.send (client.js:88)\n    at process.processTicksAndRejections";

/// The text of an error answer that is no JSON.
pub fn plain_text(tried: &Tried) -> Option<String> {
    match tried {
        Tried::Answered(answer) if (400..500).contains(&answer.status) => {
            let json = serde_json::from_slice::<Value>(&answer.body).is_ok();
            let text = std::str::from_utf8(&answer.body).ok()?;
            (!json && text.len() <= 4096).then(|| text.to_owned())
        }
        _ => None,
    }
}

/// Adds the names of the request's own fields that a plain text mentions. The text itself goes no further:
/// it may repeat what a customer typed.
pub fn with_named_fields(call: &Call, mut failure: Failure, plain: Option<&str>) -> Failure {
    let Some(text) = plain.filter(|_| failure.fields.is_empty()) else {
        return failure;
    };
    let members = call.body.as_ref().and_then(Value::as_object);
    let named = members.into_iter().flatten().map(|(name, _)| name);
    failure.fields = named
        .filter(|name| text.contains(name.as_str()))
        .cloned()
        .collect();
    if !failure.fields.is_empty() {
        failure.message = format!("{}, fields {}", failure.message, failure.fields.join(", "));
    }
    failure
}

/// The failure as those report it who tell too little.
pub fn altered(defects: Defects, failure: Failure) -> Failure {
    if defects.has(Defect::OneErrorFitsAll) {
        return Failure {
            category: Category::Server,
            message: "request failed".to_owned(),
            ..failure
        };
    }
    if defects.has(Defect::ErrorSwallow) {
        return Failure {
            message: "something went wrong".to_owned(),
            fields: Vec::new(),
            ..failure
        };
    }
    failure
}

/// Writes nothing but a stack trace, under the defect that does; whether it did.
pub fn traced_only(log: &Log, defects: Defects) -> bool {
    if !defects.has(Defect::StacktraceOnly) {
        return false;
    }
    log.write(&Line {
        level: Level::Error,
        message: shortened(TRACE),
        ..Line::default()
    });
    true
}
