//! What the platform knows: quotations, customers, policies, payments, claims.

use std::collections::HashMap;

use rand::{Rng as _, SeedableRng as _, distr::Alphanumeric, rngs::StdRng};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::{
    ledger::Ledger,
    news::{News, NewsDesk},
    token::Tokens,
};
use crate::wire::{event::EventType, growth::Growth, money::Money};

/// Milliseconds for which a quotation holds.
pub const QUOTATION_MILLIS: i64 = 30 * 60 * 1000;

/// Most resources of all kinds together.
const LIMIT: usize = 500_000;

/// The products: code, name, variants, lowest premium in sen. A request names a product by its code
/// alone or by code, hyphen and variant, such as `TRAVEL-BASIC`.
pub const PRODUCTS: [(&str, &str, &[&str], i64); 4] = [
    ("TRAVEL", "Travel protection", &["BASIC", "PLUS"], 2_500),
    ("MOTOR", "Motor comprehensive", &["STANDARD", "PLUS"], 45_000),
    ("HOME", "Home contents", &["STANDARD"], 12_000),
    ("PA", "Personal accident", &["INDIVIDUAL", "FAMILY"], 6_000),
];

/// The lowest premium of a product, in sen; none when there is no such product or variant.
fn lowest_premium(product_code: &str) -> Option<i64> {
    let (code, variant) = match product_code.split_once('-') {
        Some((code, variant)) => (code, Some(variant)),
        None => (product_code, None),
    };
    let (_, _, variants, lowest) = PRODUCTS.iter().find(|(known, ..)| *known == code)?;
    variant
        .is_none_or(|variant| variants.contains(&variant))
        .then_some(*lowest)
}

/// How a payment stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaymentStatus {
    /// Paid.
    #[default]
    Successful,
    /// Not yet known.
    Pending,
    /// Refused.
    Declined,
}

impl PaymentStatus {
    /// The contract's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Successful => "successful",
            Self::Pending => "pending",
            Self::Declined => "declined",
        }
    }
}

/// A priced offer.
#[derive(Clone, Debug)]
pub struct Quotation {
    /// Price.
    pub premium: Money,
    /// When it ends, in UNIX milliseconds.
    pub expires_millis: i64,
}

/// A policy.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The partner's order.
    pub order_id: String,
    /// Price.
    pub premium: Money,
    /// `pending_payment`, `issued` or `cancelled`.
    pub status: &'static str,
    /// Sen that were paid for it.
    pub paid: i64,
    /// First and last day of cover, and number; there once it is issued.
    pub issued: Option<(String, String, String)>,
}

impl Policy {
    /// A policy that is paid and issued.
    pub fn in_force(order_id: &str, premium: &Money, now_millis: i64) -> Self {
        let (from, to) = cover(now_millis);
        let number = format!("SN-{:08}", now_millis.unsigned_abs() % 100_000_000);
        Self {
            order_id: order_id.to_owned(),
            premium: premium.clone(),
            status: "issued",
            paid: premium.minor,
            issued: Some((from, to, number)),
        }
    }
}

/// A payment.
#[derive(Clone, Debug)]
pub struct Payment {
    /// Its id.
    pub id: String,
    /// The policy it pays, if the sandbox knows one.
    pub policy_id: Option<String>,
    /// The partner's order.
    pub order_id: String,
    /// Amount.
    pub amount: Money,
    /// How it stands.
    pub status: PaymentStatus,
    /// Sen that were given back.
    pub refunded: i64,
    /// When it was made, in UNIX milliseconds.
    pub created_millis: i64,
    /// Number of the mount it was made under.
    pub mount: Option<u64>,
}

/// A claim.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The policy.
    pub policy_id: String,
    /// The contract's word for where it stands.
    pub status: String,
}

/// Everything the platform knows.
#[derive(Debug)]
pub struct State {
    random: StdRng,
    seed: u64,
    /// Whether ids are given out at their greatest length.
    pub long_ids: bool,
    /// Quotations by id.
    pub quotations: HashMap<String, Quotation>,
    /// Customers by id; the value says whether validation has passed.
    pub customers: HashMap<String, bool>,
    /// Policies by id.
    pub policies: HashMap<String, Policy>,
    /// Payments in the order in which they were made.
    pub payments: Vec<Payment>,
    payment_places: HashMap<String, usize>,
    /// Claims by id.
    pub claims: HashMap<String, Claim>,
    /// Access tokens.
    pub tokens: Tokens,
    /// Idempotency keys.
    pub ledger: Ledger,
    /// What partners are to be told.
    pub news: NewsDesk,
}

impl State {
    /// A platform that knows nothing yet.
    pub fn new(seed: u64) -> Self {
        Self {
            random: StdRng::seed_from_u64(seed),
            seed,
            long_ids: false,
            quotations: HashMap::new(),
            customers: HashMap::new(),
            policies: HashMap::new(),
            payments: Vec::new(),
            payment_places: HashMap::new(),
            claims: HashMap::new(),
            tokens: Tokens::default(),
            ledger: Ledger::default(),
            news: NewsDesk::default(),
        }
    }

    /// Random letters and digits.
    pub fn letters(&mut self, count: usize) -> String {
        (&mut self.random)
            .sample_iter(Alphanumeric)
            .take(count)
            .map(char::from)
            .collect()
    }

    /// A fresh id such as `txn_3k…`.
    pub fn fresh_id(&mut self, prefix: &str) -> String {
        let letters = if self.long_ids {
            Growth::LONG_ID.saturating_sub(prefix.len())
        } else {
            22
        };
        format!("{prefix}{}", self.letters(letters))
    }

    /// Whether nothing more fits in.
    pub fn is_full(&self) -> bool {
        self.quotations.len()
            + self.customers.len()
            + self.policies.len()
            + self.payments.len()
            + self.claims.len()
            >= LIMIT
    }

    /// The price of a request for a quotation: the product's lowest premium and up to as much again,
    /// as every fact of the request decides. None when there is no such product.
    pub fn premium(&self, product_code: &str, facts: &Map<String, Value>) -> Option<Money> {
        let lowest = lowest_premium(product_code)?;
        let mut hash = Sha256::new();
        hash.update(self.seed.to_be_bytes());
        hash.update(canonical(&Value::Object(facts.clone())).as_bytes());
        let digest = hash.finalize();
        let number = digest
            .iter()
            .take(6)
            .fold(0_i64, |number, byte| number << 8 | i64::from(*byte));
        Some(Money::sen(lowest + number % lowest))
    }

    /// The payment with an id.
    pub fn payment(&self, id: &str) -> Option<&Payment> {
        self.payment_places
            .get(id)
            .and_then(|place| self.payments.get(*place))
    }

    /// The payment with an id, to be changed.
    pub fn payment_mut(&mut self, id: &str) -> Option<&mut Payment> {
        self.payment_places
            .get(id)
            .and_then(|place| self.payments.get_mut(*place))
    }

    /// Adds a payment, or puts it in the place of one with the same id.
    pub fn put_payment(&mut self, payment: Payment) {
        if let Some(known) = self.payment_mut(&payment.id) {
            *known = payment;
            return;
        }
        self.payment_places
            .insert(payment.id.clone(), self.payments.len());
        self.payments.push(payment);
    }

    /// Books money on a policy; once the premium is paid in full the policy is issued.
    pub fn book(&mut self, policy_id: &str, amount: &Money, now_millis: i64) {
        let number = self.letters(8).to_ascii_uppercase();
        let Some(policy) = self.policies.get_mut(policy_id) else {
            return;
        };
        if policy.premium.currency != amount.currency {
            return;
        }
        policy.paid = policy.paid.saturating_add(amount.minor);
        if policy.status == "pending_payment" && policy.paid >= policy.premium.minor {
            policy.status = "issued";
            let (from, to) = cover(now_millis);
            let number = format!("SN-{number}");
            let mut news = News::of(EventType::PolicyIssued)
                .with("policy_number", number.as_str())
                .with("cover_from", from.as_str())
                .with("cover_to", to.as_str());
            policy_id.clone_into(&mut news.references.policy);
            policy.order_id.clone_into(&mut news.references.order);
            policy.issued = Some((from, to, number));
            self.news.add(news);
        }
    }

    /// Sets how a payment stands; a pending one that succeeds is booked. False when there is none.
    pub fn settle(&mut self, id: &str, status: PaymentStatus, now_millis: i64) -> bool {
        let Some(payment) = self.payment_mut(id) else {
            return false;
        };
        let booked = payment.status != PaymentStatus::Successful && status == PaymentStatus::Successful;
        payment.status = status;
        if booked && let Some(policy_id) = payment.policy_id.clone() {
            let amount = payment.amount.clone();
            self.book(&policy_id, &amount, now_millis);
        }
        true
    }
}

/// A year of cover from today, by the calendar of Malaysia.
fn cover(now_millis: i64) -> (String, String) {
    let malaysia = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    let Ok(now) = jiff::Timestamp::from_millisecond(now_millis) else {
        return (String::new(), String::new());
    };
    let from = now.to_zoned(malaysia).date();
    let to = from
        .saturating_add(jiff::Span::new().years(1))
        .yesterday()
        .unwrap_or(from);
    (from.to_string(), to.to_string())
}

/// JSON with its members in order, so that equal facts cost the same.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut parts: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{name:?}:{}", canonical(value)))
                .collect();
            parts.sort_unstable();
            format!("{{{}}}", parts.join(","))
        }
        Value::Array(items) => {
            let parts: Vec<String> = items.iter().map(canonical).collect();
            format!("[{}]", parts.join(","))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn premium(facts: &Value) -> Option<i64> {
        let facts = facts.as_object().cloned().unwrap();
        State::new(1).premium("TRAVEL", &facts).map(|money| money.minor)
    }

    #[test]
    fn a_premium_follows_from_the_facts() {
        let one = premium(&json!({"a": 1, "b": {"c": 2, "d": 3}}));
        assert_eq!(one, premium(&json!({"b": {"d": 3, "c": 2}, "a": 1})));
        assert_ne!(one, premium(&json!({"a": 2, "b": {"c": 2, "d": 3}})));
        assert!(one.is_some_and(|sen| (2_500..5_000).contains(&sen)));
        for (code, known) in [
            ("TRAVEL-BASIC", true),
            ("TRAVEL-GOLD", false),
            ("YACHT", false),
            ("", false),
        ] {
            assert_eq!(
                State::new(1).premium(code, &Map::new()).is_some(),
                known,
                "{code:?}"
            );
        }
    }

    #[test]
    fn a_policy_is_issued_when_it_is_paid_in_full() {
        let mut state = State::new(1);
        let policy = Policy {
            order_id: "O".to_owned(),
            premium: Money::sen(100),
            status: "pending_payment",
            paid: 0,
            issued: None,
        };
        state.policies.insert("P".to_owned(), policy);
        state.book("P", &Money::sen(99), 0);
        assert_eq!(state.policies["P"].status, "pending_payment");
        state.book("P", &Money::sen(1), 1_795_170_930_123);
        let policy = &state.policies["P"];
        assert_eq!(policy.status, "issued");
        let (from, to, _) = policy.issued.clone().unwrap();
        assert_eq!((from.as_str(), to.as_str()), ("2026-11-20", "2027-11-19"));
    }
}
