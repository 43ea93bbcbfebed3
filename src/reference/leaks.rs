//! Log lines that a careful partner does not write: whole bodies, addresses, text as it came.

use serde_json::{Map, Value};

use super::defect::{Defect, Defects};
use super::log::{Line, Log};

/// What a delivery leaves in the log under the defects that leak.
pub fn of_delivery(log: &Log, defects: Defects, body: &[u8]) {
    if defects.has(Defect::DumpBody) {
        say(log, format!("received {}", String::from_utf8_lossy(body)));
    }
    let wanted = [Defect::EmailInLog, Defect::LogInjection];
    if !defects.has_any(&wanted) {
        return;
    }
    let Ok(Value::Object(event)) = serde_json::from_slice::<Value>(body) else {
        return;
    };
    let metadata = event
        .get("data")
        .and_then(|data| data.get("metadata"))
        .and_then(Value::as_object);
    if let Some(email) = metadata.and_then(|metadata| text(metadata, "email")) {
        mail(log, defects, email);
    }
    if defects.has(Defect::LogInjection) {
        let kind = text(&event, "type").unwrap_or_default();
        let name = metadata.and_then(|metadata| text(metadata, "customer_name"));
        log.write_raw(&format!("got {kind} for {}", name.unwrap_or("nobody")));
    }
}

/// What a request to the API leaves in the log under the defects that leak.
pub fn of_call(log: &Log, defects: Defects, body: Option<&Value>) {
    let Some(Value::Object(members)) = body else {
        return;
    };
    if defects.has(Defect::DumpBody) && !members.contains_key("client_secret") {
        say(log, format!("sending {}", Value::Object(members.clone())));
    }
    if let Some(email) = text(members, "email") {
        mail(log, defects, email);
    }
}

/// What an error answer of the API leaves in the log under the defect that dumps bodies.
pub fn of_answer(log: &Log, defects: Defects, status: u16, body: &[u8]) {
    if defects.has(Defect::DumpBody) && status >= 400 {
        say(log, format!("error answer {}", String::from_utf8_lossy(body)));
    }
}

fn mail(log: &Log, defects: Defects, email: &str) {
    if defects.has(Defect::EmailInLog) {
        say(log, format!("mail queued for {email}"));
    }
}

fn say(log: &Log, message: String) {
    log.write(&Line {
        message,
        ..Line::default()
    });
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    members.get(name).and_then(Value::as_str)
}
