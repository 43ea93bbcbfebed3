//! Examples under way: those that run together, and one alone beside those that rest.

use std::pin::pin;

use futures::{StreamExt as _, stream::FuturesUnordered};

use crate::{
    contract::id::ExampleId,
    steps::{
        slots::Slots,
        stage::{Presence, Stage},
    },
};

/// The examples under way.
pub struct Lanes<'a, F> {
    stage: &'a Stage,
    slots: &'a Slots,
    running: FuturesUnordered<F>,
}

impl<'a, F: Future<Output = ()>> Lanes<'a, F> {
    /// Nothing is under way yet.
    pub fn new(stage: &'a Stage, slots: &'a Slots) -> Self {
        Self {
            stage,
            slots,
            running: FuturesUnordered::new(),
        }
    }

    /// Begins an example beside the others, once it has a slot. One at a time waits to begin, so those under
    /// way get their slots back before it, and are over before all of them have begun.
    pub async fn together(&mut self, perform: impl FnOnce(Presence) -> F) {
        let place = beside(self.stage.together(), &mut self.running).await;
        let slot = beside(self.slots.take(), &mut self.running).await;
        self.running.push(perform(Presence {
            place: Some(place),
            slot,
        }));
    }

    /// Performs an example while all others are over or at rest. Those that wake wait for its end.
    pub async fn alone(&mut self, id: &ExampleId, perform: impl FnOnce(Presence) -> F) {
        let solo = beside(self.stage.alone(id), &mut self.running).await;
        let slot = beside(self.slots.take(), &mut self.running).await;
        beside(perform(Presence { place: None, slot }), &mut self.running).await;
        drop(solo);
    }

    /// Waits until all are over, those at rest too.
    pub async fn over(&mut self) {
        while self.running.next().await.is_some() {}
    }
}

/// Awaits something while examples go on.
async fn beside<T, F: Future<Output = ()>>(
    awaited: impl Future<Output = T>,
    running: &mut FuturesUnordered<F>,
) -> T {
    let mut awaited = pin!(awaited);
    loop {
        tokio::select! {
            biased;
            value = &mut awaited => return value,
            Some(()) = running.next() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        cell::{Cell, RefCell},
        time::Duration,
    };

    use futures::future::LocalBoxFuture;
    use tokio::time::{Instant, sleep};

    use super::*;

    type Acting<'a> = LocalBoxFuture<'a, ()>;

    fn id(letter: &str) -> ExampleId {
        format!("WH-DUP-04/{letter}").parse().unwrap()
    }

    /// What happened, and in which second.
    struct Diary {
        began: Instant,
        entries: RefCell<Vec<(u64, String)>>,
    }

    impl Diary {
        #[expect(clippy::disallowed_methods, reason = "the paused clock of the test")]
        fn new() -> Self {
            Self {
                began: Instant::now(),
                entries: RefCell::default(),
            }
        }

        fn note(&self, what: impl Into<String>) {
            self.entries
                .borrow_mut()
                .push((self.began.elapsed().as_secs(), what.into()));
        }

        fn when(&self, what: &str) -> u64 {
            let entries = self.entries.borrow();
            let found = entries.iter().find(|(_, entry)| entry == what);
            found.unwrap_or_else(|| panic!("no {what} in {entries:?}")).0
        }
    }

    /// Works for `before` seconds, rests, works for `after` seconds.
    async fn sleeper(
        stage: &Stage,
        diary: &Diary,
        presence: Presence,
        name: &str,
        [before, rest, after]: [u64; 3],
    ) {
        sleep(Duration::from_secs(before)).await;
        drop(presence.slot);
        let asleep = sleep(Duration::from_secs(rest));
        let (place, meanwhile) = stage.rest(presence.place.unwrap(), asleep).await;
        diary.note(format!("{name} awake"));
        for solo in meanwhile {
            diary.note(format!("{name} missed {solo}"));
        }
        sleep(Duration::from_secs(after)).await;
        drop(place);
        diary.note(format!("{name} over"));
    }

    async fn actor(diary: &Diary, presence: Presence, name: &str, seconds: u64) {
        diary.note(format!("{name} begins"));
        sleep(Duration::from_secs(seconds)).await;
        diary.note(format!("{name} over"));
        drop(presence);
    }

    #[tokio::test(start_paused = true)]
    async fn a_sleeper_holds_nobody_up_and_the_end_waits_for_it() {
        let (stage, slots, diary) = (Stage::default(), Slots::new(4), Diary::new());
        let mut lanes: Lanes<'_, Acting<'_>> = Lanes::new(&stage, &slots);
        let (stage, diary) = (&stage, &diary);
        lanes
            .together(|presence| Box::pin(sleeper(stage, diary, presence, "sleeper", [1, 360, 5])))
            .await;
        for name in ["one", "two"] {
            lanes
                .together(|presence| Box::pin(actor(diary, presence, name, 10)))
                .await;
        }
        for (letter, name) in [("b", "quiet"), ("c", "disruptive")] {
            lanes
                .alone(&id(letter), |presence| Box::pin(actor(diary, presence, name, 20)))
                .await;
        }
        assert_eq!(diary.when("quiet begins"), 10, "when the others are over");
        assert_eq!(diary.when("disruptive begins"), 30);
        lanes.over().await;
        assert_eq!(diary.when("sleeper awake"), 361);
        assert_eq!(diary.when("sleeper missed WH-DUP-04/b"), 361);
        assert_eq!(
            diary.when("sleeper over"),
            366,
            "no longer than the longest example"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_sleeper_that_wakes_waits_for_the_one_alone_but_not_for_the_next() {
        let (stage, slots, diary) = (Stage::default(), Slots::new(1), Diary::new());
        let mut lanes: Lanes<'_, Acting<'_>> = Lanes::new(&stage, &slots);
        let (stage, diary) = (&stage, &diary);
        lanes
            .together(|presence| Box::pin(sleeper(stage, diary, presence, "sleeper", [1, 30, 5])))
            .await;
        for (letter, name) in [("b", "first"), ("c", "second")] {
            lanes
                .alone(&id(letter), |presence| Box::pin(actor(diary, presence, name, 50)))
                .await;
        }
        lanes.over().await;
        assert_eq!(diary.when("first begins"), 1);
        assert_eq!(
            diary.when("sleeper awake"),
            51,
            "not at 31, while the first is alone"
        );
        assert_eq!(diary.when("second begins"), 56, "not before the sleeper is over");
    }

    #[tokio::test(start_paused = true)]
    async fn examples_that_have_not_begun_are_not_kept_waiting() {
        let (stage, slots, diary) = (Stage::default(), Slots::new(1), Diary::new());
        let mut lanes: Lanes<'_, Acting<'_>> = Lanes::new(&stage, &slots);
        let (stage, diary) = (&stage, &diary);
        for name in ["one", "two"] {
            lanes
                .together(|presence| Box::pin(sleeper(stage, diary, presence, name, [2, 100, 1])))
                .await;
        }
        for name in ["three", "four"] {
            lanes
                .together(|presence| Box::pin(actor(diary, presence, name, 3)))
                .await;
        }
        lanes
            .alone(&id("b"), |presence| Box::pin(actor(diary, presence, "quiet", 4)))
            .await;
        assert_eq!(diary.when("three begins"), 4);
        assert_eq!(
            diary.when("quiet begins"),
            10,
            "when the last of one slot is over"
        );
        lanes.over().await;
        assert_eq!(diary.when("one over"), 103);
        assert_eq!(diary.when("two over"), 105);
    }

    #[tokio::test]
    async fn an_example_under_way_gets_its_slot_back_before_the_next_begins() {
        let (stage, slots) = (Stage::default(), Slots::new(2));
        let (open, most) = (Cell::new(0), Cell::new(0));
        let mut lanes = Lanes::new(&stage, &slots);
        for _ in 0..400 {
            let (slots, open, most) = (&slots, &open, &most);
            lanes
                .together(|presence| async move {
                    let Presence { place, mut slot } = presence;
                    open.set(open.get() + 1);
                    most.set(most.get().max(open.get()));
                    for _ in 0..3 {
                        drop(slot);
                        tokio::task::yield_now().await;
                        slot = slots.take().await;
                    }
                    open.set(open.get() - 1);
                    drop((place, slot));
                })
                .await;
        }
        lanes.over().await;
        assert!(most.get() <= 40, "{} were open at once", most.get());
    }
}
