//! The look before the first example: one good delivery, with what the effects and the log show of it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use super::{
    super::{context::Context, given::effect_kind},
    answered::{Asked, not_taken},
    effect,
    log::{self, Looked},
    trial::{Signed, Trial, moves_a_count, plainest},
};
use crate::{
    config::subject::Subject,
    transcript::{
        look::{Cause, Code, Finding},
        record::Scope,
    },
};

/// Delivers one good event and looks how it was answered, whether its count goes from 0 to 1, and whether the
/// log is read rightly.
pub async fn control_delivery(context: Arc<Context>, scope: Scope) -> Vec<Finding> {
    let Some(endpoint) = context.webhook.clone() else {
        return Vec::new();
    };
    let Some((kind, subject)) = plainest(&context) else {
        return Vec::new();
    };
    // What a run takes from a list is counted beforehand, and of this look only its order.
    if subject != Subject::Order && !context.fixtures.takes_names(subject) {
        return Vec::new();
    }
    let effect = effect_kind(subject);
    let mut trial = Trial::begin(Arc::clone(&context), scope.clone());
    let prepared = match trial.prepare(subject).await {
        Ok(prepared) => prepared,
        Err(why) => {
            return vec![Finding::new(
                Code::ReferenceNotMade,
                Cause::File,
                format!("[references] {subject}"),
                format!("no {subject} could be made for the first good delivery: {why}"),
                "mend what makes it, or every example that needs one stays undecided",
            )];
        }
    };
    let counts = if moves_a_count(kind) && context.effects.unattended().contains(&effect) {
        match effect::before(&context, &scope, effect, &prepared.own).await {
            Ok(()) => true,
            Err(Some(finding)) => return vec![finding],
            Err(None) => false,
        }
    } else {
        false
    };
    let Ok(sent) = trial.deliver(kind, &prepared, Signed::Right).await else {
        return Vec::new();
    };
    let asked = Asked {
        place: "[webhook]",
        what: "first good delivery",
        variable: &endpoint.variable,
    };
    if let Some(finding) = not_taken(asked, &sent.delivery) {
        return vec![finding];
    }
    let logged = AtomicBool::new(false);
    let logs = async {
        let looked = log::look(&context, &scope, &sent, context.profile.settle()).await;
        if let Some(Looked { observed, .. }) = &looked {
            let processed = observed.lines.iter().any(|line| {
                let result = line.result.as_deref();
                result.is_some_and(|result| context.processed_words.iter().any(|word| word == result))
            });
            logged.store(processed, Ordering::Relaxed);
        }
        looked.map(|looked| looked.findings).unwrap_or_default()
    };
    if !counts {
        return logs.await;
    }
    // A line that was found while the count was waited for explains a count that did not move.
    let mut findings = Vec::new();
    let (moved, of_log) = futures::join!(
        effect::after(&context, &scope, effect, &sent, async {
            logged.load(Ordering::Relaxed)
        }),
        logs
    );
    findings.extend(moved);
    findings.extend(of_log);
    findings
}
