//! Products and quotation: what it costs, and whether the answer makes sense.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use super::applicant::Applicant;
use super::flow::{Flow, member};
use super::input::Input;
use crate::reference::api_client::call::Call;
use crate::reference::api_client::failure::Failure;
use crate::reference::clock;
use crate::reference::defect::Defect;
use crate::reference::money::Sen;

/// What is to be quoted.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Product; the first on offer if not given.
    pub product_code: Option<String>,
    /// Cover as given, else a year from tomorrow on.
    pub cover: Option<Value>,
    /// Currency asked for.
    pub currency: String,
    /// For whom.
    pub applicant: Applicant,
}

/// A usable quotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quotation {
    /// The platform's id.
    pub id: String,
    /// Price.
    pub premium: Sen,
    /// Currency.
    pub currency: String,
    /// What it is for, in the platform's words.
    pub product: String,
}

impl Wish {
    /// Reads and checks the input.
    pub fn read(input: &mut Input<'_>) -> Option<Self> {
        let product_code = input.text("product_code");
        let currency = input.text("currency").unwrap_or_else(|| "MYR".into());
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            input.wrong("currency");
        }
        let cover = input.raw("cover").cloned();
        let (from, to) = (day(input, "cover_from"), day(input, "cover_to"));
        let cover = cover.or_else(|| Some(json!({"start": from?, "end": to?})));
        let applicant = Applicant::read(input)?;
        Some(Self {
            product_code,
            cover,
            currency,
            applicant,
        })
    }
}

/// Asks for the products and a quotation, unless this operation has one already.
pub async fn obtain(flow: &Flow<'_>, wish: &Wish) -> Result<Quotation, Failure> {
    let (code, product) = product(flow, wish).await?;
    let body = json!({
        "product_code": code,
        "cover": wish.cover.clone().unwrap_or_else(year_from_tomorrow),
        "currency": wish.currency,
        "applicant": wish.applicant.for_quotation(),
    });
    let now = clock::now();
    let answer = flow
        .write("quotation", "/v1/quotations", body, |answer| {
            if flow.partner.has(Defect::QuoteBlind) {
                return Ok(());
            }
            read(answer, &wish.currency, Some(now)).map(|_| ())
        })
        .await?;
    if flow.partner.has(Defect::QuoteBlind) {
        return Ok(unread(&answer, product));
    }
    let quotation = read(&answer, &wish.currency, None)?;
    Ok(Quotation { product, ..quotation })
}

/// Whatever stands there, under [`Defect::QuoteBlind`].
fn unread(answer: &Value, product: String) -> Quotation {
    let text = |name| member(answer, name).unwrap_or_default().to_owned();
    Quotation {
        id: text("quotation_id"),
        premium: Sen::parse(text("premium").trim_start_matches('-')).unwrap_or(Sen(0)),
        currency: text("currency"),
        product,
    }
}

/// A day of the input.
fn day(input: &mut Input<'_>, name: &'static str) -> Option<String> {
    let day = input.text(name)?;
    if day.len() != 10 || day.parse::<jiff::civil::Date>().is_err() {
        input.wrong(name);
    }
    Some(day)
}

/// Code and name of the product.
async fn product(flow: &Flow<'_>, wish: &Wish) -> Result<(String, String), Failure> {
    let mut call = Call::get("/v1/products");
    call.authenticated = !flow.partner.has(Defect::NoAuthOnSome);
    let listed = match flow.session.call(&call).await {
        Ok(listed) => listed,
        Err(_) if !call.authenticated => {
            let code = wish.product_code.clone().unwrap_or_else(|| "TRAVEL".into());
            return Ok((code.clone(), code));
        }
        Err(failure) => return Err(failure),
    };
    let known: Vec<(&str, &str)> = ["products", "items", "data"]
        .iter()
        .find_map(|name| listed.get(*name))
        .unwrap_or(&listed)
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|product| {
            let code = member(product, "code")?;
            Some((code, product.get("name").and_then(Value::as_str).unwrap_or(code)))
        })
        .collect();
    match &wish.product_code {
        Some(code) => {
            let plain = code.split_once('-').map_or(code.as_str(), |(plain, _)| plain);
            let named = known.iter().find(|(known, _)| *known == code || *known == plain);
            Ok((
                code.clone(),
                named.map_or(code.as_str(), |(_, name)| name).to_owned(),
            ))
        }
        None => known
            .first()
            .map(|(code, name)| ((*code).to_owned(), (*name).to_owned()))
            .ok_or_else(|| Failure::unusable("product code")),
    }
}

/// Reads a quotation. With `now`, one that has expired is of no use.
fn read(answer: &Value, currency: &str, now: Option<Timestamp>) -> Result<Quotation, Failure> {
    let id = member(answer, "quotation_id").ok_or_else(|| Failure::unusable("quotation_id"))?;
    let premium = member(answer, "premium")
        .and_then(Sen::parse)
        .filter(|premium| premium.0 > 0)
        .ok_or_else(|| Failure::unusable("premium"))?;
    if member(answer, "currency") != Some(currency) {
        return Err(Failure::unusable("currency"));
    }
    if let (Some(expires_at), Some(now)) = (answer.get("expires_at"), now) {
        let expires_at: Option<Timestamp> = expires_at.as_str().and_then(|text| text.parse().ok());
        if expires_at.is_none_or(|expires_at| expires_at <= now) {
            return Err(Failure::unusable("expires_at"));
        }
    }
    Ok(Quotation {
        id: id.to_owned(),
        premium,
        currency: currency.to_owned(),
        product: String::new(),
    })
}

fn year_from_tomorrow() -> Value {
    let zone = TimeZone::get("Asia/Kuala_Lumpur").unwrap_or(TimeZone::UTC);
    let today = clock::now().to_zoned(zone).date();
    let start = today.saturating_add(1.day());
    let end = start.saturating_add(1.year()).saturating_sub(1.day());
    json!({"start": start.to_string(), "end": end.to_string()})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_not_sold() {
        let now: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
        let good = json!({"quotation_id": "q", "premium": "12.30", "currency": "MYR", "expires_at": "2026-11-20T11:00:00Z", "new": 1});
        assert_eq!(read(&good, "MYR", Some(now)).unwrap().premium, Sen(1_230));
        for (name, value) in [
            ("quotation_id", json!(null)),
            ("premium", json!("-1.00")),
            ("premium", json!("N/A")),
            ("premium", json!("0.00")),
            ("currency", json!("IDR")),
            ("expires_at", json!("2026-11-20T09:00:00Z")),
        ] {
            let mut bad = good.clone();
            bad[name] = value;
            let failure = read(&bad, "MYR", Some(now)).unwrap_err();
            assert!(failure.message.contains(name), "{name}: {}", failure.message);
        }
    }
}
