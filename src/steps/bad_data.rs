//! Input of the user's and answers of the platform that make no sense.

use cucumber::{given, then, when};
use serde_json::{Map, Value, json};

use super::{stop::Stop, world::Example};
use crate::{
    checks::check::Check,
    wire::fault::{ApiCall, Fault, ScriptLine, Times},
};

#[given("the partner runs its operation buy with good input")]
async fn good(example: &mut Example) -> Result<(), Stop> {
    example.operate("buy").await
}

#[when(
    regex = r"^the partner runs its operation buy with (no name|an impossible date|a malformed e-mail|a negative sum)$"
)]
async fn slipped(example: &mut Example, slip: String) -> Result<(), Stop> {
    let (field, value) = match slip.as_str() {
        "no name" => ("name", ""),
        "an impossible date" => ("birth_date", "1991-02-30"),
        "a malformed e-mail" => ("email", "aina.partner.invalid"),
        _ => ("amount", "-45.67"),
    };
    example.operate_taking("buy", &[(field, value)]).await?;
    // A partner that works behind its answer may still be on its way.
    example.silence().await;
    example.slip = Some((field, value));
    Ok(())
}

#[then(regex = r"^nothing with that slip reaches the sandbox, and the user is told about [a-z_]+$")]
fn stopped(example: &mut Example) -> Result<(), Stop> {
    let Some((field, value)) = example.slip else {
        return Err(Stop::Harness("the feature makes no slip".to_owned()));
    };
    let told = example.context.trigger.tells("buy");
    example.check(Check::StoppedBeforeTheApi {
        field: field.to_owned(),
        value: value.to_owned(),
        told,
    });
    Ok(())
}

#[given(
    regex = r"^a sandbox whose quotations have (a negative premium|another currency than was asked|no quotation id|an expiry in the past|the text N/A as premium)$"
)]
#[expect(
    clippy::needless_pass_by_value,
    reason = "the engine hands captured texts over as String"
)]
fn misleading(example: &mut Example, nonsense: String) -> Result<(), Stop> {
    let (name, value) = match nonsense.as_str() {
        "a negative premium" => ("premium", Some(json!("-45.00"))),
        "another currency than was asked" => ("currency", Some(json!("IDR"))),
        "no quotation id" => ("quotation_id", None),
        "an expiry in the past" => ("expires_at", Some(json!("2020-01-01T00:00:00Z"))),
        _ => ("premium", Some(json!("N/A"))),
    };
    let fault = match value {
        Some(value) => Fault::Altered {
            replaced: Map::from_iter([(name.to_owned(), value)]),
            removed: Vec::new(),
        },
        None => Fault::Altered {
            replaced: Map::<String, Value>::new(),
            removed: vec![name.to_owned()],
        },
    };
    example.open(vec![ScriptLine {
        call: Some(ApiCall::Quotation),
        times: Times::Always,
        fault,
    }])
}

#[when("the partner runs its operation buy, and once more when quotations make sense again")]
async fn then_sensible(example: &mut Example) -> Result<(), Stop> {
    example.operate("buy").await?;
    // What would follow may come behind the answer.
    example.silence().await;
    example.mount()?.settled().await;
    example.rescript(&[]);
    example.operate("buy").await
}

#[then("the first flow ends before issuance and payment, and the second runs")]
fn not_passed_on(example: &mut Example) {
    example.check(Check::NonsenseNotPassedOn);
}
