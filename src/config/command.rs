//! Commands and prompts, as sections share them.

use std::{collections::BTreeMap, fmt, path::PathBuf, time::Duration};

use serde::{Serialize, Serializer};

use super::{
    reader::Section,
    secret::Secret,
    template::Template,
    timeout::{seconds, timeout},
};

/// Environment variables that every command of the partner's receives, if they are set.
const PASSED_ALWAYS: [&str; 9] = [
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "USER",
    "SYSTEMROOT",
    "TEMP",
];

/// A command of the partner's: one program, its arguments one by one, never a shell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommandCall {
    /// The program: a path, or a name that is looked up in `PATH`.
    pub program: String,
    /// Arguments; each stays one argument whatever is filled in.
    pub args: Vec<Template>,
    /// Where it runs: the folder of the partner's file.
    #[serde(skip)]
    pub directory: PathBuf,
    /// Its whole environment.
    pub environment: Environment,
    /// Longest run time.
    #[serde(serialize_with = "seconds")]
    pub timeout: Duration,
}

/// The environment of a command. Shows names only, because passwords live in values.
#[derive(Clone, PartialEq, Eq)]
pub struct Environment {
    variables: BTreeMap<String, Secret>,
}

impl Environment {
    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.expose()))
    }

    /// The values that have the look of a secret: by the name of the variable, or as an address with
    /// a password in it.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        const TELLING: [&str; 7] = ["PASS", "PWD", "SECRET", "TOKEN", "KEY", "CREDENTIAL", "DSN"];
        self.variables.values().filter(|secret| {
            let name = secret.variable().to_uppercase();
            let value = secret.expose();
            let in_address = value.contains("://") && value.contains('@');
            value.len() >= 8 && (in_address || TELLING.iter().any(|part| name.contains(part)))
        })
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

impl Serialize for Environment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.variables.keys())
    }
}

/// Reads `program`, `args`, `pass_environment` and `timeout_seconds`.
pub(super) fn command(section: &Section<'_, '_>, allowed: &[&str]) -> Option<CommandCall> {
    let reader = section.reader();
    let program = section.text("program");
    let timeout = timeout(section);
    let args: Option<Vec<Template>> = match section.value("args") {
        Some(entry) => entry
            .items()?
            .iter()
            .map(|item| item.take(Template::parse(item.text()?, allowed)))
            .collect(),
        None => Some(Vec::new()),
    };
    let mut variables: BTreeMap<String, Secret> = PASSED_ALWAYS
        .into_iter()
        .filter_map(|name| {
            Some((
                name.to_owned(),
                Secret::new(name, reader.environment().get(name)?),
            ))
        })
        .collect();
    if let Some(entry) = section.value("pass_environment") {
        for item in entry.items()? {
            let secret = item.secret()?;
            variables.insert(secret.variable().to_owned(), secret);
        }
    }
    Some(CommandCall {
        program: program?,
        args: args?,
        directory: reader.folder().to_owned(),
        environment: Environment { variables },
        timeout,
    })
}

/// Reads the prompt to a person.
pub(super) fn prompt(section: &Section<'_, '_>, allowed: &[&str]) -> Option<Template> {
    let entry = section.required("prompt")?;
    entry.take(Template::parse(entry.filled()?, allowed))
}
