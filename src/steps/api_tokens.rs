//! Access tokens: kept by the partner, refused by the sandbox when the time has come.

use std::sync::Arc;

use cucumber::{given, then, when};

use super::{stop::Stop, world::Example};
use crate::{
    checks::{check::Check, flow_check::FlowCheck, outcome::Outcome},
    wire::fault::{ApiCall, Fault, ScriptLine, Times},
};

/// Purchases one after another.
const IN_TURN: usize = 5;
/// Purchases at once.
const AT_ONCE: u32 = 10;
/// How long the first calls with an expired token are held, so that all of them come with it.
const HELD_MILLIS: u64 = 1_000;

impl Example {
    /// Token requests that stand in the record.
    fn token_requests(&self) -> usize {
        let requests = self
            .mount
            .iter()
            .flat_map(crate::actors::sandbox::Mount::requests);
        requests.filter(|request| request.call == ApiCall::Token).count()
    }
}

#[given("a sandbox that issues access tokens")]
fn issuing(example: &mut Example) -> Result<(), Stop> {
    let scheme = example.context.api_scheme;
    if let Outcome::NotApplicable { reason } = example.check(Check::TokensUsed { scheme }) {
        return Err(Stop::NotApplicable(reason.clone()));
    }
    example.open(Vec::new())
}

#[when("five purchases run one after another while the token is good")]
async fn in_turn(example: &mut Example) -> Result<(), Stop> {
    for _ in 0..IN_TURN {
        example.operate_with("buy", &[]).await?;
    }
    Ok(())
}

#[when("the token is refused as expired in the middle of a purchase")]
async fn mid_flow(example: &mut Example) -> Result<(), Stop> {
    example.rescript(&[ScriptLine {
        call: Some(ApiCall::Customer),
        times: Times::First(1),
        fault: Fault::ExpireTokens,
    }]);
    example.operate_with("buy", &[]).await
}

#[when("ten purchases begin at once with an expired token")]
async fn at_once(example: &mut Example) -> Result<(), Stop> {
    example.operate_with("buy", &[]).await?;
    example.asked.tokens = example.token_requests();
    example.mount()?.expire_tokens();
    example.rescript(&[ScriptLine {
        call: None,
        times: Times::First(AT_ONCE),
        fault: Fault::Hold { millis: HELD_MILLIS },
    }]);
    let mut inputs = Vec::new();
    for _ in 0..AT_ONCE {
        inputs.push(example.operation_fields()?);
    }
    let (context, scope) = (Arc::clone(&example.context), example.scope.clone());
    example
        .idle(async move {
            let started = inputs
                .iter()
                .map(|fields| context.trigger.start(&scope, "buy", fields));
            futures::future::join_all(started).await;
        })
        .await;
    example.sandbox_settled().await;
    Ok(())
}

#[then(regex = r"^at most (\d+) tokens are asked for$")]
fn reused(example: &mut Example, most: usize) {
    example.check_flow(FlowCheck::TokensReused {
        operations: IN_TURN,
        most,
    });
}

#[then("one new token is asked for, the interrupted call comes again, and the purchase completes")]
fn renewed(example: &mut Example) {
    example.check_flow(FlowCheck::TokenRenewedOnce);
}

#[then(regex = r"^at most (\d+) new tokens are asked for, and every purchase completes$")]
fn not_stampeded(example: &mut Example, most: usize) {
    // The purchase that fetched the first token, and those that found it expired.
    let operations = usize::try_from(AT_ONCE).unwrap_or_default() + 1;
    if example.token_requests() > example.asked.tokens + 1 {
        example.note("more than one operation renewed the expired token; one renewal is enough for all");
    }
    example.check_flow(FlowCheck::TokensNotStampeded { operations, most });
}
