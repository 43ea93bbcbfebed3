//! `check-signature`: whether a captured request holds, and why it does not.

use super::{
    arguments::CheckArguments, callback::fields as callback_fields, captured::Captured, check_callback,
    check_webhook, verdict::Verdict,
};
use crate::{
    cli::{args::ClockChoice, error::CliError, exit::Exit, output, prepare::Profiles, send::fields::moment},
    config::host::Host,
    evidence::json_text,
};

/// The command.
///
/// # Errors
///
/// No request, no secret, a file that cannot be read.
pub fn check(arguments: &CheckArguments, host: &Host) -> Result<Exit, CliError> {
    let profiles = Profiles::load(&arguments.profile, ClockChoice::Real)?;
    let captured = Captured::find(arguments)?;
    let now = match &arguments.now {
        Some(time) => moment("--now", time)? / 1000,
        None => host.clock.unix_millis() / 1000,
    };
    let mut verdict = Verdict::default();
    for remark in &captured.remarks {
        verdict.step("capture", remark.as_str());
    }
    if is_callback(&captured, &profiles) {
        check_callback::check(&captured, arguments, &profiles, host, &mut verdict)?;
    } else {
        check_webhook::check(&captured, arguments, &profiles, (now, host), &mut verdict)?;
    }
    if arguments.json {
        let line = json_text::line(&verdict.document())
            .map_err(|error| CliError::Undetermined(error.to_string()))?;
        output::print(&(line + "\n"))?;
    } else {
        output::print(&verdict.text())?;
    }
    Ok(if verdict.is_valid() {
        Exit::Success
    } else {
        Exit::NonConformant
    })
}

/// A recurring callback has a hash among its fields, and no header of a signature.
fn is_callback(captured: &Captured, profiles: &Profiles) -> bool {
    let scheme = profiles.platform.signature_scheme();
    let signed = [
        &scheme.signature_header,
        &scheme.id_header,
        &scheme.timestamp_header,
    ];
    if signed.iter().any(|name| captured.headers.get(name).is_some()) {
        return false;
    }
    let named = |fields: Vec<(String, String)>| {
        fields
            .iter()
            .any(|(name, _)| name == "hash" || name == "status_id")
    };
    callback_fields(&check_callback::carried(captured)).is_ok_and(named)
}
