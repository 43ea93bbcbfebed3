//! Whole operations at the platform's API: started with given values, and what they are about.

use cucumber::{given, then, when};

use super::{
    counterpart::always,
    planted::{Canary, person},
    stop::Stop,
    world::Example,
};
use crate::{
    actors::{fixtures::Prepared, sandbox::state::Payment},
    checks::{check::Check, effect::Target, flow_check::FlowCheck, outcome::Outcome, view::View},
    transcript::{
        exchange::SeenRequest,
        observation::{EffectKind, Moment},
    },
    wire::{
        event::References,
        fault::{ApiCall, ErrorStatus, Fault, ScriptLine, Times},
        growth::Growth,
        header::Headers,
    },
};

/// What an operation at the platform's API is about.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// Orders on a list.
    pub(super) listed: Vec<Target>,
    /// The claim.
    pub(super) claim: Option<Target>,
    /// Where the claim stands.
    pub(super) state: String,
    /// What is to be undone, and how.
    pub(super) reversal: Option<(Target, ApiCall)>,
    /// How the answers have grown.
    pub(super) growth: Option<Growth>,
    /// Token requests before the tokens expired.
    pub(super) tokens: usize,
    /// Log lines about deprecation before the operation.
    pub(super) deprecations: u64,
}

/// A refusal with the contract's problem document.
pub(super) fn refusal(status: u16) -> Result<Fault, Stop> {
    Ok(Fault::Refuse {
        status: error_status(status)?,
        headers: Headers::new(),
        body: None,
    })
}

pub(super) fn error_status(status: u16) -> Result<ErrorStatus, Stop> {
    ErrorStatus::try_from(status).map_err(|error| Stop::Harness(error.to_string()))
}

impl Example {
    /// Makes a check on an operation.
    pub(super) fn check_flow(&mut self, what: FlowCheck) -> &Outcome {
        self.check(Check::ApiFlow { what })
    }

    /// The last request of a call that stands in the record.
    pub(super) fn last_request(&self, call: ApiCall) -> Option<SeenRequest> {
        let requests = self.mount.as_ref().map(crate::actors::sandbox::Mount::requests)?;
        requests.into_iter().rfind(|request| request.call == call)
    }

    /// The last payment that was made at the sandbox.
    pub(super) fn payment(&self) -> Option<Payment> {
        self.mount.as_ref()?.payments().pop()
    }

    /// The order that was bought last: as the partner's payment names it, or as we named it.
    pub(super) fn bought_order(&self) -> Target {
        let records = self.context.recorder.of(&self.scope);
        let named = || {
            let (_, operation) = View::new(&records).operation()?;
            Some(operation.input.get("reference")?.as_str()?.to_owned())
        };
        let paid = self.payment().map(|payment| payment.order_id);
        Target {
            kind: EffectKind::Order,
            reference: paid.or_else(named).unwrap_or_default(),
        }
    }

    /// The purchase that was made last, as something to send events about.
    pub(super) fn purchase(&self) -> Result<(Payment, Prepared), Stop> {
        let payment = self.payment().ok_or_else(|| {
            Stop::Inconclusive(
                "the purchase that had to come first made no payment at {api_base_url}; see [start.buy] and API-FLW-03"
                    .to_owned(),
            )
        })?;
        let prepared = Prepared {
            own: payment.order_id.clone(),
            references: References {
                order: payment.order_id.clone(),
                policy: payment.policy_id.clone().unwrap_or_default(),
                transaction: payment.id.clone(),
                refund: String::new(),
                claim: String::new(),
            },
            amount: payment.amount.clone(),
            exists: true,
        };
        Ok((payment, prepared))
    }

    /// Waits until the order that was bought is fulfilled, if a payment was made for it.
    pub(super) async fn settle_purchase(&mut self) -> Target {
        let target = self.bought_order();
        if self.payment().is_some() {
            self.settle_after_fault(&target, 1).await;
        } else {
            self.look(&target, Moment::After).await;
        }
        self.sandbox_settled().await;
        target
    }

    /// Plants the data of a made-up customer, and teaches the recorder to know them.
    fn plant_customer(&mut self) {
        let mut canaries = person(&mut self.random);
        let (first, last) = (self.letters(9).to_lowercase(), self.letters(9).to_lowercase());
        canaries.push(Canary {
            field: "name",
            value: format!("Nur{first} binti {last}"),
            spellings: vec![format!("Nur{first}"), last],
        });
        for canary in &canaries {
            let label = self.canary_label(canary.field);
            for spelling in std::iter::once(&canary.value).chain(&canary.spellings) {
                let _ = self.context.recorder.learn(&label, spelling.as_bytes());
            }
        }
        self.planted = canaries
            .into_iter()
            .map(|canary| (canary.field.to_owned(), canary.value))
            .collect();
    }
}

#[given(regex = r"^a sandbox whose answers have grown by (.+)$")]
#[expect(
    clippy::needless_pass_by_value,
    reason = "the engine hands captures over by value"
)]
fn grown(example: &mut Example, how: String) -> Result<(), Stop> {
    let growth: Growth = how
        .parse()
        .map_err(|error: crate::wire::growth::UnknownGrowth| Stop::Harness(error.to_string()))?;
    example.asked.growth = Some(growth);
    let fault = Fault::Grown { growth };
    example.open(vec![
        always(Some(ApiCall::Token), fault.clone()),
        always(None, fault),
    ])
}

#[given(
    regex = r"^a sandbox that (refuses customer data with status 422|answers that customer data are still being validated)$"
)]
#[expect(
    clippy::needless_pass_by_value,
    reason = "the engine hands captures over by value"
)]
fn not_validated(example: &mut Example, how: String) -> Result<(), Stop> {
    if how.starts_with("refuses") {
        let fault = refusal(422)?;
        return example.open(vec![always(Some(ApiCall::Customer), fault)]);
    }
    example.open(Vec::new())?;
    example.mount()?.steer(crate::actors::sandbox::api::Steering {
        validates: false,
        ..Default::default()
    });
    Ok(())
}

#[given(regex = r"^a sandbox that finds the quotation (expired|priced anew) when a policy is asked for$")]
#[expect(
    clippy::needless_pass_by_value,
    reason = "the engine hands captures over by value"
)]
fn lapsed(example: &mut Example, how: String) -> Result<(), Stop> {
    let repriced = how == "priced anew";
    let fault = Fault::Lapse {
        status: error_status(if repriced { 409 } else { 422 })?,
        repriced,
    };
    example.open(vec![ScriptLine {
        call: Some(ApiCall::Policy),
        times: Times::First(1),
        fault,
    }])
}

#[given(regex = r"^a sandbox that takes the payment and then answers (\d{3}) about the policy$")]
async fn paid_in_vain(example: &mut Example, status: u16) -> Result<(), Stop> {
    let fault = refusal(status)?;
    example.open(vec![always(Some(ApiCall::PolicyStatus), fault)])?;
    if let Some(alerts) = &example.context.alerts {
        alerts.read(&example.scope, Moment::Before).await;
    }
    Ok(())
}

#[when("the partner runs its operation buy with planted personal data")]
async fn buys_planted(example: &mut Example) -> Result<(), Stop> {
    example.plant_customer();
    example.operate_with("buy", &[]).await
}

#[then(
    "quotation, customer, issuance, payment and status follow each other, each with what the one before returned"
)]
async fn in_order(example: &mut Example) {
    example.settle_purchase().await;
    example.check_flow(FlowCheck::StepsInOrder);
}

#[then("the purchase ends as paid, once")]
async fn paid(example: &mut Example) {
    let target = example.settle_purchase().await;
    example.check_flow(FlowCheck::PaidOnce { target });
}

#[then("personal data stand in the bodies of requests only")]
fn bodies_only(example: &mut Example) {
    let suffix = example.canary_label("");
    let whose = suffix
        .trim_start_matches(crate::checks::log::CANARY)
        .trim_start()
        .to_owned();
    example.check_flow(FlowCheck::PersonalDataInBodies { whose });
    example.note("whether the data went to hosts other than the sandbox cannot be seen from here");
}

#[then("no policy is asked for before the customer's data have passed validation")]
async fn validated_first(example: &mut Example) {
    example.silence().await;
    example.sandbox_settled().await;
    example.check_flow(FlowCheck::NoIssuanceBeforeValidation);
}

#[then("the dead quotation is not used again, and a new one comes before the next issuance")]
async fn left(example: &mut Example) {
    example.silence().await;
    example.sandbox_settled().await;
    example.check_flow(FlowCheck::DeadQuotationLeft);
}

#[then(
    "the payment without a policy is dealt with: a refund is asked for or somebody is told, nothing is paid twice"
)]
async fn dealt_with(example: &mut Example) -> Result<(), Stop> {
    let (payment, _) = example.purchase()?;
    let order = example.bought_order();
    let policy = Target {
        kind: EffectKind::Policy,
        reference: payment.policy_id.unwrap_or_default(),
    };
    // A worker may notice it later.
    example.wait_until(&order, |reading| reading.flag.is_some()).await;
    example.look(&policy, Moment::After).await;
    if let Some(alerts) = &example.context.alerts {
        alerts.read(&example.scope, Moment::After).await;
    }
    example.sandbox_settled().await;
    example.check_flow(FlowCheck::PaidNotIssued { order, policy });
    Ok(())
}
