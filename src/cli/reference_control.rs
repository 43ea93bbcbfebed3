//! `reference-control` and the keeper that it talks to.

use std::{ffi::OsString, path::Path};

use super::{args::ReferenceArguments, error::CliError, exit::Exit, output, reference_partner::told_to_end};
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
            arguments: of_partner(std::env::args_os().skip(1)),
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

/// The arguments of the kept partner: those of its keeper, except where it listens, which the keeper says, and
/// that it is kept.
fn of_partner(own: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    const NOT_PASSED: [&str; 2] = ["--controlled-in", "--listen"];
    const ADDED: [&str; 2] = ["--until-input-ends", "--keep-certificate"];
    let (mut passed, mut skip_value, mut keeps_files) = (Vec::new(), false, false);
    for argument in own {
        if std::mem::take(&mut skip_value) {
            continue;
        }
        let text = argument.to_string_lossy();
        let (name, value) = text
            .split_once('=')
            .map_or((text.as_ref(), None), |(name, value)| (name, Some(value)));
        keeps_files |= name == "--certificate-directory";
        if NOT_PASSED.contains(&name) {
            skip_value = value.is_none();
        } else if !ADDED.contains(&name) {
            passed.push(argument);
        }
    }
    let added = ADDED
        .into_iter()
        .filter(|name| keeps_files || *name != "--keep-certificate");
    passed.extend(added.map(OsString::from));
    passed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_partner_gets_everything_but_its_address_and_the_folder_of_orders() {
        let own = "reference-partner --listen 127.0.0.1:0 --tls --until-input-ends --controlled-in=/tmp/x \
                   --certificate-directory /tmp/x --defect no-dedupe";
        let passed = of_partner(own.split_whitespace().map(OsString::from));
        let expected = "reference-partner --tls --certificate-directory /tmp/x --defect no-dedupe \
                        --until-input-ends --keep-certificate";
        assert_eq!(
            passed,
            expected
                .split_whitespace()
                .map(OsString::from)
                .collect::<Vec<_>>()
        );
        let plain = of_partner(["reference-partner".into(), "--controlled-in".into(), "x".into()]);
        assert_eq!(plain, ["reference-partner", "--until-input-ends"]);
    }
}
