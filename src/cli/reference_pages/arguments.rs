//! What can be typed after `reference`.

use std::path::PathBuf;

use clap::Args;

/// Where the pages are, and what becomes of them.
#[derive(Debug, Args)]
pub struct ReferencePagesArguments {
    /// Folder of the pages; docs in a checkout.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Write nothing: exit with 1 and name the first difference when a page is not what the program would write.
    #[arg(long)]
    pub check: bool,
}
