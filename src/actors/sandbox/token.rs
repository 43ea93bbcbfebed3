//! Access tokens: issued once, good for an hour, told apart by age.

use std::{collections::HashMap, fmt};

/// Seconds for which a token is good.
pub const LIFETIME_SECONDS: i64 = 3600;

/// What every token begins with.
const MARK: &str = "sat_";

/// Characters behind the mark.
const LENGTH: usize = 40;

/// Most tokens that are kept.
const LIMIT: usize = 50_000;

#[derive(Clone, Copy, Debug)]
struct Issued {
    serial: u64,
    expires_millis: i64,
}

/// The tokens of a run.
#[derive(Default)]
pub struct Tokens {
    issued: HashMap<String, Issued>,
    last: u64,
    floor: u64,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("last", &self.last)
            .finish_non_exhaustive()
    }
}

impl Tokens {
    /// Registers a token made from random letters. Gives token and serial; none when there are too many.
    pub fn issue(&mut self, letters: &str, now_millis: i64) -> Option<(String, u64)> {
        if self.issued.len() >= LIMIT {
            self.issued.retain(|_, token| token.expires_millis > now_millis);
        }
        if self.issued.len() >= LIMIT {
            return None;
        }
        self.last += 1;
        let token = format!("{MARK}{letters}");
        let expires_millis = now_millis.saturating_add(LIFETIME_SECONDS * 1000);
        self.issued.insert(
            token.clone(),
            Issued {
                serial: self.last,
                expires_millis,
            },
        );
        Some((token, self.last))
    }

    /// Whether a token is good: issued, not expired, and younger than the serial `floor`.
    pub fn is_good(&self, token: &str, floor: u64, now_millis: i64) -> bool {
        self.issued
            .get(token)
            .is_some_and(|issued| issued.serial > floor.max(self.floor) && issued.expires_millis > now_millis)
    }

    /// The serial of the youngest token; 0 when there is none.
    pub fn youngest(&self) -> u64 {
        self.last
    }

    /// Whether a text holds any token that was ever issued and is still remembered.
    pub fn stands_in(&self, text: &str) -> bool {
        text.match_indices(MARK).any(|(start, _)| {
            text.get(start..start + MARK.len() + LENGTH)
                .is_some_and(|token| self.issued.contains_key(token))
        })
    }

    /// Whether a text has the form of a token, of this run or of another.
    pub fn has_form(text: &str) -> bool {
        text.strip_prefix(MARK)
            .is_some_and(|letters| letters.len() == LENGTH)
    }

    /// Refuses every token issued so far.
    pub fn revoke_all(&mut self) {
        self.floor = self.last;
    }

    /// Random letters that a token needs.
    pub const fn letters() -> usize {
        LENGTH
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_age_and_are_found() {
        let mut tokens = Tokens::default();
        let (old, serial) = tokens.issue(&"a".repeat(Tokens::letters()), 0).unwrap();
        let (young, _) = tokens.issue(&"b".repeat(Tokens::letters()), 0).unwrap();
        assert!(tokens.is_good(&old, 0, 3_599_999));
        assert!(!tokens.is_good(&old, 0, 3_600_000));
        assert!(!tokens.is_good(&old, serial, 0));
        assert!(tokens.is_good(&young, serial, 0));
        assert!(Tokens::has_form(&old) && !Tokens::has_form("sat_short"));
        assert!(tokens.stands_in(&format!("/v1/sat_/{old}x")));
        assert!(!tokens.stands_in("/v1/sat_ä"));
        tokens.revoke_all();
        assert!(!tokens.is_good(&young, 0, 0));
    }
}
