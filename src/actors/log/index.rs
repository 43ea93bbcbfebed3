//! What the log said so far, by the ids it mentions, in bounded memory.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque},
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use super::line::{LineReader, Parsed};
use crate::transcript::observation::LogLine;

/// Longest text of a line in a record, in bytes.
const LONGEST_TEXT: usize = 4096;
/// Most text that is kept at a time; the oldest lines go first.
const MOST_KEPT: usize = 16 * 1024 * 1024;
/// Most lines that are shown for one id.
const MOST_LINES: usize = 64;
/// Most ids that are counted.
const MOST_IDS: usize = 200_000;
/// Most findings that are shown.
const MOST_FINDINGS: usize = 100;

/// Most alarms that are shown.
const MOST_ALARMS: usize = 20;

/// Masks a text and names what it found.
pub(super) type MaskFunction = dyn Fn(&str) -> (String, Vec<String>) + Send + Sync;

/// The index.
#[derive(Debug, Default)]
pub(super) struct Index {
    kept: VecDeque<Kept>,
    first: u64,
    kept_bytes: usize,
    by_key: HashMap<String, VecDeque<u64>>,
    by_event: HashMap<String, Vec<Tally>>,
    by_reference: HashMap<String, Vec<Tally>>,
    mentioned: HashSet<u64>,
    overflown: bool,
    pub(super) bytes: u64,
    pub(super) lines: u64,
    pub(super) findings: Vec<String>,
    pub(super) found: BTreeMap<String, u64>,
    pub(super) alarms: u64,
    /// Lines that speak of something deprecated or of its sunset.
    pub(super) deprecations: u64,
    /// The latest alarms, masked.
    pub(super) alarm_lines: VecDeque<String>,
}

#[derive(Debug)]
struct Kept {
    line: LogLine,
    keys: BTreeSet<String>,
}

#[derive(Debug)]
struct Tally {
    event_type: Option<String>,
    result: String,
    count: u64,
}

/// Whether a word stands in a text, in capital or small letters.
fn mentions_word(text: &str, word: &str) -> bool {
    text.as_bytes()
        .windows(word.len())
        .any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

impl Index {
    /// Takes one line in.
    pub(super) fn add(&mut self, text: &str, reader: &LineReader, mask: &MaskFunction) {
        self.lines += 1;
        let (masked, found) = mask(text);
        if !found.is_empty() && self.findings.len() < MOST_FINDINGS {
            self.findings.push(shortened(&masked));
        }
        for label in found {
            *self.found.entry(label).or_default() += 1;
        }
        if reader.is_alarm(text) {
            self.alarms += 1;
            self.alarm_lines.push_back(shortened(&masked));
            if self.alarm_lines.len() > MOST_ALARMS {
                self.alarm_lines.pop_front();
            }
        }
        if ["deprecat", "sunset"]
            .iter()
            .any(|word| mentions_word(text, word))
        {
            self.deprecations += 1;
        }
        let parsed = reader.read(text);
        let keys = keys(text, &parsed);
        if keys.is_empty() {
            return;
        }
        for key in &keys {
            if self.mentioned.len() < MOST_IDS {
                self.mentioned.insert(digest(key));
            }
        }
        self.tally(&parsed);
        self.keep(&masked, parsed, keys);
    }

    /// The lines that mention an id, oldest first.
    pub(super) fn lines_with(&self, id: &str) -> Vec<LogLine> {
        let numbers = self.by_key.get(id);
        numbers
            .into_iter()
            .flatten()
            .filter_map(|number| usize::try_from(number.checked_sub(self.first)?).ok())
            .filter_map(|place| Some(self.kept.get(place)?.line.clone()))
            .take(MOST_LINES)
            .collect()
    }

    /// Whether any line mentions an id.
    pub(super) fn mentions(&self, id: &str) -> bool {
        self.mentioned.contains(&digest(id)) || self.by_key.contains_key(id)
    }

    /// How many lines say of these events, or of this reference itself, that they were carried out.
    pub(super) fn count(
        &self,
        reference: &str,
        events: &BTreeSet<String>,
        results: &[String],
        types: &[String],
    ) -> Result<u64, String> {
        if self.overflown {
            return Err(format!(
                "the log mentions more than {MOST_IDS} events; count effects another way"
            ));
        }
        let counts = |tallies: &Vec<Tally>| -> u64 {
            tallies
                .iter()
                .filter(|tally| {
                    results
                        .iter()
                        .any(|result| result.eq_ignore_ascii_case(&tally.result))
                })
                .filter(|tally| {
                    let known = tally.event_type.as_ref();
                    types.is_empty() || known.is_some_and(|known| types.contains(known))
                })
                .map(|tally| tally.count)
                .sum()
        };
        if let Some(tallies) = self.by_reference.get(reference) {
            return Ok(counts(tallies));
        }
        Ok(events
            .iter()
            .filter_map(|event| self.by_event.get(event))
            .map(counts)
            .sum())
    }

    fn tally(&mut self, parsed: &Parsed) {
        let Some(result) = &parsed.result else { return };
        let places = [
            (&mut self.by_event, &parsed.event_id),
            (&mut self.by_reference, &parsed.reference),
        ];
        for (map, key) in places {
            let Some(key) = key else { continue };
            if map.len() >= MOST_IDS && !map.contains_key(key) {
                self.overflown = true;
                continue;
            }
            let tallies = map.entry(key.clone()).or_default();
            let same = |tally: &&mut Tally| tally.result == *result && tally.event_type == parsed.event_type;
            if let Some(tally) = tallies.iter_mut().find(same) {
                tally.count += 1;
            } else if tallies.len() < MOST_LINES {
                tallies.push(Tally {
                    event_type: parsed.event_type.clone(),
                    result: result.clone(),
                    count: 1,
                });
            } else {
                self.overflown = true;
            }
        }
    }

    fn keep(&mut self, masked: &str, parsed: Parsed, keys: BTreeSet<String>) {
        let line = LogLine {
            text: shortened(masked),
            event_id: parsed.event_id,
            event_type: parsed.event_type,
            time: parsed.time,
            unix_millis: parsed.unix_millis,
            result: parsed.result,
        };
        let number = self.first + u64::try_from(self.kept.len()).unwrap_or_default();
        for key in &keys {
            self.by_key.entry(key.clone()).or_default().push_back(number);
        }
        self.kept_bytes += weight(&line, &keys);
        self.kept.push_back(Kept { line, keys });
        while self.kept_bytes > MOST_KEPT {
            let Some(oldest) = self.kept.pop_front() else {
                break;
            };
            self.kept_bytes = self.kept_bytes.saturating_sub(weight(&oldest.line, &oldest.keys));
            self.first += 1;
            for key in &oldest.keys {
                if let Some(numbers) = self.by_key.get_mut(key) {
                    numbers.pop_front();
                    if numbers.is_empty() {
                        self.by_key.remove(key);
                    }
                }
            }
        }
    }
}

fn weight(line: &LogLine, keys: &BTreeSet<String>) -> usize {
    256 + line.text.len() + keys.iter().map(|key| 96 + key.len()).sum::<usize>()
}

/// The ids in a line: those in declared places, and every word that has the look of an id.
fn keys(text: &str, parsed: &Parsed) -> BTreeSet<String> {
    const MOST: usize = 32;
    let part_of_id = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    let mut keys: BTreeSet<String> = text
        .split(|letter| !part_of_id(letter))
        .filter(|word| {
            (4..=255).contains(&word.len())
                && word.starts_with(|letter: char| letter.is_ascii_alphabetic())
                && word.contains(['_', '-'])
                && looks_drawn(word)
        })
        .take(MOST)
        .map(str::to_owned)
        .collect();
    keys.extend(parsed.event_id.clone());
    keys.extend(parsed.reference.clone());
    keys
}

/// Whether letters or digits may have been drawn by chance: a digit, or capital beside small letters.
fn looks_drawn(word: &str) -> bool {
    let any = |kind: fn(&char) -> bool| word.chars().any(|letter| kind(&letter));
    any(char::is_ascii_digit) || (any(char::is_ascii_uppercase) && any(char::is_ascii_lowercase))
}

fn digest(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

fn shortened(text: &str) -> String {
    let end = (0..=text.len().min(LONGEST_TEXT))
        .rev()
        .find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or_default()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::log::{Log, LogFormat, LogSource};

    fn reader() -> LineReader {
        LineReader::new(&Log {
            source: LogSource::File("x".into()),
            format: LogFormat::Json {
                event_id: "/id".to_owned(),
                time: None,
                event_type: Some("/type".to_owned()),
                result: Some("/result".to_owned()),
                reference: None,
            },
            time_zone: None,
            time_format: None,
        })
    }

    fn plain(text: &str) -> (String, Vec<String>) {
        (text.to_owned(), Vec::new())
    }

    #[test]
    fn memory_is_bounded_and_counts_survive_what_is_forgotten() {
        let (reader, mut index) = (reader(), Index::default());
        let filler = "y".repeat(3000);
        for number in 0..10_000 {
            let line = format!(r#"{{"id":"evt_{number}","result":"processed","filler":"{filler}"}}"#);
            index.add(&line, &reader, &plain);
        }
        assert!(index.kept_bytes <= MOST_KEPT);
        assert!(index.lines_with("evt_0").is_empty());
        assert_eq!(index.lines_with("evt_9999").len(), 1);
        assert!(index.mentions("evt_0"));
        let count = index.count(
            "ORD-1",
            &["evt_0".to_owned()].into(),
            &["Processed".to_owned()],
            &[],
        );
        assert_eq!(count, Ok(1));
    }

    #[test]
    fn only_declared_results_and_types_count() {
        let (reader, mut index) = (reader(), Index::default());
        for (kind, result) in [
            ("payment.success", "processed"),
            ("payment.success", "duplicate"),
            ("x", "processed"),
        ] {
            let line = format!(r#"{{"id":"evt_1","type":"{kind}","result":"{result}"}}"#);
            index.add(&line, &reader, &plain);
        }
        let events = ["evt_1".to_owned()].into();
        let results = ["processed".to_owned()];
        assert_eq!(index.count("", &events, &results, &[]), Ok(2));
        assert_eq!(
            index.count("", &events, &results, &["payment.success".to_owned()]),
            Ok(1)
        );
    }

    #[test]
    fn an_id_is_found_wherever_it_stands_but_only_whole() {
        let (reader, mut index) = (reader(), Index::default());
        index.add("handled ORD-17A: ok", &reader, &plain);
        assert_eq!(index.lines_with("ORD-17A").len(), 1);
        assert!(index.lines_with("ORD-17").is_empty());
    }

    #[test]
    fn an_id_without_a_digit_is_found_too() {
        let (reader, mut index) = (reader(), Index::default());
        index.add("refused, req_hBceMtHwHHUnQTyRifcJuJ", &reader, &plain);
        assert_eq!(index.lines_with("req_hBceMtHwHHUnQTyRifcJuJ").len(), 1);
        assert!(index.lines_with("refused").is_empty());
    }
}
