//! Texts as TOML writes them, on one line whatever stands in them.

use std::fmt::Write as _;

/// A text between double quotes.
pub fn quoted(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 2);
    written.push('"');
    for letter in text.chars() {
        match letter {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\t' => written.push_str("\\t"),
            // Control characters may not stand in a file, and those that turn the direction of reading around
            // would show a person another file than the program reads.
            _ if letter.is_control() || turns(letter) => {
                let _ = write!(written, "\\U{:08X}", u32::from(letter));
            }
            _ => written.push(letter),
        }
    }
    written.push('"');
    written
}

fn turns(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2029}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A regular expression: as it stands where that is possible, because doubled backslashes are hard to read.
pub fn pattern(text: &str) -> String {
    if text.contains('\'') || text.chars().any(|letter| letter.is_control() || turns(letter)) {
        quoted(text)
    } else {
        format!("'{text}'")
    }
}

/// A list of texts.
pub fn list<T: AsRef<str>>(items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(|item| quoted(item.as_ref())).collect();
    format!("[{}]", items.join(", "))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_text_comes_back(text in any::<String>()) {
            for written in [quoted(&text), pattern(&text)] {
                prop_assert!(!written.contains('\n'));
                let read: toml::Table = format!("a = {written}").parse().unwrap();
                prop_assert_eq!(read["a"].as_str(), Some(text.as_str()));
            }
            let read: toml::Table = format!("a = {}", list(&[&text, "b"])).parse().unwrap();
            prop_assert_eq!(read["a"][0].as_str(), Some(text.as_str()));
        }
    }
}
