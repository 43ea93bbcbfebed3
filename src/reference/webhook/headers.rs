//! The three security headers of a delivery.

use http::HeaderMap;

use super::refusal::Refusal;

/// Header that carries the event id.
pub const ID: &str = "webhook-id";
/// Header that carries the attempt time in UNIX seconds.
pub const TIMESTAMP: &str = "webhook-timestamp";
/// Header that carries the signature list.
pub const SIGNATURE: &str = "webhook-signature";

/// The headers as they are used. Without defects `used_*` and the signed values are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityHeaders {
    /// Id that goes into the signed text.
    pub id: String,
    /// Timestamp text that goes into the signed text.
    pub timestamp: String,
    /// Signature list.
    pub signature: String,
    /// Id used to recognise repeats.
    pub used_id: String,
    /// Timestamp held against the clock.
    pub used_timestamp: String,
}

/// Reads headers that must each stand there exactly once, with a value.
pub fn single(headers: &HeaderMap) -> Result<SecurityHeaders, Refusal> {
    let id = only_value(headers, ID)?;
    let timestamp = only_value(headers, TIMESTAMP)?;
    let signature = only_value(headers, SIGNATURE)?;
    Ok(SecurityHeaders {
        used_id: id.clone(),
        used_timestamp: timestamp.clone(),
        id,
        timestamp,
        signature,
    })
}

/// Reads repeated headers the careless way: the first copy is verified, the last one is used.
pub fn first_and_last(headers: &HeaderMap) -> Result<SecurityHeaders, Refusal> {
    let pick = |name: &str| -> Result<(String, String), Refusal> {
        let mut values = headers.get_all(name).iter();
        let first = values
            .next()
            .ok_or(Refusal::unusable("security header missing"))?;
        let last = values.next_back().unwrap_or(first);
        Ok((text(first)?, text(last)?))
    };
    let (id, used_id) = pick(ID)?;
    let (timestamp, used_timestamp) = pick(TIMESTAMP)?;
    let (signature, _) = pick(SIGNATURE)?;
    Ok(SecurityHeaders {
        id,
        timestamp,
        signature,
        used_id,
        used_timestamp,
    })
}

/// Whether one of the three is absent or empty.
pub fn any_absent(headers: &HeaderMap) -> bool {
    [ID, TIMESTAMP, SIGNATURE]
        .iter()
        .any(|name| headers.get(*name).is_none_or(|value| value.as_bytes().is_empty()))
}

fn only_value(headers: &HeaderMap, name: &str) -> Result<String, Refusal> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => text(value),
        (None, _) => Err(Refusal::unusable("security header missing")),
        (Some(_), Some(_)) => Err(Refusal::unusable("security header repeated")),
    }
}

fn text(value: &http::HeaderValue) -> Result<String, Refusal> {
    match value.to_str() {
        Ok("") => Err(Refusal::unusable("security header empty")),
        Ok(text) => Ok(text.to_owned()),
        Err(_) => Err(Refusal::unusable("security header not ASCII")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_header_must_stand_exactly_once() {
        let mut headers = HeaderMap::new();
        headers.append(ID, "evt_1".parse().unwrap());
        headers.append(TIMESTAMP, "1700000000".parse().unwrap());
        assert_eq!(single(&headers).unwrap_err().reason, "security header missing");
        headers.append(SIGNATURE, "".parse().unwrap());
        assert!(any_absent(&headers));
        assert_eq!(single(&headers).unwrap_err().reason, "security header empty");
        headers.insert(SIGNATURE, "v1,x".parse().unwrap());
        assert!(single(&headers).is_ok());
        headers.append(TIMESTAMP, "1700000009".parse().unwrap());
        assert_eq!(single(&headers).unwrap_err().reason, "security header repeated");
        let careless = first_and_last(&headers).unwrap();
        assert_eq!(
            (careless.timestamp.as_str(), careless.used_timestamp.as_str()),
            ("1700000000", "1700000009")
        );
    }
}
