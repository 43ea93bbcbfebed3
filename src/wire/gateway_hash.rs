//! The payment gateway's hash rules as data: which values are joined, in which order, without separators.
//!
//! Only rules whose published example was recomputed stand here; the tests hold them to those examples.
//! The gateway's page on order status queries prints an HMAC that is the digest of nothing under an empty
//! key; that value is no vector, and a partner who computes it has an unset variable.

use super::recurring::RecurringHash;

/// One piece of the text that is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The merchant's secret key. With HMAC it is the key as well.
    Secret,
    /// A parameter, unencoded.
    Field(&'static str),
}

/// One rule of the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What it is for.
    pub name: &'static str,
    /// What is hashed, in order.
    pub parts: &'static [Part],
    /// The algorithms that the gateway names for it, today's first.
    pub algorithms: &'static [RecurringHash],
}

use Part::{Field, Secret};

const ONE_OFF: &[RecurringHash] = &[RecurringHash::HmacSha256, RecurringHash::Md5];
const RECURRING: &[RecurringHash] = &[RecurringHash::Sha256];

/// The request of the hosted payment page.
pub const HOSTED_FORM: Rule = Rule {
    name: "hosted payment form",
    parts: &[Secret, Field("detail"), Field("amount"), Field("order_id")],
    algorithms: ONE_OFF,
};

/// Return and callback of a one-off payment.
pub const RETURN: Rule = Rule {
    name: "return and callback",
    parts: &[
        Secret,
        Field("status_id"),
        Field("order_id"),
        Field("transaction_id"),
        Field("msg"),
    ],
    algorithms: ONE_OFF,
};

/// The request that starts a recurring payment.
pub const RECURRING_REQUEST: Rule = Rule {
    name: "recurring payment request",
    parts: &[Secret, Field("recurring_id"), Field("order_id")],
    algorithms: RECURRING,
};

/// Return and callback of a recurring payment. Plain SHA-256, unlike everything else (002:D).
pub const RECURRING_RETURN: Rule = Rule {
    name: "recurring return and callback",
    parts: RETURN.parts,
    algorithms: RECURRING,
};

/// Query of an order's status.
pub const ORDER_STATUS: Rule = Rule {
    name: "order status query",
    parts: &[Field("merchant_id"), Secret, Field("order_id")],
    algorithms: ONE_OFF,
};

/// Query of a transaction's status.
pub const TRANSACTION_STATUS: Rule = Rule {
    name: "transaction status query",
    parts: &[Field("merchant_id"), Secret, Field("transaction_reference")],
    algorithms: ONE_OFF,
};

/// Query of the transactions of a period.
pub const TRANSACTION_LIST: Rule = Rule {
    name: "transaction list query",
    parts: &[
        Field("merchant_id"),
        Secret,
        Field("timestamp_start"),
        Field("timestamp_end"),
    ],
    algorithms: ONE_OFF,
};

/// The request for a card token. The key is not part of the text.
pub const TOKEN_REQUEST: Rule = Rule {
    name: "tokenisation request",
    parts: &[Field("merchant_id"), Field("order_id")],
    algorithms: &[RecurringHash::HmacSha256],
};

/// All rules.
pub const RULES: &[Rule] = &[
    HOSTED_FORM,
    RETURN,
    RECURRING_REQUEST,
    RECURRING_RETURN,
    ORDER_STATUS,
    TRANSACTION_STATUS,
    TRANSACTION_LIST,
    TOKEN_REQUEST,
];

impl Rule {
    /// The text that is hashed. A field without a value is empty.
    pub fn text<'a>(&self, secret: &'a str, value: impl Fn(&str) -> &'a str) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Secret => secret,
                Field(name) => value(name),
            })
            .collect()
    }

    /// The hash in lower-case hex.
    pub fn compute<'a>(
        &self,
        algorithm: RecurringHash,
        secret: &'a str,
        value: impl Fn(&str) -> &'a str,
    ) -> String {
        algorithm.digest(secret, &self.text(secret, value))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::wire::digest::hmac_sha256;
    use RecurringHash::{HmacSha256, Md5, Sha256};

    /// What the gateway publishes: the rule, the secret, the values, the hash under each algorithm.
    struct Published {
        rule: Rule,
        secret: &'static str,
        values: &'static [(&'static str, &'static str)],
        hashes: &'static [(RecurringHash, &'static str)],
    }

    const MERCHANT: (&str, &str) = ("merchant_id", "543160464805574");

    const PUBLISHED: &[Published] = &[
        Published {
            rule: HOSTED_FORM,
            secret: "53-784",
            values: &[
                ("detail", "Shopping_cart_id_30"),
                ("amount", "24.50"),
                ("order_id", "56"),
            ],
            hashes: &[
                (
                    HmacSha256,
                    "74422328b44d30bf150fffbae89bbb42b885f9ac0960e2a3ddccc0cf9aa48e39",
                ),
                (Md5, "0bde51ff340f110ab7331a902aa969e7"),
            ],
        },
        Published {
            rule: RETURN,
            secret: "53-784",
            values: &[
                ("status_id", "1"),
                ("order_id", "56"),
                ("transaction_id", "14363538840"),
                ("msg", "Payment_was_successful"),
            ],
            hashes: &[
                (
                    HmacSha256,
                    "4ca7837c6c4ddb5f6ba573ea701235b2d04bc6400d32787539e07aaf319eb70f",
                ),
                (Md5, "69686562c29ad3f7955b1843a5c275ca"),
            ],
        },
        Published {
            rule: RECURRING_REQUEST,
            secret: "21245-957",
            values: &[("recurring_id", "1234"), ("order_id", "12")],
            hashes: &[(
                Sha256,
                "a8167dd09f01ebed0b18e67b2cc2424a0d058ccc83d94803482ecdeedff7728f",
            )],
        },
        Published {
            rule: RECURRING_RETURN,
            secret: "21245-957",
            values: &[
                ("status_id", "1"),
                ("order_id", "12"),
                ("transaction_id", "14363538840"),
                ("msg", "Payment_was_successful"),
            ],
            hashes: &[(
                Sha256,
                "24354422953c29bf4b822f6783bbaf64ef445623d6e8ea4ddc1582a29c03cda0",
            )],
        },
        Published {
            rule: ORDER_STATUS,
            secret: "21245-957",
            values: &[MERCHANT, ("order_id", "123")],
            hashes: &[(Md5, "368c7a62e622a553107dc5b30849a5f2")],
        },
        Published {
            rule: TRANSACTION_STATUS,
            secret: "21245-957",
            values: &[MERCHANT, ("transaction_reference", "160499101311679101")],
            hashes: &[
                (Md5, "640a0a2f9bbf2a1e78b64f8849bfbf71"),
                (
                    HmacSha256,
                    "5685bce1a5c462c4a3f9d40440cab606f02886fbe246ae094f16c492754a2f6b",
                ),
            ],
        },
        Published {
            rule: TRANSACTION_LIST,
            secret: "21245-957",
            values: &[
                MERCHANT,
                ("timestamp_start", "1577808000"),
                ("timestamp_end", "1577894399"),
            ],
            hashes: &[
                (Md5, "5606f217f05896ae0937c7f96437327b"),
                (
                    HmacSha256,
                    "58e13aadcac0070a32c504949e2b2da6b0b4341828461eac5fbd101f5a481616",
                ),
            ],
        },
        Published {
            rule: TOKEN_REQUEST,
            secret: "53-784",
            values: &[MERCHANT, ("order_id", "56")],
            hashes: &[(
                HmacSha256,
                "151bf4a479ed166d6b211528d0a0b452625c8fe83656489c82286fcb975889b5",
            )],
        },
    ];

    fn computed(vector: &Published, algorithm: RecurringHash) -> String {
        vector.rule.compute(algorithm, vector.secret, |name| {
            vector
                .values
                .iter()
                .find(|(its, _)| *its == name)
                .map(|(_, value)| *value)
                .unwrap()
        })
    }

    #[test]
    fn every_published_example_reproduces() {
        for vector in PUBLISHED {
            for (algorithm, hash) in vector.hashes {
                assert!(vector.rule.algorithms.contains(algorithm), "{}", vector.rule.name);
                assert_eq!(computed(vector, *algorithm), *hash, "{}", vector.rule.name);
            }
        }
    }

    #[test]
    fn every_rule_has_a_published_example() {
        let proven: BTreeSet<&str> = PUBLISHED.iter().map(|vector| vector.rule.name).collect();
        let all: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(proven, all);
    }

    #[test]
    fn the_value_printed_for_order_status_queries_is_the_digest_of_nothing() {
        let printed = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
        let order_status = PUBLISHED
            .iter()
            .find(|vector| vector.rule == ORDER_STATUS)
            .unwrap();
        assert_eq!(hex::encode(hmac_sha256(b"", b"")), printed);
        assert_eq!(
            computed(order_status, HmacSha256),
            "4bcdce4419809c98b10c198473421a4e5cc9656f76d865cefb096321f19c1f87"
        );
    }

    #[test]
    fn an_hmac_is_not_the_recurring_hash() {
        let request = PUBLISHED
            .iter()
            .find(|vector| vector.rule == RECURRING_REQUEST)
            .unwrap();
        assert!(computed(request, HmacSha256).starts_with("175bb5f4866a"));
    }
}
