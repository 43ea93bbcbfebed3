//! A claim that is submitted through the API, and followed by webhooks and by questions.

use cucumber::{given, then, when};
use serde_json::json;

use super::{stop::Stop, world::Example};
use crate::{
    checks::{effect::Target, flow_check::FlowCheck},
    transcript::{
        exchange::Role,
        observation::{EffectKind, Moment, Reading},
    },
    wire::{event::EventType, fault::ApiCall},
};

/// The platform's pauses before it sends an event again that was not taken.
const REDELIVERIES: usize = 3;

impl Example {
    /// Submits a claim on the prepared policy; whether the sandbox took one.
    async fn submit_claim(&mut self) -> Result<bool, Stop> {
        let mut prepared = self.prepared()?.clone();
        let policy = prepared.references.policy.clone();
        self.operate_with("claim", &[("policy", &policy)]).await?;
        let answer = self
            .last_request(ApiCall::Claim)
            .and_then(|request| request.answer);
        let claim = answer
            .and_then(|answer| serde_json::from_slice::<serde_json::Value>(&answer.bytes()).ok())
            .and_then(|answer| Some(answer.get("claim_id")?.as_str()?.to_owned()));
        let Some(claim) = claim else { return Ok(false) };
        prepared.references.claim.clone_from(&claim);
        let target = Target {
            kind: EffectKind::Claim,
            reference: claim,
        };
        self.target = Some(target.clone());
        self.asked.claim = Some(target);
        self.prepared = Some(prepared);
        Ok(true)
    }

    /// The claim stands so at the sandbox, and a webhook tells of it.
    async fn claim_told(&mut self, kind: EventType, state: &str) -> Result<(), Stop> {
        let (prepared, target) = (self.prepared()?.clone(), self.target()?);
        self.sandbox()?.set_claim_status(&target.reference, state);
        let mut event = self.event(kind, &prepared);
        event.data.insert("status".to_owned(), json!(state));
        let mut pauses = self.context.profile.retry_pauses();
        pauses.truncate(REDELIVERIES);
        self.deliver_until_kept(Role::Stimulus, &event, &target.reference, &pauses)
            .await?;
        self.claim_stands(state).await
    }

    /// The claim stands so at the sandbox, and the partner asks.
    async fn claim_asked(&mut self, state: &str) -> Result<(), Stop> {
        let (prepared, target) = (self.prepared()?.clone(), self.target()?);
        self.sandbox()?.set_claim_status(&target.reference, state);
        let policy = prepared.references.policy;
        self.operate_with(
            "claim_status",
            &[("claim", &target.reference), ("policy", &policy)],
        )
        .await?;
        self.claim_stands(state).await
    }

    async fn claim_stands(&mut self, state: &str) -> Result<(), Stop> {
        let target = self.target()?;
        state.clone_into(&mut self.asked.state);
        let shows = |reading: &Reading| {
            reading.count > 0 && reading.state.as_deref().is_none_or(|shown| shown == state)
        };
        self.wait_until(&target, shows).await;
        self.check_flow(FlowCheck::ClaimStands {
            target,
            state: state.to_owned(),
        });
        Ok(())
    }
}

#[given("a sandbox and an issued policy that both sides know")]
async fn policy_on_both_sides(example: &mut Example) -> Result<(), Stop> {
    example.open(Vec::new())?;
    let (prepared, _) = example.issued_policy().await?;
    let references = &prepared.references;
    example
        .sandbox()?
        .register_policy(&references.policy, &references.order, &prepared.amount);
    example.prepared = Some(prepared);
    Ok(())
}

#[when("the partner submits a claim on it, and claim.submitted follows")]
async fn submitted(example: &mut Example) -> Result<(), Stop> {
    if example.submit_claim().await? {
        example.claim_told(EventType::ClaimSubmitted, "submitted").await?;
    }
    Ok(())
}

#[when(
    "the partner submits a claim on it, and it is under review by webhook, approved by query and paid by webhook"
)]
async fn followed(example: &mut Example) -> Result<(), Stop> {
    if example.submit_claim().await? {
        example
            .claim_told(EventType::ClaimUpdated, "under_review")
            .await?;
        example.claim_asked("approved").await?;
        example.claim_told(EventType::ClaimUpdated, "paid").await?;
    }
    Ok(())
}

#[then("the claim was submitted once, and there is one claim, which stands as the sandbox says")]
async fn one_claim(example: &mut Example) {
    example.silence().await;
    example.sandbox_settled().await;
    example.check_flow(FlowCheck::ClaimSubmittedOnce);
    if let Some(target) = example.asked.claim.clone() {
        example.look(&target, Moment::After).await;
        let state = example.asked.state.clone();
        example.check_flow(FlowCheck::ClaimStands { target, state });
    }
}
