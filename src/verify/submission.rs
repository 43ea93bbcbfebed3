//! Verifies a submission: every attempt holds, none was dropped or replaced, and no challenge was used twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use super::{
    attested::Attested,
    broken::Broken,
    decided::Decided,
    integrity,
    judging::{End, Judged},
    whole::{self, Judge},
};
use crate::{
    evidence::{
        attestation::keys::PublicKey,
        challenge::fit::partner,
        files,
        submission::{self, PREFIX},
        text::TerminalText,
    },
    transcript::{
        provenance::Assurance,
        reader::Reader,
        record::{Event, RunStarted},
    },
};

/// A submission that holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Submitted {
    /// Its partner.
    pub partner: TerminalText,
    /// Every attempt, in order.
    pub attempts: Vec<Attempt>,
    /// The last one, judged again; none when it was killed.
    pub last: Option<Judged>,
}

/// One attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// Its number, from 1.
    pub number: u32,
    /// The run's id.
    pub run: TerminalText,
    /// When it began.
    pub started_at: TerminalText,
    /// Its assurance level.
    pub assurance: Assurance,
    /// Nonce of the challenge that it answers.
    pub nonce: Option<TerminalText>,
    /// What it says, in words.
    pub outcome: TerminalText,
    /// The attestation beside it, if there is one. Only that of the last attempt is held against trusted keys.
    pub attested: Option<Attested>,
    /// The decision of a reviewer beside it, if there is one.
    pub decided: Option<Decided>,
}

/// A submission does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmissionBroken {
    /// The folder cannot be read.
    #[error(transparent)]
    Folder(Broken),
    /// Something has a name that begins like that of an attempt, and is no folder of one.
    #[error("{} is no folder of an attempt; remove it or ask where it comes from", name.as_str())]
    Name {
        /// The name.
        name: TerminalText,
    },
    /// A number between 1 and the last is not there.
    #[error("attempt {number} is missing: the last one has number {last}; ask the partner for it")]
    Missing {
        /// The number.
        number: u32,
        /// The last number.
        last: u32,
    },
    /// A number is there twice.
    #[error("attempt {number} is there twice")]
    Twice {
        /// The number.
        number: u32,
    },
    /// The evidence of an attempt does not hold.
    #[error("attempt {number}: {broken}")]
    Attempt {
        /// Its number.
        number: u32,
        /// What does not hold.
        broken: Box<Broken>,
    },
    /// An attempt was recorded as another one, or as none.
    #[error("attempt {number} was recorded as {recorded}; it was put into this place afterwards", recorded = recorded.as_str())]
    Misplaced {
        /// The number of its folder.
        number: u32,
        /// What its transcript says.
        recorded: TerminalText,
    },
    /// An attempt does not follow the one before it.
    #[error(
        "attempt {number} followed another attempt than the one that stands before it: that one was replaced or changed"
    )]
    Previous {
        /// The number of the later one.
        number: u32,
    },
    /// Two attempts are of two partners.
    #[error("attempt {number} is of partner {}, the first one of {}", found.as_str(), expected.as_str())]
    Partner {
        /// The number.
        number: u32,
        /// The partner of the first attempt.
        expected: TerminalText,
        /// The partner of this one.
        found: TerminalText,
    },
    /// One nonce stands for two challenges, or one run or nonce for two submissions.
    #[error("{what} of attempt {number} is used {place} as well", what = what.as_str(), place = place.as_str())]
    Reused {
        /// The number.
        number: u32,
        /// What is used twice.
        what: TerminalText,
        /// Where else.
        place: TerminalText,
    },
}

impl SubmissionBroken {
    /// Its code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Folder(_) => "folder-unreadable",
            Self::Name { .. } => "attempt-name",
            Self::Missing { .. } => "attempt-missing",
            Self::Twice { .. } => "attempt-twice",
            Self::Attempt { .. } => "attempt-broken",
            Self::Misplaced { .. } => "attempt-misplaced",
            Self::Previous { .. } => "attempt-replaced",
            Self::Partner { .. } => "attempt-partner",
            Self::Reused { .. } => "nonce-reused",
        }
    }
}

/// Whether a folder holds attempts rather than a bundle.
pub fn is_submission(folder: &Path) -> bool {
    integrity::entries(folder).is_ok_and(|names| {
        !names.contains(files::MANIFEST)
            && !names.contains(files::TRANSCRIPT)
            && names.iter().any(|name| name.starts_with(PREFIX))
    })
}

/// Verifies every attempt in a folder, and what ties them together. `others` are submissions or bundles in which
/// nothing of this one may occur again; they are not verified themselves. With trusted keys the last attempt must be
/// attested by one of them.
pub fn verify(
    folder: &Path,
    others: &[&Path],
    judge: &Judge<'_>,
    trusted: &[PublicKey],
) -> Result<Submitted, SubmissionBroken> {
    let names = attempts(folder)?;
    let final_number = names.keys().next_back().copied();
    let mut attempts = Vec::new();
    let mut starts: Vec<RunStarted> = Vec::new();
    let mut last = None;
    let mut before: Option<String> = None;
    for (number, name) in names {
        let broken = |broken: Broken| SubmissionBroken::Attempt {
            number,
            broken: Box::new(broken),
        };
        let place = folder.join(&name);
        let trusted = if Some(number) == final_number {
            trusted
        } else {
            &[]
        };
        let Read {
            judged,
            outcome,
            attested,
            decided,
        } = attempt(&place, judge, trusted).map_err(broken)?;
        placed(number, &name, &judged.started)?;
        follows(folder, before.as_deref(), number, &judged.started)?;
        attempts.push(Attempt {
            number,
            run: TerminalText::line(&judged.started.run_id),
            started_at: TerminalText::line(&judged.started.started_at),
            assurance: judged.started.assurance,
            nonce: nonce(&judged.started).map(TerminalText::line),
            outcome,
            attested,
            decided,
        });
        starts.push(judged.started.clone());
        last = (judged.end == End::Complete).then_some(judged);
        before = Some(name);
    }
    let partner = one_partner(&starts)?;
    used_once(&starts)?;
    for other in others {
        used_nowhere_else(&starts, other)?;
    }
    Ok(Submitted {
        partner,
        attempts,
        last,
    })
}

/// The folders of the attempts by their numbers, which have no gap.
fn attempts(folder: &Path) -> Result<BTreeMap<u32, String>, SubmissionBroken> {
    let names = integrity::entries(folder).map_err(SubmissionBroken::Folder)?;
    let mut numbered = BTreeMap::new();
    for name in names.into_iter().filter(|name| name.starts_with(PREFIX)) {
        // A link would show an attempt that lies elsewhere, and perhaps only today.
        let real = std::fs::symlink_metadata(folder.join(&name)).is_ok_and(|found| found.is_dir());
        let Some((number, _)) = submission::read_name(&name).filter(|_| real) else {
            return Err(SubmissionBroken::Name {
                name: TerminalText::line(&name),
            });
        };
        if numbered.insert(number, name).is_some() {
            return Err(SubmissionBroken::Twice { number });
        }
    }
    let last = numbered.keys().next_back().copied().unwrap_or_default();
    let numbers = (1..=last).zip(numbered.keys());
    if let Some((number, _)) = numbers.into_iter().find(|(wanted, there)| wanted != *there) {
        return Err(SubmissionBroken::Missing { number, last });
    }
    Ok(numbered)
}

/// What an attempt says, and what stands beside it.
struct Read {
    judged: Judged,
    outcome: TerminalText,
    attested: Option<Attested>,
    decided: Option<Decided>,
}

/// Reads an attempt. One whose process was killed has no bundle, and counts as an attempt all the same.
fn attempt(place: &Path, judge: &Judge<'_>, trusted: &[PublicKey]) -> Result<Read, Broken> {
    match whole::verify_judged(place, judge, trusted) {
        Ok((verified, judged)) => Ok(Read {
            judged,
            outcome: verified.sentence,
            attested: verified.attested,
            decided: verified.decided,
        }),
        Err(Broken::Unfinished(unfinished)) => {
            let judged = judge(&place.join(files::TRANSCRIPT))?;
            let told = format!(
                "killed: {} of {} examples had finished",
                unfinished.finished.len(),
                unfinished.selected
            );
            Ok(Read {
                judged,
                outcome: TerminalText::line(&told),
                attested: None,
                decided: None,
            })
        }
        Err(broken) => Err(broken),
    }
}

fn placed(number: u32, name: &str, started: &RunStarted) -> Result<(), SubmissionBroken> {
    let recorded = match &started.submission {
        None => "a run of its own".to_owned(),
        Some(submission) => submission::folder_name(submission.attempt, &started.run_id),
    };
    if recorded == name {
        return Ok(());
    }
    Err(SubmissionBroken::Misplaced {
        number,
        recorded: TerminalText::line(&recorded),
    })
}

fn follows(
    folder: &Path,
    before: Option<&str>,
    number: u32,
    started: &RunStarted,
) -> Result<(), SubmissionBroken> {
    let previous = started
        .submission
        .as_ref()
        .and_then(|submission| submission.previous.as_ref());
    let holds = match (before, previous) {
        (None, None) => true,
        (Some(before), Some(previous)) => {
            let place = folder.join(before);
            submission::is_the_one(&place, previous).map_err(|error| {
                SubmissionBroken::Folder(Broken::Folder {
                    folder: TerminalText::line(&place.to_string_lossy()),
                    detail: error.to_string(),
                })
            })?
        }
        _ => false,
    };
    if holds {
        Ok(())
    } else {
        Err(SubmissionBroken::Previous { number })
    }
}

fn one_partner(starts: &[RunStarted]) -> Result<TerminalText, SubmissionBroken> {
    let of = |started: &RunStarted| TerminalText::line(partner(&started.configuration).unwrap_or("nobody"));
    let expected = starts.first().map_or_else(|| TerminalText::line("nobody"), of);
    for (number, started) in (1..).zip(starts) {
        let found = of(started);
        if found != expected {
            return Err(SubmissionBroken::Partner {
                number,
                expected,
                found,
            });
        }
    }
    Ok(expected)
}

/// One nonce stands for one document, and one id for one run.
fn used_once(starts: &[RunStarted]) -> Result<(), SubmissionBroken> {
    let mut documents: BTreeMap<&str, &str> = BTreeMap::new();
    let mut runs = BTreeSet::new();
    for (number, started) in (1..).zip(starts) {
        if let Some(challenge) = &started.challenge {
            let document = documents.entry(&challenge.nonce).or_insert(&challenge.sha256);
            if *document != challenge.sha256 {
                return Err(reused(
                    number,
                    &format!("the nonce {}", challenge.nonce),
                    "for another challenge in this submission",
                ));
            }
        }
        if !runs.insert(&started.run_id) {
            return Err(reused(
                number,
                &format!("the run id {}", started.run_id),
                "by an earlier attempt",
            ));
        }
    }
    Ok(())
}

fn used_nowhere_else(starts: &[RunStarted], other: &Path) -> Result<(), SubmissionBroken> {
    let place = format!("in {}", other.display());
    for known in others(other)? {
        for (number, started) in (1..).zip(starts) {
            if started.run_id == known.run_id {
                return Err(reused(number, &format!("the run id {}", started.run_id), &place));
            }
            if let Some(nonce) = nonce(started).filter(|found| nonce(&known) == Some(found)) {
                return Err(reused(number, &format!("the nonce {nonce}"), &place));
            }
        }
    }
    Ok(())
}

/// The first records of every run in another submission or bundle.
fn others(folder: &Path) -> Result<Vec<RunStarted>, SubmissionBroken> {
    let names = integrity::entries(folder).map_err(SubmissionBroken::Folder)?;
    let places = if is_submission(folder) {
        let attempts = names.iter().filter(|name| name.starts_with(PREFIX));
        attempts.map(|name| folder.join(name)).collect()
    } else {
        vec![folder.to_owned()]
    };
    let start = |place: &std::path::PathBuf| {
        let unreadable = |detail: String| {
            SubmissionBroken::Folder(Broken::Unreadable {
                name: place.join(files::TRANSCRIPT).display().to_string(),
                detail,
            })
        };
        let first = Reader::open(&place.join(files::TRANSCRIPT)).and_then(|mut reader| reader.next_record());
        match first
            .map_err(|error| unreadable(error.to_string()))?
            .map(|record| record.event)
        {
            Some(Event::RunStarted(started)) => Ok(*started),
            _ => Err(unreadable("it does not begin with the start of a run".to_owned())),
        }
    };
    places.iter().map(start).collect()
}

fn nonce(started: &RunStarted) -> Option<&str> {
    started
        .challenge
        .as_ref()
        .map(|challenge| challenge.nonce.as_str())
}

fn reused(number: u32, what: &str, place: &str) -> SubmissionBroken {
    SubmissionBroken::Reused {
        number,
        what: TerminalText::line(what),
        place: TerminalText::line(place),
    }
}
