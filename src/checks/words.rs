//! Sentences for findings: what was sent, what came back.

use super::{
    outcome::{Finding, Outcome},
    view::Sent,
};
use crate::transcript::exchange::{Delivery, Ending, Form, NoAnswer};

/// What a delivery was, in one sentence.
pub fn stimulus(delivery: &Delivery) -> String {
    let intent = &delivery.intent;
    let manner = match &intent.form {
        Form::Right(writing) => format!("correctly signed, {writing}"),
        Form::Tampered(tampering) => format!("falsified: {tampering}"),
        Form::Varied(variation) => format!("correctly signed, with {variation}"),
        Form::Unreadable(body) => format!("correctly signed, body: {body}"),
        Form::Callback => "with a correct hash".to_owned(),
        Form::VariedCallback(variation) => format!("with a correct hash, {variation}"),
        Form::TamperedCallback(tampering) => format!("falsified: {tampering}"),
        Form::Parameters { forged: false, how } => format!("with a correct hash, {how}"),
        Form::Parameters { forged: true, how } => format!("falsified: {how}"),
        Form::Generated { how, .. } => format!("generated: {how}"),
    };
    format!(
        "{} {} for {} ({manner})",
        intent.subject, intent.id, intent.reference
    )
}

/// How a delivery ended, in one sentence.
pub fn answer(delivery: &Delivery) -> String {
    match &delivery.ending {
        Ending::Answered(answer) => {
            format!("status {} after {} ms", answer.status, delivery.latency_millis())
        }
        Ending::Unanswered { why, detail } => {
            let why = match why {
                NoAnswer::Connect => "no connection",
                NoAnswer::Tls => "TLS handshake failed",
                NoAnswer::Timeout => "no answer in time",
                NoAnswer::Broken => "connection broke before the answer was whole",
                NoAnswer::NotHttp => "the answer is not HTTP",
            };
            format!("{why} after {} ms ({detail})", delivery.latency_millis())
        }
    }
}

/// A failed outcome that points at one delivery.
pub fn failed(
    code: &str,
    sent: Sent<'_>,
    expected: impl Into<String>,
    observed: impl Into<String>,
) -> Outcome {
    Outcome::Failed(Finding {
        code: code.to_owned(),
        stimulus: stimulus(sent.delivery),
        expected: expected.into(),
        observed: observed.into(),
        records: vec![sent.number],
        timing: false,
    })
}

/// An inconclusive outcome.
pub fn inconclusive(reason: impl Into<String>) -> Outcome {
    Outcome::Inconclusive {
        reason: reason.into(),
    }
}

/// The outcome of a check that found none of what it is about: the suite is wrong, not the partner.
pub fn nothing_to_judge(what: &str) -> Outcome {
    inconclusive(format!("{what} was not recorded, so there is nothing to judge"))
}
