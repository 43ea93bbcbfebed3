//! Operations with prices, people and days that are easily spoilt on the way.

use std::{collections::BTreeMap, sync::Arc};

use cucumber::{given, then, when};

use super::{stop::Stop, world::Example};
use crate::{
    actors::sandbox::{api::Steering, price::Price, state::PaymentStatus},
    checks::{check::Check, collected::Across as _, trip::Fact},
    transcript::record::Event,
    wire::{fault::ApiCall, money::parse_minor},
};

/// Days from now until the cover begins.
const COVER_AHEAD: i64 = 40;

/// A name of exactly 100 letters with the blanks between them.
const LONG_NAME: &str = "Sharifah Nurul Izzatul Aqilah Maisarah binti Syed Muhammad Khairul Amir Al-Hadi \
                         bin Abdul Aziz Putra";

/// Somebody with a fact that is easily spoilt.
struct Person {
    fact: Fact,
    value: String,
}

impl Example {
    /// First and last day of a cover that begins in some weeks, by the calendar of the profile's zone.
    pub(super) fn cover_days(&self) -> (String, String) {
        let zone =
            jiff::tz::TimeZone::get(self.context.profile.time_zone()).unwrap_or(jiff::tz::TimeZone::UTC);
        let now = jiff::Timestamp::from_millisecond(self.context.clock().unix_millis()).unwrap_or_default();
        let from = now
            .to_zoned(zone)
            .date()
            .saturating_add(jiff::Span::new().days(COVER_AHEAD));
        let to = from.saturating_add(jiff::Span::new().years(1));
        (from.to_string(), to.yesterday().unwrap_or(to).to_string())
    }

    /// Starts an operation with some of its fields as given, wherever it takes them, and waits for its end.
    pub(super) async fn operate_with(&mut self, name: &str, given: &[(&str, &str)]) -> Result<(), Stop> {
        let mut fields = self.operation_fields()?;
        for (field, value) in given {
            fields.insert((*field).to_owned(), (*value).to_owned());
        }
        self.operate_on(name, fields).await;
        Ok(())
    }

    /// The same where nothing can be seen unless the operation takes every one of them.
    pub(super) async fn operate_taking(&mut self, name: &str, given: &[(&str, &str)]) -> Result<(), Stop> {
        for (field, _) in given {
            if !self.context.trigger.mentions(name, field) {
                return Err(Stop::Inconclusive(format!(
                    "[start.{name}] has no place for {{{field}}}, so what becomes of it cannot be seen"
                )));
            }
        }
        self.operate_with(name, given).await
    }

    /// Starts an operation with these fields, and waits for its end.
    pub(super) async fn operate_on(&mut self, name: &str, fields: BTreeMap<String, String>) {
        let (context, scope, name) = (Arc::clone(&self.context), self.scope.clone(), name.to_owned());
        self.idle(async move { context.trigger.start(&scope, &name, &fields).await })
            .await;
        if let Some(mount) = &self.mount {
            // The partner has its last answer a moment before the sandbox has recorded it.
            mount.settled().await;
        }
    }

    fn steered(&mut self, steering: Steering) -> Result<(), Stop> {
        self.open(Vec::new())?;
        self.mount()?.steer(steering);
        Ok(())
    }

    fn somebody(&self, who: &str) -> Result<Person, Stop> {
        let cover = self.cover_days().0;
        let (fact, value) = match who {
            "a customer whose name has an apostrophe" => (Fact::Name, "Mary-Anne O'Hara D'Cruz"),
            "a customer whose name has a/l in it" => (Fact::Name, "Rajesh Kumar a/l Subramaniam"),
            "a customer whose name has diacritics" => (Fact::Name, "Zoë Muñoz Łukasz Đặng"),
            "a customer whose name is in Chinese" => (Fact::Name, "陈美玲"),
            "a customer whose name has 100 letters" => (Fact::Name, LONG_NAME),
            "a customer born on 29 February" => (Fact::BirthDate, "2004-02-29"),
            "a cover that begins at midnight in Malaysia" => (Fact::CoverFrom, cover.as_str()),
            "a customer whose phone number begins with +60" => (Fact::Phone, "+60129876543"),
            "a customer whose MyKad begins with zeros" => (Fact::IdNumber, "000304990021"),
            other => return Err(Stop::Harness(format!("nobody is known as {other:?}"))),
        };
        Ok(Person {
            fact,
            value: value.to_owned(),
        })
    }
}

#[given(regex = r"^a sandbox that quotes a premium of (\d+\.\d\d)(?: and (\d+\.\d\d))?$")]
#[expect(
    clippy::needless_pass_by_value,
    reason = "the engine hands captured texts over as String"
)]
fn quoting(example: &mut Example, cover: String, duty: String) -> Result<(), Stop> {
    let sen = |text: &str| match text {
        "" => Ok(0),
        text => parse_minor(text).map_err(|error| Stop::Harness(error.to_string())),
    };
    let price = Price {
        cover: sen(&cover)?,
        duty: sen(&duty)?,
    };
    example.steered(Steering {
        price: Some(price),
        ..Steering::default()
    })
}

#[given("a sandbox that declines the first payment")]
fn declining(example: &mut Example) -> Result<(), Stop> {
    example.steered(Steering {
        payment: PaymentStatus::Declined,
        ..Steering::default()
    })
}

#[given("a sandbox that sells products with quotes, markup and emphasis in their name")]
fn awkward(example: &mut Example) -> Result<(), Stop> {
    example.steered(Steering {
        awkward_names: true,
        ..Steering::default()
    })
}

#[when(regex = r"^the partner runs its operation buy (\d+) times$")]
async fn many_times(example: &mut Example, times: usize) -> Result<(), Stop> {
    for _ in 0..times {
        example.operate("buy").await?;
    }
    Ok(())
}

#[when("the partner runs its operation buy and tries once more")]
async fn once_more(example: &mut Example) -> Result<(), Stop> {
    let fields = example.operation_fields()?;
    example.operate_on("buy", fields.clone()).await;
    let paid = |example: &Example| -> Result<usize, Stop> {
        let seen = example.mount()?.requests();
        Ok(seen
            .iter()
            .filter(|request| request.call == ApiCall::Payment)
            .count())
    };
    if paid(example)? == 0 {
        // A partner that works behind its answer may still be on its way.
        example.silence().await;
    }
    example.mount()?.steer(Steering::default());
    let before = paid(example)?;
    example.operate_on("buy", fields).await;
    if paid(example)? == before {
        example.silence().await;
    }
    Ok(())
}

#[when(regex = r"^the partner runs its operation buy for (a customer .+|a cover .+)$")]
async fn for_somebody(example: &mut Example, who: String) -> Result<(), Stop> {
    let person = example.somebody(&who)?;
    example
        .operate_taking("buy", &[(person.fact.field(), &person.value)])
        .await?;
    let zone = example.context.profile.time_zone().to_owned();
    example.sent_fact = Some((person.fact, person.value, zone));
    Ok(())
}

#[then("no request of this run departs from the published shapes, media types or encoding")]
async fn as_published(example: &mut Example) -> Result<(), Stop> {
    // A record whose number says how far back the check looks, so that judging again looks as far.
    let text = "the requests recorded before this line are judged".to_owned();
    let marker = example
        .context
        .recorder
        .record(Some(&example.scope), Event::Note { text });
    let until = marker.number;
    let run = example.whole_run().await?;
    let requests = run.requests(until).map_err(Stop::Harness)?;
    if !requests.nameless.is_empty() {
        example.note(format!(
            "{} of {} requests have no product and version in User-Agent",
            requests.nameless.len(),
            requests.judged.len()
        ));
    }
    example.check_across(Check::RequestsAsPublished { until }, &run);
    Ok(())
}

#[then(
    regex = r"^every sum that the partner sends is (\d+\.\d\d) ([A-Z]{3}), written with exactly two decimals$"
)]
fn as_agreed(example: &mut Example, amount: String, currency: String) {
    example.check(Check::SumsAsAgreed { amount, currency });
}

#[then(regex = r"^each of the (\d+) payments has a reference of its own, in the agreed alphabet$")]
fn own_references(example: &mut Example, attempts: usize) {
    example.check(Check::ReferencesOfTheirOwn { attempts });
}

#[then("what the payment is described as keeps to the agreed characters and length")]
fn plainly(example: &mut Example) {
    example.check(Check::DescribedPlainly);
}

#[then(
    regex = r"^the (?:name|day of birth|first day|phone number|MyKad number) reaches the sandbox unchanged$"
)]
fn unchanged(example: &mut Example) -> Result<(), Stop> {
    let Some((fact, value, zone)) = example.sent_fact.clone() else {
        return Err(Stop::Harness("the feature starts nothing for anybody".to_owned()));
    };
    example.check(Check::SurvivesTheTrip { fact, value, zone });
    Ok(())
}
