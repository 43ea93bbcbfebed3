//! Order ids as partners make them.

use super::outcome::Outcome;

/// Only a whole number can be written as a number and as a text that mean the same.
pub fn whole_number(order: &str) -> Outcome {
    let whole = order
        .parse::<u64>()
        .is_ok_and(|number| number.to_string() == order);
    if whole {
        return Outcome::Passed { grade: None };
    }
    Outcome::NotApplicable {
        reason: "the partner makes its own order ids, and they are not whole numbers".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_has_one_spelling() {
        for whole in ["0", "7", "123456789012"] {
            assert_eq!(whole_number(whole), Outcome::Passed { grade: None }, "{whole}");
        }
        for other in ["", "007", "1.0", "-1", "ORD-7", "99999999999999999999999", " 7"] {
            assert!(
                matches!(whole_number(other), Outcome::NotApplicable { .. }),
                "{other}"
            );
        }
    }
}
