//! Reading a file as a whole: header, rows, trailer, and whether they fit together.

use crate::reference::money::Sen;

/// Cells of a detail row, its marker among them.
const CELLS: usize = 9;

/// A file that is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its id.
    pub id: String,
    /// Its place in the row of all files.
    pub sequence: i64,
    /// Its rows, cell by cell, without the marker.
    pub rows: Vec<Vec<String>>,
}

/// Why a file is refused as a whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The bytes are no text.
    #[error("the file is not UTF-8")]
    Encoding,
    /// It does not begin with a header.
    #[error("the file has no header")]
    Header,
    /// It does not end with a trailer.
    #[error("the file has no trailer and may be cut off")]
    Trailer,
    /// A row in between is no detail row, or not a whole one.
    #[error("row {0} is not a whole detail row")]
    Row(usize),
    /// The trailer counts other rows.
    #[error("the trailer counts {said} rows and there are {found}")]
    Count {
        /// What it says.
        said: String,
        /// What there is.
        found: usize,
    },
    /// The trailer states another sum.
    #[error("the trailer states {said} in all and the rows add up to {found}")]
    Total {
        /// What it says.
        said: String,
        /// What there is.
        found: String,
    },
}

/// The cells of every row. Quoting follows RFC 4180; a byte order mark is passed over.
pub fn rows(bytes: &[u8]) -> Result<Vec<Vec<String>>, Broken> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    reader
        .records()
        .map(|record| {
            let record = record.map_err(|_| Broken::Encoding)?;
            Ok(record.iter().map(str::to_owned).collect())
        })
        .collect()
}

/// A whole file from its rows.
pub fn whole(rows: Vec<Vec<String>>) -> Result<File, Broken> {
    let mut rows = rows.into_iter();
    let (id, sequence) = match rows.next().as_deref() {
        Some([marker, id, sequence, _]) if marker == "H" && !id.is_empty() => {
            (id.clone(), sequence.parse().map_err(|_| Broken::Header)?)
        }
        _ => return Err(Broken::Header),
    };
    let (count, total) = match rows.next_back().as_deref() {
        Some([marker, count, total]) if marker == "T" => (count.clone(), total.clone()),
        _ => return Err(Broken::Trailer),
    };
    let mut found = Vec::new();
    let mut sum = Some(0_i64);
    for (number, row) in rows.enumerate() {
        let [marker, cells @ ..] = row.as_slice() else {
            return Err(Broken::Row(number + 1));
        };
        if marker != "D" || row.len() != CELLS {
            return Err(Broken::Row(number + 1));
        }
        let amount = cells.get(3).and_then(|amount| Sen::parse(amount));
        sum = sum
            .zip(amount)
            .and_then(|(sum, amount)| sum.checked_add(amount.0));
        found.push(cells.to_vec());
    }
    if count.parse() != Ok(found.len()) {
        return Err(Broken::Count {
            said: count,
            found: found.len(),
        });
    }
    if sum.is_none() || sum != Sen::parse(&total).map(|total| total.0) {
        return Err(Broken::Total {
            said: total,
            found: sum.map_or_else(|| "no sum".to_owned(), |sum| Sen(sum).text()),
        });
    }
    Ok(File {
        id,
        sequence,
        rows: found,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = "H,F1,1,2026-11-20T10:00:00Z\nD,0001,payment,ORD-1,24.50,MYR,success,2026-11-20,\"Tan, A\n\"\"B\"\"\"\nT,1,24.50\n";

    fn read(text: &str) -> Result<File, Broken> {
        whole(rows(text.as_bytes())?)
    }

    #[test]
    fn a_sound_file_is_read_in_every_spelling() {
        let file = read(SOUND).unwrap();
        assert_eq!((file.id.as_str(), file.sequence), ("F1", 1));
        assert_eq!(file.rows[0][0], "0001");
        assert_eq!(file.rows[0][7], "Tan, A\n\"B\"");
        let plain = SOUND.replace("\"Tan, A\n\"\"B\"\"\"", "Aina");
        let expected = read(&plain).unwrap();
        for spelling in [
            format!("\u{feff}{plain}"),
            plain.replace('\n', "\r\n"),
            plain.trim_end().to_owned(),
        ] {
            assert_eq!(read(&spelling), Ok(expected.clone()), "{spelling:?}");
        }
    }

    #[test]
    fn a_broken_file_says_what_is_wrong() {
        assert!(matches!(
            read(&SOUND.replace("T,1", "T,2")),
            Err(Broken::Count { .. })
        ));
        assert!(matches!(
            read(&SOUND.replace("T,1,24.50", "T,1,24.51")),
            Err(Broken::Total { .. })
        ));
        assert_eq!(read(&SOUND.replace("T,1,24.50\n", "")), Err(Broken::Trailer));
        assert_eq!(read(&SOUND[..70]), Err(Broken::Trailer));
        assert_eq!(read("D,1"), Err(Broken::Header));
        assert_eq!(read(""), Err(Broken::Header));
        assert_eq!(read(&SOUND.replace("D,0001", "X,0001")), Err(Broken::Row(1)));
        assert_eq!(whole(vec![]), Err(Broken::Header));
        assert_eq!(rows(b"H,\xff\n"), Err(Broken::Encoding));
    }
}
