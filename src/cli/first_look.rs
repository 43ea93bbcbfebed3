//! The look before the first example, and what becomes of what it finds.

use std::{path::Path, sync::Arc, time::Duration};

use tokio::task::JoinHandle;

use super::{error::CliError, output};
use crate::{
    contract::{
        capability::Capability,
        channel::{Observation, Trigger},
        rulebook::{Rulebook, entry::CaseRule},
    },
    evidence::text::TerminalText,
    plan::select::Plan,
    steps::{
        context::Context,
        look::{effect::unknown_references, first::control_delivery},
    },
    transcript::{
        look::Finding,
        record::{Event, Scope},
    },
};

/// How long the examples wait for the look; what takes longer goes on beside them.
const HEAD_START: Duration = Duration::from_secs(2);

/// The part of the look that goes on.
pub type Look = Option<JoinHandle<Vec<Finding>>>;

/// Whom the look is for.
#[derive(Clone, Copy, Debug)]
pub struct Manner<'a> {
    /// The partner's file, in which a declaration that cannot be right is an error. The built-in partner's own
    /// is right, so whatever is odd there is the partner.
    pub file: Option<&'a Path>,
    /// Whether anything is shown.
    pub quiet: bool,
}

/// Looks, where the plan sends webhooks or counts effects.
pub async fn begin(
    context: &Arc<Context>,
    plan: &Plan,
    rulebook: &Rulebook,
    manner: Manner<'_>,
) -> Result<Look, CliError> {
    let rule_of = |wanted: fn(&CaseRule) -> bool| {
        plan.selected()
            .find(|entry| rulebook.case(&entry.case()).is_some_and(wanted))
            .map(|entry| Scope {
                example: entry.example.clone(),
                attempt: 0,
            })
    };
    let counting = rule_of(|rule| rule.channels.observations.contains(&Observation::Effect));
    let Some(scope) = counting.clone().or_else(|| rule_of(sends_webhooks)) else {
        return Ok(None);
    };
    let mut look = tokio::spawn(control_delivery(Arc::clone(context), scope));
    let mut found = match &counting {
        Some(scope) => unknown_references(context, scope).await,
        None => Vec::new(),
    };
    let rest = match tokio::time::timeout(HEAD_START, &mut look).await {
        Ok(ended) => {
            found.extend(ended.unwrap_or_default());
            None
        }
        Err(_) => Some(look),
    };
    let wrong: Vec<String> = found
        .iter()
        .filter(|found| found.stops)
        .map(|found| shown(context, &found.to_string()))
        .collect();
    if manner.file.is_some() && !wrong.is_empty() {
        if let Some(look) = rest {
            look.abort();
        }
        return Err(CliError::Usage(wrong.join("\n")));
    }
    tell(context, found, manner);
    Ok(rest)
}

/// Whether a case sends webhooks.
fn sends_webhooks(rule: &CaseRule) -> bool {
    let sends = |trigger: &Trigger| matches!(trigger, Trigger::HttpOut | Trigger::RawOut);
    let of_webhooks = |need: &Capability| matches!(need, Capability::Webhooks | Capability::Event(_));
    rule.channels.triggers.iter().any(sends) && rule.needs.iter().any(of_webhooks)
}

/// Waits for what went on, unless the run was interrupted, and tells what it found.
pub async fn end(context: &Context, look: Look, manner: Manner<'_>, interrupted: bool) {
    let Some(look) = look else { return };
    if interrupted {
        look.abort();
    }
    tell(context, look.await.unwrap_or_default(), manner);
}

fn tell(context: &Context, found: Vec<Finding>, manner: Manner<'_>) {
    for found in found {
        context.recorder.record(None, Event::Note { text: found.note() });
        if manner.quiet {
            continue;
        }
        let closer = match manner.file {
            Some(file) if found.code.is_of_delivery() => format!(
                "; `senang-conformance doctor --partner {}` looks closer",
                file.display()
            ),
            _ => String::new(),
        };
        output::complain(&shown(context, &format!("remark: {found}{closer}")));
    }
}

/// A text that may repeat an answer of the partner's, as it may be shown.
fn shown(context: &Context, text: &str) -> String {
    let masked = context.recorder.mask(text).text;
    TerminalText::line(&masked).as_str().to_owned()
}
