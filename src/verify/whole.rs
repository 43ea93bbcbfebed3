//! Verifies a bundle: its files are unchanged, and its reports follow from its transcript.

use std::{collections::BTreeSet, path::Path};

use super::{
    attested::{self, Attested},
    broken::{Broken, Unfinished},
    dates,
    decided::{self, Decided},
    difference,
    integrity::{self, Intact},
    judging::{End, Judged, JudgingError},
};
use crate::{
    contract::id::ExampleId,
    evidence::{
        attestation::keys::PublicKey,
        derived::{Basis, Compared, DERIVED, is_derived},
        files,
        manifest::{self, ChainHead},
        results,
        text::TerminalText,
    },
    plan::entry::Selection,
    verdict::lattice::RunOutcome,
};

/// Reads a transcript, checks its chain and judges its records again.
pub type Judge<'a> = dyn Fn(&Path) -> Result<Judged, JudgingError> + 'a;

/// A bundle that holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified {
    /// The run's id.
    pub run: TerminalText,
    /// What the run says, as judged again.
    pub outcome: RunOutcome,
    /// The same in words, with what takes weight from it.
    pub sentence: TerminalText,
    /// Examples that were judged again.
    pub examples: usize,
    /// Records of the transcript.
    pub records: u64,
    /// Bytes of all listed files.
    pub bytes: u64,
    /// Whether the transcript has its end; without it, the run was killed and its bundle made afterwards.
    pub complete: bool,
    /// Profile values that nobody has confirmed.
    pub assumed: Vec<TerminalText>,
    /// The attestation, if there is one.
    pub attested: Option<Attested>,
    /// The decision of a reviewer, if there is one.
    pub decided: Option<Decided>,
    /// Files whose digest is right, but which were not made again from the transcript.
    pub unmade: Vec<String>,
}

/// A bundle whose files are unchanged and follow from its transcript.
#[derive(Clone, Debug, PartialEq)]
pub struct Examined {
    /// Its manifest.
    pub intact: Intact,
    /// Its transcript, judged again.
    pub judged: Judged,
}

/// Verifies the bundle in a folder, with the attestation beside it. With trusted keys there must be one, signed
/// by one of them. Nothing in the folder is trusted: sizes are bounded, links are not followed.
pub fn verify(folder: &Path, judge: &Judge<'_>, trusted: &[PublicKey]) -> Result<Verified, Broken> {
    verify_judged(folder, judge, trusted).map(|(verified, _)| verified)
}

/// The same, with what its transcript gave when it was judged again.
pub fn verify_judged(
    folder: &Path,
    judge: &Judge<'_>,
    trusted: &[PublicKey],
) -> Result<(Verified, Judged), Broken> {
    let Examined { intact, judged } = examine(folder, judge)?;
    let attested = attested::check(folder, &intact.manifest, &intact.bytes, &judged, trusted)?;
    let decided = decided::check(folder, &intact.bytes, &judged, trusted)?;
    let verified = Verified {
        attested,
        decided,
        ..verified(&intact, &judged)
    };
    Ok((verified, judged))
}

/// The bundle without what stands beside it.
pub fn examine(folder: &Path, judge: &Judge<'_>) -> Result<Examined, Broken> {
    let intact = match integrity::check(folder) {
        Err(Broken::NoManifest) => return Err(without_manifest(folder, judge)),
        checked => checked?,
    };
    let judged = judge(&folder.join(files::TRANSCRIPT))?;
    compare_head(&intact.manifest.transcript, &judged.head)?;
    dates::check(&folder.join(files::TRANSCRIPT), &judged.started)?;
    compare_reports(folder, &judged)
        .and_then(|()| compare_manifest(&intact, &judged))
        .map_err(|broken| with_version(broken, &judged.started.version))?;
    Ok(Examined { intact, judged })
}

fn with_version(broken: Broken, version: &str) -> Broken {
    match broken {
        Broken::Difference(difference) if version != env!("CARGO_PKG_VERSION") => Broken::OtherVersion {
            version: TerminalText::line(version),
            difference,
        },
        other => other,
    }
}

fn without_manifest(folder: &Path, judge: &Judge<'_>) -> Broken {
    let recorded_only = integrity::entries(folder)
        .is_ok_and(|names| names.contains(files::TRANSCRIPT) && !names.contains(files::RESULTS));
    if !recorded_only {
        return Broken::NoManifest;
    }
    match judge(&folder.join(files::TRANSCRIPT)) {
        Ok(Judged {
            end: End::Complete, ..
        }) => Broken::NoManifest,
        Ok(judged) => Broken::Unfinished(Box::new(unfinished(&judged))),
        Err(error) => error.into(),
    }
}

fn unfinished(judged: &Judged) -> Unfinished {
    let finished = match &judged.end {
        End::Complete => Vec::new(),
        End::Cut { finished } => finished.clone(),
    };
    let done: BTreeSet<&ExampleId> = finished.iter().collect();
    let selected: Vec<&ExampleId> = judged
        .assessment
        .rows
        .iter()
        .filter(|row| row.entry.selection == Selection::Selected)
        .map(|row| &row.entry.example)
        .collect();
    Unfinished {
        run: TerminalText::line(&judged.started.run_id),
        started_at: TerminalText::line(&judged.started.started_at),
        records: judged.head.records,
        selected: selected.len(),
        open: selected
            .into_iter()
            .filter(|example| !done.contains(example))
            .cloned()
            .collect(),
        finished,
    }
}

fn compare_head(listed: &ChainHead, found: &ChainHead) -> Result<(), Broken> {
    if listed == found {
        return Ok(());
    }
    Err(Broken::Head {
        expected: TerminalText::line(&listed.head),
        expected_records: listed.records,
        found: found.head.clone(),
        found_records: found.records,
    })
}

fn compare_reports(folder: &Path, judged: &Judged) -> Result<(), Broken> {
    let transcript = folder.join(files::TRANSCRIPT);
    let basis = Basis {
        started: &judged.started,
        assessment: &judged.assessment,
        transcripts: &[&transcript],
    };
    for derived in &DERIVED {
        let name = derived.name;
        let remade = (derived.make)(&basis).map_err(|error| Broken::Remaking {
            name,
            detail: error.to_string(),
        })?;
        let found = read_report(folder, name, &remade)?;
        differing(match derived.compared {
            Compared::AsJson => difference::in_json(name, &remade, &found),
            Compared::ByLine => difference::in_lines(name, &remade, &found),
        })?;
    }
    Ok(())
}

fn compare_manifest(intact: &Intact, judged: &Judged) -> Result<(), Broken> {
    let remaking = |detail: String| Broken::Remaking {
        name: files::MANIFEST,
        detail,
    };
    // The listed digests were compared with the files, so they may stand in the expectation. So may the
    // digest over the manifest: where it alone differs, it is the consequence and not the place.
    let listed = &intact.manifest.files;
    let remade = manifest::write(&judged.started, &judged.assessment, &judged.head, listed)
        .map_err(|error| remaking(error.to_string()))?;
    let resealed = manifest::resealed(&remade, &intact.manifest.self_digest)
        .map_err(|error| remaking(error.to_string()))?;
    let carried = difference::in_json(files::MANIFEST, &remade, &intact.bytes);
    differing(
        carried
            .map(|carried| difference::in_json(files::MANIFEST, &resealed, &intact.bytes).unwrap_or(carried)),
    )
}

// A report that is far longer than it should be is not read to its end to say so.
pub(super) fn read_report(folder: &Path, name: &'static str, remade: &[u8]) -> Result<Vec<u8>, Broken> {
    const MARGIN: u64 = 16 * 1024 * 1024;
    integrity::read_whole(
        folder,
        name,
        (remade.len() as u64).saturating_mul(2).saturating_add(MARGIN),
    )
}

fn differing(difference: Option<difference::Difference>) -> Result<(), Broken> {
    difference.map_or(Ok(()), |difference| Err(Broken::Difference(Box::new(difference))))
}

fn verified(intact: &Intact, judged: &Judged) -> Verified {
    let manifest = &intact.manifest;
    let Judged {
        started,
        assessment,
        head,
        end,
    } = judged;
    Verified {
        run: TerminalText::line(&started.run_id),
        outcome: assessment.outcome,
        sentence: TerminalText::line(&results::sentence(started, assessment)),
        examples: assessment.rows.iter().filter(|row| row.result.is_some()).count(),
        records: head.records,
        bytes: manifest
            .files
            .iter()
            .map(|file| file.size)
            .fold(0, u64::saturating_add),
        complete: *end == End::Complete,
        attested: None,
        decided: None,
        assumed: manifest::assumed(&started.profile)
            .iter()
            .map(|name| TerminalText::line(name))
            .collect(),
        unmade: manifest
            .files
            .iter()
            .map(|file| file.name.clone())
            .filter(|name| name != files::TRANSCRIPT && !is_derived(name))
            .collect(),
    }
}
