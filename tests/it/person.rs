//! Somebody at a terminal who answers the program's questions.

use std::process::{Command, Stdio};

use serde_json::json;

use crate::{
    external,
    partner::secrets,
    program::{Finished, PROGRAM, Place, Program},
};

const PERSON: &str = include_str!("person.py");

/// Runs the program on a terminal in a folder; each question, a regular expression, is answered with what a shell
/// command prints. None without Python, which keeps the terminal.
pub(crate) fn at_the_terminal(place: &Place, words: &str, answers: &[(&str, &str)]) -> Option<Finished> {
    if !has_python() {
        return None;
    }
    std::fs::write(place.path("person.py"), PERSON).unwrap();
    let person = Program::new(&place.path(""), "python3", "person.py")
        .arg(json!(answers).to_string())
        .arg(PROGRAM)
        .args(words)
        .with_environment(&secrets());
    Some(person.run())
}

/// Whether there is a Python; where there is none, that is said aloud, or fails where nothing may be missing.
pub(crate) fn has_python() -> bool {
    let version = Command::new("python3")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    match version {
        Ok(status) if status.success() => true,
        other => external::missing("python3", &format!("{other:?}")).is_some(),
    }
}
