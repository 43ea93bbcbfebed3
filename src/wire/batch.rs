//! Batch files: the layout as data, a file as a value, and the bytes of it, sound or with one flaw.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::money::Money;

/// A cell of the header row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeaderCell {
    /// The file's id.
    FileId,
    /// Its place in the row of all files.
    Sequence,
    /// When it was made, RFC 3339.
    Created,
}

/// A cell of a detail row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DetailCell {
    /// The row's id, unique over all files.
    RowId,
    /// What the row is about.
    Kind,
    /// The partner's reference.
    Reference,
    /// Amount with two places.
    Amount,
    /// Currency code.
    Currency,
    /// What became of it.
    Status,
    /// Calendar day.
    Date,
    /// The customer's name.
    Name,
}

/// A cell of the trailer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrailerCell {
    /// Number of detail rows.
    Count,
    /// Sum of their amounts.
    Total,
}

/// What ends a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineEnd {
    /// Line feed.
    Lf,
    /// Carriage return and line feed.
    CrLf,
}

/// How the sequence number of a refused file goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AfterRefusal {
    /// The corrected file comes under the same number.
    SameNumber,
    /// The number is used up.
    NextNumber,
}

/// The words of a kind of row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowWords {
    /// In the cell of the kind.
    pub kind: String,
    /// In the cell of the status, when it went well.
    pub status: String,
}

/// The layout of batch files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Name of a file, with `{sequence}` and `{file_id}`.
    pub file_name: String,
    /// Between two cells.
    pub separator: char,
    /// At the end of each line.
    pub line_end: LineEnd,
    /// First cell of the header row.
    pub header: String,
    /// First cell of detail rows.
    pub detail: String,
    /// First cell of the trailer.
    pub trailer: String,
    /// Further cells of the header row.
    pub header_cells: Vec<HeaderCell>,
    /// Further cells of detail rows.
    pub detail_cells: Vec<DetailCell>,
    /// Further cells of the trailer.
    pub trailer_cells: Vec<TrailerCell>,
    /// How a payment of an order is written.
    pub payment: RowWords,
    /// How the issuance of a policy is written.
    pub policy: RowWords,
}

/// One detail row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its id.
    pub row_id: String,
    /// Kind and status.
    pub words: RowWords,
    /// The partner's reference.
    pub reference: String,
    /// The amount.
    pub amount: Money,
    /// Calendar day, `YYYY-MM-DD`; wrong where a bad date is called for.
    pub date: String,
    /// The customer's name.
    pub name: String,
}

/// What is wrong with a file as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flaw {
    /// It ends in the middle of its last row.
    CutOff,
    /// The trailer is missing.
    NoTrailer,
    /// The trailer counts one row too many.
    CountOff,
    /// The trailer's total is 0.01 too high.
    TotalOff,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CutOff => "cut off in the middle of a row",
            Self::NoTrailer => "without its trailer",
            Self::CountOff => "with a count that is one too high",
            Self::TotalOff => "with a total that is 0.01 too high",
        })
    }
}

/// How a sound file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// As the layout says.
    Plain,
    /// Without a line break behind the last row.
    NoFinalBreak,
    /// With a byte order mark.
    ByteOrderMark,
    /// With carriage returns and line feeds.
    CrLf,
}

/// A file to be handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchFile {
    /// Its id.
    pub file_id: String,
    /// Its place in the row of all files.
    pub sequence: u64,
    /// When it was made, RFC 3339.
    pub created: String,
    /// Its rows.
    pub rows: Vec<Row>,
    /// How it is written.
    pub style: Style,
    /// What is wrong with it, if anything.
    pub flaw: Option<Flaw>,
}

impl BatchFile {
    /// The usual name of the file.
    pub fn name(&self, layout: &Layout) -> String {
        layout
            .file_name
            .replace("{sequence}", &self.sequence.to_string())
            .replace("{file_id}", &self.file_id)
    }

    /// Sum of all rows, in the smallest unit.
    pub fn total(&self) -> Money {
        let currency = self.rows.first().map(|row| row.amount.clone());
        let minor = self.rows.iter().map(|row| row.amount.minor).sum();
        Money {
            minor,
            ..currency.unwrap_or_else(|| Money::sen(0))
        }
    }

    /// The bytes of the file.
    pub fn bytes(&self, layout: &Layout) -> Vec<u8> {
        let end = match (self.style, layout.line_end) {
            (Style::CrLf, _) | (_, LineEnd::CrLf) => "\r\n",
            (_, LineEnd::Lf) => "\n",
        };
        let mut text = String::new();
        if self.style == Style::ByteOrderMark {
            text.push('\u{feff}');
        }
        text += &self.header(layout);
        text += end;
        let mut last_row = text.len();
        for row in &self.rows {
            last_row = text.len();
            text += &detail(row, layout);
            text += end;
        }
        if self.flaw == Some(Flaw::CutOff) {
            let middle = last_row + (text.len() - last_row) / 2;
            let middle = (last_row..=middle).rev().find(|at| text.is_char_boundary(*at));
            text.truncate(middle.unwrap_or(last_row));
            return text.into_bytes();
        }
        if self.flaw != Some(Flaw::NoTrailer) {
            text += &self.trailer(layout);
            text += end;
        }
        if self.style == Style::NoFinalBreak {
            text.truncate(text.len() - end.len());
        }
        text.into_bytes()
    }

    fn header(&self, layout: &Layout) -> String {
        let cells = layout.header_cells.iter().map(|cell| match cell {
            HeaderCell::FileId => self.file_id.clone(),
            HeaderCell::Sequence => self.sequence.to_string(),
            HeaderCell::Created => self.created.clone(),
        });
        line(layout, &layout.header, cells)
    }

    fn trailer(&self, layout: &Layout) -> String {
        let count = self.rows.len() + usize::from(self.flaw == Some(Flaw::CountOff));
        let mut total = self.total();
        total.minor += i64::from(self.flaw == Some(Flaw::TotalOff));
        let cells = layout.trailer_cells.iter().map(|cell| match cell {
            TrailerCell::Count => count.to_string(),
            TrailerCell::Total => total.amount(),
        });
        line(layout, &layout.trailer, cells)
    }
}

fn detail(row: &Row, layout: &Layout) -> String {
    let cells = layout.detail_cells.iter().map(|cell| match cell {
        DetailCell::RowId => row.row_id.clone(),
        DetailCell::Kind => row.words.kind.clone(),
        DetailCell::Reference => row.reference.clone(),
        DetailCell::Amount => row.amount.amount(),
        DetailCell::Currency => row.amount.currency.code().to_owned(),
        DetailCell::Status => row.words.status.clone(),
        DetailCell::Date => row.date.clone(),
        DetailCell::Name => row.name.clone(),
    });
    line(layout, &layout.detail, cells)
}

fn line(layout: &Layout, first: &str, cells: impl Iterator<Item = String>) -> String {
    let mut text = quoted(layout, first);
    for cell in cells {
        text.push(layout.separator);
        text += &quoted(layout, &cell);
    }
    text
}

/// A cell as RFC 4180 writes it.
fn quoted(layout: &Layout, cell: &str) -> String {
    let special = |letter: char| letter == layout.separator || matches!(letter, '"' | '\r' | '\n');
    if cell.contains(special) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    pub(crate) fn layout() -> Layout {
        Layout {
            file_name: "batch-{sequence}-{file_id}.csv".to_owned(),
            separator: ',',
            line_end: LineEnd::Lf,
            header: "H".to_owned(),
            detail: "D".to_owned(),
            trailer: "T".to_owned(),
            header_cells: vec![HeaderCell::FileId, HeaderCell::Sequence, HeaderCell::Created],
            detail_cells: vec![
                DetailCell::RowId,
                DetailCell::Kind,
                DetailCell::Reference,
                DetailCell::Amount,
                DetailCell::Currency,
                DetailCell::Status,
                DetailCell::Date,
                DetailCell::Name,
            ],
            trailer_cells: vec![TrailerCell::Count, TrailerCell::Total],
            payment: RowWords {
                kind: "payment".to_owned(),
                status: "success".to_owned(),
            },
            policy: RowWords {
                kind: "policy".to_owned(),
                status: "issued".to_owned(),
            },
        }
    }

    pub(crate) fn file(names: &[&str]) -> BatchFile {
        let layout = layout();
        let row = |(number, name): (usize, &&str)| Row {
            row_id: format!("R{number}"),
            words: layout.payment.clone(),
            reference: format!("ORD-{number}"),
            amount: Money::sen(2450),
            date: "2026-11-20".to_owned(),
            name: (*name).to_owned(),
        };
        BatchFile {
            file_id: "F1".to_owned(),
            sequence: 4,
            created: "2026-11-20T10:00:00Z".to_owned(),
            rows: names.iter().enumerate().map(row).collect(),
            style: Style::Plain,
            flaw: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        samples::{file, layout},
        *,
    };

    fn text(file: &BatchFile) -> String {
        String::from_utf8(file.bytes(&layout())).unwrap()
    }

    #[test]
    fn a_file_has_header_rows_and_trailer() {
        let file = file(&["Aina", "Tan, \"Ah\" Kow\nJunior"]);
        assert_eq!(file.name(&layout()), "batch-4-F1.csv");
        assert_eq!(
            text(&file),
            "H,F1,4,2026-11-20T10:00:00Z\nD,R0,payment,ORD-0,24.50,MYR,success,2026-11-20,Aina\n\
             D,R1,payment,ORD-1,24.50,MYR,success,2026-11-20,\"Tan, \"\"Ah\"\" Kow\nJunior\"\nT,2,49.00\n"
        );
    }

    #[test]
    fn each_style_and_each_flaw_changes_one_thing() {
        let plain = file(&["Aina", "Chua"]);
        let sound = text(&plain);
        let styled = |style| {
            text(&BatchFile {
                style,
                ..plain.clone()
            })
        };
        assert_eq!(styled(Style::NoFinalBreak) + "\n", sound);
        assert_eq!(styled(Style::ByteOrderMark), format!("\u{feff}{sound}"));
        assert_eq!(styled(Style::CrLf), sound.replace('\n', "\r\n"));
        let flawed = |flaw| {
            text(&BatchFile {
                flaw: Some(flaw),
                ..plain.clone()
            })
        };
        assert_eq!(flawed(Flaw::CountOff), sound.replace("T,2,", "T,3,"));
        assert_eq!(flawed(Flaw::TotalOff), sound.replace("49.00", "49.01"));
        assert_eq!(flawed(Flaw::NoTrailer), sound.replace("T,2,49.00\n", ""));
        let cut = flawed(Flaw::CutOff);
        assert!(
            sound.starts_with(&cut) && cut.lines().count() == 3 && !cut.ends_with('\n'),
            "{cut}"
        );
        assert!(!cut.contains("Chua"));
    }
}
