//! The forms in which logs write times.

use std::sync::LazyLock;

use regex::Regex;

/// A way of writing a time.
#[derive(Debug)]
pub(super) struct Shape {
    /// The expression, without anchors.
    pub(super) pattern: &'static str,
    /// Pattern for `time_format`, where the program does not know the form by itself.
    pub(super) format: Option<&'static str>,
    /// Whether it says its zone.
    pub(super) zoned: bool,
    whole: Option<Regex>,
    /// The expression as it begins a line, behind at most a bracket.
    pub(super) first: Option<Regex>,
    /// The expression between brackets, anywhere.
    pub(super) bracketed: Option<Regex>,
}

const SHAPES: [(&str, Option<&str>, bool); 8] = [
    (
        r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d|[+-]\d{4})",
        None,
        true,
    ),
    (
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}",
        Some("%Y-%m-%d %H:%M:%S %z"),
        true,
    ),
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?", None, false),
    (
        r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}",
        Some("%d/%b/%Y:%H:%M:%S %z"),
        true,
    ),
    (
        r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d",
        Some("%Y/%m/%d %H:%M:%S"),
        false,
    ),
    (
        r"[A-Z][a-z]{2}, \d\d? [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:[+-]\d{4}|GMT)",
        None,
        true,
    ),
    (r"1\d{9}(?:\.\d+)?", None, true),
    (r"1\d{12}(?:\d{3}){0,2}", None, true),
];

static COMPILED: LazyLock<Vec<Shape>> = LazyLock::new(|| {
    SHAPES
        .iter()
        .map(|(pattern, format, zoned)| Shape {
            pattern,
            format: *format,
            zoned: *zoned,
            whole: Regex::new(&format!("^(?:{pattern})$")).ok(),
            bracketed: Regex::new(&format!(r"\[({pattern})\]")).ok(),
            first: Regex::new(&format!(r"^[\[(]?({pattern})(?:[^\w.:]|$)")).ok(),
        })
        .collect()
});

/// All forms.
pub(super) fn shapes() -> &'static [Shape] {
    &COMPILED
}

/// The form of a time, if the value is one.
pub(super) fn shape(value: &str) -> Option<&'static Shape> {
    shapes().iter().find(|shape| {
        shape
            .whole
            .as_ref()
            .is_some_and(|whole| whole.is_match(value.trim()))
    })
}
