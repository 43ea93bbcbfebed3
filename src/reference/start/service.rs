//! Single operations on something that exists: pay, claim, status, refund, cancel.

use serde_json::{Map, Value, json};

use super::answer::{Answer, Ending};
use super::confirm;
use super::flow::{Flow, books_failure, member, same_if_named};
use super::input::Input;
use super::payment::{self, Bill, Standing};
use crate::reference::api_client::call;
use crate::reference::api_client::failure::{Category, Failure};
use crate::reference::clock;
use crate::reference::defect::Defect;
use crate::reference::identity;
use crate::reference::log::Outcome;
use crate::reference::money::Sen;
use crate::reference::partner::Partner;
use crate::reference::store::books::Uniqueness;
use crate::reference::store::orders::{self, NewOrder, Order};
use crate::reference::store::{claims, jobs, policies};

/// What is asked for.
#[derive(Clone, Debug, Default)]
struct Asked {
    reference: Option<String>,
    policy: Option<String>,
    claim: Option<String>,
    transaction: Option<String>,
    amount: Option<Sen>,
    currency: String,
    reason: String,
    order: Option<Order>,
}

/// Runs one of the operations.
pub async fn run(partner: &Partner, operation: &str, members: &Map<String, Value>) -> Answer {
    let mut input = Input::new(members);
    let mut asked = Asked {
        reference: input.id("reference"),
        policy: input.id("policy").or_else(|| input.id("policy_id")),
        claim: input.id("claim").or_else(|| input.id("claim_id")),
        transaction: input.id("transaction_id").or_else(|| input.id("transaction")),
        amount: input.amount("amount"),
        currency: input.text("currency").unwrap_or_else(|| "MYR".into()),
        reason: input
            .text("reason")
            .unwrap_or_else(|| "requested by the customer".into()),
        order: None,
    };
    let base = input.text("api_base_url");
    if let Some(order) = asked.reference.clone() {
        asked.order = partner
            .database
            .transaction(move |books| orders::find(books, &order))
            .await
            .unwrap_or_default();
    }
    if let Some(order) = &asked.order {
        asked.policy = asked.policy.or_else(|| order.policy.clone());
        asked.transaction = asked.transaction.or_else(|| order.transaction_id.clone());
        asked.amount = asked.amount.or(order.amount);
    }
    for (needed, missing) in [
        (
            "policy",
            asked.policy.is_none() && matches!(operation, "pay" | "claim" | "cancel"),
        ),
        (
            "policy",
            operation == "status" && asked.policy.is_none() && asked.transaction.is_none(),
        ),
        ("claim", operation == "claim_status" && asked.claim.is_none()),
        (
            "transaction_id",
            operation == "refund" && asked.transaction.is_none(),
        ),
        (
            "amount",
            matches!(operation, "pay" | "refund") && asked.amount.is_none(),
        ),
    ] {
        if missing {
            input.wrong(needed);
        }
    }
    let reference = asked
        .reference
        .clone()
        .unwrap_or_else(|| identity::reference("OP-"));
    if let Err(fields) = input.check() {
        return Answer::invalid(reference, &fields);
    }
    let Ok(session) = partner.api.session(&partner.log, operation, base.as_deref()) else {
        return Answer::invalid(reference, &["api_base_url"]);
    };
    let flow = Flow {
        partner,
        session,
        reference: reference.clone(),
    };
    let ended = match operation {
        "pay" => pay(&flow, &asked).await,
        "claim" => claim(partner, &flow, &asked).await,
        "claim_status" => claim_status(partner, &flow, &asked).await,
        "refund" => refund(&flow, &asked).await,
        "cancel" => cancel(&flow, &asked).await,
        _ => status(&flow, &asked).await,
    };
    match ended {
        Ok(answer) => {
            flow.note(Outcome::Processed, "operation ended");
            answer
        }
        Err(failure) => {
            flow.note(
                Outcome::Failed,
                &format!("{}: {}", failure.category.word(), failure.message),
            );
            let uncertain =
                operation == "pay" && failure.may_have_worked && failure.category == Category::Network;
            flow.failed(
                &failure,
                if uncertain {
                    Ending::Pending
                } else {
                    Ending::Failed
                },
            )
        }
    }
}

async fn pay(flow: &Flow<'_>, asked: &Asked) -> Result<Answer, Failure> {
    let bill = Bill {
        order: flow.reference.clone(),
        policy: asked.policy.clone().unwrap_or_default(),
        amount: asked.amount.unwrap_or(Sen(0)),
        currency: asked.currency.clone(),
    };
    let order = NewOrder {
        reference: bill.order.clone(),
        recurring_id: None,
        amount: Some(bill.amount),
        currency: Some(bill.currency.clone()),
        name: None,
        policy: Some(bill.policy.clone()),
    };
    let api = flow.session.base_url().to_owned();
    let files_first = !flow.partner.has(Defect::Race404);
    let filed = flow.partner.database.transaction(move |books| {
        if files_first {
            orders::create(books, &order)?;
        }
        jobs::remember_api(books, &order.reference, &api)
    });
    filed.await.map_err(|error| books_failure(&error))?;
    let (transaction, standing) = payment::pay(flow, &bill, None).await?;
    let ending = if standing == Standing::Paid {
        Ending::Success
    } else {
        Ending::Pending
    };
    Ok(Answer::new(&flow.reference, ending)
        .with("policy", json!(bill.policy))
        .with("transaction_id", json!(transaction))
        .with("amount", json!(bill.amount.text())))
}

async fn claim(partner: &Partner, flow: &Flow<'_>, asked: &Asked) -> Result<Answer, Failure> {
    let policy = asked.policy.clone().unwrap_or_default();
    let day = clock::now().to_string();
    let incident = json!({"date": day.get(..10), "description": "Damage to insured property"});
    let body = json!({"policy_id": policy, "incident_date": day.get(..10), "incident": incident});
    let answer = flow
        .write("claim", "/v1/claims", body, |answer| {
            member(answer, "claim_id").ok_or_else(|| Failure::unusable("claim_id"))?;
            same_if_named(answer, "policy_id", &policy)
        })
        .await?;
    let claim = member(&answer, "claim_id").unwrap_or_default().to_owned();
    let status = member(&answer, "status").unwrap_or("submitted").to_owned();
    record_claim(partner, &claim, &policy, &status, i64::MIN).await?;
    Ok(Answer::new(&claim, Ending::Success)
        .with("claim", json!(claim))
        .with("policy", json!(policy))
        .with("status", json!(status)))
}

async fn claim_status(partner: &Partner, flow: &Flow<'_>, asked: &Asked) -> Result<Answer, Failure> {
    let claim = asked.claim.clone().unwrap_or_default();
    let answer = flow.read(format!("/v1/claims/{}", call::segment(&claim))).await?;
    same_if_named(&answer, "claim_id", &claim)?;
    let status = member(&answer, "status")
        .ok_or_else(|| Failure::unusable("status"))?
        .to_owned();
    if let Some(policy) = member(&answer, "policy_id") {
        record_claim(partner, &claim, policy, &status, clock::now().as_microsecond()).await?;
    }
    Ok(Answer::new(&claim, Ending::Success)
        .with("claim", json!(claim))
        .with("status", json!(status)))
}

async fn record_claim(
    partner: &Partner,
    claim: &str,
    policy: &str,
    status: &str,
    at: i64,
) -> Result<(), Failure> {
    let (claim, policy, status) = (claim.to_owned(), policy.to_owned(), status.to_owned());
    let recorded = partner.database.transaction(move |books| {
        policies::request(books, &policy, None)?;
        claims::report(books, Uniqueness::Enforced, &claim, &policy, &status, at)
    });
    recorded.await.map(|_| ()).map_err(|error| books_failure(&error))
}

async fn refund(flow: &Flow<'_>, asked: &Asked) -> Result<Answer, Failure> {
    let transaction = asked.transaction.clone().unwrap_or_default();
    let amount = asked.amount.unwrap_or(Sen(0)).text();
    let path = format!("/v1/payments/{}/refunds", call::segment(&transaction));
    let body = json!({"amount": amount, "currency": asked.currency, "reason": asked.reason});
    flow.write("refund", &path, body, |answer| {
        same_if_named(answer, "transaction_id", &transaction)
    })
    .await?;
    Ok(Answer::new(&flow.reference, Ending::Pending)
        .with("transaction_id", json!(transaction))
        .with("amount", json!(amount)))
}

async fn cancel(flow: &Flow<'_>, asked: &Asked) -> Result<Answer, Failure> {
    let policy = asked.policy.clone().unwrap_or_default();
    let path = format!("/v1/policies/{}/cancellation", call::segment(&policy));
    let body = json!({"reason": asked.reason});
    flow.write("cancellation", &path, body, |answer| {
        same_if_named(answer, "policy_id", &policy)
    })
    .await?;
    Ok(Answer::new(&flow.reference, Ending::Pending).with("policy", json!(policy)))
}

async fn status(flow: &Flow<'_>, asked: &Asked) -> Result<Answer, Failure> {
    if let Some(policy) = &asked.policy {
        let status = confirm::policy(flow, policy).await?;
        return Ok(Answer::new(&flow.reference, Ending::Success)
            .with("policy", json!(policy))
            .with("status", json!(status)));
    }
    let transaction = asked.transaction.clone().unwrap_or_default();
    let answer = flow
        .read(format!("/v1/payments/{}", call::segment(&transaction)))
        .await?;
    same_if_named(&answer, "transaction_id", &transaction)?;
    let status = member(&answer, "status").ok_or_else(|| Failure::unusable("status"))?;
    Ok(Answer::new(&flow.reference, Ending::Success)
        .with("transaction_id", json!(transaction))
        .with("status", json!(status)))
}
