//! The partner's process.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStdin, Command};

use crate::reference::error::ReferenceError;

/// Longest time until the partner is ready.
const READY: Duration = Duration::from_secs(30);
/// Longest time for an orderly end.
const FAREWELL: Duration = Duration::from_secs(2);

/// How the process is started.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

/// A running partner. It ends when its standard input is closed, so also when this process dies.
#[derive(Debug)]
pub struct Running {
    child: Child,
    input: Option<ChildStdin>,
    /// What it announced.
    pub ready: String,
}

impl Running {
    /// Starts the process and waits until it listens. `environment` is its whole environment.
    pub async fn start(
        launch: &Launch,
        more: &[OsString],
        environment: &BTreeMap<String, String>,
    ) -> Result<Self, ReferenceError> {
        let failed = |why: String| ReferenceError::Kept(why);
        let mut child = Command::new(&launch.program)
            .args(&launch.arguments)
            .args(more)
            .env_clear()
            .envs(environment)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| failed(format!("it could not be started: {error}")))?;
        let input = child.stdin.take();
        let output = child
            .stdout
            .take()
            .ok_or_else(|| failed("it has no standard output".into()))?;
        let mut ready = String::new();
        let mut reader = BufReader::new(output);
        match tokio::time::timeout(READY, reader.read_line(&mut ready)).await {
            Err(_) => Err(failed(format!("it was not ready after {} s", READY.as_secs()))),
            Ok(Err(error)) => Err(failed(error.to_string())),
            Ok(Ok(0)) => Err(failed("it ended before it was ready".into())),
            Ok(Ok(_)) => Ok(Self { child, input, ready }),
        }
    }

    /// Asks the process to end, and ends it if it does not.
    pub async fn stop(mut self) {
        drop(self.input.take());
        if tokio::time::timeout(FAREWELL, self.child.wait()).await.is_err() {
            let _ = self.child.kill().await;
        }
    }
}
