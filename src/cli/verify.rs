//! `verify`: whether a bundle, or a submission with all its attempts, holds.

use std::fmt::Write as _;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{
    args::VerifyArguments, bindings, bundle_folder, decided, error::CliError, exit::Exit, judged::judge_file,
    key_file, output,
};
use crate::{
    config::host::Host,
    evidence::{
        challenge::{document::ChallengeDocument, fit::Covered},
        manifest::ChainHead,
        results,
        text::TerminalText,
    },
    transcript::provenance::Assurance,
    verify::{
        attested::Attested,
        challenge::{self, Unanswered},
        judging::{End, Judged},
        merged,
        submission::{self, Submitted},
        whole::{self, Verified},
    },
    wire::counted::counted,
};

/// Verifies what is in a folder and says what was checked.
pub fn verify(arguments: &VerifyArguments, host: &Host) -> Result<Exit, CliError> {
    bundle_folder::of_a_run(&arguments.folder)?;
    let today = decided::today(host);
    let document = arguments.challenge.as_deref().map(bindings::document);
    let document = document.transpose()?;
    let said = if submission::is_submission(&arguments.folder) {
        of_submission(arguments, document.as_ref(), today)
    } else if merged::is_merged(&arguments.folder) {
        of_merged(arguments, document.as_ref())
    } else if arguments.also.is_empty() {
        of_bundle(arguments, document.as_ref(), today)
    } else {
        return Err(CliError::Usage(format!(
            "--also compares submissions, and {} holds no attempts",
            arguments.folder.display()
        )));
    };
    match said {
        Ok((_, document)) if arguments.json => output::print(&output::json(&document))?,
        Ok((text, _)) => output::print(&text)?,
        Err(error) if arguments.json && error.exit() == Exit::BrokenEvidence => {
            output::print(&output::json(&refusal(&error)))?;
            return Ok(Exit::BrokenEvidence);
        }
        Err(error) => return Err(error),
    }
    Ok(Exit::Success)
}

fn refusal(error: &CliError) -> Value {
    match error {
        CliError::Evidence(broken) => {
            json!({"holds": false, "code": broken.code(), "why": broken.to_string()})
        }
        CliError::Submission(broken) => {
            json!({"holds": false, "code": broken.code(), "why": broken.to_string()})
        }
        CliError::Merged(broken) => {
            json!({"holds": false, "code": broken.code(), "why": broken.to_string()})
        }
        CliError::Unanswered(wrong) => {
            let findings: Vec<Value> = wrong
                .iter()
                .map(|wrong| json!({"code": wrong.code(), "why": wrong.to_string()}))
                .collect();
            json!({"holds": false, "why": "the challenge is not answered", "findings": findings})
        }
        other => json!({"holds": false, "why": other.to_string()}),
    }
}

fn attested(attested: &Attested) -> Value {
    let unchecked: Vec<&str> = attested.unchecked.iter().map(TerminalText::as_str).collect();
    json!({"signed_by": attested.signed_by, "unchecked": unchecked})
}

fn of_bundle(
    arguments: &VerifyArguments,
    document: Option<&ChallengeDocument>,
    today: Option<Date>,
) -> Result<(String, Value), CliError> {
    let trusted = key_file::public(&arguments.trusted_key)?;
    let (verified, judged) = whole::verify_judged(&arguments.folder, &judge_file, &trusted)?;
    let covered = document.map(|document| answered(document, &judged)).transpose()?;
    let mut text = told(&verified, &judged, today);
    text.push_str(&about_challenge(&judged, document, covered.as_ref()));
    let mut value = json!({"holds": true, "run": verified.run.as_str(), "outcome": verified.outcome,
        "assurance": judged.started.assurance, "records": verified.records, "examples": verified.examples,
        "attested": verified.attested.as_ref().map(attested),
        "decided": verified.decided.as_ref().map(|decided| decided::document(decided, today))});
    add_covered(&mut value, covered.as_ref());
    Ok((text, value))
}

fn of_submission(
    arguments: &VerifyArguments,
    document: Option<&ChallengeDocument>,
    today: Option<Date>,
) -> Result<(String, Value), CliError> {
    let same = |other: &&std::path::PathBuf| {
        let whole = |path: &std::path::Path| path.canonicalize().ok();
        whole(other).is_some_and(|other| Some(other) == whole(&arguments.folder))
    };
    if let Some(same) = arguments.also.iter().find(same) {
        return Err(CliError::Usage(format!(
            "--also {}: this is the submission itself",
            same.display()
        )));
    }
    let trusted = key_file::public(&arguments.trusted_key)?;
    let also: Vec<&std::path::Path> = arguments.also.iter().map(std::path::PathBuf::as_path).collect();
    let submitted = submission::verify(&arguments.folder, &also, &judge_file, &trusted)?;
    let covered = match (document, &submitted.last) {
        (None, _) => None,
        (Some(document), Some(judged)) => Some(answered(document, judged)?),
        // A killed run was not judged, so it answers nothing.
        (Some(_), None) => return Err(CliError::Unanswered(vec![Unanswered::Unjudged])),
    };
    let mut text = table(&submitted, today);
    if let Some(judged) = &submitted.last {
        text.push_str(&about_challenge(judged, document, covered.as_ref()));
    }
    let attempts: Vec<Value> = submitted
        .attempts
        .iter()
        .map(|attempt| {
            json!({"attempt": attempt.number, "run": attempt.run.as_str(),
                "started_at": attempt.started_at.as_str(), "assurance": attempt.assurance,
                "nonce": attempt.nonce.as_ref().map(TerminalText::as_str), "outcome": attempt.outcome.as_str(),
                "attested": attempt.attested.as_ref().map(attested),
                "decided": attempt.decided.as_ref().map(|decided| decided::document(decided, today))})
        })
        .collect();
    let mut value = json!({"holds": true, "partner": submitted.partner.as_str(), "attempts": attempts});
    add_covered(&mut value, covered.as_ref());
    Ok((text, value))
}

fn of_merged(
    arguments: &VerifyArguments,
    document: Option<&ChallengeDocument>,
) -> Result<(String, Value), CliError> {
    if !arguments.also.is_empty() {
        return Err(CliError::Usage(
            "--also compares submissions, and this is a merged run".to_owned(),
        ));
    }
    let trusted = key_file::public(&arguments.trusted_key)?;
    let verified = merged::verify(&arguments.folder, &judge_file, &trusted)?;
    let shards = &verified.joined.shards;
    let whole = &verified.joined.whole;
    let mut judged = Judged {
        started: whole.started.clone(),
        assessment: whole.assessment.clone(),
        head: ChainHead {
            records: verified.records,
            head: String::new(),
        },
        end: End::Complete,
    };
    let mut covered = None;
    if let Some(document) = document {
        // Each shard has to have begun while the challenge was valid.
        for shard in shards {
            judged.started.started_at.clone_from(&shard.started.started_at);
            covered = Some(answered(document, &judged)?);
        }
        judged.started.started_at.clone_from(&whole.started.started_at);
    }
    let examples = whole
        .assessment
        .rows
        .iter()
        .filter(|row| row.result.is_some())
        .count();
    let clean = |text: &str| TerminalText::line(text).to_string();
    let mut text = format!(
        "{}: the evidence of {} shards holds, and they are the parts of one run\n  outcome, judged again: {}\n  \
         assurance: {}\n  {examples} examples, {} records\n",
        clean(&whole.started.run_id),
        shards.len(),
        clean(&results::sentence(&whole.started, &whole.assessment)),
        assurance(&judged),
        verified.records,
    );
    for (number, shard) in (1..).zip(shards) {
        let _ = writeln!(
            text,
            "  {number:>4}  {}  {}",
            clean(&shard.started.run_id),
            clean(&shard.started.started_at)
        );
    }
    if !trusted.is_empty() {
        text.push_str("  every shard is attested by a trusted key\n");
    }
    text.push_str(&about_challenge(&judged, document, covered.as_ref()));
    let listed: Vec<Value> = shards
        .iter()
        .map(|shard| json!({"run": shard.started.run_id, "manifest_sha256": shard.manifest_sha256}))
        .collect();
    let mut value = json!({"holds": true, "run": whole.started.run_id, "outcome": whole.assessment.outcome,
        "assurance": whole.started.assurance, "records": verified.records, "examples": examples,
        "shards": listed, "attested": !trusted.is_empty()});
    add_covered(&mut value, covered.as_ref());
    Ok((text, value))
}

fn answered(document: &ChallengeDocument, judged: &Judged) -> Result<Covered, CliError> {
    challenge::answers(document, judged).map_err(CliError::Unanswered)
}

fn add_covered(value: &mut Value, covered: Option<&Covered>) {
    let (Some(covered), Some(members)) = (covered, value.as_object_mut()) else {
        return;
    };
    let not_applicable: Vec<Value> = covered
        .not_applicable
        .iter()
        .map(|(example, reason)| json!({"example": example, "reason": TerminalText::line(reason).as_str()}))
        .collect();
    members.insert(
        "challenge".to_owned(),
        json!({"answered": true, "selected": covered.selected, "not_applicable": not_applicable}),
    );
}

fn told(verified: &Verified, judged: &Judged, today: Option<Date>) -> String {
    let mut text = format!(
        "{}: the evidence holds\n  outcome, judged again: {}\n  assurance: {}\n  {}, {} records, {} bytes\n",
        verified.run.as_str(),
        verified.sentence.as_str(),
        assurance(judged),
        counted(verified.examples, "example"),
        verified.records,
        verified.bytes
    );
    text.push_str(&signatures(verified.attested.as_ref()));
    if let Some(decided) = &verified.decided {
        text.push_str(&decided::told(decided, today));
    }
    if !verified.assumed.is_empty() {
        let count = verified.assumed.len();
        let _ = writeln!(
            text,
            "  {count} profile values are assumed until the platform confirms them; manifest.json names them"
        );
    }
    if !verified.unmade.is_empty() {
        let _ = writeln!(
            text,
            "  only their digests were checked: {}",
            verified.unmade.join(", ")
        );
    }
    text
}

fn signatures(attested: Option<&Attested>) -> String {
    let Some(Attested { signed_by, unchecked }) = attested else {
        return "  not attested: nobody signed it\n".to_owned();
    };
    let mut text = String::new();
    for key in signed_by {
        let _ = writeln!(text, "  attested by the trusted key {key}");
    }
    for key in unchecked {
        let _ = writeln!(
            text,
            "  signed by key {key}, which nobody vouched for: its signature is not checked without --trusted-key"
        );
    }
    text
}

fn assurance(judged: &Judged) -> String {
    let level = judged.started.assurance;
    match (level, &judged.started.witness) {
        (Assurance::Witnessed, witness) => format!(
            "{level} according to the bundle, by {}; only the reviewer's signature shows that",
            TerminalText::line(witness.as_deref().unwrap_or("nobody")).as_str()
        ),
        (Assurance::SelfRun | Assurance::Challenged, _) => level.to_string(),
    }
}

/// How the challenge stands: compared, or only claimed.
fn about_challenge(
    judged: &Judged,
    document: Option<&ChallengeDocument>,
    covered: Option<&Covered>,
) -> String {
    let Some((document, covered)) = document.zip(covered) else {
        return judged.started.challenge.as_ref().map_or_else(String::new, |taken| {
            format!(
                "  it says to answer the challenge with nonce {}; give that file with --challenge to compare\n",
                TerminalText::line(&taken.nonce).as_str()
            )
        });
    };
    let mut text = format!(
        "  the challenge with nonce {} is answered: of {} required examples {} were selected\n",
        document.challenge.nonce,
        document.challenge.required.len(),
        covered.selected
    );
    if !covered.not_applicable.is_empty() {
        let _ = writeln!(text, "  not applicable, decide whether the reasons are good:");
    }
    for (example, reason) in &covered.not_applicable {
        let _ = writeln!(text, "    {example}: {}", TerminalText::line(reason).as_str());
    }
    text
}

fn table(submitted: &Submitted, today: Option<Date>) -> String {
    let mut text = format!(
        "{}: the submission holds, with {}\n",
        submitted.partner.as_str(),
        counted(submitted.attempts.len(), "attempt")
    );
    let last = submitted.attempts.len();
    for (place, attempt) in (1..).zip(&submitted.attempts) {
        let _ = writeln!(
            text,
            "  {:>4}  {}  {}  {:<10}  {}",
            attempt.number,
            attempt.run.as_str(),
            attempt.started_at.as_str(),
            attempt.assurance.name(),
            attempt.outcome.as_str()
        );
        // That nobody signed it matters for the one that is handed in; before, a signature is an exception.
        if attempt.attested.is_some() || place == last {
            text.push_str(&indented(&signatures(attempt.attested.as_ref())));
        }
        if let Some(decided) = &attempt.decided {
            text.push_str(&indented(&decided::told(decided, today)));
        }
    }
    text.push_str(
        "  attempts after the last one can have been left away by whoever held the folder; a digest of each manifest, \
         received in time, shows that\n",
    );
    text
}

fn indented(lines: &str) -> String {
    lines.lines().fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "      {}", line.trim_start());
        text
    })
}
