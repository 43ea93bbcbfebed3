//! The members of an HTTP archive. Names follow HAR 1.2; those that begin with `_` are additions, which
//! the format allows.

use serde::Serialize;
use serde_json::Value;

use crate::{transcript::exchange::Role, wire::moment::Micros};

/// Name and value of a header line or a parameter.
#[derive(Debug, Serialize)]
pub(super) struct Pair {
    pub(super) name: String,
    pub(super) value: String,
}

impl Pair {
    pub(super) fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }
}

/// An example, or one attempt at it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page {
    pub(super) started_date_time: String,
    pub(super) id: String,
    pub(super) title: String,
    #[serde(rename = "pageTimings")]
    pub(super) timings: PageTimings,
    #[serde(rename = "_verdict", skip_serializing_if = "Option::is_none")]
    pub(super) verdict: Option<&'static str>,
}

/// What only browsers know.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PageTimings {
    on_content_load: i8,
    on_load: i8,
}

impl PageTimings {
    pub(super) const UNKNOWN: Self = Self {
        on_content_load: -1,
        on_load: -1,
    };
}

/// One exchange.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pageref: Option<String>,
    pub(super) started_date_time: String,
    pub(super) time: f64,
    pub(super) request: Request,
    pub(super) response: Response,
    pub(super) cache: Cache,
    pub(super) timings: Timings,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) connection: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<String>,
    #[serde(rename = "_direction")]
    pub(super) direction: &'static str,
    #[serde(rename = "_example", skip_serializing_if = "Option::is_none")]
    pub(super) example: Option<String>,
    #[serde(rename = "_attempt", skip_serializing_if = "Option::is_none")]
    pub(super) attempt: Option<u8>,
    #[serde(rename = "_record")]
    pub(super) record: u64,
    #[serde(flatten)]
    pub(super) told: Told,
}

/// Nothing was cached.
#[derive(Debug, Serialize)]
pub(super) struct Cache {}

/// What the transcript knows beside the exchange itself.
#[derive(Debug, Default, Serialize)]
pub(super) struct Told {
    #[serde(rename = "_role", skip_serializing_if = "Option::is_none")]
    pub(super) role: Option<Role>,
    #[serde(rename = "_subject", skip_serializing_if = "Option::is_none")]
    pub(super) subject: Option<String>,
    #[serde(rename = "_form", skip_serializing_if = "Option::is_none")]
    pub(super) form: Option<Value>,
    #[serde(rename = "_call", skip_serializing_if = "Option::is_none")]
    pub(super) call: Option<Value>,
    #[serde(rename = "_credential", skip_serializing_if = "Option::is_none")]
    pub(super) credential: Option<Value>,
    #[serde(rename = "_violations", skip_serializing_if = "Vec::is_empty")]
    pub(super) violations: Vec<String>,
    #[serde(rename = "_fault", skip_serializing_if = "Option::is_none")]
    pub(super) fault: Option<Value>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) http_version: &'static str,
    pub(super) cookies: Vec<Pair>,
    pub(super) headers: Vec<Pair>,
    pub(super) query_string: Vec<Pair>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) post_data: Option<PostData>,
    pub(super) headers_size: i8,
    pub(super) body_size: usize,
    /// The target as it stood on the request line, where the URL had to be written differently.
    #[serde(rename = "_target", skip_serializing_if = "Option::is_none")]
    pub(super) target: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PostData {
    pub(super) mime_type: String,
    pub(super) text: String,
    /// The format has no member for it in requests.
    #[serde(rename = "_encoding", skip_serializing_if = "Option::is_none")]
    pub(super) encoding: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) status_text: &'static str,
    pub(super) http_version: &'static str,
    pub(super) cookies: Vec<Pair>,
    pub(super) headers: Vec<Pair>,
    pub(super) content: Content,
    #[serde(rename = "redirectURL")]
    pub(super) redirect_url: String,
    pub(super) headers_size: i8,
    pub(super) body_size: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Content {
    pub(super) size: usize,
    pub(super) mime_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) encoding: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<String>,
}

/// In milliseconds; -1 for what is not known by itself.
#[derive(Debug, Serialize)]
pub(super) struct Timings {
    blocked: i8,
    dns: i8,
    connect: i8,
    ssl: i8,
    send: f64,
    wait: f64,
    receive: f64,
}

impl Timings {
    /// From four moments: begin, request written, head of the answer, end. Also their sum.
    pub(super) fn between(moments: [Micros; 4]) -> (Self, f64) {
        let [begun, written, head, ended] = moments;
        let send = written.0.saturating_sub(begun.0);
        let wait = head.0.saturating_sub(written.0);
        let receive = ended.0.saturating_sub(head.0);
        let timings = Self {
            blocked: -1,
            dns: -1,
            connect: -1,
            ssl: -1,
            send: millis(send),
            wait: millis(wait),
            receive: millis(receive),
        };
        (timings, millis(send.saturating_add(wait).saturating_add(receive)))
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a run is far shorter than 2^52 microseconds"
)]
fn millis(micros: u64) -> f64 {
    micros as f64 / 1e3
}
