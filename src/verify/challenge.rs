//! Whether a bundle answers a reviewer's challenge.

use super::judging::Judged;
use crate::evidence::{
    challenge::{
        document::ChallengeDocument,
        fit::{self, Covered, Misfit, Offer},
    },
    text::TerminalText,
};

/// A bundle does not answer a challenge, for one reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// The run took no challenge.
    #[error("the run answers no challenge; it was made without `run --challenge`")]
    Missing,
    /// It took one with another nonce.
    #[error("the run answers a challenge with nonce {}, this one has {expected}", found.as_str())]
    Nonce {
        /// That of the challenge.
        expected: String,
        /// That of the run.
        found: TerminalText,
    },
    /// It took a document with other bytes.
    #[error("the run answers a document with SHA-256 {}, this one has {expected}", found.as_str())]
    Document {
        /// Digest of the challenge.
        expected: String,
        /// The one that was recorded.
        found: TerminalText,
    },
    /// It recorded another list of required examples.
    #[error("the run recorded another list of required examples than the challenge has")]
    Required,
    /// The run was killed, so nothing was judged.
    #[error("the run was killed before anything was judged")]
    Unjudged,
    /// It is not what the challenge asks for.
    #[error(transparent)]
    Misfit(#[from] Misfit),
}

impl Unanswered {
    /// Its code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "challenge-missing",
            Self::Nonce { .. } => "nonce-differs",
            Self::Document { .. } => "challenge-differs",
            Self::Required => "challenge-list",
            Self::Unjudged => "challenge-unjudged",
            Self::Misfit(misfit) => misfit.code(),
        }
    }
}

/// Holds a judged transcript against a challenge; all that is wrong, or how the required examples stand.
pub fn answers(document: &ChallengeDocument, judged: &Judged) -> Result<Covered, Vec<Unanswered>> {
    let started = &judged.started;
    let Some(taken) = &started.challenge else {
        return Err(vec![Unanswered::Missing]);
    };
    let challenge = &document.challenge;
    let mut wrong = Vec::new();
    if taken.nonce != challenge.nonce {
        wrong.push(Unanswered::Nonce {
            expected: challenge.nonce.clone(),
            found: TerminalText::line(&taken.nonce),
        });
    }
    if taken.sha256 != document.sha256 {
        wrong.push(Unanswered::Document {
            expected: document.sha256.clone(),
            found: TerminalText::line(&taken.sha256),
        });
    }
    if taken.required != challenge.required {
        wrong.push(Unanswered::Required);
    }
    let offer = Offer {
        configuration: &started.configuration,
        suite_digest: &started.suite_digest,
        version: &started.version,
        mode: &started.mode,
        started_at: &started.started_at,
    };
    let plan = judged.assessment.rows.iter().map(|row| &row.entry);
    match fit::fit(document, &offer, plan) {
        Ok(covered) if wrong.is_empty() => Ok(covered),
        Ok(_) => Err(wrong),
        Err(misfits) => {
            wrong.extend(misfits.into_iter().map(Unanswered::Misfit));
            Err(wrong)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        contract::mode::Mode,
        evidence::{
            challenge::document::{Challenge, FORMAT, KIND, SuiteNamed},
            manifest::ChainHead,
            sample,
        },
        transcript::provenance::TakenChallenge,
        verify::judging::End,
    };

    fn challenge() -> Challenge {
        let (started, _) = sample::run();
        Challenge {
            format: FORMAT,
            kind: KIND.to_owned(),
            nonce: "0c".repeat(16),
            issued_at: "2026-11-20T10:00:00Z".to_owned(),
            expires_at: "2026-11-27T10:00:00Z".to_owned(),
            partner: "acme".to_owned(),
            suite: SuiteNamed {
                digest: started.suite_digest,
                version: started.version,
            },
            mode: Mode::Certify,
            required: ["WH-SIG-01/a", "RC-CB-01/a"].map(|id| id.parse().unwrap()).into(),
            must_declare: Vec::new(),
        }
    }

    fn document(challenge: &Challenge) -> ChallengeDocument {
        ChallengeDocument::read(&challenge.bytes().unwrap()).unwrap()
    }

    fn judged(taken: Option<TakenChallenge>) -> Judged {
        let (mut started, assessment) = sample::run();
        started.challenge = taken;
        Judged {
            started,
            assessment,
            head: ChainHead {
                records: 3,
                head: String::new(),
            },
            end: End::Complete,
        }
    }

    fn taken(document: &ChallengeDocument) -> TakenChallenge {
        TakenChallenge {
            nonce: document.challenge.nonce.clone(),
            sha256: document.sha256.clone(),
            required: document.challenge.required.clone(),
        }
    }

    fn codes(document: &ChallengeDocument, judged: &Judged) -> Vec<&'static str> {
        let wrong = answers(document, judged).unwrap_err();
        wrong.iter().map(Unanswered::code).collect()
    }

    #[test]
    fn a_run_that_took_the_challenge_answers_it_and_names_what_does_not_apply() {
        let document = document(&challenge());
        let covered = answers(&document, &judged(Some(taken(&document)))).unwrap();
        assert_eq!(covered.selected, 1);
        assert_eq!(covered.not_applicable[0].0.as_str(), "RC-CB-01/a");
    }

    #[test]
    fn another_challenge_or_none_is_named_by_its_code() {
        let ours = document(&challenge());
        assert_eq!(codes(&ours, &judged(None)), ["challenge-missing"]);
        let mut other = challenge();
        other.nonce = "0d".repeat(16);
        let run = judged(Some(taken(&document(&other))));
        assert_eq!(codes(&ours, &run), ["nonce-differs", "challenge-differs"]);
        // The same nonce in a document that asks for less.
        let mut less = challenge();
        less.required.pop();
        let run = judged(Some(taken(&document(&less))));
        assert_eq!(codes(&ours, &run), ["challenge-differs", "challenge-list"]);
        let mut stale = taken(&ours);
        stale.required.pop();
        assert_eq!(codes(&ours, &judged(Some(stale))), ["challenge-list"]);
    }

    #[test]
    fn what_a_filter_left_out_is_not_covered_and_another_partner_is_named() {
        let mut more = challenge();
        more.required.push("RC-CB-02/a".parse().unwrap());
        let more = document(&more);
        let mut run = judged(Some(taken(&more)));
        assert_eq!(codes(&more, &run), ["not-covered"]);
        run.started.configuration = json!({"partner": {"id": "other"}});
        assert_eq!(codes(&more, &run), ["challenge-partner", "not-covered"]);
        run.started.started_at = "2026-12-01T00:00:00Z".to_owned();
        assert_eq!(
            codes(&more, &run),
            ["challenge-expired", "challenge-partner", "not-covered"]
        );
    }
}
