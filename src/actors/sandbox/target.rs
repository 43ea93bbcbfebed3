//! The request target: whose it is, which path, which query.

use percent_encoding::percent_decode_str;

use crate::transcript::record::Scope;

/// A request target taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Name behind `/e/`, if the target has that prefix.
    pub owner: Option<String>,
    /// Path and query without the prefix, as they stood there.
    pub rest: String,
}

impl Target {
    /// Takes a target apart; an absolute URL loses scheme and authority (RFC 9112, 3.2.2).
    pub fn parse(target: &str) -> Self {
        let origin = strip_authority(target);
        if let Some(below) = origin.strip_prefix("/e/") {
            let end = below.find(['/', '?']).unwrap_or(below.len());
            let (owner, rest) = below.split_at(end);
            let rest = if rest.starts_with('/') {
                rest.to_owned()
            } else {
                format!("/{rest}")
            };
            return Self {
                owner: Some(owner.to_owned()),
                rest,
            };
        }
        Self {
            owner: None,
            rest: origin.to_owned(),
        }
    }

    /// Path without query.
    pub fn path(&self) -> &str {
        self.rest
            .split_once('?')
            .map_or(self.rest.as_str(), |(path, _)| path)
    }

    /// Query without question mark; empty when there is none.
    pub fn query(&self) -> &str {
        self.rest.split_once('?').map_or("", |(_, query)| query)
    }

    /// Names and values of the query, decoded.
    pub fn parameters(&self) -> Vec<(String, String)> {
        url::form_urlencoded::parse(self.query().as_bytes())
            .into_owned()
            .collect()
    }
}

fn strip_authority(target: &str) -> &str {
    let Some((scheme, rest)) = target.split_once("://") else {
        return target;
    };
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return target;
    }
    rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or("/")
}

/// Percent-encoding undone; bytes that are no UTF-8 become replacement characters.
pub fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The name of an attempt in a base URL, such as `wh-sig-17-a-1`.
pub fn owner_of(scope: &Scope) -> String {
    format!(
        "{}-{}",
        scope.example.as_str().to_ascii_lowercase().replace('/', "-"),
        scope.attempt
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(target: &str) -> (Option<String>, String) {
        let target = Target::parse(target);
        (target.owner, target.rest)
    }

    #[test]
    fn the_prefix_names_the_owner() {
        assert_eq!(
            parts("/e/wh-sig-17-a-1/v1/products?a=/e/x"),
            (Some("wh-sig-17-a-1".to_owned()), "/v1/products?a=/e/x".to_owned())
        );
        assert_eq!(parts("/v1/products"), (None, "/v1/products".to_owned()));
        assert_eq!(
            parts("https://host:1/e/a?x=1"),
            (Some("a".to_owned()), "/?x=1".to_owned())
        );
        assert_eq!(parts("/e/"), (Some(String::new()), "/".to_owned()));
        assert_eq!(parts("*"), (None, "*".to_owned()));
    }

    #[test]
    fn parameters_are_decoded() {
        let target = Target::parse("/v1/transactions?from=2026-01-01&cursor=a%2Fb");
        assert_eq!(target.path(), "/v1/transactions");
        assert_eq!(
            target.parameters().get(1),
            Some(&("cursor".to_owned(), "a/b".to_owned()))
        );
    }
}
