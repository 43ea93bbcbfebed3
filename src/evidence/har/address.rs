//! Addresses: an archive wants absolute URLs, and what a partner asks for may be anything.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use url::form_urlencoded;

use super::document::Pair;
use crate::wire::header::Headers;

/// What may not stand in a URL. The percent sign may: it is there already where something was encoded.
const FORBIDDEN: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Stands for a sandbox of which the request does not say how it was reached (RFC 2606).
const NOWHERE: &str = "sandbox.invalid";

/// A URL that every reader of an archive takes, the original where it had to be changed for that, and
/// the parameters of its query.
#[derive(Debug)]
pub(super) struct Address {
    pub(super) url: String,
    pub(super) original: Option<String>,
    pub(super) query: Vec<Pair>,
}

/// The address of a delivery, which is absolute already.
pub(super) fn delivered(url: &str) -> Address {
    address(url, url)
}

/// The address of a request to the sandbox, from its target and its `Host` header.
pub(super) fn asked(scheme: &str, target: &str, headers: &Headers) -> Address {
    let absolute = ["http://", "https://"].iter().any(|scheme| {
        target
            .get(..scheme.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
    });
    if absolute {
        return address(target, target);
    }
    let host = headers
        .get("host")
        .filter(|host| is_authority(host))
        .unwrap_or(NOWHERE);
    let slash = if target.starts_with('/') { "" } else { "/" };
    let mut address = address(&format!("{scheme}://{host}{slash}{target}"), target);
    if address.original.is_none() && !slash.is_empty() {
        address.original = Some(target.to_owned());
    }
    address
}

fn is_authority(host: &str) -> bool {
    (1..=255).contains(&host.len())
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']'))
}

fn address(whole: &str, original: &str) -> Address {
    let encoded = utf8_percent_encode(whole, FORBIDDEN).to_string();
    // A percent sign that begins no encoded byte is one itself.
    let url = stray_percents_encoded(&encoded);
    let query = whole.split('#').next().and_then(|before| before.split_once('?'));
    Address {
        query: query.map(|(_, query)| pairs(query)).unwrap_or_default(),
        original: (url != whole).then(|| original.to_owned()),
        url,
    }
}

fn stray_percents_encoded(url: &str) -> String {
    let mut fixed = String::with_capacity(url.len());
    let mut parts = url.split('%');
    fixed.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let encoded = part.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
        fixed.push_str(if encoded { "%" } else { "%25" });
        fixed.push_str(part);
    }
    fixed
}

fn pairs(query: &str) -> Vec<Pair> {
    form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| Pair::new(name, value))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_ordinary_target_gets_the_host_that_was_asked() {
        let headers = Headers::new().with("host", "127.0.0.1:40409");
        let address = asked("https", "/v1/transactions?page=2&q=a%20b", &headers);
        assert_eq!(
            address.url,
            "https://127.0.0.1:40409/v1/transactions?page=2&q=a%20b"
        );
        assert!(address.original.is_none());
        let query: Vec<_> = address
            .query
            .iter()
            .map(|pair| (pair.name.as_str(), pair.value.as_str()))
            .collect();
        assert_eq!(query, [("page", "2"), ("q", "a b")]);
    }

    #[test]
    fn what_is_no_url_becomes_one_and_stands_beside_it() {
        let hostile = Headers::new().with("Host", "evil host/../");
        for target in [
            "*",
            "v1 <script>",
            "/a%zz",
            "/‹masked:token›",
            "HTTP://x.example/\u{1b}[2J",
        ] {
            let address = asked("http", target, &hostile);
            assert!(url::Url::parse(&address.url).is_ok(), "{}", address.url);
            assert_eq!(address.original.as_deref(), Some(target));
        }
    }

    proptest! {
        #[test]
        fn no_target_gives_a_character_that_urls_do_not_have(target in any::<String>(), host in any::<String>()) {
            let url = asked("http", &target, &Headers::new().with("host", host)).url;
            prop_assert!(url.bytes().all(|byte| byte.is_ascii_graphic()), "{}", url);
        }
    }
}
