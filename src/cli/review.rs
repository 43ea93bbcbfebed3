//! `review`: the page on which a reviewer decides, and the decision.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use jiff::civil::Date;

use super::{
    args::ReviewArguments,
    beside, bindings, bundle_folder, decided, diff,
    error::CliError,
    exit::Exit,
    judged::judge_file,
    key_file, output,
    review_page::{self, Reviewed},
};
use crate::{
    config::host::Host,
    evidence::{
        attestation::{dsse::Envelope, keys::PrivateKey},
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
    bundle_folder::of_a_run(&arguments.folder)?;
    let wanted = wanted(arguments)?;
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
        Some(decided) => page.push_str(&decided::told(decided, decided::today(host))),
        None => page.push_str(
            "  none yet: add --approve or --decline with --reviewer, --reason and --key, and --expires for an \
             approval\n",
        ),
    }
    output::print(&page)?;
    if let Some(wanted) = wanted {
        decide(arguments, &folder, &judged, wanted, host)?;
    }
    Ok(Exit::Success)
}

/// A decision that is to be recorded, with all that it needs.
struct Wanted {
    word: Word,
    reviewer: String,
    reason: String,
    key: PrivateKey,
}

/// Asked before anything is shown: a reviewer need not read the page to learn that an option is missing.
fn wanted(arguments: &ReviewArguments) -> Result<Option<Wanted>, CliError> {
    let word = match (arguments.approve, arguments.decline) {
        (true, _) => Word::Approved,
        (false, true) => Word::Declined,
        (false, false) => return Ok(None),
    };
    let given = |name: &str, value: Option<&String>| {
        value
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
            .ok_or_else(|| CliError::Usage(format!("a decision needs {name}; nothing was recorded")))
    };
    let Some(key) = &arguments.key else {
        return Err(CliError::Usage(
            "a decision needs --key, the reviewer's private key; nothing was recorded".to_owned(),
        ));
    };
    Ok(Some(Wanted {
        word,
        reviewer: given("--reviewer", arguments.reviewer.as_ref())?,
        reason: given("--reason", arguments.reason.as_ref())?,
        key: key_file::private(key)?,
    }))
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
    wanted: Wanted,
    host: &Host,
) -> Result<(), CliError> {
    let Wanted {
        word,
        reviewer,
        reason,
        key,
    } = wanted;
    if word == Word::Approved {
        approvable(arguments, judged, decided::today(host))?;
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
    beside::put(&path, &envelope.bytes().map_err(unwritable)?)?;
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
fn approvable(arguments: &ReviewArguments, judged: &Judged, today: Option<Date>) -> Result<(), CliError> {
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
    match (arguments.expires, today) {
        (None, _) => against.push("an approval needs --expires, its last day".to_owned()),
        (Some(last), Some(today)) if last >= today => {}
        (Some(last), _) => against.push(format!("its last day, {last}, has passed")),
    }
    if against.is_empty() {
        Ok(())
    } else {
        Err(CliError::NotApproved(against))
    }
}
