//! `reference-control` and the keeper that it talks to.

use std::{ffi::OsString, path::Path};

use super::{
    args::{ApiAuthentication, ReferenceArguments},
    error::CliError,
    exit::Exit,
    output,
    reference_partner::told_to_end,
};
use crate::{
    config::host::Host,
    reference::keeper::{self, Action, Setup, child::Launch},
};

/// Gives an order and waits until it is carried out.
pub async fn give(folder: &Path, action: Action) -> Result<Exit, CliError> {
    keeper::order(folder, action).await?;
    Ok(Exit::Success)
}

/// Keeps the partner of these arguments in a process of its own.
pub async fn keep(folder: &Path, arguments: &ReferenceArguments, host: &Host) -> Result<Exit, CliError> {
    let database = arguments.database.clone().unwrap_or_default();
    let program = std::env::current_exe().map_err(|error| CliError::Partner(error.to_string()))?;
    let setup = Setup {
        launch: Launch {
            program,
            arguments: of_partner(arguments),
        },
        environment: host.environment.clone(),
        folder: folder.to_owned(),
        database,
        address: arguments.listen,
        defects: arguments.defect.iter().copied().collect(),
    };
    let announce = |line: &str| {
        // Whoever started it and did not wait for the line does not need it.
        let _ = output::print(line);
    };
    keeper::keep(setup, announce, told_to_end(arguments.until_input_ends)).await?;
    Ok(Exit::Success)
}

/// The arguments of the kept partner, without its address.
fn of_partner(arguments: &ReferenceArguments) -> Vec<OsString> {
    let mut list: Vec<OsString> = vec!["reference-partner".into(), "--until-input-ends".into()];
    if arguments.tls {
        list.push("--tls".into());
    }
    if arguments.certificate_directory.is_some() {
        list.push("--keep-certificate".into());
    }
    let mut option = |name: &str, value: Option<OsString>| {
        if let Some(value) = value {
            list.push(name.into());
            list.push(value);
        }
    };
    let path = |path: &Option<std::path::PathBuf>| path.clone().map(OsString::from);
    option("--certificate-directory", path(&arguments.certificate_directory));
    option("--database", path(&arguments.database));
    option("--log", path(&arguments.log));
    option(
        "--api-base-url",
        arguments.api_base_url.clone().map(OsString::from),
    );
    option("--api-ca", path(&arguments.api_ca));
    let authentication = match arguments.authentication {
        ApiAuthentication::Oauth => "oauth",
        ApiAuthentication::ApiKey => "api-key",
    };
    option("--authentication", Some(authentication.into()));
    for defect in &arguments.defect {
        option("--defect", Some(defect.name().into()));
    }
    list
}
