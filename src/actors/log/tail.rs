//! A file that grows, is cut short, or is replaced while it is read.

use std::{fs::Metadata, io::SeekFrom, path::PathBuf};

use tokio::{
    fs::File,
    io::{AsyncReadExt as _, AsyncSeekExt as _},
};

/// Most bytes that are read in one go, so that a file that grows faster than it is read ends.
const MOST_AT_ONCE: u64 = 64 * 1024 * 1024;

/// What the tail found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'b> {
    /// More bytes.
    Bytes(&'b [u8]),
    /// The file was replaced or cut short: an unfinished line stays unfinished.
    Break,
}

/// Reads what is new in a file since the last time.
#[derive(Debug)]
pub(super) struct Tail {
    path: PathBuf,
    open: Option<Open>,
    /// Where to start in a file that was there before the run.
    skip: Option<(Identity, u64)>,
}

#[derive(Debug)]
struct Open {
    file: File,
    identity: Identity,
    offset: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity(u64, u64);

impl Identity {
    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self(metadata.dev(), metadata.ino())
    }

    #[cfg(not(unix))]
    fn of(_: &Metadata) -> Self {
        Self(0, 0)
    }
}

impl Tail {
    /// A tail that starts at the present end of the file, or at its start once it appears.
    pub(super) fn from_end(path: PathBuf) -> Self {
        let skip = std::fs::metadata(&path)
            .ok()
            .map(|metadata| (Identity::of(&metadata), metadata.len()));
        Self {
            path,
            open: None,
            skip,
        }
    }

    /// Hands everything new to `take`.
    pub(super) async fn read(&mut self, take: &mut (dyn FnMut(Piece<'_>) + Send)) -> Result<(), String> {
        let mut left = MOST_AT_ONCE;
        loop {
            if let Some(open) = &mut self.open {
                drain(open, &mut left, take)
                    .await
                    .map_err(|error| self.failed(&error))?;
            }
            let metadata = match tokio::fs::metadata(&self.path).await {
                Ok(metadata) => metadata,
                // Between the two steps of a rotation there is no file; what is open was read.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound && self.open.is_some() => {
                    return Ok(());
                }
                Err(error) => return Err(self.failed(&error)),
            };
            let identity = Identity::of(&metadata);
            match &mut self.open {
                Some(open) if open.identity == identity && metadata.len() >= open.offset => return Ok(()),
                Some(open) if open.identity == identity => {
                    take(Piece::Break);
                    open.offset = 0;
                    open.file
                        .seek(SeekFrom::Start(0))
                        .await
                        .map_err(|error| error.to_string())?;
                }
                other => {
                    if other.is_some() {
                        take(Piece::Break);
                    }
                    *other = None;
                    self.open = Some(self.reopen().await.map_err(|error| self.failed(&error))?);
                }
            }
            if left == 0 {
                return Ok(());
            }
        }
    }

    async fn reopen(&mut self) -> std::io::Result<Open> {
        let mut file = File::open(&self.path).await?;
        let metadata = file.metadata().await?;
        let identity = Identity::of(&metadata);
        let offset = match self.skip.take() {
            Some((known, length)) if known == identity && metadata.len() >= length => length,
            _ => 0,
        };
        file.seek(SeekFrom::Start(offset)).await?;
        Ok(Open {
            file,
            identity,
            offset,
        })
    }

    fn failed(&self, error: &std::io::Error) -> String {
        format!("could not read {}: {error}", self.path.display())
    }
}

async fn drain(
    open: &mut Open,
    left: &mut u64,
    take: &mut (dyn FnMut(Piece<'_>) + Send),
) -> std::io::Result<()> {
    let mut buffer = vec![0_u8; 64 * 1024];
    while *left > 0 {
        let count = open.file.read(&mut buffer).await?;
        if count == 0 {
            return Ok(());
        }
        let read = u64::try_from(count).unwrap_or(u64::MAX);
        open.offset = open.offset.saturating_add(read);
        *left = left.saturating_sub(read);
        take(Piece::Bytes(buffer.get(..count).unwrap_or_default()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write as _};

    use super::*;

    async fn news(tail: &mut Tail) -> String {
        let mut text = String::new();
        tail.read(&mut |piece| match piece {
            Piece::Bytes(bytes) => text.push_str(&String::from_utf8_lossy(bytes)),
            Piece::Break => text.push('|'),
        })
        .await
        .unwrap();
        text
    }

    fn append(path: &std::path::Path, text: &str) {
        fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(path)
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
    }

    #[tokio::test]
    async fn only_what_is_new_is_read_through_rotation_and_truncation() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.log");
        append(&path, "before the run\n");
        let mut tail = Tail::from_end(path.clone());
        append(&path, "one\n");
        assert_eq!(news(&mut tail).await, "one\n");
        assert_eq!(news(&mut tail).await, "");

        append(&path, "two\n");
        fs::rename(&path, folder.path().join("app.log.1")).unwrap();
        append(&folder.path().join("app.log.1"), "late\n");
        append(&path, "three\n");
        assert_eq!(news(&mut tail).await, "two\nlate\n|three\n");

        fs::write(&path, "4\n").unwrap();
        assert_eq!(news(&mut tail).await, "|4\n");
    }

    #[tokio::test]
    async fn a_file_that_appears_later_is_read_from_its_start() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.log");
        let mut tail = Tail::from_end(path.clone());
        let missing = tail.read(&mut |_| ()).await.unwrap_err();
        assert!(missing.contains("could not read"), "{missing}");
        append(&path, "first\n");
        assert_eq!(news(&mut tail).await, "first\n");
    }
}
