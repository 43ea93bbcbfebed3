//! Feature files, rulebook and profiles are embedded; a change of any of them rebuilds the program. What is
//! known about the build is handed to it: target, profile, and the commit of a release.

use std::{path::Path, process::Command};

/// Everything that the program is made from.
const SOURCES: [&str; 6] = [
    "src",
    "features",
    "docs/recurring.schema.json",
    "build.rs",
    "Cargo.toml",
    "Cargo.lock",
];

#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script through the environment"
)]
fn main() {
    println!("cargo:rerun-if-changed=features");
    println!("cargo:rerun-if-changed=build.rs");
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let profile = variable("PROFILE");
    println!("cargo:rustc-env=SENANG_BUILD_TARGET={}", variable("TARGET"));
    println!("cargo:rustc-env=SENANG_BUILD_PROFILE={profile}");
    // Whoever develops would have to build everything again after each commit.
    if profile == "release" {
        commit();
    }
}

fn commit() {
    for source in SOURCES {
        println!("cargo:rerun-if-changed={source}");
    }
    // Both change when a commit is made or checked out. Naming what is not there would build every time.
    for name in ["HEAD", "logs/HEAD"] {
        if let Some(path) = git(&["rev-parse", "--git-path", name]).filter(|path| Path::new(path).exists()) {
            println!("cargo:rerun-if-changed={path}");
        }
    }
    // A folder above this one may be a repository that has nothing to do with it.
    let ours = git(&["ls-files", "--error-unmatch", "build.rs"]).is_some();
    if let Some(commit) = git(&["rev-parse", "HEAD"]).filter(|_| ours) {
        println!("cargo:rustc-env=SENANG_BUILD_COMMIT={commit}");
        let status = [&["status", "--porcelain", "--"], &SOURCES[..]].concat();
        if git(&status).is_none_or(|changed| !changed.is_empty()) {
            println!("cargo:rustc-env=SENANG_BUILD_MODIFIED=yes");
        }
    }
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
