//! JSON as other languages write it again after they have parsed it: why a body that was parsed and printed
//! does not have the bytes that were signed.

use std::fmt::Write as _;

use serde_json::{Number, Value};

use super::phrase::phrases;

phrases! {
    /// A way of writing parsed JSON.
    JsonDialect, "JSON dialect" {
        /// No blanks, members as they came: Jackson, `JSON.stringify` where no number changes.
        Compact = "compact",
        /// No blanks, numbers as doubles without trailing zeros: `JSON.stringify`.
        JavaScript = "as JSON.stringify writes it",
        /// Blanks behind `,` and `:`, other characters than ASCII escaped: `json.dumps`.
        Python = "as json.dumps writes it",
        /// Blanks behind `,` and `:`: `json.dumps` with `ensure_ascii=False`.
        PythonUnicode = "as json.dumps with ensure_ascii=False writes it",
        /// No blanks, other characters than ASCII escaped.
        CompactAscii = "compact with other characters than ASCII escaped",
        /// No blanks, slashes and other characters than ASCII escaped: `json_encode`.
        Php = "as PHP's json_encode writes it",
        /// No blanks, sorted, `<`, `>` and `&` escaped: `json.Marshal` of a map.
        Go = "as Go's json.Marshal writes a map",
        /// No blanks, sorted.
        SortedCompact = "compact with sorted keys",
        /// Blanks behind `,` and `:`, other characters than ASCII escaped, sorted.
        SortedPython = "as json.dumps with sort_keys=True writes it",
        /// Indented by two blanks.
        PrettyTwo = "indented by two spaces",
        /// Indented by four blanks.
        PrettyFour = "indented by four spaces",
        /// Indented by tabs.
        PrettyTabs = "indented by tabs",
    }
}

/// How a dialect differs from plain compact JSON.
#[derive(Clone, Copy, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a habit of its own that a language has or has not"
)]
struct Style {
    blanks: bool,
    ascii: bool,
    slashes: bool,
    html: bool,
    sorted: bool,
    doubles: bool,
    indent: &'static str,
}

impl JsonDialect {
    fn style(self) -> Style {
        let plain = Style::default();
        match self {
            Self::Compact => plain,
            Self::JavaScript => Style {
                doubles: true,
                ..plain
            },
            Self::Python => Style {
                blanks: true,
                ascii: true,
                ..plain
            },
            Self::PythonUnicode => Style {
                blanks: true,
                ..plain
            },
            Self::CompactAscii => Style { ascii: true, ..plain },
            Self::Php => Style {
                ascii: true,
                slashes: true,
                ..plain
            },
            Self::Go => Style {
                html: true,
                sorted: true,
                doubles: true,
                ..plain
            },
            Self::SortedCompact => Style {
                sorted: true,
                ..plain
            },
            Self::SortedPython => Style {
                blanks: true,
                ascii: true,
                sorted: true,
                ..plain
            },
            Self::PrettyTwo => Style {
                indent: "  ",
                ..plain
            },
            Self::PrettyFour => Style {
                indent: "    ",
                ..plain
            },
            Self::PrettyTabs => Style {
                indent: "\t",
                ..plain
            },
        }
    }

    /// Writes a value in this dialect.
    pub fn write(self, value: &Value) -> String {
        let mut text = String::new();
        self.style().value(value, 0, &mut text);
        text
    }

    /// A body, parsed and written again; none when it is no JSON.
    pub fn rewrite(self, body: &[u8]) -> Option<String> {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        serde_json::from_slice(body).ok().map(|value| self.write(&value))
    }
}

impl Style {
    fn value(self, value: &Value, depth: usize, text: &mut String) {
        match value {
            Value::String(string) => self.string(string, text),
            Value::Number(number) => text.push_str(&self.number(number)),
            Value::Array(items) => {
                let write = |item: &&Value, text: &mut String| self.value(item, depth + 1, text);
                self.list(['[', ']'], &items.iter().collect::<Vec<_>>(), depth, text, write);
            }
            Value::Object(members) => {
                let mut members: Vec<(&String, &Value)> = members.iter().collect();
                if self.sorted {
                    members.sort_by_key(|(name, _)| *name);
                }
                self.list(['{', '}'], &members, depth, text, |(name, value), text| {
                    self.string(name, text);
                    text.push(':');
                    if self.blanks || !self.indent.is_empty() {
                        text.push(' ');
                    }
                    self.value(value, depth + 1, text);
                });
            }
            simple => text.push_str(&simple.to_string()),
        }
    }

    fn list<T>(
        self,
        [open, close]: [char; 2],
        items: &[T],
        depth: usize,
        text: &mut String,
        write: impl Fn(&T, &mut String),
    ) {
        text.push(open);
        for (number, item) in items.iter().enumerate() {
            if number > 0 {
                text.push(',');
                if self.blanks {
                    text.push(' ');
                }
            }
            self.new_line(depth + 1, text);
            write(item, text);
        }
        if !items.is_empty() {
            self.new_line(depth, text);
        }
        text.push(close);
    }

    fn new_line(self, depth: usize, text: &mut String) {
        if !self.indent.is_empty() {
            text.push('\n');
            text.push_str(&self.indent.repeat(depth));
        }
    }

    fn string(self, string: &str, text: &mut String) {
        for letter in Value::from(string).to_string().chars() {
            match letter {
                '/' if self.slashes => text.push_str("\\/"),
                '<' | '>' | '&' | '\u{2028}' | '\u{2029}' if self.html => escape(letter, text),
                letter if self.ascii && !letter.is_ascii() => escape(letter, text),
                letter => text.push(letter),
            }
        }
    }

    fn number(self, number: &Number) -> String {
        let double = number
            .as_f64()
            .filter(|double| self.doubles && double.abs() < 1e21);
        double.map_or_else(|| number.to_string(), |double| double.to_string())
    }
}

fn escape(letter: char, text: &mut String) {
    for unit in letter.encode_utf16(&mut [0; 2]) {
        let _ = write!(text, "\\u{unit:04x}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"b":"a/é<","a":[1.0,{"c":null}],"e":[],"d":{}}"#;

    #[test]
    fn each_dialect_writes_as_its_language_does() {
        for (dialect, expected) in [
            (JsonDialect::Compact, BODY),
            (
                JsonDialect::JavaScript,
                r#"{"b":"a/é<","a":[1,{"c":null}],"e":[],"d":{}}"#,
            ),
            (
                JsonDialect::Python,
                r#"{"b": "a/\u00e9<", "a": [1.0, {"c": null}], "e": [], "d": {}}"#,
            ),
            (
                JsonDialect::Php,
                r#"{"b":"a\/\u00e9<","a":[1.0,{"c":null}],"e":[],"d":{}}"#,
            ),
            (
                JsonDialect::Go,
                r#"{"a":[1,{"c":null}],"b":"a/é\u003c","d":{},"e":[]}"#,
            ),
            (
                JsonDialect::PrettyTwo,
                "{\n  \"b\": \"a/é<\",\n  \"a\": [\n    1.0,\n    {\n      \"c\": null\n    }\n  ],\n  \"e\": [],\n  \"d\": {}\n}",
            ),
        ] {
            assert_eq!(
                dialect.rewrite(BODY.as_bytes()).as_deref(),
                Some(expected),
                "{dialect}"
            );
        }
        assert_eq!(JsonDialect::Compact.rewrite(b"{\"cut"), None);
    }

    #[test]
    fn characters_beyond_the_basic_plane_become_two_escapes() {
        assert_eq!(JsonDialect::Python.write(&Value::from("😀")), r#""\ud83d\ude00""#);
    }
}
