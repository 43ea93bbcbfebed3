//! One value of a profile with where it comes from.

use serde::{Deserialize, Serialize};

use crate::contract::word::words;

words! {
    /// How sure a value is.
    Provenance, "provenance" {
        /// Chosen by this project because nothing fixes it.
        Assumed = "assumed",
        /// Follows from a seed document.
        Seed = "seed",
        /// Confirmed by the platform or by one of its published vectors.
        Confirmed = "confirmed",
    }
}

/// A value with its provenance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter<T> {
    /// The value.
    pub value: T,
    /// How sure it is.
    pub provenance: Provenance,
    /// What speaks for it.
    pub source: String,
    /// The value before the clock was compressed, where that changed it.
    #[serde(skip, default = "unchanged")]
    pub uncompressed: Option<T>,
}

/// A named default, because the derived one would ask for `T: Default`.
fn unchanged<T>() -> Option<T> {
    None
}

impl<T> Parameter<T> {
    /// Takes another value for the compressed clock, and keeps the old one for the record.
    pub(super) fn compress(&mut self, value: T) {
        self.uncompressed = Some(std::mem::replace(&mut self.value, value));
    }
}

impl<T: Serialize> Parameter<T> {
    /// The parameter as one entry of the evidence.
    pub(super) fn record(&self) -> serde_json::Value {
        let mut entry = serde_json::json!({
            "value": self.value,
            "provenance": self.provenance,
            "source": self.source,
        });
        if let (Some(before), Some(fields)) = (&self.uncompressed, entry.as_object_mut()) {
            fields.insert("uncompressed".to_owned(), serde_json::json!(before));
        }
        entry
    }
}
