//! The last look at everything to which nothing may have happened: a late effect is still a failure.

use std::collections::BTreeMap;

use futures::{StreamExt as _, stream};

use super::{attempt::Shared, notice::Notice};
use crate::{
    checks::{check::Check, gathered::Gathered, view::View},
    steps::{context::Recheck, world::record_check},
    transcript::{observation::Moment, record::Scope},
};

/// Looks at once.
const AT_ONCE: usize = 32;

/// Takes the looks that examples asked for, grouped by attempt.
pub async fn recheck(shared: &Shared) {
    let asked = shared
        .context
        .rechecks
        .lock()
        .map(|mut list| std::mem::take(&mut *list))
        .unwrap_or_default();
    if asked.is_empty() || *shared.interrupt.borrow() {
        return;
    }
    (shared.listener)(Notice::Rechecking(asked.len()));
    let mut groups: BTreeMap<(String, u8), (Scope, Vec<Recheck>)> = BTreeMap::new();
    for recheck in asked {
        let key = (recheck.scope.example.to_string(), recheck.scope.attempt);
        groups
            .entry(key)
            .or_insert_with(|| (recheck.scope.clone(), Vec::new()))
            .1
            .push(recheck);
    }
    stream::iter(groups.into_values())
        .for_each_concurrent(AT_ONCE, |(scope, group)| async move {
            for recheck in group {
                look_once_more(shared, recheck).await;
            }
            // The file keeps them; nothing reads them from memory any more.
            drop(shared.context.recorder.take(&scope));
        })
        .await;
}

async fn look_once_more(shared: &Shared, recheck: Recheck) {
    let Recheck {
        scope,
        target,
        count,
        code,
    } = recheck;
    let context = &shared.context;
    context
        .effects
        .read(&scope, target.kind, &target.reference, Moment::Final)
        .await;
    let check = Check::UnchangedSince { target, count, code };
    let records = context.recorder.of(&scope);
    let outcome = check.evaluate(View::new(&records), &Gathered::default());
    record_check(context, &scope, &check, &outcome);
}
