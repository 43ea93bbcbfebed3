//! The real program, run in a folder of its own.

use std::{
    ffi::OsStr,
    fs,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use crate::bundle::Bundle;

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_senang-conformance");

/// No run of the program takes longer; the kill matrix is the longest.
const LONGEST: Duration = Duration::from_secs(20 * 60);

/// A folder that goes with the test. Everything the program leaves behind is in it.
pub(crate) struct Place(tempfile::TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        fs::create_dir(place.path("tmp")).unwrap();
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file.
    pub(crate) fn with(self, name: &str, text: &str) -> Self {
        fs::write(self.path(name), text).unwrap();
        self
    }

    /// The program with words that are separated by blanks, in this folder.
    pub(crate) fn senang(&self, words: &str) -> Program {
        Program::new(self.0.path(), PROGRAM, words)
    }

    /// The only bundle below `out`, complete or not.
    pub(crate) fn bundle(&self) -> Bundle {
        let folders = folders(&self.path("out"));
        assert_eq!(folders.len(), 1, "folders of runs: {folders:?}");
        Bundle::at(&folders[0])
    }

    /// Names of all that the program left in its temporary folder.
    pub(crate) fn left_behind(&self) -> Vec<PathBuf> {
        folders(&self.path("tmp"))
    }
}

/// The folders below a folder; none where it does not exist.
pub(crate) fn folders(of: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(of) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.is_dir()).collect()
}

/// A command line under construction.
pub(crate) struct Program(Command);

impl Program {
    pub(crate) fn new(folder: &Path, program: &str, words: &str) -> Self {
        let mut command = Command::new(program);
        command
            .args(words.split_whitespace())
            .current_dir(folder)
            .env("TMPDIR", folder.join("tmp"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Self(command)
    }

    pub(crate) fn arg(mut self, value: impl AsRef<OsStr>) -> Self {
        self.0.arg(value);
        self
    }

    pub(crate) fn args(mut self, words: &str) -> Self {
        self.0.args(words.split_whitespace());
        self
    }

    pub(crate) fn with_environment(mut self, variables: &[(&str, String)]) -> Self {
        self.0.envs(variables.iter().map(|(name, value)| (*name, value)));
        self
    }

    /// Makes it the first of a process group, as a shell does, so that a signal can reach all of it.
    pub(crate) fn with_own_group(mut self) -> Self {
        self.0.process_group(0);
        self
    }

    pub(crate) fn spawn(mut self) -> Child {
        self.0.spawn().unwrap()
    }

    /// Runs it to its end.
    pub(crate) fn run(self) -> Finished {
        Finished::of(self.spawn())
    }
}

/// What a program said and how it ended.
#[derive(Debug)]
pub(crate) struct Finished {
    /// None when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Finished {
    /// Waits for the end of a process. One that never ends is killed, so that a test fails instead of
    /// holding up all of CI.
    pub(crate) fn of(child: Child) -> Self {
        let id = child.id().to_string();
        let (ended, end) = mpsc::channel::<()>();
        let guard = thread::spawn(move || {
            if end.recv_timeout(LONGEST) == Err(RecvTimeoutError::Timeout) {
                let _ = Command::new("kill").args(["-KILL", &id]).status();
            }
        });
        let output = child.wait_with_output().unwrap();
        drop(ended);
        guard.join().unwrap();
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "standard output:\n{}\nstandard error:\n{}",
            self.out,
            self.err
        );
        self
    }

    /// The complaint holds each of the texts, wherever its lines break.
    #[track_caller]
    pub(crate) fn complains(self, texts: &[&str]) -> Self {
        let flat = flat(&self.err);
        for text in texts {
            assert!(flat.contains(text), "{text:?} is not in:\n{}", self.err);
        }
        self
    }

    /// Standard output holds each of the texts, wherever its lines break.
    #[track_caller]
    pub(crate) fn says(self, texts: &[&str]) -> Self {
        let flat = flat(&self.out);
        for text in texts {
            assert!(flat.contains(text), "{text:?} is not in:\n{}", self.out);
        }
        self
    }
}

/// The text on one line, without the frames that diagnostics draw at its left.
fn flat(text: &str) -> String {
    let words = text.split_whitespace().filter(|word| !matches!(*word, "│" | "×"));
    words.collect::<Vec<_>>().join(" ")
}
