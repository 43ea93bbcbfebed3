//! The families of errors, and how they are told apart afterwards.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::within::{Ordeal, told};
use crate::checks::{
    api::{finding, unreached},
    outcome::{Grade, Outcome},
    view::View,
    words::inconclusive,
};

/// A family of errors that an operator acts upon in its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// Credentials are refused.
    Authentication,
    /// The request is wrong.
    Validation,
    /// Too many requests.
    RateLimit,
    /// The platform fails.
    Server,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Authentication,
        Self::Validation,
        Self::RateLimit,
        Self::Server,
    ];

    /// The words of the contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::Authentication => "authentication",
            Self::Validation => "validation",
            Self::RateLimit => "rate limit",
            Self::Server => "server",
        }
    }

    /// What a text about it says, in small letters and with blanks for hyphens and underscores.
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::Authentication => &["auth", "credential", "401"],
            Self::Validation => &["validat", "invalid", "not valid", "unprocessable", "422"],
            Self::RateLimit => &["rate limit", "ratelimit", "throttl", "too many requests", "429"],
            Self::Server => &["server", "upstream", "unavailable", "platform error", "503"],
        }
    }

    /// Whether a text names it.
    pub fn is_named_in(self, text: &str) -> bool {
        let text = text.to_lowercase().replace(['-', '_'], " ");
        self.words().iter().any(|word| text.contains(word))
    }
}

/// Everything that the answer of an operation and the log lines with its ids say, without the ids and the
/// addresses: they could hold a family's word by chance.
pub(super) fn text_of(view: View<'_>, ordeal: &Ordeal<'_>) -> String {
    let mut ids = ordeal.ids();
    ids.sort_by_key(|id| std::cmp::Reverse(id.len()));
    let mut texts: Vec<String> = Vec::new();
    if let Some((_, operation)) = ordeal.operation {
        let told = view.told().into_iter().find(|told| told.at == operation.ended);
        texts.extend(told.map(|told| told.text.clone()));
    }
    texts.extend(log_lines(view, ordeal));
    let mut text = texts.join("\n");
    for id in &ids {
        text = text.replace(id.as_str(), "");
    }
    text
}

/// The log lines that mention one of the ids of an operation, each once.
pub(super) fn log_lines(view: View<'_>, ordeal: &Ordeal<'_>) -> Vec<String> {
    let ids = ordeal.ids();
    let lines: BTreeSet<String> = view
        .logs()
        .into_iter()
        .filter(|observed| ids.contains(&observed.id))
        .flat_map(|observed| observed.lines.iter().map(|line| line.text.clone()))
        .collect();
    lines.into_iter().collect()
}

/// How an operator sees what an operation failed of: the declared category, else the families that answer
/// and log name.
fn mark(view: View<'_>, ordeal: &Ordeal<'_>) -> Option<String> {
    if let Some(category) = ordeal.category() {
        return Some(category.to_lowercase());
    }
    let text = text_of(view, ordeal);
    let named: Vec<&str> = Family::ALL
        .into_iter()
        .filter(|family| family.is_named_in(&text))
        .map(Family::name)
        .collect();
    (!named.is_empty()).then(|| named.join(" and "))
}

/// The failure of one family can be told from those of the others, and led back to its operation.
pub fn told_apart(view: View<'_>, family: Family, references: &[(Family, String)]) -> Outcome {
    let mut own = None;
    let mut others = Vec::new();
    for (of, reference) in references {
        let ordeal = Ordeal::of(view, reference);
        if !ordeal.seen.iter().any(|(_, request)| request.fault.is_some()) {
            return inconclusive(format!("{}: {}", of.name(), unreached(ordeal.operation)));
        }
        if *of == family {
            own = Some(ordeal);
        } else {
            others.push((*of, mark(view, &ordeal)));
        }
    }
    let Some(own) = own else {
        return inconclusive(format!("no operation failed of {}", family.name()));
    };
    let numbers = || own.seen.iter().map(|(number, _)| *number);
    let expected = format!(
        "the answer or the log calls it something else than the errors of the other families ({})",
        family.name()
    );
    let Some(mark) = mark(view, &own) else {
        let observed = format!("neither category nor log names a family; {}", told(&own.seen));
        return finding("not-told-apart", own.operation, expected, observed, numbers());
    };
    if let Some((other, _)) = others.iter().find(|(_, other)| other.as_ref() == Some(&mark)) {
        let observed = format!("{mark:?}, and an error of the family {} as well", other.name());
        return finding("not-told-apart", own.operation, expected, observed, numbers());
    }
    let answered = own.operation.is_some_and(|(_, operation)| {
        let ids = own.ids();
        let texts = view.told();
        let told = texts.into_iter().find(|told| told.at == operation.ended);
        told.is_some_and(|told| ids.iter().any(|id| told.text.contains(id)))
    });
    if answered || !log_lines(view, &own).is_empty() {
        return Outcome::Passed {
            grade: Some(Grade::B),
        };
    }
    finding(
        "not-traceable",
        own.operation,
        "the answer or a log line carries the operation's reference, correlation id or request id",
        "none of them",
        numbers(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::{ordeal::samples::*, samples::code},
        wire::fault::ApiCall,
    };

    #[test]
    fn families_are_named_in_many_ways_and_by_no_other() {
        for (family, texts) in [
            (Family::Authentication, ["Unauthorized", "bad_credentials"]),
            (Family::Validation, ["VALIDATION_ERROR", "Unprocessable Entity"]),
            (Family::RateLimit, ["rate_limit", "Too Many Requests"]),
            (Family::Server, ["server", "Service Unavailable"]),
        ] {
            for text in texts {
                for other in Family::ALL {
                    assert_eq!(other.is_named_in(text), other == family, "{text} {other:?}");
                }
            }
        }
    }

    /// Four operations that failed of the four families, with these categories.
    fn judged(
        categories: [Option<&str>; 4],
        more: &[std::sync::Arc<crate::transcript::record::Record>],
    ) -> String {
        let mut records = more.to_vec();
        let mut references = Vec::new();
        for (place, (family, category)) in Family::ALL.into_iter().zip(categories).enumerate() {
            let from = place as u64 * 10;
            let reference = format!("ORD-{place}");
            records.push(struck(ApiCall::Quotation, from + 1, 500));
            records.push(operation(&reference, "failed", category, from, from + 5));
            references.push((family, reference));
        }
        code(told_apart(View::new(&records), Family::RateLimit, &references))
    }

    #[test]
    fn a_category_of_its_own_and_a_trace_are_needed() {
        let apart = [Some("E1"), Some("E2"), Some("E3"), Some("E4")];
        let line = logged("ORD-2", &["ORD-2 failed"]);
        assert_eq!(judged(apart, std::slice::from_ref(&line)), "passed");
        assert_eq!(judged(apart, &[]), "not-traceable");
        assert_eq!(judged(apart, &[told_user("sorry (ORD-2)", 25)]), "passed");
        let alike = [Some("E1"), Some("E2"), Some("E1"), Some("E4")];
        assert_eq!(judged(alike, std::slice::from_ref(&line)), "not-told-apart");
        assert_eq!(judged([None; 4], std::slice::from_ref(&line)), "not-told-apart");
        let named = logged("ORD-2", &["ORD-2 failed: too many requests"]);
        assert_eq!(
            judged([Some("x"), Some("x"), None, Some("x")], &[named]),
            "passed"
        );
    }

    #[test]
    fn an_operation_that_met_nothing_proves_nothing() {
        let records = [operation("ORD-0", "failed", Some("E1"), 0, 5)];
        let references = [(Family::Server, "ORD-0".to_owned())];
        assert_eq!(
            code(told_apart(View::new(&records), Family::Server, &references)),
            "inconclusive"
        );
    }
}
