//! The recurring callback, from its published schema.

use std::fmt::Write as _;

use serde_json::Value;

use super::{
    markdown::{block, code, table, text},
    members::members,
    overview::ASSUMED,
    page::Page,
};
use crate::{
    cli::error::CliError,
    contract::profile::values::Profile,
    steps::callback_vectors::{SECRET, callbacks},
};

/// The published schema. A test holds it to what is sent.
const SCHEMA: &str = include_str!("../../../docs/recurring.schema.json");

/// The schema as JSON.
pub fn schema() -> Result<Value, CliError> {
    serde_json::from_str(SCHEMA)
        .map_err(|error| CliError::Usage(format!("docs/recurring.schema.json, as built in: {error}")))
}

/// The page.
pub fn page(profile: &Profile) -> Result<Page, CliError> {
    let schema = schema()?;
    let values = profile.values();
    let mut body = format!(
        "{ASSUMED}{}: {} What to do with it, and what is assumed about each member, is in \
         [recurring.md](../recurring.md); callbacks under names of your own are in \
         [return-template.md](../return-template.md).\n\n",
        text(schema["title"].as_str().unwrap_or_default()),
        text(schema["description"].as_str().unwrap_or_default())
    );
    for name in ["payment", "entry", "notice"] {
        let part = &schema["$defs"][name];
        let title = part["title"].as_str().unwrap_or(name);
        let _ = writeln!(body, "## {}\n", text(title));
        if let Some(says) = part["description"].as_str() {
            let _ = writeln!(body, "{}\n", text(says));
        }
        let _ = writeln!(body, "{}", named(&members(part)));
    }
    body.push_str(
        "## identifier\n\nText of 1 to 100 characters, or a whole number that is not negative.\n\n",
    );
    body.push_str(&hash(profile, &values));
    body.push_str(&acknowledgement(&values));
    Ok(Page::new("contract/recurring.md", "Recurring callbacks", &body))
}

/// Links to the parts of the schema by the titles that their sections have.
fn named(members: &str) -> String {
    members.replace(
        "[entry](#entry)",
        "[past and coming payments](#one-past-or-coming-payment)",
    )
}

fn hash(profile: &Profile, values: &Value) -> String {
    let rule = *profile.recurring_hash();
    let rows = ["recurring_hash", "template_hash"].map(|name| {
        let entry = &values["parameters"][name];
        let word = |member: &str| entry[member].as_str().unwrap_or_default();
        [
            code(name),
            code(word("value")),
            word("provenance").to_owned(),
            text(word("source")),
        ]
    });
    let mut written = format!(
        "## The hash\n\n{}\nOver the secret key and the members under the hash, one behind the other without a separator, in \
         lower-case hex. `recurring.hash` in `partner.toml` says which rule an account has.\n\n",
        table(["value", "rule", "provenance", "source"], rows)
    );
    if let Some(first) = callbacks(rule).first() {
        let pretty: Value = serde_json::from_str(&first.body).unwrap_or_default();
        let member = |name: &str| pretty[name].as_str().unwrap_or_default();
        let joined = ["status_id", "order_id", "transaction_id", "msg"]
            .map(member)
            .concat();
        let shown = serde_json::to_string_pretty(&pretty).unwrap_or_default();
        let _ = writeln!(
            written,
            "For example, under the secret key `{SECRET}`, which is public and must never be anybody's:\n\n{}\nWhat is hashed:\n\n{}",
            block("json", &shown),
            block("text", &format!("{SECRET}{joined}"))
        );
    }
    written
}

fn acknowledgement(values: &Value) -> String {
    let entry = &values["parameters"]["callback_acknowledgement"];
    let word = |member: &str| text(entry[member].as_str().unwrap_or_default());
    format!(
        "## The acknowledgement\n\n{} ({}): {}\n",
        word("value"),
        word("provenance"),
        word("source")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Identifiers are described here in words.
    #[test]
    fn an_identifier_is_what_the_page_says() {
        let schema = schema().unwrap();
        let due = serde_json::json!({"anyOf": [
            {"type": "string", "minLength": 1, "maxLength": 100},
            {"type": "integer", "minimum": 0}
        ]});
        assert_eq!(schema["$defs"]["identifier"], due);
    }

    #[test]
    fn the_page_shows_the_published_hash() {
        let page = page(&Profile::embedded("senangpay").unwrap()).unwrap();
        assert!(
            page.text
                .contains("24354422953c29bf4b822f6783bbaf64ef445623d6e8ea4ddc1582a29c03cda0")
        );
        assert!(
            page.text.contains("(#one-past-or-coming-payment)"),
            "{}",
            page.text
        );
    }
}
