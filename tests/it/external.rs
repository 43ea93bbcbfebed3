//! Programs of others that look at what this one wrote. Where they cannot be had, the test says so; with
//! `SENANG_EXTERNAL_TOOLS=required` it fails instead.

use std::{
    ffi::OsStr,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::LazyLock,
};

/// What `tests/external/install` has put there: a Python of its own with packages, packages of npm, a schema. Quick
/// when it is there already.
static FOLDER: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("external");
    let install = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/external/install");
    succeeds(Command::new(install).arg(&folder))?;
    Ok(folder)
});

fn succeeds(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    ))
}

/// The folder of the tools; none where they cannot be installed.
pub(crate) fn folder() -> Option<&'static Path> {
    match &*FOLDER {
        Ok(folder) => Some(folder),
        Err(why) => missing("the tools that tests/external/install puts below target", why),
    }
}

/// Python with the packages that read attestations.
pub(crate) fn python() -> Option<PathBuf> {
    Some(folder()?.join("venv/bin/python"))
}

/// `openssl` of the system.
pub(crate) fn openssl() -> Option<&'static Path> {
    match Command::new("openssl").arg("version").output() {
        Ok(_) => Some(Path::new("openssl")),
        Err(error) => missing("openssl", &error.to_string()),
    }
}

/// Says aloud that something cannot be had; fails where nothing may be missing.
#[expect(
    clippy::disallowed_methods,
    reason = "CI says through the environment that nothing may be missing; whoever reads the output is told otherwise"
)]
pub(crate) fn missing(what: &str, why: &str) -> Option<&'static Path> {
    let required = std::env::var_os("SENANG_EXTERNAL_TOOLS").is_some_and(|value| value == "required");
    assert!(
        !required,
        "{what} cannot be had, and SENANG_EXTERNAL_TOOLS=required: {why}"
    );
    // Written past the test harness, which would hold it back because the test passes.
    let _ = writeln!(
        std::io::stderr().lock(),
        "NOT RUN: {what} cannot be had on this machine: {why}"
    );
    None
}

/// Runs a tool and gives its standard output, or what it complained.
pub(crate) fn run(tool: &Path, arguments: &[&OsStr]) -> Result<String, String> {
    let output = Command::new(tool)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(text(&output.stdout) + &text(&output.stderr))
    }
}
