//! What partners do wrong in a purchase: steps taken without reading answers, ids and prices from
//! elsewhere, money forgotten. A working partner passes straight through.

use serde_json::{Value, json};

use super::flow::{Flow, books_failure};
use crate::reference::api_client::call::Call;
use crate::reference::api_client::failure::Failure;
use crate::reference::defect::Defect;
use crate::reference::identity;
use crate::reference::store::overwrite;

/// The quotation id of an example in the documentation.
const DOCUMENTED: &str = "quo_3kTbN0YdQ4mZr7sWv1Xc9e";

/// Goes on without a customer where [`Defect::IssueAnyway`] does not look at what came back.
pub fn customer(
    flow: &Flow<'_>,
    registered: Result<Option<String>, Failure>,
) -> Result<Option<String>, Failure> {
    match registered {
        Err(_) if flow.partner.has(Defect::IssueAnyway) => Ok(Some("undefined".to_owned())),
        other => other,
    }
}

/// The quotation that is named in the next step.
pub fn quotation(flow: &Flow<'_>, id: &str) -> String {
    if flow.partner.has(Defect::HardcodedQuote) {
        DOCUMENTED.to_owned()
    } else {
        id.to_owned()
    }
}

/// Looks for a customer by identity number before making one, as [`Defect::PiiInQuery`] does. There is no
/// such search at the platform, and the URL has been written down by then.
pub async fn look_up(flow: &Flow<'_>, id_number: &str) {
    let mut call = Call::get("/v1/customers").once();
    call.query = vec![("id_number".to_owned(), id_number.to_owned())];
    let _ = flow.session.call(&call).await;
}

/// Asks for the policy again, with the dead quotation and the old price: [`Defect::StalePrice`].
pub async fn insist(flow: &Flow<'_>, mut body: Value, premium: &str) {
    if let Some(members) = body.as_object_mut() {
        members.insert("premium".to_owned(), json!(premium));
    }
    let again = Call::post("/v1/policies", body, identity::token());
    let _ = flow.session.call(&again).await;
}

/// Rolls the whole purchase back in the own books, the payment included: [`Defect::OrphanPayment`].
pub async fn forget_payment(flow: &Flow<'_>) -> Result<(), Failure> {
    let order = flow.reference.clone();
    let forgotten = flow.partner.database.transaction(move |books| {
        books
            .prepare_cached("DELETE FROM fulfilments WHERE kind = 'payment' AND reference = ?1")?
            .execute([&order])?;
        overwrite::order(books, &order, "failed")
    });
    forgotten.await.map_err(|error| books_failure(&error))
}
