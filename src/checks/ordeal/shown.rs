//! Errors about single fields: they have to reach somebody who can do something about them.

use super::{
    family::{log_lines, text_of},
    within::Ordeal,
};
use crate::{
    checks::{
        api::{final_error, finding},
        outcome::{Grade, Outcome},
        view::View,
    },
    wire::fault::ApiCall,
};

/// The refusal is final, and the names of the fields that are wrong stand in what the operation showed or
/// in the log.
pub fn error_shown(view: View<'_>, reference: &str, call: ApiCall, fields: &[String]) -> Outcome {
    let refusal = final_error(view, call);
    if !matches!(refusal, Outcome::Passed { .. }) {
        return refusal;
    }
    let ordeal = Ordeal::of(view, reference);
    let text = text_of(view, &ordeal);
    let missing: Vec<&str> = fields
        .iter()
        .map(String::as_str)
        .filter(|field| !mentions(&text, field))
        .collect();
    if missing.is_empty() {
        return Outcome::Passed {
            grade: Some(Grade::B),
        };
    }
    finding(
        "details-swallowed",
        ordeal.operation,
        format!("{} reach a user, an operator or the log", fields.join(" and ")),
        format!(
            "nothing about {} in the operation's answer or in its {} log lines",
            missing.join(" and "),
            log_lines(view, &ordeal).len()
        ),
        ordeal.seen.iter().map(|(number, _)| *number),
    )
}

/// Whether a text names a field, in whatever spelling: `birth_date`, `birthDate`, `Birth date`.
pub fn mentions(text: &str, field: &str) -> bool {
    let plain = |text: &str| {
        let letters = text.chars().filter(|letter| letter.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect::<String>()
    };
    plain(text).contains(&plain(field))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::{ordeal::samples::*, samples::code};

    #[test]
    fn a_field_is_found_in_any_spelling() {
        for text in ["birth_date: is in the future", "Birth date", "customer.birthDate"] {
            assert!(mentions(text, "birth_date"), "{text}");
        }
        assert!(!mentions("something went wrong", "birth_date"));
    }

    #[test]
    fn the_names_have_to_reach_somebody() {
        let fields = ["phone".to_owned(), "birth_date".to_owned()];
        let judged = |more: &[std::sync::Arc<crate::transcript::record::Record>]| {
            let met = [struck(ApiCall::Customer, 1, 422), operated("failed", None, 0, 9)];
            let records = [met.to_vec(), more.to_vec()].concat();
            code(error_shown(
                View::new(&records),
                "ORD-1",
                ApiCall::Customer,
                &fields,
            ))
        };
        assert_eq!(judged(&[told_user("check phone and birth date", 9)]), "passed");
        assert_eq!(judged(&[logged("ORD-1", &["phone", "birthDate"])]), "passed");
        assert_eq!(judged(&[told_user("check phone", 9)]), "details-swallowed");
        assert_eq!(judged(&[]), "details-swallowed");
        assert_eq!(judged(&[struck(ApiCall::Customer, 3, 422)]), "retried");
        let nobody = [operated("failed", None, 0, 9)];
        assert_eq!(
            code(error_shown(
                View::new(&nobody),
                "ORD-1",
                ApiCall::Customer,
                &fields
            )),
            "inconclusive"
        );
    }
}
