//! `[control.<action>]`: what can be done to the partner's test system.

use std::collections::BTreeMap;

use super::{
    command::{command, prompt},
    reader::Section,
    start::Way,
};

/// Actions that a partner may offer.
pub const ACTIONS: [&str; 8] = [
    "stop",
    "start",
    "restart",
    "break-dependency",
    "restore-dependency",
    "rotate-key",
    "retire-key",
    "rotate-api-key",
];

pub(super) fn controls(section: &Section<'_, '_>) -> BTreeMap<String, Way> {
    let mut read = BTreeMap::new();
    for (name, entry) in section.members() {
        if !ACTIONS.contains(&name.as_str()) {
            let _: Option<()> = entry.unknown(&name, &ACTIONS);
            continue;
        }
        if let Some(way) = entry.section().and_then(|inner| control(&inner)) {
            read.insert(name, way);
        }
    }
    read
}

fn control(section: &Section<'_, '_>) -> Option<Way> {
    let way = if section
        .required("kind")?
        .word(&[("command", true), ("manual", false)])?
    {
        command(section, &[]).map(Way::Command)
    } else {
        prompt(section, &[]).map(|prompt| Way::Manual { prompt })
    };
    section.finish();
    way
}
