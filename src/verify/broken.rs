//! Why a bundle does not hold.

use std::fmt;

use super::{code::Code, difference::Difference, judging::JudgingError};
use crate::{contract::id::ExampleId, evidence::text::TerminalText};

/// The bundle does not hold. The texts name what was found; they come from the bundle and are cleaned for
/// the terminal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The folder cannot be read.
    #[error("the folder {folder} cannot be read: {detail}")]
    Folder {
        /// The folder.
        folder: TerminalText,
        /// Why.
        detail: String,
    },
    /// More entries than any bundle has.
    #[error("the folder holds more than {limit} entries; it is no bundle")]
    Crowded {
        /// The limit.
        limit: usize,
    },
    /// There is no manifest.
    #[error("there is no manifest.json, so the bundle was never released")]
    NoManifest,
    /// The manifest is no manifest.
    #[error("manifest.json cannot be used: {detail}")]
    Manifest {
        /// Why.
        detail: TerminalText,
    },
    /// The manifest was changed after it was written.
    #[error("manifest.json was changed: it carries the digest {expected}, its content has {found}")]
    SelfDigest {
        /// What it carries.
        expected: TerminalText,
        /// What its content gives.
        found: String,
    },
    /// A listed name cannot be the name of a file in a bundle, or is listed twice.
    #[error("manifest.json lists {name:?}, which cannot be or is listed twice", name = name.as_str())]
    Listed {
        /// The name.
        name: TerminalText,
    },
    /// A file that every bundle has is not listed.
    #[error("manifest.json does not list {name}")]
    NotListed {
        /// The name.
        name: &'static str,
    },
    /// A listed file is not there.
    #[error("{name} is listed in manifest.json but missing")]
    Missing {
        /// The name.
        name: String,
    },
    /// Something is there that is not listed.
    #[error("{name} is not listed in manifest.json; remove it or ask where it comes from")]
    Unlisted {
        /// The name.
        name: TerminalText,
    },
    /// A listed name is a folder, a link or a device.
    #[error("{name} is no regular file")]
    NoFile {
        /// The name.
        name: String,
    },
    /// A file cannot be read.
    #[error("{name} cannot be read: {detail}")]
    Unreadable {
        /// The name.
        name: String,
        /// Why.
        detail: String,
    },
    /// A file has another size than listed.
    #[error("{name} has {found} bytes, manifest.json says {expected}")]
    Size {
        /// The name.
        name: String,
        /// The listed size.
        expected: u64,
        /// The size on disk.
        found: u64,
    },
    /// A file has another digest than listed.
    #[error("{name} was changed: manifest.json says SHA-256 {expected}, the file has {found}")]
    Digest {
        /// The name.
        name: String,
        /// The listed digest.
        expected: TerminalText,
        /// The digest on disk.
        found: String,
    },
    /// The transcript could not be judged again.
    #[error("transcript.ndjson: {0}")]
    Judging(#[from] JudgingError),
    /// The transcript ends elsewhere than the manifest says.
    #[error(
        "transcript.ndjson ends with record digest {found} after {found_records} records, manifest.json says \
         {expected} after {expected_records}"
    )]
    Head {
        /// What the manifest says.
        expected: TerminalText,
        /// Number of records according to the manifest.
        expected_records: u64,
        /// What the chain gives.
        found: String,
        /// Number of records in the transcript.
        found_records: u64,
    },
    /// A report does not follow from the transcript.
    #[error("{0}")]
    Difference(Box<Difference>),
    /// A report does not follow from the transcript, but another version of the program wrote it.
    #[error(
        "{difference}; the bundle was made by version {version} and this is {}: verify it with that version, \
         because wording may have changed",
        env!("CARGO_PKG_VERSION")
    )]
    OtherVersion {
        /// The version that made the bundle.
        version: TerminalText,
        /// The first difference.
        difference: Box<Difference>,
    },
    /// A report could not be made again from the transcript.
    #[error("{name} cannot be made again from the transcript: {detail}")]
    Remaking {
        /// The name.
        name: &'static str,
        /// Why.
        detail: String,
    },
    /// The run says that it began at another time than the one that it signed messages at.
    #[error(
        "the run says that it started at {started_at}, but {}; its start was changed afterwards",
        signed_as(signed.as_deref())
    )]
    BackDated {
        /// What it says.
        started_at: TerminalText,
        /// What stands in the first right message; none where the start is no time at all.
        signed: Option<String>,
    },
    /// A trusted key was given, and nobody signed anything.
    #[error(
        "attestation.json is missing, so no trusted key stands for the bundle; ask for it, or leave out --trusted-key"
    )]
    NotAttested,
    /// The attestation is none.
    #[error("attestation.json cannot be used: {detail}")]
    Attestation {
        /// Why.
        detail: TerminalText,
    },
    /// None of the trusted keys signed it.
    #[error(
        "attestation.json is not signed by a trusted key, but by one that calls itself {}",
        list(keys)
    )]
    SignedByAnother {
        /// The ids beside its signatures.
        keys: Vec<TerminalText>,
    },
    /// It names a trusted key, but the signature is not that key's over this statement.
    #[error("attestation.json names the trusted key {key}, but that key did not sign what it says")]
    SignatureWrong {
        /// The key.
        key: String,
    },
    /// It is about another manifest.
    #[error("attestation.json is about a manifest with SHA-256 {expected}, the one here has {found}")]
    AttestsAnother {
        /// What it is about.
        expected: TerminalText,
        /// What is here.
        found: String,
    },
    /// It is about this manifest, but says something that does not follow from the run.
    #[error("{0}")]
    AttestationDiffers(Box<Difference>),
    /// It says and proves what it should, but its bytes are not those that were written.
    #[error("attestation.json was changed in its writing: `attest` writes the same envelope otherwise")]
    AttestationRewritten,
    /// The decision is none.
    #[error("decision.json cannot be used: {detail}")]
    Decision {
        /// Why.
        detail: TerminalText,
    },
    /// It names a trusted key, but the signature is not that key's over this decision.
    #[error("decision.json names the trusted key {key}, but that key did not sign what it says")]
    DecisionSignature {
        /// The key.
        key: String,
    },
    /// It is about another manifest.
    #[error("decision.json is about a manifest with SHA-256 {expected}, the one here has {found}")]
    DecidesAnother {
        /// What it is about.
        expected: TerminalText,
        /// What is here.
        found: String,
    },
    /// It is about this manifest, but says of the run what does not follow from it.
    #[error("decision.json says of the run what does not follow from its transcript")]
    DecisionDiffers,
    /// The run was killed before anything was judged.
    #[error("{0}")]
    Unfinished(Box<Unfinished>),
}

impl Broken {
    /// The stable word for it.
    pub fn code(&self) -> &'static str {
        self.kind().name()
    }

    fn kind(&self) -> Code {
        match self {
            Self::Folder { .. } => Code::FolderUnreadable,
            Self::Crowded { .. } => Code::FolderCrowded,
            Self::NoManifest => Code::ManifestMissing,
            Self::Manifest { .. } => Code::ManifestUnusable,
            Self::SelfDigest { .. } => Code::ManifestChanged,
            Self::Listed { .. } => Code::ListUnusable,
            Self::NotListed { .. } => Code::ListIncomplete,
            Self::Missing { .. } => Code::FileMissing,
            Self::Unlisted { .. } => Code::FileNotListed,
            Self::NoFile { .. } => Code::FileIrregular,
            Self::Unreadable { .. } => Code::FileUnreadable,
            Self::Size { .. } | Self::Digest { .. } => Code::FileChanged,
            Self::Judging(error) => error.kind(),
            Self::Head { .. } => Code::ChainHead,
            Self::Difference(difference) => difference.kind,
            Self::OtherVersion { .. } => Code::VersionDiffers,
            Self::Remaking { .. } => Code::ReportUnmakeable,
            Self::BackDated { .. } => Code::BackDated,
            Self::NotAttested => Code::NotAttested,
            Self::Attestation { .. } => Code::AttestationUnusable,
            Self::SignedByAnother { .. } => Code::SignedByAnother,
            Self::SignatureWrong { .. } => Code::SignatureWrong,
            Self::AttestsAnother { .. } => Code::AttestsAnother,
            Self::AttestationDiffers(_) => Code::AttestationDiffers,
            Self::AttestationRewritten => Code::AttestationChanged,
            Self::Decision { .. } => Code::DecisionUnusable,
            Self::DecisionSignature { .. } => Code::DecisionSignature,
            Self::DecidesAnother { .. } => Code::DecidesAnother,
            Self::DecisionDiffers => Code::DecisionDiffers,
            Self::Unfinished(_) => Code::RunUnfinished,
        }
    }
}

fn signed_as(signed: Option<&str>) -> String {
    signed.map_or_else(
        || "that is no time".to_owned(),
        |signed| format!("it signed its first message at {signed}"),
    )
}

fn list(keys: &[TerminalText]) -> String {
    let shown: Vec<&str> = keys.iter().map(TerminalText::as_str).collect();
    shown.join(", ")
}

/// What a transcript tells of a run that was killed before its bundle was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// The run's id.
    pub run: TerminalText,
    /// When it started.
    pub started_at: TerminalText,
    /// Records that are there, all of them intact.
    pub records: u64,
    /// Examples that were to run.
    pub selected: usize,
    /// Those that had finished.
    pub finished: Vec<ExampleId>,
    /// Those that had not.
    pub open: Vec<ExampleId>,
}

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "run {}, started at {}, did not end: its transcript stops after {} records, {} of {} examples had \
             finished",
            self.run,
            self.started_at,
            self.records,
            self.finished.len(),
            self.selected
        )?;
        if let Some(first) = self.open.first() {
            let more = self.open.len() - 1;
            write!(f, ", open are {first}")?;
            if more > 0 {
                write!(f, " and {more} more")?;
            }
        }
        f.write_str("; nothing was judged, so it proves nothing yet")
    }
}
