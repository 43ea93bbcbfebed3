//! Everything that can stop a command, and the exit code of each.

use std::path::PathBuf;

use super::exit::Exit;
use crate::{
    actors::{
        attest::PapersError, deliverer::options::DelivererError, fixtures::FixtureError,
        sandbox::options::SandboxError, trigger::ChannelError,
    },
    config::{error::ConfigError, fault_script::ScriptError, waivers::WaiverError},
    contract::error::ContractError,
    evidence::bundle::BundleError,
    plan::select::PlanError,
    reference::ReferenceError,
    suite::{problem::SuiteError, read::LoadError},
    transcript::{reader::ReadError, recorder_error::RecorderError},
    verdict::whole::WholeError,
    verify::{broken::Broken, challenge::Unanswered, merged::MergedBroken, submission::SubmissionBroken},
};

/// Why a command stopped.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each variant wraps an error that says everything")]
pub enum CliError {
    #[error(transparent)]
    Config(#[from] Box<ConfigError>),
    #[error(transparent)]
    Script(#[from] Box<ScriptError>),
    #[error(transparent)]
    Waivers(#[from] Box<WaiverError>),
    #[error("{0}")]
    Usage(String),
    #[error(transparent)]
    Contract(#[from] ContractError),
    #[error("the embedded suite cannot be used: {0}")]
    Suite(#[from] SuiteError),
    #[error("the embedded suite cannot be used: {0}")]
    Load(#[from] LoadError),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error("the transcript cannot be written: {0}")]
    Recorder(#[from] RecorderError),
    #[error("the transcript cannot be read: {0}")]
    Read(#[from] ReadError),
    #[error("the transcript cannot be judged: {0}")]
    Judge(#[from] WholeError),
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    #[error(transparent)]
    Deliverer(#[from] DelivererError),
    #[error(transparent)]
    Channel(#[from] ChannelError),
    #[error(transparent)]
    Fixture(#[from] FixtureError),
    #[error(transparent)]
    Bundle(#[from] BundleError),
    #[error("the evidence does not hold [{code}]: {0}", code = .0.code())]
    Evidence(#[from] Broken),
    #[error("the submission does not hold: {}", coded(.0.code(), .0))]
    Submission(#[from] SubmissionBroken),
    #[error("the shards do not hold together [{code}]: {0}", code = .0.code())]
    Merged(#[from] MergedBroken),
    #[error("the challenge is not answered:{}", findings(.0))]
    Unanswered(Vec<Unanswered>),
    #[error("the reference partner: {0}")]
    Reference(#[from] ReferenceError),
    #[error("the built-in reference partner did not start: {0}")]
    Partner(String),
    #[error("{place} cannot be reached at {url}: {why}; is it running, and is the address right?")]
    Unreachable { place: String, url: String, why: String },
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: std::io::Error },
    #[error("the run ended without a judgement: {0}")]
    Undetermined(String),
    #[error("not approved, and nothing was recorded: {}", .0.join("; "))]
    NotApproved(Vec<String>),
    #[error("{0}")]
    SelfTest(String),
    #[error("standard output cannot be written: {0}")]
    Output(#[from] std::io::Error),
}

fn coded(code: &str, text: &dyn std::fmt::Display) -> String {
    format!("{code}: {text}")
}

fn findings(wrong: &[Unanswered]) -> String {
    let lines = wrong
        .iter()
        .map(|wrong| format!("\n  {}", coded(wrong.code(), wrong)));
    lines.collect()
}

impl CliError {
    /// The exit code of each.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Config(_)
            | Self::Script(_)
            | Self::Waivers(_)
            | Self::Usage(_)
            | Self::Contract(_)
            | Self::Channel(_)
            | Self::Fixture(_)
            | Self::File { .. }
            | Self::Plan(PlanError::Unknown(_) | PlanError::Shards { .. }) => Exit::Usage,
            Self::Plan(PlanError::NothingSelected { .. }) => Exit::NothingSelected,
            Self::Plan(PlanError::NotInRulebook(_))
            | Self::Suite(_)
            | Self::Load(_)
            | Self::Recorder(_)
            | Self::Judge(_)
            | Self::Sandbox(_)
            | Self::Deliverer(_)
            | Self::Bundle(_)
            | Self::Reference(_)
            | Self::Partner(_)
            | Self::Unreachable { .. }
            | Self::Undetermined(_)
            | Self::Output(_) => Exit::Undetermined,
            Self::Read(_)
            | Self::Evidence(_)
            | Self::Submission(_)
            | Self::Merged(_)
            | Self::Unanswered(_) => Exit::BrokenEvidence,
            Self::SelfTest(_) | Self::NotApproved(_) => Exit::NonConformant,
        }
    }
}

impl From<PapersError> for CliError {
    fn from(error: PapersError) -> Self {
        match error {
            PapersError::Declaration(error) => error.into(),
            PapersError::Channel(error) => error.into(),
        }
    }
}

impl From<WaiverError> for CliError {
    fn from(error: WaiverError) -> Self {
        Self::Waivers(Box::new(error))
    }
}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> Self {
        Self::Config(Box::new(error))
    }
}
