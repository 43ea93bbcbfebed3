//! The result as people read it.

use std::fmt::Write as _;

use super::{
    foresight::Foresight,
    report::{Section, Standing},
};
use crate::{cli::exit::Exit, evidence::text::TerminalText};

/// Column in which texts begin.
const INDENT: usize = 17;
/// Longest line.
const WIDTH: usize = 118;
/// Additions that are shown.
const MOST: usize = 6;

/// All sections, what the run will be able to decide, and what follows.
pub fn text(sections: &[Section], foresight: Option<&Foresight>, file: &str, exit: Exit) -> String {
    let mut text = String::new();
    for (number, section) in sections.iter().enumerate() {
        let _ = writeln!(text, "{:>2}. {}", number + 1, section.title);
        for line in &section.lines {
            let what = if line.place.is_empty() {
                line.text.clone()
            } else {
                format!("{}: {}", line.place, line.text)
            };
            paragraph(&mut text, line.standing.words(), &what);
            if let Some(fix) = &line.fix {
                paragraph(&mut text, "", &format!("-> {fix}"));
            }
        }
    }
    if let Some(foresight) = foresight {
        let _ = writeln!(text, "\nWhat a run with this file can decide");
        if reached(sections) {
            foreseen(&mut text, foresight);
        } else {
            paragraph(
                &mut text,
                "",
                "is told here once the addresses of section 3 can be reached.",
            );
        }
    }
    text.push('\n');
    let _ = writeln!(text, "{}", closing(sections, file, exit));
    text
}

/// Whether nothing is known to be wrong with the addresses.
fn reached(sections: &[Section]) -> bool {
    let mut lines = sections
        .iter()
        .filter(|section| section.title == "reachability")
        .flat_map(|section| &section.lines);
    !lines.any(|line| line.standing == Standing::Problem)
}

fn paragraph(text: &mut String, label: &str, what: &str) {
    let cleaned = TerminalText::line(what);
    for (number, line) in cleaned.wrapped(WIDTH - INDENT).iter().enumerate() {
        let label = if number == 0 { label } else { "" };
        let _ = writeln!(text, "    {label:<width$}{line}", width = INDENT - 4);
    }
}

fn foreseen(text: &mut String, foresight: &Foresight) {
    let undecided = foresight.undecided.len();
    let mut say = |what: String| paragraph(text, "", &what);
    let by_answer = match foresight.by_answer_alone.len() {
        0 => String::new(),
        count => format!(", and {count} more are judged by the answer alone"),
    };
    say(format!(
        "{} examples apply; {undecided} of them will be inconclusive ({} required){by_answer}.",
        foresight.selected, foresight.required_undecided,
    ));
    for addition in foresight.additions.iter().take(MOST) {
        let mut parts = Vec::new();
        if addition.decides > 0 {
            parts.push(format!(
                "would decide {} ({} required)",
                many(addition.decides, "more example"),
                addition.required
            ));
        }
        if addition.together > 0 {
            parts.push(format!("is part of what {} others lack", addition.together));
        }
        if addition.proves > 0 {
            parts.push(format!(
                "would prove {} that are judged by the answer alone",
                addition.proves
            ));
        }
        say(format!("- {} {}", addition.what, parts.join("; ")));
    }
    let mut reasons: Vec<(&String, &usize)> = foresight.not_applicable.iter().collect();
    reasons.sort_by_key(|(reason, count)| (std::cmp::Reverse(**count), (*reason).clone()));
    let not: usize = reasons.iter().map(|(_, count)| **count).sum();
    if not > 0 {
        say(format!("{not} examples do not apply, most of them because:"));
    }
    for (reason, count) in reasons.into_iter().take(MOST) {
        say(format!("- {reason} ({count})"));
    }
}

fn many(number: usize, word: &str) -> String {
    match number {
        0 => format!("no {word}"),
        1 => format!("1 {word}"),
        number => format!("{number} {word}s"),
    }
}

fn closing(sections: &[Section], file: &str, exit: Exit) -> String {
    let count = |standing: Standing| {
        sections
            .iter()
            .flat_map(|section| &section.lines)
            .filter(|line| line.standing == standing)
            .count()
    };
    let counts = format!(
        "{}, {}, {} not checked",
        many(count(Standing::Problem), "problem"),
        many(count(Standing::Warning), "warning"),
        count(Standing::NotChecked)
    );
    match exit {
        Exit::Success => format!("{counts}. A run makes sense: senang-conformance run --partner {file}"),
        Exit::Usage => format!("{counts}. Mend the file, or the variables that it names, before a run."),
        Exit::NonConformant => format!(
            "{counts}. The file is right as far as it could be looked at; what is wrong is the implementation. A run shows \
             the rest: senang-conformance run --partner {file}"
        ),
        _ => format!("{counts}. Mend the surroundings (network, certificates, clocks) before a run."),
    }
}
