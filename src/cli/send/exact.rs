//! Bytes for the eye: text as it is, everything that is none, or that a terminal would obey, as an escape.

use std::fmt::Write as _;

use crate::evidence::text::is_plain;

/// The bytes with line breaks kept, at most so many characters; says how many bytes are left out.
pub fn block(bytes: &[u8], limit: usize) -> String {
    shown(bytes, limit, true)
}

/// The same in one line.
pub fn line(bytes: &[u8], limit: usize) -> String {
    shown(bytes, limit, false)
}

fn shown(bytes: &[u8], limit: usize, breaks: bool) -> String {
    let mut text = String::new();
    let mut seen = 0;
    for chunk in bytes.utf8_chunks() {
        for letter in chunk.valid().chars() {
            if text.len() >= limit {
                return left_out(&text, bytes.len() - seen);
            }
            seen += letter.len_utf8();
            match letter {
                '\n' if breaks => text.push('\n'),
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                '\t' => text.push_str("\\t"),
                letter if is_plain(letter) => text.push(letter),
                letter => {
                    let _ = write!(text, "\\u{{{:04x}}}", u32::from(letter));
                }
            }
        }
        for byte in chunk.invalid() {
            seen += 1;
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

fn left_out(text: &str, bytes: usize) -> String {
    format!("{text} … ({bytes} more bytes)")
}

/// The bytes as a hexdump of 16 in a line, each with its offset and its letters. `marks` are offsets at which a part
/// ends, with its name.
pub fn hexdump(bytes: &[u8], marks: &[(usize, &str)], lines: usize) -> String {
    let mut text = String::new();
    for (number, row) in bytes.chunks(16).enumerate() {
        if number == lines {
            let _ = writeln!(text, "… ({} more bytes)", bytes.len() - number * 16);
            break;
        }
        let from = number * 16;
        let hex: Vec<String> = row.iter().map(|byte| format!("{byte:02x}")).collect();
        let letters: String = row
            .iter()
            .map(|byte| {
                if (b' '..=b'~').contains(byte) {
                    char::from(*byte)
                } else {
                    '·'
                }
            })
            .collect();
        let ends: Vec<String> = marks
            .iter()
            .filter(|(at, _)| (from..from + row.len()).contains(at))
            .map(|(at, name)| format!("{name} at {at}"))
            .collect();
        let note = if ends.is_empty() {
            String::new()
        } else {
            format!("  <- {}", ends.join(", "))
        };
        let row = format!("{from:06x}  {:<47}  {letters:<16}{note}", hex.join(" "));
        let _ = writeln!(text, "{}", row.trim_end());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_is_shown() {
        assert_eq!(
            line(b"a\x1b[2J\xff\r\n\xc3\xa9", 100),
            "a\\u{001b}[2J\\xff\\r\\n\u{e9}"
        );
        assert_eq!(block("a\nb".as_bytes(), 100), "a\nb");
        assert_eq!(block(b"abcdef", 3), "abc … (3 more bytes)");
    }

    #[test]
    fn a_hexdump_says_where_parts_begin() {
        let dump = hexdump(b"evt_1.17.{}", &[(9, "body")], 4);
        assert!(dump.starts_with("000000  65 76 74 5f 31 2e"), "{dump}");
        assert!(dump.contains("evt_1.17.{}"), "{dump}");
        assert!(dump.trim_end().ends_with("<- body at 9"), "{dump}");
    }
}
