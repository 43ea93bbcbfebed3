//! The hosted checkout request: its fields, their limits, and the hash over them.
//!
//! One-off payments and recurring payments have different fields and different hash rules; the gateway
//! publishes a vector for each.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::digest::{hmac_sha256, md5_hex, sha256_hex};

/// Longest description, in characters.
const LONGEST_DETAIL: usize = 500;
/// Longest order id, in characters.
const LONGEST_ORDER: usize = 100;

/// Which of the gateway's two requests is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckoutKind {
    /// One payment.
    OneOff,
    /// The first payment of a series.
    Recurring,
}

impl CheckoutKind {
    /// Fields that must be there, in the order in which they are hashed, `hash` left out.
    pub fn hashed_fields(self) -> &'static [&'static str] {
        match self {
            Self::OneOff => &["detail", "amount", "order_id"],
            Self::Recurring => &["recurring_id", "order_id"],
        }
    }
}

/// How the hash of a one-off request is made: the type that is set in the merchant's account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckoutHash {
    /// HMAC-SHA256 under the secret, which is also the first part of the text.
    #[default]
    HmacSha256,
    /// MD5 over the secret and the fields; for old accounts only.
    Md5,
}

/// The text names no hash rule.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("unknown checkout hash {0:?}; use hmac-sha256 or md5")]
pub struct UnknownCheckoutHash(pub String);

impl FromStr for CheckoutHash {
    type Err = UnknownCheckoutHash;

    fn from_str(text: &str) -> Result<Self, UnknownCheckoutHash> {
        match text {
            "hmac-sha256" => Ok(Self::HmacSha256),
            "md5" => Ok(Self::Md5),
            other => Err(UnknownCheckoutHash(other.to_owned())),
        }
    }
}

/// One field of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckoutField {
    /// Its name.
    pub name: String,
    /// Its value, decoded from HTML or from the query.
    pub value: String,
}

impl CheckoutField {
    /// A field.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }
}

/// The first field of that name.
pub fn value<'a>(fields: &'a [CheckoutField], name: &str) -> Option<&'a str> {
    fields
        .iter()
        .find(|field| field.name == name)
        .map(|field| field.value.as_str())
}

/// What the hash of a request turned out to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", content = "how", rename_all = "kebab-case")]
pub enum HashFit {
    /// What the rule asks for.
    Right,
    /// Not there.
    Missing,
    /// Made by another algorithm, which is named.
    OtherAlgorithm(String),
    /// Right but for the order of the fields, which is told.
    OtherOrder(String),
    /// Something else.
    Wrong,
}

/// Compares the hash of a request with the rule, and where it differs finds out how.
pub fn fit(kind: CheckoutKind, rule: CheckoutHash, secret: &str, fields: &[CheckoutField]) -> HashFit {
    let Some(given) = value(fields, "hash").filter(|hash| !hash.is_empty()) else {
        return HashFit::Missing;
    };
    let names = kind.hashed_fields();
    let parts: Vec<&str> = names
        .iter()
        .map(|name| value(fields, name).unwrap_or_default())
        .collect();
    let due = name_of(kind, rule);
    let text = format!("{secret}{}", parts.concat());
    if computed(due, secret, &text) == given {
        return HashFit::Right;
    }
    let others = ["hmac-sha256", "md5", "sha256"];
    if let Some(other) = others.iter().find(|name| computed(name, secret, &text) == given) {
        return HashFit::OtherAlgorithm((*other).to_owned());
    }
    // The secret may stand anywhere among the fields.
    let mut pieces = vec![("secret", secret)];
    pieces.extend(names.iter().copied().zip(parts));
    for order in orders(pieces.len()) {
        let text: String = order.iter().map(|index| pieces[*index].1).collect();
        if others.iter().any(|name| computed(name, secret, &text) == given) {
            let told: Vec<&str> = order.iter().map(|index| pieces[*index].0).collect();
            return HashFit::OtherOrder(told.join(" + "));
        }
    }
    HashFit::Wrong
}

fn name_of(kind: CheckoutKind, rule: CheckoutHash) -> &'static str {
    match (kind, rule) {
        (CheckoutKind::Recurring, _) => "sha256",
        (CheckoutKind::OneOff, CheckoutHash::HmacSha256) => "hmac-sha256",
        (CheckoutKind::OneOff, CheckoutHash::Md5) => "md5",
    }
}

fn computed(algorithm: &str, secret: &str, text: &str) -> String {
    match algorithm {
        "sha256" => sha256_hex(text.as_bytes()),
        "md5" => md5_hex(text.as_bytes()),
        _ => hex::encode(hmac_sha256(secret.as_bytes(), text.as_bytes())),
    }
}

/// Every order of so many things.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for next in 0..count {
        all = all
            .into_iter()
            .flat_map(|order: Vec<usize>| {
                (0..=order.len()).map(move |place| {
                    let mut longer = order.clone();
                    longer.insert(place, next);
                    longer
                })
            })
            .collect();
    }
    all
}

/// What is wrong with the fields of a request, in words; empty when all are there and inside their limits.
pub fn shortcomings(kind: CheckoutKind, fields: &[CheckoutField]) -> Vec<String> {
    let mut wrong = Vec::new();
    let due = kind.hashed_fields().iter().chain(&["hash"]);
    for name in due {
        let copies = fields.iter().filter(|field| field.name == *name).count();
        if value(fields, name).is_none_or(|value| value.trim().is_empty()) {
            wrong.push(format!("{name} is missing"));
        } else if copies > 1 {
            wrong.push(format!("{name} is there {copies} times"));
        }
    }
    if let Some(order) = value(fields, "order_id") {
        let plain = order
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
        if !plain {
            wrong.push("order_id has characters other than letters, digits and dashes".to_owned());
        }
        if order.chars().count() > LONGEST_ORDER {
            wrong.push(format!("order_id is longer than {LONGEST_ORDER} characters"));
        }
    }
    if kind == CheckoutKind::OneOff {
        let detail = value(fields, "detail").unwrap_or_default();
        if let Some(odd) = detail
            .chars()
            .find(|letter| !letter.is_ascii_alphanumeric() && !matches!(letter, '.' | ',' | '-' | '_'))
        {
            wrong.push(format!(
                "detail has the character {odd:?}; letters, digits and . , - _ are allowed"
            ));
        }
        if detail.chars().count() > LONGEST_DETAIL {
            wrong.push(format!("detail is longer than {LONGEST_DETAIL} characters"));
        }
        let amount = value(fields, "amount").unwrap_or_default();
        if !amount.is_empty() && !is_sum(amount) {
            wrong.push("amount is not written with two decimals, like 24.50".to_owned());
        }
    }
    wrong
}

fn is_sum(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('.')
        .is_some_and(|(whole, cents)| digits(whole) && cents.len() == 2 && digits(cents))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Vec<CheckoutField> {
        pairs
            .iter()
            .map(|(name, value)| CheckoutField::new(*name, *value))
            .collect()
    }

    fn published(hash: &str) -> Vec<CheckoutField> {
        fields(&[
            ("detail", "Shopping_cart_id_30"),
            ("amount", "24.50"),
            ("order_id", "56"),
            ("hash", hash),
        ])
    }

    const HMAC: &str = "74422328b44d30bf150fffbae89bbb42b885f9ac0960e2a3ddccc0cf9aa48e39";
    const MD5: &str = "0bde51ff340f110ab7331a902aa969e7";

    #[test]
    fn the_published_vectors_fit() {
        let one_off = CheckoutKind::OneOff;
        let hmac = published(HMAC);
        assert_eq!(
            fit(one_off, CheckoutHash::HmacSha256, "53-784", &hmac),
            HashFit::Right
        );
        assert_eq!(
            fit(one_off, CheckoutHash::Md5, "53-784", &published(MD5)),
            HashFit::Right
        );
        assert!(shortcomings(one_off, &hmac).is_empty());
        let recurring = fields(&[
            ("recurring_id", "1234"),
            ("order_id", "12"),
            (
                "hash",
                "a8167dd09f01ebed0b18e67b2cc2424a0d058ccc83d94803482ecdeedff7728f",
            ),
        ]);
        assert_eq!(
            fit(
                CheckoutKind::Recurring,
                CheckoutHash::HmacSha256,
                "21245-957",
                &recurring
            ),
            HashFit::Right
        );
        assert!(shortcomings(CheckoutKind::Recurring, &recurring).is_empty());
    }

    #[test]
    fn a_wrong_hash_is_explained() {
        let judged = |hash: &str| {
            fit(
                CheckoutKind::OneOff,
                CheckoutHash::HmacSha256,
                "53-784",
                &published(hash),
            )
        };
        let swapped = "53-784Shopping_cart_id_305624.50";
        let swapped = hex::encode(hmac_sha256(b"53-784", swapped.as_bytes()));
        assert_eq!(
            judged(&swapped),
            HashFit::OtherOrder("secret + detail + order_id + amount".to_owned())
        );
        assert_eq!(judged(MD5), HashFit::OtherAlgorithm("md5".to_owned()));
        assert_eq!(judged(""), HashFit::Missing);
        assert_eq!(judged("00"), HashFit::Wrong);
    }

    #[test]
    fn fields_outside_their_limits_are_named() {
        let mut request = published(HMAC);
        request[0].value = "Aina's cover".to_owned();
        request[1].value = "24.5".to_owned();
        request[2].value = "A B".to_owned();
        let told = shortcomings(CheckoutKind::OneOff, &request);
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[1].contains("'\\''"), "{told:?}");
        assert_eq!(shortcomings(CheckoutKind::Recurring, &[]).len(), 3);
    }

    proptest! {
        #[test]
        fn no_request_makes_judging_panic(values in proptest::collection::vec("\\PC{0,12}", 4)) {
            let names = ["detail", "amount", "order_id", "hash"];
            let fields: Vec<_> = names.iter().zip(values)
                .map(|(name, value)| CheckoutField::new(*name, value)).collect();
            let _ = shortcomings(CheckoutKind::OneOff, &fields);
            prop_assert_ne!(fit(CheckoutKind::OneOff, CheckoutHash::Md5, "k", &fields), HashFit::Right);
        }
    }
}
