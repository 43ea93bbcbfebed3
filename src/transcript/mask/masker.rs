//! Learns secrets and takes them out of text.

use std::{
    collections::{HashMap, HashSet},
    fmt::{self, Write as _},
    ops::Range,
};

use super::{
    json_line::{self, Token},
    needle::{self, Needle, SHORTEST_ANYWHERE, Secret},
    tail_index::TailIndex,
    view::{self, Reading, View},
};
use crate::wire::digest::sha256;

/// Below this many bytes a value is no secret that could be told from ordinary text.
const SHORTEST: usize = 4;
const OPEN: &str = "‹masked:";
const CLOSE: &str = "›";
const LONGEST_LABEL: usize = 80;

/// What became of a value that the masker was taught.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Learned {
    /// It is masked wherever it stands.
    Anywhere,
    /// It is so short (4 or 5 bytes) that it is masked only as a word by itself; a report should say so.
    AsWord,
    /// It is not masked.
    Refused(LearnError),
}

/// A value that cannot be masked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LearnError {
    /// Nothing at all.
    #[error("the secret {label:?} is empty; give it a value or leave it out")]
    Empty {
        /// Its label.
        label: String,
    },
    /// Too short to be told from ordinary text.
    #[error("the secret {label:?} has {bytes} bytes; secrets need at least {SHORTEST} to be masked")]
    TooShort {
        /// Its label.
        label: String,
        /// Its length.
        bytes: usize,
    },
}

/// A text without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    /// The text, with `‹masked:LABEL›` where a secret stood.
    pub text: String,
    /// The labels of what was masked, in the order of the text, with repetition.
    pub found: Vec<String>,
}

/// The line cannot be masked without becoming something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a record cannot be masked without losing its form")]
pub struct Unmaskable;

/// Knows secrets and finds them in plain text, base64, hexadecimal, percent encoding and JSON escapes,
/// nested up to four deep, whole or from the beginning on.
pub struct Masker {
    labels: Vec<String>,
    label_numbers: HashMap<String, usize>,
    secrets: Vec<Secret>,
    needles: Vec<Needle>,
    anywhere: TailIndex,
    words: TailIndex,
    known: HashSet<[u8; 32]>,
}

impl fmt::Debug for Masker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Masker")
            .field("labels", &self.labels)
            .field("secrets", &self.secrets.len())
            .finish_non_exhaustive()
    }
}

impl Default for Masker {
    fn default() -> Self {
        Self {
            labels: Vec::new(),
            label_numbers: HashMap::new(),
            secrets: Vec::new(),
            needles: Vec::new(),
            anywhere: TailIndex::new(SHORTEST_ANYWHERE),
            words: TailIndex::new(SHORTEST),
            known: HashSet::new(),
        }
    }
}

#[derive(Clone, Debug)]
struct Hit {
    range: Range<usize>,
    label: usize,
}

impl Masker {
    /// Knows nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Learns a secret. The cost does not depend on how many are known. Characters of the label that
    /// are not letters, digits, blanks or `._:/-` become `-`; a label that shows a secret is replaced.
    pub fn learn(&mut self, label: &str, secret: &[u8]) -> Learned {
        let label = cleaned(label);
        if secret.is_empty() {
            return Learned::Refused(LearnError::Empty { label });
        }
        if secret.len() < SHORTEST {
            return Learned::Refused(LearnError::TooShort {
                label,
                bytes: secret.len(),
            });
        }
        let learned = if secret.len() < SHORTEST_ANYWHERE {
            Learned::AsWord
        } else {
            Learned::Anywhere
        };
        if !self.known.insert(sha256(secret)) {
            return learned;
        }
        let label = self.label(label);
        let secret = Secret::new(secret, label);
        let id = u32::try_from(self.secrets.len()).unwrap_or(u32::MAX);
        for needle in needle::needles(&secret, id) {
            let number = u32::try_from(self.needles.len()).unwrap_or(u32::MAX);
            let index = if secret.is_word() {
                &mut self.words
            } else {
                &mut self.anywhere
            };
            index.insert(&needle.text, number);
            self.needles.push(needle);
        }
        self.secrets.push(secret);
        learned
    }

    /// The labels of everything learned, each once, in the order of learning.
    pub fn labels(&self) -> Vec<String> {
        (0..self.labels.len()).map(|number| self.name(number)).collect()
    }

    /// Masks free text.
    pub fn mask(&self, text: &str) -> Masked {
        let hits = merged(self.hits(text, false));
        self.apply(text, &hits, &[])
    }

    /// Masks the strings of one line of JSON; none when there is nothing to mask.
    ///
    /// `fits` says whether a line still is what it has to be. Where a secret happens to be a word that
    /// the line cannot do without, that word stays: it comes from the format and not from anybody's text.
    pub fn mask_json_line(
        &self,
        line: &str,
        fits: impl Fn(&str) -> bool,
    ) -> Result<Option<Masked>, Unmaskable> {
        let found = self.hits(line, true);
        if found.is_empty() {
            return Ok(None);
        }
        let tokens = json_line::tokens(line.as_bytes());
        let mut by_token: Vec<(&Token, Vec<Hit>)> = Vec::new();
        for hit in merged(inside(found, &tokens)) {
            let Some(token) = token_of(&tokens, &hit) else {
                continue;
            };
            match by_token.last_mut() {
                Some((last, hits)) if last.range == token.range => hits.push(hit),
                _ => by_token.push((token, vec![hit])),
            }
        }
        if by_token.is_empty() {
            return Ok(None);
        }
        let masked = self.apply_tokens(line, &by_token);
        if fits(&masked.text) {
            return Ok(Some(masked));
        }
        by_token.retain(|one| fits(&self.apply_tokens(line, std::slice::from_ref(one)).text));
        if by_token.is_empty() {
            return Ok(None);
        }
        let masked = self.apply_tokens(line, &by_token);
        if fits(&masked.text) {
            Ok(Some(masked))
        } else {
            Err(Unmaskable)
        }
    }

    fn apply_tokens(&self, line: &str, by_token: &[(&Token, Vec<Hit>)]) -> Masked {
        let hits: Vec<Hit> = by_token
            .iter()
            .flat_map(|(_, hits)| hits.iter().cloned())
            .collect();
        let keys: Vec<usize> = by_token
            .iter()
            .filter(|(token, _)| token.key)
            .map(|(token, _)| token.range.end)
            .collect();
        self.apply(line, &hits, &keys)
    }

    /// Everything that was found, in no order and with overlaps.
    fn hits(&self, text: &str, json: bool) -> Vec<Hit> {
        let mut hits = Vec::new();
        // Most texts show nothing, and then it does not matter where a byte came from.
        let mut shows = false;
        let how = |located| Reading {
            json,
            located,
            release: false,
        };
        self.scan(text.as_bytes(), how(false), |_, _, _| shows = true);
        if !shows {
            return hits;
        }
        self.scan(text.as_bytes(), how(true), |view, range, label| {
            hits.push(Hit {
                range: at_characters(text, view.origin(range)),
                label,
            });
        });
        let masks = self.masks(text);
        hits.retain(|hit| {
            !masks
                .iter()
                .any(|mask| mask.start <= hit.range.start && hit.range.end <= mask.end)
        });
        hits
    }

    pub(super) fn scan(
        &self,
        text: &[u8],
        how: Reading,
        mut hit: impl FnMut(&View<'_>, Range<usize>, usize),
    ) {
        if self.secrets.is_empty() {
            return;
        }
        for view in view::all_views(text, how) {
            let mut look = |end: usize, ids: &[u32]| {
                for id in ids {
                    let Some(needle) = self.needles.get(*id as usize) else {
                        continue;
                    };
                    let Some(secret) = self.secrets.get(needle.secret as usize) else {
                        continue;
                    };
                    if let Some(range) = needle.reach(secret, &view.bytes, end) {
                        hit(&view, range, secret.label);
                    }
                }
            };
            self.anywhere.scan(&view.bytes, &mut look);
            if !view.guessed {
                self.words.scan(&view.bytes, &mut look);
            }
        }
    }

    /// Where this masker has been before.
    pub(super) fn masks(&self, text: &str) -> Vec<Range<usize>> {
        text.match_indices(OPEN)
            .filter_map(|(start, _)| {
                let inner = text.get(start + OPEN.len()..)?;
                let name = inner.get(..inner.find(CLOSE)?)?;
                self.is_name(name)
                    .then(|| start..start + OPEN.len() + name.len() + CLOSE.len())
            })
            .collect()
    }

    /// The text with every hit replaced. After each of the `keys` (ends of member names) stands a
    /// running number, so that two masked members of an object stay two.
    fn apply(&self, text: &str, hits: &[Hit], keys: &[usize]) -> Masked {
        let mut out = String::with_capacity(text.len() + hits.len() * 16);
        let mut found = Vec::with_capacity(hits.len());
        let mut from = 0;
        let mut keys = keys.iter().copied().enumerate().peekable();
        let mut copy = |out: &mut String, from: usize, to: usize| {
            let mut from = from;
            while let Some((number, key)) = keys.next_if(|(_, key)| *key <= to) {
                out.push_str(text.get(from..key).unwrap_or_default());
                if number > 0 {
                    let _ = write!(out, " {}", number + 1);
                }
                from = key;
            }
            out.push_str(text.get(from..to).unwrap_or_default());
        };
        for hit in hits {
            let name = self.name(hit.label);
            copy(&mut out, from, hit.range.start);
            out.push_str(OPEN);
            out.push_str(&name);
            out.push_str(CLOSE);
            found.push(name);
            from = hit.range.end;
        }
        copy(&mut out, from, text.len());
        Masked { text: out, found }
    }

    fn label(&mut self, label: String) -> usize {
        let next = self.labels.len();
        let number = *self.label_numbers.entry(label.clone()).or_insert(next);
        if number == next {
            self.labels.push(label);
        }
        number
    }

    /// What stands in a mask: the label, unless the label itself shows what is hidden.
    pub(super) fn name(&self, number: usize) -> String {
        match self.labels.get(number) {
            Some(label) if self.hits(label, false).is_empty() => label.clone(),
            _ => format!("secret {number}"),
        }
    }

    fn is_name(&self, name: &str) -> bool {
        let by_number = || name.strip_prefix("secret ")?.parse().ok();
        let number: Option<usize> = self.label_numbers.get(name).copied().or_else(by_number);
        number.is_some_and(|number| number < self.labels.len() && self.name(number) == name)
    }
}

fn cleaned(label: &str) -> String {
    label
        .chars()
        .take(LONGEST_LABEL)
        .map(|c| {
            if c.is_ascii_alphanumeric() || " ._:/-".contains(c) {
                c
            } else {
                '-'
            }
        })
        .collect()
}

/// Widened so that no character is cut.
fn at_characters(text: &str, range: Range<usize>) -> Range<usize> {
    let Range { mut start, mut end } = range;
    while !text.is_char_boundary(start) && start > 0 {
        start -= 1;
    }
    while !text.is_char_boundary(end) && end < text.len() {
        end += 1;
    }
    start..end
}

fn merged(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_by_key(|hit| (hit.range.start, std::cmp::Reverse(hit.range.end)));
    let mut merged: Vec<Hit> = Vec::with_capacity(hits.len());
    for hit in hits {
        match merged.last_mut() {
            Some(last) if hit.range.start < last.range.end => {
                last.range.end = last.range.end.max(hit.range.end);
            }
            _ => merged.push(hit),
        }
    }
    merged
}

fn inside(hits: Vec<Hit>, tokens: &[Token]) -> Vec<Hit> {
    hits.into_iter()
        .filter(|hit| token_of(tokens, hit).is_some())
        .collect()
}

fn token_of<'a>(tokens: &'a [Token], hit: &Hit) -> Option<&'a Token> {
    let after = tokens.partition_point(|token| token.range.start <= hit.range.start);
    let token = tokens.get(after.checked_sub(1)?)?;
    (token.maskable && hit.range.end <= token.range.end).then_some(token)
}

#[cfg(test)]
mod tests {
    use base64::{
        Engine as _,
        engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
    };
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    const KEY: &[u8] = b"Zk3Ru9/sQp+Lx7TtVwB2nM";

    fn masker(secrets: &[(&str, &[u8])]) -> Masker {
        let mut masker = Masker::new();
        for (label, secret) in secrets {
            assert_eq!(masker.learn(label, secret), Learned::Anywhere);
        }
        masker
    }

    fn percent(bytes: &[u8], upper: bool, all: bool) -> String {
        let mut out = String::new();
        for byte in bytes {
            match (all || !byte.is_ascii_alphanumeric(), upper) {
                (true, true) => write!(out, "%{byte:02X}").unwrap(),
                (true, false) => write!(out, "%{byte:02x}").unwrap(),
                _ => out.push(char::from(*byte)),
            }
        }
        out
    }

    /// The secret in every spelling, with bytes of a longer text around it.
    fn spellings(secret: &[u8], before: &[u8], after: &[u8]) -> Vec<String> {
        let long = [before, secret, after].concat();
        let mut all = vec![
            hex::encode(secret),
            hex::encode_upper(secret),
            hex::encode(&long),
            percent(secret, true, false),
            percent(secret, false, true),
            percent(percent(secret, true, true).as_bytes(), true, false),
            secret
                .iter()
                .fold(String::new(), |text, byte| format!("{text}\\x{byte:02x}")),
        ];
        for bytes in [secret, &long] {
            all.push(STANDARD.encode(bytes));
            all.push(STANDARD_NO_PAD.encode(bytes));
            all.push(URL_SAFE.encode(bytes));
            all.push(URL_SAFE_NO_PAD.encode(bytes));
            all.push(STANDARD.encode(bytes).replace('/', "\\/"));
            all.push(percent(STANDARD.encode(bytes).as_bytes(), true, false));
        }
        if let Ok(text) = std::str::from_utf8(secret) {
            let escaped = serde_json::to_string(text).unwrap();
            all.push(text.to_owned());
            all.push(escaped[1..escaped.len() - 1].replace('/', "\\/"));
            all.push(json!({ "inner": json!({ "key": text }).to_string() }).to_string());
            all.push(
                text.encode_utf16()
                    .fold(String::new(), |text, unit| format!("{text}\\u{unit:04x}")),
            );
            all.push(
                text.encode_utf16()
                    .fold(String::new(), |text, unit| format!("{text}\\u{unit:04X}")),
            );
        }
        all
    }

    #[test]
    fn every_spelling_is_one_mask() {
        let masker = masker(&[("webhook key", KEY)]);
        for spelling in spellings(KEY, b"", b"") {
            let result = masker.mask(&format!("a {spelling} b"));
            assert_eq!(result.found, ["webhook key"], "{spelling}");
            assert!(
                result.text.starts_with("a ") && result.text.ends_with(" b"),
                "{}",
                result.text
            );
        }
        assert_eq!(
            masker.mask(std::str::from_utf8(KEY).unwrap()).text,
            "‹masked:webhook key›"
        );
    }

    #[test]
    fn base64_padding_goes_with_the_secret() {
        let masker = masker(&[("k", KEY)]);
        assert_eq!(
            masker.mask(&format!("<{}>", STANDARD.encode(KEY))).text,
            "<‹masked:k›>"
        );
        assert_eq!(
            masker.mask(&format!("<{}>", URL_SAFE.encode(KEY))).text,
            "<‹masked:k›>"
        );
    }

    #[test]
    fn a_beginning_is_enough_and_masked_as_far_as_it_goes() {
        let masker = masker(&[("k", KEY)]);
        assert_eq!(masker.mask("key=Zk3Ru9/sQp…").text, "key=‹masked:k›…");
        assert_eq!(masker.mask("key=Zk3Ru9/s!").text, "key=‹masked:k›!");
        assert!(masker.mask("key=Zk3Ru9/!").found.is_empty());
        assert_eq!(masker.mask(&hex::encode(&KEY[..12])).text, "‹masked:k›");
        assert_eq!(
            masker.mask(&STANDARD_NO_PAD.encode(&KEY[..12])).text,
            "‹masked:k›"
        );
    }

    #[test]
    fn ordinary_words_that_begin_like_a_secret_stay() {
        let masker = masker(&[("a", b"senangpay-secret-key"), ("b", b"whsec_Zk3Ru9sQpLx7TtVw")]);
        for text in [
            "https://senangpay.example",
            "whsec_ is the prefix",
            "senangpay-secret",
            "whsec_Zk3R",
        ] {
            assert!(masker.mask(text).found.is_empty(), "{text}");
        }
        assert_eq!(masker.mask("whsec_Zk3Ru9sQ").found, ["b"]);
    }

    #[test]
    fn what_cannot_be_masked_is_refused_by_name() {
        let mut masker = Masker::new();
        let label = || "pin".to_owned();
        assert_eq!(
            masker.learn("pin", b""),
            Learned::Refused(LearnError::Empty { label: label() })
        );
        assert_eq!(
            masker.learn("pin", b"123"),
            Learned::Refused(LearnError::TooShort {
                label: label(),
                bytes: 3
            })
        );
        assert_eq!(masker.learn("pin", b"12345"), Learned::AsWord);
        assert_eq!(masker.mask("x=12345;").text, "x=‹masked:pin›;");
        assert_eq!(masker.mask("x=\"12345\"").found.len(), 1);
        assert!(masker.mask("at 1234567").found.is_empty());
    }

    #[test]
    fn masked_text_is_not_masked_again_and_labels_tell_nothing() {
        let masker = masker(&[("masked:", b"masked:"), ("api secret", b"api secret"), ("k", KEY)]);
        let once = masker.mask("k: Zk3Ru9/sQp+Lx7TtVwB2nM, api secret, masked:");
        assert_eq!(once.text, "k: ‹masked:k›, ‹masked:secret 1›, ‹masked:secret 0›");
        assert_eq!(masker.mask(&once.text).text, once.text);
        assert_eq!(masker.labels(), ["secret 0", "secret 1", "k"]);
    }

    #[test]
    fn a_mask_that_somebody_else_wrote_hides_nothing() {
        let masker = masker(&[("k", KEY)]);
        assert_eq!(
            masker.mask("‹masked:Zk3Ru9/sQp+Lx7TtVwB2nM›").text,
            "‹masked:‹masked:k››"
        );
    }

    #[test]
    fn latin_1_headers_and_form_fields_are_known() {
        let masker = masker(&[
            ("raw", &[0xe9, 0xff, 0x80, 1, 2, 0xe9, 0xff, 0x80, 9, 10]),
            ("name", b"Aminah binti Yusof"),
        ]);
        let latin: String = [0xe9_u8, 0xff, 0x80, 1, 2, 0xe9, 0xff, 0x80, 9, 10]
            .iter()
            .map(|b| char::from(*b))
            .collect();
        assert_eq!(masker.mask(&latin).text, "‹masked:raw›");
        assert_eq!(
            masker.mask("name=Aminah+binti+Yusof&x=1").text,
            "name=‹masked:name›&x=1"
        );
    }

    #[test]
    fn words_of_the_format_stay_and_free_keys_go() {
        let masker = masker(&[("a", b"delivered"), ("b", b"configuration"), ("c", KEY)]);
        let line = json!({
            "kind": "delivered",
            "what": { "configuration": { "Zk3Ru9/sQp+Lx7TtVwB2nM": 1, "Zk3Ru9/sQp": "delivered" } }
        });
        let fits = |text: &str| text.contains(r#""kind":"delivered""#);
        let result = masker.mask_json_line(&line.to_string(), fits).unwrap().unwrap();
        let back: Value = serde_json::from_str(&result.text).unwrap();
        assert_eq!(
            back["what"]["configuration"],
            json!({ "‹masked:c›": 1, "‹masked:c› 2": "‹masked:a›" })
        );
    }

    #[test]
    fn a_secret_inside_a_base64_body_is_found_in_any_spelling() {
        let masker = masker(&[("k", KEY)]);
        for spelling in spellings(KEY, b"1", b"2") {
            let body = [b"\xff\xfe".as_slice(), spelling.as_bytes(), b"\xff"].concat();
            let line = json!({ "body": { "base64": STANDARD.encode(body) } }).to_string();
            let result = masker.mask_json_line(&line, |_| true).unwrap().unwrap();
            serde_json::from_str::<Value>(&result.text).unwrap();
            assert!(!result.found.is_empty(), "{spelling}");
        }
    }

    fn strings(value: &Value, out: &mut Vec<String>) {
        match value {
            Value::String(text) => out.push(text.clone()),
            Value::Array(items) => items.iter().for_each(|item| strings(item, out)),
            Value::Object(members) => members.values().for_each(|member| strings(member, out)),
            _ => {}
        }
    }

    fn shape(value: &Value) -> Value {
        match value {
            Value::String(_) => Value::Null,
            Value::Array(items) => items.iter().map(shape).collect(),
            Value::Object(members) => members
                .iter()
                .map(|(key, value)| (key.clone(), shape(value)))
                .collect(),
            other => other.clone(),
        }
    }

    fn any_secret() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            proptest::collection::vec(any::<u8>(), 6..40),
            "[ -~]{6,40}".prop_map(String::into_bytes),
            "\\PC{6,20}".prop_map(String::into_bytes),
            r#"["\\/%+éß😀 a-c\n]{6,20}"#.prop_map(String::into_bytes),
        ]
    }

    proptest! {
        #[test]
        fn no_spelling_survives_and_the_line_stays_json(
            secret in any_secret(),
            before in proptest::collection::vec(any::<u8>(), 0..5),
            after in proptest::collection::vec(any::<u8>(), 0..5),
            around in "\\PC{0,12}",
        ) {
            let mut masker = Masker::new();
            prop_assert_eq!(masker.learn("label", &secret), Learned::Anywhere);
            for spelling in spellings(&secret, &before, &after) {
                let line = json!({ "number": 7, "what": [{ "text": format!("{around} {spelling} {around}") }, true] });
                let result = masker.mask_json_line(&line.to_string(), |_| true).unwrap();
                prop_assert!(result.is_some(), "{:?} was not found", spelling);
                let back: Value = serde_json::from_str(&result.unwrap().text).unwrap();
                prop_assert_eq!(shape(&back), shape(&line));
                let mut left = Vec::new();
                strings(&back, &mut left);
                for text in left {
                    prop_assert!(!text.replace("‹masked:label›", "\u{1}").contains(&spelling), "{:?} in {:?}", spelling, text);
                    prop_assert!(masker.mask(&text).found.is_empty(), "something is left in {:?}", text);
                }
            }
        }

        #[test]
        fn any_text_is_masked_without_a_panic(text in "\\PC{0,60}", secret in any_secret()) {
            let mut masker = Masker::new();
            masker.learn("label", &secret);
            masker.mask(&text);
            let line = Value::String(text).to_string();
            if let Some(result) = masker.mask_json_line(&line, |_| true).unwrap() {
                serde_json::from_str::<Value>(&result.text).unwrap();
            }
        }
    }
}
