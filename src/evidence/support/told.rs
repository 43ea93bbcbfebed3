//! `support.md`: the same for people.

use std::fmt::Write as _;

use super::document::Support;
use crate::evidence::text::TerminalText;

/// The document as Markdown. Every text in it was cleaned when it was gathered; here none of it can pass for
/// markup.
pub fn told(support: &Support) -> String {
    let mut out = String::from("# Support request\n\n");
    // Writing to a String cannot fail.
    let mut fact = |name: &str, value: Option<&str>| {
        let value = value.filter(|value| !value.is_empty()).unwrap_or("not given");
        let _ = writeln!(out, "- {name}: {}", quoted(value));
    };
    fact("Partner ID", support.partner_id.as_deref());
    fact(
        "API key reference (partial)",
        support.api_key_reference.as_deref(),
    );
    let span = support
        .timestamps
        .as_ref()
        .map(|span| format!("{} to {}", span.first, span.last));
    fact("Time of the issue (UTC)", span.as_deref());
    fact("Event IDs", Some(&support.event_ids.join(", ")));
    fact("Implementation", support.run.implementation.as_deref());
    fact(
        "Run",
        Some(&format!("{}, {}", support.run.id, support.run.started_at)),
    );
    fact("Outcome of the run", Some(&support.run.outcome));
    fact("Tool version", Some(&support.run.tool_version));
    fact("Suite digest", Some(&support.run.suite_digest));
    fact("Transcript head", Some(&support.run.transcript_head));
    let _ = write!(out, "\n## Description\n\n{}", fenced(&support.description));
    let _ = writeln!(
        out,
        "\n## Samples\n\nSecrets and personal data are masked.{}",
        if support.left_out == 0 {
            String::new()
        } else {
            format!(" {} more samples are left out.", support.left_out)
        }
    );
    for sample in &support.samples {
        let _ = write!(
            out,
            "\n### {} ({}), record {}\n\n- Title: {}\n- At: {}\n- Direction: {}\n- Subject: {}\n- Event ID: {}\n",
            sample.example,
            sample.verdict,
            sample.record,
            quoted(&sample.title),
            quoted(&sample.at),
            sample.direction,
            quoted(&sample.subject),
            quoted(sample.event_id.as_deref().unwrap_or("none")),
        );
        for finding in &sample.findings {
            let _ = writeln!(out, "- Finding: {}", quoted(finding));
        }
        let _ = write!(
            out,
            "\nRequest:\n\n{}\nResponse:\n\n{}",
            fenced(&sample.request),
            fenced(&sample.response)
        );
    }
    out
}

/// One line of code, in as many backticks as it needs.
fn quoted(text: &str) -> String {
    let line = TerminalText::line(text);
    let marks = "`".repeat(longest_run(line.as_str()) + 1);
    format!("{marks} {} {marks}", line.as_str())
}

/// A block of code, in as many backticks as it needs.
fn fenced(text: &str) -> String {
    let marks = "`".repeat(longest_run(text).max(2) + 1);
    format!("{marks}text\n{text}\n{marks}\n")
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|character| character != '`').map(str::len);
    runs.max().unwrap_or_default()
}
