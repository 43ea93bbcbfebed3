//! Chance: fresh identifiers and the jitter of waiting times.

use rand::rngs::StdRng;
use rand::{Rng, RngCore, SeedableRng};

/// 32 random lower-case hexadecimal digits.
pub fn token() -> String {
    digits(16)
}

/// `prefix` followed by 20 random digits of `[0-9a-f]`: letters, digits and dashes only.
pub fn reference(prefix: &str) -> String {
    format!("{prefix}{}", digits(10))
}

/// A number drawn evenly from `0..limit`; 0 for limit 0.
pub fn below(limit: u64) -> u64 {
    if limit == 0 {
        0
    } else {
        StdRng::from_os_rng().random_range(0..limit)
    }
}

fn digits(bytes: usize) -> String {
    let mut drawn = vec![0_u8; bytes];
    StdRng::from_os_rng().fill_bytes(&mut drawn);
    hex::encode(drawn)
}
