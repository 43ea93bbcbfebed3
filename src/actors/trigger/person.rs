//! Asking the person at the terminal.

use std::{
    io::{BufRead as _, Read as _, Write as _},
    sync::Arc,
    time::Duration,
};

use tokio::sync::{Mutex, oneshot};

use crate::config::host::Terminal;

/// Longest time a person may take.
const LONGEST_PAUSE: Duration = Duration::from_secs(15 * 60);
/// Longest answer, in bytes.
const LONGEST_LINE: u64 = 4096;

/// The person at the terminal, if there is one. Questions are asked one at a time.
#[derive(Clone, Debug)]
pub struct Person {
    /// Holds whether somebody is (still) there.
    present: Arc<Mutex<bool>>,
}

impl Person {
    /// Whoever sits at the terminal.
    pub fn at(terminal: Terminal) -> Self {
        Self {
            present: Arc::new(Mutex::new(terminal.asks)),
        }
    }

    /// Nobody: every question is an error.
    pub fn nobody() -> Self {
        Self::at(Terminal::default())
    }

    /// Asks and returns the line that was answered, without its end.
    pub(crate) async fn ask(&self, question: &str, form: &str) -> Result<String, String> {
        let mut present = self.present.lock().await;
        if !*present {
            return Err(format!(
                "{question:?} needs a person, and nobody is at the terminal"
            ));
        }
        let asked = format!("\n{question}\n{form}\n> ");
        let (sender, receiver) = oneshot::channel();
        // A thread of its own: a read from the terminal cannot be called off, and must not hold up
        // the end of the program.
        std::thread::spawn(move || sender.send(read(&asked)));
        let answered = tokio::time::timeout(LONGEST_PAUSE, receiver).await;
        // A thread that still waits would swallow the answer to the next question.
        *present = answered.is_ok();
        answered
            .map_err(|_| "nobody answered within 15 minutes".to_owned())?
            .unwrap_or_else(|_| Err("the terminal could not be read".to_owned()))
    }
}

fn read(asked: &str) -> Result<String, String> {
    let mut screen = std::io::stderr().lock();
    screen
        .write_all(asked.as_bytes())
        .and_then(|()| screen.flush())
        .map_err(|error| error.to_string())?;
    drop(screen);
    let mut line = Vec::new();
    let count = std::io::stdin()
        .lock()
        .take(LONGEST_LINE)
        .read_until(b'\n', &mut line)
        .map_err(|error| error.to_string())?;
    if count == 0 {
        return Err("standard input was closed".to_owned());
    }
    Ok(String::from_utf8_lossy(&line).trim().to_owned())
}
