//! The papers of a partner: its declaration, a sample support request, and what the run is made with.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use regex::Regex;

use super::{
    template::Fields,
    trigger::{
        ChannelError, command,
        http::{self, HttpChannel},
    },
};
use crate::{
    config::{
        Config, attest::Support, declaration::Partner, declarations::Declarations, error::ConfigError,
        host::Host, questions::Question,
    },
    transcript::{
        attest::{Attested, CodeSeen, DECLARED, SupportScanned, Surroundings},
        record::{Event, Scope},
        recorder::Recorder,
    },
};

/// Largest support request, in bytes.
const LARGEST: u64 = 8 << 20;
/// Most files of one.
const MOST_FILES: usize = 200;

static TIME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}|\b1[6-9]\d{8}\b|\d{1,2} [A-Z][a-z]{2,8} \d{4}").ok()
});
static DESCRIPTION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)"?\b(?:description|issue|problem|summary|subject)\b"?\s*[:=]\s*"?[^\s"]+(?:\s+[^\s"]+){2}"#,
    )
    .ok()
});
static SAMPLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)"?\b(?:sample[_ ]?payload|payload|body|logs?|log[_ ]lines?)\b"?\s*[:=]\s*\S"#).ok()
});
static KEY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)key[ _-]?(?:reference|ref|id)\b"?\s*[:=]\s*"?\S{2,}"#).ok());

/// Why there are no papers.
#[derive(Debug, thiserror::Error)]
pub enum PapersError {
    /// The declaration cannot be read.
    #[error(transparent)]
    Declaration(#[from] ConfigError),
    /// The channel to a support request cannot be prepared.
    #[error(transparent)]
    Channel(#[from] ChannelError),
}

/// The papers.
#[derive(Debug)]
pub struct Papers {
    file: Option<PathBuf>,
    declarations: Option<Declarations>,
    support: Option<Support>,
    http: Option<HttpChannel>,
    partner: Partner,
    surroundings: Surroundings,
    recorder: Recorder,
}

impl Papers {
    /// Reads the declaration, if one is named and there.
    pub fn new(config: &Config, host: &Host, recorder: Recorder) -> Result<Self, PapersError> {
        let file = config.attest.as_ref().and_then(|attest| attest.file.clone());
        let declarations = match &file {
            Some(path) => Declarations::load(path, host)?,
            None => None,
        };
        let support = config.attest.as_ref().and_then(|attest| attest.support.clone());
        let http = match &support {
            Some(Support::Http(call)) => Some(HttpChannel::new(call).map_err(|reason| ChannelError {
                place: "attest.support".to_owned(),
                reason,
            })?),
            Some(Support::File { .. } | Support::Command(_)) | None => None,
        };
        Ok(Self {
            file,
            declarations,
            support,
            http,
            partner: config.partner.clone(),
            surroundings: surroundings(config),
            recorder,
        })
    }

    /// Looks a question up and records it with its answer, which a note repeats for the reports.
    pub fn look_up(&self, scope: &Scope, question: &Question) {
        let name = question.name();
        let missing = match (&self.file, &self.declarations) {
            (None, _) => Some(
                "no declaration is named; print an empty one with `senang-conformance declarations`, fill it in, \
                 and name it with file in [attest]"
                    .to_owned(),
            ),
            (Some(path), None) => Some(format!(
                "the declaration {} is not there; print an empty one with `senang-conformance declarations`",
                path.display()
            )),
            (Some(_), Some(_)) => None,
        };
        let answers = self.declarations.as_ref().map(|all| &all.answers);
        let answer = answers
            .and_then(|answers| answers.get(&name))
            .cloned()
            .unwrap_or_default();
        let attested = Attested {
            question: name,
            asked: question.asked.to_owned(),
            code: self.code(&answer.fields),
            fields: answer.fields,
            name: answer.signed.name,
            role: answer.signed.role,
            date: answer.signed.date,
            missing,
        };
        let values = attested.fields.iter();
        let said: Vec<String> = values
            .map(|(key, values)| format!("{key}: {}", values.join(", ")))
            .collect();
        if attested.missing.is_none() && !said.is_empty() {
            let text = format!(
                "{DECLARED}{} ({}) on {}: {}: {}",
                attested.name,
                attested.role,
                attested.date,
                attested.question,
                said.join("; ")
            );
            self.recorder.record(Some(scope), Event::Note { text });
        }
        self.recorder
            .record(Some(scope), Event::Attested(Box::new(attested)));
    }

    /// The line that an answer points at.
    fn code(&self, fields: &BTreeMap<String, Vec<String>>) -> Option<CodeSeen> {
        let one = |key: &str| fields.get(key).and_then(|values| values.first());
        let (file, line) = (one("file")?, one("line")?);
        let line: usize = line.parse().ok()?;
        let folder = self
            .file
            .as_deref()
            .and_then(Path::parent)
            .unwrap_or(Path::new(""));
        let text = match std::fs::read_to_string(folder.join(file)) {
            Ok(text) => text,
            Err(error) => {
                let reason = format!("{file}: {error}");
                return Some(CodeSeen::NotHere { reason });
            }
        };
        let found = text.lines().nth(line.saturating_sub(1));
        Some(found.map_or_else(
            || CodeSeen::BehindTheEnd {
                lines: u64::try_from(text.lines().count()).unwrap_or(u64::MAX),
            },
            |text| CodeSeen::Line {
                text: text.chars().take(500).collect(),
            },
        ))
    }

    /// Records what the run is made with.
    pub fn tell_surroundings(&self, scope: &Scope) {
        let event = Event::Surroundings(Box::new(self.surroundings.clone()));
        self.recorder.record(Some(scope), event);
    }

    /// Gets a sample support request about an event, searches it, and records what was found. An empty event
    /// id asks for one about no event.
    pub async fn search_support(&self, scope: &Scope, event_id: &str) {
        let (place, content) = match self.get_support(event_id).await {
            Ok((place, bytes)) => (place, Ok(bytes)),
            Err((place, why)) => (place, Err(why)),
        };
        let (bytes, missing) = match content {
            Ok(bytes) => (bytes, None),
            Err(why) => (Vec::new(), Some(why)),
        };
        let text = String::from_utf8_lossy(&bytes);
        let mut found = BTreeMap::new();
        for label in self.recorder.mask(&text.replace("\\\"", "\"")).found {
            *found.entry(label).or_insert(0) += 1;
        }
        let scanned = SupportScanned {
            place,
            bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            found,
            searched: self.recorder.labels(),
            facts: self.facts(&text, event_id),
            missing,
            at: self.recorder.clock().now(),
        };
        self.recorder
            .record(Some(scope), Event::SupportScanned(Box::new(scanned)));
    }

    fn facts(&self, text: &str, event_id: &str) -> BTreeMap<String, bool> {
        let fits =
            |pattern: &LazyLock<Option<Regex>>| pattern.as_ref().is_some_and(|regex| regex.is_match(text));
        let reference = self.partner.api_key_reference.as_deref();
        let mut facts: BTreeMap<String, bool> = [
            ("partner id", text.contains(&self.partner.id)),
            ("time", fits(&TIME)),
            ("description", fits(&DESCRIPTION)),
            ("sample payload or log", fits(&SAMPLE)),
            (
                "partial key reference",
                reference.map_or_else(|| fits(&KEY), |reference| text.contains(reference)),
            ),
        ]
        .map(|(fact, there)| (fact.to_owned(), there))
        .into();
        if !event_id.is_empty() {
            facts.insert("event id".to_owned(), text.contains(event_id));
        }
        facts
    }

    async fn get_support(&self, event_id: &str) -> Result<(String, Vec<u8>), (String, String)> {
        let fields: Fields = [("event_id".to_owned(), event_id.to_owned())].into();
        let told = |place: &str| {
            let place = place.to_owned();
            move |why: String| {
                (
                    place,
                    format!("the support request could not be had: {why}; repair [attest.support]"),
                )
            }
        };
        match &self.support {
            None => Err((
                "none".to_owned(),
                "no support request is declared; add [attest.support] with a file, an address or a command that \
                 gives a sample of what you would send to support"
                    .to_owned(),
            )),
            Some(Support::File { path }) => {
                let place = path.display().to_string();
                let content = gathered(path).map_err(|error| told(&place)(error.to_string()))?;
                Ok((place, content))
            }
            Some(Support::Command(call)) => {
                let place = call.program.clone();
                let answer = command::run(call, &fields, command::LONGEST).await.map_err(told(&place))?;
                if answer.code == Some(0) {
                    Ok((place, answer.output))
                } else {
                    Err(told(&place)(answer.exit()))
                }
            }
            Some(Support::Http(call)) => {
                let place = call.target.url.to_string();
                let Some(channel) = &self.http else {
                    return Err(told(&place)("the request was not prepared".to_owned()));
                };
                let answer = channel.exchange(&fields).await.map_err(told(&place))?;
                if !(200..=299).contains(&answer.status) {
                    return Err(told(&place)(format!("it answers with status {}", answer.status)));
                }
                if answer.truncated {
                    return Err(told(&place)(format!("it is longer than {} bytes", http::LONGEST)));
                }
                Ok((place, answer.body))
            }
        }
    }
}

/// Everything in a file, or in the files of a folder; archives have to be unpacked.
fn gathered(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut content = Vec::new();
    let mut waiting = vec![path.to_owned()];
    let mut files = 0;
    while let Some(path) = waiting.pop() {
        let facts = std::fs::symlink_metadata(&path)?;
        if facts.is_dir() {
            for entry in std::fs::read_dir(&path)? {
                waiting.push(entry?.path());
            }
            continue;
        }
        files += 1;
        if files > MOST_FILES || facts.len() + content.len() as u64 > LARGEST {
            return Err(std::io::Error::other("more than 200 files or 8 MiB"));
        }
        let bytes = std::fs::read(&path)?;
        if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0x1f, 0x8b]) {
            return Err(std::io::Error::other(format!(
                "{} is packed; give the folder with its content",
                path.display()
            )));
        }
        content.extend(bytes);
        content.push(b'\n');
    }
    Ok(content)
}

fn surroundings(config: &Config) -> Surroundings {
    let hosts = config.targets().into_iter().filter_map(|(place, target)| {
        let host = target.url.host_str()?.to_owned();
        Some((place, host))
    });
    let keys = config.secrets().into_iter().map(|(_, secret)| {
        (
            secret.variable().to_owned(),
            live(secret.variable(), secret.expose()),
        )
    });
    Surroundings {
        hosts: hosts.collect(),
        keys: keys.collect(),
        implementation: config.partner.implementation.clone(),
        version: config.partner.version.clone(),
    }
}

/// What makes a key look like one of production; never a part of it.
fn live(variable: &str, value: &str) -> Option<String> {
    let words = ["PROD", "PRODUCTION", "LIVE"];
    if variable
        .split('_')
        .any(|word| words.contains(&word.to_ascii_uppercase().as_str()))
    {
        return Some("its variable is called one of production".to_owned());
    }
    let marks = ["sk_live_", "pk_live_", "live_", "prod_", "production_"];
    let marked = marks
        .iter()
        .any(|mark| value.to_ascii_lowercase().starts_with(mark));
    marked.then(|| "it begins like a key of production".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_production_are_known_by_their_names() {
        assert!(live("ACME_LIVE_KEY", "x").is_some() && live("KEY", "sk_live_x").is_some());
        assert!(live("DELIVERY_KEY", "whsec_abc").is_none());
    }

    #[test]
    fn a_folder_is_read_whole_and_archives_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("logs")).unwrap();
        std::fs::write(folder.path().join("logs/a.log"), "one").unwrap();
        assert_eq!(gathered(folder.path()).unwrap(), b"one\n");
        std::fs::write(folder.path().join("b.zip"), b"PK\x03\x04").unwrap();
        assert!(gathered(folder.path()).is_err());
    }

    #[test]
    fn what_support_needs_is_recognised_in_json_and_text() {
        let fits = |pattern: &LazyLock<Option<Regex>>, text: &str| pattern.as_ref().unwrap().is_match(text);
        for (pattern, text) in [
            (&TIME, r#""time":"2026-11-20T10:15:30Z""#),
            (&DESCRIPTION, r#"{"description":"webhook was refused twice"}"#),
            (&DESCRIPTION, "Problem: webhook was refused"),
            (&SAMPLE, r#"{"sample_payload":{"id":"evt"}}"#),
            (&KEY, r#""api_key_reference":"…3f9a""#),
        ] {
            assert!(fits(pattern, text), "{text}");
        }
        assert!(!fits(&DESCRIPTION, r#"{"description":""}"#));
    }
}
