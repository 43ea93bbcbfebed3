//! Reconciliation: reads the platform's transaction list to its end and books what no webhook told.

use std::collections::HashSet;

use jiff::ToSpan;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Ending};
use super::flow::{Flow, books_failure, member};
use super::input::Input;
use crate::reference::api_client::call::Call;
use crate::reference::api_client::failure::Failure;
use crate::reference::checkout;
use crate::reference::defect::Defect;
use crate::reference::log::Outcome;
use crate::reference::money::Sen;
use crate::reference::partner::Partner;
use crate::reference::store::orders::{self, Change, Money};
use crate::reference::{clock, identity};

const MOST_PAGES: usize = 200;

/// Runs the reconciliation over `from`..`to` (RFC 3339), by default the last seven days.
pub async fn run(partner: &Partner, operation: &str, members: &Map<String, Value>) -> Answer {
    let mut input = Input::new(members);
    let reference = input
        .id("reference")
        .unwrap_or_else(|| identity::reference("REC-"));
    let now = clock::now();
    let week_ago = now.saturating_sub(168.hours()).unwrap_or(now);
    let from = input.text("from").unwrap_or_else(|| format!("{week_ago:.0}"));
    // A minute ahead, so that a payment of this very second is inside.
    let ahead = now.saturating_add(1.minute()).unwrap_or(now);
    let to = input.text("to").unwrap_or_else(|| format!("{ahead:.0}"));
    let base = input.text("api_base_url");
    if let Err(fields) = input.check() {
        return Answer::invalid(reference, &fields);
    }
    let Ok(session) = partner.api.session(&partner.log, operation, base.as_deref()) else {
        return Answer::invalid(reference, &["api_base_url"]);
    };
    let flow = Flow {
        partner,
        session,
        reference,
    };
    let read = if partner.has(Defect::WebhookOnly) {
        Ok(Tally::default())
    } else {
        pages(&flow, &from, &to).await
    };
    match read {
        Ok(tally) => {
            flow.note(Outcome::Processed, "reconciled");
            Answer::new(&flow.reference, Ending::Success)
                .with("items", json!(tally.items))
                .with("total", json!(Sen(tally.total).text()))
                .with("booked", json!(tally.booked))
        }
        Err(failure) => {
            flow.note(
                Outcome::Failed,
                &format!("{}: {}", failure.category.word(), failure.message),
            );
            flow.failed(&failure, Ending::Failed)
        }
    }
}

#[derive(Default)]
struct Tally {
    items: usize,
    total: i64,
    booked: usize,
}

async fn pages(flow: &Flow<'_>, from: &str, to: &str) -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    let mut seen = HashSet::new();
    let mut cursor: Option<String> = None;
    for _ in 0..MOST_PAGES {
        let mut call = Call::get("/v1/transactions");
        call.query = vec![("from".into(), from.to_owned()), ("to".into(), to.to_owned())];
        call.query
            .extend(cursor.take().map(|cursor| ("cursor".to_owned(), cursor)));
        let page = flow.session.call(&call).await?;
        let items = page
            .get("items")
            .and_then(Value::as_array)
            .ok_or_else(|| Failure::unusable("items"))?;
        for item in items {
            take(flow, item, &mut tally).await?;
        }
        match member(&page, "next_cursor") {
            // The last page looks like the first one to who asks without a mark.
            None if flow.partner.has(Defect::PageLoop) => {}
            None => return Ok(tally),
            Some(_) if flow.partner.has(Defect::FirstPageOnly) => return Ok(tally),
            Some(next) if !seen.insert(next.to_owned()) => return Err(Failure::unusable("next_cursor")),
            Some(next) => cursor = Some(next.to_owned()),
        }
    }
    Err(Failure::unusable("end of the list"))
}

async fn take(flow: &Flow<'_>, item: &Value, tally: &mut Tally) -> Result<(), Failure> {
    tally.items += 1;
    let amount = item.get("amount").and_then(Sen::from_json);
    tally.total = tally.total.saturating_add(amount.map_or(0, |amount| amount.0));
    let paid = matches!(member(item, "status"), Some("successful" | "success"));
    let (Some(order), Some(transaction), Some(amount), true) = (
        member(item, "order_id"),
        member(item, "transaction_id"),
        amount,
        paid,
    ) else {
        return Ok(());
    };
    let money = Money {
        order: order.to_owned(),
        transaction_id: transaction.to_owned(),
        sum: member(item, "currency").map(|currency| (amount, currency.to_owned())),
        at: None,
        name: None,
    };
    let uniqueness = crate::reference::store::books::Uniqueness::Enforced;
    let change = flow
        .partner
        .database
        .transaction(move |books| {
            let order = checkout::order_of(books, &money.order)?;
            orders::pay(books, uniqueness, &Money { order, ..money })
        })
        .await;
    if change.map_err(|error| books_failure(&error))? == Change::Applied {
        tally.booked += 1;
    }
    Ok(())
}
