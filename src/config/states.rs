//! `[states]`: the partner's own words for states, mapped to the words of the contract.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{error::Mistake, reader::Section};

/// The words that checks understand.
pub const STATES: [&str; 19] = [
    "paid",
    "failed",
    "pending",
    "issued",
    "cancelled",
    "refunded",
    "partially_refunded",
    "submitted",
    "under_review",
    "more_information_needed",
    "approved",
    "rejected",
    "active",
    "expired",
    "success",
    "processed",
    "declined",
    "scheduled",
    "open",
];

/// A translation of state words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct States {
    words: BTreeMap<String, String>,
}

impl States {
    /// The contract's word for a partner's word: mapped if the file maps it (capital letters do not
    /// matter), in small letters if it is a word of the contract, otherwise as it is.
    pub fn translate(&self, word: &str) -> String {
        let small = word.trim().to_lowercase();
        if let Some(mapped) = self.words.get(&small) {
            return mapped.clone();
        }
        if STATES.contains(&small.as_str()) {
            small
        } else {
            word.to_owned()
        }
    }

    /// What a word says about an operation: `success`, `pending`, `failed`, or none of them.
    pub fn outcome(&self, word: &str) -> Option<&'static str> {
        match self.translate(word).as_str() {
            "success" | "paid" | "issued" | "processed" | "refunded" | "partially_refunded" | "cancelled"
            | "submitted" | "approved" | "active" => Some("success"),
            "pending" | "under_review" | "more_information_needed" | "scheduled" | "open" => Some("pending"),
            "failed" | "declined" | "rejected" | "expired" => Some("failed"),
            _ => None,
        }
    }
}

pub(super) fn states(section: &Section<'_, '_>) -> States {
    let mut words = BTreeMap::new();
    for (state, entry) in section.members() {
        if !STATES.contains(&state.as_str()) {
            let _: Option<()> = entry.unknown(&state, &STATES);
            continue;
        }
        let listed = if entry.raw().is_str() {
            entry.filled().map(|word| vec![word.to_owned()])
        } else {
            entry.texts()
        };
        for word in listed.unwrap_or_default() {
            let small = word.trim().to_lowercase();
            if let Some(other) = words.insert(small, state.clone())
                && other != state
            {
                let _: Option<()> = entry.wrong(Mistake::Senseless(format!(
                    "{word:?} already means {other}; a word can mean one state only"
                )));
            }
        }
    }
    States { words }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mapped_words_win_and_unknown_words_stay() {
        let states = States {
            words: [("bayar".to_owned(), "paid".to_owned())].into(),
        };
        assert_eq!(states.translate("BAYAR"), "paid");
        assert_eq!(states.translate("Pending"), "pending");
        assert_eq!(states.translate("Odd"), "Odd");
        assert_eq!(states.outcome("bayar"), Some("success"));
        assert_eq!(states.outcome("Odd"), None);
    }
}
