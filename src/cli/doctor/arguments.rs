//! What can be typed after `doctor`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::args::{ClockChoice, Selection};

/// What to look at.
#[derive(Debug, Args)]
pub struct DoctorArguments {
    /// The partner's file.
    #[arg(long, value_name = "FILE")]
    pub partner: PathBuf,
    /// Which cases the run is to have; give the same as to the run.
    #[command(flatten)]
    pub selection: Selection,
    /// The clock of the run, on which its length depends.
    #[arg(long, value_name = "CLOCK", default_value = "real")]
    pub clock: ClockChoice,
    /// A file that replaces an embedded profile of the same name (repeatable).
    #[arg(long, value_name = "FILE")]
    pub profile: Vec<PathBuf>,
    /// Do only what needs no network, and send nothing.
    #[arg(long)]
    pub offline: bool,
    /// Write the result as JSON.
    #[arg(long)]
    pub json: bool,
}
