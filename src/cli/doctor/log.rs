//! Whether the log is read where the file says.

use super::{
    bench::Bench,
    report::{Section, Standing},
};
use crate::{
    config::{
        effects::Effect,
        log::{LogFormat, LogSource},
        partner::Config,
    },
    steps::look::{
        log::{Looked, look as look_for, undeclared},
        trial::Sent,
    },
    transcript::{look::Cause, observation::LogObserved},
};

/// What can be said without a delivery.
pub fn still(config: &Config, section: &mut Section) {
    let Some(log) = &config.log else {
        section.warning(
            "[log]",
            "nothing is declared",
            "the platform's rules demand a log anyway; add where it is",
        );
        return;
    };
    if let LogSource::File(path) = &log.source
        && let Err(error) = std::fs::metadata(path)
    {
        section.warning(
            "[log] path",
            format!("{}: {error}", path.display()),
            "correct the path, unless the first delivery makes the file",
        );
    }
    places(&log.format, section);
}

fn places(format: &LogFormat, section: &mut Section) {
    let lacking = undeclared(format);
    if !lacking.is_empty() {
        section.warning(
            "[log]",
            format!("has no place for {}", lacking.join(", ")),
            "LOG-01 asks for event id, time, type and result; add the places",
        );
    }
}

/// Looks for the lines of a delivery that was taken.
pub async fn look(bench: &Bench, sent: Option<&Sent>, section: &mut Section) -> Option<LogObserved> {
    let Some(log) = &bench.config.log else {
        still(&bench.config, section);
        return None;
    };
    if let Some(why) = bench.lacks("log") {
        section.not_checked("[log]", why);
        return None;
    }
    let Some(sent) = sent else {
        still(&bench.config, section);
        section.not_checked(
            "[log]",
            "no good delivery was taken whose line could be looked for",
        );
        return None;
    };
    let wait = bench.context.profile.settle();
    let Looked { observed, findings } = look_for(&bench.context, &bench.scope, sent, wait).await?;
    if findings.is_empty() {
        let line = observed
            .lines
            .iter()
            .find(|line| line.event_id.as_deref() == Some(&sent.id));
        let result = line.and_then(|line| line.result.clone());
        let said = result.as_ref().map_or_else(
            || "no result".to_owned(),
            |result| format!("the result {result:?}"),
        );
        section.ok(
            "[log]",
            format!(
                "{} of the delivery, with its id and {said}",
                lines(observed.lines.len())
            ),
        );
        if let Some(result) = result {
            counted(&bench.config, &result, section);
        }
    }
    for finding in findings {
        section.finding(Standing::Problem, finding);
    }
    places(&log.format, section);
    Some(observed)
}

fn lines(count: usize) -> String {
    match count {
        1 => "one line".to_owned(),
        count => format!("{count} lines"),
    }
}

/// Where lines are counted as effects: is the word of a good delivery one of those that count?
fn counted(config: &Config, result: &str, section: &mut Section) {
    for (subject, effect) in &config.effects {
        let Effect::Log { results, .. } = effect else {
            continue;
        };
        if !results.iter().any(|word| word.eq_ignore_ascii_case(result)) {
            section.problem(
                Cause::File,
                &format!("[effects.{subject}] results"),
                format!(
                    "a good delivery is logged as {result:?}, which is not among {}",
                    results.join(", ")
                ),
                "add the words that mean that a message was carried out",
            );
        }
    }
}
