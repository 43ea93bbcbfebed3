//! The live view: on a terminal a line that tells what goes on, otherwise plain lines now and then.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output;
use crate::{
    checks::attempt::Kind,
    config::host::Terminal,
    contract::id::{AreaId, ExampleId},
    plan::select::Plan,
    runner::notice::{Listener, Notice},
    wire::counted::counted,
};

/// Plain lines come at most after so many finished examples.
const EVERY: usize = 25;

/// Shows how a run goes on.
pub struct Console {
    state: Arc<Mutex<State>>,
    bar: Option<ProgressBar>,
    quiet: bool,
}

#[derive(Default)]
struct State {
    total: usize,
    areas: BTreeMap<AreaId, (usize, usize)>,
    passed: usize,
    failed: usize,
    undecided: usize,
    working_on: BTreeMap<ExampleId, String>,
    seen: BTreeSet<ExampleId>,
}

impl Console {
    /// A console for a plan.
    pub fn new(plan: &Plan, terminal: &Terminal, quiet: bool) -> Self {
        let mut state = State {
            total: plan.selected().count(),
            ..State::default()
        };
        for entry in plan.selected() {
            state.areas.entry(entry.area()).or_default().1 += 1;
        }
        let bar = (terminal.errors && !quiet).then(|| {
            let bar = ProgressBar::with_draw_target(
                Some(state.total.try_into().unwrap_or(u64::MAX)),
                ProgressDrawTarget::stderr(),
            );
            let template = "{elapsed:>4} [{bar:30}] {pos}/{len} {wide_msg}";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.progress_chars("=> "));
            }
            bar.enable_steady_tick(Duration::from_millis(250));
            bar
        });
        if bar.is_none() && !quiet {
            let areas = state
                .areas
                .iter()
                .map(|(area, (_, count))| format!("{area} {count}"));
            let areas: Vec<String> = areas.collect();
            output::complain(&format!(
                "{}: {}",
                counted(state.total, "example"),
                areas.join(", ")
            ));
        }
        Self {
            state: Arc::new(Mutex::new(state)),
            bar,
            quiet,
        }
    }

    /// Where the runner sends its news.
    pub fn listener(&self) -> Listener {
        let (state, bar, quiet) = (Arc::clone(&self.state), self.bar.clone(), self.quiet);
        Arc::new(move |notice| {
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            let line = state.take(notice);
            if quiet {
                return;
            }
            match (&bar, line) {
                (Some(bar), _) => {
                    bar.set_position(state.done().try_into().unwrap_or(u64::MAX));
                    bar.set_message(state.message());
                }
                (None, Some(line)) => output::complain(&line),
                (None, None) => {}
            }
        })
    }

    /// Takes the live view away.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl State {
    fn done(&self) -> usize {
        self.passed + self.failed + self.undecided
    }

    /// Takes note of news; returns a plain line where it is worth one.
    fn take(&mut self, notice: Notice) -> Option<String> {
        match notice {
            Notice::Lane(..) => None,
            Notice::Started(example, attempt) => (attempt > 1)
                .then(|| format!("{example}: attempt {attempt}, because it is a matter of timing")),
            Notice::Step(example, step) => {
                self.working_on.insert(example, step);
                None
            }
            Notice::Finished(example, kind) => {
                self.working_on.remove(&example);
                if !self.seen.insert(example.clone()) {
                    return None;
                }
                self.areas.entry(example.case().area()).or_default().0 += 1;
                let word = match kind {
                    Kind::Passed => {
                        self.passed += 1;
                        None
                    }
                    Kind::Failed | Kind::FailedOnTiming => {
                        self.failed += 1;
                        Some("failed")
                    }
                    Kind::Void | Kind::Undecided => {
                        self.undecided += 1;
                        Some("could not be decided")
                    }
                };
                match word {
                    Some(word) => Some(format!("{example} {word}")),
                    None if self.done().is_multiple_of(EVERY) || self.done() == self.total => Some(format!(
                        "{} of {} done: {}",
                        self.done(),
                        self.total,
                        self.counts()
                    )),
                    None => None,
                }
            }
            Notice::Rechecking(count) => Some(format!(
                "looking once more at {} to which nothing may have happened",
                counted(count, "reference")
            )),
            Notice::Interrupted => Some("interrupted; writing what there is".to_owned()),
        }
    }

    fn counts(&self) -> String {
        format!(
            "{} passed, {} failed, {} undecided",
            self.passed, self.failed, self.undecided
        )
    }

    fn message(&self) -> String {
        let open: Vec<String> = self
            .areas
            .iter()
            .filter(|(_, (done, all))| done < all)
            .map(|(area, (done, all))| format!("{area} {done}/{all}"))
            .collect();
        let waiting = self
            .working_on
            .iter()
            .next()
            .map_or_else(String::new, |(example, step)| format!(" · {example}: {step}"));
        let text = format!("{} · {}{waiting}", self.counts(), open.join(" "));
        text.chars().take(140).collect()
    }
}
