//! A redirect of the sandbox's to an address that is not the platform's.

use cucumber::{given, then};

use super::{canary::UNREACHABLE, stop::Stop, world::Example};
use crate::{
    actors::canary::{Canary, CanaryError},
    checks::check::Check,
    wire::fault::{ApiCall, Fault, RedirectStatus, ScriptLine, Times},
};

#[given(regex = r"^a sandbox that answers the customer data with (30\d) to another (https|http) address$")]
async fn redirecting(example: &mut Example, status: u16, scheme: String) -> Result<(), Stop> {
    let Some(place) = example.context.canaries.clone() else {
        return Err(Stop::Inconclusive(UNREACHABLE.to_owned()));
    };
    let failed = |error: CanaryError| Stop::Harness(error.to_string());
    // A client that trusts the sandbox goes on to say what it wants, and shows it.
    let trusted = example
        .sandbox()?
        .vouched()
        .map_err(|error| Stop::Harness(error.to_string()))?;
    let token = example.letters(24);
    let (recorder, scope) = (example.context.recorder.clone(), example.scope.clone());
    let canary = Canary::open_with(&place, &recorder, &scope, &token, trusted)
        .await
        .map_err(failed)?;
    canary.prove().await.map_err(failed)?;
    example.trouble.plain = scheme == "http";
    let to = if example.trouble.plain {
        canary.plain()
    } else {
        canary.over_https()
    };
    example.canary = Some(canary);
    let status = RedirectStatus::try_from(status).map_err(|error| Stop::Harness(error.to_string()))?;
    example.trouble.call = Some(ApiCall::Customer);
    example.open(vec![ScriptLine {
        call: example.trouble.call,
        times: Times::Always,
        fault: Fault::Redirect { status, to },
    }])
}

#[then("no credential and no customer data reach the other address, and nothing at all one without TLS")]
async fn nothing_sent_on(example: &mut Example) -> Result<(), Stop> {
    let canary = example
        .canary
        .take()
        .ok_or_else(|| Stop::Harness("the feature opens no other address".to_owned()))?;
    example.silence().await;
    let proved = canary.prove().await;
    canary.close().await;
    proved.map_err(|error| Stop::Harness(error.to_string()))?;
    let (reference, plain) = (example.trouble.reference(), example.trouble.plain);
    example.check(Check::NothingSentOn { reference, plain });
    Ok(())
}
