//! A replaced API key: the new one is used, the old one no more.

use super::{
    api::{describe, finding, unreached},
    outcome::{Grade, Outcome},
    view::View,
    words::inconclusive,
};
use crate::transcript::{
    exchange::{Credential, SeenRequest},
    observation::OperationEnd,
};

/// After the old key has ended, the operation succeeds with the new one and the old one is not sent.
pub fn key_replaced(view: View<'_>) -> Outcome {
    let operation = view.operation();
    let seen = view.seen();
    let with = |credential: Credential| {
        let found: Vec<(u64, &SeenRequest)> = seen
            .iter()
            .filter(|(_, request)| request.credential == credential)
            .copied()
            .collect();
        found
    };
    let old = with(Credential::Retired);
    if let Some((_, first)) = old.first() {
        return finding(
            "old-key-used",
            operation,
            "no request with the key that a rotation has ended",
            format!("{} requests with it; the first: {}", old.len(), describe(first)),
            old.iter().map(|(number, _)| *number),
        );
    }
    let new = [with(Credential::Client), with(Credential::ApiKey)].concat();
    let Some((number, _)) = new.first() else {
        return inconclusive(format!(
            "no request carried the new key ({})",
            unreached(operation)
        ));
    };
    match operation.map(|(_, operation)| &operation.end) {
        Some(OperationEnd::Finished { outcome, .. }) if outcome == "success" => Outcome::Passed {
            grade: Some(Grade::B),
        },
        Some(OperationEnd::Finished { outcome, .. }) => finding(
            "fails-with-new-key",
            operation,
            "the operation succeeds with the new key",
            format!("it ended as {outcome}"),
            [*number],
        ),
        _ => inconclusive(unreached(operation)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        checks::{
            ordeal::samples::{operated, request, seen},
            samples::code,
        },
        transcript::record::Record,
        wire::fault::ApiCall,
    };

    fn asked(credential: Credential) -> Arc<Record> {
        let mut asked = request(ApiCall::Quotation, 1, Some(201), None);
        asked.credential = credential;
        seen(asked)
    }

    fn judged(records: &[Arc<Record>]) -> String {
        code(key_replaced(View::new(records)))
    }

    #[test]
    fn only_the_new_key_is_used_and_it_works() {
        let ended = |outcome: &str| operated(outcome, None, 0, 9);
        for new in [Credential::Client, Credential::ApiKey] {
            assert_eq!(judged(&[asked(new), ended("success")]), "passed");
            assert_eq!(judged(&[asked(new), ended("failed")]), "fails-with-new-key");
            let both = [asked(new), asked(Credential::Retired), ended("success")];
            assert_eq!(judged(&both), "old-key-used");
            assert_eq!(judged(&[asked(new)]), "inconclusive");
        }
        assert_eq!(judged(&[ended("success")]), "inconclusive");
        assert_eq!(
            judged(&[asked(Credential::Token), ended("success")]),
            "inconclusive"
        );
    }
}
