//! Credentials that the sandbox never issued, such as a key of production sent by mistake: they must
//! not reach a record, and the recorder cannot know them.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};

use super::{credential::is_telling, target::Target};
use crate::wire::header::Headers;

/// What stands in their place.
pub const HIDDEN: &str = "[unknown credential]";

/// What stands in their place in a query.
const HIDDEN_IN_QUERY: &str = "[unknown-credential]";

/// Headers other than `Authorization` that hold keys wherever they are seen.
const KEY_HEADERS: [&str; 6] = [
    "x-api-key",
    "api-key",
    "apikey",
    "x-auth-token",
    "x-access-token",
    "proxy-authorization",
];

/// Shorter texts are no credentials, and hiding them would blot out the rest of the request.
const SHORTEST: usize = 8;

/// Every text of a request that stands where a credential belongs, in each way it may be written.
pub fn credentials(headers: &Headers, members: &Map<String, Value>) -> Vec<String> {
    let mut found: Vec<String> = headers
        .all("authorization")
        .map(|value| {
            value
                .split_once(' ')
                .map_or(value, |(_, rest)| rest)
                .trim()
                .to_owned()
        })
        .collect();
    let passwords: Vec<String> = found
        .iter()
        .filter_map(|text| String::from_utf8(STANDARD.decode(text).ok()?).ok())
        .filter_map(|pair| Some(pair.split_once(':')?.1.to_owned()))
        .collect();
    found.extend(passwords);
    if let Some(secret) = members.get("client_secret").and_then(Value::as_str) {
        found.push(secret.to_owned());
        found.push(url::form_urlencoded::byte_serialize(secret.as_bytes()).collect());
        found.push(Value::from(secret).to_string().trim_matches('"').to_owned());
    }
    found.retain(|text| text.len() >= SHORTEST);
    found
}

/// Texts that look like keys where the contract has none: in the query, and in headers of other platforms.
pub fn elsewhere(target: &Target, headers: &Headers) -> Vec<String> {
    let mut found: Vec<String> = target
        .parameters()
        .into_iter()
        .filter(|(name, _)| is_telling(name))
        .map(|(_, value)| value)
        .collect();
    for name in KEY_HEADERS {
        found.extend(headers.all(name).map(|value| value.trim().to_owned()));
    }
    found.retain(|text| text.len() >= SHORTEST);
    found
}

/// The query without them.
pub fn hide_in_target(target: String, strangers: &[String]) -> String {
    let Some((path, query)) = target.split_once('?').filter(|_| !strangers.is_empty()) else {
        return target;
    };
    let hidden: Vec<String> = query
        .split('&')
        .map(|part| {
            let stranger = url::form_urlencoded::parse(part.as_bytes())
                .any(|(_, value)| strangers.iter().any(|stranger| value.contains(stranger.as_str())));
            match part.split_once('=').filter(|_| stranger) {
                Some((name, _)) => format!("{name}={HIDDEN_IN_QUERY}"),
                None => part.to_owned(),
            }
        })
        .collect();
    format!("{path}?{}", hidden.join("&"))
}

/// The headers without them.
pub fn hide_in_headers(mut headers: Headers, strangers: &[String]) -> Headers {
    for header in &mut headers.0 {
        for stranger in strangers {
            if header.1.contains(stranger) {
                header.1 = header.1.replace(stranger, HIDDEN);
            }
        }
    }
    headers
}

/// The body without them. A body that is no text stays as it is.
pub fn hide_in_body(body: Vec<u8>, strangers: &[String]) -> Vec<u8> {
    if strangers.is_empty() {
        return body;
    }
    let mut text = match String::from_utf8(body) {
        Ok(text) => text,
        Err(error) => return error.into_bytes(),
    };
    for stranger in strangers {
        if text.contains(stranger) {
            text = text.replace(stranger, HIDDEN);
        }
    }
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn unknown_credentials_are_hidden_in_every_writing() {
        let headers = Headers::new()
            .with("Authorization", "Bearer production-key")
            .with("X", "1");
        let members = json!({"client_secret": "prod secret/1"});
        let strangers = credentials(&headers, members.as_object().unwrap());
        assert_eq!(
            hide_in_headers(headers, &strangers).get("authorization"),
            Some("Bearer [unknown credential]")
        );
        let form = hide_in_body(b"a=1&client_secret=prod+secret%2F1".to_vec(), &strangers);
        assert_eq!(form, b"a=1&client_secret=[unknown credential]");
        let json = hide_in_body(members.to_string().into_bytes(), &strangers);
        assert_eq!(json, b"{\"client_secret\":\"[unknown credential]\"}");
    }

    #[test]
    fn keys_in_unusual_places_are_found_and_hidden() {
        let target = Target::parse("/v1/products?a=1&api_key=prod%2Fkey-1&b=2");
        let headers = Headers::new().with("X-Api-Key", "prod-key-22");
        let strangers = elsewhere(&target, &headers);
        assert_eq!(strangers, ["prod/key-1", "prod-key-22"]);
        assert_eq!(
            hide_in_target(target.rest, &strangers),
            "/v1/products?a=1&api_key=[unknown-credential]&b=2"
        );
        let basic = Headers::new().with(
            "authorization",
            format!("Basic {}", STANDARD.encode("id:prod-secret")),
        );
        assert!(credentials(&basic, &Map::new()).contains(&"prod-secret".to_owned()));
    }

    #[test]
    fn short_texts_blot_nothing_out() {
        let headers = Headers::new().with("authorization", "Bearer e");
        assert!(credentials(&headers, &Map::new()).is_empty());
    }
}
