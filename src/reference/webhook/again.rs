//! Acting once more on what an event only reports, as [`Defect::RefundTwice`] does.
//!
//! [`Defect::RefundTwice`]: crate::reference::defect::Defect::RefundTwice

use serde_json::json;

use super::event::Event;
use crate::reference::api_client::call::{self, Call};
use crate::reference::identity;
use crate::reference::partner::Partner;
use crate::reference::store::jobs;

/// Asks the platform for the refund that the event says is done.
pub async fn refund(partner: &Partner, event: &Event) {
    let (Some(order), Some(transaction), Some((amount, currency))) =
        (event.order.clone(), &event.transaction, &event.sum)
    else {
        return;
    };
    let api = partner
        .database
        .transaction(move |books| jobs::api_of(books, &order))
        .await;
    let Ok(Some(api)) = api else { return };
    let Ok(session) = partner.api.session(&partner.log, "refund", Some(&api)) else {
        return;
    };
    let path = format!("/v1/payments/{}/refunds", call::segment(transaction));
    let body = json!({"amount": amount.text(), "currency": currency, "reason": "refund processed"});
    let again = Call::post(path, body, identity::token()).once();
    let _ = session.call(&again).await;
}
