//! The last step: what the platform says about the policy goes into the own books.

use serde_json::Value;

use super::flow::{Flow, books_failure, member};
use crate::reference::api_client::call;
use crate::reference::api_client::failure::Failure;
use crate::reference::store::books::Uniqueness;
use crate::reference::store::policies;

/// Asks for a policy and answers its status word.
pub async fn policy(flow: &Flow<'_>, policy: &str) -> Result<String, Failure> {
    let answer = flow
        .read(format!("/v1/policies/{}", call::segment(policy)))
        .await?;
    let named = member(&answer, "policy_id").or_else(|| member(&answer, "id"));
    if named.is_some_and(|named| named != policy) {
        return Err(Failure::unusable("policy_id"));
    }
    let status = member(&answer, "status")
        .ok_or_else(|| Failure::unusable("status"))?
        .to_owned();
    record(flow, policy, &status, &answer).await?;
    Ok(status)
}

async fn record(flow: &Flow<'_>, policy: &str, status: &str, answer: &Value) -> Result<(), Failure> {
    let number = member(answer, "policy_number").map(str::to_owned);
    let policy = policy.to_owned();
    let database = &flow.partner.database;
    let recorded = match status {
        "active" | "issued" => {
            database
                .transaction(move |books| {
                    policies::issue(books, Uniqueness::Enforced, &policy, None, number.as_deref())
                })
                .await
        }
        "cancelled" => {
            database
                .transaction(move |books| policies::cancel(books, &policy))
                .await
        }
        _ => return Ok(()),
    };
    recorded.map(|_| ()).map_err(|error| books_failure(&error))
}
