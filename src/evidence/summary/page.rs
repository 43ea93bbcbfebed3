//! Lines of the summary: a label, a text, and colours where there are any.

use std::fmt::Write as _;

use crate::evidence::{files, text::TerminalText};

/// Characters in a line.
const WIDTH: usize = 100;
/// Most different texts that are shown of one kind in one fold.
const MOST_DISTINCT: usize = 6;
/// Column in which texts begin behind their labels.
const COLUMN: usize = 14;

#[derive(Clone, Copy)]
pub(super) enum Ink {
    Red,
    Green,
    Yellow,
    Magenta,
    Bold,
    Faint,
    Plain,
}

pub(super) struct Page {
    pub(super) text: String,
    pub(super) colour: bool,
}

impl Page {
    pub(super) fn fields(&mut self, label: &str, distinct: &[(String, String)]) {
        match distinct {
            [(text, _)] => self.field(label, text),
            several => {
                for (index, (text, letters)) in several.iter().take(MOST_DISTINCT).enumerate() {
                    self.field(if index == 0 { label } else { "" }, &format!("{letters}: {text}"));
                }
                let more = several.len().saturating_sub(MOST_DISTINCT);
                if more > 0 {
                    self.field("", &format!("and {more} more in {}", files::RESULTS));
                }
            }
        }
    }

    pub(super) fn field(&mut self, label: &str, text: &str) {
        let text = TerminalText::line(text);
        for (index, line) in text.wrapped(WIDTH - COLUMN - 2).into_iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            // Writing to a String cannot fail.
            let _ = writeln!(
                self.text,
                "    {}{line}",
                self.ink(Ink::Faint, &format!("{label:<COLUMN$}"))
            );
        }
    }

    /// An empty line.
    pub(super) fn gap(&mut self) {
        self.text.push('\n');
    }

    pub(super) fn painted(&mut self, ink: Ink, text: &str) {
        let indent = text.len() - text.trim_start().len();
        let text = TerminalText::line(text.trim_start());
        for line in text.wrapped(WIDTH - indent) {
            let _ = writeln!(self.text, "{:indent$}{}", "", self.ink(ink, line));
        }
    }

    fn ink(&self, ink: Ink, text: &str) -> String {
        if !self.colour || text.trim().is_empty() {
            return text.to_owned();
        }
        let code = match ink {
            Ink::Red => "1;31",
            Ink::Green => "1;32",
            Ink::Yellow => "33",
            Ink::Magenta => "35",
            Ink::Bold => "1",
            Ink::Faint => "2",
            Ink::Plain => return text.to_owned(),
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}
