//! All causes of a run, the heaviest first.

use std::collections::BTreeMap;

use super::{
    alike::alike, among::Among, broken::broken, client, door, effects, late::late, log, operations,
    repeated::repeated, signs::SignsOfRun, told::Cause, undeclared::undeclared, unfinished::unfinished,
    unverified::unverified,
};
use crate::{
    contract::{id::ExampleId, severity::Severity},
    transcript::record::RunStarted,
    verdict::{
        lattice::Verdict,
        result::{Assessment, Row},
    },
};

/// What explains the examples that did not pass. What comes first takes what it explains: where nothing reaches the
/// endpoint, nothing else that is odd means anything. An example that no cause has stands by itself.
pub fn find(started: &RunStarted, assessment: &Assessment, signs: &SignsOfRun) -> Vec<Cause> {
    let mut among = Among::of(started, &assessment.rows, signs);
    let mut causes = unfinished(&mut among, assessment.interrupted);
    causes.extend(broken(&mut among));
    causes.extend(door::shut(&mut among));
    causes.extend(door::died(&mut among));
    causes.extend(effects::unreadable(&mut among));
    causes.extend(operations::failing_to_start(&mut among));
    causes.extend(client::unknown(&mut among));
    causes.extend(operations::failing(&mut among));
    causes.extend(effects::unmoved(&mut among));
    causes.extend(late(&mut among));
    causes.extend(unverified(&mut among));
    causes.extend(repeated(&mut among));
    causes.extend(log::unreadable(&mut among));
    causes.extend(log::misread(&mut among));
    causes.extend(log::another(&mut among));
    causes.extend(undeclared(&mut among));
    causes.extend(alike(&among));
    let rows: BTreeMap<&ExampleId, &Row> = assessment
        .rows
        .iter()
        .map(|row| (&row.entry.example, row))
        .collect();
    causes.sort_by_key(|cause| {
        let heaviest = cause
            .examples
            .iter()
            .filter_map(|example| rows.get(example))
            .map(|row| weight(row))
            .min();
        (
            heaviest,
            !cause.recognised,
            std::cmp::Reverse(cause.examples.len()),
        )
    });
    remark(&mut causes, &signs.remarks);
    causes
}

/// Puts each remark of the first look to the heaviest cause that is about the same section.
fn remark(causes: &mut [Cause], remarks: &[String]) {
    for remark in remarks {
        let about = |cause: &&mut Cause| cause.sections.iter().any(|section| is_about(remark, section));
        if let Some(cause) = causes.iter_mut().find(about) {
            cause.remarks.push(remark.clone());
        }
    }
}

/// Whether a remark names a section, or the operation that the section starts.
fn is_about(remark: &str, section: &str) -> bool {
    let operation = section
        .strip_prefix("[start.")
        .and_then(|rest| rest.strip_suffix(']'));
    remark.contains(section)
        || operation.is_some_and(|name| remark.contains(&format!("the operation {name} ")))
}

/// What an example means for the certificate, the heaviest first.
fn weight(row: &Row) -> u8 {
    let required = row.entry.severity == Severity::Required;
    match (row.verdict(), required) {
        (Verdict::Fail, true) => 0,
        (Verdict::None | Verdict::Error, _) => 1,
        (Verdict::Inconclusive, true) => 2,
        (Verdict::Fail, false) => 3,
        (Verdict::Inconclusive, false) => 4,
        (Verdict::Pass, _) => 5,
    }
}
