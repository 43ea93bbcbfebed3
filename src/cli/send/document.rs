//! What `send --json` writes.

use serde_json::{Value, json};

use super::{command::Sending, letter::Signed};
use crate::{
    transcript::exchange::{Delivery, Ending},
    wire::body::Body,
};

/// Everything that was sent and came back, as one document.
pub fn document(sending: &Sending<'_>) -> Value {
    let sent = &sending.sent;
    let signed = match &sending.letter.signed {
        Signed::Content { parts, content } => json!({"parts": parts, "content": Body::from_bytes(content)}),
        Signed::Fields {
            algorithm,
            names,
            joined,
        } => {
            json!({"algorithm": algorithm, "fields": names, "joined_without_secret": joined})
        }
        Signed::AsGiven => Value::Null,
    };
    let (curl, no_curl) = match &sending.curl {
        Ok(command) => (json!(command), Value::Null),
        Err(why) => (Value::Null, json!(why)),
    };
    json!({
        "format": 1,
        "type": sending.kind.name(),
        "tamperings": sending.tampers.iter().map(|tamper| tamper.name()).collect::<Vec<_>>(),
        "seed": sending.seed.to_string(),
        "request": {
            "method": sent.method,
            "url": sending.masked(&sent.url),
            "headers": sent.headers,
            "body": sent.body,
        },
        "signed": signed,
        "remarks": sending.letter.remarks,
        "connection": sending.connection,
        "answers": sending.deliveries().into_iter().map(answer).collect::<Vec<_>>(),
        "expected": sending.expected.words(sending.within_millis),
        "as_expected": if sending.deliveries().is_empty() { Value::Null } else { json!(sending.missed.is_none()) },
        "missed": sending.missed,
        "case": sending.used.as_ref().map(|used| &used.case),
        "example": sending.used.as_ref().map(|used| &used.example),
        "curl": curl,
        "no_curl": no_curl,
    })
}

fn answer(delivery: &Delivery) -> Value {
    match &delivery.ending {
        Ending::Answered(answer) => json!({
            "status": answer.status,
            "headers": answer.headers,
            "body": answer.body,
            "body_cut": answer.truncated,
            "milliseconds": delivery.latency_millis(),
        }),
        Ending::Unanswered { why, detail } => {
            json!({"no_answer": why, "detail": detail, "milliseconds": delivery.latency_millis()})
        }
    }
}
