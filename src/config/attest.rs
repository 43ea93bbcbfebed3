//! `[attest]`: the declaration, and a sample support request.

use std::path::PathBuf;

use serde::Serialize;

use super::{
    command::{CommandCall, command},
    reader::Section,
    request::{HttpCall, http},
};

/// Placeholders of a support request.
pub const SUPPORT_FIELDS: [&str; 1] = ["event_id"];

/// What only people can say, and what they would send to support.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Attest {
    /// The declaration.
    pub file: Option<PathBuf>,
    /// How a sample support request is had.
    pub support: Option<Support>,
}

/// How a sample support request is had.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Support {
    /// A file or folder that is there when the run asks for it.
    File {
        /// Where.
        path: PathBuf,
    },
    /// A request that answers with it.
    Http(Box<HttpCall>),
    /// A command that prints it.
    Command(CommandCall),
}

#[derive(Clone, Copy)]
enum Kind {
    File,
    Http,
    Command,
}

pub(super) fn attest(section: &Section<'_, '_>) -> Option<Attest> {
    let file = section.value("file");
    let file = file.map(|entry| entry.path_value());
    let support = section.value("support").and_then(|entry| entry.section());
    let support = support.map(|inner| support_request(&inner));
    section.finish();
    Some(Attest {
        file: match file {
            Some(file) => Some(file?),
            None => None,
        },
        support: match support {
            Some(support) => Some(support?),
            None => None,
        },
    })
}

fn support_request(section: &Section<'_, '_>) -> Option<Support> {
    let kinds = [
        ("file", Kind::File),
        ("http", Kind::Http),
        ("command", Kind::Command),
    ];
    let support = match section.required("kind")?.word(&kinds)? {
        Kind::File => section
            .required("path")
            .and_then(|entry| entry.path_value())
            .map(|path| Support::File { path }),
        Kind::Http => http(section, "GET", &SUPPORT_FIELDS).map(|call| Support::Http(Box::new(call))),
        Kind::Command => command(section, &SUPPORT_FIELDS).map(Support::Command),
    };
    section.finish();
    support
}
