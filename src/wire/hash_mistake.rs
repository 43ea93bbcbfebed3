//! The mistakes by which the hash of a recurring callback comes out wrong, and the hash that each of them makes.
//! Pure.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode_str;

use super::{
    digest::{hmac_sha256, md5_hex, sha256_hex},
    gateway_hash::RECURRING_REQUEST,
    recurring::RecurringHash,
    return_template::url_encoded,
};

/// Fields under the hash, in the gateway's order.
pub const FIELDS: [&str; 4] = ["status_id", "order_id", "transaction_id", "msg"];

/// The values of a callback, as its reader has them.
#[derive(Clone, Copy, Debug)]
pub struct Hashed<'a> {
    /// The rule of the account.
    pub rule: RecurringHash,
    /// The secret.
    pub secret: &'a str,
    /// The values of [`FIELDS`].
    pub values: [&'a str; 4],
    /// `recurring_id`, which is under no hash of a callback.
    pub recurring_id: &'a str,
}

/// One way to a wrong hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// What was done.
    pub mistake: String,
    /// What to look for in the code, and what to put there.
    pub remedy: &'static str,
    /// The hash that comes of it.
    pub hash: String,
}

const ORDER: &str =
    "look for the line that joins the fields: the order is secret, status_id, order_id, transaction_id, msg";
const ALL: &str = "look for the line that joins the fields: all of status_id, order_id, transaction_id and msg belong there, \
                   an empty one as an empty text";
const JOINT: &str = "look for join or implode: nothing stands between the fields";
const SECRET: &str = "look for where the secret is read and put: it stands once, in front of the fields, without blanks, line \
                      ends or quotation marks";
const ALGORITHM: &str = "look for the name of the algorithm, and compare it with the hash type of the account: plain SHA-256 is \
                         the gateway's rule for recurring payments";
const MESSAGE: &str = "look for what changes msg between reading and hashing: it is hashed as the parser of JSON or form hands \
                       it over, decoded once";
const WRITING: &str = "look for how the digest is written: 64 hex digits in small letters (32 for MD5)";
const RULE: &str = "look for the list of fields: it is the one of another message of the gateway";
const NUMBER: &str = "look for what reads numbers: an id is a text; read it as one, with every digit";

impl Hashed<'_> {
    /// The right hash.
    pub fn right(&self) -> String {
        self.rule.compute(self.secret, &self.values.concat())
    }

    /// The ways that lead to this hash; empty when none is known or when it is right.
    pub fn explain(&self, given: &str) -> Vec<Way> {
        if given == self.right() {
            return Vec::new();
        }
        self.ways().into_iter().filter(|way| way.hash == given).collect()
    }

    /// Every known mistake that changes the hash of these values.
    pub fn ways(&self) -> Vec<Way> {
        let mut ways = Vec::new();
        self.algorithms(&mut ways);
        self.secrets(&mut ways);
        self.orders(&mut ways);
        self.joints(&mut ways);
        self.messages(&mut ways);
        self.others(&mut ways);
        let right = self.right();
        ways.retain(|way| way.hash != right);
        ways
    }

    fn add(ways: &mut Vec<Way>, mistake: impl Into<String>, remedy: &'static str, hash: String) {
        ways.push(Way {
            mistake: mistake.into(),
            remedy,
            hash,
        });
    }

    fn of(&self, text: &str) -> String {
        self.rule.digest(self.secret, text)
    }

    fn with(&self, values: [&str; 4]) -> String {
        self.rule.compute(self.secret, &values.concat())
    }

    fn algorithms(&self, ways: &mut Vec<Way>) {
        let (secret, joined) = (self.secret, self.values.concat());
        for (rule, name) in [
            (RecurringHash::Sha256, "plain SHA-256 is computed"),
            (
                RecurringHash::HmacSha256,
                "HMAC-SHA256 keyed by the secret is computed, with the secret in the text as well",
            ),
            (RecurringHash::Md5, "MD5 is computed"),
        ] {
            if rule != self.rule {
                Self::add(ways, name, ALGORITHM, rule.compute(secret, &joined));
            }
        }
        // Under the keyed rule this is the text without the secret.
        if self.rule != RecurringHash::HmacSha256 {
            let keyed = hex::encode(hmac_sha256(secret.as_bytes(), joined.as_bytes()));
            Self::add(
                ways,
                "HMAC-SHA256 keyed by the secret is computed over the fields alone",
                ALGORITHM,
                keyed,
            );
        }
        let right = self.right();
        Self::add(
            ways,
            "the digest is written in capital hex digits",
            WRITING,
            right.to_ascii_uppercase(),
        );
        let bytes = hex::decode(&right).unwrap_or_default();
        Self::add(
            ways,
            "the digest is written in base64",
            WRITING,
            STANDARD.encode(bytes),
        );
        Self::add(ways, "the hash is hashed once more", WRITING, self.twice(&right));
    }

    fn twice(&self, once: &str) -> String {
        match self.rule {
            RecurringHash::Md5 => md5_hex(once.as_bytes()),
            _ => sha256_hex(once.as_bytes()),
        }
    }

    fn secrets(&self, ways: &mut Vec<Way>) {
        let (secret, joined) = (self.secret, self.values.concat());
        Self::add(
            ways,
            "the secret is missing from the text",
            SECRET,
            self.of(&joined),
        );
        Self::add(
            ways,
            "the secret stands behind the fields",
            SECRET,
            self.of(&format!("{joined}{secret}")),
        );
        Self::add(
            ways,
            "the secret stands in front of the fields and behind them",
            SECRET,
            self.of(&format!("{secret}{joined}{secret}")),
        );
        for (name, other) in [
            ("the secret is empty", String::new()),
            ("the secret has a newline at its end", format!("{secret}\n")),
            (
                "the secret has quotation marks around it",
                format!("\"{secret}\""),
            ),
            ("the secret is the text undefined", "undefined".to_owned()),
            ("the secret is the text None", "None".to_owned()),
        ] {
            // Without a secret in the text this is the same as none at all, but for the key of an HMAC.
            if !(other.is_empty() && self.rule != RecurringHash::HmacSha256) {
                Self::add(ways, name, SECRET, self.rule.compute(&other, &joined));
            }
        }
    }

    fn orders(&self, ways: &mut Vec<Way>) {
        for (place, field) in FIELDS.iter().enumerate() {
            let mut values = self.values;
            values[place] = "";
            Self::add(
                ways,
                format!("{field} is missing from the text"),
                ALL,
                self.with(values),
            );
        }
        for order in permutations() {
            if order != [0, 1, 2, 3] {
                let names: Vec<&str> = order.iter().map(|place| FIELDS[*place]).collect();
                let values = order.map(|place| self.values[place]);
                Self::add(
                    ways,
                    format!("the fields are put in the order {}", names.join(", ")),
                    ORDER,
                    self.with(values),
                );
            }
        }
    }

    fn joints(&self, ways: &mut Vec<Way>) {
        for (joint, name) in [
            ("|", "bars"),
            ("&", "ampersands"),
            ("-", "hyphens"),
            (",", "commas"),
            (" ", "blanks"),
            (":", "colons"),
            ("\n", "line breaks"),
        ] {
            let text = [&[self.secret], self.values.as_slice()].concat().join(joint);
            Self::add(
                ways,
                format!("secret and fields are joined by {name}"),
                JOINT,
                self.of(&text),
            );
        }
        let pairs: Vec<String> = FIELDS
            .iter()
            .zip(self.values)
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let text = format!("{}{}", self.secret, pairs.join("&"));
        Self::add(
            ways,
            "names are hashed with the values, like a query",
            JOINT,
            self.of(&text),
        );
    }

    fn messages(&self, ways: &mut Vec<Way>) {
        let [status, order, transaction, msg] = self.values;
        let spaced = msg.replace('+', " ");
        for (name, changed) in [
            ("underscores of msg are replaced by spaces", msg.replace('_', " ")),
            ("spaces of msg are replaced by underscores", msg.replace(' ', "_")),
            (
                "msg is URL-decoded once too often",
                percent_decode_str(&spaced).decode_utf8_lossy().into_owned(),
            ),
            ("msg is hashed URL-encoded", url_encoded(msg)),
            ("msg is trimmed", msg.trim().to_owned()),
            ("msg is hashed in small letters", msg.to_lowercase()),
            ("msg is escaped for HTML", html(msg)),
        ] {
            Self::add(
                ways,
                name,
                MESSAGE,
                self.with([status, order, transaction, &changed]),
            );
        }
    }

    fn others(&self, ways: &mut Vec<Way>) {
        let [status, order, transaction, msg] = self.values;
        let value = |name: &str| match name {
            "status_id" => status,
            "order_id" => order,
            "transaction_id" => transaction,
            "msg" => msg,
            "recurring_id" => self.recurring_id,
            _ => "",
        };
        let request = RECURRING_REQUEST.compute(self.rule, self.secret, value);
        Self::add(
            ways,
            "recurring_id and order_id are hashed, as in the request",
            RULE,
            request,
        );
        let recurring = format!("{}{}{}", self.secret, self.recurring_id, self.values.concat());
        Self::add(
            ways,
            "recurring_id is hashed in front of the other fields",
            RULE,
            self.of(&recurring),
        );
        let paid = if status == "1" { "true" } else { "false" };
        Self::add(
            ways,
            "status_id is read as true or false",
            NUMBER,
            self.with([paid, order, transaction, msg]),
        );
        if let Ok(double) = transaction.parse::<f64>() {
            let read = format!("{double:e}").replace('e', "E+");
            Self::add(
                ways,
                "transaction_id is read as a floating-point number",
                NUMBER,
                self.with([status, order, &read, msg]),
            );
            let zeros = transaction.trim_start_matches('0');
            Self::add(
                ways,
                "leading zeros of transaction_id are lost",
                NUMBER,
                self.with([status, order, zeros, msg]),
            );
        }
        let zeros = order.trim_start_matches('0');
        Self::add(
            ways,
            "leading zeros of order_id are lost",
            NUMBER,
            self.with([status, zeros, transaction, msg]),
        );
    }
}

fn html(text: &str) -> String {
    html_escape::encode_text(text).replace('"', "&quot;")
}

fn permutations() -> Vec<[usize; 4]> {
    let mut all = Vec::new();
    for first in 0..4 {
        for second in (0..4).filter(|place| *place != first) {
            for third in (0..4).filter(|place| ![first, second].contains(place)) {
                let fourth = 6 - first - second - third;
                all.push([first, second, third, fourth]);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hashed(rule: RecurringHash) -> Hashed<'static> {
        Hashed {
            rule,
            secret: "21245-957",
            values: ["1", "0012", "0014363538840", " Payment_was+100%25 <ok> "],
            recurring_id: "77",
        }
    }

    #[test]
    fn each_mistake_is_recognised_as_itself_and_as_no_other() {
        for rule in [
            RecurringHash::Sha256,
            RecurringHash::HmacSha256,
            RecurringHash::Md5,
        ] {
            let hashed = hashed(rule);
            let ways = hashed.ways();
            assert!(ways.len() > 50, "{}", ways.len());
            for way in &ways {
                assert_eq!(hashed.explain(&way.hash), std::slice::from_ref(way));
            }
        }
    }

    #[test]
    fn the_published_example_is_right_and_its_hmac_a_known_mistake() {
        let published = Hashed {
            rule: RecurringHash::Sha256,
            secret: "21245-957",
            values: ["1", "12", "14363538840", "Payment_was_successful"],
            recurring_id: "",
        };
        assert_eq!(
            published.right(),
            "24354422953c29bf4b822f6783bbaf64ef445623d6e8ea4ddc1582a29c03cda0"
        );
        let keyed = RecurringHash::HmacSha256.compute("21245-957", "11214363538840Payment_was_successful");
        let ways = published.explain(&keyed);
        assert_eq!(ways.len(), 1);
        assert!(ways[0].mistake.contains("HMAC-SHA256"), "{ways:?}");
    }

    proptest! {
        #[test]
        fn what_was_done_is_among_what_is_named(
            values in proptest::array::uniform4("[A-Za-z0-9_ ]{0,12}"),
            pick in any::<proptest::sample::Index>(),
        ) {
            let hashed = Hashed {
                rule: RecurringHash::Sha256,
                secret: "s-1",
                values: [&values[0], &values[1], &values[2], &values[3]],
                recurring_id: "9",
            };
            let ways = hashed.ways();
            let way = pick.get(&ways);
            prop_assert!(hashed.explain(&way.hash).contains(way));
            prop_assert!(hashed.explain(&hashed.right()).is_empty());
        }
    }
}
