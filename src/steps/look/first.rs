//! The look before the first example: one good delivery, with what the effects and the log show of it.

use std::sync::{Arc, OnceLock};

use super::{
    super::{context::Context, given::effect_kind},
    answered::{Asked, late, not_taken},
    effect,
    log::{self, Looked},
    said::Said,
    stuck::unproven,
    trial::{Signed, Trial, moves_a_count, plainest},
    unmade::unmade,
};
use crate::{
    config::subject::Subject,
    transcript::{look::Finding, record::Scope},
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
            let place = format!("[references] {subject}");
            return vec![unmade(place, " for the first good delivery", subject, &why)];
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
    let (due, allowance) = (context.profile.ack_deadline(), context.profile.ack_allowance());
    let mut findings: Vec<Finding> = late(asked, &sent.delivery, due, allowance).into_iter().collect();
    let said = OnceLock::new();
    let logs = async {
        let looked = log::look(&context, &scope, &sent, context.profile.settle()).await;
        if let Some(Looked { observed, .. }) = &looked {
            let _ = said.set(Said::of(&context, &sent, observed));
        }
        looked.map(|looked| looked.findings).unwrap_or_default()
    };
    if counts {
        // A line that was found while the count was waited for explains a count that did not move.
        let (moved, of_log) = futures::join!(
            effect::after(&context, &scope, effect, &sent, async {
                said.get().cloned().unwrap_or_default()
            }),
            logs
        );
        findings.extend(moved);
        findings.extend(of_log);
        return findings;
    }
    findings.extend(logs.await);
    if let (Some(Said::Otherwise(result)), true) = (said.get(), moves_a_count(kind)) {
        findings.push(unproven(&sent, effect, context.fixtures.origin(subject), result));
    }
    findings
}
