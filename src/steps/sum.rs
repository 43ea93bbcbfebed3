//! Payments of another sum than the order's.

use cucumber::then;

use super::{stop::Stop, world::Example};
use crate::{
    checks::{check::Check, effect::Target},
    transcript::observation::Moment,
};

/// Code of a payment that was taken although the sum is another.
const CODE: &str = "sum-not-checked";

impl Example {
    pub(super) fn not_paid(&mut self, target: Target) {
        self.check(Check::NotInState {
            target,
            none_of: vec!["paid".to_owned()],
        });
    }
}

#[then(regex = r"^the order is not fulfilled with that sum(, unless it is flagged as overpaid)?$")]
async fn not_with_that_sum(example: &mut Example, or_flagged: String) -> Result<(), Stop> {
    let target = example.target()?;
    if or_flagged.is_empty() {
        example
            .nothing_happens_to(std::slice::from_ref(&target), true, CODE)
            .await;
        example.not_paid(target);
        return Ok(());
    }
    example.silence().await;
    example.look(&target, Moment::After).await;
    example.check(Check::NotTakenInSilence {
        target: target.clone(),
        code: CODE.to_owned(),
    });
    example.recheck(&target, CODE);
    Ok(())
}

#[then("the order is not shown as paid")]
fn not_shown_as_paid(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    example.not_paid(target);
    Ok(())
}
