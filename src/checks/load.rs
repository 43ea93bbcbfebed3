//! Many deliveries at once, and over a time.

use super::{
    acknowledgement::is_success,
    effect::{Target, grade},
    outcome::{Finding, Grade, Outcome},
    view::{Sent, View, Which},
    words::{answer, failed, inconclusive, nothing_to_judge},
};
use crate::transcript::{
    exchange::{Form, Role},
    observation::{Channel, Moment, Observed, Read},
};

/// Statuses with which a partner may put a delivery off when there are too many.
const PUT_OFF: [u16; 2] = [429, 503];

/// The burst left as fast as the case describes it; otherwise nothing was proven about bursts.
pub fn sent_within(view: View<'_>, deliveries: u32, within_millis: u64) -> Outcome {
    let mut started: Vec<_> = everything(view)
        .iter()
        .map(|sent| sent.delivery.started)
        .collect();
    started.sort_unstable();
    started.truncate(deliveries as usize);
    match (started.first(), started.last()) {
        (Some(first), Some(last)) if started.len() == deliveries as usize => {
            let took = last.millis_since(*first);
            if took <= within_millis {
                Outcome::Passed { grade: None }
            } else {
                inconclusive(format!(
                    "{deliveries} deliveries left over {took} ms instead of {within_millis} ms; when the partner \
                     answers slowly, [limits] in_flight has to be higher"
                ))
            }
        }
        _ => nothing_to_judge("the burst"),
    }
}

/// Every event was taken: answered with 2xx, or put off with 429 or 503 and taken when it was delivered
/// again. With `any_heals` every other refusal is forgiven too once the event was taken. False
/// deliveries among them must not be answered with a server error or with silence.
pub fn absorbed(view: View<'_>, any_heals: bool) -> Outcome {
    let deliveries = everything(view);
    if deliveries.is_empty() {
        return nothing_to_judge("the burst");
    }
    let taken_later = |sent: &Sent<'_>| {
        deliveries.iter().any(|other| {
            other.number > sent.number
                && other.delivery.intent.id == sent.delivery.intent.id
                && is_success(other.delivery.status())
        })
    };
    for sent in &deliveries {
        let status = sent.delivery.status();
        let put_off = status.is_some_and(|status| PUT_OFF.contains(&status));
        if is_success(status) || (put_off || any_heals) && taken_later(sent) {
            continue;
        }
        let forged = sent.delivery.intent.form.is_forged();
        if forged && status.is_some_and(|status| status < 500 || put_off) {
            continue;
        }
        let code = match status {
            None => "no-answer",
            Some(status) if status >= 500 && !put_off => "server-error",
            Some(_) => "not-acknowledged",
        };
        let expected = if forged {
            "a refusal, not a server error or silence"
        } else {
            "2xx, or 429 or 503 and then 2xx when the event is delivered again"
        };
        return failed(code, *sent, expected, answer(sent.delivery));
    }
    Outcome::Passed { grade: None }
}

/// Each of the targets took effect exactly once.
pub fn each_once(view: View<'_>, targets: &[Target]) -> Outcome {
    let Some(first) = targets.first() else {
        return nothing_to_judge("what the burst was about");
    };
    let name = first.kind.name();
    let mut worst = Grade::A;
    let mut missing = Vec::new();
    let mut repeated = Vec::new();
    for target in targets {
        let (after, number, channel) = match count(view, target, Moment::After) {
            Ok(Some(found)) => found,
            Ok(None) => return nothing_to_judge("the effect of the burst"),
            Err(why) => return inconclusive(why),
        };
        let before = match count(view, target, Moment::Before) {
            Ok(found) => found.map_or(0, |(count, ..)| count),
            Err(why) => return inconclusive(why),
        };
        worst = worst.max(grade(channel));
        match after.saturating_sub(before) {
            1 => {}
            0 => missing.push((target, number)),
            _ => repeated.push((target, number)),
        }
    }
    let (code, wrong, what) = if missing.is_empty() {
        ("duplicate-effect", &repeated, "took effect more than once")
    } else {
        ("no-effect", &missing, "took no effect")
    };
    if wrong.is_empty() {
        return Outcome::Passed { grade: Some(worst) };
    }
    let named: Vec<&str> = wrong
        .iter()
        .take(5)
        .map(|(target, _)| target.reference.as_str())
        .collect();
    let deliveries = everything(view);
    let of_named = deliveries.iter().filter(|sent| {
        let reference = sent.delivery.intent.reference.as_str();
        named.contains(&reference) && !sent.delivery.intent.form.is_forged()
    });
    let answers: Vec<String> = of_named.clone().map(|sent| answer(sent.delivery)).collect();
    let records = wrong.iter().take(5).map(|(_, number)| *number);
    Outcome::Failed(Finding {
        code: code.to_owned(),
        stimulus: format!("{} deliveries in a burst", deliveries.len()),
        expected: format!("one effect on each {name}, {} in all", targets.len()),
        observed: format!(
            "{} of {} {what}, among them {}; their deliveries were answered with {}",
            wrong.len(),
            targets.len(),
            named.join(", "),
            answers.join(", ")
        ),
        records: records.chain(of_named.map(|sent| sent.number)).collect(),
        timing: false,
    })
}

/// At most one in a hundred deliveries is not answered with 2xx.
pub fn steadily_acknowledged(view: View<'_>) -> Outcome {
    let deliveries = view.deliveries(Which::STIMULUS);
    let refused: Vec<_> = deliveries
        .iter()
        .filter(|sent| !is_success(sent.delivery.status()))
        .collect();
    match refused.first() {
        _ if deliveries.is_empty() => nothing_to_judge("the traffic"),
        Some(first) if refused.len() * 100 > deliveries.len() => failed(
            "not-acknowledged",
            **first,
            "2xx for at least 99 of 100 deliveries",
            format!(
                "{} of {} were not acknowledged, the first: {}",
                refused.len(),
                deliveries.len(),
                answer(first.delivery)
            ),
        ),
        _ => Outcome::Passed { grade: None },
    }
}

/// The 95th percentile of the acknowledgement time stays below a limit.
pub fn steadily_quick(view: View<'_>, within_millis: u64) -> Outcome {
    let deliveries = view.deliveries(Which::STIMULUS);
    let Some((slow, found)) = slowest(&deliveries) else {
        return nothing_to_judge("the traffic");
    };
    if found <= within_millis {
        return Outcome::Passed { grade: None };
    }
    timing(failed(
        "late-acknowledgement",
        slow,
        format!("95 of 100 answers within {within_millis} ms"),
        format!("the 95th percentile is {found} ms"),
    ))
}

/// The answers of the last third of the time are not slower than twice those of the first, both at the
/// 95th percentile. Times up to `floor_millis` are never called slow: below it a trend is noise.
pub fn not_slowing(view: View<'_>, time_millis: u64, floor_millis: u64) -> Outcome {
    let deliveries = view.deliveries(Which::STIMULUS);
    let Some(begin) = deliveries.iter().map(|sent| sent.delivery.started).min() else {
        return nothing_to_judge("the traffic");
    };
    let third = |number: u64| {
        let part: Vec<Sent<'_>> = deliveries
            .iter()
            .filter(|sent| {
                let at = sent.delivery.started.millis_since(begin) * 3;
                at >= number * time_millis && (number == 2 || at < (number + 1) * time_millis)
            })
            .copied()
            .collect();
        slowest(&part)
    };
    let (Some((_, first)), Some((slow, last))) = (third(0), third(2)) else {
        return nothing_to_judge("the end of the traffic");
    };
    let allowed = (2 * first).max(floor_millis);
    if last <= allowed {
        return Outcome::Passed { grade: None };
    }
    timing(failed(
        "slowing-down",
        slow,
        format!(
            "answers at the end within twice the time of the beginning ({first} ms), or {floor_millis} ms"
        ),
        format!("{last} ms at the 95th percentile of the last third"),
    ))
}

/// Stimuli and the false deliveries between them, in the order of their records.
fn everything(view: View<'_>) -> Vec<Sent<'_>> {
    let mut all = view.deliveries(Which::STIMULUS);
    let probes = view.deliveries(Which {
        role: Role::Probe,
        index: None,
    });
    all.extend(
        probes
            .into_iter()
            .filter(|sent| matches!(sent.delivery.intent.form, Form::Tampered(_))),
    );
    all.sort_by_key(|sent| sent.number);
    all
}

/// The delivery at the 95th percentile with its time in milliseconds: from its start to its answer, or to
/// the moment of giving up.
fn slowest<'a>(deliveries: &[Sent<'a>]) -> Option<(Sent<'a>, u64)> {
    let mut times: Vec<(u64, Sent<'a>)> = deliveries
        .iter()
        .map(|sent| (sent.delivery.head.millis_since(sent.delivery.started), *sent))
        .collect();
    times.sort_by_key(|(time, _)| *time);
    times
        .get((times.len() * 95 / 100).min(times.len().saturating_sub(1)))
        .map(|(time, sent)| (*sent, *time))
}

fn timing(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Failed(finding) => Outcome::Failed(Finding {
            timing: true,
            ..finding
        }),
        other => other,
    }
}

type Counted = (u64, u64, Option<Channel>);

/// Count, record number and channel of a reading; an error says why there is none.
fn count(view: View<'_>, target: &Target, moment: Moment) -> Result<Option<Counted>, String> {
    let name = target.kind.name();
    let Some((number, observed)) = view.observed(target.kind, &target.reference, moment) else {
        return Ok(None);
    };
    let Observed { read, channel, .. } = observed;
    match read {
        Read::Got(reading) => Ok(Some((reading.count, number, *channel))),
        Read::Unreadable(why) => Err(format!(
            "the effect of {name} {} could not be read: {why}; repair [effects.{name}]",
            target.reference
        )),
        Read::NoChannel => Err(format!(
            "no channel shows effects on {name}: declare [effects.{name}] (http, command, log or manual)"
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::checks::samples::code;
    use crate::{
        checks::samples,
        transcript::{
            observation::EffectKind,
            record::{Event, Record},
        },
        wire::{
            moment::Micros,
            tampering::{Tampering, Writing},
        },
    };

    fn sent(number: u64, id: &str, status: Option<u16>, start_millis: u64, millis: u64) -> Arc<Record> {
        let index = u32::try_from(number).unwrap_or(u32::MAX);
        let form = Form::Right(Writing::Plain);
        let mut delivery = samples::delivery(Role::Stimulus, index, form, status, 0);
        delivery.intent.id = id.to_owned();
        delivery.started = Micros(start_millis * 1000);
        delivery.written = delivery.started;
        delivery.head = Micros((start_millis + millis) * 1000);
        samples::record(number, Event::Delivered(Box::new(delivery)))
    }

    #[test]
    fn what_is_put_off_must_be_taken_later() {
        let judged = |first: Option<u16>, second: Option<u16>, any| {
            let records = [sent(0, "A", first, 0, 1), sent(1, "A", second, 9, 1)];
            code(absorbed(View::new(&records), any))
        };
        assert_eq!(judged(Some(503), Some(200), false), "passed");
        assert_eq!(judged(Some(429), Some(429), false), "not-acknowledged");
        assert_eq!(judged(Some(500), Some(200), false), "server-error");
        assert_eq!(judged(Some(500), Some(200), true), "passed");
        assert_eq!(judged(Some(500), Some(500), true), "server-error");
        assert_eq!(judged(None, Some(200), false), "no-answer");
        assert_eq!(code(absorbed(View::new(&[]), false)), "inconclusive");
    }

    #[test]
    fn a_forgery_in_the_burst_may_be_refused_but_not_crash() {
        let forged = |status| {
            let form = Form::Tampered(Tampering::RandomKey);
            let delivery = samples::delivery(Role::Probe, 0, form, status, 1);
            let record = samples::record(0, Event::Delivered(Box::new(delivery)));
            code(absorbed(View::new(&[record]), false))
        };
        assert_eq!(forged(Some(401)), "passed");
        assert_eq!(forged(Some(503)), "passed");
        assert_eq!(forged(Some(500)), "server-error");
        assert_eq!(forged(None), "no-answer");
    }

    #[test]
    fn one_lost_effect_is_found_among_many() {
        let target = Target {
            kind: EffectKind::Order,
            reference: "ORD-1".to_owned(),
        };
        let judged = |count| {
            let records = [
                samples::reading(0, Moment::Before, 0, "pending"),
                sent(1, "evt_1", Some(200), 0, 1),
                samples::reading(2, Moment::After, count, "paid"),
            ];
            code(each_once(View::new(&records), std::slice::from_ref(&target)))
        };
        assert_eq!(judged(1), "passed");
        assert_eq!(judged(0), "no-effect");
        assert_eq!(judged(2), "duplicate-effect");
        assert_eq!(code(each_once(View::new(&[]), &[target])), "inconclusive");
        assert_eq!(code(each_once(View::new(&[]), &[])), "inconclusive");
    }

    #[test]
    fn a_trend_is_told_from_noise() {
        let traffic = |slope: u64| -> Vec<Arc<Record>> {
            (0..30)
                .map(|number| sent(number, "A", Some(200), number * 200, 10 + slope * number))
                .collect()
        };
        assert_eq!(code(not_slowing(View::new(&traffic(0)), 6_000, 100)), "passed");
        assert_eq!(code(not_slowing(View::new(&traffic(2)), 6_000, 100)), "passed");
        assert_eq!(
            code(not_slowing(View::new(&traffic(12)), 6_000, 100)),
            "slowing-down"
        );
        assert_eq!(
            code(steadily_quick(View::new(&traffic(12)), 300)),
            "late-acknowledgement"
        );
        assert_eq!(code(steadily_quick(View::new(&traffic(12)), 2_000)), "passed");
        assert_eq!(code(not_slowing(View::new(&[]), 6_000, 100)), "inconclusive");
    }

    #[test]
    fn a_slow_sender_proves_nothing_about_bursts() {
        let records = [sent(0, "A", Some(200), 0, 1), sent(1, "B", Some(200), 1_200, 1)];
        assert_eq!(code(sent_within(View::new(&records), 2, 1_000)), "inconclusive");
        assert_eq!(code(sent_within(View::new(&records), 2, 1_200)), "passed");
        assert_eq!(code(sent_within(View::new(&records), 3, 9_000)), "inconclusive");
    }

    #[test]
    fn one_in_a_hundred_may_fail() {
        let traffic = |refused: u64| -> Vec<Arc<Record>> {
            (0..100)
                .map(|number| {
                    sent(
                        number,
                        "A",
                        Some(if number < refused { 500 } else { 200 }),
                        number,
                        1,
                    )
                })
                .collect()
        };
        assert_eq!(code(steadily_acknowledged(View::new(&traffic(1)))), "passed");
        assert_eq!(
            code(steadily_acknowledged(View::new(&traffic(2)))),
            "not-acknowledged"
        );
    }
}
