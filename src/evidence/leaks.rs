//! Where a file shows secrets: searched before a file is released, and in bundles that are passed on.

use std::{
    fmt,
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use sha2::{Digest as _, Sha256};

use super::{digesting::Sized, pointer::pointer};
use crate::transcript::mask::Leak;

/// Read at once.
const BLOCK: usize = 4 * 1024 * 1024;
/// Searched again with the next block.
const OVERLAP: usize = 64 * 1024;
/// Places that a message names; more are counted.
const MOST_NAMED: usize = 5;

/// Finds everything in some bytes that shows a secret.
pub type Search<'a> = dyn Fn(&[u8]) -> Vec<Leak> + 'a;

/// A place that shows a secret. It says which, and never its value.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Place {
    /// The file, by its name in the bundle.
    pub file: String,
    /// Where the first byte stands, from 0.
    pub offset: u64,
    /// Number of bytes.
    pub length: u64,
    /// The line, from 1.
    pub line: u64,
    /// The value or member within the JSON document, or within that line of one, as a JSON Pointer (RFC 6901).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// What the secret is called.
    pub label: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {} (line {}", self.label, self.offset, self.line)?;
        if let Some(pointer) = &self.pointer {
            write!(f, ", {pointer}")?;
        }
        f.write_str(")")
    }
}

/// The first of the places, as one text.
pub(super) fn told(places: &[Place]) -> String {
    let mut said: Vec<String> = places.iter().take(MOST_NAMED).map(Place::to_string).collect();
    if places.len() > MOST_NAMED {
        said.push(format!("{} more places", places.len() - MOST_NAMED));
    }
    said.join("; ")
}

/// The places in bytes that are to become a file.
pub fn in_bytes(file: &str, bytes: &[u8], search: &Search<'_>) -> Vec<Place> {
    placed(file, bytes, &search(bytes), search)
}

/// The places in a file, however large it is, and its size and digest.
pub fn in_file(path: &Path, file: &str, search: &Search<'_>) -> io::Result<(Sized, Vec<Place>)> {
    let mut reader = File::open(path)?;
    let mut hash = Sha256::new();
    let mut leaks: Vec<Leak> = Vec::new();
    let mut window = Vec::new();
    let mut before = 0;
    let mut size = 0;
    loop {
        let known = window.len();
        let read = reader.by_ref().take(BLOCK as u64).read_to_end(&mut window)?;
        let new = window.get(known..).unwrap_or_default();
        hash.update(new);
        size += read as u64;
        for mut leak in search(&window) {
            leak.offset += before;
            leaks.push(leak);
        }
        if read < BLOCK {
            break;
        }
        let earliest = window.len().saturating_sub(OVERLAP);
        let shared = window.get(earliest..).unwrap_or_default();
        let line = shared.iter().take(OVERLAP / 2).position(|byte| *byte == b'\n');
        let kept_from = earliest + line.map_or(0, |at| at + 1);
        window.drain(..kept_from);
        before += kept_from;
    }
    let sized = Sized {
        size,
        sha256: hex::encode(hash.finalize()),
    };
    if leaks.is_empty() {
        return Ok((sized, Vec::new()));
    }
    let bytes = std::fs::read(path)?;
    Ok((sized, placed(file, &bytes, &distinct(leaks), search)))
}

/// What two windows share was found twice, or in two parts.
fn distinct(mut leaks: Vec<Leak>) -> Vec<Leak> {
    leaks.sort();
    let mut distinct: Vec<Leak> = Vec::new();
    for leak in leaks {
        match distinct.last_mut() {
            Some(last) if last.label == leak.label && leak.offset < last.offset + last.length => {
                last.length = last.length.max(leak.offset + leak.length - last.offset);
            }
            _ => distinct.push(leak),
        }
    }
    distinct
}

fn placed(file: &str, bytes: &[u8], leaks: &[Leak], search: &Search<'_>) -> Vec<Place> {
    let one_document = [".json", ".har"].iter().any(|ending| file.ends_with(ending));
    leaks
        .iter()
        .map(|leak| {
            let before = bytes.get(..leak.offset).unwrap_or_default();
            let line_start = before
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(0, |at| at + 1);
            let line = memchr::memchr_iter(b'\n', before).count() as u64 + 1;
            let pointer = if one_document {
                pointer(bytes, leak.offset)
            } else if file.ends_with(".ndjson") {
                pointer(
                    bytes.get(line_start..).unwrap_or_default(),
                    leak.offset - line_start,
                )
            } else {
                None
            };
            Place {
                file: file.to_owned(),
                offset: leak.offset as u64,
                length: leak.length as u64,
                line,
                pointer: pointer.filter(|pointer| shows_nothing(pointer, search)),
                label: leak.label.clone(),
            }
        })
        .collect()
}

/// The name of a member may be the secret, also where the pointer writes some of its characters otherwise.
fn shows_nothing(pointer: &str, search: &Search<'_>) -> bool {
    let plain = pointer.replace("~1", "/").replace("~0", "~");
    [pointer, &plain]
        .into_iter()
        .all(|text| search(text.as_bytes()).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::mask::Masker;

    fn masker() -> Masker {
        let mut masker = Masker::new();
        masker.learn("webhook secret", b"Zk3Ru9/sQp+Lx7TtVwB2nM");
        masker
    }

    #[test]
    fn a_place_is_named_and_the_value_is_not() {
        let masker = masker();
        let search = |bytes: &[u8]| masker.leaks(bytes);
        let text = "{\n \"list\": [1, {\"a/b\": \"key: Zk3Ru9\\/sQp+Lx7TtVwB2nM\"}]\n}\n";
        let places = in_bytes("results.json", text.as_bytes(), &search);
        assert_eq!(told(&places), "webhook secret at byte 29 (line 2, /list/1/a~1b)");
        let lines = format!(
            "{{\"number\":0}}\n{}\n",
            r#"{"what":{"Zk3Ru9/sQp+Lx7TtVwB2nM":[]}}"#
        );
        let places = in_bytes("transcript.ndjson", lines.as_bytes(), &search);
        assert_eq!(told(&places), "webhook secret at byte 23 (line 2)");
        let many = "Zk3Ru9/sQp+Lx7TtVwB2nM\n\n".repeat(7);
        let places = in_bytes("junit.xml", many.as_bytes(), &search);
        assert_eq!(places.len(), 7);
        assert!(
            told(&places).ends_with("(line 9); 2 more places"),
            "{}",
            told(&places)
        );
    }

    #[test]
    fn a_large_file_is_searched_over_the_borders_of_its_blocks() {
        let masker = masker();
        let search = |bytes: &[u8]| masker.leaks(bytes);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let quiet = "0123456 89\n".repeat(BLOCK / 10);
        std::fs::write(&path, &quiet).unwrap();
        let (sized, places) = in_file(&path, "file", &search).unwrap();
        assert_eq!((sized, places), (Sized::of(quiet.as_bytes()), Vec::new()));
        for at in [BLOCK - 10, BLOCK - OVERLAP - 3, BLOCK + 7] {
            let mut text = quiet.clone();
            text.insert_str(at, "Zk3Ru9/sQp&#x2B;Lx7TtVwB2nM");
            std::fs::write(&path, &text).unwrap();
            let (sized, places) = in_file(&path, "file", &search).unwrap();
            assert_eq!(sized, Sized::of(text.as_bytes()));
            assert_eq!(places.len(), 1, "{at}: {places:?}");
            assert_eq!((places[0].offset, places[0].length), (at as u64, 27));
        }
    }
}
