//! The rooms of the library use each other in one direction only.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use regex::Regex;

/// The rooms, each of which may use those before it.
const ROOMS: &[&str] = &[
    "wire",
    "contract",
    "suite",
    "config",
    "plan",
    "transcript",
    "checks",
    "actors",
    "steps",
    "runner",
    "explore",
    "verdict",
    "evidence",
    "verify",
    "reference",
    "cli",
];

/// Rooms that a room may not use although they stand before it.
const NOT_EVEN: &[(&str, &[&str])] = &[
    ("actors", &["suite", "plan", "checks"]),
    ("verdict", &["actors", "steps", "runner"]),
    ("evidence", &["actors", "steps", "runner"]),
    ("verify", &["actors", "steps", "runner"]),
    (
        "reference",
        &[
            "wire",
            "contract",
            "suite",
            "config",
            "plan",
            "transcript",
            "checks",
            "actors",
            "steps",
            "runner",
            "verdict",
            "evidence",
            "verify",
        ],
    ),
];

/// What only some rooms may use: a name for the message, a pattern, the rooms.
const ONLY_IN: &[(&str, &str, &[&str])] = &[
    ("the engine", r"\bcucumber\b", &["suite", "steps", "runner"]),
    (
        "a socket",
        r"\b(reqwest|hyper|hyper_util|axum|tokio_rustls)\s*::",
        &["actors", "reference"],
    ),
    (
        "a socket",
        r"\b(TcpStream|TcpListener|TcpSocket|UdpSocket|UnixStream|UnixListener)\b",
        &["actors", "reference"],
    ),
    (
        "a socket",
        r"\btokio\s*::\s*(net\b|\{[^}]*\bnet\b)",
        &["actors", "reference"],
    ),
    ("the JUnit writer", r"\bjunit_report\b", &["evidence"]),
    ("the argument parser", r"\bclap\b", &["cli"]),
];

/// What a room may not use: a name for the message, a pattern.
const NEVER: &[(&str, &str, &str)] = &[
    ("wire", "the runtime", r"\btokio\b"),
    ("contract", "the runtime", r"\btokio\b"),
    (
        "contract",
        "the file system",
        r"\bstd\s*::\s*(fs\b|\{[^}]*\bfs\b)",
    ),
    ("checks", "the runtime", r"\btokio\b"),
    (
        "checks",
        "files or processes",
        r"\bstd\s*::\s*(fs|process)\b|\bstd\s*::\s*\{[^}]*\b(fs|process)\b",
    ),
    ("checks", "a clock", r"\b(SystemTime|Instant)\b"),
    ("steps", "the HTTP client", r"\breqwest\b"),
];

/// The lines of a source file without comments, texts and its tests.
fn code_of(source: &str) -> String {
    let parts = r##"(?s)//[^\n]*|/\*.*?\*/|r#"(.*?)"#|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\\n])'"##;
    let parts = Regex::new(parts).unwrap();
    let bare = parts.replace_all(source, |found: &regex::Captures<'_>| {
        "\n".repeat(found[0].matches('\n').count())
    });
    let tests = Regex::new(r"#\[cfg\(test\)\]\s*(pub(\([^)]*\))?\s+)?mod\s+\w+\s*\{").unwrap();
    match tests.find(&bare) {
        Some(found) => bare[..found.start()].to_owned(),
        None => bare.into_owned(),
    }
}

/// The names that follow `crate::`, groups included, with their lines.
fn rooms_used(code: &str) -> Vec<(String, usize)> {
    let path = Regex::new(r"\bcrate\s*::\s*(\w+|\{)").unwrap();
    let word = Regex::new(r"^\w+").unwrap();
    let mut used = Vec::new();
    for found in path.captures_iter(code) {
        let start = found.get(1).unwrap();
        let line = code[..start.start()].matches('\n').count() + 1;
        if start.as_str() != "{" {
            used.push((start.as_str().to_owned(), line));
            continue;
        }
        let mut depth = 0;
        let mut fresh = true;
        for (offset, character) in code[start.start()..].char_indices() {
            match character {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
            if depth == 1 && fresh {
                let at = start.start() + offset;
                if let Some(name) = word.find(&code[at..]) {
                    used.push((name.as_str().to_owned(), code[..at].matches('\n').count() + 1));
                    fresh = false;
                }
            }
            if depth == 1 && matches!(character, ',' | '{') {
                fresh = true;
            }
        }
    }
    used
}

/// Everything that a file of a room uses and may not.
fn violations(room: &str, code: &str) -> Vec<(usize, String)> {
    let place = ROOMS.iter().position(|name| *name == room).unwrap();
    let mut found = Vec::new();
    for (used, line) in rooms_used(code) {
        let Some(other) = ROOMS.iter().position(|name| *name == used) else {
            continue;
        };
        let banned = NOT_EVEN
            .iter()
            .any(|(name, others)| *name == room && others.contains(&used.as_str()));
        if other > place || banned {
            found.push((line, format!("{room} may not use {used}")));
        }
    }
    let only = ONLY_IN
        .iter()
        .filter(|(_, _, rooms)| !rooms.contains(&room))
        .map(|(what, pattern, _)| (*what, *pattern));
    let never = NEVER
        .iter()
        .filter(|(name, _, _)| *name == room)
        .map(|(_, what, pattern)| (*what, *pattern));
    for (what, pattern) in only.chain(never) {
        for hit in Regex::new(pattern).unwrap().find_iter(code) {
            let line = code[..hit.start()].matches('\n').count() + 1;
            found.push((line, format!("{room} may not use {what} ({})", hit.as_str())));
        }
    }
    found
}

fn files_under(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            // Folders and files of tests may stand in for the other side.
            if !path.ends_with("tests") {
                files.extend(files_under(&path));
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

#[test]
fn rooms_use_only_rooms_before_them() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut read = 0;
    for room in ROOMS {
        for file in files_under(&source.join(room)) {
            read += 1;
            let code = code_of(&fs::read_to_string(&file).unwrap());
            let name = file.strip_prefix(&source).unwrap().display().to_string();
            found.extend(
                violations(room, &code)
                    .into_iter()
                    .map(|(line, text)| format!("src/{name}:{line}: {text}")),
            );
        }
    }
    assert!(read >= ROOMS.len(), "only {read} files were read");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_folder_is_a_room_and_lib_lists_them_in_order() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(&source).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            assert!(
                ROOMS.contains(&name),
                "src/{name} is no room; give it a place in the order"
            );
        } else {
            assert!(
                ["lib.rs", "main.rs"].contains(&name),
                "src/{name} belongs into a room"
            );
        }
    }
    let library = fs::read_to_string(source.join("lib.rs")).unwrap();
    let listed: Vec<_> = Regex::new(r"(?m)^pub mod (\w+);")
        .unwrap()
        .captures_iter(&library)
        .map(|found| found[1].to_owned())
        .collect();
    assert_eq!(listed, ROOMS);
}

#[test]
fn a_breach_is_seen_however_it_is_written() {
    let breaches = |room: &str, source: &str| violations(room, &code_of(source));
    let grouped =
        "use std::fmt;\nuse crate::{\n    wire::event::{Event, EventType},\n    verdict::judge,\n};\n";
    assert_eq!(
        breaches("plan", grouped),
        [(4, "plan may not use verdict".to_owned())]
    );
    assert_eq!(breaches("evidence", grouped), []);
    assert_eq!(breaches("checks", "fn f() { crate::actors::send() }").len(), 1);
    assert_eq!(
        breaches("actors", "use crate::checks::outcome::Outcome;").len(),
        1
    );
    assert_eq!(breaches("reference", "use crate::wire::money::Money;").len(), 1);
    assert_eq!(breaches("verify", "use tokio::{fs, net::TcpStream};").len(), 2);
    assert_eq!(breaches("config", "use reqwest::Client;").len(), 1);
    assert_eq!(breaches("transcript", "use cucumber::World;").len(), 1);
    assert_eq!(
        breaches("checks", "let now = std::time::Instant::now();").len(),
        1
    );
    assert_eq!(breaches("evidence", "use clap::Parser;").len(), 1);
}

#[test]
fn comments_texts_and_tests_are_no_breach() {
    let source = "//! Not [`crate::cli`].\nconst A: &str = \"crate::cli \\\" cucumber\";\nconst B: char = '\"';\n\
                  const C: &str = r#\"a \" crate::cli\"#; /* crate::cli */\n\
                  #[cfg(test)]\nmod tests {\n    use crate::cli::x;\n}\n";
    assert_eq!(violations("plan", &code_of(source)), []);
    let after = "const B: char = '\"';\nuse crate::cli::x;\nconst D: char = '\"';\n";
    assert_eq!(
        violations("plan", &code_of(after)),
        [(2, "plan may not use cli".to_owned())]
    );
}
