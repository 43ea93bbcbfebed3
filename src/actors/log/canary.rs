//! Card data that was planted for the log to show or not: found also where it is masked too little.

use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use regex::Regex;

/// Digits of a card number that may be seen: the first so many, and the last so many (PCI DSS v4, 3.4.1).
const FIRST: usize = 8;
const LAST: usize = 4;
/// Visible digits below which a masked number says nothing about which card it was.
const TELLING: usize = 6;

/// One planted card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlantedCard {
    /// What it goes by when it is found.
    pub label: String,
    /// Its number, digits only.
    pub number: String,
    /// Its code.
    pub code: String,
}

/// All planted cards of a run; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct PlantedCards(Arc<RwLock<Vec<PlantedCard>>>);

static CODE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)(?:card[_ -]?code|cvv2?|cvc2?|csc|security[_ -]?code)[\\"'\s]*[:=][\\"'\s]*([0-9*x•#]{3,4})(?:[^\w*•#]|$)"#,
    )
    .ok()
});

impl PlantedCards {
    /// Looks for one more card from now on.
    pub fn plant(&self, card: PlantedCard) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).push(card);
    }

    /// The labels of the cards of which a line shows more than it may: any of the middle digits of the
    /// number, or any digit of the code.
    pub fn shown_in(&self, line: &str) -> Vec<String> {
        let cards = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if cards.is_empty() {
            return Vec::new();
        }
        let numbers = numbers(line);
        cards
            .iter()
            .filter(|card| {
                numbers.iter().any(|shown| shows_number(shown, &card.number)) || shows_code(line, &card.code)
            })
            .map(|card| card.label.clone())
            .collect()
    }
}

fn is_masking(letter: char) -> bool {
    matches!(letter, '*' | 'x' | 'X' | '•' | '#')
}

/// Runs of digits and masking characters, without the single blanks and dashes between them.
fn numbers(line: &str) -> Vec<Vec<char>> {
    let mut runs = Vec::new();
    let mut run: Vec<char> = Vec::new();
    let mut parted = true;
    for letter in line.chars() {
        if letter.is_ascii_digit() || is_masking(letter) {
            run.push(letter);
            parted = false;
        } else if matches!(letter, ' ' | '-') && !parted {
            parted = true;
        } else {
            if run.len() > FIRST {
                runs.push(std::mem::take(&mut run));
            }
            run.clear();
            parted = true;
        }
    }
    if run.len() > FIRST {
        runs.push(run);
    }
    runs
}

fn shows_number(shown: &[char], number: &str) -> bool {
    let digits: Vec<char> = number.chars().collect();
    // More of the beginning than may be seen, whatever follows.
    let beginning = &digits[..digits.len().min(FIRST + 1)];
    if shown.windows(beginning.len()).any(|part| part == beginning) {
        return true;
    }
    if shown.len() != digits.len() || !shown.iter().copied().any(is_masking) {
        return false;
    }
    let visible: Vec<usize> = (0..shown.len())
        .filter(|at| shown[*at].is_ascii_digit())
        .collect();
    let middle = FIRST..digits.len().saturating_sub(LAST);
    visible.len() >= TELLING
        && visible.iter().all(|at| shown[*at] == digits[*at])
        && visible.iter().any(|at| middle.contains(at))
}

fn shows_code(line: &str, code: &str) -> bool {
    let Some(pattern) = &*CODE else { return false };
    let digits: Vec<char> = code.chars().collect();
    pattern.captures_iter(line).any(|found| {
        let shown: Vec<char> = found[1].chars().collect();
        let visible = || {
            shown
                .iter()
                .zip(&digits)
                .filter(|(shown, _)| shown.is_ascii_digit())
        };
        shown.len() == digits.len() && visible().count() > 0 && visible().all(|(shown, digit)| shown == digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> bool {
        let cards = PlantedCards::default();
        cards.plant(PlantedCard {
            label: "card".to_owned(),
            number: "4000001234567899".to_owned(),
            code: "9317".to_owned(),
        });
        !cards.shown_in(line).is_empty()
    }

    #[test]
    fn too_little_masking_is_seen() {
        for line in [
            "card 4000001234567899 ok",
            "card 4000 0012 3456 7899",
            "card 4000-0012-3456-7899",
            "card 400000123***",
            "card 4000001234******",
            "card ********34567899",
            "pan=xxxx-xxxx-3456-7899",
            r#"{"card_code":"9317"}"#,
            r#"{\"cvv\":\"9317\"}"#,
            "cvc=9***",
            "security code: 931x",
        ] {
            assert!(shown(line), "{line}");
        }
    }

    #[test]
    fn what_may_be_seen_is_no_finding() {
        for line in [
            "card 40000012****7899",
            "card 4000 00** **** 7899",
            "card ************7899",
            "card ending 7899",
            "cvv=****",
            "took 9317 ms",
            "card 4000001298765432",
            "2026-11-20 16:05:10.123 4000 00",
            "",
        ] {
            assert!(!shown(line), "{line}");
        }
    }
}
