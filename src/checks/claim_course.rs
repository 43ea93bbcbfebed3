//! A claim that was submitted through the API: once, and then followed by answers and webhooks.

use std::collections::BTreeSet;

use super::{
    acknowledgement::is_success,
    api::{describe, finding, unreached},
    counterpart::{asked, unobservable},
    effect::{Target, failed, grade},
    flow::value,
    outcome::{Grade, Outcome},
    state::{no_state, readings, whole},
    view::View,
    words::inconclusive,
};
use crate::{
    transcript::observation::Channel,
    wire::{fault::ApiCall, moment::Micros},
};

/// One claim came of all submissions; a repeat under the same idempotency key gets the same claim.
pub fn submitted_once(view: View<'_>) -> Outcome {
    let operation = view.operation();
    let submissions: Vec<_> = asked(view, Micros(0))
        .into_iter()
        .filter(|(_, request)| request.call == ApiCall::Claim)
        .collect();
    let claims: BTreeSet<String> = submissions
        .iter()
        .filter(|(_, request)| is_success(request.status))
        .filter_map(|(_, request)| value(request.answer.as_ref(), "claim_id"))
        .collect();
    let numbers = || submissions.iter().map(|(number, _)| *number);
    match (submissions.last(), claims.len()) {
        (None, _) => inconclusive(unreached(operation)),
        (Some((_, last)), 0) => finding(
            "claim-refused",
            operation,
            "a submission that the sandbox takes",
            describe(last),
            numbers(),
        ),
        (Some(_), 1) => Outcome::Passed {
            grade: Some(Grade::B),
        },
        (Some(_), several) => finding(
            "submitted-twice",
            operation,
            "one submission, one claim",
            format!("{several} claims in {} submissions", submissions.len()),
            numbers(),
        ),
    }
}

/// There is one claim, and it stands as the sandbox said last.
pub fn stands(view: View<'_>, target: &Target, state: &str) -> Outcome {
    if unobservable(view, target) {
        // That it was submitted, and its status asked for, is all that can be seen.
        return submitted_once(view);
    }
    let found = match readings(view, target) {
        Ok(found) => found,
        Err(outcome) => return *outcome,
    };
    let by_log = found.observed.channel == Some(Channel::Log);
    let claims = found.after.count;
    let code = match &found.after.state {
        _ if claims == 0 => "no-effect",
        _ if claims > 1 && !by_log => "duplicate-effect",
        Some(shown) if shown != state => "wrong-state",
        None if !by_log => return no_state(target),
        _ => {
            return Outcome::Passed {
                grade: Some(grade(found.observed.channel)),
            };
        }
    };
    failed(
        view,
        found.number,
        code,
        format!("one claim {} in state {state}", target.reference),
        whole(found.after),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::{
            flow::samples::{call, ended},
            samples::{code, observed, reading},
        },
        transcript::observation::{EffectKind, Moment, Read},
    };

    fn submission(
        number: u64,
        status: u16,
        claim: &str,
    ) -> std::sync::Arc<crate::transcript::record::Record> {
        let answer = format!("{{\"claim_id\":\"{claim}\"}}");
        call(number, number, "POST /v1/claims", "{}", status, &answer)
    }

    #[test]
    fn one_claim_comes_of_it() {
        let judged = |claims: &[(u16, &str)]| {
            let mut records = vec![ended(9, "claim", "success")];
            records.extend(
                (1..)
                    .zip(claims)
                    .map(|(n, (status, claim))| submission(n, *status, claim)),
            );
            code(submitted_once(View::new(&records)))
        };
        assert_eq!(judged(&[(201, "C")]), "passed");
        assert_eq!(judged(&[(201, "C"), (201, "C")]), "passed");
        assert_eq!(judged(&[(201, "C"), (201, "D")]), "submitted-twice");
        assert_eq!(judged(&[(422, "")]), "claim-refused");
        assert_eq!(judged(&[]), "inconclusive");
    }

    #[test]
    fn it_stands_where_the_platform_says() {
        let target = Target {
            kind: EffectKind::Order,
            reference: "ORD-1".to_owned(),
        };
        for (after, expected) in [
            (reading(2, Moment::After, 1, "approved"), "passed"),
            (reading(2, Moment::After, 2, "approved"), "duplicate-effect"),
            (reading(2, Moment::After, 1, "submitted"), "wrong-state"),
            (reading(2, Moment::After, 0, "absent"), "no-effect"),
            (observed(2, Moment::After, Read::NoChannel), "passed"),
        ] {
            let records = [submission(1, 201, "C"), after];
            assert_eq!(code(stands(View::new(&records), &target, "approved")), expected);
        }
        assert_eq!(code(stands(View::new(&[]), &target, "approved")), "inconclusive");
    }
}
