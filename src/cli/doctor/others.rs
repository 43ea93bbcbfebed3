//! Whatever else the file declares.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::{bench::Bench, report::Section};
use crate::{
    actors::sandbox::reserved::Reserved,
    config::{
        alerts::Alerts,
        attest::Support,
        batch::Batch,
        command::CommandCall,
        declarations::{Declarations, is_blank},
        host::Host,
        partner::Config,
    },
    transcript::{look::Cause, observation::Moment},
};

/// What needs no network.
pub fn still(config: &Config, host: &Host, section: &mut Section) {
    let mut kinds: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for limit in config.not_certifiable() {
        if let Some((kind, place)) = limit.split_once(": ") {
            kinds.entry(kind.to_owned()).or_default().push(place.to_owned());
        }
    }
    for (kind, places) in kinds {
        section.ok(
            "addresses",
            format!(
                "{kind} in {}: a run works and is never a certificate",
                places.join(", ")
            ),
        );
    }
    attest(config, host, section);
    if let Some(batch) = &config.batch {
        folder(batch, section);
    }
    for (place, call) in config.commands() {
        program(&place, call, section);
    }
    if config.keys.is_none() && config.sandbox.is_some() {
        section.warning(
            "[keys]",
            "nothing is declared, so SEC-03 cannot be decided",
            "add production_fingerprints = [], or fingerprints made by `senang-conformance fingerprint`",
        );
    }
    if let Some(checkout) = &config.checkout
        && let Some(build) = &checkout.build
        && !build.is_dir()
    {
        section.problem(
            Cause::File,
            "[checkout] build",
            format!("{} is no folder", build.display()),
            "name the folder of the built front end",
        );
    }
}

fn attest(config: &Config, host: &Host, section: &mut Section) {
    const PLACE: &str = "[attest]";
    let Some(attest) = &config.attest else {
        section.warning(
            PLACE,
            "nothing is declared, and nobody gets a certificate without it",
            "`senang-conformance declarations` prints the form",
        );
        return;
    };
    if let Some(file) = &attest.file {
        declaration(file, host, section);
    }
    if let Some(Support::File { path }) = &attest.support
        && !path.exists()
    {
        section.warning(
            "[attest.support] path",
            format!("{} is not there yet", path.display()),
            "let it be there when the run asks for it",
        );
    }
}

fn declaration(file: &Path, host: &Host, section: &mut Section) {
    const PLACE: &str = "[attest] file";
    match Declarations::load(file, host) {
        Err(error) => section.problem(Cause::File, PLACE, error.to_string(), "correct the form"),
        Ok(None) => section.warning(
            PLACE,
            format!("{} is not there", file.display()),
            "print the form with `senang-conformance declarations`, and fill it in",
        ),
        Ok(Some(declarations)) => {
            let blank: Vec<&str> = declarations
                .answers
                .iter()
                .filter(|(_, answer)| {
                    let parts: Vec<&String> = answer.fields.values().flatten().collect();
                    parts.is_empty() || parts.iter().all(|part| is_blank(part))
                })
                .map(|(name, _)| name.as_str())
                .collect();
            if blank.is_empty() {
                section.ok(PLACE, format!("{} is filled in", file.display()));
            } else {
                section.warning(
                    PLACE,
                    format!("{} has no answer to {}", file.display(), blank.join(", ")),
                    "fill it in; an empty answer fails with not-answered",
                );
            }
        }
    }
}

fn folder(batch: &Batch, section: &mut Section) {
    const PLACE: &str = "[batch] folder";
    let shown = batch.folder.display();
    let (text, fix) = match std::fs::metadata(&batch.folder) {
        Err(error) => (
            format!("{shown}: {error}"),
            "make the folder that your importer looks into",
        ),
        Ok(facts) if !facts.is_dir() => (
            format!("{shown} is no folder"),
            "name the folder that your importer looks into",
        ),
        Ok(facts) if facts.permissions().readonly() => (
            format!("{shown} cannot be written"),
            "let this user write into it",
        ),
        Ok(_) => {
            section.ok(PLACE, format!("{shown} is there"));
            return;
        }
    };
    section.problem(Cause::File, PLACE, text, fix);
}

/// Whether the program of a command is there and can be run.
fn program(place: &str, call: &CommandCall, section: &mut Section) {
    let place = format!("[{place}] program");
    match found(call) {
        Some(path) => section.ok(&place, format!("{} is there", path.display())),
        None => section.problem(
            Cause::File,
            &place,
            format!("{} is not there, or cannot be run", call.program),
            "name a program of the search path, or a path from the folder of the file, and make it executable",
        ),
    }
}

fn found(call: &CommandCall) -> Option<PathBuf> {
    if call.program.contains('/') {
        let path = call.directory.join(&call.program);
        return is_executable(&path).then_some(path);
    }
    let (_, search) = call.environment.iter().find(|(name, _)| *name == "PATH")?;
    std::env::split_paths(search)
        .map(|folder| folder.join(&call.program))
        .find(|path| is_executable(path))
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|facts| facts.is_file() && facts.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file() || path.with_extension("exe").is_file()
}

/// What needs the network: the alarms, and the address of the simulated API.
pub async fn moving(bench: &Bench, section: &mut Section) {
    if let (Some(declared), Some(alerts)) = (&bench.config.alerts, &bench.context.alerts) {
        if let Some(why) = bench.lacks("alerts") {
            section.not_checked("[alerts]", why);
        } else if matches!(declared, Alerts::Manual { .. }) {
            section.not_checked("[alerts]", "a person is asked");
        } else {
            let alerted = alerts.read(&bench.scope, Moment::Before).await;
            match (alerted.count, alerted.unreadable) {
                (Some(count), _) => section.ok("[alerts]", format!("can be read: {count} so far")),
                (None, why) => section.problem(
                    Cause::File,
                    "[alerts]",
                    format!(
                        "cannot be read: {}",
                        bench.context.recorder.mask(&why.unwrap_or_default()).text
                    ),
                    "let the keys of the section fit the answer",
                ),
            }
        }
    }
    if let Some(sandbox) = &bench.config.sandbox {
        match Reserved::bind(sandbox.listen).await {
            Ok(reserved) => section.ok(
                "[sandbox] listen",
                format!("{} is free", address(sandbox.listen, reserved.address())),
            ),
            Err(error) => section.problem(
                Cause::Surroundings,
                "[sandbox] listen",
                error.to_string(),
                "stop what listens there, or take another port",
            ),
        }
    }
}

fn address(declared: std::net::SocketAddr, bound: std::net::SocketAddr) -> String {
    if declared.port() == 0 {
        format!("a port of {}", bound.ip())
    } else {
        declared.to_string()
    }
}
