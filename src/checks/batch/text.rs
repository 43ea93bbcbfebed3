//! Text of a row: stored as it was written, and inert where it is exported.

use super::filed::{effects, failed, handed_over, said};
use crate::checks::{
    effect::Target,
    outcome::{Grade, Outcome},
    view::View,
    words::{inconclusive, nothing_to_judge},
};

/// The name of a row is stored as it was written.
pub fn text_kept(view: View<'_>, file_id: &str, target: &Target, text: &str) -> Outcome {
    let sent = match handed_over(view, file_id) {
        Ok(sent) => sent,
        Err(outcome) => return *outcome,
    };
    let effects = match effects(view, std::slice::from_ref(target)) {
        Ok(effects) => effects,
        Err(outcome) => return *outcome,
    };
    let expected = format!("the name {text:?} stored for {}", target.reference);
    let Some((_, delta, readings)) = effects.each.first() else {
        return nothing_to_judge("the effect of a row");
    };
    match &readings.after.name {
        _ if *delta == 0 => {
            let observed = format!("the row was not taken in{}", said(view, file_id));
            failed(sent, "row-lost", expected, observed, effects.records())
        }
        Some(name) if name == text => effects.passed(),
        Some(name) => {
            let observed = format!("{name:?}");
            failed(sent, "text-changed", expected, observed, effects.records())
        }
        None => inconclusive(format!(
            "the channel [effects.{}] returns no name, so the stored text cannot be read; add name to the declaration",
            target.kind.name()
        )),
    }
}

/// Text that a spreadsheet would take for a formula is exported so that it is none. `mark` stands in it
/// and nowhere else.
pub fn export_inert(view: View<'_>, file_id: &str, reference: &str, mark: &str) -> Outcome {
    let sent = match handed_over(view, file_id) {
        Ok(sent) => sent,
        Err(outcome) => return *outcome,
    };
    let Some((number, exported)) = view.batch_export(reference) else {
        return nothing_to_judge("the export");
    };
    let text = match &exported.text {
        Ok(text) => text,
        Err(why) => {
            return inconclusive(format!(
                "the export could not be read: {why}; repair [batch.export]"
            ));
        }
    };
    let cells = cells_with(text, mark);
    if cells.is_empty() {
        return inconclusive(format!(
            "the export for {reference} does not show the text that was stored; make it one that does"
        ));
    }
    match cells.iter().find(|cell| is_formula(cell)) {
        None => Outcome::Passed {
            grade: Some(Grade::A),
        },
        Some(cell) => failed(
            sent,
            "formula-live",
            "a cell that a spreadsheet shows as text, for example with an apostrophe before it".to_owned(),
            format!("the cell {cell:?}"),
            [number],
        ),
    }
}

/// The cells of a text with separated values that hold the mark, without their quotes.
fn cells_with(text: &str, mark: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut letters = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                push(&mut cells, '"');
            }
            '"' if quoted => quoted = false,
            '"' if cells.last().is_some_and(String::is_empty) => quoted = true,
            ',' | ';' | '\t' | '\n' | '\r' if !quoted => cells.push(String::new()),
            letter => push(&mut cells, letter),
        }
    }
    cells.retain(|cell| cell.contains(mark));
    cells
}

fn push(cells: &mut [String], letter: char) {
    if let Some(cell) = cells.last_mut() {
        cell.push(letter);
    }
}

/// Whether a spreadsheet would take the cell for a formula (OWASP, CSV injection).
fn is_formula(cell: &str) -> bool {
    cell.starts_with([
        '=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ])
}
