//! The program: host context in, exit code out.

use std::process::ExitCode;

use senang_conformance::{cli::entry, config::host::Host};

fn main() -> ExitCode {
    ExitCode::from(entry::main(&Host::read()).code())
}
