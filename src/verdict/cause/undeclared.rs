//! Sections of `partner.toml` without which examples cannot be decided.

use super::{
    among::{Among, Draft, asks_for_declaration, codes, fit, reasons},
    told::{Cause, Kind, Sure},
};
use crate::verdict::{lattice::Verdict, result::Row};

/// One cause for each section that a reason asks for first.
pub(super) fn undeclared(among: &mut Among<'_>) -> Vec<Cause> {
    let mut wanted: Vec<(String, String)> = Vec::new();
    for row in among.open() {
        if let Some((section, reason)) = wants(row)
            && !wanted.iter().any(|(known, _)| *known == section)
        {
            wanted.push((section, reason));
        }
    }
    let mut causes = Vec::new();
    for (section, reason) in wanted {
        let inner = section.trim_matches(['[', ']']);
        let pointer = format!("/{}", inner.replace('.', "/"));
        let there = among
            .started
            .configuration
            .pointer(&pointer)
            .is_some_and(|value| !value.is_null());
        let draft = Draft {
            kind: Kind::Configuration,
            sure: Sure::Certain,
            title: if there {
                format!("{section} does not show all that is asked for")
            } else {
                format!("{section} is not declared")
            },
            likely: "what was declared is not enough to see what the partner did, so nothing could be judged; this is no \
                     failure of the partner"
                .to_owned(),
            next: next(&section, &reason, there),
            sections: vec![section.clone()],
        };
        causes.extend(among.claim(draft, |row, _| {
            wants(row).filter(|(found, _)| *found == section)?;
            fit(
                row,
                |_| false,
                |reason| asks_for_declaration(reason) && reason.contains(section.as_str()),
            )
        }));
    }
    causes
}

fn next(section: &str, reason: &str, there: bool) -> String {
    if there {
        format!("add to {section} what is missing, the first time: {reason}")
    } else {
        let or_not = if is_for_capability(section) {
            ", or take out of [capabilities] what your system does not do"
        } else {
            ""
        };
        format!("declare {section} in partner.toml{or_not}; the first time it was missed: {reason}")
    }
}

/// Whether a section is asked for because of something that stands in `[capabilities]`.
fn is_for_capability(section: &str) -> bool {
    let inner = section.trim_matches(['[', ']']);
    let kind = inner.split('.').next().unwrap_or_default();
    matches!(
        kind,
        "effects" | "start" | "sandbox" | "recurring" | "checkout" | "batch"
    )
}

/// The section that an inconclusive row asks for, and in which words.
fn wants(row: &Row) -> Option<(String, String)> {
    if row.verdict() != Verdict::Inconclusive || codes(row).next().is_some() {
        return None;
    }
    let reason = reasons(row).find(|reason| asks_for_declaration(reason))?;
    let (_, rest) = reason.split_once('[')?;
    let (section, _) = rest.split_once(']')?;
    let plain = section
        .chars()
        .all(|character| character.is_ascii_lowercase() || matches!(character, '.' | '_'));
    (plain && !section.is_empty()).then(|| (format!("[{section}]"), reason.to_owned()))
}
