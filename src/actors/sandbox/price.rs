//! Prices and names that an example decides on.

use serde_json::{Value, json};

use crate::wire::money::Money;

/// A price made up of cover and stamp duty, in sen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// For the cover.
    pub cover: i64,
    /// Duty on top; 0 where there is none.
    pub duty: i64,
}

impl Price {
    /// The premium.
    pub fn total(self) -> Money {
        Money::sen(self.cover.saturating_add(self.duty))
    }

    /// What the premium is made up of, as the quotation lists it.
    pub fn parts(self) -> Value {
        let part = |name: &str, sen| json!({"name": name, "amount": Money::sen(sen).amount()});
        let mut parts = vec![part("cover", self.cover)];
        if self.duty > 0 {
            parts.push(part("stamp duty", self.duty));
        }
        Value::Array(parts)
    }
}

/// A product's name with quotes, markup, a line break and letters beyond ASCII, and longer than any
/// description may be.
pub fn awkward(name: &str) -> String {
    let start = format!("“{name}” & <b>100%</b> \\ keluarga's 家庭\nplan; ");
    let more = "with an endorsement, ".repeat(30);
    start + &more
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_add_up() {
        let price = Price { cover: 10, duty: 20 };
        assert_eq!(price.total().amount(), "0.30");
        assert_eq!(
            price.parts(),
            json!([{"name": "cover", "amount": "0.10"}, {"name": "stamp duty", "amount": "0.20"}])
        );
        assert!(awkward("Travel").chars().count() > 500);
    }
}
