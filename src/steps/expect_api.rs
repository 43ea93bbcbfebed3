//! What must follow an operation: requests that the sandbox saw.

use cucumber::then;

use super::{expect::millis, stop::Stop, world::Example};
use crate::{checks::check::Check, wire::fault::ApiCall};

#[then("every call carries the issued credential, and none shows it in the URL")]
fn authenticated(example: &mut Example) {
    let scheme = example.context.api_scheme;
    example.check(Check::Authenticated { scheme });
}

#[then("the refused request is not repeated, nothing follows it, and the operation ends as failed")]
async fn final_error(example: &mut Example) -> Result<(), Stop> {
    example.silence().await;
    example.check(Check::FinalError {
        call: ApiCall::Quotation,
    });
    Ok(())
}

#[then(
    "the next request comes no earlier than asked, and the operation completes or is reported as rate-limited"
)]
fn retry_after(example: &mut Example) {
    let profile = &example.context.profile;
    let slack = millis(profile.retry_after_slack());
    let patience_seconds = profile.retry_after_completion().as_secs();
    let seconds = example.limit_seconds;
    example.check(Check::RetryAfterObeyed {
        seconds,
        slack,
        patience_seconds,
    });
}

#[then("the sandbox is asked nothing about the forged payment")]
async fn not_asked(example: &mut Example) -> Result<(), Stop> {
    let Some(watch) = &example.watch else {
        example.note(
            "no [sandbox] is declared: whether the platform is asked about a forged payment was not looked at",
        );
        return Ok(());
    };
    watch.settled().await;
    let mention = example.carried.transaction.clone();
    example.check(Check::NotAskedFor { mention });
    Ok(())
}
