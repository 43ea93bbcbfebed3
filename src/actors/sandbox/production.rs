//! Recognises keys of production by their fingerprints.

use std::collections::HashMap;

use crate::wire::{digest::sha256, fingerprint::Fingerprint};

/// Most keys whose answer is remembered; a client rarely sends more than one.
const REMEMBERED: usize = 1_000;

/// The fingerprints of a partner's keys of production.
#[derive(Debug, Default)]
pub struct Production {
    fingerprints: Vec<Fingerprint>,
    known: HashMap<[u8; 32], bool>,
}

impl Production {
    /// Looks out for these from now on.
    pub fn look_out(&mut self, fingerprints: Vec<Fingerprint>) {
        self.fingerprints = fingerprints;
        self.known.clear();
    }

    /// Whether a text is one of those keys. A fingerprint is slow on purpose, so each text is looked at once.
    pub fn holds(&mut self, text: &str) -> bool {
        if self.fingerprints.is_empty() {
            return false;
        }
        let place = sha256(text.as_bytes());
        if let Some(known) = self.known.get(&place) {
            return *known;
        }
        let holds = self
            .fingerprints
            .iter()
            .any(|fingerprint| fingerprint.is_of(text));
        if self.known.len() < REMEMBERED {
            self.known.insert(place, holds);
        }
        holds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_production_are_recognised() {
        let mut production = Production::default();
        assert!(!production.holds("live-key-1"));
        production.look_out(vec![
            Fingerprint::of("live-key-0", [1; 16]),
            Fingerprint::of("live-key-1", [2; 16]),
        ]);
        for _ in 0..2 {
            assert!(production.holds("live-key-1") && !production.holds("test-key-1"));
        }
    }
}
