//! Cookies, as far as their lines can be read. The lines themselves are among the headers.

use super::document::Pair;
use crate::wire::header::Headers;

/// Those of a request.
pub(super) fn sent(headers: &Headers) -> Vec<Pair> {
    headers
        .all("cookie")
        .flat_map(|line| line.split(';'))
        .filter_map(pair)
        .collect()
}

/// Those that an answer sets, without their attributes.
pub(super) fn set(headers: &Headers) -> Vec<Pair> {
    headers
        .all("set-cookie")
        .filter_map(|line| line.split(';').next())
        .filter_map(pair)
        .collect()
}

fn pair(text: &str) -> Option<Pair> {
    let (name, value) = text.split_once('=')?;
    Some(Pair::new(name.trim(), value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_no_cookies() {
        let headers = Headers::new()
            .with("Set-Cookie", "a=1=2; Path=/; Secure")
            .with("Cookie", "b=3; c");
        let shown = |pairs: Vec<Pair>| {
            pairs
                .into_iter()
                .map(|pair| (pair.name, pair.value))
                .collect::<Vec<_>>()
        };
        assert_eq!(shown(set(&headers)), [("a".to_owned(), "1=2".to_owned())]);
        assert_eq!(shown(sent(&headers)), [("b".to_owned(), "3".to_owned())]);
    }
}
