//! Declarations: that questions are answered, and what of an answer can be looked at.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    log::EXPECTED_DIGEST,
    outcome::{Finding, Outcome},
    view::View,
    words::{inconclusive, nothing_to_judge},
};
use crate::{
    config::declarations::is_blank,
    transcript::attest::{Attested, CodeSeen},
};

/// What calls of comparisons in constant time are named like.
const CONSTANT_TIME: [&str; 14] = [
    "constant_time",
    "constanttime",
    "compare_digest",
    "timingsafeequal",
    "timing_safe",
    "hash_equals",
    "secure_compare",
    "securecompare",
    "messagedigest.isequal",
    "fixedtimeequals",
    "ct_eq",
    "crypto_memcmp",
    "sodium_memcmp",
    "verify_slice",
];
/// What ordinary comparisons look like.
const PLAIN: [&str; 8] = [
    "==",
    "!=",
    ".equals(",
    ".eq(",
    "strcmp(",
    "memcmp(",
    "bytes.equal(",
    "arrays.equals(",
];

fn failed(
    number: u64,
    stimulus: String,
    code: &str,
    expected: impl Into<String>,
    observed: String,
) -> Outcome {
    Outcome::Failed(Finding {
        code: code.to_owned(),
        stimulus,
        expected: expected.into(),
        observed,
        records: vec![number],
        timing: false,
    })
}

fn stimulus(attested: &Attested) -> String {
    format!("the question {}: {}", attested.question, attested.asked)
}

fn attested<'a>(view: View<'a>, question: &str) -> Result<(u64, &'a Attested), Box<Outcome>> {
    let Some((number, attested)) = view.attested(question) else {
        return Err(Box::new(nothing_to_judge("the declaration")));
    };
    match &attested.missing {
        Some(why) => Err(Box::new(inconclusive(why.clone()))),
        None => Ok((number, attested)),
    }
}

/// The question is answered, in all its parts, by somebody with name and role, on a day. Lists hold what is
/// `due` in them. An answer is a declaration: it proves nothing else, so it has no grade.
pub fn answered(
    view: View<'_>,
    question: &str,
    fields: &[String],
    due: &BTreeMap<String, Vec<String>>,
) -> Outcome {
    let (number, attested) = match attested(view, question) {
        Ok(found) => found,
        Err(outcome) => return *outcome,
    };
    let mut open: Vec<String> = fields
        .iter()
        .filter(|field| {
            let values = attested.fields.get(*field);
            !values.is_some_and(|values| values.iter().any(|value| !is_blank(value)))
        })
        .cloned()
        .collect();
    for (key, value) in [
        ("name", &attested.name),
        ("role", &attested.role),
        ("date", &attested.date),
    ] {
        if is_blank(value) {
            open.push(key.to_owned());
        }
    }
    for (field, wanted) in due {
        let given = attested.fields.get(field).map_or(&[][..], Vec::as_slice);
        let holds = |word: &String| given.iter().any(|value| value.eq_ignore_ascii_case(word));
        let lacking: Vec<&str> = wanted
            .iter()
            .filter(|word| !holds(word))
            .map(String::as_str)
            .collect();
        if !lacking.is_empty() && !open.contains(field) {
            open.push(format!("{field} (without {})", lacking.join(", ")));
        }
    }
    if open.is_empty() {
        return Outcome::Passed { grade: None };
    }
    failed(
        number,
        stimulus(attested),
        "not-answered",
        "an answer with name, role and date; blanks and words such as \"tbd\" are none",
        format!("not answered: {}", open.join(", ")),
    )
}

/// The event types that are declared to be in scope are those under test.
pub fn scope_agrees(view: View<'_>, question: &str, field: &str, under_test: &[String]) -> Outcome {
    let (number, attested) = match attested(view, question) {
        Ok(found) => found,
        Err(outcome) => return *outcome,
    };
    let given: BTreeSet<&str> = attested
        .fields
        .get(field)
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    let tested: BTreeSet<&str> = under_test.iter().map(String::as_str).collect();
    if given == tested {
        return Outcome::Passed { grade: None };
    }
    let told = |names: &BTreeSet<&str>| match names.len() {
        0 => "none".to_owned(),
        _ => names.iter().copied().collect::<Vec<_>>().join(", "),
    };
    failed(
        number,
        stimulus(attested),
        "scope-differs",
        format!("the event types of [capabilities]: {}", told(&tested)),
        format!("declared: {}", told(&given)),
    )
}

/// The place in the code exists, as far as it is here, and holds no ordinary comparison.
pub fn constant_time(view: View<'_>, question: &str) -> Outcome {
    let (number, attested) = match attested(view, question) {
        Ok(found) => found,
        Err(outcome) => return *outcome,
    };
    let fail = |code: &str, observed: String| {
        let expected = "a line that compares signatures in constant time";
        failed(number, stimulus(attested), code, expected, observed)
    };
    match &attested.code {
        // Whether there is an answer at all is asked by another check; code that is not here is the reviewer's.
        None | Some(CodeSeen::NotHere { .. }) => Outcome::Passed { grade: None },
        Some(CodeSeen::BehindTheEnd { lines }) => {
            fail("no-such-place", format!("the file has {lines} lines"))
        }
        Some(CodeSeen::Line { text }) if text.trim().is_empty() => {
            fail("no-such-place", "an empty line".to_owned())
        }
        Some(CodeSeen::Line { text }) => {
            let bare = text.to_lowercase();
            let in_constant_time = CONSTANT_TIME.iter().any(|name| bare.contains(name));
            if !in_constant_time && PLAIN.iter().any(|sign| bare.contains(sign)) {
                return fail("plain-comparison", format!("the line {:?}", text.trim()));
            }
            Outcome::Passed { grade: None }
        }
    }
}

/// A support request shows no secret and nothing that was planted.
pub fn support_is_masked(view: View<'_>) -> Outcome {
    let Some((number, scanned)) = view.support() else {
        return nothing_to_judge("a support request");
    };
    if let Some(why) = &scanned.missing {
        return inconclusive(why.clone());
    }
    let found: Vec<&str> = scanned
        .found
        .keys()
        .map(String::as_str)
        .filter(|label| !label.starts_with(EXPECTED_DIGEST))
        .collect();
    if found.is_empty() {
        return Outcome::Passed { grade: None };
    }
    failed(
        number,
        format!("the support request {} of {} bytes", scanned.place, scanned.bytes),
        "unmasked-support",
        "no secret, and no data of a customer",
        format!("it shows {}", found.join(", ")),
    )
}

/// A support request holds what support needs.
pub fn support_is_complete(view: View<'_>) -> Outcome {
    let Some((number, scanned)) = view.support() else {
        return nothing_to_judge("a support request");
    };
    if let Some(why) = &scanned.missing {
        return inconclusive(why.clone());
    }
    let lacking: Vec<&str> = scanned
        .facts
        .iter()
        .filter(|(_, there)| !**there)
        .map(|(fact, _)| fact.as_str())
        .collect();
    if lacking.is_empty() {
        return Outcome::Passed { grade: None };
    }
    let all: Vec<&str> = scanned.facts.keys().map(String::as_str).collect();
    failed(
        number,
        format!("the support request {} of {} bytes", scanned.place, scanned.bytes),
        "support-incomplete",
        all.join(", "),
        format!("without {}", lacking.join(", ")),
    )
}

/// The run used hosts and keys of a sandbox only.
pub fn sandbox_only(view: View<'_>) -> Outcome {
    let Some((number, used)) = view.surroundings() else {
        return nothing_to_judge("what the run was made with");
    };
    let mut wrong: Vec<String> = used
        .hosts
        .iter()
        .filter(|(_, host)| looks_like_production(host))
        .map(|(place, host)| format!("{place} leads to {host}"))
        .collect();
    let keys = used
        .keys
        .iter()
        .filter_map(|(variable, looks)| Some((variable, looks.as_ref()?)));
    wrong.extend(keys.map(|(variable, looks)| format!("the key in {variable}: {looks}")));
    if wrong.is_empty() {
        return Outcome::Passed { grade: None };
    }
    failed(
        number,
        "the hosts and keys of this run".to_owned(),
        "not-the-sandbox",
        "hosts and keys of a sandbox only",
        wrong.join("; "),
    )
}

/// The build under test is named, so that the evidence belongs to something.
pub fn build_named(view: View<'_>) -> Outcome {
    let Some((number, used)) = view.surroundings() else {
        return nothing_to_judge("what the run was made with");
    };
    let moving = [
        "latest", "dev", "main", "master", "head", "snapshot", "current", "0",
    ];
    let version = used.version.trim().to_lowercase();
    if !is_blank(&used.version) && !is_blank(&used.implementation) && !moving.contains(&version.as_str()) {
        return Outcome::Passed { grade: None };
    }
    failed(
        number,
        "implementation and version in [partner]".to_owned(),
        "build-unnamed",
        "a version that is one build and no other, such as 4.2.0 or a commit",
        format!("{} {:?}", used.implementation, used.version),
    )
}

/// Whether a host calls itself one of production.
fn looks_like_production(host: &str) -> bool {
    host.split(['.', '-']).any(|label| {
        matches!(
            label.to_ascii_lowercase().as_str(),
            "prod" | "production" | "live"
        )
    })
}

#[cfg(test)]
#[path = "attest_tests.rs"]
mod tests;
