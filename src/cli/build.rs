//! What this program is: the facts that its build left in it.

use crate::{contract::embedded, suite::embedded::digest_of, transcript::build::Build};

/// The build of this program, for the first line of a transcript.
pub fn build() -> Build {
    let features = embedded::files()
        .into_iter()
        .filter(|file| file.path.ends_with(".feature"))
        .map(|file| (file.path, file.bytes));
    Build {
        commit: option_env!("SENANG_BUILD_COMMIT").map(str::to_owned),
        modified: option_env!("SENANG_BUILD_MODIFIED").is_some(),
        target: env!("SENANG_BUILD_TARGET").to_owned(),
        profile: env!("SENANG_BUILD_PROFILE").to_owned(),
        features: digest_of(features),
    }
}
