//! The request that the browser takes to the gateway.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::attempt::Bill;
use crate::reference::defect::{Defect, Defects};

/// The sandbox page of one-off payments, without the merchant's number.
const ONE_OFF: &str = "https://sandbox.senangpay.my/payment/";
/// The same of recurring payments.
const RECURRING: &str = "https://api.sandbox.senangpay.my/recurring/payment/";
/// The merchant's number at the gateway.
pub(super) const MERCHANT: &str = "543160464805574";
/// Longest description.
const LONGEST_DETAIL: usize = 500;

/// A request that waits for the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    /// Where it goes.
    pub(super) address: String,
    /// What it carries.
    pub(super) fields: Vec<(&'static str, String)>,
}

/// Makes the request for a bill.
pub(super) fn request(secret: &str, defects: Defects, bill: &Bill, description: &str) -> Request {
    let order = bill.reference.clone();
    let amount = bill.amount.text();
    if let Some(recurring) = &bill.recurring_id {
        let parts = if defects.has(Defect::WrongHashOrder) {
            [secret, order.as_str(), recurring.as_str()]
        } else {
            [secret, recurring.as_str(), order.as_str()]
        };
        let hash = hex::encode(parts.iter().fold(Sha256::new(), Sha256::chain_update).finalize());
        return Request {
            address: format!("{RECURRING}{MERCHANT}"),
            fields: vec![
                ("order_id", order),
                ("recurring_id", recurring.clone()),
                ("hash", hash),
            ],
        };
    }
    let detail = fitted(description);
    let parts = if defects.has(Defect::WrongHashOrder) {
        [secret, detail.as_str(), order.as_str(), amount.as_str()]
    } else {
        [secret, detail.as_str(), amount.as_str(), order.as_str()]
    };
    let hash = keyed(secret, &parts);
    Request {
        address: format!("{ONE_OFF}{MERCHANT}"),
        fields: vec![
            ("detail", detail),
            ("amount", amount),
            ("order_id", order),
            ("hash", hash),
            ("name", "Aina".into()),
            ("email", "aina@partner.invalid".into()),
            ("phone", "+60120000000".into()),
        ],
    }
}

/// A description as the gateway takes it: letters, digits and `. , - _`, which it shows as spaces.
fn fitted(description: &str) -> String {
    let letters = description.chars().filter_map(|letter| match letter {
        ' ' => Some('_'),
        letter if letter.is_ascii_alphanumeric() || matches!(letter, '.' | ',' | '-' | '_') => Some(letter),
        _ => None,
    });
    let text: String = letters.take(LONGEST_DETAIL).collect();
    if text.is_empty() { "Order".into() } else { text }
}

fn keyed(secret: &str, parts: &[&str]) -> String {
    Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_or_else(
        |_| String::new(),
        |mac| {
            let mac = parts.iter().fold(mac, Mac::chain_update);
            hex::encode(mac.finalize().into_bytes())
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::money::Sen;

    fn hash(bill: &Bill, secret: &str, detail: &str) -> String {
        let request = request(secret, Defects::default(), bill, detail);
        let hash = request.fields.iter().find(|(name, _)| *name == "hash");
        hash.map(|(_, hash)| hash.clone()).unwrap_or_default()
    }

    #[test]
    fn the_published_vectors_reproduce() {
        let mut bill = Bill {
            reference: "56".into(),
            amount: Sen(2450),
            recurring_id: None,
        };
        assert_eq!(
            hash(&bill, "53-784", "Shopping_cart_id_30"),
            "74422328b44d30bf150fffbae89bbb42b885f9ac0960e2a3ddccc0cf9aa48e39"
        );
        bill.reference = "12".into();
        bill.recurring_id = Some("1234".into());
        assert_eq!(
            hash(&bill, "21245-957", ""),
            "a8167dd09f01ebed0b18e67b2cc2424a0d058ccc83d94803482ecdeedff7728f"
        );
    }

    #[test]
    fn descriptions_are_made_to_fit() {
        assert_eq!(fitted("Aina's cover, 1 week"), "Ainas_cover,_1_week");
        assert_eq!(fitted(&"long ".repeat(200)).len(), 500);
        assert_eq!(fitted("保险"), "Order");
    }
}
