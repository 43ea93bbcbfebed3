//! Verifies a merged run: every shard holds, they are the parts of one run, and the reports over all of them follow
//! from them. A merge takes the same way before it writes anything.

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
};

use super::{
    attested,
    broken::Broken,
    decided, difference, integrity,
    judging::{End, JudgingError},
    whole::{self, Judge},
};
use crate::{
    contract::id::ExampleId,
    evidence::{
        attestation::keys::PublicKey,
        derived::{Compared, DERIVED},
        files,
        manifest::digest_of_itself,
        merged::{Composed, FORMAT, MergedManifest, ShardBundle, compose, folder_name, says_merged},
        text::TerminalText,
    },
    plan::entry::Entry,
    transcript::{
        reader::{ReadError, Reader},
        record::Event,
    },
    verdict::joining::{Part, Unjoinable, Whole, join, ordered},
    wire::digest::sha256_hex,
};

/// Largest manifest that is read, in bytes.
const LARGEST_MANIFEST: u64 = 16 * 1024 * 1024;

/// Shards are not the parts of one run, or a merged run does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergedBroken {
    /// The bundle of a shard does not hold.
    #[error("{}: {broken} [{}]", folder.as_str(), broken.code())]
    Shard {
        /// Its folder.
        folder: TerminalText,
        /// What does not hold.
        broken: Box<Broken>,
    },
    /// A shard was killed.
    #[error("{}: its run has no end", folder.as_str())]
    Unfinished {
        /// Its folder.
        folder: TerminalText,
    },
    /// They are not the parts of one run.
    #[error("{}", TerminalText::line(&.0.to_string()))]
    Unjoinable(#[from] Unjoinable),
    /// Something else stands where a shard should.
    #[error("{} is not the folder of a shard of this run; remove it or ask where it comes from", name.as_str())]
    Name {
        /// The name.
        name: TerminalText,
    },
    /// Another bundle stands where a shard was.
    #[error("shard {number} is not the one that was merged: manifest.json says SHA-256 {expected}, its manifest has {found}", expected = expected.as_str())]
    Replaced {
        /// Its number.
        number: usize,
        /// What the list says.
        expected: TerminalText,
        /// What is there.
        found: String,
    },
    /// The folder around the shards does not hold.
    #[error(transparent)]
    Whole(Broken),
}

impl MergedBroken {
    /// Its code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Shard { .. } => "shard-broken",
            Self::Unfinished { .. } => "shard-unfinished",
            Self::Unjoinable(why) => why.code(),
            Self::Name { .. } => "shard-name",
            Self::Replaced { .. } => "shard-replaced",
            Self::Whole(broken) => broken.code(),
        }
    }
}

/// Shards that are the parts of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined {
    /// The shards in the order of their numbers.
    pub shards: Vec<ShardBundle>,
    /// What they are parts of.
    pub whole: Whole,
}

/// A merged run that holds.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifiedMerged {
    /// What was joined again.
    pub joined: Joined,
    /// Records of all transcripts.
    pub records: u64,
}

/// Whether a folder holds a merged run.
pub fn is_merged(folder: &Path) -> bool {
    integrity::read_whole(folder, files::MANIFEST, LARGEST_MANIFEST).is_ok_and(|bytes| says_merged(&bytes))
}

/// Checks bundles, in any order, with what stands beside them, and joins them. With trusted keys each must be attested
/// by one of them.
pub fn joined(folders: &[PathBuf], judge: &Judge<'_>, trusted: &[PublicKey]) -> Result<Joined, MergedBroken> {
    let mut checked = Vec::new();
    for folder in folders {
        checked.push(shard(folder, judge, trusted)?);
    }
    // A run that is no shard, a gap and a double are told before anything is compared.
    let checked = ordered(checked, |(_, part)| &part.started)?;
    let (shards, parts): (Vec<ShardBundle>, Vec<Part>) = checked.into_iter().unzip();
    let whole = join(&parts)?;
    Ok(Joined { shards, whole })
}

fn shard(
    folder: &Path,
    judge: &Judge<'_>,
    trusted: &[PublicKey],
) -> Result<(ShardBundle, Part), MergedBroken> {
    let name = || TerminalText::line(&folder.to_string_lossy());
    let broken = |broken: Broken| MergedBroken::Shard {
        folder: name(),
        broken: Box::new(broken),
    };
    let examined = whole::examine(folder, judge).map_err(broken)?;
    let whole::Examined { intact, judged } = examined;
    attested::check(folder, &intact.manifest, &intact.bytes, &judged, trusted).map_err(broken)?;
    decided::check(folder, &intact.bytes, &judged, trusted).map_err(broken)?;
    if judged.end != End::Complete {
        return Err(MergedBroken::Unfinished { folder: name() });
    }
    let (plan, attempts) = planned(&folder.join(files::TRANSCRIPT)).map_err(|error| {
        broken(Broken::Judging(JudgingError::Read {
            detail: error.to_string(),
        }))
    })?;
    let part = Part {
        started: judged.started.clone(),
        assessment: judged.assessment,
        plan,
        records: judged.head.records,
        attempts,
    };
    let bundle = ShardBundle {
        folder: folder.to_owned(),
        started: judged.started,
        manifest_sha256: sha256_hex(&intact.bytes),
        head: judged.head,
        listed: intact
            .manifest
            .files
            .iter()
            .map(|file| file.name.clone())
            .collect(),
    };
    Ok((bundle, part))
}

/// The plan as it was recorded, and the number of attempts at each example.
fn planned(transcript: &Path) -> Result<(Vec<Entry>, HashMap<ExampleId, u8>), ReadError> {
    let mut reader = Reader::open(transcript)?;
    let mut plan = Vec::new();
    let mut attempts: HashMap<ExampleId, u8> = HashMap::new();
    while let Some(record) = reader.next_record()? {
        if let Some(scope) = record.scope {
            let known = attempts.entry(scope.example).or_default();
            *known = scope.attempt.max(*known);
        }
        if let Event::Planned(entry) = record.event {
            plan.push(*entry);
        }
    }
    Ok((plan, attempts))
}

/// Makes the reports and the manifest over joined shards.
pub fn composed(joined: &Joined) -> Result<Composed, MergedBroken> {
    let Whole { started, assessment } = &joined.whole;
    compose(&joined.shards, started, assessment).map_err(|error| {
        MergedBroken::Whole(Broken::Remaking {
            name: files::MANIFEST,
            detail: error.to_string(),
        })
    })
}

/// Verifies the folder of a merged run. Nothing in it is trusted. With trusted keys each shard must be attested by one of
/// them: from those the rest follows.
pub fn verify(
    folder: &Path,
    judge: &Judge<'_>,
    trusted: &[PublicKey],
) -> Result<VerifiedMerged, MergedBroken> {
    let bytes =
        integrity::read_whole(folder, files::MANIFEST, LARGEST_MANIFEST).map_err(MergedBroken::Whole)?;
    let manifest = parse(&bytes).map_err(MergedBroken::Whole)?;
    surroundings(folder).map_err(MergedBroken::Whole)?;
    let folders = shard_folders(folder, manifest.shards.len())?;
    for (number, (listed, path)) in (1..).zip(manifest.shards.iter().zip(&folders)) {
        let bytes = integrity::read_whole(path, files::MANIFEST, LARGEST_MANIFEST).map_err(|broken| {
            MergedBroken::Shard {
                folder: TerminalText::line(&folder_name(number)),
                broken: Box::new(broken),
            }
        })?;
        let found = sha256_hex(&bytes);
        if found != listed.manifest_sha256 {
            let expected = TerminalText::line(&listed.manifest_sha256);
            return Err(MergedBroken::Replaced {
                number,
                expected,
                found,
            });
        }
    }
    for listed in &manifest.files {
        if DERIVED.iter().any(|derived| derived.name == listed.name) {
            integrity::check_file(folder, listed).map_err(MergedBroken::Whole)?;
        }
    }
    let joined = joined(&folders, judge, trusted)?;
    let composed = composed(&joined)?;
    compare(folder, &composed, &bytes).map_err(MergedBroken::Whole)?;
    let records = joined
        .shards
        .iter()
        .map(|shard| shard.head.records)
        .fold(0, u64::saturating_add);
    Ok(VerifiedMerged { joined, records })
}

fn parse(bytes: &[u8]) -> Result<MergedManifest, Broken> {
    let unusable = |detail: String| Broken::Manifest {
        detail: TerminalText::line(&detail),
    };
    let manifest: MergedManifest =
        serde_json::from_slice(bytes).map_err(|error| unusable(error.to_string()))?;
    if manifest.format != FORMAT {
        let found = manifest.format;
        return Err(unusable(format!(
            "it has format {found}, this program reads format {FORMAT} of merged runs"
        )));
    }
    let found = digest_of_itself(bytes, &manifest.self_digest).unwrap_or_else(|| "none".to_owned());
    if found != manifest.self_digest {
        let expected = TerminalText::line(&manifest.self_digest);
        return Err(Broken::SelfDigest { expected, found });
    }
    Ok(manifest)
}

/// The folder holds the reports, the manifest and the shards, and nothing else.
fn surroundings(folder: &Path) -> Result<(), Broken> {
    let present = integrity::entries(folder)?;
    let derived = DERIVED.iter().map(|derived| derived.name);
    let wanted: BTreeSet<&str> = derived.chain([files::MANIFEST, files::SHARDS]).collect();
    if let Some(name) = present.iter().find(|name| !wanted.contains(name.as_str())) {
        let name = TerminalText::line(name);
        return Err(Broken::Unlisted { name });
    }
    match wanted.iter().find(|name| !present.contains(**name)) {
        Some(name) => Err(Broken::Missing {
            name: (*name).to_owned(),
        }),
        None => Ok(()),
    }
}

fn shard_folders(folder: &Path, count: usize) -> Result<Vec<PathBuf>, MergedBroken> {
    let shards = folder.join(files::SHARDS);
    // A link could point out of the folder.
    let real = |path: &Path| fs::symlink_metadata(path).is_ok_and(|found| found.is_dir());
    let stranger = |name: &str| MergedBroken::Name {
        name: TerminalText::line(name),
    };
    if !real(&shards) {
        return Err(stranger(files::SHARDS));
    }
    let wanted: BTreeSet<String> = (1..=count).map(|number| number.to_string()).collect();
    let present = integrity::entries(&shards).map_err(MergedBroken::Whole)?;
    let irregular = |name: &&String| !wanted.contains(*name) || !real(&shards.join(name));
    if let Some(name) = present.iter().find(irregular) {
        return Err(stranger(&format!("{}/{name}", files::SHARDS)));
    }
    let missing = (1_u32..)
        .take(count)
        .find(|number| !present.contains(&number.to_string()));
    if let Some(number) = missing {
        let of = u32::try_from(count).unwrap_or(u32::MAX);
        return Err(Unjoinable::Missing { number, of }.into());
    }
    Ok((1..=count)
        .map(|number| folder.join(folder_name(number)))
        .collect())
}

fn compare(folder: &Path, composed: &Composed, manifest: &[u8]) -> Result<(), Broken> {
    let differing = |found: Option<difference::Difference>| {
        found.map_or(Ok(()), |found| Err(Broken::Difference(Box::new(found))))
    };
    for (derived, (name, remade)) in DERIVED.iter().zip(&composed.reports) {
        let found = whole::read_report(folder, name, remade)?;
        differing(match derived.compared {
            Compared::AsJson => difference::in_json(name, remade, &found),
            Compared::ByLine => difference::in_lines(name, remade, &found),
        })?;
    }
    differing(difference::in_json(files::MANIFEST, &composed.manifest, manifest))
}
