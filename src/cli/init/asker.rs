//! The person at the terminal: one question, one line.

use std::io::{BufRead as _, Read as _, Write as _};

use tokio::sync::oneshot;

use crate::cli::error::CliError;

/// Longest answer, in bytes.
const LONGEST: u64 = 16 * 1024;

/// Why nothing more is asked.
#[derive(Debug)]
pub enum Stop {
    /// Standard input came to its end.
    Ended,
    /// Something that is told.
    Told(CliError),
}

impl<E: Into<CliError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Told(error.into())
    }
}

/// Asks on standard error and reads standard input.
#[derive(Debug)]
pub struct Asker;

impl Asker {
    /// Asks, and returns the line without its end.
    pub async fn line(&mut self, prompt: &str) -> Result<String, Stop> {
        let (sender, receiver) = oneshot::channel();
        let prompt = prompt.to_owned();
        // A thread of its own: a read from the terminal cannot be called off, and must not hold up an interrupt.
        std::thread::spawn(move || sender.send(read(&prompt)));
        match receiver.await {
            Ok(Ok(Some(line))) => Ok(line),
            Ok(Err(error)) => Err(Stop::Told(error.into())),
            Ok(Ok(None)) | Err(_) => Err(Stop::Ended),
        }
    }
}

fn read(prompt: &str) -> std::io::Result<Option<String>> {
    let mut screen = std::io::stderr().lock();
    screen.write_all(prompt.as_bytes())?;
    screen.flush()?;
    drop(screen);
    let mut line = Vec::new();
    let count = std::io::stdin()
        .lock()
        .take(LONGEST)
        .read_until(b'\n', &mut line)?;
    Ok((count > 0).then(|| String::from_utf8_lossy(&line).trim().to_owned()))
}
