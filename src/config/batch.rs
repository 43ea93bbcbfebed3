//! `[batch]`: how batch files are handed over and answered.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{
    command::{CommandCall, command},
    extract::{Extract, extract},
    reader::Section,
    request::{HttpCall, http},
    template::{EFFECT_FIELDS, Template},
};

/// Placeholders of the place where a report is found.
pub const REPORT_FIELDS: [&str; 2] = ["file", "file_id"];

/// How batch files come to the partner, and its answers back.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Batch {
    /// Where the files are written.
    pub folder: PathBuf,
    /// What happens with a written file.
    pub handover: Handover,
    /// The sequence number that the importer expects next.
    pub next_sequence: u64,
    /// What becomes of a file with a bad row.
    pub reject: Reject,
    /// Where the importer says what became of a file; its log when there is none.
    pub report: Option<Report>,
    /// How stored text is exported again.
    pub export: Option<Export>,
}

/// What happens with a written file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Handover {
    /// The importer finds it in the folder.
    Folder,
    /// `[start.batch]` is told its path.
    Start,
}

/// The declared policy for a bad row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reject {
    /// The row is refused, all others are taken.
    Row,
    /// The whole file is refused.
    File,
}

/// The acknowledgement or report about a file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The file in which it comes; the answer of `[start.batch]` when there is none.
    pub path: Option<ReportPath>,
    /// Where it names the refused rows.
    pub refused_rows: Option<Extract>,
    /// Where it says why the file as a whole was not taken.
    pub reason: Option<Extract>,
}

/// The place of report files.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReportPath {
    /// The folder of the partner's file.
    #[serde(skip)]
    pub base: PathBuf,
    /// The path from there.
    pub path: Template,
}

/// How stored text is exported again.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Export {
    /// A request.
    Http(Box<HttpCall>),
    /// A command that prints it.
    Command(CommandCall),
}

#[derive(Clone, Copy)]
enum Kind {
    Http,
    Command,
}

pub(super) fn batch(section: &Section<'_, '_>) -> Option<Batch> {
    let folder = section.required("folder").and_then(|entry| entry.path_value());
    let handovers = [("folder", Handover::Folder), ("start", Handover::Start)];
    let rejects = [("row", Reject::Row), ("file", Reject::File)];
    let handover = section.value("handover");
    let handover = handover.map_or(Some(Handover::Start), |entry| entry.word(&handovers));
    let reject = section.required("reject").and_then(|entry| entry.word(&rejects));
    let next_sequence = section.number("next_sequence", 0..=i64::MAX / 2, 1);
    let inner = |key: &str| section.value(key).and_then(|entry| entry.section());
    let report = inner("report").map(|section| report(&section));
    let export = inner("export").map(|section| export(&section));
    section.finish();
    Some(Batch {
        folder: folder?,
        handover: handover?,
        next_sequence: next_sequence.unsigned_abs(),
        reject: reject?,
        report,
        export: match export {
            Some(export) => Some(export?),
            None => None,
        },
    })
}

fn report(section: &Section<'_, '_>) -> Report {
    let path = section.value("path").and_then(|entry| {
        let path = entry.take(Template::parse(entry.filled()?, &REPORT_FIELDS))?;
        let base = section.reader().folder().to_owned();
        Some(ReportPath { base, path })
    });
    let report = Report {
        path,
        refused_rows: extract(section, "refused_rows"),
        reason: extract(section, "reason"),
    };
    section.finish();
    report
}

fn export(section: &Section<'_, '_>) -> Option<Export> {
    let kinds = [("http", Kind::Http), ("command", Kind::Command)];
    let export = match section.required("kind")?.word(&kinds)? {
        Kind::Http => http(section, "GET", &EFFECT_FIELDS).map(|call| Export::Http(Box::new(call))),
        Kind::Command => command(section, &EFFECT_FIELDS).map(Export::Command),
    };
    section.finish();
    export
}
