//! Orders and subscriptions that wait for their payment, one or many at a time.

use serde_json::{Value, json};

use super::answer::{Answer, Ending};
use crate::reference::identity;
use crate::reference::money::Sen;
use crate::reference::partner::Partner;
use crate::reference::store::jobs;
use crate::reference::store::orders::{self, NewOrder};
use crate::reference::store::policyholders;

const DEFAULT_AMOUNT: Sen = Sen(10_000);

/// Makes one pending order with its requested policy, held by `customer` where the input names one.
pub async fn order(partner: &Partner, input: &Value) -> Answer {
    match read(input, false) {
        Ok(entry) => {
            let order = &entry.order;
            let holder = input.get("customer").and_then(Value::as_str).map(str::to_owned);
            if let Some((policy, customer)) = order.policy.clone().zip(holder) {
                let noted = partner
                    .database
                    .transaction(move |books| policyholders::note(books, &policy, &customer))
                    .await;
                if noted.is_err() {
                    let mut answer = Answer::new(&order.reference, Ending::Failed);
                    answer.category = Some("server");
                    return answer;
                }
            }
            file(partner, vec![entry]).await
        }
        Err(fields) => Answer::invalid("", &fields),
    }
}

/// Makes one pending subscription order.
pub async fn subscription(partner: &Partner, input: &Value) -> Answer {
    match read(input, true) {
        Ok(order) => file(partner, vec![order]).await,
        Err(fields) => Answer::invalid("", &fields),
    }
}

/// Makes many at once, all or none: an array, or an object with the array in `orders`. An entry with a
/// `recurring_id` is a subscription.
pub async fn orders(partner: &Partner, input: &Value) -> Answer {
    let Some(entries) = input
        .as_array()
        .or_else(|| input.get("orders").and_then(Value::as_array))
    else {
        return Answer::invalid("", &["orders"]);
    };
    let read_entry = |entry: &Value| read(entry, entry.get("recurring_id").is_some_and(|id| !id.is_null()));
    match entries.iter().map(read_entry).collect::<Result<Vec<_>, _>>() {
        Ok(orders) => file(partner, orders).await,
        Err(fields) => Answer::invalid("", &fields),
    }
}

async fn file(partner: &Partner, new: Vec<Entry>) -> Answer {
    let first = new.first().map(|Entry { order, .. }| {
        (
            order.reference.clone(),
            order.policy.clone(),
            order.recurring_id.clone(),
        )
    });
    let count = new.len();
    let references: Vec<String> = new.iter().map(|entry| entry.order.reference.clone()).collect();
    let filed = partner
        .database
        .transaction(move |books| {
            new.iter().try_for_each(|Entry { order, api }| {
                orders::create(books, order)?;
                match api {
                    Some(api) => jobs::remember_api(books, &order.reference, api),
                    None => Ok(()),
                }
            })
        })
        .await;
    let (reference, policy, recurring_id) = first.unwrap_or_default();
    if filed.is_err() {
        let mut answer = Answer::new(reference, Ending::Failed);
        answer.category = Some("server");
        return answer;
    }
    let answer = Answer::new(reference, Ending::Success)
        .with("state", json!("pending"))
        .with("policy", json!(policy))
        .with("recurring_id", json!(recurring_id));
    if count > 1 {
        answer
            .with("count", json!(count))
            .with("references", json!(references))
    } else {
        answer
    }
}

/// An order to be made.
struct Entry {
    order: NewOrder,
    /// The platform's API under which it is known; none for an order made by hand.
    api: Option<String>,
}

fn read(input: &Value, subscription: bool) -> Result<Entry, Vec<&'static str>> {
    let mut bad = Vec::new();
    let mut id = |name: &'static str, prefix: &str| match input.get(name) {
        None | Some(Value::Null) => identity::reference(prefix),
        Some(Value::String(text)) if (1..=255).contains(&text.chars().count()) => text.clone(),
        Some(Value::Number(number)) if number.is_u64() => number.to_string(),
        Some(_) => {
            bad.push(name);
            String::new()
        }
    };
    let reference = id("reference", if subscription { "SUB-" } else { "ORD-" });
    let recurring_id = subscription.then(|| id("recurring_id", "REC-"));
    let policy = (!subscription).then(|| id("policy", "POL-"));
    let amount = match input.get("amount") {
        None | Some(Value::Null) => Some(DEFAULT_AMOUNT),
        Some(value) => Sen::from_json(value),
    };
    if amount.is_none() {
        bad.push("amount");
    }
    let text = |name: &str| input.get(name).and_then(Value::as_str).map(str::to_owned);
    if bad.is_empty() {
        let currency = Some(text("currency").unwrap_or_else(|| "MYR".into()));
        Ok(Entry {
            order: NewOrder {
                reference,
                recurring_id,
                amount,
                currency,
                name: text("name"),
                policy,
            },
            api: text("api_base_url").filter(|url| !url.is_empty()),
        })
    } else {
        Err(bad)
    }
}
