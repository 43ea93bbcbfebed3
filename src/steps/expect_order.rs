//! Where things stand after events that came out of order.

use cucumber::then;

use super::{stop::Stop, world::Example};
use crate::{
    checks::{
        check::Check,
        effect::{Allowed, Target},
    },
    transcript::observation::Moment,
};

/// Code of an effect that must not have happened.
const EFFECT: &str = "effect-followed";

impl Example {
    /// Waits until nothing more is to be expected, and looks.
    async fn in_the_end(&mut self) -> Result<Target, Stop> {
        let target = self.target()?;
        self.silence().await;
        self.look(&target, Moment::After).await;
        Ok(target)
    }

    fn ends(&mut self, target: &Target, state: &str) {
        self.check(Check::EndsAs {
            target: target.clone(),
            one_of: vec![state.replace(' ', "_")],
        });
    }
}

#[then(regex = r"^each of them is taken within (\d+) attempts$")]
fn taken(example: &mut Example, attempts: u32) {
    example.check(Check::TakenWithin { attempts });
}

#[then(regex = r"^the (?:order|policy|claim) ends ([a-z ]+)$")]
async fn ends(example: &mut Example, state: String) -> Result<(), Stop> {
    let target = example.in_the_end().await?;
    example.ends(&target, &state);
    Ok(())
}

#[then(regex = r"^the order ends ([a-z ]+), not fulfilled$")]
async fn ends_unfulfilled(example: &mut Example, state: String) -> Result<(), Stop> {
    let target = example.in_the_end().await?;
    example.ends(&target, &state);
    example.check(Check::NotFulfilledLate {
        target: target.clone(),
    });
    example.recheck(&target, EFFECT);
    Ok(())
}

#[then("there is one claim under its id")]
fn one_claim(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    example.check(Check::OneOnFile { target });
    Ok(())
}

#[then(regex = r"^the (?:order|policy) stays ([a-z ]+), and nothing is done for it again$")]
async fn stays(example: &mut Example, state: String) -> Result<(), Stop> {
    let target = example.in_the_end().await?;
    example.check(Check::NoEffect {
        target: target.clone(),
        allowed: Allowed {
            state_may_change: false,
            status_suffices: false,
        },
        code: EFFECT.to_owned(),
    });
    example.ends(&target, &state);
    example.recheck(&target, EFFECT);
    Ok(())
}
