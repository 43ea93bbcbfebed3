//! A canary in the payload: an address that nobody may call.

use cucumber::{given, then};

use super::{stop::Stop, world::Example};
use crate::{actors::canary::Canary, checks::check::Check};

impl Example {
    async fn open_canary(&mut self) -> Result<bool, Stop> {
        let Some(place) = self.context.canaries.clone() else {
            return Ok(false);
        };
        let token = self.letters(24);
        let failed = |error: crate::actors::canary::CanaryError| Stop::Harness(error.to_string());
        let canary = Canary::open(&place, &self.context.recorder, &self.scope, &token)
            .await
            .map_err(failed)?;
        canary.prove().await.map_err(failed)?;
        self.canary = Some(canary);
        Ok(true)
    }
}

pub(super) const UNREACHABLE: &str = "the partner is not on this host and could not reach a canary; declare [sandbox] with a \
                           listen address or public_url that it can reach";

#[given("a canary that nobody may call")]
async fn canary(example: &mut Example) -> Result<(), Stop> {
    if example.open_canary().await? {
        return Ok(());
    }
    Err(Stop::Inconclusive(UNREACHABLE.to_owned()))
}

#[given("a canary that nobody may call, where the partner can reach one")]
async fn canary_if_reachable(example: &mut Example) -> Result<(), Stop> {
    if !example.open_canary().await? {
        example.note(format!("no canary was set: {UNREACHABLE}"));
    }
    Ok(())
}

#[given("a host name of its own for it")]
fn internal_name(example: &mut Example) {
    let named = example.canary.as_ref().is_some_and(Canary::has_internal_name);
    if !named {
        example.note(
            "no internal-looking host name resolves to the canary from here (a *.localhost name does so only \
             where the partner runs on this host), so its address stands in the payload instead",
        );
    }
}

#[then("nobody has called the canary")]
async fn not_called(example: &mut Example) -> Result<(), Stop> {
    let Some(canary) = example.canary.take() else {
        example.note("no canary was set, so nothing is said about calls");
        return Ok(());
    };
    example.silence_once().await;
    let proved = canary.prove().await;
    canary.close().await;
    proved.map_err(|error| Stop::Harness(error.to_string()))?;
    example.check(Check::CanaryNotCalled);
    Ok(())
}
