//! The sections about the log, the simulated API, and what only people know.

use std::fmt::Write as _;

use super::{
    answers::{Answers, Authentication, Log, LogForm},
    page::Page,
    toml_text::{pattern, quoted},
};

/// `[attest]`.
pub fn attest(page: &mut Page) {
    page.say(
        "What only people can say. `senang-conformance declarations > declarations.toml` prints the questions.\n\
         Needed for a certificate (ATT-01 to ATT-04), not for your first hour.",
    );
    page.show("attest", "[attest]\nfile = \"declarations.toml\"");
    page.gap();
}

/// `[batch]`.
pub fn batch(page: &mut Page, answers: &Answers) {
    page.say("Batch files: the folder that your importer reads, and what becomes of a file with a bad row.");
    let (folder, reject) = answers.batch.as_ref().map_or(("batch/in", "row"), |batch| {
        (
            batch.folder.as_str(),
            if batch.rejects_file { "file" } else { "row" },
        )
    });
    page.put_or_show(
        answers.batch.is_some(),
        "batch",
        &format!(
            "[batch]\nfolder = {}\nhandover = \"folder\" # or \"start\", with [start.batch]\nreject = \"{reject}\"",
            quoted(folder)
        ),
    );
    page.gap();
}

/// `[states]`.
pub fn states(page: &mut Page) {
    page.say("Your own words for states, if they are not those of the platform (paid, failed, issued, …).");
    page.show("states", "[states]\npaid = [\"settled\"]\ncancelled = \"void\"");
    page.gap();
}

/// `[log]`.
pub fn log(page: &mut Page, answers: &Answers) {
    page.say(
        "The log that the platform's rules ask for anyway: one line after each delivery with event id, time, type and\n\
         result. Decides the LOG cases, and proves what no status shows. kind may also be \"command\" or \"http\".",
    );
    let usual = Log {
        path: "var/webhooks.log".to_owned(),
        form: LogForm::Json {
            event_id: "/event_id".to_owned(),
            time: Some("/time".to_owned()),
            kind: Some("/type".to_owned()),
            result: Some("/result".to_owned()),
            reference: None,
        },
        time_zone: None,
        time_format: None,
        processed: Vec::new(),
        is_guess: true,
    };
    let log = answers.log.as_ref().unwrap_or(&usual);
    if answers.log.is_some() && log.is_guess {
        page.say(
            "No event stands in the log yet, so the places below are guesses. Compare them with a real line.",
        );
    }
    page.put_or_show(!log.is_guess, "log", &log_section(log));
    if log.time_zone.is_none() {
        page.say("The zone of times that name none; without it they cannot be placed.");
        let group = if log.is_guess { "log" } else { "time zone" };
        page.show(group, "time_zone = \"Asia/Kuala_Lumpur\"");
    }
    page.gap();
}

/// The lines of `[log]`.
pub fn log_section(log: &Log) -> String {
    let mut lines = format!("[log]\nkind = \"file\"\npath = {}", quoted(&log.path));
    match &log.form {
        LogForm::Json {
            event_id,
            time,
            kind,
            result,
            reference,
        } => {
            lines.push_str("\nformat = \"json\"");
            let _ = write!(lines, "\nevent_id = {}", quoted(event_id));
            for (key, place) in [
                ("time", time),
                ("type", kind),
                ("result", result),
                ("reference", reference),
            ] {
                if let Some(place) = place {
                    let _ = write!(lines, "\n{key} = {}", quoted(place));
                }
            }
        }
        LogForm::Pattern(expression) => {
            let _ = write!(lines, "\nformat = \"regex\"\npattern = {}", pattern(expression));
        }
    }
    for (key, value) in [("time_format", &log.time_format), ("time_zone", &log.time_zone)] {
        if let Some(value) = value {
            let _ = write!(lines, "\n{key} = {}", quoted(value));
        }
    }
    lines
}

/// `[alerts]`.
pub fn alerts(page: &mut Page, answers: &Answers) {
    page.say("Where your monitoring shows that deliveries fail or are refused; a new alarm must appear.");
    let in_json = matches!(
        &answers.log,
        None | Some(Log {
            form: LogForm::Json { .. },
            ..
        })
    );
    let level = if in_json {
        "\"/level\""
    } else {
        "{ regex = '\\b(?<level>WARN|WARNING|ERROR)\\b' }"
    };
    let group = match &answers.log {
        Some(log) if !log.is_guess => "alerts",
        _ => "log",
    };
    page.show(
        group,
        &format!("[alerts] # counts lines of [log]\nkind = \"log\"\nlevel = {level}\nvalues = [\"warn\", \"warning\", \"error\"]"),
    );
    page.gap();
}

/// `[control]`.
pub fn control(page: &mut Page) {
    page.say(
        "What may be done to your test system in cases about restarts and key rotation; also stop, start, rotate-key, …\n\
         kind = \"manual\" asks the person at the terminal; a command needs nobody.",
    );
    page.show(
        "control",
        "[control.restart]\nkind = \"command\"\nprogram = \"systemctl\"\nargs = [\"restart\", \"shop-webhooks\"]",
    );
    page.gap();
}

/// `[sandbox]`.
pub fn sandbox(page: &mut Page, answers: &Answers) {
    page.say(
        "How your client authenticates at the simulated API. Worth having also when you only receive webhooks: some cases\n\
         look whether a forged event makes your system ask the platform. The addresses reach you as {api_base_url}.",
    );
    let section = match answers.api.as_ref().map(|api| &api.authentication) {
        Some(Authentication::Oauth {
            client_id,
            secret_env,
        }) => format!(
            "[sandbox]\nauthentication = \"oauth\"\nclient_id = {}\nclient_secret_env = {}",
            quoted(client_id),
            quoted(secret_env)
        ),
        Some(Authentication::ApiKey { key_env }) => {
            format!(
                "[sandbox]\nauthentication = \"api-key\"\napi_key_env = {}",
                quoted(key_env)
            )
        }
        None => "[sandbox]\nauthentication = \"api-key\"\napi_key_env = \"SENANG_API_KEY\"".to_owned(),
    };
    page.put_or_show(answers.api.is_some(), "api", &section);
    page.gap();
}

/// `[keys]`.
pub fn keys(page: &mut Page) {
    page.say(
        "Fingerprints of your keys of production, made by `senang-conformance fingerprint`, so that one that is used here\n\
         by mistake is recognised (SEC-03). An empty list says that there are none yet.",
    );
    page.show("keys", "[keys]\nproduction_fingerprints = []");
    page.gap();
}

/// `[limits]`.
pub fn limits(page: &mut Page) {
    page.say(
        "What your test system bears; these are the values when nothing is said. Bursts need 75 a second.\n\
         load = true allows the load examples.",
    );
    page.show(
        "limits",
        "[limits]\nin_flight = 16\nper_second = 50\nload = false",
    );
}
