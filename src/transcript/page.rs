//! What was read from the partner's pages: the checkout request, a search for secrets, and what a
//! browser found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::wire::{
    checkout::{CheckoutField, CheckoutKind, HashFit},
    moment::Micros,
};

/// How the partner hands the customer over to the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Handover {
    /// A form in a page.
    Form,
    /// The address of a frame in a page.
    Frame,
    /// A redirect.
    Redirect,
    /// A JSON document with address and fields.
    Json,
}

/// What came of a started checkout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "came", rename_all = "kebab-case")]
pub enum CheckoutEnd {
    /// A request to the gateway.
    Request {
        /// How it is made.
        handover: Handover,
        /// Where it goes, without its query.
        address: String,
        /// What it carries.
        fields: Vec<CheckoutField>,
        /// What its hash is; computed when it was seen, because the secret is not in the record.
        fit: HashFit,
    },
    /// The partner refused to begin.
    Refused {
        /// Its status.
        status: u16,
    },
    /// An answer without any request in it, or none.
    Nothing {
        /// What came instead.
        reason: String,
    },
}

/// One checkout that was started as a browser would.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckoutSeen {
    /// What was asked for, in words.
    pub asked: String,
    /// Which request is due.
    pub kind: CheckoutKind,
    /// What came of it.
    pub end: CheckoutEnd,
    /// When, on the clock.
    pub at: Micros,
}

/// One text that was searched for secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its address or file name.
    pub place: String,
    /// Bytes searched.
    pub bytes: u64,
    /// Labels of the secrets found in it, with how often.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub found: BTreeMap<String, u64>,
    /// Constants that look like keys beside an address of the platform, masked, at most 5.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constants: Vec<String>,
    /// Why it could not be read, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
}

/// A search of everything that is delivered to browsers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PagesScanned {
    /// Pages and browser addresses.
    pub pages: Vec<Source>,
    /// Scripts and source maps.
    pub scripts: Vec<Source>,
    /// Files of the build folder.
    pub files: Vec<Source>,
    /// Labels of what was looked for.
    pub searched: Vec<String>,
}

/// A frame in a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// Its address; empty when it has none.
    pub source: String,
    /// Whether its content stands in the page itself.
    pub inline: bool,
}

/// A field in a page into which somebody can type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputField {
    /// Name, id, label and placeholder, joined.
    pub words: String,
    /// What it asks the browser to fill in.
    pub autocomplete: String,
    /// Where its form goes; empty when it stands in none.
    pub action: String,
}

/// What a listener for messages did with one from a stranger.
#[expect(
    clippy::struct_excessive_bools,
    reason = "four facts that do not depend on each other"
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listener {
    /// Whether it looked at the sender's origin.
    pub origin_read: bool,
    /// Whether it compared the sending window.
    pub window_read: bool,
    /// Whether it looked at what was said.
    pub content_read: bool,
    /// Whether the page changed.
    pub page_changed: bool,
    /// Its beginning.
    pub excerpt: String,
}

/// What a browser found in a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageFacts {
    /// Where the page lies after it was loaded.
    pub address: String,
    /// Content security policies: of the header and of the page.
    pub policies: Vec<String>,
    /// Its frames.
    pub frames: Vec<Frame>,
    /// Addresses of its forms.
    pub forms: Vec<String>,
    /// Its fields.
    pub inputs: Vec<InputField>,
    /// Whether the browser stopped a frame from a foreign host.
    pub foreign_frame_blocked: bool,
    /// Whether the browser stopped a form to a foreign host.
    pub foreign_form_blocked: bool,
    /// Listeners for messages.
    pub listeners: Vec<Listener>,
}

/// One visit of a page with a browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Browsed {
    /// The page.
    pub page: String,
    /// Name and version of the browser.
    pub browser: String,
    /// What it found, or why it found nothing.
    pub result: Result<Box<PageFacts>, String>,
    /// When, on the clock.
    pub at: Micros,
}
