//! What can be typed.

use std::{net::SocketAddr, path::PathBuf};

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};

use super::{
    doctor::arguments::DoctorArguments, init::arguments::InitArguments, watch::arguments::WatchArguments,
};
use crate::{
    contract::capability::Capability,
    plan::{filter::Mode, shard::Shard},
    reference::{Defect, keeper::Action},
};

/// Shows whether an integration with the Senang platform is right before it goes live.
#[derive(Debug, Parser)]
#[command(name = "senang-conformance", version, about, long_about = None, propagate_version = true,
    after_help = "Exit codes: 0 conformant, 1 non-conformant, 2 usage or configuration, 3 undetermined, \
                  4 nothing selected, 5 evidence does not hold, 130 interrupted")]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a first partner.toml: asks what your integration does, or takes it as flags, and detects what it can.
    Init(Box<InitArguments>),
    /// Run the cases against a partner and write the evidence.
    Run(RunArguments),
    /// Look at everything that a run depends on, from the file to one good delivery, and say what to mend.
    Doctor(DoctorArguments),
    /// Send generated events, valid and damaged, and shrink a failure to the smallest message.
    Explore(ExploreArguments),
    /// Show the cases: severity, clauses, and whether they apply.
    List(ListArguments),
    /// Say what a case does, why, what typically breaks and how to fix it.
    Explain {
        /// A case such as WH-SIG-02.
        case: String,
    },
    /// Print the orders, policies, claims and subscriptions that a run needs, for you to import.
    Fixtures(FixturesArguments),
    /// Print an empty declaration to fill in: the questions that only people can answer.
    Declarations,
    /// Print webhooks or recurring callbacks byte for byte as JSON, right and falsified, under a known key:
    /// vectors for a receiver in any language.
    Vectors {
        /// Which messages.
        #[arg(value_enum, default_value_t = VectorKind::Webhooks)]
        kind: VectorKind,
        /// A file that replaces an embedded profile of the same name (repeatable).
        #[arg(long, value_name = "FILE")]
        profile: Vec<PathBuf>,
    },
    /// Print the API of the simulated platform as OpenAPI 3.1, for generating clients.
    Openapi {
        /// Print the JSON Schema of the webhook events instead.
        #[arg(long)]
        events: bool,
    },
    /// Check a bundle: its digests, its chain, and that its reports follow from its transcript.
    Verify(VerifyArguments),
    /// Make a key pair for attestations: a private key in a file of its own, and the public one beside it.
    Keygen {
        /// Where to write the private key; the public one gets the same name and .pub.
        #[arg(long, value_name = "KEY")]
        out: PathBuf,
    },
    /// Check a bundle and sign a statement about it, which is written beside its files.
    Attest {
        /// Folder of the bundle.
        folder: PathBuf,
        /// The private key.
        #[arg(long, value_name = "KEY")]
        key: PathBuf,
        /// Replace an attestation that is there already and is not of this key.
        #[arg(long)]
        replace: bool,
    },
    /// Issue a challenge: what a partner's next run has to show, for whom, and until when.
    Challenge(ChallengeArguments),
    /// Show what a reviewer decides by: what failed, what was not covered, waivers, attempts, what changed; and record
    /// the decision.
    Review(ReviewArguments),
    /// Search a folder for the secrets of a partner's file, in every encoding, before it is passed on. Exits with 5
    /// when one is shown.
    Leaks(LeaksArguments),
    /// Write what support asks for: who, which events, when, and masked samples, taken from a bundle.
    Support(SupportArguments),
    /// Show what changed between two runs. Both must hold.
    Diff(DiffArguments),
    /// Put the shards of one run together, as if one run had made them. The exit code is that of the whole.
    Merge(MergeArguments),
    /// Send one message, right or tampered with, and show request, answer, time and the equivalent curl command.
    Send(Box<super::send::arguments::SendArguments>),
    /// Show how a webhook's signature, or the hash of a recurring callback, is made: step by step, byte for byte.
    Sign(super::sign::arguments::SignArguments),
    /// Check the signature of a captured request, and find out why it does not hold.
    CheckSignature(super::sign::arguments::CheckArguments),
    /// Run the simulated platform API on its own, for an integration that is still being written.
    Sandbox(SandboxArguments),
    /// Print fingerprints of keys of production for [keys] in the partner's file: the keys can be recognised in
    /// traffic, and are shown nowhere.
    Fingerprint {
        /// The environment variable that holds a key (repeatable). Without it keys are read from standard input,
        /// one a line, and not shown while they are typed.
        #[arg(long, value_name = "NAME")]
        key_env: Vec<String>,
    },
    /// Prove the suite: the clean reference partner must pass, and every defect must be noticed.
    SelfTest(SelfTestArguments),
    /// Print a script that completes commands and options in a shell.
    Completions {
        /// Which shell.
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page of the program, or of one of its commands (roff; read it with `man -l -`).
    Man {
        /// A command such as run.
        command: Option<String>,
    },
    /// Write the reference pages: cases by area, the contract, the command line.
    Reference(super::reference_pages::arguments::ReferencePagesArguments),
    /// Run the built-in reference partner on its own.
    ReferencePartner(ReferenceArguments),
    /// Stop, start or reconfigure a reference partner that was started with --controlled-in.
    ReferenceControl {
        /// The folder given to --controlled-in.
        #[arg(long, value_name = "DIR")]
        folder: PathBuf,
        /// stop, start, restart, break-dependency, restore-dependency, rotate-key or retire-key.
        action: Action,
    },
}

/// Which partner, and which cases.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("whom").required(true).multiple(true).args(["partner", "reference", "resume"]))]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub struct RunArguments {
    /// The partner's file.
    #[arg(long, value_name = "FILE", conflicts_with = "reference")]
    pub partner: Option<PathBuf>,
    /// Start the built-in reference partner as its own process and run against it.
    #[arg(long)]
    pub reference: bool,
    /// Switch on a defect of the reference partner (repeatable).
    #[arg(long, value_name = "NAME", requires = "reference")]
    pub defect: Vec<Defect>,
    /// Kill the reference partner before the first example.
    #[arg(long, hide = true, requires = "reference", conflicts_with = "defect")]
    pub reference_dies: bool,
    /// Finish a run whose process was killed: judge what was recorded and write its bundle. With --partner it is
    /// searched for that partner's secrets before it is released.
    #[arg(long, value_name = "DIR", conflicts_with = "reference")]
    pub resume: Option<PathBuf>,
    /// Run the examples of this bundle that did not pass. A run that is limited so is never certifiable.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["resume", "case", "area"])]
    pub failed: Option<PathBuf>,
    /// Folder under which the folder of this run is made.
    #[arg(long, value_name = "DIR", default_value = "reports")]
    pub out: PathBuf,
    /// Answer a reviewer's challenge; a run that cannot answer it does not begin.
    #[arg(long, value_name = "FILE", conflicts_with = "resume")]
    pub challenge: Option<PathBuf>,
    /// The reviewer who runs this against the partner's public endpoint. The name proves nothing without the
    /// reviewer's signature.
    #[arg(long, value_name = "NAME", conflicts_with = "resume")]
    pub witness: Option<String>,
    /// A file (TOML) of failures that somebody answers for, for a time.
    #[arg(long, value_name = "FILE", conflicts_with = "resume")]
    pub waivers: Option<PathBuf>,
    /// Keep this run as the next attempt in this folder, instead of a folder of its own under --out.
    #[arg(long, value_name = "DIR", conflicts_with = "resume")]
    pub submission: Option<PathBuf>,
    /// Take on one of several parts of the plan, such as 1/4; `merge` puts the parts together.
    #[arg(long, value_name = "I/N", requires = "seed", conflicts_with_all = ["resume", "submission"])]
    pub shard: Option<Shard>,
    /// Whether to run again.
    #[command(flatten)]
    pub watch: WatchArguments,
    /// Which cases.
    #[command(flatten)]
    pub selection: Selection,
    /// Seed of everything random; fresh for each run unless given.
    #[arg(long)]
    pub seed: Option<u64>,
    /// Begin the examples of each lane in an order drawn from the seed, instead of the longest first; those that
    /// break something keep their order. The verdict must not depend on it.
    #[arg(long)]
    pub shuffle: bool,
    /// Whether waits are as long as the profile says (real) or shorter (compressed); compressed
    /// for the reference partner, real for every other.
    #[arg(long, value_name = "CLOCK")]
    pub clock: Option<ClockChoice>,
    /// A file that replaces an embedded profile of the same name (repeatable).
    #[arg(long, value_name = "FILE")]
    pub profile: Vec<PathBuf>,
    /// Write the closing summary as JSON to standard output.
    #[arg(long)]
    pub json: bool,
}

/// What to check.
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// Folder of the bundle, or of a submission with all its attempts.
    pub folder: PathBuf,
    /// The challenge that the run, or the last attempt, has to answer.
    #[arg(long, value_name = "FILE")]
    pub challenge: Option<PathBuf>,
    /// A public key that is trusted (repeatable). With it the bundle, or the last attempt, must be attested by one of
    /// them.
    #[arg(long, value_name = "PUB")]
    pub trusted_key: Vec<PathBuf>,
    /// Another submission or bundle, in which nothing of this submission may occur again (repeatable).
    #[arg(long, value_name = "DIR")]
    pub also: Vec<PathBuf>,
    /// Write the result as JSON.
    #[arg(long)]
    pub json: bool,
}

/// What to put together.
#[derive(Debug, Args)]
pub struct MergeArguments {
    /// Folders of the bundles of all shards, in any order.
    #[arg(required = true, value_name = "SHARD")]
    pub shards: Vec<PathBuf>,
    /// Folder of the merged run; it must not exist yet.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Write the closing summary as JSON to standard output.
    #[arg(long)]
    pub json: bool,
}

/// What to review, and what was decided.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub struct ReviewArguments {
    /// Folder of the bundle, or of a submission: then its last attempt is reviewed.
    pub folder: PathBuf,
    /// The challenge that the run has to answer.
    #[arg(long, value_name = "FILE")]
    pub challenge: Option<PathBuf>,
    /// A public key that is trusted (repeatable). With it the bundle must be attested by one of them.
    #[arg(long, value_name = "PUB")]
    pub trusted_key: Vec<PathBuf>,
    /// The bundle of the last submission, to show what changed; in a submission the attempt before unless given.
    #[arg(long, value_name = "DIR")]
    pub previous: Option<PathBuf>,
    /// Approve: needs a conformant run, --reviewer, --reason, --expires and --key.
    #[arg(long, conflicts_with = "decline")]
    pub approve: bool,
    /// Decline: needs --reviewer, --reason and --key.
    #[arg(long)]
    pub decline: bool,
    /// Who decides.
    #[arg(long, value_name = "NAME")]
    pub reviewer: Option<String>,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Last day on which the approval counts.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub expires: Option<jiff::civil::Date>,
    /// The reviewer's private key, which signs the decision.
    #[arg(long, value_name = "KEY")]
    pub key: Option<PathBuf>,
    /// Approve a run that can never be a certificate (loopback, compressed clock); the decision says so.
    #[arg(long, requires = "approve")]
    pub accept_limits: bool,
    /// Replace a decision that is there already.
    #[arg(long)]
    pub replace: bool,
}

/// What to demand, and of whom.
#[derive(Debug, Args)]
pub struct ChallengeArguments {
    /// Id of the partner, as in [partner] of its file.
    #[arg(long, value_name = "ID")]
    pub partner: String,
    /// Where to write the challenge; an existing file is left alone.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// How long a run can be begun that answers it: a number and d, h or m.
    #[arg(long, value_name = "TIME", default_value = "7d", value_parser = super::challenge::validity)]
    pub valid: jiff::SignedDuration,
    /// How much: smoke, certify or long.
    #[arg(long, default_value = "certify")]
    pub mode: Mode,
    /// Demand only this case or example (repeatable), instead of every required example.
    #[arg(long, value_name = "CASE")]
    pub case: Vec<String>,
    /// What the partner has to declare, separated by commas: webhooks, payment.success, recurring.json, api,
    /// api.buy, checkout, …
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub must_declare: Vec<Capability>,
}

/// What to generate, and for whom.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("whom").required(true).args(["partner", "reference"]))]
pub struct ExploreArguments {
    /// The partner's file.
    #[arg(long, value_name = "FILE")]
    pub partner: Option<PathBuf>,
    /// Start the built-in reference partner as its own process and explore it.
    #[arg(long)]
    pub reference: bool,
    /// Switch on a defect of the reference partner (repeatable).
    #[arg(long, value_name = "NAME", requires = "reference")]
    pub defect: Vec<Defect>,
    /// Messages of each of the three families; at most 20 for each request a second that the partner's
    /// [limits] allow.
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..))]
    pub count: u32,
    /// Seed of everything random; fresh unless given. The same seed gives the same messages.
    #[arg(long)]
    pub seed: Option<u64>,
    /// Folder under which the folder of this exploration is made.
    #[arg(long, value_name = "DIR", default_value = "reports")]
    pub out: PathBuf,
    /// Whether waits are as long as the profile says (real) or shorter (compressed); compressed
    /// for the reference partner, real for every other.
    #[arg(long, value_name = "CLOCK")]
    pub clock: Option<ClockChoice>,
    /// A file that replaces an embedded profile of the same name (repeatable).
    #[arg(long, value_name = "FILE")]
    pub profile: Vec<PathBuf>,
    /// Write the closing summary as JSON to standard output.
    #[arg(long)]
    pub json: bool,
}

/// Which cases.
#[derive(Debug, Clone, Args)]
pub struct Selection {
    /// Only this area (repeatable).
    #[arg(long, value_name = "AREA")]
    pub area: Vec<String>,
    /// Only this case or example (repeatable).
    #[arg(long, value_name = "CASE")]
    pub case: Vec<String>,
    /// How much: smoke, certify or long.
    #[arg(long, default_value = "certify")]
    pub mode: Mode,
}

/// How long waits are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ClockChoice {
    /// As the profile says.
    Real,
    /// Shorter where nothing but patience is lost. Never certifiable.
    Compressed,
}

/// What to list.
#[derive(Debug, Args)]
pub struct ListArguments {
    /// Say what applies to this partner.
    #[arg(long, value_name = "FILE")]
    pub partner: Option<PathBuf>,
    /// Which cases.
    #[command(flatten)]
    pub selection: Selection,
    /// A file that replaces an embedded profile of the same name (repeatable).
    #[arg(long, value_name = "FILE")]
    pub profile: Vec<PathBuf>,
    /// Write JSON.
    #[arg(long)]
    pub json: bool,
}

/// What to print for the partner to import.
#[derive(Debug, Args)]
pub struct FixturesArguments {
    /// The partner's file: what applies to it, and which kinds come from a list. All kinds where it names no
    /// list, and everything that any partner could need without a file.
    #[arg(long, value_name = "FILE")]
    pub partner: Option<PathBuf>,
    /// Which cases; give the same as to the run.
    #[command(flatten)]
    pub selection: Selection,
    /// How the objects are written. SQL fills the table `senang_fixtures`.
    #[arg(long, value_name = "FORM", default_value = "csv")]
    pub format: FixtureForm,
    /// Seed of the names: the same seed gives the same objects.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The clock of the run, on which some counts depend.
    #[arg(long, value_name = "CLOCK")]
    pub clock: Option<ClockChoice>,
    /// A file that replaces an embedded profile of the same name (repeatable).
    #[arg(long, value_name = "FILE")]
    pub profile: Vec<PathBuf>,
}

/// How objects are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FixtureForm {
    /// Lines with a header, for [references] and for spreadsheets.
    Csv,
    /// A list of objects, for [references] too.
    Json,
    /// Statements that make and fill a table.
    Sql,
}

/// What to search, and for whose secrets.
#[derive(Debug, Args)]
pub struct LeaksArguments {
    /// The folder: a bundle, or anything else that is to be passed on.
    pub folder: PathBuf,
    /// The partner's file; it names the variables that hold the secrets.
    #[arg(long, value_name = "FILE")]
    pub partner: PathBuf,
    /// Write the result as JSON.
    #[arg(long)]
    pub json: bool,
}

/// What to tell support.
#[derive(Debug, Args)]
pub struct SupportArguments {
    /// Folder of the bundle.
    pub folder: PathBuf,
    /// The issue, in your words.
    #[arg(long, value_name = "TEXT")]
    pub description: String,
    /// Samples of this case or example (repeatable); those of failed examples unless a case or an event is given.
    #[arg(long, value_name = "CASE")]
    pub case: Vec<String>,
    /// Samples of this event (repeatable).
    #[arg(long, value_name = "ID")]
    pub event: Vec<String>,
    /// Where to: a folder, or a file that ends in .json or .md.
    #[arg(long, value_name = "PATH", default_value = "support")]
    pub out: PathBuf,
    /// The partner's file: nothing is written that shows one of its secrets.
    #[arg(long, value_name = "FILE", required_unless_present = "unsearched")]
    pub partner: Option<PathBuf>,
    /// Do without the partner's file. What the run masked stays masked; nothing else is searched for.
    #[arg(long, conflicts_with = "partner")]
    pub unsearched: bool,
}

/// What to compare.
#[derive(Debug, Args)]
pub struct DiffArguments {
    /// Folder of the bundle of the earlier run.
    pub a: PathBuf,
    /// Folder of the bundle of the later run.
    pub b: PathBuf,
    /// Exit with 1 when something got worse: the outcome, a verdict, the evidence behind it, or what was covered.
    #[arg(long)]
    pub exit_code: bool,
    /// Compare what the bundles say without verifying them, such as one of another version.
    #[arg(long)]
    pub unverified: bool,
    /// Write JSON.
    #[arg(long)]
    pub json: bool,
}

/// How to run the simulated platform. Credentials are drawn at random and printed, unless the environment
/// brings them: `SENANG_CLIENT_ID`, `SENANG_CLIENT_SECRET`, `SENANG_API_KEY`, `SENANG_WEBHOOK_SECRET`.
#[derive(Debug, Args)]
pub struct SandboxArguments {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080", value_parser = address)]
    pub listen: SocketAddr,
    /// A script of faults (TOML): what it does wrong, call by call.
    #[arg(long, value_name = "SCRIPT")]
    pub fault: Option<PathBuf>,
    /// Speak TLS, with a certificate of an authority made at the start.
    #[arg(long)]
    pub tls: bool,
    /// Where to write the certificate of that authority.
    #[arg(long, value_name = "FILE", requires = "tls", default_value = "sandbox-ca.pem")]
    pub ca: PathBuf,
    /// How partners authenticate.
    #[arg(long, value_name = "WAY", default_value = "oauth")]
    pub authentication: ApiAuthentication,
    /// Where to send webhooks about what happens; none are sent without it.
    #[arg(long, value_name = "URL")]
    pub webhook: Option<String>,
    /// Certificates (PEM) that alone are trusted where webhooks go.
    #[arg(long, value_name = "FILE", requires = "webhook")]
    pub webhook_ca: Option<PathBuf>,
    /// Seed of ids, tokens and premiums; fresh unless given.
    #[arg(long)]
    pub seed: Option<u64>,
    /// A file that replaces an embedded profile of the same name (repeatable).
    #[arg(long, value_name = "FILE")]
    pub profile: Vec<PathBuf>,
    /// Write one JSON object a line: what it is started with, each request, each attempt at a webhook.
    #[arg(long)]
    pub json: bool,
}

/// An address with a port.
fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "this is no address with a port; write it like 127.0.0.1:8080 or [::1]:8080".to_owned())
}

/// How to prove the suite.
#[derive(Debug, Args)]
pub struct SelfTestArguments {
    /// Only these defects (repeatable); the clean partner always runs.
    #[arg(long, value_name = "NAME")]
    pub defect: Vec<Defect>,
    /// Run the whole suite against every defect, to see everything that it turns red; otherwise only the cases
    /// that must notice it.
    #[arg(long)]
    pub whole: bool,
    /// Folder for the matrix and the bundles of the runs.
    #[arg(long, value_name = "DIR", default_value = "reports/self-test")]
    pub out: PathBuf,
    /// Partners that run at once.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=32))]
    pub jobs: u8,
    /// Seed of all runs.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Write the matrix as JSON to standard output.
    #[arg(long)]
    pub json: bool,
}

/// How to run the reference partner. Secrets come from the environment: `PARTNER_WEBHOOK_SECRET`
/// (several, separated by commas, while keys are rotated), `PARTNER_RECURRING_SECRET`,
/// `PARTNER_CLIENT_ID`, `PARTNER_CLIENT_SECRET`, `PARTNER_API_KEY`.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
pub struct ReferenceArguments {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8081")]
    pub listen: SocketAddr,
    /// Speak TLS with a certificate of an own authority.
    #[arg(long)]
    pub tls: bool,
    /// Where to write the authority's certificate.
    #[arg(long, value_name = "DIR", requires = "tls")]
    pub certificate_directory: Option<PathBuf>,
    /// The database file; a temporary one unless given.
    #[arg(long, value_name = "FILE")]
    pub database: Option<PathBuf>,
    /// The log file; a temporary one unless given.
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// Take batch files from the folder `in` in this one, and write their acknowledgements to `out` beside it.
    #[arg(long, value_name = "DIR")]
    pub batch_folder: Option<PathBuf>,
    /// Base URL of the platform's API.
    #[arg(long, value_name = "URL")]
    pub api_base_url: Option<String>,
    /// Authority to trust for the platform's API.
    #[arg(long, value_name = "FILE")]
    pub api_ca: Option<PathBuf>,
    /// How to authenticate at the API.
    #[arg(long, default_value = "oauth")]
    pub authentication: ApiAuthentication,
    /// Divide the partner's own durations of minutes and more by this, to match a compressed clock.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub time_factor: u32,
    /// Divide the time-outs and pauses of its API client by this, likewise.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub client_time_factor: u32,
    /// Switch on a defect (repeatable).
    #[arg(long, value_name = "NAME")]
    pub defect: Vec<Defect>,
    /// Describe the defects and stop.
    #[arg(long)]
    pub list_defects: bool,
    /// Keep the partner in a process of its own and take the orders of reference-control in this folder.
    /// `PARTNER_NEXT_WEBHOOK_SECRET` is the secret that a rotation brings in.
    #[arg(long, value_name = "DIR", requires = "database")]
    pub controlled_in: Option<PathBuf>,
    /// Use the certificate of the last start again.
    #[arg(long, hide = true, requires = "certificate_directory")]
    pub keep_certificate: bool,
    /// Only show a maintenance page.
    #[arg(long, hide = true)]
    pub maintenance: bool,
    /// Stop when standard input ends, so that nothing is left behind when the parent dies.
    #[arg(long, hide = true)]
    pub until_input_ends: bool,
}

/// How to authenticate at the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ApiAuthentication {
    /// OAuth 2.0 client credentials.
    Oauth,
    /// An API key.
    ApiKey,
}

/// Messages of which there are vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum VectorKind {
    /// Webhooks of the platform.
    Webhooks,
    /// Recurring callbacks of the payment gateway.
    Recurring,
}
