//! The look before the first example, and what becomes of what it finds.

use std::{sync::Arc, time::Duration};

use tokio::task::JoinHandle;

use super::{error::CliError, output};
use crate::{
    contract::{channel::Observation, rulebook::Rulebook},
    plan::select::Plan,
    steps::{
        context::Context,
        first_look::{Found, control_delivery, unknown_references},
    },
    transcript::record::Scope,
};

/// How long the examples wait for the look; what takes longer goes on beside them.
const HEAD_START: Duration = Duration::from_secs(2);

/// The part of the look that goes on.
pub type Look = Option<JoinHandle<Vec<Found>>>;

/// Looks, where the plan counts effects. With `strict` a declaration that cannot be right is an error; the
/// built-in partner's own file is right, so whatever is odd there is the partner.
pub async fn begin(
    context: &Arc<Context>,
    plan: &Plan,
    rulebook: &Rulebook,
    strict: bool,
) -> Result<Look, CliError> {
    let counts = |observations: &[Observation]| observations.contains(&Observation::Effect);
    let first = plan.selected().find(|entry| {
        rulebook
            .case(&entry.case())
            .is_some_and(|rule| counts(&rule.channels.observations))
    });
    let Some(first) = first else { return Ok(None) };
    let scope = Scope {
        example: first.example.clone(),
        attempt: 0,
    };
    let mut look = tokio::spawn(control_delivery(Arc::clone(context), scope.clone()));
    let mut found = unknown_references(context, &scope).await;
    let rest = match tokio::time::timeout(HEAD_START, &mut look).await {
        Ok(ended) => {
            found.extend(ended.unwrap_or_default());
            None
        }
        Err(_) => Some(look),
    };
    let wrong: Vec<&str> = found
        .iter()
        .filter_map(|found| match found {
            Found::Wrong(text) => Some(text.as_str()),
            Found::Remark(_) => None,
        })
        .collect();
    if strict && !wrong.is_empty() {
        return Err(CliError::Usage(wrong.join("\n")));
    }
    tell(context, found);
    Ok(rest)
}

/// Waits for what went on, unless the run was interrupted, and tells what it found.
pub async fn end(context: &Context, look: Look, interrupted: bool) {
    let Some(look) = look else { return };
    if interrupted {
        look.abort();
    }
    tell(context, look.await.unwrap_or_default());
}

fn tell(context: &Context, found: Vec<Found>) {
    for found in found {
        let (Found::Wrong(text) | Found::Remark(text)) = found;
        output::complain(&format!("remark: {text}"));
        context.note(text);
    }
}
