//! Where the strings of one JSON line stand.

use std::ops::Range;

/// Members of a record's content that hold what others made up, so that their keys may be secrets too.
const FREE_MEMBERS: [&[u8]; 3] = [b"configuration", b"profile", b"input"];

/// One string of the line.
pub(super) struct Token {
    /// Its characters, without the quotes.
    pub(super) range: Range<usize>,
    /// Whether it names a member.
    pub(super) key: bool,
    /// Whether it may be changed: every value, and the keys that are not words of the format.
    pub(super) maskable: bool,
}

/// All strings of a line of valid JSON, in order.
pub(super) fn tokens(line: &[u8]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut objects: Vec<bool> = Vec::new();
    let mut expects_key = false;
    let mut free = false;
    let mut at = 0;
    while let Some(byte) = line.get(at) {
        match byte {
            b'{' | b'[' => {
                objects.push(*byte == b'{');
                expects_key = *byte == b'{';
            }
            b'}' | b']' => {
                objects.pop();
                expects_key = false;
            }
            b',' => expects_key = objects.last().copied().unwrap_or_default(),
            b':' => expects_key = false,
            b'"' => {
                let end = string_end(line, at + 1);
                let range = at + 1..end;
                if expects_key && objects.len() == 2 {
                    free = line
                        .get(range.clone())
                        .is_some_and(|key| FREE_MEMBERS.contains(&key));
                }
                let maskable = !expects_key || (free && objects.len() > 2);
                tokens.push(Token {
                    range,
                    key: expects_key,
                    maskable,
                });
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
    tokens
}

fn string_end(line: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(byte) = line.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    line.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_the_format_stay() {
        let line =
            br#"{"kind":"operated","what":{"name":"q\"uote","input":{"k":["v",{"k2":"w"}]},"end":{"x":1}}}"#;
        let maskable: Vec<&str> = tokens(line)
            .iter()
            .filter(|token| token.maskable)
            .map(|token| std::str::from_utf8(&line[token.range.clone()]).unwrap())
            .collect();
        assert_eq!(maskable, ["operated", r#"q\"uote"#, "k", "v", "k2", "w"]);
    }
}
