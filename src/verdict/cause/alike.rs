//! Examples of which no more is known than that they have the same to say.

use std::collections::BTreeMap;

use super::{
    among::{Among, codes, reasons},
    told::{Cause, Kind, Sure},
};
use crate::{
    contract::id::ExampleId,
    verdict::{lattice::Verdict, result::Row},
    wire::counted::counted,
};

/// What examples have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Common {
    /// The first finding's code, and the remedy of the case.
    Finding(String, String),
    /// The first reason, without what is different in each.
    Reason(String),
}

/// Those that say the same at least twice. What stands alone is no group, and is told with its own words.
pub(super) fn alike(among: &Among<'_>) -> Vec<Cause> {
    let mut groups: BTreeMap<(Common, bool), Vec<&Row>> = BTreeMap::new();
    for &row in among.open() {
        let harness = matches!(row.verdict(), Verdict::Error | Verdict::None);
        if let Some(common) = common(row) {
            groups.entry((common, harness)).or_default().push(row);
        }
    }
    groups
        .into_iter()
        .filter(|(_, rows)| rows.len() > 1)
        .map(|((common, harness), rows)| cause(&common, harness, &rows))
        .collect()
}

fn common(row: &Row) -> Option<Common> {
    if let Some(code) = codes(row).next() {
        return Some(Common::Finding(code.to_owned(), row.entry.fix.clone()));
    }
    reasons(row)
        .next()
        .map(|reason| Common::Reason(generalised(reason)))
}

fn cause(common: &Common, harness: bool, rows: &[&Row]) -> Cause {
    let examples: Vec<ExampleId> = rows.iter().map(|row| row.entry.example.clone()).collect();
    let case = rows
        .first()
        .map(|row| row.entry.case().to_string())
        .unwrap_or_default();
    let shared = shared_codes(rows);
    let in_part = rows
        .iter()
        .filter(|row| says_more(common, &shared, row))
        .map(|row| row.entry.example.clone())
        .collect();
    let first = rows.first().and_then(|row| row.result.as_ref());
    let (kind, title, likely, next) = match common {
        Common::Finding(code, _) => {
            let finding = first.and_then(|result| result.findings.first());
            let (expected, observed) = finding.map_or(("", ""), |finding| {
                (finding.expected.as_str(), finding.observed.as_str())
            });
            (
                Kind::Implementation,
                format!(
                    "fails in {}: {} ({})",
                    counted(rows.len(), "example"),
                    shared_title(rows),
                    shared.join(", ")
                ),
                format!("the same mistake in each; in the first, expected {expected}; observed {observed}"),
                rows.first().map_or("", |row| row.remedy(code)).to_owned(),
            )
        }
        Common::Reason(reason) if harness => (
            Kind::Environment,
            format!("this program or its surroundings failed: {reason}"),
            "something on this machine or between it and the partner; it says nothing about the partner"
                .to_owned(),
            "remedy what the reason names, and run these again with --failed".to_owned(),
        ),
        Common::Reason(reason) => (
            if reason.contains('[') {
                Kind::Configuration
            } else {
                Kind::Implementation
            },
            format!(
                "{} could not be decided: {reason}",
                counted(rows.len(), "example")
            ),
            "the same in each: what they look at did not come about, or could not be seen".to_owned(),
            format!(
                "remedy what the reason names; `senang-conformance explain {case}` tells what is looked at"
            ),
        ),
    };
    Cause {
        kind,
        title,
        likely,
        next,
        sure: Sure::Possible,
        recognised: false,
        sections: Vec::new(),
        examples,
        in_part,
        remarks: Vec::new(),
    }
}

/// The codes that every one of them has, in the order of the first.
fn shared_codes<'a>(rows: &[&'a Row]) -> Vec<&'a str> {
    let mut shared: Vec<&str> = Vec::new();
    for code in rows.first().into_iter().flat_map(|row| codes(row)) {
        let everywhere = rows.iter().all(|row| codes(row).any(|other| other == code));
        if everywhere && !shared.contains(&code) {
            shared.push(code);
        }
    }
    shared
}

fn says_more(common: &Common, shared: &[&str], row: &Row) -> bool {
    match common {
        Common::Finding(..) => {
            codes(row).any(|other| !shared.contains(&other)) || reasons(row).next().is_some()
        }
        Common::Reason(reason) => reasons(row).any(|other| generalised(other) != *reason),
    }
}

/// The title of the case that they belong to; the first one's where there are several.
fn shared_title(rows: &[&Row]) -> String {
    let first = rows.first().map_or("", |row| row.entry.title.as_str());
    let whole = rows.iter().all(|row| row.entry.title == first);
    let title = first
        .rsplit_once(": ")
        .filter(|_| !whole)
        .map_or(first, |(case, _)| case);
    title.to_owned()
}

/// A reason without references, ids and times: words with a digit become `…`.
fn generalised(reason: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    for word in reason.split_whitespace() {
        // A status is no accident.
        let status = words.last() == Some(&"status");
        let varies = !status && word.chars().any(|character| character.is_ascii_digit());
        let word = if varies { "…" } else { word };
        if !(word == "…" && words.last() == Some(&"…")) {
            words.push(word);
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_run_to_run_is_left_out() {
        assert_eq!(
            generalised("a good delivery got status 401 after 2 ms"),
            "a good delivery got status 401 after … ms"
        );
        assert_eq!(
            generalised("no effect on order ORD-P4JHQF0XJD2M; see the case"),
            "no effect on order … see the case"
        );
    }
}
