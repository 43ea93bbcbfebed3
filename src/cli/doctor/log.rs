//! Whether the log is read where the file says.

use std::io::ErrorKind;

use super::{
    bench::Bench,
    patient::Taken,
    report::{Section, Standing},
};
use crate::{
    config::{
        log::{LogFormat, LogSource},
        partner::Config,
    },
    steps::look::{
        log::{Looked, look as look_for, undeclared},
        said::Said,
        stuck::unproven,
    },
    transcript::observation::LogObserved,
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
        let shown = path.display();
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if error.kind() == ErrorKind::NotFound && folder.is_none_or(std::path::Path::is_dir) {
            section.not_checked(
                "[log] path",
                format!("{shown} is not there yet; it may come with the first line"),
            );
        } else {
            section.warning("[log] path", format!("{shown}: {error}"), "correct the path");
        }
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
pub async fn look(bench: &Bench, taken: &Taken, section: &mut Section) -> Option<LogObserved> {
    let Some(log) = &bench.config.log else {
        still(&bench.config, section);
        return None;
    };
    if let Some(why) = bench.lacks("log") {
        section.not_checked("[log]", why);
        return None;
    }
    let Some(sent) = taken.sent_and_taken() else {
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
        // Where its count is looked at, that says more.
        if let (Said::Otherwise(result), true, false) = (
            Said::of(&bench.context, sent, &observed),
            taken.own,
            taken.watched,
        ) {
            let origin = bench.context.fixtures.origin(taken.subject);
            let finding = unproven(sent, taken.kind, origin, &result);
            section.finding(Standing::Warning, finding);
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
