//! Which credential a request carries, and whether one stands where it does not belong.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value};
use subtle::ConstantTimeEq as _;

use super::{
    options::Authentication,
    target::{Target, decoded},
    token::Tokens,
};
use crate::{
    transcript::exchange::{Credential, Exposure},
    wire::{fault::ApiCall, header::Headers},
};

/// Query parameters that hold credentials wherever they are seen.
const TELLING_NAMES: [&str; 8] = [
    "key",
    "token",
    "api_key",
    "apikey",
    "api-key",
    "access_token",
    "secret",
    "client_secret",
];

/// What the partner was issued.
#[derive(Debug)]
pub struct Credentials {
    /// How partners prove who they are.
    pub authentication: Authentication,
    /// Client id.
    pub client_id: String,
    /// Client secret.
    pub client_secret: SecretString,
    /// API key.
    pub api_key: SecretString,
    /// The client secret or API key that a rotation brings in.
    pub next: Option<SecretString>,
    /// Whether the first one is refused.
    pub first_retired: bool,
}

/// Whether a query parameter of that name holds a credential wherever it is seen.
pub fn is_telling(name: &str) -> bool {
    TELLING_NAMES
        .iter()
        .any(|telling| name.eq_ignore_ascii_case(telling))
}

impl Credentials {
    /// Whether a text is one of the secrets that were issued.
    pub fn issued(&self, text: &str) -> bool {
        self.secrets().any(|secret| same(text, secret.expose_secret()))
    }

    fn secrets(&self) -> impl Iterator<Item = &SecretString> {
        [&self.client_secret, &self.api_key].into_iter().chain(&self.next)
    }

    fn is_next(&self, text: &str) -> bool {
        self.next
            .as_ref()
            .is_some_and(|next| same(text, next.expose_secret()))
    }

    /// The credential that a good secret of the first kind is now.
    fn first(&self, credential: Credential) -> Credential {
        if self.first_retired {
            Credential::Retired
        } else {
            credential
        }
    }

    /// Whether a credential opens a call.
    pub fn opens(&self, call: ApiCall, credential: Credential) -> bool {
        match (call, self.authentication) {
            (ApiCall::Token, _) => credential == Credential::Client,
            (_, Authentication::Oauth) => credential == Credential::Token,
            (_, Authentication::ApiKey) => credential == Credential::ApiKey,
        }
    }

    /// The credential of a call other than the token request.
    pub fn of_call(&self, headers: &Headers, good: impl Fn(&str) -> bool) -> Credential {
        let Some(value) = headers.get("authorization") else {
            return Credential::Missing;
        };
        let Some(bearer) = scheme(value, "bearer") else {
            return Credential::Wrong;
        };
        if same(bearer, self.api_key.expose_secret()) {
            self.first(Credential::ApiKey)
        } else if self.authentication == Authentication::ApiKey && self.is_next(bearer) {
            Credential::ApiKey
        } else if good(bearer) {
            Credential::Token
        } else {
            Credential::Wrong
        }
    }

    /// The credential of a token request: HTTP Basic or members of the body (RFC 6749, 2.3.1).
    pub fn of_token_request(&self, headers: &Headers, members: &Map<String, Value>) -> Credential {
        let authorization = headers.get("authorization");
        let (id, secret) = if let Some(value) = authorization.and_then(|value| scheme(value, "basic")) {
            let pair = STANDARD
                .decode(value)
                .ok()
                .and_then(|bytes| String::from_utf8(bytes).ok());
            let Some((id, secret)) = pair.as_deref().and_then(|pair| pair.split_once(':')) else {
                return Credential::Wrong;
            };
            // The RFC form-encodes both parts first; clients that do not are understood too.
            if let Some(client) = self.client(id, secret) {
                return client;
            }
            (form_decoded(id), form_decoded(secret))
        } else {
            let member = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
            match (member("client_id"), member("client_secret")) {
                (None, None) if authorization.is_none() => return Credential::Missing,
                (id, secret) => (id.unwrap_or_default(), secret.unwrap_or_default()),
            }
        };
        self.client(&id, &secret).unwrap_or(Credential::Wrong)
    }

    fn client(&self, id: &str, secret: &str) -> Option<Credential> {
        if !same(id, &self.client_id) {
            None
        } else if same(secret, self.client_secret.expose_secret()) {
            Some(self.first(Credential::Client))
        } else {
            self.is_next(secret).then_some(Credential::Client)
        }
    }

    /// Where a credential stands in a request target, if one does.
    pub fn exposed(&self, target: &Target, tokens: &Tokens) -> Option<Exposure> {
        if self.stands_in(target.path(), tokens) {
            Some(Exposure::Path)
        } else if self.stands_in(target.query(), tokens)
            || target.parameters().iter().any(|(name, _)| is_telling(name))
        {
            Some(Exposure::Query)
        } else {
            None
        }
    }

    /// Where a credential stands in the addresses around a request: the whole one on its request line, and
    /// the one that it says it comes from.
    pub fn exposed_around(&self, line: &str, headers: &Headers, tokens: &Tokens) -> Option<Exposure> {
        let signed_in = |address: &str| {
            let authority = address.split_once("://").map_or("", |(_, rest)| rest);
            authority
                .split(['/', '?'])
                .next()
                .unwrap_or_default()
                .contains('@')
        };
        if signed_in(line) {
            return Some(Exposure::UserInfo);
        }
        let told = |address: &str| {
            signed_in(address)
                || self.stands_in(address, tokens)
                || Target::parse(address)
                    .parameters()
                    .iter()
                    .any(|(name, _)| is_telling(name))
        };
        headers.all("referer").any(told).then_some(Exposure::Referer)
    }

    fn stands_in(&self, text: &str, tokens: &Tokens) -> bool {
        let plain = decoded(text);
        [text, plain.as_str()].into_iter().any(|text| {
            tokens.stands_in(text)
                || self.secrets().any(|secret| {
                    let secret = secret.expose_secret();
                    !secret.is_empty() && text.contains(secret)
                })
        })
    }
}

fn scheme<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    let (scheme, rest) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case(name).then(|| rest.trim())
}

fn same(left: &str, right: &str) -> bool {
    !right.is_empty() && bool::from(left.as_bytes().ct_eq(right.as_bytes()))
}

fn form_decoded(text: &str) -> String {
    decoded(&text.replace('+', " "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn credentials() -> Credentials {
        Credentials {
            authentication: Authentication::Oauth,
            client_id: "partner".to_owned(),
            client_secret: "s3cr:t/+".into(),
            api_key: "key-1234567890".into(),
            next: None,
            first_retired: false,
        }
    }

    #[test]
    fn a_rotation_retires_the_first_secret() {
        let rotated = Credentials {
            next: Some("next-secret".into()),
            first_retired: true,
            ..credentials()
        };
        let of = |secret: &str| {
            let body = json!({"client_id": "partner", "client_secret": secret});
            rotated.of_token_request(&Headers::new(), body.as_object().unwrap())
        };
        assert_eq!(of("next-secret"), Credential::Client);
        assert_eq!(of("s3cr:t/+"), Credential::Retired);
        assert!(!rotated.opens(ApiCall::Token, Credential::Retired));
        assert_eq!(of("other-secret"), Credential::Wrong);
        assert!(rotated.issued("s3cr:t/+") && rotated.issued("next-secret") && !rotated.issued(""));
        let key = Credentials {
            authentication: Authentication::ApiKey,
            ..rotated
        };
        let of = |key_sent: &str| {
            let headers = Headers::new().with("authorization", format!("Bearer {key_sent}"));
            key.of_call(&headers, |_| false)
        };
        assert_eq!(of("next-secret"), Credential::ApiKey);
        assert_eq!(of("key-1234567890"), Credential::Retired);
    }

    #[test]
    fn credentials_around_a_request_are_found() {
        let exposed = |line: &str, referer: &str| {
            let headers = Headers::new().with("Referer", referer);
            credentials().exposed_around(line, &headers, &Tokens::default())
        };
        assert_eq!(
            exposed("/v1/products", "https://shop.example/pay?order=1@2"),
            None
        );
        assert_eq!(
            exposed("http://u:p@host/v1/products", ""),
            Some(Exposure::UserInfo)
        );
        for referer in [
            "https://shop.example/?token=abc",
            "https://u:p@shop.example/",
            "https://shop.example/key-1234567890",
        ] {
            assert_eq!(
                exposed("/v1/products", referer),
                Some(Exposure::Referer),
                "{referer}"
            );
        }
    }

    #[test]
    fn bearer_is_judged_by_what_it_holds() {
        let of = |value: &str| {
            credentials().of_call(&Headers::new().with("AUTHORIZATION", value), |token| {
                token == "good"
            })
        };
        assert_eq!(of("bearer good"), Credential::Token);
        assert_eq!(of("Bearer key-1234567890"), Credential::ApiKey);
        assert_eq!(of("Bearer other"), Credential::Wrong);
        assert_eq!(of("Basic good"), Credential::Wrong);
        assert_eq!(
            credentials().of_call(&Headers::new(), |_| true),
            Credential::Missing
        );
    }

    #[test]
    fn a_client_shows_itself_in_three_ways() {
        let basic = |pair: &str| {
            let headers = Headers::new().with("authorization", format!("Basic {}", STANDARD.encode(pair)));
            credentials().of_token_request(&headers, &Map::new())
        };
        assert_eq!(basic("partner:s3cr:t/+"), Credential::Client);
        assert_eq!(basic("partner:s3cr%3At%2F%2B"), Credential::Client);
        assert_eq!(basic("partner:"), Credential::Wrong);
        let body = json!({"client_id": "partner", "client_secret": "s3cr:t/+"});
        let members = body.as_object().cloned().unwrap();
        assert_eq!(
            credentials().of_token_request(&Headers::new(), &members),
            Credential::Client
        );
        assert_eq!(
            credentials().of_token_request(&Headers::new(), &Map::new()),
            Credential::Missing
        );
    }

    #[test]
    fn credentials_in_targets_are_found_in_any_writing() {
        let exposed = |target: &str| credentials().exposed(&Target::parse(target), &Tokens::default());
        assert_eq!(exposed("/v1/products"), None);
        assert_eq!(exposed("/v1/transactions?cursor=abc"), None);
        assert_eq!(exposed("/v1/products?API_KEY="), Some(Exposure::Query));
        assert_eq!(exposed("/v1/products?x=s3cr%3At%2F%2B"), Some(Exposure::Query));
        assert_eq!(exposed("/v1/products/key-1234567890"), Some(Exposure::Path));
    }
}
