//! Text that is safe where it is going. What a partner sends reaches XML, HTML and the terminal only
//! through the types of this file, which can only be made by cleaning.

use std::{borrow::Cow, fmt, fmt::Write as _};

use serde::Serialize;

/// Most characters of a text inside an element.
pub const ELEMENT_LIMIT: usize = 32 * 1024;
/// Most characters of an attribute; some readers refuse names longer than 512.
pub const ATTRIBUTE_LIMIT: usize = 480;
/// Most characters of a text on the page for people that may have several lines.
pub const BLOCK_LIMIT: usize = 8 * 1024;
/// Most characters of one line on the terminal.
pub const LINE_LIMIT: usize = 2_000;

/// Text for an XML 1.0 document: only characters that XML allows, and of those neither control
/// characters nor such as change the direction of reading. Escaping `<` and `&` is left to the writer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XmlText(String);

impl XmlText {
    /// For the inside of an element: line breaks and tabs stay, line breaks become `\n`.
    pub fn element(raw: &str) -> Self {
        let unbroken = raw.replace("\r\n", "\n");
        Self::unmarked(&clean(&unbroken, ELEMENT_LIMIT, |character| {
            matches!(character, '\n' | '\t')
        }))
    }

    /// For an attribute, where every reader turns a line break into a space: it is written visibly.
    pub fn attribute(raw: &str) -> Self {
        Self::unmarked(&clean(raw, ATTRIBUTE_LIMIT, |_| false))
    }

    // What readers of JUnit take for a mark (`[[ATTACHMENT|file]]`, `[[PROPERTY|name=value]]`) is broken
    // up, so that no partner can have a file of the reader's attached.
    fn unmarked(cleaned: &str) -> Self {
        Self(cleaned.replace("[[", "[ [").replace("[[", "[ ["))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text as content of one CDATA section, in which `]]>` is split over two sections.
    pub fn cdata(&self) -> Cow<'_, str> {
        if self.0.contains("]]>") {
            Cow::Owned(self.0.replace("]]>", "]]]]><![CDATA[>"))
        } else {
            Cow::Borrowed(&self.0)
        }
    }
}

impl fmt::Display for XmlText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Text for readers of other formats: cleaned as for XML, but of a length that its user chooses. What ends a
/// CDATA section is broken up: there are readers that write the text into one as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainText(String);

impl PlainText {
    /// Several lines of at most `limit` characters; line breaks and tabs stay, line breaks become `\n`.
    pub fn block(raw: &str, limit: usize) -> Self {
        let unbroken = raw.replace("\r\n", "\n");
        Self::unended(&clean(&unbroken, limit, |character| {
            matches!(character, '\n' | '\t')
        }))
    }

    /// One line; line breaks are written visibly.
    pub fn line(raw: &str) -> Self {
        Self::unended(&clean(raw, LINE_LIMIT, |_| false))
    }

    fn unended(cleaned: &str) -> Self {
        Self(cleaned.replace("]]>", "]] >"))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text by itself.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Text for the page for people: neither control characters nor such as hide or reorder what is read.
/// Escaping `<`, `&` and quotes is left to the template engine, which does it for every value.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct HtmlText(String);

impl HtmlText {
    /// One line: line breaks in it are written visibly.
    pub fn line(raw: &str) -> Self {
        Self(clean(raw, LINE_LIMIT, |_| false))
    }

    /// Several lines: line breaks and tabs stay, line breaks become `\n`.
    pub fn block(raw: &str) -> Self {
        let unbroken = raw.replace("\r\n", "\n");
        Self(clean(&unbroken, BLOCK_LIMIT, |character| {
            matches!(character, '\n' | '\t')
        }))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HtmlText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One line for the terminal: no control characters, so no escape sequences and no line breaks, and
/// nothing that hides or reorders what a person reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TerminalText(String);

impl TerminalText {
    /// Cleans one text; line breaks in it are written visibly.
    pub fn line(raw: &str) -> Self {
        Self(clean(raw, LINE_LIMIT, |_| false))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text cut into lines of at most `width` characters, at spaces where there are any.
    pub fn wrapped(&self, width: usize) -> Vec<&str> {
        let width = width.max(1);
        let mut rest = self.0.trim();
        let mut lines = Vec::new();
        while let Some((end, next)) = rest.char_indices().nth(width) {
            let cut = rest
                .get(..end + next.len_utf8())
                .and_then(|head| head.rfind(' '))
                .filter(|&cut| cut > 0)
                .unwrap_or(end);
            let (line, tail) = rest.split_at(cut);
            lines.push(line.trim_end());
            rest = tail.trim_start();
        }
        lines.push(rest);
        lines
    }
}

impl fmt::Display for TerminalText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn clean(raw: &str, limit: usize, keeps: impl Fn(char) -> bool) -> String {
    let mut cleaned = String::with_capacity(raw.len().min(limit));
    let mut characters = raw.chars();
    let mut room = limit;
    while room > 0 {
        let Some(character) = characters.next() else {
            return cleaned;
        };
        if keeps(character) || is_plain(character) {
            cleaned.push(character);
            room -= 1;
        } else {
            let before = cleaned.len();
            escape(character, &mut cleaned);
            room = room.saturating_sub(cleaned.len() - before);
        }
    }
    let left = characters.count();
    if left > 0 {
        // Writing to a String cannot fail.
        let _ = write!(cleaned, " … ({left} more characters)");
    }
    cleaned
}

fn escape(character: char, cleaned: &mut String) {
    match character {
        '\n' => cleaned.push_str("\\n"),
        '\r' => cleaned.push_str("\\r"),
        '\t' => cleaned.push_str("\\t"),
        _ => {
            let _ = write!(cleaned, "\\u{{{:04x}}}", u32::from(character));
        }
    }
}

/// Whether a character can be shown anywhere: it controls nothing, hides nothing and reorders nothing.
pub fn is_plain(character: char) -> bool {
    let control = character.is_control();
    let noncharacter = matches!(u32::from(character) & 0xFFFF, 0xFFFE | 0xFFFF);
    // Marks, embeddings, overrides and isolates of the bidirectional algorithm, line and paragraph
    // separators, invisible spaces and the invisible tag alphabet.
    let deceptive = matches!(
        character,
        '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}'
    );
    !(control || noncharacter || deceptive)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_text_ends_a_section_that_a_reader_may_put_it_into() {
        for raw in ["]]>", "]]]>", "]]]]>>", "]]>]]>"] {
            assert!(!PlainText::block(raw, 100).as_str().contains("]]>"), "{raw}");
            assert!(!PlainText::line(raw).as_str().contains("]]>"), "{raw}");
        }
    }

    #[test]
    fn what_xml_forbids_is_written_visibly() {
        let text = XmlText::element("a\u{0}b\u{1b}[31mred\u{FFFE}\u{202e}\n\tc\r\nd\re\u{9b}");
        assert_eq!(
            text.as_str(),
            "a\\u{0000}b\\u{001b}[31mred\\u{fffe}\\u{202e}\n\tc\nd\\re\\u{009b}"
        );
    }

    #[test]
    fn the_end_of_a_cdata_section_is_split() {
        let text = XmlText::element("]]>]]]>");
        assert_eq!(text.cdata(), "]]]]><![CDATA[>]]]]]><![CDATA[>");
    }

    #[test]
    fn marks_for_readers_of_junit_are_broken_up() {
        for mark in [
            "[[ATTACHMENT|/etc/passwd]]",
            "[[[ATTACHMENT|a]]",
            "[[PROPERTY|a=b]]",
        ] {
            assert!(!XmlText::element(mark).as_str().contains("[["), "{mark}");
            assert!(!XmlText::attribute(mark).as_str().contains("[["), "{mark}");
        }
    }

    #[test]
    fn attributes_and_terminal_lines_are_single_lines() {
        assert_eq!(XmlText::attribute("a\r\nb\tc").as_str(), "a\\r\\nb\\tc");
        assert_eq!(
            TerminalText::line("a\nb\u{1b}]0;title\u{7}").as_str(),
            "a\\nb\\u{001b}]0;title\\u{0007}"
        );
    }

    #[test]
    fn what_is_too_long_says_how_much_is_missing() {
        let text = XmlText::attribute(&"ä".repeat(ATTRIBUTE_LIMIT + 7));
        assert!(text.as_str().ends_with("ä … (7 more characters)"));
        let text = XmlText::attribute(&"\u{1b}".repeat(5_000));
        assert!(text.as_str().chars().count() < 512, "{text}");
    }

    #[test]
    fn lines_are_wrapped_at_spaces_and_words_longer_than_a_line_are_cut() {
        let text = TerminalText::line("one two three ääääääääää");
        assert_eq!(text.wrapped(7), ["one two", "three", "äääääää", "äää"]);
        assert_eq!(TerminalText::line("").wrapped(5), [""]);
    }

    proptest! {
        #[test]
        fn nothing_that_controls_a_reader_comes_through(raw in any::<String>()) {
            let allowed = |character: char| matches!(character, '\t' | '\n') || is_plain(character);
            prop_assert!(XmlText::element(&raw).as_str().chars().all(allowed));
            prop_assert!(XmlText::attribute(&raw).as_str().chars().all(is_plain));
            prop_assert!(TerminalText::line(&raw).as_str().chars().all(is_plain));
            prop_assert!(HtmlText::line(&raw).as_str().chars().all(is_plain));
            prop_assert!(HtmlText::block(&raw).as_str().chars().all(allowed));
        }

        #[test]
        fn wrapping_loses_only_spaces(raw in any::<String>(), width in 1_usize..40) {
            let text = TerminalText::line(&raw);
            let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let lines = text.wrapped(width);
            prop_assert_eq!(bare(&lines.concat()), bare(text.as_str()));
            prop_assert!(lines.iter().all(|line| line.chars().count() <= width));
        }
    }
}
