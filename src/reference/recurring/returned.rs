//! The page that the browser comes back to. Whoever opens it has proven nothing but what the hash proves:
//! without one it says that the payment is pending, whatever the address claims, and nothing else.

use url::form_urlencoded;

use super::page::{self, Shown};
use super::template::Reported;
use crate::reference::defect::Defect;
use crate::reference::log::{Line, Outcome, shortened};
use crate::reference::partner::Partner;
use crate::reference::reply::{self, Reply};
use crate::reference::store::books::Uniqueness;
use crate::reference::store::database::StoreError;
use crate::reference::store::orders;
use crate::reference::store::view;

/// Answers a browser's return; `query` is its query as it came.
pub async fn handle(partner: &Partner, query: &str) -> Reply {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let Some(reported) = Reported::read(partner.defects, &pairs) else {
        log(partner, None, Outcome::Malformed);
        return reply::page(page::render(&Shown::Stranger));
    };
    let verified = reported.verified(&partner.recurring_secret, partner.defects);
    let believed = verified || partner.has(Defect::ReturnTrusted) && reported.status == "1";
    if believed && enter(partner, &reported).await.is_err() {
        return reply::page(page::render(&Shown::Stranger));
    }
    let outcome = if believed {
        Outcome::Processed
    } else {
        Outcome::Refused
    };
    log(partner, verified.then_some(&reported), outcome);
    let order = reported.order.clone();
    let ours = partner
        .database
        .transaction(move |books| view::order(books, &order))
        .await
        .unwrap_or_default();
    let shown = if believed {
        Shown::Payer {
            state: &ours.state,
            order: &ours.reference,
            message: &reported.message,
            raw: partner.has(Defect::ReflectedMsg),
        }
    } else if partner.has(Defect::OrderEnumeration) {
        Shown::Everything(&ours)
    } else {
        Shown::Stranger
    };
    reply::page(page::render(&shown))
}

/// Books what the return proves.
async fn enter(partner: &Partner, reported: &Reported) -> Result<(), StoreError> {
    if partner.has(Defect::ReturnAndCallbackDouble) && reported.status == "1" {
        // The key of its own is the mistake: the callback's booking does not collide with it.
        let money = orders::Money {
            order: reported.order.clone(),
            transaction_id: format!("{} by return", reported.transaction),
            sum: None,
            at: None,
            name: None,
        };
        let book = move |books: &rusqlite::Transaction<'_>| orders::pay(books, Uniqueness::Enforced, &money);
        return partner.database.transaction(book).await.map(drop);
    }
    reported.clone().book(partner).await.map(drop)
}

fn log(partner: &Partner, reported: Option<&Reported>, outcome: Outcome) {
    partner.log_delivery(Line {
        event_type: Some("browser.return".into()),
        event_id: reported.map(|reported| shortened(&reported.transaction)),
        reference: reported.map(|reported| shortened(&reported.order)),
        result: Some(outcome),
        message: "browser came back".into(),
        ..Line::default()
    });
}
