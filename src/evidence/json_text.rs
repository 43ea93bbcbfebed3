//! JSON that can be looked at in a terminal: what controls it, hides text or turns the direction of reading
//! is written as an escape. A reader of JSON gets every character back.

use std::fmt::Write as _;

use serde::Serialize;

use super::text;

/// A value as one line of JSON without its line break.
pub fn line(value: &impl Serialize) -> Result<String, serde_json::Error> {
    Ok(escaped(serde_json::to_string(value)?))
}

// All characters that need an escape can only stand inside of strings: outside of them JSON has none.
fn escaped(json: String) -> String {
    if json.chars().all(text::is_plain) {
        return json;
    }
    let mut escaped = String::with_capacity(json.len() + 64);
    for character in json.chars() {
        if text::is_plain(character) {
            escaped.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_comes_back_and_none_reaches_the_terminal() {
        let hostile = "\u{1b}[2J\u{7f}\u{9b}31m\u{202e}\u{2028}\u{feff}\u{e0041}\u{fffe} é 请 😀 \" \\ \r\n";
        let json = line(&hostile).unwrap();
        assert!(json.chars().all(text::is_plain), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), hostile);
        assert!(json.contains("é 请 😀"));
    }
}
