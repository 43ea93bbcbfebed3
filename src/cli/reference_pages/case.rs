//! One case on the page of its area.

use std::{collections::BTreeSet, fmt::Write as _};

use super::{
    catalogue::{Catalogue, Entry},
    clauses::link_to_clause,
    gherkin,
    markdown::{block, cell, code, table, text},
    needs::conditions,
};
use crate::{
    contract::{
        capability::Capability, channel::WithoutEffect, finding::FindingCode, lane::Lane, mode::Mode,
        rulebook::entry::Defect,
    },
    plan::filter::in_smoke,
    suite::example::Example,
};

/// The section of a case.
pub fn section(catalogue: &Catalogue, entry: Entry<'_>) -> String {
    let Entry { case, rule } = entry;
    let area = rule.id.area();
    let mut written = format!("## {}\n\n**{}** · {}", rule.id, text(&case.title), case.severity);
    if in_smoke(&rule.id) {
        written.push_str(" · part of smoke runs");
    }
    let _ = writeln!(written, " · revision {}\n", rule.revision);
    let says = |plain: &str| catalogue.linked(plain.trim(), Some(&area));
    let _ = writeln!(written, "{}\n", says(&rule.what));
    for (head, plain) in [
        ("Why.", &rule.why),
        ("What typically breaks.", &rule.breaks),
        ("How to fix.", &rule.fix),
    ] {
        let _ = writeln!(written, "**{head}** {}\n", says(plain));
    }
    let needs = all_needs(entry);
    if !needs.is_empty() {
        let _ = writeln!(written, "**Applies when** {}.\n", conditions(&needs));
    }
    let _ = writeln!(written, "{}\n", channels(entry));
    let _ = writeln!(written, "{}\n", runs(entry));
    written.push_str(&clauses(catalogue, entry));
    written.push('\n');
    written.push_str(&examples(entry, &needs));
    written.push('\n');
    let background = catalogue
        .suite
        .documents
        .iter()
        .find(|document| document.path == case.file)
        .and_then(|document| document.frame.background.as_ref());
    let _ = writeln!(written, "Steps (`features/{}`):\n", case.file);
    written.push_str(&block("gherkin", &gherkin::scenario(case, background)));
    written.push('\n');
    written.push_str(&proofs(catalogue, entry));
    written
}

/// What all examples of a case need.
fn all_needs(entry: Entry<'_>) -> Vec<Capability> {
    let mut needs = entry.rule.needs.clone();
    needs.extend(
        entry
            .case
            .needs
            .iter()
            .filter(|need| !entry.rule.needs.contains(need)),
    );
    needs
}

/// How it acts and what it looks at.
fn channels(entry: Entry<'_>) -> String {
    let channels = &entry.rule.channels;
    let named = |name: &str, meaning: &str| format!("{} ({})", code(name), lower(meaning));
    let triggers: Vec<String> = channels
        .triggers
        .iter()
        .map(|trigger| named(trigger.name(), trigger.meaning()))
        .collect();
    let observations: Vec<String> = channels
        .observations
        .iter()
        .map(|observation| named(observation.name(), observation.meaning()))
        .collect();
    let mut written = format!(
        "**Acts by** {}. **Looks at** {}.",
        triggers.join("; "),
        observations.join("; ")
    );
    let without = entry.rule.without_effect_channel;
    if without != WithoutEffect::NotAffected {
        let _ = write!(
            written,
            " Where no effect can be read: {} ({})",
            lower(without.meaning()),
            code(without.name())
        );
        written.push('.');
    }
    written
}

/// Beside what it runs and how long it takes.
fn runs(entry: Entry<'_>) -> String {
    let lane = match entry.case.lane {
        Lane::Together => "together with others",
        Lane::Quiet => "alone, because it measures or shares one address with others",
        Lane::Disruptive => "alone and after the others, because it breaks something on purpose",
        Lane::Closing => "last, because it looks back over the whole run",
    };
    let mut written = format!(
        "**Runs** {lane} (lane {}). With a compressed clock its longest example takes about {} s.",
        code(entry.case.lane.name()),
        entry.rule.takes
    );
    let mut rests: Vec<String> = entry
        .case
        .examples
        .iter()
        .filter_map(|example| example.rest())
        .map(|rest| text(&rest.to_string()))
        .collect();
    rests.dedup();
    if !rests.is_empty() {
        let _ = write!(written, " It waits for {}.", rests.join(" and "));
    }
    if entry.case.timing {
        written.push_str(
            " Its failures are about time, so it is tried up to three times, and two that agree decide.",
        );
    }
    written
}

fn clauses(catalogue: &Catalogue, entry: Entry<'_>) -> String {
    let rows = entry.rule.clauses.iter().map(|clause| {
        let says = catalogue.rulebook.clause(clause);
        [
            link_to_clause(clause),
            says.map_or_else(String::new, |says| cell(&says.text)),
        ]
    });
    table(["clause", "what it says"], rows)
}

fn examples(entry: Entry<'_>, shared: &[Capability]) -> String {
    let own: Vec<String> = entry
        .case
        .examples
        .iter()
        .map(|example| own_terms(entry, example, shared))
        .collect();
    let rows = entry.case.examples.iter();
    if own.iter().all(String::is_empty) {
        return table(
            ["example", "what it is"],
            rows.map(|example| [code(example.id().as_str()), cell(example.title())]),
        );
    }
    table(
        ["example", "what it is", "on top of the case"],
        rows.zip(own)
            .map(|(example, own)| [code(example.id().as_str()), cell(example.title()), own]),
    )
}

/// What is special about one example.
fn own_terms(entry: Entry<'_>, example: &Example, shared: &[Capability]) -> String {
    let mut terms = Vec::new();
    if example.severity() != entry.case.severity {
        terms.push(example.severity().to_string());
    }
    if example.mode() == Mode::Long {
        terms.push("only in mode `long`".to_owned());
    }
    let mut needs = entry.rule.needs_of(example.id().letter());
    needs.extend(example.needs());
    let needs: BTreeSet<Capability> = needs.into_iter().filter(|need| !shared.contains(need)).collect();
    if !needs.is_empty() {
        let needs: Vec<Capability> = needs.into_iter().collect();
        terms.push(format!("applies when {}", conditions(&needs)));
    }
    terms.join("; ")
}

/// The defects of the reference partner that the case must notice, and the codes that say so.
fn proofs(catalogue: &Catalogue, entry: Entry<'_>) -> String {
    let id = &entry.rule.id;
    let defects: Vec<&Defect> = catalogue.rulebook.defects_of(id).collect();
    let codes: BTreeSet<FindingCode> = codes_of(&defects, entry).collect();
    let mut written = "Codes by which it tells what is wrong, as its defects show them:\n\n".to_owned();
    written.push_str(&table(
        ["code", "what it means"],
        codes
            .into_iter()
            .map(|code_| [format!("[{code_}](findings.md#{code_})"), cell(code_.meaning())]),
    ));
    written.push_str("\nDefects of the reference partner that it must notice:\n\n");
    let rows = defects.iter().map(|defect| {
        let letters: Vec<&str> = defect
            .kills
            .iter()
            .filter(|kill| kill.case == *id)
            .flat_map(|kill| kill.examples.iter().map(String::as_str))
            .collect();
        [code(&defect.name), cell(&defect.description), letters.join(", ")]
    });
    written.push_str(&table(["defect", "what such a partner does", "examples"], rows));
    written
}

fn codes_of<'a>(defects: &'a [&'a Defect], entry: Entry<'a>) -> impl Iterator<Item = FindingCode> + 'a {
    defects
        .iter()
        .flat_map(|defect| &defect.kills)
        .filter(move |kill| kill.case == entry.rule.id)
        .flat_map(|kill| kill.codes.iter().copied())
}

/// A sentence as a part of another one.
pub fn lower(sentence: &str) -> String {
    let sentence = sentence.trim_end_matches('.');
    let mut characters = sentence.chars();
    let Some(first) = characters.next() else {
        return String::new();
    };
    let rest = characters.as_str();
    // Words in capitals, such as API, keep them.
    if rest.chars().next().is_some_and(char::is_uppercase) {
        return text(sentence);
    }
    text(&format!("{}{rest}", first.to_lowercase()))
}
