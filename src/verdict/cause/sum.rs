//! The signs of several examples taken together.

use std::collections::BTreeMap;

use super::signs::{AtDoor, AtEffect, AtLog, AtOperation, AtSandbox, Signs};

/// The signs of all of them.
pub(super) fn together<'a>(all: impl IntoIterator<Item = &'a Signs>) -> Signs {
    let mut sum = Signs::default();
    for signs in all {
        for (door, at) in &signs.doors {
            add_door(sum.doors.entry(*door).or_default(), at);
        }
        for (kind, at) in &signs.effects {
            add_effect(sum.effects.entry(*kind).or_default(), at);
        }
        for (name, at) in &signs.operations {
            add_operation(sum.operations.entry(name.clone()).or_default(), at);
        }
        add_log(&mut sum.log, &signs.log);
        sum.last_sign = sum.last_sign.max(signs.last_sign);
        sum.gone.extend(&signs.gone);
        let AtSandbox {
            known,
            wrong,
            missing,
        } = signs.sandbox;
        sum.sandbox.known += known;
        sum.sandbox.wrong += wrong;
        sum.sandbox.missing += missing;
    }
    sum
}

fn add_door(sum: &mut AtDoor, at: &AtDoor) {
    add_counts(&mut sum.right, &at.right);
    add_counts(&mut sum.kept_after, &at.kept_after);
    sum.genuine_refused += at.genuine_refused;
    sum.forged_kept += at.forged_kept;
    sum.forged_refused += at.forged_refused;
    sum.keyless_kept += at.keyless_kept;
    sum.keyless_refused += at.keyless_refused;
    sum.last_answer = sum.last_answer.max(at.last_answer);
    sum.lost.extend(&at.lost);
    sum.detail = at.detail.clone().or(sum.detail.take());
    sum.ahead = match (sum.ahead, at.ahead) {
        (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
        (one, other) => one.or(other),
    };
}

fn add_effect(sum: &mut AtEffect, at: &AtEffect) {
    sum.read += at.read;
    sum.moved += at.moved;
    sum.compared += at.compared;
    sum.bare += at.bare;
    sum.absent = at.absent.or(sum.absent);
    sum.failed += at.failed;
    sum.why = at.why.clone().or(sum.why.take());
}

fn add_operation(sum: &mut AtOperation, at: &AtOperation) {
    sum.done += at.done;
    sum.failed += at.failed;
    sum.unusable += at.unusable;
    add_counts(&mut sum.statuses, &at.statuses);
    sum.why = at.why.clone().or(sum.why.take());
}

fn add_log(sum: &mut AtLog, at: &AtLog) {
    sum.searched += at.searched;
    sum.found += at.found;
    sum.found_lines += at.found_lines;
    sum.with_id += at.with_id;
    sum.with_time += at.with_time;
    sum.with_result += at.with_result;
    sum.with_type += at.with_type;
    add_counts(&mut sum.results, &at.results);
    sum.failed += at.failed;
    sum.why = at.why.clone().or(sum.why.take());
    sum.lines = sum.lines.max(at.lines);
    sum.known_ids = sum.known_ids.max(at.known_ids);
}

fn add_counts<K: Ord + Clone>(sum: &mut BTreeMap<K, u64>, more: &BTreeMap<K, u64>) {
    for (key, count) in more {
        *sum.entry(key.clone()).or_default() += count;
    }
}
