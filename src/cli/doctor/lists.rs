//! The lists of prepared objects: there, readable, and long enough for the plan.

use super::report::Section;
use crate::{
    actors::fixtures,
    cli::{error::CliError, prepare::Profiles, supply},
    config::{partner::Config, references::Origin, subject::Subject},
    plan::select::Plan,
    transcript::look::Cause,
};

/// Looks at every list; returns the kinds whose list cannot be used.
pub fn look(
    config: &Config,
    plan: Option<&Plan>,
    profiles: &Profiles,
) -> Result<(Section, Vec<Subject>), CliError> {
    let mut section = Section::new("prepared objects");
    let mut unusable = Vec::new();
    let demand = match plan {
        Some(plan) => supply::demand(plan, profiles, config.capabilities.webhooks.len())?,
        None => supply::Demand::new(),
    };
    for (subject, origin) in &config.references {
        let Origin::Fixture { file } = origin else {
            continue;
        };
        let place = format!("[references] {subject}");
        let needed: usize = demand
            .iter()
            .filter(|((kind, _), _)| kind == subject)
            .map(|(_, count)| *count as usize)
            .sum();
        let print = "print what a run needs with `senang-conformance fixtures --partner FILE --format csv`, import it, \
                     and name the printed list";
        match fixtures::listed(*subject, file) {
            Err(error) => {
                unusable.push(*subject);
                section.problem(Cause::File, &place, error.to_string(), print);
            }
            Ok(listed) if listed < needed => section.problem(
                Cause::File,
                &place,
                format!(
                    "{} lists {listed} objects and this run needs {needed}, so {} are missing",
                    file.display(),
                    needed - listed
                ),
                print,
            ),
            Ok(listed) => section.ok(
                &place,
                format!(
                    "{} lists {listed} objects, and this run needs {needed}; each is used once, so none is touched here",
                    file.display()
                ),
            ),
        }
    }
    if section.lines.is_empty() {
        section.ok("[references]", "names no list");
    }
    Ok((section, unusable))
}
