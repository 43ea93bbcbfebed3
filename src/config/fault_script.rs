//! A script of faults in a file: what the simulated API does wrong, call by call.

use std::{collections::BTreeMap, path::Path};

use miette::{Diagnostic, NamedSource};
use serde_json::{Map, Value};
use toml::de::DeValue;

use super::{
    entry::Entry,
    error::{Mistake, Problem},
    reader::{Reader, Section},
};
use crate::wire::{
    fault::{ApiCall, ErrorStatus, Fault, RedirectStatus, Script, ScriptLine, Times},
    growth::Growth,
    header::Headers,
    substitute::Substitute,
};

/// Largest script.
const LARGEST: u64 = 1 << 20;

/// Longest pause, and longest time between two pieces, in milliseconds.
const LONGEST: i64 = 600_000;

/// The calls by the words of the file.
const CALLS: [(&str, ApiCall); 14] = [
    ("token", ApiCall::Token),
    ("products", ApiCall::Products),
    ("quotation", ApiCall::Quotation),
    ("customer", ApiCall::Customer),
    ("policy", ApiCall::Policy),
    ("payment", ApiCall::Payment),
    ("payment-status", ApiCall::PaymentStatus),
    ("policy-status", ApiCall::PolicyStatus),
    ("claim-status", ApiCall::ClaimStatus),
    ("refund", ApiCall::Refund),
    ("cancellation", ApiCall::Cancellation),
    ("claim", ApiCall::Claim),
    ("transactions", ApiCall::Transactions),
    ("unknown", ApiCall::Unknown),
];

/// The script cannot be used.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum ScriptError {
    /// It could not be read at all.
    #[error("could not read {path}: {reason}")]
    #[diagnostic(code(faults::unreadable), help("name an existing file with --fault"))]
    Unreadable {
        /// The path as given.
        path: String,
        /// The system's words.
        reason: String,
    },
    /// It was read and does not hold together.
    #[error("{}", .problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    #[diagnostic(code(faults::invalid))]
    Invalid {
        /// The text of the file.
        #[source_code]
        source_text: NamedSource<String>,
        /// In the order of the file.
        #[related]
        problems: Vec<Problem>,
    },
}

/// Reads a script from a file.
pub fn load(path: &Path) -> Result<Script, ScriptError> {
    let origin = path.display().to_string();
    let read = || {
        if std::fs::metadata(path)?.len() > LARGEST {
            return Err(std::io::Error::other("larger than 1 MiB"));
        }
        std::fs::read_to_string(path)
    };
    match read() {
        Ok(text) => parse(&text, &origin),
        Err(error) => Err(ScriptError::Unreadable {
            path: origin,
            reason: error.to_string(),
        }),
    }
}

/// Reads a script from a text that goes by the name `origin`.
pub fn parse(text: &str, origin: &str) -> Result<Script, ScriptError> {
    let nothing = BTreeMap::new();
    let reader = Reader::new(origin, text, Path::new(""), &nothing);
    let (document, valid) = reader.parse();
    // Past a syntax error everything else would be guesswork.
    let lines = if valid {
        lines(&Section::root(&reader, document.get_ref()))
    } else {
        None
    };
    let problems = reader.into_problems();
    match lines {
        Some(lines) if problems.is_empty() => Ok(Script { lines }),
        _ => Err(ScriptError::Invalid {
            source_text: NamedSource::new(origin, text.to_owned()).with_language("toml"),
            problems,
        }),
    }
}

fn lines(root: &Section<'_, '_>) -> Option<Vec<ScriptLine>> {
    let items = root.required("line").and_then(|entry| entry.items());
    root.finish();
    // Every line is looked at, so that all mistakes are told at once.
    let lines: Vec<Option<ScriptLine>> = items?
        .iter()
        .map(|item| item.section().and_then(|section| line(&section)))
        .collect();
    lines.into_iter().collect()
}

fn line(section: &Section<'_, '_>) -> Option<ScriptLine> {
    let call = section.value("call").map(|entry| entry.word(&CALLS));
    let times = match section.value("times") {
        Some(entry) => times(&entry),
        None => Some(Times::First(1)),
    };
    let fault = fault(section);
    let call = match call {
        Some(call) => Some(call?),
        None => None,
    };
    Some(ScriptLine {
        call,
        times: times?,
        fault: fault?,
    })
}

fn times(entry: &Entry<'_, '_>) -> Option<Times> {
    if matches!(entry.raw(), DeValue::String(_)) {
        return entry.word(&[("always", Times::Always)]);
    }
    let count = entry.integer(1..=1_000_000)?;
    u32::try_from(count).ok().map(Times::First)
}

#[derive(Clone, Copy)]
enum Kind {
    Refuse,
    RefuseUntil,
    RefuseAfterWork,
    Lapse,
    Grown,
    Hold,
    Cut,
    Drip,
    DripBody,
    Overlong,
    Flood,
    Redirect,
    Instead,
    Altered,
    Plain(Plain),
}

#[derive(Clone, Copy)]
enum Plain {
    ResetAfterWork,
    Reset,
    Close,
    Garbage,
    Silent,
    ExpireTokens,
    AlreadyThere,
    ResetMidBody,
}

const KINDS: [(&str, Kind); 22] = [
    ("refuse", Kind::Refuse),
    ("hold", Kind::Hold),
    ("reset-after-work", Kind::Plain(Plain::ResetAfterWork)),
    ("reset", Kind::Plain(Plain::Reset)),
    ("close", Kind::Plain(Plain::Close)),
    ("cut", Kind::Cut),
    ("drip", Kind::Drip),
    ("garbage", Kind::Plain(Plain::Garbage)),
    ("silent", Kind::Plain(Plain::Silent)),
    ("refuse-until", Kind::RefuseUntil),
    ("refuse-after-work", Kind::RefuseAfterWork),
    ("lapse", Kind::Lapse),
    ("grown", Kind::Grown),
    ("expire-tokens", Kind::Plain(Plain::ExpireTokens)),
    ("instead", Kind::Instead),
    ("already-there", Kind::Plain(Plain::AlreadyThere)),
    ("redirect", Kind::Redirect),
    ("reset-mid-body", Kind::Plain(Plain::ResetMidBody)),
    ("overlong", Kind::Overlong),
    ("drip-body", Kind::DripBody),
    ("flood", Kind::Flood),
    ("altered", Kind::Altered),
];

/// What may stand behind a success status.
const SUBSTITUTES: [(&str, Substitute); 7] = [
    ("failed", Substitute::Failed),
    ("unknown-status", Substitute::UnknownStatus),
    ("empty", Substitute::Empty),
    ("no-content", Substitute::NoContent),
    ("broken-json", Substitute::BrokenJson),
    ("html-page", Substitute::HtmlPage),
    ("foreign", Substitute::Foreign),
];

/// Ways in which honest answers may grow.
const GROWTHS: [(&str, Growth); 5] = [
    ("members", Growth::Members),
    ("headers", Growth::Headers),
    ("new-value", Growth::NewValue),
    ("long-ids", Growth::LongIds),
    ("deprecated", Growth::Deprecated),
];

/// The fault of a line; what belongs to another fault is an unknown key.
fn fault(section: &Section<'_, '_>) -> Option<Fault> {
    // Without a known fault it cannot be said which other keys are right.
    let fault = match section.required("fault")?.word(&KINDS)? {
        Kind::Refuse => refuse(section),
        Kind::Hold => amount(section, "millis", 1..=LONGEST).map(|millis| Fault::Hold { millis }),
        Kind::Cut => amount(section, "after", 0..=1 << 20).map(|after| Fault::Cut {
            after: usize::try_from(after).unwrap_or(usize::MAX),
        }),
        Kind::Drip => pieces(section).map(|(bytes, every_millis)| Fault::Drip { bytes, every_millis }),
        Kind::DripBody => {
            pieces(section).map(|(bytes, every_millis)| Fault::DripBody { bytes, every_millis })
        }
        Kind::Overlong => amount(section, "by", 1..=1 << 20).map(|by| Fault::Overlong {
            by: usize::try_from(by).unwrap_or(usize::MAX),
        }),
        Kind::Flood => amount(section, "mebibytes", 1..=1024).map(|mebibytes| Fault::Flood {
            mebibytes: u32::try_from(mebibytes).unwrap_or(u32::MAX),
        }),
        Kind::Redirect => redirect(section),
        Kind::Instead => {
            let what = section
                .required("what")
                .and_then(|entry| entry.word(&SUBSTITUTES));
            what.map(|what| Fault::Instead { what })
        }
        Kind::Altered => altered(section),
        Kind::RefuseUntil => {
            let status = status(section);
            let seconds = amount(section, "seconds", 1..=3_600);
            status.zip(seconds).map(|(status, seconds)| Fault::RefuseUntil {
                status,
                seconds: u32::try_from(seconds).unwrap_or(u32::MAX),
            })
        }
        Kind::RefuseAfterWork => status(section).map(|status| Fault::RefuseAfterWork { status }),
        Kind::Lapse => {
            let repriced = section.switch("repriced");
            status(section).map(|status| Fault::Lapse { status, repriced })
        }
        Kind::Grown => {
            let growth = section.required("growth").and_then(|entry| entry.word(&GROWTHS));
            growth.map(|growth| Fault::Grown { growth })
        }
        Kind::Plain(Plain::ExpireTokens) => Some(Fault::ExpireTokens),
        Kind::Plain(Plain::AlreadyThere) => Some(Fault::AlreadyThere),
        Kind::Plain(Plain::ResetMidBody) => Some(Fault::ResetMidBody),
        Kind::Plain(Plain::ResetAfterWork) => Some(Fault::ResetAfterWork),
        Kind::Plain(Plain::Reset) => Some(Fault::Reset),
        Kind::Plain(Plain::Close) => Some(Fault::Close),
        Kind::Plain(Plain::Garbage) => Some(Fault::Garbage),
        Kind::Plain(Plain::Silent) => Some(Fault::Silent),
    };
    section.finish();
    fault
}

fn amount(section: &Section<'_, '_>, key: &str, range: std::ops::RangeInclusive<i64>) -> Option<u64> {
    let number = section.required(key)?.integer(range)?;
    u64::try_from(number).ok()
}

/// Bytes a piece, and milliseconds between two.
fn pieces(section: &Section<'_, '_>) -> Option<(usize, u64)> {
    let bytes = amount(section, "bytes", 1..=1 << 16);
    let every_millis = amount(section, "every_millis", 1..=LONGEST);
    Some((usize::try_from(bytes?).unwrap_or(usize::MAX), every_millis?))
}

fn redirect(section: &Section<'_, '_>) -> Option<Fault> {
    let status = section
        .required("status")
        .and_then(|entry| entry.integer(300..=399));
    let to = section.required("to").and_then(|entry| {
        let text = entry.text()?;
        if http::HeaderValue::from_str(text).is_err() {
            return entry.wrong(Mistake::Senseless(
                "is no address; write one line of visible characters".to_owned(),
            ));
        }
        Some(text.to_owned())
    });
    let status = RedirectStatus::try_from(u16::try_from(status?).ok()?).ok();
    Some(Fault::Redirect {
        status: status?,
        to: to?,
    })
}

/// Members of the answer in place of others, and members that are left out.
fn altered(section: &Section<'_, '_>) -> Option<Fault> {
    let replaced = match section.value("replaced") {
        Some(entry) => members(&entry),
        None => Some(Map::new()),
    };
    let removed = match section.value("removed") {
        Some(entry) => entry.texts(),
        None => Some(Vec::new()),
    };
    Some(Fault::Altered {
        replaced: replaced?,
        removed: removed?,
    })
}

fn members(entry: &Entry<'_, '_>) -> Option<Map<String, Value>> {
    let section = entry.section()?;
    let mut members = Map::new();
    for (name, value) in section.members() {
        let value = match value.raw() {
            DeValue::Integer(_) => Value::from(value.integer(i64::MIN..=i64::MAX)?),
            DeValue::Boolean(truth) => Value::from(*truth),
            _ => Value::from(value.text()?),
        };
        members.insert(name.clone(), value);
    }
    Some(members)
}

fn status(section: &Section<'_, '_>) -> Option<ErrorStatus> {
    let number = section.required("status")?.integer(400..=599)?;
    ErrorStatus::try_from(u16::try_from(number).ok()?).ok()
}

fn refuse(section: &Section<'_, '_>) -> Option<Fault> {
    let status = status(section);
    let headers = match section.value("headers") {
        Some(entry) => headers(&entry),
        None => Some(Headers::new()),
    };
    let body = match section.value("body") {
        Some(entry) => Some(entry.text()?.to_owned()),
        None => None,
    };
    Some(Fault::Refuse {
        status: status?,
        headers: headers?,
        body,
    })
}

fn headers(entry: &Entry<'_, '_>) -> Option<Headers> {
    let section = entry.section()?;
    let mut headers = Headers::new();
    for (name, value) in section.members() {
        let text = value.text()?;
        if http::HeaderName::from_bytes(name.as_bytes()).is_err() {
            return value.wrong(Mistake::Senseless(format!("{name:?} is no header name")));
        }
        if http::HeaderValue::from_str(text).is_err() {
            return value.wrong(Mistake::Senseless(
                "is no header value; write one line of visible characters".to_owned(),
            ));
        }
        headers.push(name, text);
    }
    Some(headers)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn complaints(text: &str) -> Vec<String> {
        match parse(text, "faults.toml") {
            Err(ScriptError::Invalid { problems, .. }) => problems.iter().map(ToString::to_string).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_fault_can_be_written() {
        let more = [
            "status = 503\nheaders = { retry-after = \"2\" }\nbody = \"later\"",
            "millis = 1500",
            "",
            "",
            "",
            "after = 10",
            "bytes = 3\nevery_millis = 100",
            "",
            "",
            "status = 429\nseconds = 3",
            "status = 504",
            "status = 409\nrepriced = true",
            "growth = \"members\"",
            "",
            "what = \"html-page\"",
            "",
            "status = 307\nto = \"https://elsewhere.example/\"",
            "",
            "by = 10",
            "bytes = 1\nevery_millis = 100",
            "mebibytes = 200",
            "replaced = { premium = \"-1.00\", count = 3, final = true }\nremoved = [\"currency\"]",
        ];
        let mut text = String::new();
        for ((word, _), more) in KINDS.iter().zip(more) {
            let _ = writeln!(
                text,
                "[[line]]\ncall = \"payment\"\ntimes = 2\nfault = \"{word}\"\n{more}"
            );
        }
        text += "[[line]]\ntimes = \"always\"\nfault = \"close\"\n[[line]]\nfault = \"close\"\n";
        let script = parse(&text, "faults.toml").unwrap();
        assert_eq!(script.lines.len(), KINDS.len() + 2);
        let refused = &script.lines[0];
        assert_eq!(
            (refused.call, refused.times),
            (Some(ApiCall::Payment), Times::First(2))
        );
        assert_eq!(
            refused.fault,
            Fault::Refuse {
                status: ErrorStatus::try_from(503).unwrap(),
                headers: Headers::new().with("retry-after", "2"),
                body: Some("later".to_owned()),
            }
        );
        let [.., always, once] = script.lines.as_slice() else {
            panic!("{script:?}");
        };
        assert_eq!((always.call, always.times), (None, Times::Always));
        assert_eq!(once.times, Times::First(1));
        // The words of the file are those of the vocabulary.
        for (line, (word, _)) in script.lines.iter().zip(KINDS) {
            assert_eq!(serde_json::to_value(&line.fault).unwrap()["fault"], word);
        }
        for (word, growth) in GROWTHS {
            assert_eq!(serde_json::to_value(growth).unwrap(), word);
        }
        for (word, call) in CALLS {
            assert_eq!(serde_json::to_value(call).unwrap(), word);
        }
    }

    #[test]
    fn mistakes_name_file_key_and_remedy() {
        let cases = [
            ("", "faults.toml:1: line: missing; add it"),
            ("[[lines]]", "lines: unknown key; did you mean line?"),
            ("[line]", "line: is a table, not a list"),
            ("[[line]]", "line[0].fault: missing"),
            ("[[line]]\nfault = \"holt\"", "did you mean hold?"),
            ("[[line]]\nfault = \"hold\"", "line[0].millis: missing"),
            (
                "[[line]]\nfault = \"refuse\"\nstatus = 200",
                "200 is outside 400 to 599",
            ),
            (
                "[[line]]\nfault = \"close\"\nstatus = 500",
                "line[0].status: unknown key",
            ),
            (
                "[[line]]\nfault = \"close\"\ncal = \"token\"",
                "line[0].cal: unknown key; did you mean call?",
            ),
            (
                "[[line]]\nfault = \"close\"\ncall = \"paymet\"",
                "did you mean payment?",
            ),
            (
                "[[line]]\nfault = \"close\"\ntimes = 0",
                "line[0].times: 0 is outside",
            ),
            (
                "[[line]]\nfault = \"close\"\ntimes = \"ever\"",
                "\"ever\" is not one of always",
            ),
            (
                "[[line]]\nfault = \"refuse\"\nstatus = 429\nheaders = { \"a b\" = \"1\" }",
                "\"a b\" is no header name",
            ),
            (
                "[[line]]\nfault = \"refuse\"\nstatus = 429\nheaders = { a = \"1\\r\\nx: 2\" }",
                "line[0].headers.a: is no header value",
            ),
            ("[[line]\n", "file: not valid TOML"),
        ];
        for (text, expected) in cases {
            let found = complaints(text).join("\n");
            assert!(found.contains(expected), "{text:?}: {found}");
        }
        let several = complaints("[[line]]\nfault = \"clos\"\n[[line]]\nfault = \"cut\"\n");
        assert_eq!(several.len(), 2, "{several:?}");
    }
}
