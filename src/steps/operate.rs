//! Operations of the partner's, against a sandbox that plays the platform.

use std::collections::BTreeMap;

use cucumber::{given, when};

use super::{stop::Stop, world::Example};
use crate::{
    actors::sandbox::server::Sandbox,
    config::host::rfc3339,
    transcript::exchange::Role,
    wire::{
        event::EventType,
        fault::{ApiCall, ErrorStatus, Fault, Script, ScriptLine, Times},
        header::Headers,
        tampering::{Tampering, Writing},
    },
};

impl Example {
    pub(super) fn sandbox(&self) -> Result<Sandbox, Stop> {
        self.context.sandbox.clone().ok_or_else(|| {
            Stop::Inconclusive("no [sandbox] is declared, so the platform's API cannot be played".to_owned())
        })
    }

    pub(super) fn open(&mut self, lines: Vec<ScriptLine>) -> Result<(), Stop> {
        let mount = self
            .sandbox()?
            .open(&self.scope, Script { lines })
            .map_err(|error| Stop::Harness(error.to_string()))?;
        self.mount = Some(mount);
        Ok(())
    }

    /// What every operation is started with.
    pub(super) fn operation_fields(&mut self) -> Result<BTreeMap<String, String>, Stop> {
        let base = self
            .mount
            .as_ref()
            .map(|mount| mount.base_url().to_owned())
            .ok_or_else(|| Stop::Harness("the feature opens no sandbox for the operation".to_owned()))?;
        let now = self.context.clock().unix_millis();
        let (cover_from, cover_to) = self.cover_days();
        let fields = [
            ("cover_from", cover_from),
            ("cover_to", cover_to),
            ("api_base_url", base),
            ("from", rfc3339(now - 86_400_000)),
            ("to", rfc3339(now + 60_000)),
            ("reference", format!("ORD-{}", self.letters(16))),
            ("policy", format!("POL-{}", self.letters(16))),
            ("transaction", format!("txn_{}", self.letters(22))),
            ("claim", format!("CLM-{}", self.letters(22))),
            ("reason", "The customer asked for it".to_owned()),
            ("amount", "100.00".to_owned()),
            ("currency", "MYR".to_owned()),
            ("correlation_id", format!("cor_{}", self.letters(16))),
            ("product_code", "TRAVEL-BASIC".to_owned()),
            ("name", "Aina binti Rahman".to_owned()),
            (
                "id_number",
                format!(
                    "900101-99-{:04}",
                    rand::Rng::random_range(&mut self.random, 0..10_000)
                ),
            ),
            (
                "email",
                format!("{}@partner.invalid", self.letters(10).to_lowercase()),
            ),
            ("phone", "+60120000000".to_owned()),
            ("birth_date", "1990-01-01".to_owned()),
            ("address", "1 Jalan Contoh, 50000 Kuala Lumpur".to_owned()),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
        Ok(self.with_planted(fields))
    }

    /// Starts an operation and waits for its end.
    pub(super) async fn operate(&mut self, name: &str) -> Result<(), Stop> {
        let fields = self.operation_fields()?;
        self.operate_on(name, fields).await;
        Ok(())
    }
}

fn refuse(status: u16, headers: Headers) -> Result<Fault, Stop> {
    let status = ErrorStatus::try_from(status).map_err(|error| Stop::Harness(error.to_string()))?;
    Ok(Fault::Refuse {
        status,
        headers,
        body: None,
    })
}

#[given("a sandbox that answers honestly")]
fn honest(example: &mut Example) -> Result<(), Stop> {
    example.open(Vec::new())
}

#[given(regex = r"^a sandbox that answers every quotation request with status (\d{3})$")]
fn always_refusing(example: &mut Example, status: u16) -> Result<(), Stop> {
    if example.context.sandbox.is_none() {
        // Cases about operations need them declared, and so a [sandbox]; the others have webhooks to look at.
        example.note("no [sandbox] is declared: errors of the platform's API could not be provoked");
        return Ok(());
    }
    let fault = refuse(status, Headers::new())?;
    example.open(vec![ScriptLine {
        call: Some(ApiCall::Quotation),
        times: Times::Always,
        fault,
    }])
}

#[given(regex = r"^a sandbox that answers the first quotation request with (429|503) and Retry-After (\d+)$")]
fn limiting(example: &mut Example, status: u16, seconds: u64) -> Result<(), Stop> {
    example.limit_seconds = seconds;
    let fault = refuse(status, Headers::new().with("retry-after", seconds.to_string()))?;
    example.open(vec![ScriptLine {
        call: Some(ApiCall::Quotation),
        times: Times::First(1),
        fault,
    }])
}

#[given("the sandbox knows the payment that a forger will name")]
fn forgers_payment(example: &mut Example) -> Result<(), Stop> {
    let prepared = example.prepared()?.clone();
    let Some(sandbox) = example.context.sandbox.clone() else {
        example.note("no [sandbox] is declared, so early requests to the platform cannot be seen");
        return Ok(());
    };
    let transaction = &prepared.references.transaction;
    sandbox.register_payment(
        transaction,
        &prepared.references.order,
        &prepared.amount,
        crate::actors::sandbox::state::PaymentStatus::Successful,
    );
    example.watch = Some(sandbox.watch(&example.scope, transaction));
    Ok(())
}

#[when(regex = r"^the partner runs its operation ([a-z_]+)$")]
async fn runs(example: &mut Example, name: String) -> Result<(), Stop> {
    example.operate(&name).await
}

#[when("traffic that provokes error messages reaches the partner")]
async fn provoking(example: &mut Example) -> Result<(), Stop> {
    if example.context.webhook.is_some() && example.context.in_scope.contains(&EventType::PaymentSuccess) {
        example
            .deliver_right(EventType::PaymentSuccess, Writing::Plain)
            .await?;
        example.forge(Role::Probe, Tampering::RandomKey).await?;
        example.forge(Role::Probe, Tampering::NotBase64).await?;
    }
    if example.mount.is_some() && example.context.trigger.offers("buy") {
        example.operate("buy").await?;
    }
    Ok(())
}
