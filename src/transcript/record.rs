//! The lines of a transcript.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    attest::{Attested, SupportScanned, Surroundings},
    batch::{BatchExported, BatchReported, BatchSent},
    build::Build,
    dead_end::DeadEnd,
    endpoint::Probed,
    exchange::{Delivery, Fate, SeenRequest},
    observation::{Alerted, Controlled, LogObserved, LogScanned, Observed, Operation, Prepared, Waited},
    page::{Browsed, CheckoutSeen, PagesScanned},
    provenance::{Assurance, Sharded, Submission, TakenChallenge},
    told::Told,
    visit::{CanarySet, Visit},
};
use crate::{config::waivers::Waiver, contract::id::ExampleId, plan::entry::Entry, wire::moment::Micros};

/// One line: when, for which example, what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Position in the transcript, from 0.
    pub number: u64,
    /// When it was written.
    pub at: Micros,
    /// The example it belongs to; none for the run as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// An attempt at an example.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Scope {
    /// The example.
    pub example: ExampleId,
    /// 1 for the first attempt; 0 stands for the time before all examples and is never recorded.
    pub attempt: u8,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "what", rename_all = "kebab-case")]
pub enum Event {
    /// First line of every transcript.
    RunStarted(Box<RunStarted>),
    /// One line of the plan. All of them stand before the first example starts.
    Planned(Box<Entry>),
    /// An attempt began.
    ExampleStarted,
    /// A reference was made, or taken from the partner's list.
    Prepared(Prepared),
    /// Something was sent to the partner.
    Delivered(Box<Delivery>),
    /// The platform is done with an event: kept by the partner, or given up after the last attempt.
    Settled(Fate),
    /// The sandbox was asked.
    Seen(Box<SeenRequest>),
    /// An effect was read.
    Observed(Observed),
    /// A wait was made.
    Waited(Waited),
    /// The log was searched for an id.
    LogObserved(LogObserved),
    /// The log was searched for secrets.
    LogScanned(LogScanned),
    /// An operation of the partner's was started.
    Operated(Box<Operation>),
    /// What such an operation showed its user or operator.
    Told(Told),
    /// The partner was sent to an address where it can do no business.
    DeadEnd(DeadEnd),
    /// The partner's alarms were looked at.
    Alerted(Alerted),
    /// The endpoint was looked at: addresses, connection, handshake, certificates.
    Probed(Box<Probed>),
    /// A control action was taken.
    Controlled(Controlled),
    /// A listener was set up that nobody may call.
    CanarySet(CanarySet),
    /// Somebody called it.
    Visited(Visit),
    /// A checkout was started.
    CheckoutSeen(Box<CheckoutSeen>),
    /// What is delivered to browsers was searched for secrets.
    PagesScanned(PagesScanned),
    /// A page was visited with a browser.
    Browsed(Box<Browsed>),
    /// A question of the declaration was looked up.
    Attested(Box<Attested>),
    /// A sample support request was searched.
    SupportScanned(Box<SupportScanned>),
    /// What the run was made with.
    Surroundings(Box<Surroundings>),
    /// A batch file was handed over.
    BatchSent(Box<BatchSent>),
    /// The partner's report about a batch file was looked for.
    BatchReported(Box<BatchReported>),
    /// Text from a batch file was exported again.
    BatchExported(Box<BatchExported>),
    /// Something a reviewer should know that no check looks at.
    Note {
        /// The text.
        text: String,
    },
    /// A check was made. Check and outcome are the values of the room `checks`.
    Checked {
        /// The check with its parameters.
        check: Value,
        /// What it said at the time.
        outcome: Value,
    },
    /// The attempt could not go on.
    Stopped(Stopped),
    /// The attempt is over; everything of it stands before this line.
    ExampleFinished,
    /// The run was interrupted from outside.
    Interrupted,
    /// Last line of a complete transcript.
    RunFinished,
}

/// Why an attempt could not go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum Stopped {
    /// Declared, but not observable, or the stimulus could not be given as described.
    Inconclusive {
        /// In words.
        reason: String,
    },
    /// A check had found that the case is not about this partner.
    NotApplicable {
        /// In words.
        reason: String,
    },
    /// The harness or its surroundings failed.
    Harness {
        /// In words.
        reason: String,
    },
    /// The run was interrupted, or the example ran past its deadline.
    Interrupted {
        /// In words.
        reason: String,
    },
}

/// The word in [`RunStarted::not_certifiable`] for a run that was limited to some areas, cases or examples.
pub const FILTERED: &str = "filtered";

/// What a run was made with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunStarted {
    /// Format of the transcript; see `format`.
    pub format: u32,
    /// The run's id, also the name of its folder.
    pub run_id: String,
    /// Version of this program.
    pub version: String,
    /// Its build; missing in transcripts of programs that did not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<Build>,
    /// SHA-256 over all feature files, rulebook and profiles.
    pub suite_digest: String,
    /// SHA-256 over the plan.
    pub plan_digest: String,
    /// Seed of everything random.
    pub seed: u64,
    /// Wall clock at the start, RFC 3339.
    pub started_at: String,
    /// Mode of the run (`smoke`, `certify`, `long`).
    pub mode: String,
    /// Why this run can never be a certificate; empty when it can.
    pub not_certifiable: Vec<String>,
    /// How far it can be believed.
    pub assurance: Assurance,
    /// The challenge that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<TakenChallenge>,
    /// Who says to have run it, where it is witnessed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness: Option<String>,
    /// Its place in a submission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submission: Option<Submission>,
    /// The part of a plan that it took on; none where it took on the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Sharded>,
    /// Failures that somebody answers for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<Waiver>,
    /// The resolved, masked configuration.
    pub configuration: Value,
    /// Profile values, each with its value, provenance (`assumed`, `seed`, `confirmed`) and source.
    pub profile: Value,
}
