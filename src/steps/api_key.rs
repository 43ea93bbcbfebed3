//! Replacing the API key: a second one is issued, the partner switches, the first one ends.

use cucumber::{given, then};

use super::{stop::Stop, world::Example};
use crate::checks::check::Check;

#[given("a second API key is issued and the partner has switched to it")]
async fn switched(example: &mut Example) -> Result<(), Stop> {
    if !example.context.secrets.next_api_key {
        return Err(Stop::Inconclusive(
            "no second API key is declared; add next_client_secret_env (or next_api_key_env) to [sandbox], and \
             [control.rotate-api-key]"
                .to_owned(),
        ));
    }
    example.must_offer(&["rotate-api-key"])?;
    example.act("rotate-api-key", None).await?;
    example.until_back().await
}

#[given("the first API key is refused from now on")]
fn retired(example: &mut Example) -> Result<(), Stop> {
    example.retirement = Some(example.sandbox()?.retire_first());
    Ok(())
}

#[then("the operation succeeds with the new key, and the old one is not used again")]
async fn replaced(example: &mut Example) -> Result<(), Stop> {
    // A worker that still has the old key may come a moment later.
    example.silence().await;
    if let Some(mount) = &example.mount {
        mount.settled().await;
    }
    example.check(Check::KeyReplaced);
    example.retirement = None;
    Ok(())
}
