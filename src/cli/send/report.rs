//! What `send` shows to people.

use std::fmt::Write as _;

use super::{command::Sending, exact, letter::Signed};
use crate::transcript::exchange::{Delivery, Ending, NoAnswer};

/// Most characters of a request's body, and of an answer's.
const SHOWN: usize = 8_000;
const ANSWER: usize = 4_000;

/// The request, the answers, what is expected and the curl command.
pub fn text(sending: &Sending<'_>) -> String {
    let mut text = String::new();
    request(sending, &mut text);
    signed(sending, &mut text);
    for remark in &sending.letter.remarks {
        let _ = writeln!(text, "remark    {remark}");
    }
    if let Some(connection) = &sending.connection {
        let _ = writeln!(text, "endpoint  {}", connection.words());
    }
    let deliveries = sending.deliveries();
    for (number, delivery) in deliveries.iter().enumerate() {
        if deliveries.len() > 1 {
            let _ = writeln!(text, "\ncopy {} of {}", number + 1, deliveries.len());
        }
        answer(delivery, &mut text);
    }
    let _ = writeln!(
        text,
        "\nexpected  {}",
        sending.expected.words(sending.within_millis)
    );
    if !deliveries.is_empty() {
        let verdict = match &sending.missed {
            None => "as expected".to_owned(),
            Some(why) => format!("NOT as expected: {}", exact::line(why.as_bytes(), 300)),
        };
        let _ = writeln!(text, "verdict   {verdict}");
    }
    if let Some(used) = &sending.used {
        let run = match &sending.endpoint.file {
            Some(file) => format!(
                "; `run --partner {file} --case {}` judges it with its effects",
                used.case
            ),
            None => String::new(),
        };
        let _ = writeln!(
            text,
            "case      {}: `explain {}` says what it is about{run}",
            used.example, used.case
        );
    }
    for hint in &sending.hints {
        let _ = writeln!(text, "next      {hint}");
    }
    let _ = match &sending.curl {
        Ok(command) => writeln!(
            text,
            "\nThe same with curl (it holds a signature that is valid for minutes, not the secret):\n\n{command}"
        ),
        Err(why) => writeln!(text, "\nno curl   {why}"),
    };
    text
}

fn request(sending: &Sending<'_>, text: &mut String) {
    let sent = &sending.sent;
    let target = sending.masked(&sending.target);
    let _ = writeln!(text, "{} {target} HTTP/1.1", sent.method);
    for (name, value) in sent.headers.iter() {
        let _ = writeln!(
            text,
            "{}: {}",
            exact::line(name.as_bytes(), 200),
            exact::line(value.as_bytes(), 2_000)
        );
    }
    let body = sent.body.bytes();
    let _ = writeln!(text, "\n{}", exact::block(&body, SHOWN));
    if !body.is_empty() && !body.ends_with(b"\n") {
        text.push('\n');
    }
}

fn signed(sending: &Sending<'_>, text: &mut String) {
    let _ = match &sending.letter.signed {
        Signed::Content { parts, content } => writeln!(
            text,
            "signed    {parts}, {} bytes: {}",
            content.len(),
            exact::line(content, 160)
        ),
        Signed::Fields {
            algorithm,
            names,
            joined,
        } => writeln!(
            text,
            "hashed    {algorithm} {}: {}",
            names.join(", "),
            exact::line(joined.as_bytes(), 400)
        ),
        Signed::AsGiven => writeln!(
            text,
            "hashed    nothing was computed: the bytes are those of --body"
        ),
    };
}

fn answer(delivery: &Delivery, text: &mut String) {
    match &delivery.ending {
        Ending::Answered(answer) => {
            let _ = writeln!(
                text,
                "answer    {} after {} ms\n",
                answer.status,
                delivery.latency_millis()
            );
            for (name, value) in answer.headers.iter().take(50) {
                let _ = writeln!(
                    text,
                    "{}: {}",
                    exact::line(name.as_bytes(), 200),
                    exact::line(value.as_bytes(), 500)
                );
            }
            let body = answer.body.bytes();
            if !body.is_empty() {
                let _ = writeln!(text, "\n{}", exact::block(&body, ANSWER).trim_end());
            }
        }
        Ending::Unanswered { why, detail } => {
            let _ = writeln!(
                text,
                "no answer {} after {} ms: {}",
                words(*why),
                delivery.latency_millis(),
                exact::line(detail.as_bytes(), 500)
            );
        }
    }
}

/// Why no answer came, in words.
pub fn words(why: NoAnswer) -> &'static str {
    match why {
        NoAnswer::Connect => "no connection",
        NoAnswer::Tls => "TLS failed",
        NoAnswer::Timeout => "silence",
        NoAnswer::Broken => "the connection broke",
        NoAnswer::NotHttp => "what came is no HTTP",
    }
}
