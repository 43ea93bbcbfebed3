//! Many events at once, each about one thing: every thing must end as its own events say.

use serde::{Deserialize, Serialize};

use super::{
    effect::{Readings, Target, failed, grade},
    outcome::{Grade, Outcome},
    state::{no_state, readings, whole},
    view::View,
};
use crate::transcript::observation::Channel;

/// How one of them must end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// Which one.
    pub target: Target,
    /// Fewest effects that its own events call for.
    pub at_least: u64,
    /// Most effects that they can explain.
    pub at_most: u64,
    /// The states that its last event leaves it in.
    pub one_of: Vec<String>,
}

/// What is wrong with one of them, by its finding code; none when it ended rightly.
fn wrong(end: &End, found: &Readings<'_>) -> Option<&'static str> {
    let delta = found
        .after
        .count
        .saturating_sub(found.before.map_or(0, |before| before.count));
    if found.observed.channel == Some(Channel::Log) {
        // A log counts every processed event, whatever it brought about.
        return (delta < end.at_least).then_some("no-effect");
    }
    if delta > end.at_most {
        Some("touched-another")
    } else if delta < end.at_least {
        Some("no-effect")
    } else {
        let state = found.after.state.as_ref()?;
        (!end.one_of.contains(state)).then_some("wrong-state")
    }
}

/// Every one of them ended as its own last event says. An effect more than its own events explain came
/// from an event about another one.
pub fn each_its_own(view: View<'_>, ends: &[End]) -> Outcome {
    let (mut codes, mut numbers, mut expected, mut observed) = (vec![], vec![], vec![], vec![]);
    let mut worst = Grade::A;
    let mut stateless = None;
    for end in ends {
        let found = match readings(view, &end.target) {
            Ok(found) => found,
            Err(outcome) => return *outcome,
        };
        let Some(code) = wrong(end, &found) else {
            if found.after.state.is_none() && found.observed.channel != Some(Channel::Log) {
                stateless = Some(&end.target);
            }
            worst = worst.max(grade(found.observed.channel));
            continue;
        };
        codes.push(code);
        numbers.push(found.number);
        let (name, reference) = (end.target.kind.name(), &end.target.reference);
        expected.push(format!("{name} {reference} is {}", end.one_of.join(" or ")));
        observed.push(format!("{reference}: {}", whole(found.after)));
    }
    let strayed = codes.iter().find(|code| **code == "touched-another");
    match (strayed.or(codes.first()), numbers.first(), stateless) {
        (Some(code), Some(number), _) => failed(
            view,
            *number,
            code,
            format!("each ends as its own last event says: {}", expected.join("; ")),
            observed.join("; "),
        ),
        (_, _, Some(target)) => no_state(target),
        _ => Outcome::Passed { grade: Some(worst) },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        checks::samples::{observed, reading},
        transcript::{
            observation::{EffectKind, Moment, Read},
            record::Record,
        },
    };

    fn judged(at_least: u64, at_most: u64, state: &str, after: Arc<Record>) -> String {
        let end = End {
            target: Target {
                kind: EffectKind::Order,
                reference: "ORD-1".to_owned(),
            },
            at_least,
            at_most,
            one_of: vec![state.to_owned()],
        };
        let records = [reading(0, Moment::Before, 0, "pending"), after];
        match each_its_own(View::new(&records), &[end]) {
            Outcome::Failed(finding) => finding.code,
            Outcome::Passed { grade } => format!("{grade:?}"),
            Outcome::Inconclusive { .. } => "inconclusive".to_owned(),
            Outcome::NotApplicable { .. } => "not applicable".to_owned(),
        }
    }

    #[test]
    fn an_effect_too_many_is_told_from_one_too_few() {
        let after = |count, state| reading(1, Moment::After, count, state);
        assert_eq!(judged(1, 1, "paid", after(1, "paid")), "Some(A)");
        assert_eq!(judged(1, 1, "paid", after(0, "failed")), "no-effect");
        assert_eq!(judged(0, 0, "failed", after(1, "paid")), "touched-another");
        assert_eq!(judged(0, 1, "cancelled", after(1, "issued")), "wrong-state");
        let unseen = observed(1, Moment::After, Read::NoChannel);
        assert_eq!(judged(1, 1, "paid", unseen), "inconclusive");
    }

    #[test]
    fn nothing_passes_without_a_reading() {
        let end = End {
            target: Target {
                kind: EffectKind::Order,
                reference: "ORD-1".to_owned(),
            },
            at_least: 0,
            at_most: 0,
            one_of: vec![],
        };
        assert!(matches!(
            each_its_own(View::new(&[]), &[end]),
            Outcome::Inconclusive { .. }
        ));
    }
}
