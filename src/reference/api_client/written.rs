//! How a body stands on the wire: JSON in UTF-8, exactly as the operation made it, unless a defect says
//! otherwise.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::call::Call;
use crate::reference::defect::{Defect, Defects};
use crate::reference::money::Sen;

const DEFECTS: [Defect; 6] = [
    Defect::SchemaDrift,
    Defect::FloatAmount,
    Defect::SenRinggitMixup,
    Defect::Mojibake,
    Defect::LocalDate,
    Defect::DigitsAsNumber,
];

/// Media type and bytes of a call's body; none where it has none.
pub fn body(call: &Call, defects: Defects) -> Option<(&'static str, Vec<u8>)> {
    let body = call.body.as_ref()?;
    // Credentials are out of reach of these defects.
    let plain = call.key.is_none();
    if plain || !(defects.has_any(&DEFECTS) || defects.has(Defect::FormInsteadOfJson)) {
        return Some(("application/json", body.to_string().into_bytes()));
    }
    let mut body = body.clone();
    spoil(&mut body, &call.path, defects);
    if defects.has(Defect::FormInsteadOfJson) {
        return Some(("application/x-www-form-urlencoded", form(&body)));
    }
    Some(("application/json", body.to_string().into_bytes()))
}

fn spoil(body: &mut Value, path: &str, defects: Defects) {
    if defects.has(Defect::SchemaDrift)
        && path == "/v1/customers"
        && let Some(members) = body.as_object_mut()
        && let Some(born) = members.remove("birth_date")
    {
        members.insert("dob".into(), born);
        members.insert("gender".into(), json!("unknown"));
    }
    if defects.has(Defect::DigitsAsNumber) {
        for name in ["phone", "id_number"] {
            if let Some(text) = body.get_mut(name)
                && let Some(number) = text.as_str().and_then(|digits| digits.parse::<u64>().ok())
            {
                *text = json!(number.to_string());
            }
        }
    }
    if let Some(amount) = body.get_mut("amount")
        && let Some(sen) = amount.as_str().and_then(Sen::parse)
    {
        if defects.has(Defect::FloatAmount) {
            *amount = json!(floating(sen));
        }
        if defects.has(Defect::SenRinggitMixup) {
            *amount = json!(format!("{}.00", sen.0));
        }
    }
    if defects.has(Defect::LocalDate) {
        each_text(body, &day_in_utc);
    }
    if defects.has(Defect::Mojibake) {
        each_text(body, &|text| Some(read_as_latin(text)));
    }
}

/// The sum of ringgit, ten-sen and sen in floating point, as it prints.
fn floating(sen: Sen) -> String {
    let mut sum = f64::from(i32::try_from(sen.0 / 100).unwrap_or(i32::MAX));
    for _ in 0..(sen.0 % 100) / 10 {
        sum += 0.1;
    }
    for _ in 0..sen.0 % 10 {
        sum += 0.01;
    }
    sum.to_string()
}

/// A day as the moment at which it begins in Malaysia, printed in UTC without its time.
fn day_in_utc(text: &str) -> Option<String> {
    let day: Date = (text.len() == 10).then(|| text.parse().ok())??;
    let zone = TimeZone::get("Asia/Kuala_Lumpur").ok()?;
    let begins = day.to_zoned(zone).ok()?.timestamp().to_string();
    begins.get(..10).map(str::to_owned)
}

/// The bytes of the text, each taken for a character of its own.
fn read_as_latin(text: &str) -> String {
    text.bytes().map(char::from).collect()
}

fn each_text(value: &mut Value, change: &impl Fn(&str) -> Option<String>) {
    match value {
        Value::String(text) => {
            if let Some(changed) = change(text) {
                *text = changed;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| each_text(item, change)),
        Value::Object(members) => members.values_mut().for_each(|member| each_text(member, change)),
        _ => {}
    }
}

fn form(body: &Value) -> Vec<u8> {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in body.as_object().into_iter().flatten() {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        pairs.append_pair(name, &text);
    }
    pairs.finish().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(path: &str, sent: &Value, defects: &[Defect]) -> String {
        let call = Call::post(path, sent.clone(), "key");
        let (_, bytes) = body(&call, defects.iter().copied().collect()).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_body_is_written_as_it_is() {
        let customer =
            json!({"name": "Zoë", "phone": "+60123456789", "birth_date": "2004-02-29", "amount": "0.30"});
        assert_eq!(written("/v1/customers", &customer, &[]), customer.to_string());
        let spoilt = |defect| written("/v1/customers", &customer, &[defect]);
        assert!(spoilt(Defect::SchemaDrift).contains("\"dob\":\"2004-02-29\""));
        assert!(spoilt(Defect::FloatAmount).contains("\"0.30000000000000004\""));
        assert!(spoilt(Defect::SenRinggitMixup).contains("\"30.00\""));
        assert!(spoilt(Defect::Mojibake).contains("\"ZoÃ«\""));
        assert!(spoilt(Defect::LocalDate).contains("\"2004-02-28\""));
        assert!(spoilt(Defect::DigitsAsNumber).contains("\"60123456789\""));
        assert!(spoilt(Defect::FormInsteadOfJson).contains("phone=%2B60123456789"));
    }
}
