//! Paying for a policy: the call, what its answer means, and the wait for a pending one.

use serde_json::{Value, json};

use super::flow::{Flow, books_failure, member, same_if_named};
use super::{attempt, undaunted, wording};
use crate::reference::api_client::call::{self, Call};
use crate::reference::api_client::failure::{Category, Failure};
use crate::reference::defect::Defect;
use crate::reference::money::Sen;
use crate::reference::store::database::StoreError;
use crate::reference::store::orders::{self, Money, NewOrder};

/// The API is asked once in so many looks at the own books: every 5 s by the usual durations.
const LOOKS_PER_POLL: u32 = 10;
/// After so many looks (20 s) the caller is told that the payment is pending.
const MOST_LOOKS: u32 = 40;

/// What is to be paid.
#[derive(Clone, Debug)]
pub struct Bill {
    /// Order reference.
    pub order: String,
    /// Policy paid for.
    pub policy: String,
    /// Sum.
    pub amount: Sen,
    /// Currency.
    pub currency: String,
}

/// What is known about a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Paid, by answer or by webhook.
    Paid,
    /// Not decided.
    Pending,
}

/// Pays the bill unless this operation has done so, and books a success. `product` is what is paid for,
/// in the platform's words. After a payment that was declined, the next try is an attempt of its own.
pub async fn pay(flow: &Flow<'_>, bill: &Bill, product: Option<&str>) -> Result<(String, Standing), Failure> {
    let paid = attempted(flow, bill, product).await;
    if let Err(failure) = &paid
        && failure.category == Category::Declined
    {
        attempt::over(flow, &bill.order).await?;
    }
    paid
}

async fn attempted(
    flow: &Flow<'_>,
    bill: &Bill,
    product: Option<&str>,
) -> Result<(String, Standing), Failure> {
    let order = attempt::current(flow, &bill.order).await?;
    let mut body = json!({"policy_id": bill.policy, "order_id": order, "amount": bill.amount.text(), "currency": bill.currency});
    if let Some(product) = product {
        body["description"] = wording::described(flow.partner, product).into();
    }
    let trusts = undaunted::trusts(flow.partner.defects);
    let answered = flow
        .write("payment", "/v1/payments", body, |answer| {
            if trusts { Ok(()) } else { check(answer, bill, None) }
        })
        .await;
    let answer = undaunted::as_paid(flow.partner.defects, answered)?;
    if flow.partner.has(Defect::Race404) {
        file_late(flow, bill).await?;
    }
    let transaction = member(&answer, "transaction_id").unwrap_or_default().to_owned();
    let standing = settle(flow, bill, &transaction, &answer).await?;
    if standing == Standing::Paid {
        return Ok((transaction, standing));
    }
    let standing = wait(flow, bill, &transaction).await?;
    Ok((transaction, standing))
}

/// Asks the API how a payment stands and books a success.
pub async fn ask(flow: &Flow<'_>, bill: &Bill, transaction: &str) -> Result<Standing, Failure> {
    let answer = flow
        .read(format!("/v1/payments/{}", call::segment(transaction)))
        .await?;
    check(&answer, bill, Some(transaction))?;
    settle(flow, bill, transaction, &answer).await
}

/// The same with one try: whoever asks has a queue of its own.
pub async fn ask_once(flow: &Flow<'_>, bill: &Bill, transaction: &str) -> Result<Standing, Failure> {
    let call = Call::get(format!("/v1/payments/{}", call::segment(transaction))).once();
    let answer = flow.session.call(&call).await?;
    check(&answer, bill, Some(transaction))?;
    settle(flow, bill, transaction, &answer).await
}

/// Books a payment as made.
pub async fn book(flow: &Flow<'_>, bill: &Bill, transaction: &str) -> Result<Standing, Failure> {
    settle(flow, bill, transaction, &json!({"status": "successful"})).await
}

/// Whether the own books say that the order is paid.
pub async fn is_paid(flow: &Flow<'_>, order: &str) -> Result<bool, StoreError> {
    let order = order.to_owned();
    let found = flow
        .partner
        .database
        .transaction(move |books| orders::find(books, &order))
        .await?;
    Ok(found.is_some_and(|order| matches!(order.state.as_str(), "paid" | "partially_refunded" | "refunded")))
}

/// Files the order of [`Defect::Race404`], now that the platform has answered.
async fn file_late(flow: &Flow<'_>, bill: &Bill) -> Result<(), Failure> {
    let order = NewOrder {
        reference: bill.order.clone(),
        recurring_id: None,
        amount: Some(bill.amount),
        currency: Some(bill.currency.clone()),
        name: None,
        policy: Some(bill.policy.clone()),
    };
    let filed = flow
        .partner
        .database
        .transaction(move |books| orders::create(books, &order));
    filed.await.map(|_| ()).map_err(|error| books_failure(&error))
}

async fn wait(flow: &Flow<'_>, bill: &Bill, transaction: &str) -> Result<Standing, Failure> {
    if flow
        .partner
        .defects
        .has_any(&[Defect::Race404, Defect::WebhookOnly])
    {
        return Ok(Standing::Pending);
    }
    if flow.partner.has(Defect::BusyPoll) {
        return poll_busily(flow, bill, transaction).await;
    }
    for look in 1..=MOST_LOOKS {
        tokio::time::sleep(flow.partner.api.durations.look_every).await;
        if is_paid(flow, &bill.order)
            .await
            .map_err(|error| books_failure(&error))?
        {
            return Ok(Standing::Paid);
        }
        if look % LOOKS_PER_POLL == 0 {
            match ask(flow, bill, transaction).await {
                Ok(Standing::Pending) => {}
                Ok(Standing::Paid) => return Ok(Standing::Paid),
                Err(failure) if failure.category == Category::Declined => return Err(failure),
                // The payment stands as it stood; the webhook will tell.
                Err(_) => return Ok(Standing::Pending),
            }
        }
    }
    Ok(Standing::Pending)
}

/// Asks again and again until something is decided, as [`Defect::BusyPoll`] does.
async fn poll_busily(flow: &Flow<'_>, bill: &Bill, transaction: &str) -> Result<Standing, Failure> {
    loop {
        tokio::time::sleep(flow.partner.api.durations.look_every).await;
        match ask_once(flow, bill, transaction).await {
            Ok(Standing::Pending) => {}
            Ok(Standing::Paid) => return Ok(Standing::Paid),
            Err(failure) if failure.category == Category::Declined => return Err(failure),
            Err(_) => return Ok(Standing::Pending),
        }
    }
}

async fn settle(
    flow: &Flow<'_>,
    bill: &Bill,
    transaction: &str,
    answer: &Value,
) -> Result<Standing, Failure> {
    let money = Money {
        order: bill.order.clone(),
        transaction_id: transaction.to_owned(),
        sum: Some((bill.amount, bill.currency.clone())),
        at: None,
        name: None,
    };
    let database = &flow.partner.database;
    let uniqueness = flow.partner.confirmation_uniqueness();
    let counts_as = match member(answer, "status") {
        Some("pending") if flow.partner.has(Defect::OptimisticFulfil) => Some("successful"),
        status => status,
    };
    let (standing, booked) = match counts_as {
        Some("successful" | "success") => (
            Ok(Standing::Paid),
            database
                .transaction(move |books| orders::pay(books, uniqueness, &money))
                .await,
        ),
        Some("declined" | "failed") => (
            Err(Failure::new(Category::Declined, "payment declined")),
            database
                .transaction(move |books| orders::fail(books, &money))
                .await,
        ),
        _ => return Ok(Standing::Pending),
    };
    booked.map_err(|error| books_failure(&error))?;
    standing
}

fn check(answer: &Value, bill: &Bill, transaction: Option<&str>) -> Result<(), Failure> {
    let status = member(answer, "status").ok_or_else(|| Failure::unusable("status"))?;
    let given = member(answer, "transaction_id").or_else(|| member(answer, "id"));
    match (given, transaction) {
        (Some(given), Some(asked)) if given != asked => return Err(Failure::unusable("transaction_id")),
        (None, None) if !matches!(status, "declined" | "failed") => {
            return Err(Failure::unusable("transaction_id"));
        }
        _ => {}
    }
    if member(answer, "order_id").is_some_and(|order| !attempt::is_about(order, &bill.order)) {
        return Err(Failure::unusable("order_id"));
    }
    same_if_named(answer, "policy_id", &bill.policy)?;
    same_if_named(answer, "currency", &bill.currency)?;
    same_if_named(answer, "amount", &bill.amount.text())?;
    if transaction.is_none() && matches!(status, "declined" | "failed") {
        return Err(Failure::new(Category::Declined, "payment declined"));
    }
    Ok(())
}
