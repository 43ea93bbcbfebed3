//! The whole flow: products, quotation, customer, policy, payment, status. Each step uses what the one
//! before returned; a step that fails ends the flow, and a resumed flow goes on where it stopped.

use serde_json::{Map, Value, json};

use super::answer::{Answer, Ending};
use super::careless;
use super::confirm;
use super::flow::{Flow, books_failure, member, same_if_named};
use super::input::Input;
use super::payment::{self, Bill, Standing};
use super::quote::{self, Wish};
use super::undaunted;
use crate::reference::api_client::failure::{Category, Failure};
use crate::reference::defect::Defect;
use crate::reference::identity;
use crate::reference::log::Outcome;
use crate::reference::partner::Partner;
use crate::reference::store::orders::{self, NewOrder};
use crate::reference::store::{jobs, policies};

/// How far the flow goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Up to the quotation.
    Quote,
    /// To the end.
    Whole,
}

/// Runs the flow.
pub async fn run(partner: &Partner, operation: &str, members: &Map<String, Value>, extent: Extent) -> Answer {
    let mut input = if partner.has(Defect::ValidateLate) {
        Input::unchecked(members)
    } else {
        Input::new(members)
    };
    let reference = input
        .id("reference")
        .unwrap_or_else(|| identity::reference("ORD-"));
    let base = input.text("api_base_url");
    // The price is the platform's to tell; an amount that is no amount is still a slip to report.
    input.amount("amount");
    let wish = Wish::read(&mut input);
    let (Ok(()), Some(wish)) = (input.check(), wish) else {
        return Answer::invalid(reference, &input.check().err().unwrap_or_default());
    };
    let Ok(session) = partner.api.session(&partner.log, operation, base.as_deref()) else {
        return Answer::invalid(reference, &["api_base_url"]);
    };
    let flow = Flow {
        partner,
        session,
        reference: reference.clone(),
    };
    let ended = match extent {
        Extent::Quote => quote_only(&flow, &wish).await,
        Extent::Whole => whole(&flow, &wish).await,
    };
    match ended {
        Ok(answer) => {
            flow.note(Outcome::Processed, "operation ended");
            answer
        }
        Err(failure) => failed(&flow, &failure, extent).await,
    }
}

async fn quote_only(flow: &Flow<'_>, wish: &Wish) -> Result<Answer, Failure> {
    let quotation = quote::obtain(flow, wish).await?;
    Ok(Answer::new(&flow.reference, Ending::Success)
        .with("quotation_id", json!(quotation.id))
        .with("amount", json!(quotation.premium.text()))
        .with("currency", json!(quotation.currency)))
}

async fn whole(flow: &Flow<'_>, wish: &Wish) -> Result<Answer, Failure> {
    if !flow.partner.has(Defect::Race404) {
        file_order(flow, wish).await?;
    }
    let defects = flow.partner.defects;
    let quotation = undaunted::or_guess(defects, quote::obtain(flow, wish).await, || quote::Quotation {
        id: undaunted::GUESSED.to_owned(),
        premium: crate::reference::money::Sen(10_000),
        currency: wish.currency.clone(),
        product: wish.product_code.clone().unwrap_or_default(),
    });
    let quotation = quotation.map_err(no_money_moved)?;
    let customer = undaunted::or_guess(
        defects,
        careless::customer(flow, customer(flow, wish).await),
        || Some(undaunted::GUESSED.to_owned()),
    );
    let customer = customer.map_err(no_money_moved)?;
    let Some(customer) = customer else {
        return Ok(Answer::new(&flow.reference, Ending::Pending)
            .with("message", json!("customer validation pending")));
    };
    let bill = undaunted::or_guess(defects, policy(flow, &quotation, &customer).await, || Bill {
        order: flow.reference.clone(),
        policy: undaunted::GUESSED.to_owned(),
        amount: quotation.premium,
        currency: quotation.currency.clone(),
    });
    let bill = bill.map_err(no_money_moved)?;
    let answer = |ending| {
        Answer::new(&flow.reference, ending)
            .with("policy", json!(bill.policy))
            .with("amount", json!(bill.amount.text()))
            .with("currency", json!(bill.currency))
    };
    let paid = undaunted::or_guess(
        defects,
        payment::pay(flow, &bill, Some(&quotation.product)).await,
        || (undaunted::GUESSED.to_owned(), Standing::Paid),
    );
    let (transaction, standing) = paid?;
    if standing == Standing::Pending {
        return Ok(answer(Ending::Pending).with("transaction_id", json!(transaction)));
    }
    if flow.partner.has(Defect::SkipsStatus) {
        return Ok(answer(Ending::Success).with("transaction_id", json!(transaction)));
    }
    match confirm::policy(flow, &bill.policy).await {
        Ok(status) => Ok(answer(Ending::Success)
            .with("transaction_id", json!(transaction))
            .with("status", json!(status))),
        Err(failure) if flow.partner.has(Defect::OrphanPayment) => {
            careless::forget_payment(flow).await?;
            Err(no_money_moved(failure))
        }
        Err(failure) => {
            flag_paid_unconfirmed(flow).await?;
            let mut answer = answer(Ending::Pending).with("transaction_id", json!(transaction));
            answer.category = Some(failure.category.word());
            Ok(answer)
        }
    }
}

/// Before the payment step nothing is uncertain that a customer would pay for.
fn no_money_moved(failure: Failure) -> Failure {
    Failure {
        may_have_worked: false,
        ..failure
    }
}

async fn file_order(flow: &Flow<'_>, wish: &Wish) -> Result<(), Failure> {
    let order = NewOrder {
        reference: flow.reference.clone(),
        recurring_id: None,
        amount: None,
        currency: Some(wish.currency.clone()),
        name: Some(wish.applicant.name().to_owned()),
        policy: None,
    };
    let database = &flow.partner.database;
    let api = flow.session.base_url().to_owned();
    let filed = database.transaction(move |books| {
        orders::create(books, &order)?;
        jobs::remember_api(books, &order.reference, &api)?;
        orders::settle_undecided(books, &order.reference, "pending")
    });
    filed.await.map_err(|error| books_failure(&error))
}

/// Registers the customer; `None` while the platform is still validating.
async fn customer(flow: &Flow<'_>, wish: &Wish) -> Result<Option<String>, Failure> {
    if flow.partner.has(Defect::PiiInQuery) {
        careless::look_up(flow, wish.applicant.id_number()).await;
    }
    let answer = flow
        .write(
            "customer",
            "/v1/customers",
            wish.applicant.for_customer(),
            |answer| {
                member(answer, "customer_id").ok_or_else(|| Failure::unusable("customer_id"))?;
                match member(answer, "validation") {
                    Some("passed" | "pending") => Ok(()),
                    _ => Err(Failure::new(
                        Category::Validation,
                        "customer data did not pass validation",
                    )),
                }
            },
        )
        .await?;
    if member(&answer, "validation") != Some("passed") && !flow.partner.has(Defect::IssueAnyway) {
        flow.take_back("customer").await?;
        return Ok(None);
    }
    Ok(member(&answer, "customer_id").map(str::to_owned))
}

async fn policy(flow: &Flow<'_>, quotation: &quote::Quotation, customer: &str) -> Result<Bill, Failure> {
    let named = careless::quotation(flow, &quotation.id);
    let body = json!({"quotation_id": named, "customer_id": customer, "order_id": flow.reference});
    let made = flow
        .write("policy", "/v1/policies", body.clone(), |answer| {
            let status = member(answer, "status").ok_or_else(|| Failure::unusable("status"))?;
            if !matches!(status, "pending_payment" | "active" | "issued") {
                return Err(Failure::unusable("status"));
            }
            member(answer, "policy_id").ok_or_else(|| Failure::unusable("policy_id"))?;
            same_if_named(answer, "premium", &quotation.premium.text())?;
            same_if_named(answer, "quotation_id", &quotation.id)?;
            same_if_named(answer, "order_id", &flow.reference)
        })
        .await;
    if made
        .as_ref()
        .is_err_and(|failure| failure.category == Category::Validation)
    {
        if flow.partner.has(Defect::StalePrice) {
            careless::insist(flow, body, &quotation.premium.text()).await;
        }
        // The quotation may have expired or changed its price: it is never offered twice.
        flow.take_back("quotation").await?;
    }
    let answer = made?;
    let bill = Bill {
        order: flow.reference.clone(),
        policy: member(&answer, "policy_id").unwrap_or_default().to_owned(),
        amount: quotation.premium,
        currency: quotation.currency.clone(),
    };
    let known = bill.clone();
    let attached = flow.partner.database.transaction(move |books| {
        policies::attach(books, &known.policy, &known.order)?;
        orders::set_price(books, &known.order, known.amount, &known.currency)
    });
    attached.await.map_err(|error| books_failure(&error))?;
    Ok(bill)
}

async fn flag_paid_unconfirmed(flow: &Flow<'_>) -> Result<(), Failure> {
    let order = flow.reference.clone();
    let flagged = flow
        .partner
        .database
        .transaction(move |books| orders::flag(books, &order, "paid, policy not confirmed"));
    flagged.await.map_err(|error| books_failure(&error))
}

/// Ends a flow that failed. Where the payment may have gone through all the same the order stays
/// pending; if a webhook has meanwhile said so, it is paid.
async fn failed(flow: &Flow<'_>, failure: &Failure, extent: Extent) -> Answer {
    flow.note(
        Outcome::Failed,
        &format!("{}: {}", failure.category.word(), failure.message),
    );
    if extent == Extent::Quote {
        return flow.failed(failure, Ending::Failed);
    }
    if payment::is_paid(flow, &flow.reference).await.unwrap_or(false) {
        return flow.failed(failure, Ending::Pending);
    }
    let uncertain = failure.may_have_worked && failure.category == Category::Network;
    let state = if uncertain { "pending" } else { "failed" };
    let order = flow.reference.clone();
    let _ = flow
        .partner
        .database
        .transaction(move |books| orders::settle_undecided(books, &order, state))
        .await;
    flow.failed(
        failure,
        if uncertain {
            Ending::Pending
        } else {
            Ending::Failed
        },
    )
}
