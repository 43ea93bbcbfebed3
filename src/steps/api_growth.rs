//! Versions of the API: named by calls, announced to end, and retired.

use cucumber::{given, then};
use serde_json::json;

use super::{api_flow::error_status, counterpart::always, stop::Stop, world::Example};
use crate::{
    checks::{flow_check::FlowCheck, outcome::Outcome},
    wire::{
        fault::{ApiCall, Fault},
        growth::Growth,
        header::Headers,
    },
};

#[given("a sandbox that announces the end of this version")]
async fn announcing(example: &mut Example) -> Result<(), Stop> {
    if let Ok(log) = example.log() {
        example.asked.deprecations = log.deprecations().await.unwrap_or_default();
    }
    let fault = Fault::Grown {
        growth: Growth::Deprecated,
    };
    example.open(vec![
        always(Some(ApiCall::Token), fault.clone()),
        always(None, fault),
    ])
}

#[given("a sandbox that has retired this version")]
fn retired(example: &mut Example) -> Result<(), Stop> {
    let problem = json!({"type": "urn:senang:problem:version-retired", "title": "Version retired", "status": 410,
        "detail": "Version v1 of this API is no longer served.", "category": "validation", "errors": []});
    let fault = Fault::Refuse {
        status: error_status(410)?,
        headers: Headers::new().with("Content-Type", "application/problem+json"),
        body: Some(problem.to_string()),
    };
    example.open(vec![always(None, fault)])
}

#[then("every call names the same version")]
fn pinned(example: &mut Example) {
    example.check_flow(FlowCheck::VersionPinned);
}

#[then("the purchase goes on, and what the log says of the announcement is noted")]
async fn goes_on(example: &mut Example) {
    example.settle_purchase().await;
    example.check_flow(FlowCheck::StepsInOrder);
    let before = example.asked.deprecations;
    let Ok(log) = example.log() else {
        example.note("no [log] is declared, so it cannot be told whether the announcement is noticed");
        return;
    };
    let window = example.context.profile.log_window();
    let noticed = example
        .idle(async move {
            let look = async {
                while log.deprecations().await.is_none_or(|count| count <= before) {
                    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                }
            };
            tokio::time::timeout(window, look).await.is_ok()
        })
        .await;
    example.note(if noticed {
        "the log speaks of the deprecation that the sandbox announced"
    } else {
        "the log does not speak of the deprecation or the sunset that the sandbox announced; let the client write a \
         line when an answer carries Deprecation or Sunset, so that somebody plans the change in time"
    });
}

#[then("one call is made, and the operation ends as failed for a stated reason")]
async fn accepted(example: &mut Example) {
    example.silence().await;
    example.sandbox_settled().await;
    example.check_flow(FlowCheck::RetirementAccepted);
}

#[then("the partner has met what is new")]
fn met(example: &mut Example) -> Result<(), Stop> {
    let growth = example
        .asked
        .growth
        .ok_or_else(|| Stop::Harness("the feature lets no answer grow".to_owned()))?;
    if let Outcome::NotApplicable { reason } = example.check_flow(FlowCheck::MetGrowth { growth }) {
        return Err(Stop::NotApplicable(reason.clone()));
    }
    Ok(())
}
