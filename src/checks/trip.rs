//! Whether what was entered at the partner's side reached the platform as it was.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    api::unreached,
    outcome::Outcome,
    sent::{document, member, passed, requests, shown, texts, wrong},
    view::View,
    words::inconclusive,
};
use crate::wire::fault::ApiCall;

/// A fact that somebody entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// Name of the customer.
    Name,
    /// Number of the identity card.
    IdNumber,
    /// Phone number.
    Phone,
    /// Day of birth.
    BirthDate,
    /// First day of cover.
    CoverFrom,
}

impl Fact {
    /// The placeholder that carries it.
    pub fn field(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::IdNumber => "id_number",
            Self::Phone => "phone",
            Self::BirthDate => "birth_date",
            Self::CoverFrom => "cover_from",
        }
    }
}

/// A fact reaches the sandbox as it was entered.
pub fn survives_the_trip(view: View<'_>, fact: Fact, value: &str, zone: &str) -> Outcome {
    match fact {
        Fact::BirthDate | Fact::CoverFrom => day_survives(view, fact, value, zone),
        Fact::Name | Fact::IdNumber | Fact::Phone => text_survives(view, fact, value),
    }
}

fn text_survives(view: View<'_>, fact: Fact, value: &str) -> Outcome {
    let sent = requests(view, &[ApiCall::Customer]);
    if sent.is_empty() {
        return inconclusive(format!(
            "no customer data were sent: {}",
            unreached(view.operation())
        ));
    }
    for at in sent {
        let found = member(at.1, fact.field());
        let same = found
            .as_ref()
            .and_then(Value::as_str)
            .is_some_and(|text| match fact {
                // Hyphens in the number of an identity card are a way of writing it.
                Fact::IdNumber => text.replace('-', "") == value.replace('-', ""),
                _ => text == value,
            });
        if !same {
            let code = if fact == Fact::Name {
                "text-changed"
            } else {
                "digits-changed"
            };
            let expected = format!("{} {value:?}, as it was entered", fact.field());
            let observed = found.as_ref().map_or_else(
                || format!("no readable member {}", fact.field()),
                |found| format!("{} {}", fact.field(), shown(found)),
            );
            return wrong(code, view, at, expected, &observed);
        }
    }
    passed()
}

/// What a text says about a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// The day itself.
    Right,
    /// A day close to it.
    Beside,
    /// The day, written otherwise than ISO 8601 has it.
    Otherwise,
}

fn day_survives(view: View<'_>, fact: Fact, value: &str, zone: &str) -> Outcome {
    let (Ok(day), Ok(zone)) = (value.parse::<jiff::civil::Date>(), jiff::tz::TimeZone::get(zone)) else {
        return inconclusive(format!("{value:?} in {zone:?} is no day"));
    };
    let calls = [ApiCall::Quotation, ApiCall::Customer, ApiCall::Policy];
    let mut right = false;
    for at in requests(view, &calls) {
        let Some(document) = document(at.1) else { continue };
        let mut found = Vec::new();
        texts(&document, &mut found);
        for text in found {
            let code = match told(&text, day, &zone) {
                None => continue,
                Some(Told::Right) => {
                    right = true;
                    continue;
                }
                Some(Told::Beside) => "wrong-day",
                Some(Told::Otherwise) => "not-iso-8601",
            };
            let expected = format!("{} {value}, written so (ISO 8601)", fact.field());
            return wrong(code, view, at, expected, &format!("{text:?}"));
        }
    }
    if right {
        return passed();
    }
    inconclusive(format!(
        "no request names {} {value} or a day beside it: {}",
        fact.field(),
        unreached(view.operation())
    ))
}

fn told(text: &str, day: jiff::civil::Date, zone: &jiff::tz::TimeZone) -> Option<Told> {
    let stated = if text.len() == 10 {
        text.parse::<jiff::civil::Date>().ok()
    } else {
        let moment = text.parse::<jiff::Timestamp>().ok();
        moment.map(|moment| moment.to_zoned(zone.clone()).date())
    };
    if let Some(stated) = stated {
        let apart = day.until(stated).map(|span| span.get_days().abs()).ok()?;
        return match apart {
            0 => Some(Told::Right),
            1 | 2 => Some(Told::Beside),
            _ => None,
        };
    }
    let (year, month, date) = (day.year(), day.month(), day.day());
    let otherwise = [
        format!("{date:02}/{month:02}/{year}"),
        format!("{month:02}/{date:02}/{year}"),
        format!("{date:02}-{month:02}-{year}"),
        format!("{date:02}.{month:02}.{year}"),
        format!("{year}/{month:02}/{date:02}"),
        format!("{year}{month:02}{date:02}"),
    ];
    otherwise.contains(&text.to_owned()).then_some(Told::Otherwise)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::checks::samples::{code, posted};

    const ZONE: &str = "Asia/Kuala_Lumpur";

    fn judged(call: ApiCall, body: &Value, fact: Fact, value: &str) -> String {
        code(survives_the_trip(
            View::new(&[posted(1, call, body, 201)]),
            fact,
            value,
            ZONE,
        ))
    }

    #[test]
    fn text_is_the_same_or_it_is_not() {
        let name = |sent: &str| judged(ApiCall::Customer, &json!({"name": sent}), Fact::Name, "Zoë 陈");
        assert_eq!(name("Zoë 陈"), "passed");
        assert_eq!(name("ZoÃ« é™ˆ"), "text-changed");
        assert_eq!(name("Zoe\u{308} 陈"), "text-changed");
        let mykad = |sent: Value| {
            judged(
                ApiCall::Customer,
                &json!({"id_number": sent}),
                Fact::IdNumber,
                "000101140123",
            )
        };
        assert_eq!(mykad(json!("000101-14-0123")), "passed");
        assert_eq!(mykad(json!("101140123")), "digits-changed");
        assert_eq!(mykad(json!(101_140_123)), "digits-changed");
        let phone = |sent: &str| {
            judged(
                ApiCall::Customer,
                &json!({"phone": sent}),
                Fact::Phone,
                "+60123456789",
            )
        };
        assert_eq!(phone("60123456789"), "digits-changed");
        assert_eq!(
            judged(ApiCall::Quotation, &json!({}), Fact::Name, "A"),
            "inconclusive"
        );
        assert_eq!(
            judged(ApiCall::Customer, &json!({}), Fact::Name, "A"),
            "text-changed"
        );
    }

    #[test]
    fn a_day_is_the_day_in_malaysia() {
        let day = |sent: &str| {
            let body = json!({"cover": {"start": sent, "end": "2028-02-28"}});
            judged(ApiCall::Quotation, &body, Fact::CoverFrom, "2027-03-01")
        };
        for right in ["2027-03-01", "2027-03-01T00:00:00+08:00", "2027-02-28T16:00:00Z"] {
            assert_eq!(day(right), "passed", "{right}");
        }
        for wrong in ["2027-02-28", "2027-03-02", "2027-02-28T15:00:00Z"] {
            assert_eq!(day(wrong), "wrong-day", "{wrong}");
        }
        for odd in ["01/03/2027", "20270301"] {
            assert_eq!(day(odd), "not-iso-8601", "{odd}");
        }
        assert_eq!(day("2027-09-01"), "inconclusive");
        assert_eq!(day("basic"), "inconclusive");
    }
}
