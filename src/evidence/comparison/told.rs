//! The changes for people.

use super::compare::{Change, Comparison, Turned};
use crate::evidence::text::TerminalText;

/// Most lines of one kind; the rest is counted.
const MOST_LINES: usize = 40;

/// The changes as text for a terminal: every line is cleaned, and what did not change is not mentioned.
pub fn told(comparison: &Comparison) -> String {
    let mut out = Lines(String::new());
    for (name, (run, sentence)) in ["a", "b"]
        .iter()
        .zip(comparison.runs.iter().zip(&comparison.sentences))
    {
        out.line(&format!("{name}: {run}: {sentence}"));
    }
    if comparison.is_empty() {
        out.line("nothing changed");
        return out.0;
    }
    out.turned("newly failing", &comparison.newly_failing);
    out.turned("newly passing", &comparison.newly_passing);
    out.turned("other verdicts", &comparison.other_verdicts);
    out.turned("other evidence grade", &comparison.grades);
    out.turned("no longer selected", &comparison.no_longer_selected);
    out.turned("newly selected", &comparison.newly_selected);
    out.turned("waivers", &comparison.waivers);
    out.changed("the run", &comparison.facts);
    out.changed("revisions of cases", &comparison.revisions);
    out.changed("profile values", &comparison.profile);
    out.changed("configuration", &comparison.configuration);
    out.changed("times", &comparison.timings);
    out.line(if comparison.worse {
        "something got worse"
    } else {
        "nothing got worse"
    });
    out.0
}

struct Lines(String);

impl Lines {
    fn line(&mut self, text: &str) {
        self.0.push_str(TerminalText::line(text).as_str());
        self.0.push('\n');
    }

    fn list<T>(&mut self, title: &str, list: &[T], line: impl Fn(&T) -> String) {
        if list.is_empty() {
            return;
        }
        self.line(&format!("{title} ({}):", list.len()));
        for one in list.iter().take(MOST_LINES) {
            self.line(&format!("  {}", line(one)));
        }
        if list.len() > MOST_LINES {
            self.line(&format!(
                "  and {} more; --json has them all",
                list.len() - MOST_LINES
            ));
        }
    }

    fn turned(&mut self, title: &str, list: &[Turned]) {
        self.list(title, list, |turned| {
            let why = turned
                .why
                .as_ref()
                .map_or_else(String::new, |why| format!("; {why}"));
            format!(
                "{} {} ({}): {} -> {}{why}",
                turned.example, turned.title, turned.severity, turned.a, turned.b
            )
        });
    }

    fn changed(&mut self, title: &str, list: &[Change]) {
        let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
        self.list(title, list, |change| {
            format!("{}: {} -> {}", change.what, value(&change.a), value(&change.b))
        });
    }
}
