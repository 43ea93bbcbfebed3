//! One message and its answer, in either direction, as the page shows them.

use std::fmt::Write as _;

use serde::Serialize;

use super::{body, moments};
use crate::{
    evidence::text::HtmlText,
    transcript::exchange::{Delivery, Ending, Form, NoAnswer, Role, SeenRequest},
    wire::{fault::Fault, header::Headers, moment::Micros},
};

/// Most header lines of one message that are shown.
const MOST_HEADERS: usize = 60;
/// Most characters of one header line that are shown.
const LONGEST_HEADER: usize = 600;

/// An exchange.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Exchange {
    /// `sent` to the partner, or `seen` by the sandbox.
    pub(super) way: &'static str,
    /// What it is, in a few words.
    pub(super) label: HtmlText,
    /// How it ended, in a few words.
    pub(super) ending: HtmlText,
    /// `good`, `refused` or `none`, for the colour.
    pub(super) tone: &'static str,
    /// What should be known about it beside its bytes.
    pub(super) remarks: Vec<HtmlText>,
    /// The request.
    pub(super) request: Message,
    /// The answer, if there was one.
    pub(super) answer: Option<Message>,
}

/// Start line, header lines, body.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Message {
    /// Start line and header lines in the order of the wire.
    pub(super) head: HtmlText,
    /// The body.
    pub(super) body: Option<body::Shown>,
    /// Whether the transcript itself holds only its beginning.
    pub(super) cut: bool,
}

/// Something that was sent to the partner.
pub(super) fn sent(delivery: &Delivery) -> Exchange {
    let request = Message {
        head: head(
            &format!("{} {}", delivery.sent.method, delivery.sent.url),
            Some(&delivery.sent.headers),
        ),
        body: body::shown(&delivery.sent.body),
        cut: false,
    };
    let took = moments::between(delivery.started, delivery.ended);
    let (ending, answer) = match &delivery.ending {
        Ending::Answered(answer) => {
            let message = Message {
                head: head(&answer.status.to_string(), Some(&answer.headers)),
                body: body::shown(&answer.body),
                cut: answer.truncated,
            };
            (format!("{} in {took}", answer.status), Some(message))
        }
        Ending::Unanswered { why, detail } => {
            let detail = if detail.is_empty() {
                String::new()
            } else {
                format!(" ({detail})")
            };
            (format!("{} after {took}{detail}", unanswered(*why)), None)
        }
    };
    let mut remarks = vec![HtmlText::line(&form(&delivery.intent.form))];
    if !delivery.intent.reference.is_empty() {
        remarks.push(HtmlText::line(&format!("about {}", delivery.intent.reference)));
    }
    Exchange {
        way: "sent",
        label: HtmlText::line(&format!(
            "{}, {}",
            delivery.intent.subject,
            role(delivery.intent.role)
        )),
        ending: HtmlText::line(&ending),
        tone: tone(delivery.status()),
        remarks,
        request,
        answer,
    }
}

/// Something that the sandbox was asked.
pub(super) fn seen(request: &SeenRequest) -> Exchange {
    let took = moments::between(request.received, request.answered);
    let ending = match request.status {
        Some(status) => format!("{status} in {took}"),
        None => format!("no answer, after {took}"),
    };
    let mut remarks = Vec::new();
    if let Some(fault) = &request.fault {
        remarks.push(HtmlText::line(&format!("on purpose: {}", fault_in_words(fault))));
    }
    remarks.extend(
        request
            .violations
            .iter()
            .map(|violation| HtmlText::line(violation)),
    );
    if let Some(stray) = request.stray {
        remarks.push(HtmlText::line(&format!(
            "carried a key that the sandbox never issued ({stray:?})"
        )));
    }
    if let Some(exposed) = request.exposed {
        remarks.push(HtmlText::line(&format!(
            "a credential stood where it does not belong ({exposed:?})"
        )));
    }
    Exchange {
        way: "seen",
        label: HtmlText::line(&format!("{} {}", request.method, request.target)),
        ending: HtmlText::line(&ending),
        tone: tone(request.status),
        remarks,
        request: Message {
            head: head(
                &format!("{} {}", request.method, request.target),
                Some(&request.headers),
            ),
            body: body::shown(&request.body),
            cut: false,
        },
        answer: request.status.map(|status| Message {
            head: head(&status.to_string(), answered_headers(request)),
            body: request.answer.as_ref().and_then(body::shown),
            cut: false,
        }),
    }
}

/// Until when the sandbox asked the client to wait, if it did.
pub(super) fn pause(request: &SeenRequest) -> Option<Micros> {
    let seconds = match request.fault.as_ref()? {
        Fault::Refuse { headers, .. } => headers.get("retry-after")?.trim().parse::<u64>().ok()?,
        Fault::RefuseUntil { seconds, .. } => u64::from(*seconds),
        _ => return None,
    };
    Some(Micros(
        request
            .answered
            .0
            .saturating_add(seconds.saturating_mul(1_000_000)),
    ))
}

/// The headers that a fault put into the answer; the others are not recorded.
fn answered_headers(request: &SeenRequest) -> Option<&Headers> {
    match request.fault.as_ref()? {
        Fault::Refuse { headers, .. } => Some(headers),
        _ => None,
    }
}

fn head(start: &str, headers: Option<&Headers>) -> HtmlText {
    let mut text = HtmlText::line(start).to_string();
    let lines = headers.map_or(&[][..], |headers| headers.0.as_slice());
    for header in lines.iter().take(MOST_HEADERS) {
        let line: String = format!("{}: {}", header.0, header.1)
            .chars()
            .take(LONGEST_HEADER)
            .collect();
        // Each line is cleaned by itself, so that none can pass for two; writing to a String cannot fail.
        let _ = write!(text, "\n{}", HtmlText::line(&line));
    }
    let more = lines.len().saturating_sub(MOST_HEADERS);
    if more > 0 {
        let _ = write!(text, "\n… {more} more header lines in the transcript");
    }
    HtmlText::block(&text)
}

/// How a status is coloured.
pub(super) fn tone(status: Option<u16>) -> &'static str {
    match status {
        Some(200..=299) => "good",
        Some(_) => "refused",
        None => "none",
    }
}

/// What a delivery is for.
pub(super) fn role(role: Role) -> &'static str {
    match role {
        Role::ControlBefore => "sign of life before",
        Role::Stimulus => "stimulus",
        Role::ControlAfter => "sign of life after",
        Role::Probe => "probe",
    }
}

fn form(form: &Form) -> String {
    match form {
        Form::Right(writing) => format!("right, written as {writing}"),
        Form::Tampered(tampering) => format!("forged: {tampering}"),
        Form::Varied(variation) => format!("rightly signed, unusual: {variation}"),
        Form::Unreadable(unreadable) => format!("rightly signed, no event: {unreadable}"),
        Form::Callback => "right".to_owned(),
        Form::VariedCallback(variation) => format!("right hash, unusual: {variation}"),
        Form::TamperedCallback(tampering) => format!("forged: {tampering}"),
        Form::Parameters { forged, how } | Form::Generated { forged, how } => {
            format!("{}: {how}", if *forged { "forged" } else { "right" })
        }
    }
}

fn unanswered(why: NoAnswer) -> &'static str {
    match why {
        NoAnswer::Connect => "no connection",
        NoAnswer::Tls => "no TLS handshake",
        NoAnswer::Timeout => "no answer",
        NoAnswer::Broken => "connection broken",
        NoAnswer::NotHttp => "no HTTP answer",
    }
}

/// A fault by its name in the record, with what can be said about it in short.
pub(super) fn fault_in_words(fault: &Fault) -> String {
    match fault {
        Fault::Refuse { status, headers, .. } => {
            let retry = headers
                .get("retry-after")
                .map_or_else(String::new, |value| format!(", Retry-After: {value}"));
            format!("refused with {}{retry}", u16::from(*status))
        }
        Fault::RefuseUntil { status, seconds } => format!(
            "refused with {}, Retry-After as a date {seconds} s ahead",
            u16::from(*status)
        ),
        Fault::RefuseAfterWork { status } => {
            format!("done, then answered with {}", u16::from(*status))
        }
        Fault::Hold { millis } => format!("answered {millis} ms late"),
        other => {
            let name = serde_json::to_value(other).ok();
            let name = name.as_ref().and_then(|value| value.get("fault")?.as_str());
            name.map_or_else(|| "a fault".to_owned(), |name| name.replace('-', " "))
        }
    }
}
