//! The few things that are read from a page without a browser. The text is hostile: anything is a page.

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

use crate::wire::checkout::CheckoutField;

/// Most forms, frames and scripts that are looked at in one page.
const MOST: usize = 200;
/// Most fields of one form.
const MOST_FIELDS: usize = 200;

/// A form with what it would send as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PageForm {
    pub(super) action: String,
    pub(super) fields: Vec<CheckoutField>,
}

/// Forms, frames and scripts of a page, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) forms: Vec<PageForm>,
    pub(super) frames: Vec<String>,
    pub(super) scripts: Vec<String>,
}

impl Page {
    pub(super) fn read(text: &str) -> Self {
        let mut page = Self::default();
        let mut open = false;
        let mut emitter = DefaultEmitter::default();
        // A tag inside a script is text, as it is for a browser.
        emitter.naively_switch_states(true);
        for token in Tokenizer::new_with_emitter(text, emitter) {
            match token {
                Ok(Token::StartTag(tag)) => page.begin(&tag, &mut open),
                Ok(Token::EndTag(tag)) if &**tag.name == b"form" => open = false,
                Ok(_) => {}
                Err(_) => break,
            }
        }
        page
    }

    fn begin(&mut self, tag: &StartTag<()>, open: &mut bool) {
        match &**tag.name {
            b"form" if !*open && self.forms.len() < MOST => {
                *open = true;
                self.forms.push(PageForm {
                    action: attribute(tag, "action").unwrap_or_default(),
                    fields: Vec::new(),
                });
            }
            b"input" | b"button" | b"textarea" if *open => {
                let Some(name) = attribute(tag, "name").filter(|name| !name.is_empty()) else {
                    return;
                };
                let value = attribute(tag, "value").unwrap_or_default();
                if let Some(form) = self.forms.last_mut()
                    && form.fields.len() < MOST_FIELDS
                {
                    form.fields.push(CheckoutField { name, value });
                }
            }
            b"iframe" | b"frame" if self.frames.len() < MOST => {
                self.frames.extend(attribute(tag, "src"));
            }
            b"script" if self.scripts.len() < MOST => self.scripts.extend(attribute(tag, "src")),
            _ => {}
        }
    }
}

fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    tag.attributes
        .get(name.as_bytes())
        .map(|value| String::from_utf8_lossy(value).into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn forms_are_read_as_a_browser_would_send_them() {
        let page = Page::read(
            "<!-- <form action=no> --><FORM method=post action='https://a/?x=1&amp;y=2'>\
             <input name=detail value='Aina&#39;s &quot;plan&quot;'><input value=nameless></form>\
             <input name=outside value=1><iframe src=\"https://b/\"></iframe>\
             <script src=/app.js></script><script>'<form action=\"no\">'</script>",
        );
        assert_eq!(
            page,
            Page {
                forms: vec![PageForm {
                    action: "https://a/?x=1&y=2".to_owned(),
                    fields: vec![CheckoutField::new("detail", "Aina's \"plan\"")]
                }],
                frames: vec!["https://b/".to_owned()],
                scripts: vec!["/app.js".to_owned()],
            }
        );
    }

    proptest! {
        #[test]
        fn no_page_makes_reading_panic(text in "(<[a-z/!-]{0,6}|\\PC|[ ='\"&#;>]){0,60}") {
            let _ = Page::read(&text);
        }
    }
}
