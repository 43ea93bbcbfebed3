//! Why nothing moves although messages are kept: what the log says came of them, and what the readings show.

use super::{
    among::{Among, Draft, section},
    told::{Kind, Sure},
};
use crate::{transcript::observation::EffectKind, verdict::cause::sum::together};

/// Words of a log for a message that was acted on, beside those that `[states]` maps.
const DONE: [&str; 9] = [
    "processed",
    "success",
    "paid",
    "issued",
    "ok",
    "done",
    "accepted",
    "applied",
    "fulfilled",
];

/// What is known about messages that were kept and moved nothing.
pub(super) struct Inaction<'a> {
    among: &'a Among<'a>,
    kinds: &'a [EffectKind],
    title: String,
    sections: Vec<String>,
}

impl<'a> Inaction<'a> {
    pub(super) fn of(among: &'a Among<'a>, kinds: &'a [EffectKind], title: String) -> Self {
        Self {
            among,
            kinds,
            title,
            sections: kinds.iter().map(|kind| section(*kind)).collect(),
        }
    }

    /// The cause, where log or readings tell more than that nothing moved.
    pub(super) fn explained(&self) -> Option<Draft> {
        self.logged().or_else(|| self.absent())
    }

    /// The log says of every good payment that something else came of it than its effect.
    fn logged(&self) -> Option<Draft> {
        let all = together([&self.among.all, self.among.beside]);
        let results = all.log.results;
        if results.is_empty() || results.keys().any(|result| self.is_done(result)) {
            return None;
        }
        let (word, count) = results.iter().max_by_key(|(_, count)| **count)?;
        let lines: u64 = results.values().sum();
        let (kind, sure, likely, next) = self.meant(word);
        let mut sections = self.sections.clone();
        sections.push("[log]".to_owned());
        Some(Draft {
            kind,
            sure,
            title: format!("your system logs {word:?} for good messages: it does not act on them"),
            likely: format!(
                "{likely} ({count} of {lines} good payments of which a log line was read say so); {}",
                self.title
            ),
            next,
            sections,
        })
    }

    fn is_done(&self, result: &str) -> bool {
        let small = result.trim().to_lowercase();
        let mapped = self.among.started.configuration.get("states");
        let mapped = mapped.and_then(|states| states.get(&small)?.as_str());
        DONE.contains(&mapped.unwrap_or(&small))
    }

    /// What a word of the log most likely means, and what to do about it.
    fn meant(&self, word: &str) -> (Kind, Sure, String, String) {
        let small = word.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| small.contains(word));
        if says(&["amount", "currency", "price", "total"]) {
            self.other_amount()
        } else if says(&[
            "unknown",
            "unmatched",
            "not_found",
            "not found",
            "no_order",
            "no_such",
            "no such",
        ]) {
            self.unknown_order()
        } else {
            (
                Kind::Implementation,
                Sure::Possible,
                "your program decides not to act on what is due".to_owned(),
                format!(
                    "look up in your program where it logs {word:?}, and why it does so for a good message"
                ),
            )
        }
    }

    fn unknown_order(&self) -> (Kind, Sure, String, String) {
        if self.among.configured("/references/order") == Some("start") {
            (
                Kind::Configuration,
                Sure::Likely,
                "the orders that [start.order] makes go by another name at your side than the one in the message"
                    .to_owned(),
                "let [start.order] hand {order} over as the reference that your system keeps; where your system gives \
                 names itself, let reference in its answer point to them"
                    .to_owned(),
            )
        } else {
            (
                Kind::Configuration,
                Sure::Likely,
                "your system acts only on orders that it has made itself, and nobody makes those of this run".to_owned(),
                "write order = \"start\" in [references], and a [start.order] that makes one; `senang-conformance \
                 fixtures` prints a list to import instead"
                    .to_owned(),
            )
        }
    }

    fn other_amount(&self) -> (Kind, Sure, String, String) {
        let start = self.among.started.configuration.pointer("/start/order");
        let told = start.is_some_and(|start| start.to_string().contains("{amount"));
        let likely = "the order at your side is over another amount than the message".to_owned();
        if start.is_some() && !told {
            (
                Kind::Configuration,
                Sure::Likely,
                likely,
                "hand the amount over in [start.order]: amount = \"{amount}\" in its body (or {amount_minor}, in sen)"
                    .to_owned(),
            )
        } else {
            (
                Kind::Configuration,
                Sure::Possible,
                likely,
                "compare what your system keeps for an order of this run with data.amount of the message: {amount} is \
                 written 100.00, {amount_minor} 10000"
                    .to_owned(),
            )
        }
    }

    /// Every reading looks like that of an object that is not there, although the objects were made.
    fn absent(&self) -> Option<Draft> {
        let [kind] = self.kinds else { return None };
        let name = section(*kind);
        let operation = match kind {
            EffectKind::Order => "order",
            EffectKind::Subscription => "subscribe",
            EffectKind::Policy | EffectKind::Claim => return None,
        };
        let made = self
            .among
            .all
            .operations
            .get(operation)
            .is_some_and(|at| at.done > 0);
        let at = self.among.all.effects.get(kind)?;
        // Without a status or a state nothing tells a fresh object from one that is not there.
        let state = self
            .among
            .configured(&format!("/effects/{}/values/state", kind.name()));
        if !made || (state.is_none() && at.absent.is_none()) || at.bare < at.compared {
            return None;
        }
        let how = at
            .absent
            .map(|status| format!(" (status {status})"))
            .unwrap_or_default();
        Some(Draft {
            kind: Kind::Configuration,
            sure: Sure::Likely,
            title: format!("{name} finds none of the objects that [start.{operation}] made"),
            likely: format!(
                "url of {name} is not the one under which your system shows them, or looks them up by another name: every \
                 reading is that of an object that is not there{how}; {}",
                self.title
            ),
            next: format!(
                "make one by hand as [start.{operation}] does, ask url of {name} for it with curl, and correct the url; an \
                 answer that means no absent object must not stand in absent_status"
            ),
            sections: vec![name, format!("[start.{operation}]")],
        })
    }
}
