//! What is set by hand: members by JSON pointer, header lines, spans of time.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::{cli::error::CliError, wire::header::Header};

/// A JSON pointer and what is to stand there.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The pointer, `/data/status`.
    pub pointer: String,
    /// The value.
    pub value: Value,
}

/// Reads `POINTER=VALUE`; what is no JSON is text.
///
/// # Errors
///
/// There is no `=`, or the pointer does not begin with a slash.
pub fn setting(text: &str) -> Result<Setting, String> {
    let (pointer, value) = text
        .split_once('=')
        .ok_or_else(|| "write a JSON pointer, = and a value, such as /data/status=failed".to_owned())?;
    if !pointer.starts_with('/') || pointer.len() < 2 {
        return Err(format!(
            "{pointer:?} is no JSON pointer; begin it with a slash, such as /data/status"
        ));
    }
    Ok(Setting {
        pointer: pointer.to_owned(),
        value: serde_json::from_str(value).unwrap_or_else(|_| Value::from(value)),
    })
}

/// Reads `NAME=VALUE` for a header line.
///
/// # Errors
///
/// The name is no name of a header, or the value would end the line.
pub fn header(text: &str) -> Result<Header, String> {
    let (name, value) = text
        .split_once('=')
        .ok_or_else(|| "write a name, = and a value, such as webhook-id=evt_1".to_owned())?;
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(token) {
        return Err(format!(
            "{name:?} cannot be the name of a header; use letters, digits and hyphens"
        ));
    }
    if value.contains(['\r', '\n', '\0']) {
        return Err(format!(
            "the value of {name} has a line break or NUL in it, which would end the line"
        ));
    }
    Ok(Header(name.to_owned(), value.to_owned()))
}

/// Reads a span of time such as `10m`.
///
/// # Errors
///
/// It is no span, or longer than ten years.
pub fn span(text: &str) -> Result<SignedDuration, String> {
    let wrong = || "write a number and s, m, h or d, such as 10m".to_owned();
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    let number: u32 = text
        .strip_suffix(unit)
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(wrong)?;
    let span = SignedDuration::from_secs(i64::from(number) * seconds);
    if span > SignedDuration::from_hours(10 * 366 * 24) {
        return Err("ten years at the most".to_owned());
    }
    Ok(span)
}

/// Reads a moment as UNIX milliseconds.
///
/// # Errors
///
/// It is neither UNIX seconds nor RFC 3339.
pub fn moment(option: &str, text: &str) -> Result<i64, CliError> {
    let wrong = || {
        CliError::Usage(format!(
            "{option} {text:?} is no moment; write UNIX seconds, or like 2026-11-20T10:15:30Z"
        ))
    };
    let stamp = match text.parse::<i64>() {
        Ok(seconds) => Timestamp::from_second(seconds).map_err(|_| wrong())?,
        Err(_) => text.parse::<Timestamp>().map_err(|_| wrong())?,
    };
    Ok(stamp.as_millisecond())
}

/// Puts the values into a document. Members that are missing are made, but not items of lists.
///
/// # Errors
///
/// A pointer leads through something that is neither object nor list, or behind the end of a list.
pub fn put(document: &mut Value, settings: &[Setting]) -> Result<(), CliError> {
    for Setting { pointer, value } in settings {
        let mut names: Vec<String> = pointer
            .split('/')
            .skip(1)
            .map(|name| name.replace("~1", "/").replace("~0", "~"))
            .collect();
        let last = names.pop().unwrap_or_default();
        let mut place = &mut *document;
        for name in &names {
            place = step(place, name).ok_or_else(|| nowhere(pointer, name))?;
        }
        *step(place, &last).ok_or_else(|| nowhere(pointer, &last))? = value.clone();
    }
    Ok(())
}

fn step<'a>(place: &'a mut Value, name: &str) -> Option<&'a mut Value> {
    match place {
        Value::Object(members) => Some(
            members
                .entry(name)
                .or_insert_with(|| Value::Object(serde_json::Map::new())),
        ),
        Value::Array(items) => items.get_mut(name.parse::<usize>().ok()?),
        _ => None,
    }
}

fn nowhere(pointer: &str, name: &str) -> CliError {
    CliError::Usage(format!(
        "--set {pointer}: {name:?} leads nowhere, because what stands before it is no object, or a list that is \
         shorter; --dry-run shows the body"
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_json_or_text_and_members_are_made() {
        let mut document = json!({"data": {"list": [1]}});
        let settings: Vec<Setting> = [
            "/data/status=failed",
            "/data/list/0=2",
            "/data/a/b~1c={\"x\":null}",
            "/id=\"7\"",
        ]
        .into_iter()
        .map(|text| setting(text).unwrap())
        .collect();
        put(&mut document, &settings).unwrap();
        assert_eq!(
            document,
            json!({"data": {"list": [2], "status": "failed", "a": {"b/c": {"x": null}}}, "id": "7"})
        );
    }

    #[test]
    fn what_leads_nowhere_says_where_it_ends() {
        for pointer in ["/data/x=1", "/list/1=2", "/list/first=2"] {
            let mut document = json!({"data": 1, "list": [1]});
            let error = put(&mut document, &[setting(pointer).unwrap()]).unwrap_err();
            assert!(error.to_string().contains("leads nowhere"), "{error}");
        }
        assert!(setting("data=1").is_err());
        assert!(setting("/data").is_err());
    }

    #[test]
    fn spans_and_header_lines_are_read_strictly() {
        assert_eq!(span("10m"), Ok(SignedDuration::from_mins(10)));
        assert!(span("10").is_err());
        assert!(span("").is_err());
        assert!(span("-1m").is_err());
        assert!(header("a b=c").is_err());
        assert!(header("a=b\r\nc: d").is_err());
        assert_eq!(
            header("Webhook-Id="),
            Ok(Header("Webhook-Id".to_owned(), String::new()))
        );
    }
}
