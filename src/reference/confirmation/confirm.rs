//! One try to confirm an announced payment.

use serde_json::{Value, json};

use crate::reference::api_client::call::Call;
use crate::reference::api_client::failure::{Category, Failure};
use crate::reference::defect::Defect;
use crate::reference::identity;
use crate::reference::money::Sen;
use crate::reference::partner::Partner;
use crate::reference::start::flow::{Flow, books_failure, member};
use crate::reference::start::payment::{self, Bill, Standing};
use crate::reference::store::jobs::Job;
use crate::reference::store::orders;
use crate::reference::store::steps;

/// The name of this work in log lines.
const OPERATION: &str = "confirm";

/// Asks the platform once and books what it says; where it has not decided, the webhook counts. An order that is paid already is left as it is.
pub async fn confirm(partner: &Partner, job: &Job) -> Result<(), Failure> {
    let session = partner.api.session(&partner.log, OPERATION, Some(&job.api))?;
    let flow = Flow {
        partner,
        session,
        reference: job.order.clone(),
    };
    let twice = partner.has(Defect::TwoPathsTwoIssues);
    let paid = payment::is_paid(&flow, &job.order).await;
    if paid.map_err(|error| books_failure(&error))? && !twice {
        return Ok(());
    }
    let bill = bill(&flow).await?;
    if payment::ask_once(&flow, &bill, &job.transaction).await? == Standing::Pending {
        // The event is signed and the newer word: what the API says may lag behind it.
        payment::book(&flow, &bill, &job.transaction).await?;
    }
    if twice {
        issue_again(&flow).await?;
    }
    Ok(())
}

async fn bill(flow: &Flow<'_>) -> Result<Bill, Failure> {
    let order = flow.reference.clone();
    let found = flow
        .partner
        .database
        .transaction(move |books| orders::find(books, &order))
        .await
        .map_err(|error| books_failure(&error))?
        .ok_or_else(|| Failure::new(Category::Server, "the order is not in the own books"))?;
    Ok(Bill {
        order: flow.reference.clone(),
        policy: found.policy.unwrap_or_default(),
        amount: found.amount.unwrap_or(Sen(0)),
        currency: found.currency.unwrap_or_default(),
    })
}

/// The second issue of [`Defect::TwoPathsTwoIssues`]: the order's quotation is turned into a policy once
/// more, as if nobody had done so.
async fn issue_again(flow: &Flow<'_>) -> Result<(), Failure> {
    let order = flow.reference.clone();
    let known = flow.partner.database.transaction(move |books| {
        Ok((
            steps::open(books, &order, "quotation")?.answer,
            steps::open(books, &order, "customer")?.answer,
        ))
    });
    let (quotation, customer) = known.await.map_err(|error| books_failure(&error))?;
    let id = |answer: Option<String>, name: &str| {
        let answer: Value = serde_json::from_str(&answer.unwrap_or_default()).unwrap_or_default();
        member(&answer, name).map(str::to_owned)
    };
    if let (Some(quotation), Some(customer)) = (id(quotation, "quotation_id"), id(customer, "customer_id")) {
        let body = json!({"quotation_id": quotation, "customer_id": customer, "order_id": flow.reference});
        let again = Call::post("/v1/policies", body, identity::token());
        flow.session.call(&again).await?;
    }
    Ok(())
}
