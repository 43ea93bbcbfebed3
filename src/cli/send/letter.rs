//! A message that is ready to leave, with what there is to say about it.

use crate::{
    actors::deliverer::{message::Message, raw::Shape},
    transcript::exchange::Form,
};

/// A message, and how it leaves.
pub struct Letter {
    /// The request.
    pub message: Message,
    /// How its bytes leave, where that is not the ordinary way.
    pub shape: Option<Shape>,
    /// Whether it has to leave by the raw way, because an ordinary client would spoil it.
    pub exact: bool,
    /// Its form, as a transcript names it.
    pub form: Form,
    /// Event type, or `recurring callback`.
    pub subject: String,
    /// Event or transaction id.
    pub id: String,
    /// The partner's reference.
    pub reference: String,
    /// What is signed.
    pub signed: Signed,
    /// Why it must be refused although nothing was falsified by name.
    pub doubt: Option<Doubt>,
    /// What else a reader should know.
    pub remarks: Vec<String>,
}

/// What makes a message false that no tampering has made false.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It is dated before the replay window.
    Past,
    /// It is dated behind the replay window.
    Future,
    /// A header line that was set by hand has spoilt its signature.
    Header,
}

/// What the proof of a message is about.
pub enum Signed {
    /// A webhook signature: what it is called, and the content that a receiver signs for this message.
    Content {
        /// The parts in order, such as `id . timestamp . body`.
        parts: &'static str,
        /// The bytes.
        content: Vec<u8>,
    },
    /// A hash over a secret and fields: the names, and the joined values without the secret.
    Fields {
        /// The algorithm.
        algorithm: &'static str,
        /// Names of the fields, in order.
        names: Vec<String>,
        /// What follows the secret.
        joined: String,
    },
    /// Nothing, because the bytes were given.
    AsGiven,
}
