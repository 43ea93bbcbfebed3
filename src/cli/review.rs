//! `review`: the page on which a reviewer decides, and the decision.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
};

use super::{
    args::ReviewArguments,
    bindings, diff,
    error::CliError,
    exit::Exit,
    judged::judge_file,
    key_file, output,
    review_page::{self, Reviewed},
    verify::about_decision,
};
use crate::{
    config::host::Host,
    evidence::{
        attestation::dsse::Envelope,
        comparison::told,
        decision::{About, Decision, FORMAT, PAYLOAD_TYPE, Word},
        files,
        submission::folder_name,
    },
    verdict::lattice::RunOutcome,
    verify::{
        challenge,
        judging::Judged,
        submission::{self, Submitted},
        whole,
    },
    wire::digest::sha256_hex,
};

/// Shows the page, and records a decision where one was given.
pub fn review(arguments: &ReviewArguments, host: &Host) -> Result<Exit, CliError> {
    let trusted = key_file::public(&arguments.trusted_key)?;
    let submitted = if submission::is_submission(&arguments.folder) {
        Some(submission::verify(&arguments.folder, &[], &judge_file, &trusted)?)
    } else {
        None
    };
    let folder = bundle(&arguments.folder, submitted.as_ref())?;
    let (verified, judged) = whole::verify_judged(&folder, &judge_file, &trusted)?;
    let document = arguments.challenge.as_deref().map(bindings::document);
    let covered = match document.transpose()? {
        Some(document) => Some(challenge::answers(&document, &judged).map_err(CliError::Unanswered)?),
        None => None,
    };
    let mut page = review_page::page(&Reviewed {
        verified: &verified,
        judged: &judged,
        covered: covered.as_ref(),
        submitted: submitted.as_ref(),
    });
    if let Some(previous) = previous(arguments, submitted.as_ref()) {
        let comparison = diff::compared(&previous, &folder, false)?;
        let _ = write!(page, "\nSince the last submission\n{}", told(&comparison));
    }
    page.push_str("\nDecision\n");
    match &verified.decided {
        Some(decided) => page.push_str(&about_decision(decided)),
        None => page.push_str(
            "  none yet: add --approve or --decline with --reviewer, --reason and --key, and --expires for an \
             approval\n",
        ),
    }
    output::print(&page)?;
    let word = match (arguments.approve, arguments.decline) {
        (true, _) => Word::Approved,
        (false, true) => Word::Declined,
        (false, false) => return Ok(Exit::Success),
    };
    decide(arguments, &folder, &judged, word, host)?;
    Ok(Exit::Success)
}

/// The folder of the bundle that is decided about: in a submission that of the last attempt.
fn bundle(folder: &Path, submitted: Option<&Submitted>) -> Result<PathBuf, CliError> {
    let Some(submitted) = submitted else {
        return Ok(folder.to_owned());
    };
    let last = submitted.attempts.last().zip(submitted.last.as_ref());
    last.map(|(attempt, judged)| folder.join(folder_name(attempt.number, &judged.started.run_id)))
        .ok_or_else(|| {
            CliError::Usage(format!(
                "{}: the last attempt was killed, so there is nothing to decide about; ask for another one",
                folder.display()
            ))
        })
}

/// What the bundle is compared with: what was named, or the attempt before.
fn previous(arguments: &ReviewArguments, submitted: Option<&Submitted>) -> Option<PathBuf> {
    if arguments.previous.is_some() {
        return arguments.previous.clone();
    }
    let attempts = &submitted?.attempts;
    let before = attempts.get(attempts.len().checked_sub(2)?)?;
    let folder = arguments
        .folder
        .join(folder_name(before.number, before.run.as_str()));
    folder.join(files::MANIFEST).is_file().then_some(folder)
}

fn decide(
    arguments: &ReviewArguments,
    folder: &Path,
    judged: &Judged,
    word: Word,
    host: &Host,
) -> Result<(), CliError> {
    let given = |name: &str, value: Option<&String>| {
        value
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
            .ok_or_else(|| CliError::Usage(format!("a decision needs {name}; nothing was recorded")))
    };
    let reviewer = given("--reviewer", arguments.reviewer.as_ref())?;
    let reason = given("--reason", arguments.reason.as_ref())?;
    let Some(key) = &arguments.key else {
        return Err(CliError::Usage(
            "a decision needs --key, the reviewer's private key; nothing was recorded".to_owned(),
        ));
    };
    let key = key_file::private(key)?;
    if word == Word::Approved {
        approvable(arguments, judged)?;
    }
    let path = folder.join(files::DECISION);
    if path.symlink_metadata().is_ok() && !arguments.replace {
        return Err(CliError::Usage(format!(
            "{} is there already; give --replace to put this decision in its place",
            path.display()
        )));
    }
    let unreadable = |error| CliError::File {
        path: folder.join(files::MANIFEST),
        error,
    };
    let manifest = fs::read(folder.join(files::MANIFEST)).map_err(unreadable)?;
    let decision = Decision {
        format: FORMAT,
        decision: word,
        reviewer,
        reason,
        decided_at: host.clock.rfc3339(),
        expires: arguments.expires.map(|day| day.to_string()),
        about: About::of(&judged.started, &judged.assessment, sha256_hex(&manifest)),
    };
    let unwritable = |error: serde_json::Error| CliError::Undetermined(error.to_string());
    let payload = decision.bytes().map_err(unwritable)?;
    let envelope = Envelope::signed(PAYLOAD_TYPE, &payload, &[&key]);
    write(&path, &envelope.bytes().map_err(unwritable)?)?;
    output::print(&format!(
        "  {} by {}, signed by key {}, written to {}\n",
        word.name(),
        arguments.reviewer.as_deref().unwrap_or_default(),
        key.public().id(),
        path.display()
    ))?;
    Ok(())
}

/// What stands against an approval. A reviewer cannot approve what the run does not say.
fn approvable(arguments: &ReviewArguments, judged: &Judged) -> Result<(), CliError> {
    let mut against = Vec::new();
    if judged.assessment.outcome != RunOutcome::Conformant {
        against.push(format!("the run is {}", judged.assessment.outcome));
    }
    if judged.assessment.interrupted {
        against.push("the run was interrupted".to_owned());
    }
    let limits = &judged.started.not_certifiable;
    if !limits.is_empty() && !arguments.accept_limits {
        against.push(format!(
            "the run can never be a certificate ({}); --accept-limits takes it all the same and says so in the \
             decision",
            limits.join(", ")
        ));
    }
    if arguments.expires.is_none() {
        against.push("an approval needs --expires, its last day".to_owned());
    }
    if against.is_empty() {
        Ok(())
    } else {
        Err(CliError::NotApproved(against))
    }
}

// Under another name first, so that nobody ever reads half of it.
fn write(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let mut unreleased = path.as_os_str().to_owned();
    unreleased.push(files::UNRELEASED);
    let unreleased = PathBuf::from(unreleased);
    let written = File::create(&unreleased)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&unreleased, path));
    written.map_err(|error| {
        // The error that led here is reported.
        let _ = fs::remove_file(&unreleased);
        CliError::File {
            path: path.to_owned(),
            error,
        }
    })
}
