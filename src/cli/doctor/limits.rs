//! What the partner's system bears, and how long a run takes with it.

use std::time::Duration;

use super::report::Section;
use crate::{
    cli::{error::CliError, estimate, prepare::Profiles, supply},
    config::{partner::Config, sandbox::Limits},
    contract::rulebook::Rulebook,
    plan::select::Plan,
};

/// Looks at `[limits]` and the length of the run.
pub fn look(
    config: &Config,
    plan: &Plan,
    profiles: &Profiles,
    rulebook: &Rulebook,
    fixed: bool,
) -> Result<Section, CliError> {
    let mut section = Section::new("limits");
    let limits = config.limits;
    let default = Limits::default();
    let so = if limits == default { ", the default" } else { "" };
    let load = if limits.load {
        "load examples may run"
    } else {
        "load examples do not run"
    };
    let estimate_text = estimate::estimate(plan, &profiles.platform);
    section.ok(
        "[limits]",
        format!(
            "in_flight = {}, per_second = {}{so}; {load}; {estimate_text}",
            limits.in_flight, limits.per_second
        ),
    );
    // Each prepared object is sent about at least once.
    let demand = supply::demand(plan, profiles, config.capabilities.webhooks.len())?;
    let messages: u64 = demand.values().map(|count| u64::from(*count)).sum();
    let sending = Duration::from_secs(messages / u64::from(limits.per_second.max(1)));
    let waiting = plan.estimate(&profiles.platform);
    if sending > waiting {
        section.warning(
            "[limits] per_second",
            format!(
                "a run sends at least {messages} messages, which takes {} s at {} a second: longer than its longest wait",
                sending.as_secs(),
                limits.per_second
            ),
            "raise per_second if your test system bears it",
        );
    }
    if let Some(text) = estimate::one_address(plan, rulebook, fixed) {
        section.warning("[sandbox] base", text, "set base = \"per-case\" where you can");
    }
    Ok(section)
}
