//! The browser's process and the `DevTools` protocol over two pipes: JSON messages that end with a zero.

use std::{path::Path, process::Stdio, time::Duration};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    process::{Child, ChildStdin, ChildStdout, Command},
};

/// Longest message that is read, in bytes.
const LONGEST: u64 = 16 * 1024 * 1024;
/// Most events that are kept while an answer is awaited.
const MOST_EVENTS: usize = 1000;

/// What a browser is started with.
#[derive(Debug)]
pub(super) struct Launch<'a> {
    pub(super) program: &'a Path,
    pub(super) path: Option<&'a str>,
    /// Fresh folder for its profile.
    pub(super) folder: &'a Path,
    /// The only host that it may reach.
    pub(super) host: &'a str,
}

/// A running browser.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    last: u64,
    events: Vec<String>,
}

impl Process {
    pub(super) fn start(launch: &Launch<'_>) -> Result<Self, String> {
        let shown = launch.program.display();
        let mut command = Command::new("/bin/sh");
        // The protocol is spoken on descriptors 3 and 4; a shell puts our pipes there.
        command
            .arg("-c")
            .arg("exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1")
            .arg(launch.program)
            .args([
                "--headless",
                "--remote-debugging-pipe",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--no-default-browser-check",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-extensions",
                // A crash handler is a process of its own: it outlives a browser that is killed, and writes
                // into its folder.
                "--disable-breakpad",
                "--disable-crash-reporter",
                "--no-proxy-server",
            ])
            .arg(format!("--user-data-dir={}", launch.folder.display()))
            // Nothing but the partner's own host is reached, whatever the page asks for.
            .arg(format!(
                "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE {}",
                launch.host
            ));
        if is_root() {
            // Chromium refuses its sandbox to the administrator.
            command.arg("--no-sandbox");
        }
        command
            .arg("about:blank")
            .env_clear()
            .env("HOME", launch.folder)
            .envs(launch.path.map(|path| ("PATH", path)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        let mut child = command
            .spawn()
            .map_err(|error| format!("could not start {shown}: {error}"))?;
        let input = child.stdin.take().ok_or("no pipe to the browser")?;
        let output = child.stdout.take().ok_or("no pipe from the browser")?;
        Ok(Self {
            child,
            input,
            output: BufReader::new(output),
            last: 0,
            events: Vec::new(),
        })
    }

    /// Calls a method and waits for its result.
    pub(super) async fn call(
        &mut self,
        session: Option<&str>,
        method: &str,
        parameters: Value,
    ) -> Result<Value, String> {
        self.last += 1;
        let mut message = json!({"id": self.last, "method": method, "params": parameters});
        if let Some(session) = session {
            message["sessionId"] = json!(session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        let broken = |error: std::io::Error| format!("the browser hung up at {method}: {error}");
        self.input.write_all(&bytes).await.map_err(broken)?;
        self.input.flush().await.map_err(broken)?;
        loop {
            let mut message = self.next().await?;
            if message.get("id").and_then(Value::as_u64) == Some(self.last) {
                if let Some(error) = message.get("error") {
                    return Err(format!("{method}: {error}"));
                }
                return Ok(message["result"].take());
            }
        }
    }

    /// Waits for an event, unless it has come since it was last waited for.
    pub(super) async fn event(&mut self, name: &str, patience: Duration) -> bool {
        let wait = async {
            loop {
                if let Some(place) = self.events.iter().position(|event| event == name) {
                    self.events.remove(place);
                    return true;
                }
                if self.next().await.is_err() {
                    return false;
                }
            }
        };
        tokio::time::timeout(patience, wait).await.unwrap_or(false)
    }

    async fn next(&mut self) -> Result<Value, String> {
        let mut bytes = Vec::new();
        let read = (&mut self.output).take(LONGEST).read_until(0, &mut bytes).await;
        read.map_err(|error| format!("the browser hung up: {error}"))?;
        if bytes.pop() != Some(0) {
            return Err("the browser ended early, or cannot start on this machine".to_owned());
        }
        let message: Value = serde_json::from_slice(&bytes)
            .map_err(|error| format!("the browser's answer is no JSON: {error}"))?;
        if let Some(event) = message.get("method").and_then(Value::as_str)
            && self.events.len() < MOST_EVENTS
        {
            self.events.push(event.to_owned());
        }
        Ok(message)
    }

    /// Ends the browser.
    pub(super) async fn stop(mut self) {
        let closing = self.call(None, "Browser.close", json!({}));
        let _ = tokio::time::timeout(Duration::from_secs(3), closing).await;
        if tokio::time::timeout(Duration::from_secs(3), self.child.wait())
            .await
            .is_err()
        {
            let _ = self.child.kill().await;
        }
    }
}

/// Whether this process belongs to the administrator.
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|facts| facts.uid() == 0)
}
