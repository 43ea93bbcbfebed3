//! What can be typed behind `sign` and `check-signature`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::{
    cli::send::fields::header,
    wire::{header::Header, recurring::RecurringHash},
};

/// What to sign.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct SignArguments {
    /// Something else than a webhook.
    #[command(subcommand)]
    pub what: Option<SignWhat>,
    /// The webhook.
    #[command(flatten)]
    pub webhook: SignWebhook,
}

/// Other things to sign.
#[derive(Debug, Subcommand)]
pub enum SignWhat {
    /// Show how the hash of a recurring callback is made, field by field.
    Recurring(SignRecurring),
}

/// A webhook to sign.
#[derive(Debug, Args)]
pub struct SignWebhook {
    /// The file with the body, byte for byte; - reads standard input.
    #[arg(value_name = "BODYFILE", required = true)]
    pub body: Option<PathBuf>,
    /// The environment variable that holds the secret.
    #[arg(long, value_name = "NAME", required = true)]
    pub secret_env: Option<String>,
    /// The id, as it stands in its header.
    #[arg(long, value_name = "ID", required = true)]
    pub id: Option<String>,
    /// The time of the attempt: UNIX seconds, or like 2026-11-20T10:15:30Z; now, unless it is given.
    #[arg(long, value_name = "TIME")]
    pub timestamp: Option<String>,
    /// Replace an embedded profile by a file (repeatable).
    #[arg(long, value_name = "FILE")]
    pub profile: Vec<PathBuf>,
    /// Write one JSON document to standard output.
    #[arg(long)]
    pub json: bool,
}

/// A recurring callback to hash.
#[derive(Debug, Args)]
pub struct SignRecurring {
    /// A callback to take the fields from, JSON or form text; - reads standard input.
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The environment variable that holds the secret.
    #[arg(long, value_name = "NAME")]
    pub secret_env: String,
    /// How the account hashes: sha256, hmac-sha256 or md5; the profile's rule, unless it is given.
    #[arg(long, value_name = "RULE")]
    pub hash: Option<RecurringHash>,
    /// The status.
    #[arg(long, value_name = "STATUS")]
    pub status_id: Option<String>,
    /// The order.
    #[arg(long, value_name = "ORDER")]
    pub order_id: Option<String>,
    /// The transaction.
    #[arg(long, value_name = "ID")]
    pub transaction_id: Option<String>,
    /// The message.
    #[arg(long, value_name = "TEXT")]
    pub msg: Option<String>,
    /// Replace an embedded profile by a file (repeatable).
    #[arg(long, value_name = "FILE")]
    pub profile: Vec<PathBuf>,
    /// Write one JSON document to standard output.
    #[arg(long)]
    pub json: bool,
}

/// What to check.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 valid, 1 not valid, 2 usage")]
pub struct CheckArguments {
    /// A captured request: header lines, a blank line, the body, as a proxy or `send --save` writes it; - reads standard
    /// input.
    #[arg(long, value_name = "FILE", required_unless_present_any = ["header", "bundle"], conflicts_with_all = ["header", "body", "bundle"])]
    pub request: Option<PathBuf>,
    /// A header line of the request (repeatable).
    #[arg(long, value_name = "NAME=VALUE", value_parser = header, requires = "body", conflicts_with = "bundle")]
    pub header: Vec<Header>,
    /// The file with the body, byte for byte.
    #[arg(long, value_name = "FILE", requires = "header")]
    pub body: Option<PathBuf>,
    /// Take the request from the transcript of this bundle.
    #[arg(long, value_name = "DIR", requires = "record")]
    pub bundle: Option<PathBuf>,
    /// The number of its record, as the report names it.
    #[arg(long, value_name = "N", requires = "bundle")]
    pub record: Option<u64>,
    /// The environment variable that holds the secret (repeatable: every one is tried).
    #[arg(long, value_name = "NAME", required = true)]
    pub secret_env: Vec<String>,
    /// What your own code computed for this request (repeatable): why it differs is found out.
    #[arg(long, value_name = "VALUE")]
    pub computed: Vec<String>,
    /// The receiver's clock: UNIX seconds, or like 2026-11-20T10:15:30Z; the clock of this machine, unless it is given.
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
    /// How the account hashes recurring callbacks: sha256, hmac-sha256 or md5; the profile's rule, unless it is given.
    #[arg(long, value_name = "RULE")]
    pub hash: Option<RecurringHash>,
    /// Replace an embedded profile by a file (repeatable).
    #[arg(long, value_name = "FILE")]
    pub profile: Vec<PathBuf>,
    /// Write one JSON document to standard output.
    #[arg(long)]
    pub json: bool,
}
