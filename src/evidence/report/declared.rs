//! What the partner declared, as it was recorded.

use serde::Serialize;

use super::{history::History, words};
use crate::{
    contract::id::ExampleId,
    evidence::text::HtmlText,
    transcript::attest::{Attested, CodeSeen},
};

/// A question with its answer.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Declared {
    question: HtmlText,
    asked: HtmlText,
    fields: Vec<(HtmlText, Vec<HtmlText>)>,
    name: HtmlText,
    role: HtmlText,
    date: HtmlText,
    code: Option<HtmlText>,
    missing: Option<HtmlText>,
    /// The examples that asked, with their places on the page.
    examples: Vec<(HtmlText, String)>,
}

/// The questions in the order in which they were asked, each once.
pub(super) fn declared(history: &History) -> Vec<Declared> {
    let mut asked: Vec<(&Attested, Vec<&ExampleId>)> = Vec::new();
    for (example, attested) in &history.attested {
        match asked.iter_mut().find(|(known, _)| *known == attested) {
            Some((_, examples)) => examples.extend(example),
            None => asked.push((attested, example.iter().collect())),
        }
    }
    asked
        .into_iter()
        .map(|(attested, mut examples)| {
            examples.sort();
            examples.dedup();
            declaration(attested, &examples)
        })
        .collect()
}

fn declaration(attested: &Attested, examples: &[&ExampleId]) -> Declared {
    Declared {
        question: HtmlText::line(&attested.question),
        asked: HtmlText::line(&attested.asked),
        fields: attested
            .fields
            .iter()
            .map(|(key, values)| {
                let values = values.iter().map(|value| HtmlText::block(value)).collect();
                (HtmlText::line(key), values)
            })
            .collect(),
        name: HtmlText::line(&attested.name),
        role: HtmlText::line(&attested.role),
        date: HtmlText::line(&attested.date),
        code: attested.code.as_ref().map(|seen| {
            HtmlText::line(&match seen {
                CodeSeen::Line { text } => text.clone(),
                CodeSeen::BehindTheEnd { lines } => format!("the file has only {lines} lines"),
                CodeSeen::NotHere { reason } => format!("the file cannot be read here: {reason}"),
            })
        }),
        missing: attested.missing.as_deref().map(HtmlText::line),
        examples: examples
            .iter()
            .map(|example| (HtmlText::line(example.as_str()), words::anchor(example)))
            .collect(),
    }
}
