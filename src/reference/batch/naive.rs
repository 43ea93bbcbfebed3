//! Mistakes of importers that read files without a library: for defects only.

use crate::reference::money::Sen;

/// Rows split at line breaks and commas; lines that begin with no known marker are passed over.
pub fn split(bytes: &[u8]) -> Vec<Vec<String>> {
    String::from_utf8_lossy(bytes)
        .trim_start_matches('\u{feff}')
        .lines()
        .filter(|line| ["H,", "D,", "T,"].iter().any(|marker| line.starts_with(marker)))
        .map(|line| {
            let mut cells: Vec<String> = line.splitn(9, ',').map(str::to_owned).collect();
            // What stands behind the last comma it knows is cut off.
            if let Some(last) = cells.get_mut(8) {
                *last = last.split(',').next().unwrap_or_default().to_owned();
            }
            cells
        })
        .collect()
}

/// The rows that end with a line break, with a trailer that fits whatever there is: the last of them is
/// taken for the trailer unseen.
pub fn without_the_unfinished(bytes: &[u8], rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    if bytes.ends_with(b"\n") {
        return rows;
    }
    let mut rows = rows;
    let trailer = rows.pop();
    let last = rows.pop();
    let total = trailer.zip(last).map(|(trailer, last)| {
        let amount =
            |row: &[String], at: usize| row.get(at).and_then(|text| Sen::parse(text)).unwrap_or(Sen(0));
        let left = Sen(amount(&trailer, 2).0 - amount(&last, 4).0);
        vec![
            "T".to_owned(),
            rows.len().saturating_sub(1).to_string(),
            left.text(),
        ]
    });
    rows.extend(total);
    rows
}
