//! Programs of others that look at what this one wrote. Where they cannot be had, the test says so; with
//! `SENANG_EXTERNAL_TOOLS=required` it fails instead.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::LazyLock,
};

/// Packages of `PyPI` that read in-toto statements and DSSE envelopes.
const PACKAGES: [&str; 3] = [
    "securesystemslib==1.6.0",
    "in-toto-attestation==0.9.3",
    "cryptography==50.0.2",
];

/// Python with these packages, installed on demand.
static PYTHON: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/external-signing");
    let python = folder.join("bin/python");
    let mark = folder.join("installed");
    let wanted = PACKAGES.join("\n");
    if fs::read_to_string(&mark).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    succeeds(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    succeeds(Command::new(&python).args(pip).args(PACKAGES))?;
    fs::write(&mark, wanted).map_err(|error| error.to_string())?;
    Ok(python)
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

/// Python with the packages that read attestations; none where they cannot be installed.
pub(crate) fn python() -> Option<&'static Path> {
    match &*PYTHON {
        Ok(python) => Some(python),
        Err(why) => missing("the Python packages for attestations", why),
    }
}

/// `openssl` of the system.
pub(crate) fn openssl() -> Option<&'static Path> {
    match Command::new("openssl").arg("version").output() {
        Ok(_) => Some(Path::new("openssl")),
        Err(error) => missing("openssl", &error.to_string()),
    }
}

#[expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "CI says through the environment that nothing may be missing; whoever reads the output is told otherwise"
)]
fn missing(what: &str, why: &str) -> Option<&'static Path> {
    let required = std::env::var_os("SENANG_EXTERNAL_TOOLS").is_some_and(|value| value == "required");
    assert!(
        !required,
        "{what} cannot be had, and SENANG_EXTERNAL_TOOLS=required: {why}"
    );
    eprintln!("NOT CHECKED: {what} cannot be had on this machine: {why}");
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
