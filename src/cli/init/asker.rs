//! The person at the terminal: one question, one line.

use std::io::{BufRead as _, Read as _, Write as _};

use tokio::sync::{oneshot, watch};

use crate::cli::{error::CliError, interrupt};

/// Longest answer, in bytes.
const LONGEST: u64 = 16 * 1024;

/// Why nothing more is asked.
#[derive(Debug)]
pub enum Stop {
    /// Ctrl-C.
    Interrupted,
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
pub struct Asker {
    interrupt: watch::Receiver<bool>,
}

impl Asker {
    /// Whoever sits at the terminal. Must be called inside a tokio runtime.
    pub fn at_the_terminal() -> Self {
        Self {
            interrupt: interrupt::interrupt(),
        }
    }

    /// Asks, and returns the line without its end.
    pub async fn line(&mut self, prompt: &str) -> Result<String, Stop> {
        let (sender, receiver) = oneshot::channel();
        let prompt = prompt.to_owned();
        // A thread of its own: a read from the terminal cannot be called off, and must not hold up an interrupt.
        std::thread::spawn(move || sender.send(read(&prompt)));
        tokio::select! {
            _ = self.interrupt.wait_for(|interrupted| *interrupted) => Err(Stop::Interrupted),
            answered = receiver => match answered {
                Ok(Ok(Some(line))) => Ok(line),
                Ok(Err(error)) => Err(Stop::Told(error.into())),
                Ok(Ok(None)) | Err(_) => Err(Stop::Ended),
            },
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
