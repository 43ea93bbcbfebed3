//! The declaration: questions that only people can answer, answered in a file of their own.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use jiff::civil::Date;
use miette::NamedSource;

use super::{
    entry::Entry,
    error::{ConfigError, Invalid, Mistake, without_secrets},
    host::Host,
    questions::{AGREEMENT, Form, QUESTIONS, Question},
    reader::{Reader, Section},
};

/// Largest declaration, in bytes.
const LARGEST: u64 = 1 << 20;

/// Who answered, in which role, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signed {
    /// Name.
    pub name: String,
    /// Role.
    pub role: String,
    /// Day, `YYYY-MM-DD`.
    pub date: String,
}

/// One answer, as far as it was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Its parts by key.
    pub fields: BTreeMap<String, Vec<String>>,
    /// Who gave it.
    pub signed: Signed,
}

/// All answers, by the names of their questions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declarations {
    /// The answers.
    pub answers: BTreeMap<String, Answer>,
}

impl Declarations {
    /// Reads the file; none when it is not there.
    pub fn load(path: &Path, host: &Host) -> Result<Option<Self>, ConfigError> {
        let shown = path.display().to_string();
        let unreadable = |reason: String| ConfigError::Unreadable {
            path: shown.clone(),
            reason,
        };
        match std::fs::metadata(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(error.to_string())),
            Ok(facts) if facts.len() > LARGEST => return Err(unreadable("larger than 1 MiB".to_owned())),
            Ok(_) => {}
        }
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Self::read(&text, &shown, folder, host).map(Some)
    }

    fn read(text: &str, origin: &str, folder: &Path, host: &Host) -> Result<Self, ConfigError> {
        let reader = Reader::new(origin, text, folder, &host.environment);
        let (document, valid) = reader.parse();
        let mut declarations = Self::default();
        if valid {
            let root = Section::root(&reader, document.get_ref());
            let everywhere = root
                .value("signed")
                .and_then(|entry| entry.section())
                .map(|section| {
                    let signed = signed(&section, &Signed::default());
                    section.finish();
                    signed
                })
                .unwrap_or_default();
            declarations.answers = answers(&root, &everywhere);
            root.finish();
        }
        let problems = reader.into_problems();
        if problems.is_empty() {
            return Ok(declarations);
        }
        Err(Box::new(Invalid {
            source_text: NamedSource::new(origin, without_secrets(text, &problems)).with_language("toml"),
            problems,
        })
        .into())
    }

    /// An empty declaration with what is asked, as a file to fill in.
    pub fn form() -> String {
        let mut text =
            "# Declaration for the conformance run. Fill in every answer; \"tbd\", \"n/a\", \"-\" and \
                        the like are no answers.\n# Never write keys or secrets into this file.\n\n\
                        # Stands for every answer that has no name, role and date of its own.\n\
                        [signed]\nname = \"\"\nrole = \"\"\ndate = \"\" # like 2026-11-20\n"
                .to_owned();
        for question in &QUESTIONS {
            let _ = write!(
                text,
                "\n# {}: {}\n[{}]\n",
                question.example,
                question.asked,
                question.name()
            );
            for field in question.fields {
                let empty = match field.form {
                    Form::Text => "\"\"",
                    Form::List => "[]",
                    Form::Number => "0",
                };
                let _ = writeln!(text, "{} = {empty} # {}", field.key, field.about);
            }
        }
        text
    }
}

fn answers(root: &Section<'_, '_>, everywhere: &Signed) -> BTreeMap<String, Answer> {
    let mut read = BTreeMap::new();
    let mut sections: Vec<&str> = QUESTIONS.iter().map(|question| question.section).collect();
    sections.dedup();
    for name in sections {
        let Some(section) = root.value(name).and_then(|entry| entry.section()) else {
            continue;
        };
        for question in QUESTIONS.iter().filter(|question| question.section == name) {
            if let Some(inner) = section.value(question.key).and_then(|entry| entry.section()) {
                read.insert(question.name(), answer(&inner, question, everywhere));
            }
        }
        section.finish();
    }
    read
}

fn answer(section: &Section<'_, '_>, question: &Question, everywhere: &Signed) -> Answer {
    let mut fields = BTreeMap::new();
    for field in question.fields {
        let Some(entry) = section.value(field.key) else {
            continue;
        };
        let values = match field.form {
            Form::Text => entry.text().map(|text| vec![text.trim().to_owned()]),
            Form::Number => entry.integer(0..=i64::from(u32::MAX)).map(|number| {
                if number == 0 {
                    Vec::new()
                } else {
                    vec![number.to_string()]
                }
            }),
            Form::List => entry.items().map(|items| {
                let texts = items.iter().filter_map(Entry::text);
                texts.map(|text| text.trim().to_owned()).collect()
            }),
        };
        fields.insert(field.key.to_owned(), values.unwrap_or_default());
    }
    if question.key == "agreement"
        && let Some(said) = fields.get("answer").and_then(|values| values.first())
        && !is_blank(said)
        && !AGREEMENT.contains(&said.as_str())
        && let Some(entry) = section.value("answer")
    {
        let _: Option<()> = entry.wrong(Mistake::Senseless(format!(
            "{said:?} is not one of {}; write one of these words",
            AGREEMENT.join(", ")
        )));
    }
    let signed = signed(section, everywhere);
    section.finish();
    Answer { fields, signed }
}

fn signed(section: &Section<'_, '_>, otherwise: &Signed) -> Signed {
    let value = |key: &str, otherwise: &str| {
        let text = section.value(key).and_then(|entry| entry.text());
        text.map_or_else(|| otherwise.to_owned(), |text| text.trim().to_owned())
    };
    let date = value("date", &otherwise.date);
    if !is_blank(&date)
        && date.parse::<Date>().is_err()
        && let Some(entry) = section.value("date")
    {
        let _: Option<()> = entry.wrong(Mistake::Senseless(format!(
            "{date:?} is no day; write it like 2026-11-20"
        )));
    }
    Signed {
        name: value("name", &otherwise.name),
        role: value("role", &otherwise.role),
        date,
    }
}

/// Whether a text answers nothing: blank, or a word that stands for an answer to come.
pub fn is_blank(text: &str) -> bool {
    const NOTHING: [&str; 16] = [
        "", "tbd", "tba", "todo", "n/a", "na", "none", "null", "nil", "x", "xx", "xxx", "pending", "later",
        "fixme", "unknown",
    ];
    let bare: String = text
        .trim()
        .trim_matches(|letter: char| ".-_?!<>[](){}\u{2013}\u{2014}\u{2026} ".contains(letter))
        .to_lowercase();
    NOTHING.contains(&bare.as_str()) || bare == "to be defined" || bare == "to be determined"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::host::{Clock, Terminal};

    fn read(text: &str) -> Result<Declarations, String> {
        let host = Host {
            clock: Clock::start(),
            environment: BTreeMap::new(),
            terminal: Terminal::default(),
        };
        Declarations::read(text, "declarations.toml", Path::new(""), &host).map_err(|error| error.to_string())
    }

    #[test]
    fn the_printed_form_is_read_and_answers_nothing() {
        let read = read(&Declarations::form()).unwrap();
        assert_eq!(read.answers.len(), QUESTIONS.len());
        let given = |answer: &Answer| answer.fields.values().flatten().any(|value| !is_blank(value));
        assert!(!read.answers.values().any(given));
    }

    #[test]
    fn an_answer_has_its_own_signature_or_that_of_the_file() {
        let read = read(
            "[signed]\nname = \"Aina\"\nrole = \"CTO\"\ndate = \"2026-11-20\"\n\
             [operation.escalation]\nanswer = \"page, then call\"\nname = \"Tan\"\n[secrets.constant_time]\n\
             file = \"a.rs\"\nline = 12\n",
        )
        .unwrap();
        let escalation = &read.answers["operation.escalation"];
        assert_eq!(
            (escalation.signed.name.as_str(), escalation.signed.role.as_str()),
            ("Tan", "CTO")
        );
        assert_eq!(read.answers["secrets.constant_time"].fields["line"], ["12"]);
    }

    #[test]
    fn every_mistake_is_told_with_its_place_and_remedy() {
        let wrong = read(
            "[signed]\ndate = \"20 November\"\n[operation.escalaton]\nanswer = \"x\"\n\
             [prerequisites.agreement]\nanswer = \"maybe\"\n[operation.monitoring]\nanswer = 1\n",
        )
        .unwrap_err();
        for told in [
            "declarations.toml:2: signed.date: \"20 November\" is no day; write it like 2026-11-20",
            "declarations.toml:3: operation.escalaton: unknown key; did you mean escalation?",
            "declarations.toml:6: prerequisites.agreement.answer: \"maybe\" is not one of signed, not required",
            "declarations.toml:8: operation.monitoring.answer: is",
        ] {
            assert!(wrong.contains(told), "{told} not in\n{wrong}");
        }
    }

    #[test]
    fn words_that_stand_for_an_answer_are_none() {
        for nothing in [
            "", "  ", "tbd", "TBD.", "n/a", "N/A", "-", "--", "\u{2014}", "?", "<todo>", "None", "...",
        ] {
            assert!(is_blank(nothing), "{nothing}");
        }
        for answer in ["no logs are kept", "7 days", "Vault", "NA-East data centre"] {
            assert!(!is_blank(answer), "{answer}");
        }
    }
}
