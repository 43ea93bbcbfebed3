//! Checks over the refusals of a whole area.

use super::{
    disclosure::ErrorAnswers,
    outcome::{Finding, Outcome},
    published::SentRequests,
    traffic::Traffic,
};
use crate::{
    checks::words::{answer, inconclusive, stimulus},
    contract::id::{AreaId, ExampleId},
    transcript::exchange::{Delivery, Ending},
};

/// One forged delivery that had no effect, with the example it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Record number.
    pub number: u64,
    /// Its example.
    pub example: ExampleId,
    /// The delivery.
    pub delivery: Delivery,
}

/// Looks over the whole run, up to a record number. Implemented over a transcript file.
pub trait Across {
    /// The forged deliveries of an area that were refused: an accepted forgery fails its own case
    /// and is no refusal.
    fn refusals(&self, area: &AreaId, until: u64) -> Result<Vec<Refusal>, String>;

    /// What the answers to malformed and refused deliveries of all areas give away.
    fn error_answers(&self, until: u64) -> Result<ErrorAnswers, String>;

    /// The requests to the sandbox, and what is wrong with them.
    fn requests(&self, until: u64) -> Result<SentRequests, String>;

    /// What the sandbox was asked, whether or not it belongs to an example.
    fn traffic(&self, until: u64) -> Result<Traffic, String>;
}

/// Every refusal of the area is answered 400 to 499.
pub fn refusals_are_4xx(across: &dyn Across, area: &AreaId, until: u64) -> Outcome {
    over(across, area, until, |refusals| {
        let wrong: Vec<&Refusal> = refusals
            .iter()
            .filter(|refusal| {
                refusal
                    .delivery
                    .status()
                    .is_none_or(|status| !(400..500).contains(&status))
            })
            .collect();
        let first = wrong.first()?;
        Some(Finding {
            code: "not-refused-with-4xx".to_owned(),
            stimulus: format!("{} ({})", stimulus(&first.delivery), first.example),
            expected: "status 400 to 499 for every refused delivery (400, 401 or 403)".to_owned(),
            observed: format!(
                "{} of {} refusals are answered otherwise; the first: {}",
                wrong.len(),
                refusals.len(),
                answer(&first.delivery)
            ),
            records: wrong.iter().map(|refusal| refusal.number).collect(),
            timing: false,
        })
    })
}

/// No refusal shows the digest that would have been right, or part of the key. The recorder has
/// masked them, and the mask says what stood there.
pub fn refusals_tell_nothing(across: &dyn Across, area: &AreaId, labels: &[String], until: u64) -> Outcome {
    over(across, area, until, |refusals| {
        let told = |refusal: &Refusal| {
            let Ending::Answered(reply) = &refusal.delivery.ending else {
                return None;
            };
            let headers = reply
                .headers
                .iter()
                .map(|(name, value)| format!("{name}: {value}"));
            let text = headers.chain([String::from_utf8_lossy(&reply.body.bytes()).into_owned()]);
            let text = text.collect::<Vec<_>>().join("\n");
            labels
                .iter()
                .find(|label| text.contains(&format!("‹masked:{label}")))
                .map(|label| (label.clone(), text))
        };
        let (refusal, (label, text)) = refusals
            .iter()
            .find_map(|refusal| Some((refusal, told(refusal)?)))?;
        Some(Finding {
            code: "oracle".to_owned(),
            stimulus: format!("{} ({})", stimulus(&refusal.delivery), refusal.example),
            expected: "an answer that shows neither the right digest nor any part of the key".to_owned(),
            observed: format!(
                "the answer shows {label}: {}",
                text.chars().take(300).collect::<String>()
            ),
            records: vec![refusal.number],
            timing: false,
        })
    })
}

fn over(
    across: &dyn Across,
    area: &AreaId,
    until: u64,
    judge: impl FnOnce(&[Refusal]) -> Option<Finding>,
) -> Outcome {
    match across.refusals(area, until) {
        Err(why) => inconclusive(format!("the refusals of {area} could not be gathered: {why}")),
        Ok(refusals) if refusals.is_empty() => {
            inconclusive(format!("no forged delivery of {area} was refused"))
        }
        Ok(refusals) => judge(&refusals).map_or(Outcome::Passed { grade: None }, Outcome::Failed),
    }
}
