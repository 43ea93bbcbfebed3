//! The operations that begin something: those that make objects are tried, those that act through the platform's
//! API are not.

use std::collections::BTreeMap;

use super::{
    bench::Bench,
    reach::{self, Endpoint},
    report::{Section, Standing},
};
use crate::{
    actors::fixtures::Prepared,
    config::{
        references::{Origin, operation_for},
        start::Way,
        subject::Subject,
    },
    steps::look::{trial::Trial, unmade::unmade},
};

/// What was made, by kind; the error says why it could not be.
pub type Made = BTreeMap<Subject, Result<Prepared, String>>;

/// Makes one object of each kind that a started operation makes.
pub async fn look(bench: &Bench, endpoints: &[Endpoint], trial: &mut Trial) -> (Section, Made) {
    let mut section = Section::new("start operations");
    let mut made = Made::new();
    for (subject, origin) in &bench.config.references {
        if *origin != Origin::Start {
            continue;
        }
        let operation = operation_for(*subject);
        let place = format!("[start.{operation}]");
        if let Some(why) = bench.lacks(&format!("start.{operation}")) {
            section.not_checked(&place, why.clone());
            made.insert(*subject, Err(why));
            continue;
        }
        if bench.context.trigger.needs_person(operation) {
            section.not_checked(&place, "a person is asked to do it");
            made.insert(*subject, Err(format!("{place} asks a person")));
            continue;
        }
        // One operation may make several kinds; that it fails is told once.
        let known = made.iter().find_map(|(other, result)| {
            let why = result.as_ref().err()?;
            (operation_for(*other) == operation).then(|| why.clone())
        });
        if let Some(why) = known {
            made.insert(*subject, Err(why));
            continue;
        }
        if let Some(Way::Http(call)) = bench.config.start.get(operation).map(|start| &start.way)
            && let Some(other) = reach::down(endpoints, &call.target.url)
        {
            let why = format!("the same address as that of {other} is down");
            section.not_checked(&place, why.clone());
            made.insert(*subject, Err(why));
            continue;
        }
        let result = trial.prepare(*subject).await;
        match &result {
            Ok(prepared) => section.ok(&place, format!("made the {subject} {}", prepared.own)),
            Err(why) => section.finding(Standing::Problem, unmade(place, "", *subject, why)),
        }
        made.insert(*subject, result);
    }
    others(bench, &made, &mut section);
    (section, made)
}

fn others(bench: &Bench, made: &Made, section: &mut Section) {
    let used: Vec<&str> = made.keys().map(|subject| operation_for(*subject)).collect();
    for (name, start) in &bench.config.start {
        let place = format!("[start.{name}]");
        if used.contains(&name.as_str()) {
            continue;
        }
        if matches!(name.as_str(), "order" | "subscribe") {
            section.warning(
                &place,
                "is declared, but [references] makes nothing with it",
                "add order = \"start\" (or policy, subscription) to [references], or remove the section",
            );
            continue;
        }
        let why = match &start.way {
            Way::Manual { .. } => "not tried: a person is asked to do it",
            Way::Http(_) | Way::Command(_) => {
                "not tried: it acts at the platform's API, which only a run plays; its first example tries it"
            }
        };
        section.not_checked(&place, why.trim_start_matches("not tried: "));
    }
    if section.lines.is_empty() {
        section.ok(
            "",
            "none is declared; objects come to exist by their first message, or from lists",
        );
    }
}
