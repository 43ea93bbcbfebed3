//! The applicant: checked before anything is sent.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::input::Input;

/// The facts of an applicant, as text exactly as given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applicant {
    name: String,
    id_number: String,
    email: String,
    phone: String,
    birth_date: String,
    address: Value,
}

const PERSONAL: [&str; 4] = ["name", "id_number", "email", "phone"];

impl Applicant {
    /// Reads and checks the facts. Somebody who gives one of name, identity number, e-mail and phone
    /// has to give all four; without any of them the operation is for a made-up customer.
    pub fn read(input: &mut Input<'_>) -> Option<Self> {
        let given = PERSONAL.iter().any(|name| input.mentions(name));
        let address_parts = match input.raw("address") {
            Some(Value::Object(parts)) if !parts.is_empty() => Some(json!(parts)),
            _ => None,
        };
        let mut fact = |name: &'static str, made_up: &str, right: fn(&str) -> bool| {
            let text = match input.text(name) {
                Some(text) => text,
                None if given && PERSONAL.contains(&name) || input.mentions(name) => {
                    input.wrong(name);
                    return None;
                }
                None => made_up.to_owned(),
            };
            if !right(&text) && !input.takes_anything() {
                input.wrong(name);
                return None;
            }
            Some(text)
        };
        let name = fact("name", "Siti Contoh", |text| text.chars().count() <= 200);
        let id_number = fact("id_number", "000101-99-0000", is_id_number);
        let email = fact("email", "siti.contoh@example.invalid", is_email);
        let phone = fact("phone", "+60100000000", is_phone);
        let birth_date = fact("birth_date", "2000-01-01", is_day);
        let address = address_parts
            .or_else(|| fact("address", "1 Jalan Contoh, 50000 Kuala Lumpur", |_| true).map(Value::String));
        Some(Self {
            name: name?,
            id_number: id_number?,
            email: email?,
            phone: phone?,
            birth_date: birth_date?,
            address: address?,
        })
    }

    /// The name for the own books.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The identity number as given.
    pub fn id_number(&self) -> &str {
        &self.id_number
    }

    /// What a quotation needs to know.
    pub fn for_quotation(&self) -> Value {
        json!({"birth_date": self.birth_date})
    }

    /// The customer record.
    pub fn for_customer(&self) -> Value {
        json!({"name": self.name, "id_number": self.id_number, "email": self.email, "phone": self.phone,
               "birth_date": self.birth_date, "address": self.address})
    }
}

fn is_id_number(text: &str) -> bool {
    (5..=20).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_email(text: &str) -> bool {
    let plain = text.len() <= 254
        && !text
            .chars()
            .any(|character| character.is_whitespace() || character.is_control());
    let parts = text.split_once('@');
    plain
        && parts.is_some_and(|(mailbox, domain)| {
            !mailbox.is_empty()
                && !domain.contains('@')
                && domain.split('.').count() > 1
                && domain.split('.').all(|label| !label.is_empty())
        })
}

fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<Date>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bad(input: &Value) -> Vec<&'static str> {
        let mut input = Input::new(input.as_object().unwrap());
        Applicant::read(&mut input);
        input.check().err().unwrap_or_default()
    }

    #[test]
    fn people_are_taken_as_they_are_and_slips_are_named() {
        let mut person = json!({"name": "Aïn a/l O'Hara 陈", "id_number": "010229-14-5678", "email": "a@b.invalid",
                                "phone": "+60123456789", "birth_date": "2004-02-29", "address": {"city": "Ipoh"}});
        assert!(bad(&person).is_empty());
        assert!(bad(&json!({})).is_empty());
        person["birth_date"] = json!("2005-02-29");
        person["email"] = json!("nobody");
        person.as_object_mut().unwrap().remove("phone");
        assert_eq!(bad(&person), ["email", "phone", "birth_date"]);
        assert_eq!(bad(&json!({"name": ""})), ["name", "id_number", "email", "phone"]);
    }
}
