//! Hunts a failure in one family: tries generated messages until one fails, and shrinks that one.

use std::cell::RefCell;

use proptest::{
    strategy::Strategy,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner},
};
use tokio::{runtime::Handle, sync::watch};

use super::{
    damage::{body_damages, damages},
    draft::drafts,
    family::Family,
};
use crate::{
    checks::{outcome::Outcome, trial::Expectation},
    steps::{
        compose::{Composed, Signing},
        explore::Tried,
        world::Example,
    },
    transcript::{exchange::Form, record::Stopped},
    wire::{digest::sha256, event::Event, signature::SignedParts},
};

/// Most messages that are sent to make a failure smaller.
const MOST_SHRINKING: u32 = 200;
/// Most time for that, in milliseconds.
const SHRINKING_MILLIS: u32 = 60_000;
/// Longest description of a message, in characters.
const LONGEST: usize = 400;

/// How much to try.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Messages, unless one fails before.
    pub count: u32,
    /// Seed of the messages.
    pub seed: u64,
    /// What the signature covers.
    pub signed: SignedParts,
}

/// What came of a hunt.
#[derive(Debug, Default)]
pub struct Quarry {
    /// Messages tried before the first failure, that one included.
    pub tried: u32,
    /// Messages sent to make it smaller.
    pub shrinking: u32,
    /// The smallest message that failed.
    pub smallest: Option<Tried>,
    /// Why the hunt ended early.
    pub stopped: Option<Stopped>,
}

/// Where a hunt stands, seen from inside the generator's calls.
struct Hunt<'a> {
    example: &'a mut Example,
    runtime: Handle,
    interrupt: watch::Receiver<bool>,
    expects: Expectation,
    quiet: Vec<Tried>,
    quarry: Quarry,
}

/// Tries messages of a family in this example. Blocks the thread, which must not be one of the runtime's
/// own workers.
pub fn hunt(
    family: Family,
    effort: Effort,
    example: &mut Example,
    runtime: Handle,
    interrupt: watch::Receiver<bool>,
) -> Quarry {
    example.begin_trials();
    let mut hunt = Hunt {
        example,
        runtime,
        interrupt,
        expects: family.expects(),
        quiet: Vec::new(),
        quarry: Quarry::default(),
    };
    if let Err(stop) = hunt.runtime.block_on(hunt.example.alive_before_trials()) {
        hunt.quarry.stopped = Some(stop.into());
    } else {
        let hunt = RefCell::new(&mut hunt);
        match family {
            Family::Valid => run(
                family,
                effort,
                &hunt,
                &drafts(),
                ToString::to_string,
                |draft, event, signing| signing.plainly(&event.id, draft.written(event)),
            ),
            Family::Forged => run(
                family,
                effort,
                &hunt,
                &(damages(effort.signed), drafts()),
                |(damage, draft)| format!("{damage} after signing; {draft}"),
                |(damage, draft), event, signing| {
                    damage.done_to(signing.plainly(&event.id, draft.written(event)), signing)
                },
            ),
            Family::Garbled => run(
                family,
                effort,
                &hunt,
                &(body_damages(), drafts()),
                |(damage, draft)| format!("{damage} before signing; {draft}"),
                |(damage, draft), event, signing| {
                    signing.plainly(&event.id, damage.done_to(draft.written(event)))
                },
            ),
        }
    }
    hunt.finish()
}

/// Runs the generator over a strategy.
fn run<S: Strategy>(
    family: Family,
    effort: Effort,
    hunt: &RefCell<&mut Hunt<'_>>,
    strategy: &S,
    tell: impl Fn(&S::Value) -> String,
    compose: impl Fn(&S::Value, &Event, Signing<'_>) -> Composed,
) {
    let config = Config {
        cases: effort.count,
        max_shrink_iters: MOST_SHRINKING,
        max_shrink_time: SHRINKING_MILLIS,
        failure_persistence: None,
        ..Config::default()
    };
    let seed = sha256(format!("exploration {} {}", effort.seed, family.title()).as_bytes());
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let result = TestRunner::new_with_rng(config, random).run(strategy, |value| {
        let how = shortened(&tell(&value));
        let form = Form::Generated {
            forged: family == Family::Forged,
            how,
        };
        hunt.borrow_mut()
            .once(form, &|signing, event| compose(&value, event, signing))
    });
    if let Err(TestError::Abort(why)) = result {
        hunt.borrow_mut().quarry.stopped.get_or_insert(Stopped::Harness {
            reason: format!("the generator gave up: {why}"),
        });
    }
}

impl Hunt<'_> {
    /// Tries one message. An error means that it failed, and asks the generator for a smaller one.
    fn once(
        &mut self,
        form: Form,
        compose: &dyn Fn(Signing<'_>, &Event) -> Composed,
    ) -> Result<(), TestCaseError> {
        if *self.interrupt.borrow() {
            let reason = "the exploration was interrupted".to_owned();
            self.quarry.stopped.get_or_insert(Stopped::Interrupted { reason });
        }
        if self.quarry.stopped.is_some() {
            return Ok(());
        }
        let shrinking = self.quarry.smallest.is_some();
        let trial = self.example.try_message(self.expects, form, compose);
        let tried = match self.runtime.block_on(trial) {
            Ok(tried) => tried,
            Err(stop) => {
                self.quarry.stopped = Some(stop.into());
                return Ok(());
            }
        };
        *(if shrinking {
            &mut self.quarry.shrinking
        } else {
            &mut self.quarry.tried
        }) += 1;
        match &tried.outcome {
            Outcome::Failed(finding) => {
                let reason = finding.code.clone();
                self.quarry.smallest = Some(tried);
                Err(TestCaseError::fail(reason))
            }
            // What passes while a failure is made smaller says nothing new.
            _ if shrinking => Ok(()),
            Outcome::Passed { .. } if self.expects == Expectation::Refused => {
                self.quiet.push(tried);
                Ok(())
            }
            _ => {
                self.example.record_trial(&tried);
                Ok(())
            }
        }
    }

    /// The last looks, the check over the smallest failure, the sign of life, the end of the attempt.
    fn finish(mut self) -> Quarry {
        let quiet = std::mem::take(&mut self.quiet);
        let late = self.runtime.block_on(self.example.look_back(quiet));
        if let Some(smallest) = &self.quarry.smallest {
            self.example.record_trial(smallest);
        } else {
            self.quarry.smallest = late.into_iter().next();
        }
        if self.quarry.stopped.is_none()
            && let Err(stop) = self.runtime.block_on(self.example.alive_after_trials())
        {
            self.quarry.stopped = Some(stop.into());
        }
        self.example.end_trials(self.quarry.stopped.clone());
        self.quarry
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}
