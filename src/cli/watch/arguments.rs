//! The options of `run --watch`.

use std::path::PathBuf;

use clap::Args;

/// Whether to run again, and what to watch.
#[derive(Debug, Clone, Default, Args)]
pub struct WatchArguments {
    /// Run the same again whenever the endpoint was gone and is back, or the partner's file changes. Never certifiable.
    #[arg(
        long,
        requires = "partner",
        conflicts_with_all = [
            "reference", "resume", "challenge", "witness", "submission", "shard", "json"
        ]
    )]
    pub watch: bool,
    /// A file or folder whose changes begin a run too (repeatable): your sources, not where your program writes.
    #[arg(long, value_name = "PATH", requires = "watch")]
    pub watch_path: Vec<PathBuf>,
}
