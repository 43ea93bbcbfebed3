//! What must exist at the partner before a run, and whether the partner's lists hold it.

use std::{collections::BTreeMap, path::Path};

use super::{error::CliError, prepare::Profiles};
use crate::{
    actors::fixtures,
    checks::attempt::MOST_ATTEMPTS,
    config::{partner::Config, references::Origin, subject::Subject},
    contract::supplies::{Need, Supplies},
    plan::select::Plan,
    wire::counted::counted,
};

/// Objects by kind and amount (text with two places).
pub type Demand = BTreeMap<(Subject, String), u32>;

/// What the selected examples need, at most: those about timing may be tried again with fresh references.
/// `kinds` is the number of event types in the partner's scope.
pub fn demand(plan: &Plan, profiles: &Profiles, kinds: usize) -> Result<Demand, CliError> {
    let supplies = Supplies::embedded()?;
    let kinds = u32::try_from(kinds).unwrap_or(u32::MAX);
    let profile = &profiles.platform;
    let mut demand = Demand::new();
    let mut add = |needs: Vec<Need>, attempts: u32| {
        for Need { kind, amount, count } in needs {
            if let Some((_, subject)) = Subject::ALL.into_iter().find(|(word, _)| *word == kind) {
                *demand.entry((subject, amount)).or_default() += count * attempts;
            }
        }
    };
    if kinds > 0 {
        add(supplies.of_the_start(profile), 1);
    }
    for entry in plan.selected() {
        let attempts = if entry.timing { MOST_ATTEMPTS } else { 1 };
        let needs = supplies.of(&entry.example, profile, kinds).unwrap_or_default();
        add(needs, u32::try_from(attempts).unwrap_or(1));
    }
    Ok(demand)
}

/// An error, before anything is sent, when a list of the partner's holds fewer objects than the run needs.
pub fn check(
    config: &Config,
    plan: &Plan,
    profiles: &Profiles,
    partner: Option<&Path>,
) -> Result<(), CliError> {
    let demand = demand(plan, profiles, config.capabilities.webhooks.len())?;
    let mut missing = Vec::new();
    for (subject, origin) in &config.references {
        let Origin::Fixture { file } = origin else {
            continue;
        };
        let of_kind = demand.iter().filter(|((kind, _), _)| kind == subject);
        let needed: usize = of_kind.map(|(_, count)| *count as usize).sum();
        if needed == 0 {
            continue;
        }
        let listed = fixtures::listed(*subject, file)?;
        if listed < needed {
            missing.push(format!(
                "[references] {subject}: {} lists {} and this run needs {needed}, so {} are missing",
                file.display(),
                counted(listed, "object"),
                needed - listed
            ));
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let partner = partner.map_or_else(String::new, |path| format!(" --partner {}", path.display()));
    Err(CliError::Usage(format!(
        "{}; print what is needed with `senang-conformance fixtures{partner}` and the same --case, --area, --mode \
         and --clock, import it, and name the printed list as the fixture",
        missing.join("; ")
    )))
}
