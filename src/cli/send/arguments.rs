//! What can be typed behind `send`.

use std::path::PathBuf;

use clap::Args;
use jiff::SignedDuration;

use super::fields::{Setting, header, setting};
use crate::wire::header::Header;

/// What to send, to whom, and what to do with it on the way.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
#[command(
    after_help = "Exit codes: 0 answered as expected, 1 answered otherwise, 2 usage or configuration, 3 no answer"
)]
pub struct SendArguments {
    /// An event type such as payment.success, or recurring-json, recurring-form, recurring-return.
    #[arg(value_name = "TYPE", required_unless_present = "list_tamperings")]
    pub kind: Option<String>,
    /// The partner's file: endpoint, secret, hash rule and trusted certificates come from it.
    #[arg(long, value_name = "FILE")]
    pub partner: Option<PathBuf>,
    /// The endpoint, in place of the one of the partner's file.
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// The environment variable that holds the secret, in place of the one of the partner's file.
    #[arg(long, value_name = "NAME")]
    pub secret_env: Option<String>,
    /// What to falsify or to make unusual (repeatable); --list-tamperings shows them all.
    #[arg(long, value_name = "NAME")]
    pub tamper: Vec<String>,
    /// Show every tampering, what a right endpoint does with it, and the case that uses it.
    #[arg(long)]
    pub list_tamperings: bool,
    /// The partner's order.
    #[arg(long, value_name = "ORDER")]
    pub reference: Option<String>,
    /// The policy.
    #[arg(long, value_name = "POLICY")]
    pub policy: Option<String>,
    /// The claim.
    #[arg(long, value_name = "CLAIM")]
    pub claim: Option<String>,
    /// The transaction.
    #[arg(long, value_name = "ID")]
    pub transaction: Option<String>,
    /// The amount.
    #[arg(long, value_name = "AMOUNT", default_value = "100.00")]
    pub amount: String,
    /// Its currency.
    #[arg(long, value_name = "CODE", default_value = "MYR")]
    pub currency: String,
    /// The event id.
    #[arg(long, value_name = "ID")]
    pub event_id: Option<String>,
    /// The time of the event and of the attempt: UNIX seconds, or like 2026-11-20T10:15:30Z.
    #[arg(long, value_name = "TIME")]
    pub time: Option<String>,
    /// How long ago the attempt was signed, such as 10m.
    #[arg(long, value_name = "SPAN", value_parser = super::fields::span, conflicts_with = "ahead")]
    pub age: Option<SignedDuration>,
    /// How far in the future the attempt is dated, such as 10m.
    #[arg(long, value_name = "SPAN", value_parser = super::fields::span)]
    pub ahead: Option<SignedDuration>,
    /// Put a value, JSON or plain text, where a JSON pointer leads, such as /data/status=failed (repeatable).
    #[arg(long, value_name = "POINTER=VALUE", value_parser = setting)]
    pub set: Vec<Setting>,
    /// Send these bytes as the body; a webhook is signed over them as they are.
    #[arg(long, value_name = "FILE", conflicts_with = "set")]
    pub body: Option<PathBuf>,
    /// Set a header line, after signing (repeatable).
    #[arg(long, value_name = "NAME=VALUE", value_parser = header)]
    pub header: Vec<Header>,
    /// Makes ids and everything random the same again.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Send the same bytes so many times.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub repeat: u32,
    /// Send the copies at the same moment.
    #[arg(long)]
    pub at_once: bool,
    /// Certificates in PEM to trust, and no others.
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// Replace an embedded profile by a file (repeatable).
    #[arg(long, value_name = "FILE")]
    pub profile: Vec<PathBuf>,
    /// Write request.http (what check-signature reads) and body.bin to this folder.
    #[arg(long, value_name = "DIR")]
    pub save: Option<PathBuf>,
    /// Show request and curl command, and send nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Write one JSON document to standard output.
    #[arg(long)]
    pub json: bool,
}
