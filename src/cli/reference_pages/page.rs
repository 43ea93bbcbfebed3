//! A page, and all of them.

use super::{
    api, area, callbacks, catalogue::Catalogue, clauses, command_line, events, findings, overview, signature,
    values,
};
use crate::{cli::error::CliError, contract::profile::values::Profile};

/// What every page begins with, behind its title: whoever opens it in an editor sees that it is made.
pub const MARK: &str = "<!-- Made by `senang-conformance reference`; changes are lost. -->";

/// Folders in which nothing but these pages stands.
pub const FOLDERS: [&str; 2] = ["cases", "contract"];

/// One page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Path below the folder of the pages, with forward slashes.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl Page {
    /// A page with a title. Lines end without blanks and the text with one line break.
    pub fn new(path: &str, title: &str, body: &str) -> Self {
        let whole = format!("# {title}\n\n{MARK}\n\n{body}");
        let mut text = String::with_capacity(whole.len());
        for line in whole.lines() {
            text.push_str(line.trim_end());
            text.push('\n');
        }
        Self {
            path: path.to_owned(),
            text: text.trim_end().to_owned() + "\n",
        }
    }
}

/// All pages, in the order of their paths.
pub fn all() -> Result<Vec<Page>, CliError> {
    let catalogue = Catalogue::embedded()?;
    let platform = Profile::embedded("senang-io")?;
    let gateway = Profile::embedded("senangpay")?;
    let mut pages = vec![
        area::index(&catalogue),
        clauses::page(&catalogue),
        findings::page(&catalogue),
        overview::page(&platform, &gateway),
        api::page(&platform),
        events::page(&platform)?,
        signature::page(&platform)?,
        callbacks::page(&gateway)?,
        values::page(&platform),
        values::page(&gateway),
        command_line::page(),
    ];
    pages.extend(catalogue.areas().map(|one| area::page(&catalogue, one)));
    pages.sort_by(|one, next| one.path.cmp(&next.path));
    Ok(pages)
}
