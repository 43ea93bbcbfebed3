//! From what was typed to what the file may hold, by the rules of the file's own reader.

use std::path::Path;

use super::{
    answers::{Effect, How},
    render_channels,
    toml_text::quoted,
};
use crate::{
    config::{
        declaration::CallbackStyle, error::Mistake, host::Host, partner::Config, start::OPERATIONS,
        subject::Subject,
    },
    wire::{event::EventType, recurring::RecurringHash},
};

/// Why an answer cannot stand in the file, and what would do.
pub type Reason = String;

const WHO: &str = "[partner]\nid = \"x\"\nname = \"x\"\nimplementation = \"x\"\nversion = \"x\"\n";

/// Whether the reader takes these sections; a variable that is not set is no mistake of the file.
pub fn readable(sections: &str, folder: &Path, host: &Host) -> Result<(), Reason> {
    whole(&format!("{WHO}[capabilities]\n{sections}\n"), folder, host)
}

fn whole(text: &str, folder: &Path, host: &Host) -> Result<(), Reason> {
    let read = |host: &Host| Config::from_text_in(text, "answer", folder, host);
    let Err(mut error) = read(host) else { return Ok(()) };
    let unset: Vec<String> = error
        .problems()
        .iter()
        .filter_map(|problem| match &problem.mistake {
            Mistake::VariableUnset(name) | Mistake::VariableEmpty(name) => Some(name.clone()),
            _ => None,
        })
        .collect();
    if !unset.is_empty() {
        // Read again with all of them, because a section without its secret is not looked at further.
        let mut host = host.clone();
        let set = unset.into_iter().map(|name| (name, "stands-in".to_owned()));
        host.environment.extend(set);
        match read(&host) {
            Ok(_) => return Ok(()),
            Err(other) => error = other,
        }
    }
    Err(error.problems().first().map_or_else(
        || error.to_string(),
        |problem| {
            let remedy = problem.remedy.as_ref().map(|remedy| format!("; {remedy}"));
            format!("{}{}", problem.mistake, remedy.unwrap_or_default())
        },
    ))
}

/// A text of `[partner]`.
pub fn of_partner(key: &str, text: &str, host: &Host) -> Result<String, Reason> {
    let usual = format!("\n{key} = \"x\"\n");
    let line = format!("\n{key} = {}\n", quoted(text));
    let lines = if WHO.contains(&usual) {
        WHO.replace(&usual, &line)
    } else {
        format!("{WHO}{}", line.trim_start())
    };
    whole(&format!("{lines}[capabilities]\n"), Path::new(""), host).map(|()| text.to_owned())
}

/// A text that says something.
pub fn filled(text: &str) -> Result<String, Reason> {
    if text.trim().is_empty() {
        Err("is empty".to_owned())
    } else {
        Ok(text.to_owned())
    }
}

/// An address of an endpoint.
pub fn endpoint(text: &str, host: &Host) -> Result<String, Reason> {
    let lines = format!("[webhook]\nurl = {}\nsecret_env = \"A\"", quoted(text));
    readable(&lines, Path::new(""), host).map(|()| text.to_owned())
}

/// The name of an environment variable.
pub fn variable(text: &str, host: &Host) -> Result<String, Reason> {
    let is_name = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !text.starts_with(|letter: char| letter.is_ascii_digit())
        && !text.is_empty();
    if !is_name || text.to_ascii_lowercase().starts_with("whsec_") {
        // It may be the secret itself, so it is not repeated.
        return Err(
            "that is no name of an environment variable; put the secret into a variable, and give the \
                    variable's name, like SENANG_WEBHOOK_SECRET"
                .to_owned(),
        );
    }
    let lines = format!(
        "[webhook]\nurl = \"http://127.0.0.1/\"\nsecret_env = {}",
        quoted(text)
    );
    readable(&lines, Path::new(""), host).map(|()| text.to_owned())
}

/// A list of words, separated by commas or blanks.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| letter == ',' || letter.is_whitespace())
        .filter(|word| !word.is_empty())
}

/// Event types; `all` and `none` are words for the whole list and nothing.
pub fn event_types(text: &str) -> Result<Vec<EventType>, Reason> {
    match text.trim() {
        "all" => return Ok(EventType::ALL.to_vec()),
        "none" => return Ok(Vec::new()),
        _ => {}
    }
    distinct(words(text).map(|word| word.parse::<EventType>().map_err(|error| error.to_string())))
}

/// Shapes of recurring callbacks.
pub fn styles(text: &str) -> Result<Vec<CallbackStyle>, Reason> {
    if text.trim() == "none" {
        return Ok(Vec::new());
    }
    distinct(words(text).map(|word| match word {
        "json" => Ok(CallbackStyle::Json),
        "form" => Ok(CallbackStyle::Form),
        other => Err(format!(
            "{other:?} is no shape of recurring callbacks; use json, form or both"
        )),
    }))
}

/// Operations that use the platform's API.
pub fn operations(text: &str) -> Result<Vec<String>, Reason> {
    if text.trim() == "none" {
        return Ok(Vec::new());
    }
    distinct(words(text).map(|word| {
        if by_api(word) {
            Ok(word.to_owned())
        } else {
            let known: Vec<&str> = OPERATIONS.into_iter().filter(|name| by_api(name)).collect();
            Err(format!(
                "{word:?} is no operation of the API; known are {}",
                known.join(", ")
            ))
        }
    }))
}

fn by_api(name: &str) -> bool {
    OPERATIONS.contains(&name) && !matches!(name, "order" | "subscribe" | "checkout" | "batch")
}

fn distinct<T: PartialEq>(items: impl Iterator<Item = Result<T, Reason>>) -> Result<Vec<T>, Reason> {
    let mut list = Vec::new();
    for item in items {
        let item = item?;
        if !list.contains(&item) {
            list.push(item);
        }
    }
    Ok(list)
}

/// How a recurring hash is made.
pub fn hash(text: &str) -> Result<RecurringHash, Reason> {
    text.parse().map_err(|error| format!("{error}"))
}

/// An address, a command, or a person.
pub fn how(text: &str) -> Result<How, Reason> {
    let text = text.trim();
    if text.starts_with("http://") || text.starts_with("https://") {
        return Ok(How::Http(text.to_owned()));
    }
    match text {
        "manual" | "person" => return Ok(How::Manual),
        "log" => return Ok(How::Log),
        _ => {}
    }
    let words = shlex::split(text).ok_or("a quotation mark has no partner; close it")?;
    if words.is_empty() {
        return Err("nothing was given; give an address, or a program with its arguments".to_owned());
    }
    Ok(How::Command(words))
}

/// How an operation is begun.
pub fn start(name: &str, text: &str, uses_api: bool, host: &Host) -> Result<How, Reason> {
    let how = how(text)?;
    if how == How::Log {
        return Err("a log begins nothing; give an address, a command, or manual".to_owned());
    }
    let section = render_channels::operation(name, &how, None);
    let capabilities = if uses_api {
        format!(
            "api = [{}]\n[sandbox]\nauthentication = \"api-key\"\napi_key_env = \"A\"\n",
            quoted(name)
        )
    } else {
        String::new()
    };
    readable(&format!("{capabilities}{section}"), Path::new(""), host).map(|()| how)
}

/// How effects are read.
pub fn effect(subject: Subject, effect: Effect, has_log: bool, host: &Host) -> Result<Effect, Reason> {
    if effect.how == How::Log && !has_log {
        return Err(
            "there is no log to count in; give its file with --log first, or another channel".to_owned(),
        );
    }
    let log = "[log]\nkind = \"file\"\npath = \"x\"\nformat = \"json\"\nevent_id = \"/x\"";
    let section = render_channels::section(subject, &effect, None, &["processed".to_owned()]);
    readable(&format!("{log}\n{section}"), Path::new(""), host).map(|()| effect)
}

/// A name as an id: small letters, digits and hyphens.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(48);
    slug.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_answer_is_refused_with_its_reason() {
        let host = Host::read();
        let refused = |result: Result<String, Reason>, reason: &str| {
            let told = result.unwrap_err();
            assert!(told.contains(reason), "{told}");
        };
        refused(of_partner("id", "a b", &host), "an id is at most 64 letters");
        refused(of_partner("name", "  ", &host), "is empty");
        refused(endpoint("shop.example/hooks", &host), "not an absolute address");
        refused(
            endpoint("https://app.senangpay.my/hooks", &host),
            "production gateway",
        );
        refused(
            variable("whsec_MDEyMzQ1Njc4OWFi", &host),
            "no name of an environment variable",
        );
        assert!(!variable("whsec_abc", &host).unwrap_err().contains("abc"));
        let told = |result: Result<How, Reason>| result.unwrap_err();
        assert!(
            told(start("order", "make-order {refrence}", false, &host)).contains("did you mean {reference}?")
        );
        assert!(told(start("buy", "./shop buy", true, &host)).contains("{api_base_url}"));
        assert!(told(start("order", "make 'x", false, &host)).contains("no partner"));
        assert!(
            event_types("payment.sucess")
                .unwrap_err()
                .contains("unknown event type")
        );
        assert!(operations("order").unwrap_err().contains("known are quote, buy"));
        assert!(styles("xml").unwrap_err().contains("json, form"));
    }

    #[test]
    fn good_answers_are_taken() {
        let host = Host::read();
        assert_eq!(event_types("all").unwrap().len(), 7);
        assert_eq!(event_types("payment.success, payment.success").unwrap().len(), 1);
        assert_eq!(slug("  Acme Travel (M) Sdn. Bhd. "), "acme-travel-m-sdn-bhd");
        let how = start("order", "php artisan 'new order' {reference}", false, &host).unwrap();
        let words = ["php", "artisan", "new order", "{reference}"].map(str::to_owned);
        assert_eq!(how, How::Command(words.to_vec()));
        assert!(start("buy", "http://127.0.0.1:1/buy", true, &host).is_ok());
        assert!(start("buy", "manual", true, &host).is_ok());
    }
}
