//! `[partner]` and `[capabilities]`: who is tested, and what they say they support.

use serde::Serialize;

use super::{entry::Entry, error::Mistake, reader::Section, start::OPERATIONS};
use crate::wire::event::EventType;

/// Who is tested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Partner {
    /// Short stable id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Who answers questions.
    pub contact: Option<String>,
    /// Name of the implementation.
    pub implementation: String,
    /// Its version.
    pub version: String,
    /// A partial reference to the API key in use, never the key (at most 12 characters).
    pub api_key_reference: Option<String>,
}

/// Shape of recurring callbacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallbackStyle {
    /// Advance callbacks: JSON.
    Json,
    /// Standard callbacks: form fields.
    Form,
}

/// A profile of the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum ProfileName {
    /// Webhooks and API.
    #[serde(rename = "senang-io")]
    SenangIo,
    /// Recurring callbacks and hosted checkout.
    #[serde(rename = "senangpay")]
    SenangPay,
}

impl ProfileName {
    /// The word in the partner's file and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::SenangIo => "senang-io",
            Self::SenangPay => "senangpay",
        }
    }
}

/// What the partner says it supports.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Capabilities {
    /// Profiles; those that the other capabilities need when the file names none.
    pub profiles: Vec<ProfileName>,
    /// Webhook event types.
    pub webhooks: Vec<EventType>,
    /// Recurring callbacks.
    pub recurring: Vec<CallbackStyle>,
    /// A return URL template with the partner's own keys.
    pub return_template: bool,
    /// Operations that use the platform's API.
    pub api: Vec<String>,
    /// Hosted checkout.
    pub checkout: bool,
    /// Batch files.
    pub batch: bool,
}

pub(super) fn partner(section: &Section<'_, '_>) -> Option<Partner> {
    let id = section.required("id").and_then(|entry| {
        let id = entry.filled()?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if id.len() <= 64 && id.bytes().all(plain) {
            Some(id.to_owned())
        } else {
            entry.wrong(Mistake::Senseless(
                "an id is at most 64 letters, digits, dots, hyphens and underscores".to_owned(),
            ))
        }
    });
    let name = section.text("name");
    let contact = section.optional_text("contact");
    let implementation = section.text("implementation");
    let version = section.text("version");
    let api_key_reference = section.value("api_key_reference").and_then(|entry| {
        let reference = entry.filled()?;
        if reference.chars().count() > 12 {
            return entry.wrong(Mistake::Senseless(
                "is too long to be a partial reference; give the last four characters, like …3f9a".to_owned(),
            ));
        }
        Some(reference.to_owned())
    });
    section.finish();
    Some(Partner {
        id: id?,
        name: name?,
        contact,
        implementation: implementation?,
        version: version?,
        api_key_reference,
    })
}

pub(super) fn capabilities(section: &Section<'_, '_>) -> Capabilities {
    let profiles = [
        ("senang-io", ProfileName::SenangIo),
        ("senangpay", ProfileName::SenangPay),
    ];
    let styles = [("json", CallbackStyle::Json), ("form", CallbackStyle::Form)];
    let events = EventType::ALL.map(|kind| (kind.name(), kind));
    let operations = OPERATIONS.map(|name| (name, name));
    let mut declared = Capabilities {
        profiles: words(section.value("profiles"), &profiles),
        webhooks: words(section.value("webhooks"), &events),
        recurring: words(section.value("recurring"), &styles),
        return_template: section.switch("return_template"),
        api: words(section.value("api"), &operations)
            .into_iter()
            .map(str::to_owned)
            .collect(),
        checkout: section.switch("checkout"),
        batch: section.switch("batch"),
    };
    section.finish();
    if !section.has("profiles") {
        if !declared.webhooks.is_empty() || !declared.api.is_empty() || declared.batch {
            declared.profiles.push(ProfileName::SenangIo);
        }
        if !declared.recurring.is_empty() || declared.return_template || declared.checkout {
            declared.profiles.push(ProfileName::SenangPay);
        }
    }
    declared
}

fn words<T: Copy + PartialEq>(entry: Option<Entry<'_, '_>>, known: &[(&str, T)]) -> Vec<T> {
    let mut read = Vec::new();
    for item in entry.and_then(|entry| entry.items()).unwrap_or_default() {
        if let Some(value) = item.word(known)
            && !read.contains(&value)
        {
            read.push(value);
        }
    }
    read
}
