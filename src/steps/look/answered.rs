//! What the answer to a good message says about its address, its secret and its format.

use std::time::Duration;

use crate::transcript::{
    exchange::{Delivery, Ending, NoAnswer},
    look::{Cause, Code, Finding},
};

/// The message that was answered.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The section of the partner's file.
    pub place: &'a str,
    /// What was sent, such as `good delivery`.
    pub what: &'a str,
    /// The variable that holds the secret.
    pub variable: &'a str,
}

/// Why a good message was not taken; none when it was answered with 2xx.
pub fn not_taken(asked: Asked<'_>, delivery: &Delivery) -> Option<Finding> {
    let Asked {
        place,
        what,
        variable,
    } = asked;
    let answer = match &delivery.ending {
        Ending::Answered(answer) => answer,
        Ending::Unanswered { why, detail } => return Some(unanswered(asked, *why, detail)),
    };
    let status = answer.status;
    let answered = format!("the {what} was answered {status}");
    let found = |code, cause, more: String, remedy: &str| {
        Some(Finding::new(
            code,
            cause,
            place,
            format!("{answered}{more}"),
            remedy,
        ))
    };
    match status {
        200..=299 => None,
        401 | 403 => {
            let firewall = if status == 403 {
                "; a firewall or a login in front of it may answer so, too"
            } else {
                ""
            };
            found(
                Code::DeliveryRefused,
                Cause::File,
                format!(
                    ": most likely the variable {variable} holds another secret than the endpoint, or the endpoint \
                     checks another signature format or finds the timestamp outside of its window{firewall}"
                ),
                "compare the secret that the endpoint holds with that of the variable, whole and with its prefix",
            )
        }
        404 | 405 | 410 => found(
            Code::DeliveryPath,
            Cause::File,
            format!(
                ": most likely {} is not the path of the endpoint",
                delivery.sent.url
            ),
            "correct url; it is the address that is registered with the platform, path included, and takes POST",
        ),
        300..=399 => {
            let to = answer.headers.get("location");
            let to = to.map_or_else(String::new, |to| format!(" to {to}"));
            found(
                Code::DeliveryRedirected,
                Cause::File,
                format!(", a redirect{to}: the platform follows none"),
                "write the final address as url, slash at the end and scheme included",
            )
        }
        400 | 415 | 422 => found(
            Code::DeliveryBody,
            Cause::Implementation,
            format!(
                ": the endpoint was reached and did not understand the message; it may read the body before it checks \
                 the signature, want another content type, or require members that the platform does not send{}",
                plain_to_tls(answer.body.text())
            ),
            "your own log says what it missed; the signature goes over the bytes as they arrive, and unknown members \
             are to be ignored",
        ),
        500..=599 => found(
            Code::DeliveryFailed,
            Cause::Implementation,
            ": the endpoint, or a proxy in front of it, failed".to_owned(),
            "your own log of this moment says why",
        ),
        _ => found(
            Code::DeliveryOdd,
            Cause::Implementation,
            ", which is no success".to_owned(),
            "answer a good delivery with 2xx",
        ),
    }
}

/// A good message was taken, but later than `due`.
pub fn late(asked: Asked<'_>, delivery: &Delivery, due: Duration, allowance: Duration) -> Option<Finding> {
    let status = delivery.status().filter(|status| (200..=299).contains(status))?;
    let took = delivery.latency_millis();
    if u128::from(took) <= (due + allowance).as_millis() {
        return None;
    }
    Some(Finding::new(
        Code::DeliverySlow,
        Cause::Implementation,
        asked.place,
        format!(
            "the {} was answered {status} after {took} ms; due within {} ms",
            asked.what,
            due.as_millis()
        ),
        "answer as soon as the message is stored, and do the work afterwards (WH-DEL-10)",
    ))
}

/// What servers say on a port for TLS when they hear plain http.
fn plain_to_tls(body: Option<&str>) -> &'static str {
    let says = body.is_some_and(|body| {
        let body = body.to_lowercase();
        body.contains("plain http request was sent to https")
            || body.contains("speaking plain http to an ssl")
    });
    if says {
        "; the answer says that the port speaks TLS: write https in url"
    } else {
        ""
    }
}

fn unanswered(asked: Asked<'_>, why: NoAnswer, detail: &str) -> Finding {
    let Asked { place, what, .. } = asked;
    let got = format!("the {what} got no answer: {detail}");
    match why {
        NoAnswer::Tls if speaks_no_tls(detail) => Finding::new(
            Code::DeliveryTls,
            Cause::File,
            place,
            format!("{got}; the address says https, and the port speaks plain http"),
            "write http in url, or the port on which TLS is served",
        ),
        NoAnswer::Tls => Finding::new(
            Code::DeliveryTls,
            Cause::Surroundings,
            place,
            got,
            "let the endpoint show a certificate for its host with the whole chain; a test authority goes into trust",
        ),
        NoAnswer::Connect => Finding::new(
            Code::DeliveryUnanswered,
            Cause::Surroundings,
            place,
            got,
            "start the endpoint, or correct host and port of url",
        ),
        NoAnswer::NotHttp => Finding::new(
            Code::DeliveryUnanswered,
            Cause::File,
            place,
            format!("{got}; what listens there speaks no HTTP, or TLS on an address that says http"),
            "correct scheme and port of url",
        ),
        NoAnswer::Timeout | NoAnswer::Broken => Finding::new(
            Code::DeliveryUnanswered,
            Cause::Implementation,
            place,
            got,
            "answer at once and do the work afterwards; your own log of this moment says where it stopped",
        ),
    }
}

/// Whether the words of a failed handshake mean that the other side does not speak TLS at all.
pub fn speaks_no_tls(detail: &str) -> bool {
    detail.contains("InvalidContentType") || detail.contains("InvalidMessage")
}
