//! Answers: what the API says, and how it stands on the wire.

use serde_json::{Map, Value, json};

use crate::wire::header::{Header, Headers};

/// What is wrong with one field of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Name of the field, header or parameter.
    pub field: String,
    /// In words.
    pub message: String,
}

impl FieldError {
    /// An error about a field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            message: message.into(),
        }
    }
}

/// The content of an answer.
#[derive(Clone, Debug, PartialEq)]
enum Content {
    Json(Value),
    Problem(Map<String, Value>),
    Raw(Vec<u8>),
}

/// What the API says, before it gets its request id and date.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    status: u16,
    headers: Headers,
    content: Content,
}

/// An answer as it goes out, except for the connection header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Header lines.
    pub headers: Headers,
    /// Body.
    pub body: Vec<u8>,
}

impl Reply {
    /// An answer with a JSON document.
    pub fn json(status: u16, document: Value) -> Self {
        Self {
            status,
            headers: Headers::new(),
            content: Content::Json(document),
        }
    }

    /// A problem document (RFC 9457) with the contract's members.
    pub fn problem(status: u16, detail: &str, errors: &[FieldError]) -> Self {
        let category = category(status);
        let mut problem = Map::new();
        problem.insert("type".to_owned(), json!(format!("urn:senang:problem:{category}")));
        problem.insert("title".to_owned(), json!(reason(status)));
        problem.insert("status".to_owned(), json!(status));
        problem.insert("detail".to_owned(), json!(detail));
        problem.insert("category".to_owned(), json!(category));
        let errors: Vec<Value> = errors
            .iter()
            .map(|error| json!({"field": error.field, "message": error.message}))
            .collect();
        problem.insert("errors".to_owned(), Value::Array(errors));
        let mut headers = Headers::new();
        if status == 401 {
            headers.push("WWW-Authenticate", "Bearer");
        }
        Self {
            status,
            headers,
            content: Content::Problem(problem),
        }
    }

    /// An answer with a body of one's own; it counts as JSON when it is.
    pub fn raw(status: u16, body: Vec<u8>) -> Self {
        Self {
            status,
            headers: Headers::new(),
            content: Content::Raw(body),
        }
    }

    /// A text member of the JSON document that it carries.
    pub fn member(&self, name: &str) -> Option<&str> {
        match &self.content {
            Content::Json(document) => document.get(name)?.as_str(),
            Content::Problem(_) | Content::Raw(_) => None,
        }
    }

    /// The same answer with one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push(name, value);
        self
    }

    /// The same answer with these headers in place of those of the same name.
    #[must_use]
    pub fn with_all(mut self, headers: &Headers) -> Self {
        for (name, _) in headers.iter() {
            self.headers.remove(name);
        }
        self.headers.0.extend(headers.0.iter().cloned());
        self
    }

    /// The same problem with one more member.
    #[must_use]
    pub fn with_member(mut self, name: &str, value: Value) -> Self {
        if let Content::Problem(problem) = &mut self.content {
            problem.insert(name.to_owned(), value);
        }
        self
    }

    /// The same answer with its JSON document changed.
    #[must_use]
    pub fn with_document(mut self, change: impl FnOnce(&mut Value)) -> Self {
        if let Content::Json(document) = &mut self.content {
            change(document);
        }
        self
    }

    /// The same answer with other members, if it is a success.
    #[must_use]
    pub fn altered(mut self, replaced: &Map<String, Value>, removed: &[String]) -> Self {
        if let Content::Json(Value::Object(members)) = &mut self.content {
            members.extend(replaced.clone());
            for name in removed {
                members.remove(name);
            }
        }
        self
    }

    /// Status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Adds what every answer carries: request id, date, type, length.
    pub fn finish(self, request_id: &str, date: &str) -> Answer {
        let (kind, body) = match self.content {
            Content::Json(document) => ("application/json", document.to_string().into_bytes()),
            Content::Problem(mut problem) => {
                problem.insert("request_id".to_owned(), json!(request_id));
                (
                    "application/problem+json",
                    Value::Object(problem).to_string().into_bytes(),
                )
            }
            Content::Raw(body) => {
                let json = serde_json::from_slice::<serde::de::IgnoredAny>(&body).is_ok();
                (
                    if json {
                        "application/json"
                    } else {
                        "text/plain; charset=utf-8"
                    },
                    body,
                )
            }
        };
        let mut headers = self.headers;
        let length = body.len().to_string();
        for (name, value) in [
            ("X-Request-Id", request_id),
            ("Date", date),
            ("Content-Type", kind),
            ("Content-Length", &length),
        ] {
            // An answer that has no body by its status says nothing about one (RFC 9110, 8.6).
            let about_no_body = self.status == 204 && name.starts_with("Content-");
            if headers.get(name).is_none() && !about_no_body {
                headers.push(name, value);
            }
        }
        Answer {
            status: self.status,
            headers,
            body,
        }
    }
}

impl Answer {
    /// Status line and header lines with the empty line.
    pub fn head_bytes(&self, keep: bool) -> Vec<u8> {
        let mut bytes = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status)).into_bytes();
        for Header(name, value) in &self.headers.0 {
            push_clean(&mut bytes, name);
            bytes.extend_from_slice(b": ");
            push_clean(&mut bytes, value);
            bytes.extend_from_slice(b"\r\n");
        }
        if self.headers.get("connection").is_none() {
            let connection: &[u8] = if keep {
                b"Connection: keep-alive\r\n"
            } else {
                b"Connection: close\r\n"
            };
            bytes.extend_from_slice(connection);
        }
        bytes.extend_from_slice(b"\r\n");
        bytes
    }
}

fn push_clean(bytes: &mut Vec<u8>, text: &str) {
    for character in text
        .chars()
        .filter(|character| !matches!(character, '\r' | '\n' | '\0'))
    {
        match u8::try_from(u32::from(character)) {
            Ok(byte) => bytes.push(byte),
            Err(_) => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

/// The contract's family of an error status.
pub fn category(status: u16) -> &'static str {
    match status {
        401 | 403 => "authentication",
        429 => "rate_limit",
        500.. => "server",
        _ => "validation",
    }
}

/// The reason phrase of a status.
pub fn reason(status: u16) -> &'static str {
    http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Error")
}

/// A moment as HTTP writes it (RFC 9110, 5.6.7).
pub fn http_date(unix_millis: i64) -> String {
    jiff::Timestamp::from_millisecond(unix_millis).map_or_else(
        |_| String::new(),
        |moment| moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_carries_the_members_of_the_contract() {
        let reply = Reply::problem(422, "no", &[FieldError::new("amount", "missing")]);
        let answer = reply.finish("req_1", &http_date(1_795_170_930_123));
        let body: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(
            body,
            json!({"type": "urn:senang:problem:validation", "title": "Unprocessable Entity", "status": 422,
                "detail": "no", "category": "validation",
                "errors": [{"field": "amount", "message": "missing"}], "request_id": "req_1"})
        );
        assert_eq!(answer.headers.get("date"), Some("Fri, 20 Nov 2026 10:35:30 GMT"));
        assert_eq!(
            answer.headers.get("content-type"),
            Some("application/problem+json")
        );
    }

    #[test]
    fn only_a_success_is_altered() {
        let replaced = Map::from_iter([("premium".to_owned(), json!("N/A"))]);
        let removed = ["quotation_id".to_owned()];
        let reply = Reply::json(
            201,
            json!({"quotation_id": "q", "premium": "1.00", "currency": "MYR"}),
        );
        let answer = reply.altered(&replaced, &removed).finish("r", "d");
        assert_eq!(
            serde_json::from_slice::<Value>(&answer.body).unwrap(),
            json!({"premium": "N/A", "currency": "MYR"})
        );
        let refused = Reply::problem(422, "no", &[]);
        assert_eq!(refused.clone().altered(&replaced, &removed), refused);
    }

    #[test]
    fn no_header_can_split_an_answer() {
        let answer = Reply::raw(503, b"x".to_vec())
            .with("X-A", "1\r\nX-B: 2")
            .finish("r", "d");
        let head = String::from_utf8(answer.head_bytes(false)).unwrap();
        assert!(head.contains("X-A: 1X-B: 2\r\n"), "{head}");
        assert!(head.starts_with("HTTP/1.1 503 Service Unavailable\r\n"));
        assert!(head.ends_with("Connection: close\r\n\r\n"));
    }

    #[test]
    fn headers_of_a_script_replace_the_usual_ones() {
        let headers = Headers::new().with("date", "soon").with("Retry-After", "5");
        let answer = Reply::problem(429, "slow down", &[])
            .with_all(&headers)
            .finish("r", "now");
        assert_eq!(answer.headers.all("date").collect::<Vec<_>>(), ["soon"]);
        assert_eq!(answer.headers.get("retry-after"), Some("5"));
    }
}
