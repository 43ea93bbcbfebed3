//! What the books say about one reference, as the status page shows it.

use rusqlite::{OptionalExtension, Transaction};
use serde::Serialize;

use super::books::{self, Kind};
use super::database::StoreError;
use super::instalments::{self, Instalment, Planned};
use crate::reference::money::Sen;

/// Count and state of one reference.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct View {
    /// The reference asked for.
    pub reference: String,
    /// Business effects performed for it.
    pub count: i64,
    /// State word; `absent` for something not on file.
    pub state: String,
    /// Amount with two decimals.
    pub amount: Option<String>,
    /// Currency code.
    pub currency: Option<String>,
    /// The deciding transaction.
    pub transaction_id: Option<String>,
    /// Customer name.
    pub name: Option<String>,
    /// Policy number.
    pub number: Option<String>,
    /// The policy of an order or a claim.
    pub policy: Option<String>,
    /// Refunded so far, two decimals.
    pub refunded: Option<String>,
    /// Failed attempts on file.
    pub failures: Option<i64>,
    /// Why a person should look.
    pub flag: Option<String>,
    /// Next instalment, a calendar day in Malaysia.
    pub next_payment_date: Option<String>,
    /// Single payments of a subscription.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<Instalment>,
    /// What the gateway says about past and coming payments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub plan: Vec<Planned>,
}

impl View {
    fn absent(reference: &str) -> Self {
        Self {
            reference: reference.to_owned(),
            state: "absent".into(),
            ..Self::default()
        }
    }
}

/// An order by reference.
pub fn order(books: &Transaction<'_>, reference: &str) -> Result<View, StoreError> {
    let view = books
        .prepare_cached(
            "SELECT state, amount, currency, transaction_id, name, policy, refunded, failures, flag, next_payment_date
             FROM orders WHERE reference = ?1",
        )?
        .query_row([reference], |row| {
            Ok(View {
                reference: reference.to_owned(),
                count: 0,
                state: row.get(0)?,
                amount: row.get::<_, Option<i64>>(1)?.map(|sen| Sen(sen).text()),
                currency: row.get(2)?,
                transaction_id: row.get(3)?,
                name: row.get(4)?,
                number: None,
                policy: row.get(5)?,
                refunded: Some(Sen(row.get(6)?).text()),
                failures: row.get(7)?,
                flag: row.get(8)?,
                next_payment_date: row.get(9)?,
                ..View::default()
            })
        })
        .optional()?;
    let Some(mut view) = view else {
        return Ok(View::absent(reference));
    };
    view.count = books::count(books, Kind::Payment, reference)?;
    view.history = instalments::history(books, reference)?;
    view.plan = instalments::plan(books, reference)?;
    Ok(view)
}

/// A subscription by the reference of its order or by its recurring id; with a recurring id the
/// payments of all its orders are counted and the latest order's state is shown.
pub fn subscription(books: &Transaction<'_>, reference: &str) -> Result<View, StoreError> {
    let direct = order(books, reference)?;
    if direct.state != "absent" {
        return Ok(direct);
    }
    let orders = instalments::orders_of(books, reference)?;
    let mut view = View::absent(reference);
    let mut count = 0;
    for own in orders {
        view = order(books, &own)?;
        count += view.count;
    }
    reference.clone_into(&mut view.reference);
    view.count = count;
    Ok(view)
}

/// A policy.
pub fn policy(books: &Transaction<'_>, reference: &str) -> Result<View, StoreError> {
    let found: Option<(String, Option<String>)> = books
        .prepare_cached("SELECT state, number FROM policies WHERE reference = ?1")?
        .query_row([reference], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let mut view = View::absent(reference);
    if let Some((state, number)) = found {
        view.state = state;
        view.number = number;
        view.count = books::count(books, Kind::Issuance, reference)?;
    }
    Ok(view)
}

/// A claim.
pub fn claim(books: &Transaction<'_>, reference: &str) -> Result<View, StoreError> {
    let found: Option<(String, String)> = books
        .prepare_cached("SELECT state, policy FROM claims WHERE reference = ?1")?
        .query_row([reference], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let mut view = View::absent(reference);
    if let Some((state, policy)) = found {
        view.state = state;
        view.policy = Some(policy);
        view.count = books::count(books, Kind::Claim, reference)?;
    }
    Ok(view)
}
