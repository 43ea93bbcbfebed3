//! What the status of a payment report means. Only the exact texts `1` and `0` mean anything (002:B.2).

use crate::reference::defect::{Defect, Defects};

/// What a report says about the payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Money came in.
    Paid,
    /// The attempt failed.
    Failed,
    /// Neither: the order waits on.
    Open,
}

/// Reads a status.
pub fn meaning(status: &str, defects: Defects) -> Meaning {
    match status {
        "1" => Meaning::Paid,
        _ if mistaken_for_paid(status, defects) => Meaning::Paid,
        "0" => Meaning::Failed,
        _ => Meaning::Open,
    }
}

fn mistaken_for_paid(status: &str, defects: Defects) -> bool {
    let is_one = |number: Result<f64, _>| number.is_ok_and(|number| (number - 1.0).abs() < f64::EPSILON);
    defects.has(Defect::AnyCallbackIsPaid)
        || defects.has(Defect::PendingAsPaid) && status == "3"
        || defects.has(Defect::LooseEquals) && (status == "true" || is_one(status.trim().parse()))
        || defects.has(Defect::LooseStatusSplit) && status.parse() == Ok(1_u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_texts_mean_anything() {
        let clean = Defects::default();
        assert_eq!(meaning("1", clean), Meaning::Paid);
        assert_eq!(meaning("0", clean), Meaning::Failed);
        for other in ["2", "3", "01", "1 ", "+1", "1.0", "true", "success", "", "00"] {
            assert_eq!(meaning(other, clean), Meaning::Open, "{other:?}");
        }
    }

    #[test]
    fn each_defect_takes_what_it_names_for_paid() {
        for (defect, taken, left) in [
            (Defect::AnyCallbackIsPaid, &["0", "2", ""][..], &[][..]),
            (Defect::PendingAsPaid, &["3"], &["0", "2", "01"]),
            (
                Defect::LooseEquals,
                &["01", "1 ", "+1", "1.0", "true"],
                &["0", "2", "3", "success", ""],
            ),
            (Defect::LooseStatusSplit, &["01"], &["0", "1 ", "1.0", "true", ""]),
        ] {
            let defects: Defects = [defect].into_iter().collect();
            for status in taken {
                assert_eq!(meaning(status, defects), Meaning::Paid, "{defect}: {status:?}");
            }
            for status in left {
                assert_ne!(meaning(status, defects), Meaning::Paid, "{defect}: {status:?}");
            }
        }
    }
}
