//! The page to which the browser comes back. It shows how things stand and changes nothing: only the
//! gateway's own message is proof of payment.

use http::header::COOKIE as COOKIE_HEADER;
use http::{HeaderMap, StatusCode};
use url::form_urlencoded;

use super::{attempt, page, route::COOKIE};
use crate::reference::defect::Defect;
use crate::reference::identity;
use crate::reference::partner::Partner;
use crate::reference::reply::Reply;
use crate::reference::store::books::Uniqueness;
use crate::reference::store::database::StoreError;
use crate::reference::store::orders::{self, Money};

/// Shows how the order stands that the browser was paying.
pub async fn handle(partner: &Partner, headers: &HeaderMap, query: Option<&str>) -> Reply {
    let named = query.and_then(|query| value(query, "order_id"));
    let Some(reference) = kept(headers).or(named) else {
        return page::sentence(
            StatusCode::OK,
            "Nothing is being paid. Your orders are in your account.",
        );
    };
    let trusting = partner.has(Defect::ReturnTrusted);
    let transaction = query.and_then(|query| value(query, "transaction_id"));
    let state = partner
        .database
        .transaction(move |books| {
            let order = attempt::order_of(books, &reference)?;
            if trusting {
                let money = Money {
                    order: order.clone(),
                    transaction_id: transaction.unwrap_or_else(|| identity::reference("ret_")),
                    sum: None,
                    at: None,
                    name: None,
                };
                orders::pay(books, Uniqueness::Enforced, &money)?;
            }
            Ok::<_, StoreError>(orders::find(books, &order)?.map(|order| order.state))
        })
        .await;
    match state.as_ref().map(Option::as_deref) {
        Ok(Some("paid")) => page::sentence(StatusCode::OK, "Thank you, your order is paid."),
        Ok(Some(_)) => page::sentence(
            StatusCode::OK,
            "Your order is not paid yet. If you did pay, we are waiting for the confirmation; otherwise \
             you can try again.",
        ),
        Ok(None) => page::sentence(StatusCode::NOT_FOUND, "We do not know this order."),
        Err(_) => page::sentence(StatusCode::SERVICE_UNAVAILABLE, "Please try again later."),
    }
}

/// The order that the checkout's cookie names.
fn kept(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(COOKIE_HEADER).iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .and_then(|(_, kept)| value(&format!("order={kept}"), "order"))
}

fn value(query: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .filter(|value| !value.is_empty())
}
