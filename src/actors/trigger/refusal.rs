//! What a failed operation was asked and answered, in one short line for the record.

/// Most characters that are kept of an answer.
const LONGEST: usize = 160;

/// What was asked, how it was answered, and how the answer begins.
pub(super) fn line(asked: &str, answered: &str, bytes: &[u8]) -> String {
    let how = format!("{asked} {answered}");
    match beginning(bytes) {
        start if start.is_empty() => how,
        start => format!("{how}: {start}"),
    }
}

/// The beginning of an answer as one line, without what would not show.
fn beginning(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let shown: String = text
        .chars()
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect();
    let words = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut start: String = words.chars().take(LONGEST).collect();
    if start.len() < words.len() {
        start.push('…');
    }
    start
}

/// The first line of an output that says anything.
pub(super) fn first_line(text: &str) -> &str {
    text.lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_becomes_one_short_line() {
        let told = |body: &[u8]| line("POST http://shop/orders", "answered 404", body);
        assert_eq!(told(b" \r\n"), "POST http://shop/orders answered 404");
        assert_eq!(
            told(b"<b>Not\x1b[31m\n  found</b>\xff"),
            "POST http://shop/orders answered 404: <b>Not [31m found</b>\u{fffd}"
        );
        let long = told("ü".repeat(1000).as_bytes());
        assert!(long.ends_with("ü…") && long.chars().count() < 250, "{long}");
        assert_eq!(
            first_line("\n \n no such table: orders\nat x"),
            "no such table: orders"
        );
    }
}
