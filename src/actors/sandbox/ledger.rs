//! Idempotency keys: the same write again gets the same answer.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};

use super::reply::Reply;

/// Most keys that are kept.
const LIMIT: usize = 100_000;

/// What a write was, without its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Of a method, a path and a body.
    pub fn of(method: &str, path: &str, body: &[u8]) -> Self {
        let mut hash = Sha256::new();
        for part in [method.as_bytes(), path.as_bytes(), body] {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }
}

/// What the ledger knows of a key.
#[derive(Clone, Debug, PartialEq)]
pub enum Known {
    /// Nothing.
    New,
    /// The same write was answered like this.
    Same(Box<Reply>),
    /// The key stood on another write.
    Other,
}

/// The keys of a run.
#[derive(Debug, Default)]
pub struct Ledger {
    answered: HashMap<String, (Fingerprint, Reply)>,
}

impl Ledger {
    /// Looks a key up.
    pub fn look_up(&self, key: &str, fingerprint: Fingerprint) -> Known {
        match self.answered.get(key) {
            None => Known::New,
            Some((known, reply)) if *known == fingerprint => Known::Same(Box::new(reply.clone())),
            Some(_) => Known::Other,
        }
    }

    /// Keeps an answer. Only successes are kept, so that a corrected request may use its key again.
    pub fn keep(&mut self, key: &str, fingerprint: Fingerprint, reply: &Reply) {
        if (200..300).contains(&reply.status()) && self.answered.len() < LIMIT {
            self.answered.insert(key.to_owned(), (fingerprint, reply.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_key_belongs_to_one_write() {
        let mut ledger = Ledger::default();
        let write = Fingerprint::of("POST", "/v1/payments", b"{}");
        let reply = Reply::json(201, json!({"a": 1}));
        assert_eq!(ledger.look_up("k", write), Known::New);
        ledger.keep("k", write, &Reply::problem(422, "no", &[]));
        assert_eq!(ledger.look_up("k", write), Known::New);
        ledger.keep("k", write, &reply);
        assert_eq!(ledger.look_up("k", write), Known::Same(Box::new(reply)));
        assert_eq!(
            ledger.look_up("k", Fingerprint::of("POST", "/v1/payments", b"{ }")),
            Known::Other
        );
    }
}
