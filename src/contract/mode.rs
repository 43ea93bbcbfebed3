//! How much a run takes in.

use super::word::words;

words! {
    /// How much a run takes in, from little to much.
    Mode, "mode" {
        /// A few minutes for every change; never a certificate.
        Smoke = "smoke",
        /// Everything that the declaration covers.
        Certify = "certify",
        /// Certify, with the waits of days.
        Long = "long",
    }
}
