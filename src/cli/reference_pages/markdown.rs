//! Text as Markdown (GitHub's), so that it is read as it was meant and never as markup.

/// Text between backticks is code; everything else is plain.
pub fn text(plain: &str) -> String {
    let parts: Vec<&str> = plain.split('`').collect();
    // Without a partner the last backtick is a character like others.
    let paired = parts.len() % 2 == 1;
    if !paired {
        return escaped(plain);
    }
    let mut written = String::with_capacity(plain.len());
    for (place, part) in parts.into_iter().enumerate() {
        if place % 2 == 1 {
            written.push_str(&code(part));
        } else {
            written.push_str(&escaped(part));
        }
    }
    written
}

/// Text in a cell of a table: one line.
pub fn cell(plain: &str) -> String {
    text(&plain.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn escaped(plain: &str) -> String {
    let mut written = String::with_capacity(plain.len() + 8);
    let mut before: Option<char> = None;
    let mut characters = plain.chars().peekable();
    while let Some(character) = characters.next() {
        let inside_a_word = before.is_some_and(char::is_alphanumeric)
            && characters.peek().is_some_and(|next| next.is_alphanumeric());
        let special = match character {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '&' => true,
            '_' => !inside_a_word,
            '#' | '+' | '-' => before.is_none_or(|before| before == '\n'),
            _ => false,
        };
        if special {
            written.push('\\');
        }
        written.push(character);
        before = Some(character);
    }
    written
}

/// A code span. Bars are escaped, because spans stand in tables, where a bar ends the cell even in code; outside
/// of tables the backslash would be seen, so [`code_outside`] is for there.
pub fn code(plain: &str) -> String {
    code_outside(plain).replace('|', "\\|")
}

/// A code span outside of tables.
pub fn code_outside(plain: &str) -> String {
    let fence = "`".repeat(longest_run(plain) + 1);
    let pad = if plain.starts_with('`') || plain.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{plain}{pad}{fence}")
}

/// A block of code.
pub fn block(language: &str, plain: &str) -> String {
    let fence = "`".repeat(longest_run(plain).max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", plain.trim_end_matches('\n'))
}

/// A table with a head; the cells are Markdown already.
pub fn table<const WIDTH: usize>(
    head: [&str; WIDTH],
    rows: impl IntoIterator<Item = [String; WIDTH]>,
) -> String {
    let mut written = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(WIDTH));
    for row in rows {
        written.push_str("| ");
        written.push_str(&row.join(" | "));
        written.push_str(" |\n");
    }
    written
}

/// The anchor that GitHub gives to a heading.
pub fn anchor(heading: &str) -> String {
    heading
        .chars()
        .filter_map(|character| match character {
            ' ' => Some('-'),
            '-' | '_' => Some(character),
            _ if character.is_alphanumeric() => Some(character),
            _ => None,
        })
        .collect::<String>()
        .to_lowercase()
}

fn longest_run(plain: &str) -> usize {
    plain
        .split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    use super::*;

    /// What a reader sees of the text of a document, and whether anything but text and code is in it.
    fn seen(markdown: &str, within: TagEnd) -> (String, bool) {
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        let mut shown = String::new();
        let mut plain = true;
        let mut inside = false;
        for event in Parser::new_ext(markdown, options) {
            match event {
                Event::Text(part) | Event::Code(part) if inside => shown.push_str(&part),
                Event::SoftBreak if inside => shown.push('\n'),
                Event::Start(Tag::Paragraph) if within == TagEnd::Paragraph => inside = true,
                Event::Start(Tag::TableCell) if within == TagEnd::TableCell => inside = true,
                Event::End(end) if end == within => inside = false,
                _ if inside => plain = false,
                _ => {}
            }
        }
        (shown, plain)
    }

    proptest! {
        #[test]
        fn any_text_is_read_as_it_was(words in "[a-z\\\\`*_<>|~&#+\\[\\](){}!.:;\"'$-]{1,24}") {
            let whole = format!("x {words} x");
            let (shown, plain) = seen(&format!("{}\n", escaped(&whole)), TagEnd::Paragraph);
            prop_assert_eq!(&shown, &whole);
            prop_assert!(plain, "{}", escaped(&whole));
        }

        #[test]
        fn any_code_is_read_as_it_was_in_a_table(words in "[a-z\\\\`*_<>|~&]{1,12}") {
            let whole = format!("x{words}x");
            // A backslash before a bar would be read as the escape of that bar, in any spelling.
            prop_assume!(!whole.contains("\\|"));
            let (shown, _) = seen(&table(["head "], [[code(&whole)]]), TagEnd::TableCell);
            prop_assert_eq!(shown, format!("head{whole}"));
        }

        #[test]
        fn a_block_ends_where_it_should(text in "[a`~\n]{0,30}") {
            let events: Vec<_> = Parser::new(&block("text", &text)).map(Event::into_static).collect();
            prop_assert!(matches!(events.first(), Some(Event::Start(Tag::CodeBlock(_)))));
            prop_assert!(matches!(events.last(), Some(Event::End(TagEnd::CodeBlock))));
            prop_assert_eq!(events.iter().filter(|event| matches!(event, Event::End(_))).count(), 1);
        }
    }

    #[test]
    fn words_between_backticks_are_code_and_identifiers_stay_readable() {
        assert_eq!(
            text("send `a_b` for a_b in [limits]"),
            "send `a_b` for a_b in \\[limits\\]"
        );
        assert_eq!(text("one ` alone"), "one \\` alone");
        assert_eq!(anchor("WH-SIG-02"), "wh-sig-02");
        assert_eq!(anchor("POST /v1/payments/{id}"), "post-v1paymentsid");
    }
}
