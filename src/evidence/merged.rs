//! The folder of a merged run: the bundles of its shards unchanged, the reports over all of them, and a
//! `manifest.json` of its own kind that binds them together.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{
    derived::{Basis, DERIVED, DerivedError},
    digesting::Sized,
    files,
    manifest::{Attempts, ChainHead, FileDigest, PlanFacts, Tool, attempts_of, plan_facts},
    results::{self, RunFacts},
};
use crate::{
    transcript::{provenance::Sharded, record::RunStarted},
    verdict::{lattice::RunOutcome, result::Assessment},
    wire::digest::sha256_hex,
};

/// Version of the format.
pub const FORMAT: u32 = 1;
/// The kind that its manifest states; that of a bundle states none.
pub const KIND: &str = "merged";

/// Its `manifest.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MergedManifest {
    /// Version of the format.
    pub format: u32,
    /// [`KIND`].
    pub kind: String,
    /// SHA-256 over the bytes of this file with the value of this field empty.
    pub self_digest: String,
    /// What made the shards.
    pub tool: Tool,
    /// Facts of the run.
    pub run: RunFacts,
    /// What the run says.
    pub outcome: RunOutcome,
    /// The same in words.
    pub sentence: String,
    /// Whether a shard was cut short.
    pub interrupted: bool,
    /// The plan.
    pub plan: PlanFacts,
    /// Every attempt at every example that ran, in plan order.
    pub attempts: Vec<Attempts>,
    /// The shards in the order of their numbers.
    pub shards: Vec<ShardListed>,
    /// The combined reports, in the order in which they were written.
    pub files: Vec<FileDigest>,
}

/// One shard in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardListed {
    /// Where its bundle stands.
    pub folder: String,
    /// Id of its run.
    pub run: String,
    /// Wall clock at its start, RFC 3339.
    pub started_at: String,
    /// Which part it is.
    pub shard: Option<Sharded>,
    /// Digest of its own plan.
    pub plan_digest: String,
    /// SHA-256 over its `manifest.json`, lower-case hex.
    pub manifest_sha256: String,
    /// End of its transcript's chain.
    pub transcript: ChainHead,
    /// Number of its first record in the combined reports.
    pub first_record: u64,
}

/// A shard as the merged run needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct ShardBundle {
    /// Its folder.
    pub folder: PathBuf,
    /// Facts of its run.
    pub started: RunStarted,
    /// SHA-256 over its `manifest.json`, lower-case hex.
    pub manifest_sha256: String,
    /// End of its transcript's chain.
    pub head: ChainHead,
    /// Names of the files that its manifest lists.
    pub listed: Vec<String>,
}

/// The files of a merged run beside its shards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    /// The reports, in the order of their making.
    pub reports: Vec<(&'static str, Vec<u8>)>,
    /// The manifest.
    pub manifest: Vec<u8>,
}

/// A merged run could not be written.
#[derive(Debug, thiserror::Error)]
pub enum MergedError {
    /// A report could not be made.
    #[error("{name} cannot be made: {source}")]
    Derived {
        /// The file.
        name: &'static str,
        /// Why.
        source: DerivedError,
    },
    /// The manifest could not be made.
    #[error("the manifest cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A file cannot be copied or written.
    #[error("{} cannot be written: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Name of a shard's folder.
pub fn folder_name(number: usize) -> String {
    format!("{}/{number}", files::SHARDS)
}

/// Makes the files; the same shards and the same judgement give the same bytes.
pub fn compose(
    shards: &[ShardBundle],
    started: &RunStarted,
    assessment: &Assessment,
) -> Result<Composed, MergedError> {
    let transcripts: Vec<PathBuf> = shards
        .iter()
        .map(|shard| shard.folder.join(files::TRANSCRIPT))
        .collect();
    let transcripts: Vec<&Path> = transcripts.iter().map(PathBuf::as_path).collect();
    let basis = Basis {
        started,
        assessment,
        transcripts: &transcripts,
    };
    let mut reports = Vec::new();
    for derived in &DERIVED {
        let name = derived.name;
        let content = (derived.make)(&basis).map_err(|source| MergedError::Derived { name, source })?;
        reports.push((name, content));
    }
    let listed = reports
        .iter()
        .map(|(name, content)| {
            let Sized { size, sha256 } = Sized::of(content);
            FileDigest {
                name: (*name).to_owned(),
                size,
                sha256,
            }
        })
        .collect();
    let mut manifest = manifest(shards, started, assessment, listed);
    manifest.self_digest = sha256_hex(&bytes(&manifest)?);
    Ok(Composed {
        reports,
        manifest: bytes(&manifest)?,
    })
}

fn bytes(manifest: &MergedManifest) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(manifest)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn manifest(
    shards: &[ShardBundle],
    started: &RunStarted,
    assessment: &Assessment,
    files: Vec<FileDigest>,
) -> MergedManifest {
    let mut first_record = 0_u64;
    let listed = (1..).zip(shards).map(|(number, shard)| {
        let listed = ShardListed {
            folder: folder_name(number),
            run: shard.started.run_id.clone(),
            started_at: shard.started.started_at.clone(),
            shard: shard.started.shard.clone(),
            plan_digest: shard.started.plan_digest.clone(),
            manifest_sha256: shard.manifest_sha256.clone(),
            transcript: shard.head.clone(),
            first_record,
        };
        first_record = first_record.saturating_add(shard.head.records);
        listed
    });
    MergedManifest {
        format: FORMAT,
        kind: KIND.to_owned(),
        self_digest: String::new(),
        tool: Tool {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: started.version.clone(),
            build: started.build.clone(),
        },
        run: RunFacts::of(started),
        outcome: assessment.outcome,
        sentence: results::sentence(started, assessment),
        interrupted: assessment.interrupted,
        plan: plan_facts(&assessment.rows),
        attempts: attempts_of(&assessment.rows),
        shards: listed.collect(),
        files,
    }
}

/// Writes the folder, which must not exist: the shards first, the manifest last.
pub fn write(out: &Path, shards: &[ShardBundle], composed: &Composed) -> Result<(), MergedError> {
    let make = |path: &Path| {
        fs::create_dir(path).map_err(|source| MergedError::Write {
            path: path.to_owned(),
            source,
        })
    };
    make(out)?;
    make(&out.join(files::SHARDS))?;
    for (number, shard) in (1..).zip(shards) {
        let to = out.join(folder_name(number));
        make(&to)?;
        let beside = files::BESIDE
            .iter()
            .filter(|name| is_file(&shard.folder.join(name)));
        let names = shard
            .listed
            .iter()
            .map(String::as_str)
            .chain([files::MANIFEST])
            .chain(beside.copied());
        for name in names {
            let path = to.join(name);
            fs::copy(shard.folder.join(name), &path).map_err(|source| MergedError::Write { path, source })?;
        }
    }
    for (name, content) in &composed.reports {
        put(&out.join(name), content)?;
    }
    put(&out.join(files::MANIFEST), &composed.manifest)
}

// Not through a link, which could point anywhere.
fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_file())
}

fn put(path: &Path, content: &[u8]) -> Result<(), MergedError> {
    let write = || -> io::Result<()> {
        let mut file = File::create_new(path)?;
        file.write_all(content)?;
        file.sync_all()
    };
    write().map_err(|source| MergedError::Write {
        path: path.to_owned(),
        source,
    })
}

/// Whether a folder holds a merged run: its manifest says so.
pub fn says_merged(manifest: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Kind {
        kind: String,
    }
    serde_json::from_slice::<Kind>(manifest).is_ok_and(|found| found.kind == KIND)
}
