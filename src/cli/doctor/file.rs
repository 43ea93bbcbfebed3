//! The partner's file. Where nothing but variables is missing, the rest can still be looked at.

use std::{collections::BTreeSet, path::Path};

use super::report::Section;
use crate::{
    config::{
        error::{ConfigError, Mistake},
        host::Host,
        partner::Config,
    },
    transcript::look::Cause,
};

/// Stands in for a secret that is not there: of the form of a webhook secret, and nobody's.
const STAND_IN: &str = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// What was read.
pub struct Read {
    /// The file, unless something is wrong with it beside missing variables.
    pub config: Option<Config>,
    /// Variables that are not there; what stands in for them is no secret of anybody's.
    pub unset: BTreeSet<String>,
    /// About the file.
    pub section: Section,
    /// About the variables that it names.
    pub secrets: Section,
}

/// Reads the file and tells all mistakes at once.
pub fn read(path: &Path, host: &Host) -> Read {
    let mut read = Read {
        config: None,
        unset: BTreeSet::new(),
        section: Section::new("file"),
        secrets: Section::new("secrets"),
    };
    let shown = path.display().to_string();
    match Config::load(path, host) {
        Ok(config) => {
            read.section.ok(&shown, said(&config));
            read.config = Some(config);
        }
        Err(error) => {
            let others = tell(&error, &shown, &mut read);
            if !others && !read.unset.is_empty() {
                with_stand_ins(path, host, &shown, &mut read);
            }
        }
    }
    read
}

fn said(config: &Config) -> String {
    format!(
        "is read: {} {} of {}, as {}",
        config.partner.implementation, config.partner.version, config.partner.name, config.partner.id
    )
}

/// Tells every mistake; whether there are others than missing variables.
fn tell(error: &ConfigError, shown: &str, read: &mut Read) -> bool {
    if error.problems().is_empty() {
        read.section.problem(
            Cause::File,
            shown,
            error.to_string(),
            "name an existing file with --partner",
        );
        return true;
    }
    let mut others = false;
    for problem in error.problems() {
        let place = format!("{}:{}: {}", problem.origin, problem.line, problem.key);
        let remedy = problem.remedy.clone().unwrap_or_else(|| "correct it".to_owned());
        let section = match &problem.mistake {
            Mistake::VariableUnset(name) | Mistake::VariableEmpty(name) => {
                read.unset.insert(name.clone());
                &mut read.secrets
            }
            _ => {
                others = true;
                &mut read.section
            }
        };
        section.problem(Cause::File, &place, problem.mistake.to_string(), remedy);
    }
    others
}

fn with_stand_ins(path: &Path, host: &Host, shown: &str, read: &mut Read) {
    let mut host = host.clone();
    for name in &read.unset {
        host.environment.insert(name.clone(), STAND_IN.to_owned());
    }
    match Config::load(path, &host) {
        Ok(config) => {
            read.section.ok(shown, said(&config));
            read.config = Some(config);
        }
        // What a missing variable had hidden.
        Err(error) => {
            tell(&error, shown, read);
        }
    }
}
