//! The operation that takes a file: it names one in the folder of incoming files.

use std::path::Path;

use serde_json::{Value, json};

use super::acknowledgement::Acknowledgement;
use super::import::{self, Answers};
use crate::reference::log::{Level, Line, Outcome};
use crate::reference::partner::Partner;
use crate::reference::start::answer::{Answer, Ending};

/// Largest file.
const LARGEST: u64 = 16 << 20;

/// Takes in the file that `file` names, and writes its acknowledgement. Of a path only the last part counts.
pub async fn run(partner: &Partner, input: &Value) -> Answer {
    let named = input.get("file").and_then(Value::as_str).map(Path::new);
    let name = named.and_then(Path::file_name).and_then(|name| name.to_str());
    let (Some(folder), Some(name)) = (partner.batch_folder.as_deref(), name) else {
        return Answer::invalid("", &["file"]);
    };
    let path = folder.join("in").join(name);
    let readable = std::fs::metadata(&path).is_ok_and(|facts| facts.is_file() && facts.len() <= LARGEST);
    let Some(bytes) = readable.then(|| std::fs::read(&path).ok()).flatten() else {
        return Answer::invalid(name, &["file"]);
    };
    let (own, defects) = (name.to_owned(), partner.defects);
    let imported = partner
        .database
        .transaction(move |books| import::import(books, &own, &bytes, defects))
        .await;
    let Ok(answers) = imported else {
        return failed(name, "server");
    };
    if acknowledge(&folder.join("out"), &answers).is_err() {
        return failed(name, "server");
    }
    for (_, answer) in &answers {
        log(partner, answer);
    }
    let first = answers.first().map(|(_, answer)| answer);
    let outcome = first.map_or("refused", |answer| answer.outcome);
    let ending = match outcome {
        "accepted" | "partial" | "duplicate" => Ending::Success,
        "held" => Ending::Pending,
        _ => Ending::Failed,
    };
    let mut answer = Answer::new(name, ending).with("file", json!(outcome));
    if ending == Ending::Failed {
        answer.category = Some("validation");
    }
    answer
}

fn failed(name: &str, category: &'static str) -> Answer {
    let mut answer = Answer::new(name, Ending::Failed);
    answer.category = Some(category);
    answer
}

/// Writes each acknowledgement under another name first, so that nobody reads half of it.
fn acknowledge(folder: &Path, answers: &Answers) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for (name, answer) in answers {
        let bytes = answer.bytes().map_err(std::io::Error::other)?;
        let unfinished = folder.join(format!(".{name}.part"));
        std::fs::write(&unfinished, bytes)?;
        std::fs::rename(unfinished, folder.join(format!("{name}.ack")))?;
    }
    Ok(())
}

/// One line for the file and one for each row that was not taken.
fn log(partner: &Partner, answer: &Acknowledgement) {
    let line = |id: &str, result: Outcome, message: &str| Line {
        level: match result {
            Outcome::Processed | Outcome::Duplicate => Level::Info,
            _ => Level::Warn,
        },
        event_id: Some(id.to_owned()),
        event_type: Some("batch".into()),
        result: Some(result),
        message: message.to_owned(),
        ..Line::default()
    };
    let result = match answer.outcome {
        "accepted" | "partial" => Outcome::Processed,
        "duplicate" => Outcome::Duplicate,
        "held" => Outcome::Ignored,
        _ => Outcome::Refused,
    };
    partner.log.write(&line(&answer.file_id, result, "batch file"));
    for (row, reason) in &answer.refused {
        partner.log.write(&line(row, Outcome::Refused, reason));
    }
}
