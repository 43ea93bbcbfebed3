//! The hash of callbacks and notices: plain SHA-256 over the secret key and the field texts, joined
//! without separators, lower-case hex.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::fields::{Notice, Payment};
use super::habits;
use crate::reference::defect::{Defect, Defects};

/// Status values that senangPay documents.
const STATUSES: [&str; 4] = ["1", "0", "2", "3"];

/// Whether the hash of a payment report is right.
pub fn payment_fits(secret: &str, defects: Defects, payment: &Payment) -> bool {
    if defects.has(Defect::HashUnchecked) {
        return true;
    }
    if defects.has(Defect::HashPartial) && !payment.hash.is_empty() {
        return STATUSES
            .iter()
            .chain([&payment.status.as_str()])
            .any(|status| same(&payment_hash(secret, defects, payment, status), &payment.hash));
    }
    same(&expected(secret, defects, payment), &payment.hash)
}

/// The hash that a payment report should carry.
pub fn expected(secret: &str, defects: Defects, payment: &Payment) -> String {
    payment_hash(secret, defects, payment, &payment.status)
}

/// Whether the hash of a notice is right.
pub fn notice_fits(secret: &str, defects: Defects, notice: &Notice) -> bool {
    defects.has(Defect::HashUnchecked)
        || same(
            &plain(&[secret, &notice.recurring_id, &notice.kind, &notice.email]),
            &notice.hash,
        )
}

fn payment_hash(secret: &str, defects: Defects, payment: &Payment, status: &str) -> String {
    let msg = habits::hashed_message(defects, &payment.msg);
    let parts = [secret, status, &payment.order, &payment.transaction, &msg];
    if defects.has(Defect::HmacWhereSha256) {
        keyed(secret, &parts)
    } else {
        plain(&parts)
    }
}

fn plain(parts: &[&str]) -> String {
    hex::encode(parts.iter().fold(Sha256::new(), Sha256::chain_update).finalize())
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

fn same(expected: &str, received: &str) -> bool {
    !expected.is_empty() && bool::from(expected.as_bytes().ct_eq(received.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn published() -> Payment {
        Payment {
            status: "1".into(),
            recurring_id: None,
            order: "12".into(),
            transaction: "14363538840".into(),
            msg: "Payment_was_successful".into(),
            hash: "24354422953c29bf4b822f6783bbaf64ef445623d6e8ea4ddc1582a29c03cda0".into(),
            next_payment: None,
        }
    }

    #[test]
    fn the_published_vector_fits_and_any_change_does_not() {
        let clean = Defects::default();
        assert!(payment_fits("21245-957", clean, &published()));
        let changed = [
            Payment {
                status: "0".into(),
                ..published()
            },
            Payment {
                order: "13".into(),
                ..published()
            },
            Payment {
                transaction: "1".into(),
                ..published()
            },
            Payment {
                msg: String::new(),
                ..published()
            },
            Payment {
                hash: String::new(),
                ..published()
            },
        ];
        assert!(
            changed
                .iter()
                .all(|payment| !payment_fits("21245-957", clean, payment))
        );
    }

    #[test]
    fn each_defect_breaks_what_it_names() {
        let with = |defect| [defect].into_iter().collect::<Defects>();
        let flipped = Payment {
            status: "0".into(),
            ..published()
        };
        let renamed = Payment {
            order: "13".into(),
            ..published()
        };
        assert!(!payment_fits(
            "21245-957",
            with(Defect::HmacWhereSha256),
            &published()
        ));
        assert!(payment_fits("21245-957", with(Defect::HashPartial), &published()));
        assert!(payment_fits("21245-957", with(Defect::HashPartial), &flipped));
        assert!(!payment_fits("21245-957", with(Defect::HashPartial), &renamed));
        assert!(payment_fits("21245-957", with(Defect::HashUnchecked), &renamed));
    }
}
