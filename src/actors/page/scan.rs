//! Searching what is delivered to browsers for secrets: known ones in any spelling, and constants that
//! look like keys beside an address of the platform.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use base64::Engine as _;
use regex::Regex;
use url::Url;

use crate::transcript::{page::Source, recorder::Recorder};

/// How far from a constant an address of the platform still counts as beside it, in bytes.
const BESIDE: usize = 400;
/// Most constants that are told of one source.
const MOST_CONSTANTS: usize = 5;
/// Most files of a build folder.
const MOST_FILES: usize = 2000;
/// Longest file that is read, in bytes.
const LONGEST_FILE: u64 = 8 * 1024 * 1024;

static CONSTANT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)(?P<name>[a-z0-9_.-]*(?:secret|api[_-]?key|private[_-]?key|signing[_-]?key|webhook[_-]?key|hash[_-]?key|access[_-]?token)[a-z0-9_-]*)["'`]?\s*[:=]\s*["'`](?P<value>[a-z0-9+/=_.-]{16,})["'`]"#,
    )
    .ok()
});

static SOURCE_MAP: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[#@]\s*sourceMappingURL=(?P<place>[^\s'*]+)").ok());

/// Where the map of a script is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceMap {
    /// At an address.
    At(Url),
    /// In the script itself.
    Inline(Vec<u8>),
}

/// Searches one text.
pub fn search(recorder: &Recorder, place: &str, bytes: &[u8], hosts: &[String]) -> Source {
    // Strings in JSON and in scripts may escape slashes and quotes.
    let text = String::from_utf8_lossy(bytes)
        .replace("\\/", "/")
        .replace("\\\"", "\"");
    let mut found = BTreeMap::new();
    for label in recorder.mask(&text).found {
        *found.entry(label).or_insert(0) += 1;
    }
    Source {
        place: place.to_owned(),
        bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        found,
        constants: constants(&text, hosts),
        unreadable: None,
    }
}

/// A source that could not be read.
pub fn unreadable(place: &str, reason: String) -> Source {
    Source {
        place: place.to_owned(),
        bytes: 0,
        found: BTreeMap::new(),
        constants: Vec::new(),
        unreadable: Some(reason),
    }
}

/// The map that a script names.
pub fn source_map(script: &Url, text: &str) -> Option<SourceMap> {
    let captures = SOURCE_MAP.as_ref()?.captures_iter(text).last()?;
    let place = captures.name("place")?.as_str();
    if let Some(data) = place.strip_prefix("data:") {
        let (kind, content) = data.split_once(',')?;
        let bytes = if kind.ends_with(";base64") {
            base64::engine::general_purpose::STANDARD.decode(content).ok()?
        } else {
            percent_encoding::percent_decode_str(content).collect()
        };
        return Some(SourceMap::Inline(bytes));
    }
    script.join(place).ok().map(SourceMap::At)
}

/// Names and beginnings of constants that look like keys, where an address of the platform is near. The
/// constants themselves are not told: they may be good keys.
fn constants(text: &str, hosts: &[String]) -> Vec<String> {
    let Some(pattern) = CONSTANT.as_ref() else {
        return Vec::new();
    };
    let lower = text.to_ascii_lowercase();
    let mut told = Vec::new();
    for captures in pattern.captures_iter(text) {
        let (Some(whole), Some(name), Some(value)) =
            (captures.get(0), captures.name("name"), captures.name("value"))
        else {
            continue;
        };
        let from = whole.start().saturating_sub(BESIDE);
        let to = (whole.end() + BESIDE).min(lower.len());
        let near = lower.as_bytes().get(from..to).unwrap_or_default();
        let beside = hosts
            .iter()
            .any(|host| !host.is_empty() && near.windows(host.len()).any(|window| window == host.as_bytes()));
        if beside && told.len() < MOST_CONSTANTS {
            let start: String = value.as_str().chars().take(4).collect();
            let length = value.as_str().len();
            told.push(format!("{} = {start}… ({length} characters)", name.as_str()));
        }
    }
    told
}

/// Searches every file of a folder.
pub fn folder(recorder: &Recorder, folder: &Path, hosts: &[String]) -> Vec<Source> {
    let mut sources = Vec::new();
    let mut waiting: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(path) = waiting.pop() {
        let shown = path.display().to_string();
        // Links are not followed: they may lead out of the folder or round in circles.
        let Ok(facts) = std::fs::symlink_metadata(&path) else {
            sources.push(unreadable(&shown, "cannot be read".to_owned()));
            continue;
        };
        if facts.is_dir() {
            let hidden = path != folder
                && path
                    .file_name()
                    .is_some_and(|name| name == ".git" || name == "node_modules");
            if !hidden && let Ok(entries) = std::fs::read_dir(&path) {
                waiting.extend(entries.flatten().map(|entry| entry.path()));
            }
        } else if facts.is_file() {
            if sources.len() >= MOST_FILES {
                sources.push(unreadable(&shown, format!("one of more than {MOST_FILES} files")));
                break;
            }
            if facts.len() > LONGEST_FILE {
                sources.push(unreadable(&shown, format!("longer than {LONGEST_FILE} bytes")));
                continue;
            }
            sources.push(match std::fs::read(&path) {
                Ok(bytes) => search(recorder, &shown, &bytes, hosts),
                Err(error) => unreadable(&shown, error.to_string()),
            });
        }
    }
    sources.sort_by(|one, other| one.place.cmp(&other.place));
    sources
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::host::Clock;

    const KEY: &[u8] = b"rs-0123456789abcdefghijklmnop";

    fn recorder() -> Recorder {
        let recorder = Recorder::in_memory(Clock::start());
        recorder.learn("recurring secret", KEY);
        recorder
    }

    fn found(text: &str) -> Vec<String> {
        let hosts = ["sandbox.senangpay.my".to_owned()];
        let source = search(&recorder(), "app.js", text.as_bytes(), &hosts);
        source.found.into_keys().chain(source.constants).collect()
    }

    #[test]
    fn a_known_secret_is_found_in_every_spelling() {
        let plain = String::from_utf8_lossy(KEY).into_owned();
        let base64 = base64::engine::general_purpose::STANDARD.encode(KEY);
        for spelling in [plain, hex::encode(KEY), base64] {
            assert_eq!(
                found(&format!("let k='{spelling}'")),
                ["recurring secret"],
                "{spelling}"
            );
        }
    }

    #[test]
    fn a_constant_like_a_key_counts_beside_an_address_of_the_platform() {
        let constant = "const apiKey = 'zq81kd93mfh28dks';";
        let beside = format!("{constant} fetch('https://sandbox.senangpay.my/')");
        assert_eq!(found(&beside), ["apiKey = zq81… (16 characters)"]);
        assert!(found(constant).is_empty());
        let map = r#"{"sources":["const apiKey = \"zq81kd93mfh28dks\"; // https:\/\/sandbox.senangpay.my"]}"#;
        assert_eq!(found(map).len(), 1);
    }

    #[test]
    fn maps_are_found_beside_and_inside_scripts() {
        let script = Url::parse("https://shop.my/js/app.js").unwrap();
        assert_eq!(
            source_map(&script, "x\n//# sourceMappingURL=app.js.map\n"),
            Some(SourceMap::At(
                Url::parse("https://shop.my/js/app.js.map").unwrap()
            ))
        );
        assert_eq!(
            source_map(&script, "//# sourceMappingURL=data:application/json;base64,e30="),
            Some(SourceMap::Inline(b"{}".to_vec()))
        );
        assert_eq!(source_map(&script, "no map"), None);
    }

    #[test]
    fn a_folder_is_searched_without_its_links() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("js")).unwrap();
        std::fs::write(folder.path().join("js/app.js"), KEY).unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("again")).unwrap();
        let sources = super::folder(&recorder(), folder.path(), &[]);
        assert_eq!(sources.len(), 1);
        assert_eq!(sources[0].found.len(), 1);
    }
}
