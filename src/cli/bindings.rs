//! What the command line binds a run to: a challenge, a witness, waivers. All of it is settled before anything is sent.

use std::{collections::BTreeSet, fmt::Write as _, io::Read as _, path::Path};

use super::{
    assemble,
    error::CliError,
    run::{Order, Whom},
};
use crate::{
    config::{
        declarations::is_blank,
        host::Host,
        partner::Config,
        waivers::{self, Waiver},
    },
    evidence::challenge::{
        document::{ChallengeDocument, LARGEST},
        fit::{Misfit, Offer, fit},
    },
    plan::select::Plan,
    transcript::{
        provenance::{Assurance, TakenChallenge},
        record::RunStarted,
        recorder::Recorder,
    },
};

/// Longest name of a witness, in characters.
const LONGEST_NAME: usize = 200;
/// Most reasons against a challenge that are shown.
const MOST_REASONS: usize = 12;

/// What was asked for on the command line.
#[derive(Debug, Clone, Default)]
pub struct Bound {
    /// File of a challenge.
    pub challenge: Option<std::path::PathBuf>,
    /// Name of who runs it.
    pub witness: Option<String>,
    /// File with waivers.
    pub waivers: Option<std::path::PathBuf>,
    /// Folder of a submission.
    pub submission: Option<std::path::PathBuf>,
}

/// Writes into the facts of a run what it is bound to, or says why it cannot be.
pub fn bind(
    started: &mut RunStarted,
    order: &Order,
    config: &Config,
    plan: &Plan,
    host: &Host,
) -> Result<(), CliError> {
    if let Some(path) = &order.bound.challenge {
        started.challenge = Some(taken(path, started, plan)?);
        started.assurance = Assurance::Challenged;
    }
    if let Some(name) = &order.bound.witness {
        started.witness = Some(witness(name, order, config)?);
        started.assurance = Assurance::Witnessed;
    }
    if let Some(path) = &order.bound.waivers {
        started.waivers = masked(waivers::load(path, &known(plan))?, config, host);
    }
    Ok(())
}

/// Reads the file of a challenge.
pub fn document(path: &Path) -> Result<ChallengeDocument, CliError> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
        .map_err(|error| CliError::File {
            path: path.to_owned(),
            error,
        })?;
    if bytes.len() as u64 > LARGEST {
        return Err(CliError::Usage(format!(
            "{} is larger than 1 MiB; no challenge is",
            path.display()
        )));
    }
    ChallengeDocument::read(&bytes).map_err(|error| {
        CliError::Usage(format!(
            "the challenge {} cannot be used: {error}",
            path.display()
        ))
    })
}

fn taken(path: &Path, started: &RunStarted, plan: &Plan) -> Result<TakenChallenge, CliError> {
    let document = document(path)?;
    let offer = Offer {
        configuration: &started.configuration,
        suite_digest: &started.suite_digest,
        version: &started.version,
        mode: &started.mode,
        started_at: &started.started_at,
    };
    fit(&document, &offer, plan.entries()).map_err(|misfits| refused(path, &misfits))?;
    Ok(TakenChallenge {
        nonce: document.challenge.nonce,
        sha256: document.sha256,
        required: document.challenge.required,
    })
}

fn refused(path: &Path, misfits: &[Misfit]) -> CliError {
    let mut text = format!("this run cannot answer the challenge {}:", path.display());
    for misfit in misfits.iter().take(MOST_REASONS) {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n  {}: {misfit}", misfit.code());
    }
    if let Some(more) = misfits.len().checked_sub(MOST_REASONS).filter(|more| *more > 0) {
        let _ = write!(text, "\n  and {more} more");
    }
    CliError::Usage(text)
}

/// The name of a witness, where there is something to witness.
fn witness(name: &str, order: &Order, config: &Config) -> Result<String, CliError> {
    let refuse = |why: String| Err(CliError::Usage(format!("--witness: {why}")));
    if !matches!(order.whom, Whom::File(_)) {
        return refuse(
            "the built-in partner is nobody's integration, so there is nothing to witness; run a partner's file"
                .to_owned(),
        );
    }
    let name = name.trim();
    if is_blank(name) || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return refuse(format!(
            "give the name of who runs this, in at most {LONGEST_NAME} characters"
        ));
    }
    let targets = config.targets();
    if targets.is_empty() {
        return refuse(
            "the partner's file names no endpoint that could be reached from where a reviewer sits"
                .to_owned(),
        );
    }
    for (place, target) in targets {
        if let Some(reason) = target.not_certifiable().first() {
            return refuse(format!(
                "[{place}] is {reason}: a reviewer witnesses the partner's public endpoint over TLS, and whoever \
                 stands between here and there could answer in its place"
            ));
        }
    }
    Ok(name.to_owned())
}

fn known(plan: &Plan) -> BTreeSet<String> {
    plan.entries()
        .iter()
        .flat_map(|entry| [entry.case().to_string(), entry.example.to_string()])
        .collect()
}

/// The first record of a transcript is written before the recorder learns any secret, so its texts are masked here.
fn masked(waivers: Vec<Waiver>, config: &Config, host: &Host) -> Vec<Waiver> {
    let recorder = Recorder::forgetful(host.clock.clone());
    assemble::teach(&recorder, config);
    let mask = |text: &str| recorder.mask(text).text;
    waivers
        .into_iter()
        .map(|waiver| Waiver {
            reason: mask(&waiver.reason),
            owner: mask(&waiver.owner),
            approver: mask(&waiver.approver),
            ..waiver
        })
        .collect()
}
