//! Counted nouns: `1 example`, `2 examples`, `no examples` is written `0 examples`.

use std::fmt::Display;

/// A number with its noun, which is given in the singular.
pub fn counted(count: impl Display, noun: &str) -> String {
    let count = count.to_string();
    if count == "1" {
        return format!("1 {noun}");
    }
    let several = match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{noun}s"),
    };
    format!("{count} {several}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_no_plural() {
        assert_eq!(counted(1, "example"), "1 example");
        assert_eq!(counted(0, "example"), "0 examples");
        assert_eq!(counted(2_u64, "try"), "2 tries");
        assert_eq!(counted(3, "delay"), "3 delays");
    }
}
