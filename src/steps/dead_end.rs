//! Addresses that lead nowhere, handed to an operation in the place of the sandbox's.

use cucumber::given;

use super::{stop::Stop, world::Example};
use crate::{
    actors::{
        dead_end::DeadEndAddress,
        sandbox::{SandboxError, tls::Flaw},
    },
    transcript::dead_end::DeadEndKind,
};

const FIXED: &str = "the partner's sandbox address is fixed ([sandbox] base = \"fixed\"), so no other address can be \
                     handed to the operation; let its client take {api_base_url}, or show this in another way";

impl Example {
    /// Stops where every operation goes to one address whatever it is told.
    fn must_be_told_the_way(&self) -> Result<(), Stop> {
        if self.mount()?.owner().is_some() && self.context.trigger.mentions("buy", "api_base_url") {
            Ok(())
        } else {
            Err(Stop::Inconclusive(FIXED.to_owned()))
        }
    }
}

#[given(
    regex = r"^an address (where no connection is ever completed|that refuses connections|whose name does not resolve)$"
)]
async fn leading_nowhere(example: &mut Example, how: String) -> Result<(), Stop> {
    let kind = match how.as_str() {
        "that refuses connections" => DeadEndKind::Refused,
        "whose name does not resolve" => DeadEndKind::NoName,
        _ => DeadEndKind::NeverCompleted,
    };
    example.works_honestly("buy").await?;
    example.must_be_told_the_way()?;
    let base = example.mount()?.base_url().to_owned();
    let ip = example.sandbox()?.address().ip();
    let label = example.letters(12);
    let address = DeadEndAddress::take(kind, &base, ip, &label)
        .await
        .map_err(|error| Stop::Inconclusive(error.to_string()))?;
    example.trouble.dead_end = Some(address);
    Ok(())
}

#[given(
    regex = r"^a listener of the sandbox's with (a self-signed|an expired|a wrong-host|an unknown-CA) certificate$"
)]
async fn flawed(example: &mut Example, which: String) -> Result<(), Stop> {
    let flaw = match which.as_str() {
        "a self-signed" => Flaw::SelfSigned,
        "an expired" => Flaw::Expired,
        "a wrong-host" => Flaw::WrongHost,
        _ => Flaw::UnknownAuthority,
    };
    let sandbox = example.sandbox()?;
    if sandbox.ca_pem().is_none() {
        return Err(Stop::Inconclusive(SandboxError::NoTls.to_string()));
    }
    example.works_honestly("buy").await?;
    example.must_be_told_the_way()?;
    let listener = sandbox
        .listen_flawed(flaw)
        .await
        .map_err(|error| Stop::Harness(error.to_string()))?;
    example.trouble.flawed = Some((listener, flaw));
    Ok(())
}
