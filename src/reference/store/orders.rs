//! Orders and subscription orders: how they are made and how money events move them.
//!
//! A fulfilled order stays fulfilled: a late failure of another attempt does not undo it, and a refund
//! closes it for good. Of two contrary reports on the *same* transaction the later instant wins.

use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::books::{self, Kind, Uniqueness};
use super::database::StoreError;
use crate::reference::money::Sen;

/// A new order as the partner's own shop would make it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOrder {
    /// The partner's reference.
    pub reference: String,
    /// Recurring id; makes it a subscription order.
    pub recurring_id: Option<String>,
    /// Price.
    pub amount: Option<Sen>,
    /// Currency code.
    pub currency: Option<String>,
    /// Customer name.
    pub name: Option<String>,
    /// The policy that was requested with it.
    pub policy: Option<String>,
}

/// An order row.
#[derive(Clone, Debug)]
pub struct Order {
    /// Subscription order.
    pub subscription: bool,
    /// Price.
    pub amount: Option<Sen>,
    /// Currency code.
    pub currency: Option<String>,
    /// Policy reference.
    pub policy: Option<String>,
    /// State word.
    pub state: String,
    /// Transaction that decided the state.
    pub transaction_id: Option<String>,
    /// Event time of that decision, UNIX microseconds.
    pub decided_at: Option<i64>,
    /// Refunded so far.
    pub refunded: Sen,
    /// Recurring id of a subscription order.
    pub recurring_id: Option<String>,
}

/// A report that money came in or did not.
#[derive(Clone, Debug)]
pub struct Money {
    /// Order reference.
    pub order: String,
    /// Transaction id.
    pub transaction_id: String,
    /// Amount and currency where the channel states them.
    pub sum: Option<(Sen, String)>,
    /// Event time in UNIX microseconds; `None` where the channel has none.
    pub at: Option<i64>,
    /// Customer name where stated.
    pub name: Option<String>,
}

/// What a report changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// State or books moved.
    Applied,
    /// The fact was on file already.
    Known,
    /// An older or weaker report; the state stands.
    Stale,
    /// Amount or currency differ from the order; flagged, not fulfilled.
    Mismatch,
    /// No such order.
    Unknown,
}

/// Makes the order and its requested policy unless they exist; `true` if the order is new.
pub fn create(books: &Transaction<'_>, order: &NewOrder) -> Result<bool, StoreError> {
    let added = books
        .prepare_cached(
            "INSERT OR IGNORE INTO orders (reference, subscription, recurring_id, amount, currency, name, policy, state)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'pending')",
        )?
        .execute(params![
            order.reference,
            order.recurring_id.is_some(),
            order.recurring_id,
            order.amount.map(|amount| amount.0),
            order.currency,
            order.name,
            order.policy,
        ])?;
    if let Some(policy) = &order.policy {
        super::policies::request(books, policy, Some(&order.reference))?;
    }
    Ok(added == 1)
}

/// Reads an order.
pub fn find(books: &Transaction<'_>, reference: &str) -> Result<Option<Order>, StoreError> {
    let from_row = |row: &Row<'_>| {
        Ok(Order {
            subscription: row.get(0)?,
            amount: row.get::<_, Option<i64>>(1)?.map(Sen),
            currency: row.get(2)?,
            policy: row.get(3)?,
            state: row.get(4)?,
            transaction_id: row.get(5)?,
            decided_at: row.get(6)?,
            refunded: Sen(row.get(7)?),
            recurring_id: row.get(8)?,
        })
    };
    Ok(books
        .prepare_cached(
            "SELECT subscription, amount, currency, policy, state, transaction_id, decided_at, refunded, recurring_id
             FROM orders WHERE reference = ?1",
        )?
        .query_row([reference], from_row)
        .optional()?)
}

/// The order of a subscription: the first under that recurring id.
pub fn of_recurring_id(books: &Transaction<'_>, recurring_id: &str) -> Result<Option<String>, StoreError> {
    Ok(books
        .prepare_cached("SELECT reference FROM orders WHERE recurring_id = ?1 ORDER BY rowid LIMIT 1")?
        .query_row([recurring_id], |row| row.get(0))
        .optional()?)
}

/// Books a successful payment.
pub fn pay(books: &Transaction<'_>, uniqueness: Uniqueness, money: &Money) -> Result<Change, StoreError> {
    let Some(order) = find(books, &money.order)? else {
        return Ok(Change::Unknown);
    };
    if !sum_matches(&order, money.sum.as_ref()) {
        flag(books, &money.order, "amount or currency differs")?;
        return Ok(Change::Mismatch);
    }
    if order.state == "refunded" {
        return Ok(Change::Stale);
    }
    let same_transaction = order.transaction_id.as_deref() == Some(&money.transaction_id);
    if order.state == "failed" && same_transaction && order.decided_at > money.at && money.at.is_some() {
        return Ok(Change::Stale);
    }
    let fact = if order.subscription {
        money.transaction_id.as_str()
    } else {
        "paid"
    };
    let fresh = books::perform(
        books,
        uniqueness,
        Kind::Payment,
        &money.order,
        fact,
        Some(&money.transaction_id),
    )?;
    if !fresh {
        return Ok(Change::Known);
    }
    let state = if order.refunded.0 > 0 {
        "partially_refunded"
    } else {
        "paid"
    };
    books
        .prepare_cached(
            "UPDATE orders SET state = ?2, transaction_id = ?3, decided_at = ?4, flag = NULL,
                 amount = coalesce(amount, ?5), currency = coalesce(currency, ?6), name = coalesce(?7, name)
             WHERE reference = ?1",
        )?
        .execute(params![
            money.order,
            state,
            money.transaction_id,
            money.at,
            money.sum.as_ref().map(|(amount, _)| amount.0),
            money.sum.as_ref().map(|(_, currency)| currency),
            money.name,
        ])?;
    Ok(Change::Applied)
}

/// Records a failed payment. A paid order only falls back when the very transaction that paid it is
/// reported failed at a later instant.
pub fn fail(books: &Transaction<'_>, money: &Money) -> Result<Change, StoreError> {
    let Some(order) = find(books, &money.order)? else {
        return Ok(Change::Unknown);
    };
    let undecided = matches!(order.state.as_str(), "pending" | "failed");
    let same_transaction = order.transaction_id.as_deref() == Some(&money.transaction_id);
    let reversed = order.state == "paid"
        && !order.subscription
        && same_transaction
        && matches!((money.at, order.decided_at), (Some(at), Some(decided)) if at > decided);
    let newest = order.decided_at.is_none() || money.at.is_none() || money.at >= order.decided_at;
    let state = if reversed || (undecided && newest) {
        "failed"
    } else {
        order.state.as_str()
    };
    let changed = state != order.state || undecided && newest;
    books
        .prepare_cached(
            "UPDATE orders SET failures = failures + 1, state = ?2,
                 transaction_id = iif(?3, ?4, transaction_id), decided_at = iif(?3, ?5, decided_at)
             WHERE reference = ?1",
        )?
        .execute(params![
            money.order,
            state,
            changed,
            money.transaction_id,
            money.at
        ])?;
    Ok(if changed { Change::Applied } else { Change::Stale })
}

/// Books a refund once per refund id.
pub fn refund(
    books: &Transaction<'_>,
    uniqueness: Uniqueness,
    refund_id: &str,
    order_reference: &str,
    amount: Sen,
    currency: Option<&str>,
) -> Result<Change, StoreError> {
    let Some(order) = find(books, order_reference)? else {
        return Ok(Change::Unknown);
    };
    if matches!((currency, order.currency.as_deref()), (Some(said), Some(ours)) if said != ours) {
        flag(books, order_reference, "refund in another currency")?;
        return Ok(Change::Mismatch);
    }
    let added = books
        .prepare_cached(
            "INSERT OR IGNORE INTO refunds (reference, order_reference, amount) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![refund_id, order_reference, amount.0])?;
    if added == 0 && uniqueness == Uniqueness::Enforced {
        return Ok(Change::Known);
    }
    let refunded = order.refunded.0.saturating_add(amount.0);
    let state = match order.amount {
        Some(total) if refunded >= total.0 => "refunded",
        _ if order.state == "pending" => "pending",
        _ => "partially_refunded",
    };
    books
        .prepare_cached("UPDATE orders SET refunded = ?2, state = ?3 WHERE reference = ?1")?
        .execute(params![order_reference, refunded, state])?;
    Ok(Change::Applied)
}

/// Sets the state of an order that no money event has decided yet.
pub fn settle_undecided(books: &Transaction<'_>, reference: &str, state: &str) -> Result<(), StoreError> {
    books
        .prepare_cached(
            "UPDATE orders SET state = ?2 WHERE reference = ?1 AND state IN ('pending', 'failed')",
        )?
        .execute([reference, state])?;
    Ok(())
}

/// Sets the price that the platform quoted, as long as nothing is paid.
pub fn set_price(
    books: &Transaction<'_>,
    reference: &str,
    amount: Sen,
    currency: &str,
) -> Result<(), StoreError> {
    books
        .prepare_cached(
            "UPDATE orders SET amount = ?2, currency = ?3 WHERE reference = ?1 AND state IN ('pending', 'failed')",
        )?
        .execute(params![reference, amount.0, currency])?;
    Ok(())
}

/// Takes a sum for the price whatever was agreed: the mistake of a row that is written over.
pub fn overwrite_price(
    books: &Transaction<'_>,
    reference: &str,
    (amount, currency): &(Sen, String),
) -> Result<(), StoreError> {
    books
        .prepare_cached("UPDATE orders SET amount = ?2, currency = ?3 WHERE reference = ?1")?
        .execute(params![reference, amount.0, currency])?;
    Ok(())
}

/// Marks an order for a person to look at.
pub fn flag(books: &Transaction<'_>, reference: &str, text: &str) -> Result<(), StoreError> {
    books
        .prepare_cached("UPDATE orders SET flag = ?2 WHERE reference = ?1")?
        .execute([reference, text])?;
    Ok(())
}

/// Notes the day of the next instalment (`YYYY-MM-DD`) or that there is none.
pub fn set_next_payment(
    books: &Transaction<'_>,
    reference: &str,
    day: Option<&str>,
) -> Result<(), StoreError> {
    books
        .prepare_cached("UPDATE orders SET next_payment_date = ?2 WHERE reference = ?1")?
        .execute(params![reference, day])?;
    Ok(())
}

/// Whether a report states the sum of the order, or none.
pub fn sum_matches(order: &Order, stated: Option<&(Sen, String)>) -> bool {
    let Some((amount, currency)) = stated else {
        return true;
    };
    order.amount.is_none_or(|ours| ours == *amount)
        && order.currency.as_ref().is_none_or(|ours| ours == currency)
}
