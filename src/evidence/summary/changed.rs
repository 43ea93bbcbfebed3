//! What became different from one run to the next.

use std::collections::BTreeMap;

use super::page::{Ink, Page};
use crate::{
    contract::id::ExampleId,
    evidence::folding,
    verdict::{lattice::Verdict, result::Assessment},
};

impl Page {
    /// Examples that pass now and did not, and the other way round; those of both runs only.
    pub(super) fn changed(&mut self, before: &Assessment, now: &Assessment) {
        let earlier = verdicts(before);
        let both: Vec<(&ExampleId, Verdict, Verdict)> = now
            .rows
            .iter()
            .filter_map(|row| {
                let was = earlier.get(&row.entry.example)?;
                Some((&row.entry.example, *was, row.result.as_ref()?.verdict))
            })
            .collect();
        let of = |wanted: &dyn Fn(Verdict, Verdict) -> bool| -> Vec<&ExampleId> {
            let changed = both.iter().filter(|(_, was, is)| was != is && wanted(*was, *is));
            changed.map(|(example, _, _)| *example).collect()
        };
        let better = of(&|_, is| is == Verdict::Pass);
        let failing = of(&|_, is| is == Verdict::Fail);
        let undecided = of(&|_, is| !matches!(is, Verdict::Pass | Verdict::Fail));
        if better.is_empty() && failing.is_empty() && undecided.is_empty() {
            self.painted(Ink::Faint, "Nothing became different from the run before");
            self.gap();
            return;
        }
        for (ink, title, examples) in [
            (Ink::Green, "Newly passing", better),
            (Ink::Red, "Newly failing", failing),
            (Ink::Yellow, "No longer decided", undecided),
        ] {
            if !examples.is_empty() {
                let names = folding::named(examples.iter().copied());
                self.painted(ink, &format!("{title} ({}): {names}", examples.len()));
            }
        }
        self.gap();
    }
}

fn verdicts(assessment: &Assessment) -> BTreeMap<&ExampleId, Verdict> {
    let judged = assessment.rows.iter().filter_map(|row| {
        let result = row.result.as_ref()?;
        Some((&row.entry.example, result.verdict))
    });
    judged.collect()
}
