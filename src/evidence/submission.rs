//! Submissions: a folder that holds every attempt of a partner, each in a folder of its own.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader},
    path::Path,
};

use super::{digesting, files};
use crate::{
    transcript::{
        chain::Why,
        provenance::Previous,
        reader::{ReadError, Reader},
    },
    wire::digest::sha256_hex,
};

/// How the folders of attempts begin.
pub const PREFIX: &str = "attempt-";

/// Name of the folder of an attempt.
pub fn folder_name(attempt: u32, run_id: &str) -> String {
    format!("{PREFIX}{attempt:04}-{run_id}")
}

/// Number and run id in the name of a folder; none when it is not that of an attempt.
pub fn read_name(name: &str) -> Option<(u32, &str)> {
    let (digits, run_id) = name.strip_prefix(PREFIX)?.split_once('-')?;
    let number: u32 = digits.parse().ok()?;
    // A number that is written in another way would stand for the same attempt twice.
    (number > 0 && !run_id.is_empty() && folder_name(number, run_id) == name).then_some((number, run_id))
}

/// What fixes the attempt in a folder, as it is now: its manifest, or where there is none, its transcript as far as it
/// goes. None where not even that has begun.
pub fn fixed_by(folder: &Path) -> Result<Option<Previous>, ReadError> {
    let manifest = folder.join(files::MANIFEST);
    match digesting::file(&manifest, u64::MAX) {
        Ok(sized) => return Ok(Some(Previous::Manifest(sized.sha256))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(ReadError::Io(error)),
    }
    let transcript = folder.join(files::TRANSCRIPT);
    if !transcript.exists() {
        return Ok(None);
    }
    let mut reader = Reader::open(&transcript)?;
    loop {
        match reader.next_record() {
            Ok(Some(_)) => {}
            Ok(None) => break,
            Err(ReadError::Broken(broken)) if matches!(broken.why, Why::Cut | Why::Torn) => break,
            Err(error) => return Err(error),
        }
    }
    let chain = reader.checked();
    Ok((chain.length() > 0).then(|| Previous::Transcript(chain.head())))
}

/// Whether the attempt in a folder is the one that was fixed. A transcript may have gone on since.
pub fn is_the_one(folder: &Path, fixed: &Previous) -> io::Result<bool> {
    match fixed {
        Previous::Manifest(sha256) => match digesting::file(&folder.join(files::MANIFEST), u64::MAX) {
            Ok(sized) => Ok(sized.sha256 == *sha256),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        },
        Previous::Transcript(head) => {
            let transcript = BufReader::new(File::open(folder.join(files::TRANSCRIPT))?);
            for line in transcript.split(b'\n') {
                if sha256_hex(&line?) == *head {
                    return Ok(true);
                }
            }
            Ok(false)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::sample;

    #[test]
    fn names_of_attempts_are_read_back_and_no_others() {
        let name = folder_name(7, "20261120T101500-00000001");
        assert_eq!(name, "attempt-0007-20261120T101500-00000001");
        assert_eq!(read_name(&name), Some((7, "20261120T101500-00000001")));
        assert_eq!(read_name(&folder_name(12_345, "x")), Some((12_345, "x")));
        for other in [
            "attempt-7-x",
            "attempt-00007-x",
            "attempt-0000-x",
            "attempt-0007-",
            "attempt-0007",
            "attempt-+007-x",
            "20261120T101500-00000001",
            "",
        ] {
            assert_eq!(read_name(other), None, "{other}");
        }
    }

    #[test]
    fn an_attempt_is_fixed_by_its_manifest_or_else_by_its_transcript() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(fixed_by(folder.path()).unwrap(), None);
        let whole = sample::transcript();
        let lines: Vec<&str> = whole.lines().collect();
        let cut = format!("{}\n{}\n{}", lines[0], lines[1], "{\"prev");
        std::fs::write(folder.path().join(files::TRANSCRIPT), &cut).unwrap();
        let killed = fixed_by(folder.path()).unwrap().unwrap();
        assert!(matches!(killed, Previous::Transcript(_)));
        assert!(is_the_one(folder.path(), &killed).unwrap());
        // It went on, and its bundle was made.
        std::fs::remove_file(folder.path().join(files::TRANSCRIPT)).unwrap();
        sample::bundle(folder.path());
        let released = fixed_by(folder.path()).unwrap().unwrap();
        assert!(matches!(released, Previous::Manifest(_)));
        assert!(is_the_one(folder.path(), &released).unwrap());
        std::fs::write(folder.path().join(files::MANIFEST), "{}").unwrap();
        assert!(!is_the_one(folder.path(), &released).unwrap());
        std::fs::write(folder.path().join(files::TRANSCRIPT), "{}\n").unwrap();
        assert!(!is_the_one(folder.path(), &killed).unwrap());
        std::fs::remove_file(folder.path().join(files::MANIFEST)).unwrap();
        assert!(!is_the_one(folder.path(), &released).unwrap());
    }
}
