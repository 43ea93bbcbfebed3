//! What is to be sent, and what came of it.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use url::Url;

use crate::{
    transcript::{
        exchange::{Delivery, Ending, Form, Intent, NoAnswer, Role, SentMessage},
        record::{Event, Record},
    },
    wire::{body::Body, header::Headers, moment::Micros, tampering::Writing},
};

/// A request to the partner as the caller wants it.
///
/// Lines that the caller does not give are added: `host`, `user-agent` and `accept` before the given
/// ones, `content-length` after them. Header values are written as Latin-1 where they fit it.
#[derive(Clone, Debug)]
pub struct Message {
    /// Method.
    pub method: String,
    /// Absolute `http` or `https` URL. User name, password and fragment are not sent.
    pub url: Url,
    /// Header lines in the order and spelling wanted.
    pub headers: Headers,
    /// Body.
    pub body: Vec<u8>,
    /// From the start to the last byte of the answer; none for the deliverer's own limit.
    pub timeout: Option<Duration>,
}

/// A delivery as it stands in the transcript.
#[derive(Clone, Debug)]
pub struct Delivered(Arc<Record>);

impl Delivered {
    /// Wraps the record of a delivery.
    pub(super) fn new(record: Arc<Record>) -> Self {
        Self(record)
    }

    /// Number of its record.
    pub fn number(&self) -> u64 {
        self.0.number
    }

    /// The delivery, masked by the recorder.
    pub fn delivery(&self) -> &Delivery {
        match &self.0.event {
            Event::Delivered(delivery) => delivery,
            _ => &UNRECORDED,
        }
    }
}

/// Stands in for a delivery that the recorder turned into something else, which no recorder does.
static UNRECORDED: LazyLock<Delivery> = LazyLock::new(|| Delivery {
    intent: Intent {
        role: Role::Probe,
        index: 0,
        form: Form::Right(Writing::Plain),
        subject: String::new(),
        id: String::new(),
        reference: String::new(),
    },
    sent: SentMessage {
        method: String::new(),
        url: String::new(),
        headers: Headers::new(),
        body: Body::Text(String::new()),
    },
    started: Micros(0),
    written: Micros(0),
    head: Micros(0),
    ended: Micros(0),
    ending: Ending::Unanswered {
        why: NoAnswer::Broken,
        detail: "the transcript holds no delivery in this place".to_owned(),
    },
});
