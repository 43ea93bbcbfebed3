//! `reference-partner`: the reference partner as a process.

use std::{collections::BTreeMap, fmt::Write as _};

use tokio::io::AsyncReadExt as _;

use super::{
    args::{ApiAuthentication, ReferenceArguments},
    error::CliError,
    exit::Exit,
    output, reference_control,
};
use crate::{
    config::host::Host,
    reference::{Authentication, Defect, Options, Secrets, serve as serve_partner},
};

/// Serves until it is interrupted.
pub async fn serve(arguments: ReferenceArguments, host: &Host) -> Result<Exit, CliError> {
    if arguments.list_defects {
        output::print(&defects())?;
        return Ok(Exit::Success);
    }
    if let Some(folder) = arguments.controlled_in.clone() {
        return reference_control::keep(&folder, &arguments, host).await;
    }
    let options = Options {
        listen: arguments.listen,
        tls: arguments.tls,
        certificate_directory: arguments.certificate_directory,
        keep_certificate: arguments.keep_certificate,
        maintenance: arguments.maintenance,
        database: arguments.database,
        log: arguments.log,
        batch_folder: arguments.batch_folder,
        api_base_url: arguments.api_base_url,
        api_ca: arguments.api_ca,
        authentication: match arguments.authentication {
            ApiAuthentication::Oauth => Authentication::Oauth,
            ApiAuthentication::ApiKey => Authentication::ApiKey,
        },
        time_factor: arguments.time_factor,
        client_time_factor: arguments.client_time_factor,
        defects: arguments.defect,
        secrets: secrets(&host.environment)?,
    };
    let shutdown = told_to_end(arguments.until_input_ends);
    let announce = |ready| {
        let line = serde_json::to_string(&ready).unwrap_or_default() + "\n";
        // Whoever started it and did not wait for the line does not need it.
        let _ = output::print(&line);
    };
    serve_partner(options, announce, shutdown).await?;
    Ok(Exit::Success)
}

/// Ends when the partner is to end: at an interrupt or, if so asked, at the end of standard input.
pub(super) async fn told_to_end(until_input_ends: bool) {
    let input = async {
        if until_input_ends {
            let mut buffer = [0; 64];
            while matches!(tokio::io::stdin().read(&mut buffer).await, Ok(read) if read > 0) {}
        } else {
            std::future::pending::<()>().await;
        }
    };
    // An interrupt at the terminal reaches parent and child; a child waits for its parent's word.
    let interrupted = async { while tokio::signal::ctrl_c().await.is_ok() && until_input_ends {} };
    tokio::select! {
        () = input => {}
        () = interrupted => {}
    }
}

fn secrets(environment: &BTreeMap<String, String>) -> Result<Secrets, CliError> {
    let read = |name: &str| {
        environment
            .get(name)
            .filter(|value| !value.is_empty())
            .cloned()
            .ok_or_else(|| {
                CliError::Usage(format!(
                    "the environment variable {name} is not set; the reference partner needs it"
                ))
            })
    };
    Ok(Secrets {
        webhook: read("PARTNER_WEBHOOK_SECRET")?
            .split(',')
            .map(str::to_owned)
            .collect(),
        recurring: read("PARTNER_RECURRING_SECRET")?,
        client_id: read("PARTNER_CLIENT_ID")?,
        client_secret: read("PARTNER_CLIENT_SECRET")?,
        api_key: read("PARTNER_API_KEY")?,
        production: environment
            .get("PARTNER_PRODUCTION_SECRET")
            .cloned()
            .unwrap_or_default(),
        url_token: environment.get("PARTNER_URL_TOKEN").cloned().unwrap_or_default(),
    })
}

fn defects() -> String {
    let mut text = String::new();
    let width = Defect::ALL
        .iter()
        .map(|defect| defect.name().len())
        .max()
        .unwrap_or_default();
    for defect in Defect::ALL {
        let _ = writeln!(
            text,
            "{:width$}  {}  [{}]",
            defect.name(),
            defect.description(),
            defect.cases().join(", ")
        );
    }
    text.push_str("\nPartners that are broken as a whole:\n");
    for defect in Defect::BROKEN_PARTNERS {
        let _ = writeln!(text, "{:width$}  {}", defect.name(), defect.description());
    }
    text
}
