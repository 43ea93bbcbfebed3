//! Whether the sections of a file fit together: nothing is declared that nothing could test.

use super::{
    alerts::Alerts,
    batch::Handover,
    effects::Effect,
    error::Mistake,
    partner::Config,
    reader::Section,
    references::{Origin, operation_for},
    sandbox::Base,
    start::Way,
};

/// Reports every capability without the section it needs, and every section that needs another one.
pub(super) fn check(config: &Config, root: &Section<'_, '_>) {
    capabilities(config, root);
    operations(config, root);
    references(config, root);
    if !root.has("log") {
        if matches!(config.alerts, Some(Alerts::Log { .. })) {
            report(
                root,
                &["alerts"],
                "counts log lines, but there is no [log] section",
            );
        }
        for (subject, effect) in &config.effects {
            if matches!(effect, Effect::Log { .. }) {
                report(
                    root,
                    &["effects", subject.name()],
                    "counts log lines, but there is no [log] section",
                );
            }
        }
    }
}

fn capabilities(config: &Config, root: &Section<'_, '_>) {
    let declared = &config.capabilities;
    if !declared.webhooks.is_empty() && !root.has("webhook") {
        report(
            root,
            &["capabilities", "webhooks"],
            "webhooks are declared, but there is no [webhook] section; add it with url and secret_env",
        );
    }
    if !declared.recurring.is_empty() && !root.has("recurring") {
        report(
            root,
            &["capabilities", "recurring"],
            "recurring callbacks are declared, but there is no [recurring] section; add it with url and secret_env",
        );
    }
    if declared.return_template {
        let ready = config
            .recurring
            .as_ref()
            .is_none_or(|recurring| recurring.return_url.is_some() && recurring.return_template.is_some());
        if !root.has("recurring") || !ready {
            report(
                root,
                &["capabilities", "return_template"],
                "a return template is declared, but [recurring] does not have both return_url and return_template",
            );
        }
    }
    if declared.checkout && !started(root, "checkout") {
        report(
            root,
            &["capabilities", "checkout"],
            "hosted checkout is declared, but there is no [start.checkout] section that begins one",
        );
    }
    if declared.batch && !root.has("batch") {
        report(
            root,
            &["capabilities", "batch"],
            "batch files are declared, but there is no [batch] section; add it with folder and reject",
        );
    }
    let told = config
        .batch
        .as_ref()
        .is_some_and(|batch| batch.handover == Handover::Start);
    if told && !started(root, "batch") {
        report(
            root,
            &["batch", "handover"],
            "there is no [start.batch] section that takes a file; add it, or set handover = \"folder\"",
        );
    }
}

fn operations(config: &Config, root: &Section<'_, '_>) {
    let declared = &config.capabilities.api;
    if !declared.is_empty() && !root.has("sandbox") {
        report(
            root,
            &["capabilities", "api"],
            "operations that use the API are declared, but there is no [sandbox] section for the simulated API",
        );
    }
    let per_case = config
        .sandbox
        .as_ref()
        .is_some_and(|sandbox| sandbox.base == Base::PerCase);
    for operation in declared {
        if !started(root, operation) {
            report(
                root,
                &["capabilities", "api"],
                &format!(
                    "the operation {operation} is declared, but there is no [start.{operation}] section that begins it"
                ),
            );
            continue;
        }
        let Some(start) = config.start.get(operation) else {
            continue;
        };
        if per_case && !matches!(start.way, Way::Manual { .. }) && !start.way.mentions("api_base_url") {
            report(
                root,
                &["start", operation],
                "does not hand over {api_base_url}, which base = \"per-case\" needs; add the placeholder, or set base = \"fixed\" in [sandbox]",
            );
        }
    }
}

fn references(config: &Config, root: &Section<'_, '_>) {
    for (subject, origin) in &config.references {
        let operation = operation_for(*subject);
        if *origin == Origin::Start && !started(root, operation) {
            report(
                root,
                &["references", subject.name()],
                &format!("is to be made by a started operation, but there is no [start.{operation}] section"),
            );
        }
    }
}

fn started(root: &Section<'_, '_>, operation: &str) -> bool {
    root.value("start").is_some_and(|entry| {
        entry
            .raw()
            .as_table()
            .is_some_and(|table| table.iter().any(|(name, _)| name.get_ref() == operation))
    })
}

fn report(root: &Section<'_, '_>, path: &[&str], message: &str) {
    let mistake = Mistake::Needs(message.to_owned());
    let [section, key] = path else { return };
    let entry = root.value(section).filter(|entry| entry.raw().is_table());
    let inner = entry
        .and_then(|entry| entry.section())
        .and_then(|section| section.value(key));
    let _: Option<()> = match inner {
        Some(place) => place.wrong(mistake),
        None => root.wrong(mistake),
    };
}
