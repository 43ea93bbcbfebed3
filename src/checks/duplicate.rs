//! Several copies of one event.

use super::{
    acknowledgement::is_success,
    outcome::Outcome,
    view::{View, Which},
    words::{answer, failed, inconclusive, nothing_to_judge},
};
use crate::transcript::exchange::{Ending, Role};

/// Statuses with which the losers of a race may be put off.
const PUT_OFF: [u16; 4] = [409, 425, 429, 503];

/// Every copy is answered like a success: an error answer only buys more retries.
pub fn copies_acknowledged(view: View<'_>, within_millis: u64) -> Outcome {
    let copies = view.deliveries(Which::STIMULUS);
    if copies.len() < 2 {
        return nothing_to_judge("a second copy");
    }
    for sent in copies {
        let expected = format!("a 2xx answer within {within_millis} ms, for copies as for the first");
        let code = if sent.delivery.intent.index == 0 {
            "not-acknowledged"
        } else {
            "duplicate-refused"
        };
        if !is_success(sent.delivery.status()) {
            return failed(code, sent, expected, answer(sent.delivery));
        }
        if sent.delivery.latency_millis() > within_millis {
            return failed("late-acknowledgement", sent, expected, answer(sent.delivery));
        }
    }
    Outcome::Passed { grade: None }
}

/// Simultaneous copies: at least one is acknowledged, the others may be put off but not with another
/// server error, and the copy sent afterwards (the last one) is acknowledged.
pub fn race_settled(view: View<'_>, simultaneous: u32) -> Outcome {
    let copies = view.deliveries(Which::STIMULUS);
    let (racing, later): (Vec<_>, Vec<_>) = copies
        .into_iter()
        .partition(|sent| sent.delivery.intent.index < simultaneous);
    let [later] = later.as_slice() else {
        return nothing_to_judge("the copy after the race");
    };
    if racing.len() != simultaneous as usize {
        return nothing_to_judge("the race");
    }
    for sent in &racing {
        let polite = match &sent.delivery.ending {
            Ending::Answered(reply) => is_success(Some(reply.status)) || PUT_OFF.contains(&reply.status),
            Ending::Unanswered { .. } => false,
        };
        if !polite {
            let expected = "2xx, or 409, 425, 429 or 503 for the losers of the race";
            return failed("duplicate-refused", *sent, expected, answer(sent.delivery));
        }
    }
    if let Some(first) = racing.first()
        && !racing.iter().any(|sent| is_success(sent.delivery.status()))
    {
        return failed(
            "not-acknowledged",
            *first,
            "at least one 2xx among the copies",
            answer(first.delivery),
        );
    }
    if !is_success(later.delivery.status()) {
        let expected = "2xx for the copy sent after the race";
        return failed("duplicate-refused", *later, expected, answer(later.delivery));
    }
    Outcome::Passed { grade: None }
}

/// The copies really were simultaneous, as far as our side can tell.
pub fn simultaneous(view: View<'_>, copies: u32, within_millis: u64) -> Outcome {
    let written: Vec<_> = view
        .deliveries(Which {
            role: Role::Stimulus,
            index: None,
        })
        .iter()
        .filter(|sent| sent.delivery.intent.index < copies)
        .map(|sent| sent.delivery.written)
        .collect();
    match (written.iter().min(), written.iter().max()) {
        (Some(first), Some(last)) if last.millis_since(*first) <= within_millis => {
            Outcome::Passed { grade: None }
        }
        (Some(first), Some(last)) => inconclusive(format!(
            "the copies went out over {} ms instead of {within_millis} ms, so nothing was proven about a race",
            last.millis_since(*first)
        )),
        _ => nothing_to_judge("the race"),
    }
}
