//! The partner's own commands: one program, no shell, bounded in time and output.

use std::{
    path::{Component, Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    process::{Child, Command},
};

use crate::{
    actors::template::{self, Fields},
    config::command::CommandCall,
};

/// Most output that a command may print, in bytes.
pub(crate) const LONGEST: usize = 64 * 1024;
/// Most of the error output that is kept, in bytes.
const LONGEST_COMPLAINT: usize = 1024;
/// How long output is still read after the command itself has ended.
const GRACE: Duration = Duration::from_millis(500);

/// What a command left behind.
#[derive(Debug)]
pub(crate) struct CommandAnswer {
    /// Exit code; none when a signal ended it.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) output: Vec<u8>,
    /// The start of standard error.
    pub(crate) complaint: String,
}

impl CommandAnswer {
    /// How it ended, in words.
    pub(super) fn how(&self) -> String {
        match self.code {
            Some(code) => format!("ended with exit code {code}"),
            None => "was ended by a signal".to_owned(),
        }
    }

    /// The exit in words.
    pub(crate) fn exit(&self) -> String {
        let how = self.how();
        match self.complaint.trim() {
            "" => how,
            words => format!("{how}: {words}"),
        }
    }
}

/// Runs a command to its end; output beyond `longest` bytes is an error.
pub(crate) async fn run(
    call: &CommandCall,
    fields: &Fields,
    longest: usize,
) -> Result<CommandAnswer, String> {
    let name = &call.program;
    let work = async {
        let mut child = spawn(call, fields)?;
        let streams = child.stdout.take().zip(child.stderr.take());
        let Some((stdout, stderr)) = streams else {
            return Err(format!("{name} has no output streams"));
        };
        let (mut output, mut complaint) = (Vec::new(), Vec::new());
        let status = {
            let reading = async {
                tokio::join!(
                    keep(stdout, longest, &mut output),
                    keep_start(stderr, &mut complaint)
                )
                .0
            };
            tokio::pin!(reading);
            let read = tokio::select! {
                read = &mut reading => Some(read),
                _ = child.wait() => None,
            };
            match read {
                Some(read) => read,
                // A service that the command left behind holds the streams open for ever.
                None => tokio::time::timeout(GRACE, reading).await.unwrap_or(Ok(())),
            }
            .map_err(|error| format!("{name}: {error}"))?;
            child
                .wait()
                .await
                .map_err(|error| format!("could not wait for {name}: {error}"))?
        };
        let complaint = String::from_utf8_lossy(&complaint).into_owned();
        Ok(CommandAnswer {
            code: status.code(),
            output,
            complaint,
        })
    };
    tokio::time::timeout(call.timeout, work)
        .await
        .unwrap_or_else(|_| Err(format!("{name} did not end within {} s", call.timeout.as_secs())))
}

fn spawn(call: &CommandCall, fields: &Fields) -> Result<Child, String> {
    let args: Vec<String> = call
        .args
        .iter()
        .map(|arg| template::argument(arg, fields).map_err(|error| error.to_string()))
        .collect::<Result<_, _>>()?;
    let folder = std::path::absolute(if call.directory.as_os_str().is_empty() {
        Path::new(".")
    } else {
        &call.directory
    })
    .map_err(|error| format!("the working folder is gone: {error}"))?;
    Command::new(program(&folder, &call.program))
        .args(args)
        .current_dir(folder)
        .env_clear()
        .envs(call.environment.iter())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("could not start {}: {error}", call.program))
}

/// A bare name is looked up in `PATH`; everything else starts at the folder of the partner's file.
fn program(folder: &Path, name: &str) -> PathBuf {
    let path = Path::new(name);
    let mut parts = path.components();
    match (parts.next(), parts.next()) {
        (Some(Component::Normal(_)), None) => path.to_owned(),
        _ => folder.join(path),
    }
}

/// Keeps everything; more than `longest` bytes are an error.
async fn keep(mut stream: impl AsyncRead + Unpin, longest: usize, kept: &mut Vec<u8>) -> Result<(), String> {
    let mut buffer = [0_u8; 8192];
    loop {
        let count = stream
            .read(&mut buffer)
            .await
            .map_err(|error| error.to_string())?;
        if count == 0 {
            return Ok(());
        }
        if kept.len() + count > longest {
            return Err(format!("printed more than {longest} bytes"));
        }
        kept.extend_from_slice(buffer.get(..count).unwrap_or_default());
    }
}

/// Reads to the end, so that the command is not stopped by a full pipe, but keeps the start only.
async fn keep_start(mut stream: impl AsyncRead + Unpin, kept: &mut Vec<u8>) {
    let mut buffer = [0_u8; 4096];
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        let room = LONGEST_COMPLAINT - kept.len();
        kept.extend_from_slice(buffer.get(..count.min(room)).unwrap_or_default());
    }
}
