//! What must follow when an operation has run into something.

use std::time::Duration;

use cucumber::then;

use super::{expect::millis, stop::Stop, world::Example};
use crate::checks::{
    check::Check,
    ordeal::{family::Family, shown::mentions, within},
    view::View,
};

impl Example {
    /// Reads the log lines that tell of the operations of this example. A log that is written behind the
    /// answers has its usual time to show each of them by one of their names and by one of their request ids.
    async fn look_into_log(&mut self) -> Result<(), Stop> {
        if self.context.log.is_none() {
            self.note("no [log] is declared, so the answers of the operations are all there is to read");
            return Ok(());
        }
        let records = self.context.recorder.of(&self.scope);
        let view = View::new(&records);
        let mut groups: Vec<Vec<String>> = view
            .operations()
            .into_iter()
            .map(|(_, operation)| within::names(operation))
            .collect();
        let struck = view
            .seen()
            .into_iter()
            .filter(|(_, request)| request.fault.is_some());
        groups.push(
            struck
                .filter_map(|(_, request)| within::request_id(request))
                .collect(),
        );
        let mut left = self.context.profile.log_window();
        for group in groups {
            let mut found = false;
            for id in &group {
                found |= self.look_for(id, Duration::ZERO).await?;
            }
            if let (false, Some(last)) = (found, group.last()) {
                let begun = self.context.clock().now();
                self.look_for(last, left).await?;
                let waited = self.context.clock().now().millis_since(begun);
                left = left.saturating_sub(Duration::from_millis(waited));
            }
        }
        Ok(())
    }

    /// Whether the log has a line with an id, at the latest after a wait.
    async fn look_for(&mut self, id: &str, wait: Duration) -> Result<bool, Stop> {
        let (log, scope, id) = (self.log()?, self.scope.clone(), id.to_owned());
        let observed = self
            .idle(async move { log.lines_with(&scope, &id, wait).await })
            .await;
        Ok(!observed.lines.is_empty())
    }
}

#[then(
    regex = r"^at most (\d+) calls and (\d+) token requests are made with it, and the operation ends as failed, named as a problem of authentication$"
)]
async fn no_loop(example: &mut Example, calls: usize, token_requests: usize) -> Result<(), Stop> {
    example.look_into_log().await?;
    let reference = example.trouble.reference();
    example.check(Check::NoLoginLoop {
        reference,
        calls,
        token_requests,
    });
    Ok(())
}

#[then("it is not repeated, ends as failed, and both fields reach a user, an operator or the log")]
async fn shown(example: &mut Example) -> Result<(), Stop> {
    example.silence().await;
    example.look_into_log().await?;
    let fields = example.trouble.complained.clone();
    let records = example.context.recorder.of(&example.scope);
    let told = View::new(&records).told();
    let in_answer = |field: &String| told.iter().any(|told| mentions(&told.text, field));
    if !fields.iter().all(in_answer) {
        example.note("what the operation showed does not name both fields, so at best the log does");
    }
    let (reference, call) = (example.trouble.reference(), example.trouble.call()?);
    example.check(Check::ErrorShown {
        reference,
        call,
        fields,
    });
    Ok(())
}

#[then("it is created under no second key, and the conflict is resolved")]
async fn resolved(example: &mut Example) -> Result<(), Stop> {
    example.silence().await;
    let (reference, call) = (example.trouble.reference(), example.trouble.call()?);
    let pause = example.trouble.pause.map(millis);
    example.check(Check::ConflictResolved {
        reference,
        call,
        pause,
    });
    Ok(())
}

#[then("it is not taken for done before an answer says so")]
async fn not_done(example: &mut Example) -> Result<(), Stop> {
    let target = example.look_at_order().await;
    let (reference, call) = (example.trouble.reference(), example.trouble.call()?);
    example.check(Check::NotTakenForDone {
        reference,
        call,
        target,
    });
    Ok(())
}

#[then("it gives up in time, and nothing counts as paid, or as failed for good where money may have moved")]
async fn gives_up(example: &mut Example) -> Result<(), Stop> {
    let within = millis(example.context.profile.client_give_up());
    let reference = example.trouble.reference();
    let target = example.look_at_order().await;
    let may_have_moved = example.trouble.call.is_some();
    example.check(match example.trouble.call {
        Some(call) => Check::GivesUp {
            reference: reference.clone(),
            call,
            within,
        },
        None => Check::EndsUnreached {
            reference: reference.clone(),
            within,
        },
    });
    slow_but_in_time(example, &reference);
    example.check(Check::LeftOpen {
        reference,
        target,
        may_have_moved,
    });
    Ok(())
}

/// Half of the time is worth a remark.
fn slow_but_in_time(example: &Example, reference: &str) {
    let note = millis(example.context.profile.client_give_up_note());
    let records = example.context.recorder.of(&example.scope);
    let view = View::new(&records);
    let slowest = view
        .seen()
        .into_iter()
        .filter(|(_, request)| request.status.is_none())
        .map(|(_, request)| request.answered.millis_since(request.received))
        .max();
    if let Some(slowest) = slowest.filter(|slowest| *slowest > note) {
        example.note(format!(
            "a request of {reference} waited {slowest} ms for an answer; more than {note} ms keeps customers waiting"
        ));
    }
}

#[then("the answer is cut off in time")]
fn cut_off(example: &mut Example) -> Result<(), Stop> {
    let within = millis(example.context.profile.answer_cut_off());
    let (reference, call) = (example.trouble.reference(), example.trouble.call()?);
    example.check(Check::CutOff {
        reference,
        call,
        within,
    });
    Ok(())
}

#[then("the attempts are bounded, and it is not taken for done before an answer says so")]
async fn bounded(example: &mut Example) -> Result<(), Stop> {
    let reference = example.trouble.reference();
    let target = example.look_at_order().await;
    let Some(call) = example.trouble.call else {
        let within = millis(example.context.profile.attempts_window());
        example.check(Check::EndsUnreached {
            reference: reference.clone(),
            within,
        });
        example.check(Check::LeftOpen {
            reference,
            target,
            may_have_moved: false,
        });
        return Ok(());
    };
    let most = *example.context.profile.max_attempts();
    example.check(Check::AttemptsBounded {
        reference: reference.clone(),
        call,
        most,
    });
    example.check(Check::NotTakenForDone {
        reference,
        call,
        target,
    });
    Ok(())
}

#[then("its next operation works")]
async fn works_again(example: &mut Example) -> Result<(), Stop> {
    let reference = example.next_operation("buy").await?;
    example.check(Check::WorksAgain { reference });
    Ok(())
}

#[then("nothing followed the failing step, and in the end there is exactly one policy and one payment")]
async fn once_in_the_end(example: &mut Example) -> Result<(), Stop> {
    let (reference, call) = (example.trouble.reference(), example.trouble.call()?);
    let target = example.look_at_order().await;
    example.check(Check::StoppedAtFailure {
        reference: reference.clone(),
        call,
    });
    example.check(Check::ResumedOnce { reference, target });
    Ok(())
}

#[then(
    regex = r"^the (authentication|validation|rate limit|server) error can be told from the others, and led back to its operation$"
)]
async fn told_apart(example: &mut Example, name: String) -> Result<(), Stop> {
    example.look_into_log().await?;
    let family = Family::ALL
        .into_iter()
        .find(|family| family.name() == name)
        .ok_or_else(|| Stop::Harness(format!("there is no family {name}")))?;
    let references = example.trouble.met.clone();
    example.check(Check::ToldApart { family, references });
    Ok(())
}

#[then("its log lines name operation, category, attempts and request id, and nothing of the answer's body")]
async fn traced(example: &mut Example) -> Result<(), Stop> {
    example.log()?;
    example.look_into_log().await?;
    let marker = example.trouble.marker.clone();
    example.look_for(&marker, Duration::ZERO).await?;
    let (reference, call) = (example.trouble.reference(), example.trouble.call()?);
    let family = example
        .trouble
        .met
        .first()
        .map(|(family, _)| *family)
        .ok_or_else(|| Stop::Harness("the feature names no family of errors".to_owned()))?;
    let marker = example.trouble.marker.clone();
    example.check(Check::Traceable {
        reference,
        call,
        family,
        marker,
    });
    Ok(())
}

#[then("no byte of HTTP is sent there, and the operation does not succeed")]
fn nothing_sent(example: &mut Example) {
    let reference = example.trouble.reference();
    example.check(Check::CertificateRefused { reference });
}
