//! A payment of another sum than the order's.

use super::{
    effect::{Target, failed, grade},
    outcome::Outcome,
    state::{readings, whole},
    view::View,
};

/// A payment that is too large was not taken without a word: the order is not fulfilled, or it is
/// fulfilled and flagged for a person. Where the channel has no flag, only the first can be shown.
pub fn not_taken_in_silence(view: View<'_>, target: &Target, code: &str) -> Outcome {
    let found = match readings(view, target) {
        Ok(found) => found,
        Err(outcome) => return *outcome,
    };
    let fulfilled = found.after.count > found.before.map_or(0, |before| before.count)
        || found.after.state.as_deref() == Some("paid");
    if !fulfilled || found.after.flag.is_some() {
        return Outcome::Passed {
            grade: Some(grade(found.observed.channel)),
        };
    }
    let name = target.kind.name();
    failed(
        view,
        found.number,
        code,
        format!(
            "{name} {} is not fulfilled, or fulfilled and flagged as overpaid",
            target.reference
        ),
        format!(
            "{}, and no flag: it was taken without a word, or [effects.{name}] names no place for a flag",
            whole(found.after)
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::samples::{observed, reading},
        transcript::observation::{EffectKind, Moment, Read, Reading},
    };

    fn judged(after: Reading) -> String {
        let target = Target {
            kind: EffectKind::Order,
            reference: "ORD-1".to_owned(),
        };
        let records = [
            reading(0, Moment::Before, 0, "pending"),
            observed(1, Moment::After, Read::Got(after)),
        ];
        match not_taken_in_silence(View::new(&records), &target, "sum-not-checked") {
            Outcome::Failed(finding) => finding.code,
            Outcome::Passed { .. } => "passed".to_owned(),
            Outcome::Inconclusive { reason } | Outcome::NotApplicable { reason } => reason,
        }
    }

    #[test]
    fn an_overpayment_is_left_alone_or_flagged() {
        let fulfilled = Reading {
            count: 1,
            ..Reading::default()
        };
        let flagged = Reading {
            flag: Some("overpaid".to_owned()),
            ..fulfilled.clone()
        };
        assert_eq!(judged(Reading::default()), "passed");
        assert_eq!(judged(flagged), "passed");
        assert_eq!(judged(fulfilled), "sum-not-checked");
        let shown_only = Reading {
            state: Some("paid".to_owned()),
            ..Reading::default()
        };
        assert_eq!(judged(shown_only), "sum-not-checked");
    }
}
