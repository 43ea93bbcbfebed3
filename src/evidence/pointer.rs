//! Which value of a JSON document a byte belongs to.

/// The JSON Pointer (RFC 6901) of the value or member name at an offset; none where the document is not JSON up to
/// there. Only structure is read: what stands between is not checked.
pub fn pointer(document: &[u8], offset: usize) -> Option<String> {
    let mut path: Vec<Step> = Vec::new();
    let mut at = 0;
    while at <= offset {
        match document.get(at)? {
            b'{' => path.push(Step::Member(None)),
            b'[' => path.push(Step::Item(0)),
            b'}' | b']' => {
                path.pop()?;
            }
            b',' => match path.last_mut()? {
                Step::Member(name) => *name = None,
                Step::Item(index) => *index += 1,
            },
            b'"' => {
                let length = string(document.get(at..)?)?;
                if let Some(Step::Member(name @ None)) = path.last_mut() {
                    let text = document.get(at..at + length)?;
                    *name = Some(serde_json::from_slice(text).ok()?);
                }
                at += length - 1;
            }
            _ => {}
        }
        at += 1;
    }
    let mut pointer = String::new();
    for step in path {
        match step {
            Step::Member(None) => {}
            Step::Member(Some(name)) => {
                pointer.push('/');
                pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
            }
            Step::Item(index) => {
                pointer.push('/');
                pointer.push_str(&index.to_string());
            }
        }
    }
    Some(pointer)
}

enum Step {
    /// Of an object; none before its name.
    Member(Option<String>),
    /// Of a list.
    Item(usize),
}

/// Length of a string with its quotes.
fn string(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_its_pointer() {
        let text = r#"{"a":{"b\"]":[true,{"c":"x1"},"x2"]},"d/e":"x3","x4":0,"":"x5"}"#;
        let of = |wanted: &str| pointer(text.as_bytes(), text.find(wanted).unwrap());
        assert_eq!(of("x1").as_deref(), Some("/a/b\"]/1/c"));
        assert_eq!(of("x2").as_deref(), Some("/a/b\"]/2"));
        assert_eq!(of("x3").as_deref(), Some("/d~1e"));
        assert_eq!(of("x4").as_deref(), Some("/x4"));
        assert_eq!(of("x5").as_deref(), Some("/"));
        for broken in ["}", "\"", "{\"", ",", "{\"a\\"] {
            assert_eq!(pointer(broken.as_bytes(), broken.len() - 1), None, "{broken}");
        }
    }
}
