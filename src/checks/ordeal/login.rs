//! Refused credentials: renewed once at most, then a failure with its right name.

use super::{
    family::{Family, text_of},
    within::{Ordeal, told},
};
use crate::{
    checks::{
        api::{Scheme, finding, unreached},
        outcome::{Grade, Outcome},
        view::View,
        words::inconclusive,
    },
    transcript::exchange::SeenRequest,
    wire::fault::ApiCall,
};

/// Tries that one login may take when answers do not arrive in time.
const TRIES: usize = 4;

/// The partner fetches tokens, so they can be refused.
pub fn tokens_used(scheme: Scheme) -> Outcome {
    match scheme {
        Scheme::Oauth => Outcome::Passed { grade: None },
        Scheme::ApiKey => Outcome::NotApplicable {
            reason: "the partner authenticates with an API key and asks for no tokens".to_owned(),
        },
    }
}

/// At most so many calls and logins are refused; then the operation ends as failed, and names
/// authentication as the reason. A token request that is only made again, because its answer did not reach the
/// client, is no login of its own.
pub fn no_login_loop(view: View<'_>, reference: &str, calls: usize, token_requests: usize) -> Outcome {
    let ordeal = Ordeal::of(view, reference);
    let refused = |token: bool| -> Vec<_> {
        let mut refused = ordeal.seen.clone();
        refused.retain(|(_, request)| request.fault.is_some() && (request.call == ApiCall::Token) == token);
        refused
    };
    let refused_calls = refused(false);
    let asked = ordeal.attempts(ApiCall::Token);
    let logins = logins(&ordeal);
    if refused_calls.is_empty() && refused(true).is_empty() {
        return inconclusive(unreached(ordeal.operation));
    }
    for (what, seen, most) in [
        ("refused calls", &refused_calls, calls),
        ("logins", &logins, token_requests),
        ("token requests", &asked, token_requests * TRIES),
    ] {
        if seen.len() > most {
            return finding(
                "login-loop",
                ordeal.operation,
                format!("at most {most} {what} in one operation"),
                format!("{} {what}: {}", seen.len(), told(seen)),
                seen.iter().map(|(number, _)| *number),
            );
        }
    }
    let Some(outcome) = ordeal.outcome() else {
        return inconclusive(unreached(ordeal.operation));
    };
    if outcome != "failed" {
        return finding(
            "not-reported-failed",
            ordeal.operation,
            "the operation ends as failed",
            format!("reported as {outcome}"),
            refused_calls.iter().map(|(number, _)| *number),
        );
    }
    let named = ordeal
        .category()
        .is_some_and(|word| Family::Authentication.is_named_in(word))
        || Family::Authentication.is_named_in(&text_of(view, &ordeal));
    if named {
        return Outcome::Passed {
            grade: Some(Grade::B),
        };
    }
    finding(
        "not-named",
        ordeal.operation,
        "the category, the answer to the user or the log calls it a problem of authentication",
        format!(
            "category {}, and nothing about authentication in the answer or in the log lines of the operation",
            ordeal.category().unwrap_or("none")
        ),
        ordeal.seen.iter().map(|(number, _)| *number),
    )
}

/// The token requests without those that were only made again: granted, never used for a call, and followed by
/// the next one. The answer to such a request was late or lost, which the client cannot help.
fn logins<'a>(ordeal: &Ordeal<'a>) -> Vec<(u64, &'a SeenRequest)> {
    let next = ordeal.seen.iter().skip(1).map(Some).chain([None]);
    let with_next = ordeal.seen.iter().zip(next);
    with_next
        .filter(|((_, request), _)| request.call == ApiCall::Token)
        .filter(|((_, request), next)| {
            let again = next.is_some_and(|(_, next)| next.call == ApiCall::Token);
            request.fault.is_some() || !again
        })
        .map(|(seen, _)| *seen)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::{ordeal::samples::*, samples::code};

    fn judged(records: &[std::sync::Arc<crate::transcript::record::Record>]) -> String {
        code(no_login_loop(View::new(records), "ORD-1", 2, 2))
    }

    #[test]
    fn two_tries_and_a_name_are_right() {
        let tries = [
            honest(ApiCall::Token, 1),
            struck(ApiCall::Products, 2, 401),
            honest(ApiCall::Token, 3),
            struck(ApiCall::Products, 4, 401),
        ];
        let with = |end| [tries.to_vec(), vec![end]].concat();
        assert_eq!(
            judged(&with(operated("failed", Some("authentication"), 0, 9))),
            "passed"
        );
        assert_eq!(
            judged(&with(operated("failed", Some("other"), 0, 9))),
            "not-named"
        );
        assert_eq!(
            judged(&with(operated("success", None, 0, 9))),
            "not-reported-failed"
        );
        let logged = logged("ORD-1", &["buy ORD-1: credential refused"]);
        let told_in_log = [with(operated("failed", None, 0, 9)), vec![logged]].concat();
        assert_eq!(judged(&told_in_log), "passed");
        let third = [
            with(operated("failed", Some("auth"), 0, 9)),
            vec![struck(ApiCall::Products, 5, 401)],
        ]
        .concat();
        assert_eq!(judged(&third), "login-loop");
        let third = [
            with(operated("failed", Some("auth"), 0, 9)),
            vec![honest(ApiCall::Token, 5)],
        ]
        .concat();
        assert_eq!(judged(&third), "login-loop");
    }

    #[test]
    fn a_token_request_made_again_is_no_login() {
        let tries = |tokens: u64| {
            let mut records: Vec<_> = (1..=tokens).map(|at| honest(ApiCall::Token, at)).collect();
            records.push(struck(ApiCall::Products, 20, 401));
            records.push(honest(ApiCall::Token, 21));
            records.push(struck(ApiCall::Products, 22, 401));
            records.push(operated("failed", Some("authentication"), 0, 29));
            judged(&records)
        };
        assert_eq!(tries(4), "passed");
        assert_eq!(tries(8), "login-loop");
        let refused = [
            struck(ApiCall::Token, 1, 401),
            struck(ApiCall::Token, 2, 401),
            struck(ApiCall::Token, 3, 401),
            operated("failed", Some("authentication"), 0, 9),
        ];
        assert_eq!(judged(&refused), "login-loop");
    }

    #[test]
    fn who_never_came_is_not_judged() {
        assert_eq!(
            judged(&[operated("failed", Some("authentication"), 0, 9)]),
            "inconclusive"
        );
        assert_eq!(code(tokens_used(Scheme::ApiKey)), "not-applicable");
    }
}
