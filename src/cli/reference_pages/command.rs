//! The command: write the pages, or say whether they are current.

use super::{arguments::ReferencePagesArguments, folder, page};
use crate::cli::{error::CliError, exit::Exit, output};

/// Writes the reference pages into a folder, or checks that they are there as they would be written.
pub fn reference(arguments: &ReferencePagesArguments) -> Result<Exit, CliError> {
    let pages = page::all()?;
    let place = arguments.folder.display();
    if !arguments.check {
        let changed = folder::write(&arguments.folder, &pages)?;
        let mut text = format!("{} pages in {place}, {} changed\n", pages.len(), changed.len());
        for path in changed {
            text.push_str("  ");
            text.push_str(&path);
            text.push('\n');
        }
        output::print(&text)?;
        return Ok(Exit::Success);
    }
    if !arguments.folder.is_dir() {
        return Err(CliError::Usage(format!(
            "{place} is no folder; give the one in which the pages are, such as docs"
        )));
    }
    if let Some(difference) = folder::difference(&arguments.folder, &pages)? {
        output::complain(&format!(
            "not current: {difference}\n`senang-conformance reference {place}` writes all pages anew"
        ));
        return Ok(Exit::NonConformant);
    }
    output::print(&format!("{} pages in {place} are current\n", pages.len()))?;
    Ok(Exit::Success)
}
