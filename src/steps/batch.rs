//! Batch files: what they are made of, and how they are handed over in their turn.

use std::{sync::Arc, time::Duration};

use super::{stop::Stop, world::Example};
use crate::{
    actors::{
        batch::{BatchDesk, Parcel, Turn},
        fixtures::{Needed, Prepared},
    },
    checks::{effect::Target, view::View},
    config::{batch::Reject, host::rfc3339, subject::Subject},
    transcript::{
        exchange::Role,
        observation::{EffectKind, Moment, Read},
    },
    wire::{
        batch::{AfterRefusal, BatchFile, Flaw, Row, Style},
        money::Money,
    },
};

/// Rows of a small file.
pub(super) const SMALL: usize = 2;
/// A name that needs no care.
pub(super) const PLAIN_NAME: &str = "Aina binti Rahman";

/// Batch files of an example.
#[derive(Clone, Debug, Default)]
pub(super) struct Batching {
    /// Orders that no file names yet.
    pub(super) orders: Vec<Prepared>,
    /// The file that was taken in before the stimulus.
    pub(super) before: Vec<Target>,
    /// The files of the stimulus, in order.
    pub(super) filed: Vec<Filed>,
    /// The bad row, with its target.
    pub(super) bad: Option<(String, Target)>,
    /// What stands in a formula and nowhere else.
    pub(super) mark: String,
}

/// A file with what its rows are about.
#[derive(Clone, Debug)]
pub(super) struct Filed {
    /// The file.
    pub(super) file: BatchFile,
    /// One target for each row.
    pub(super) targets: Vec<Target>,
}

impl Filed {
    pub(super) fn id(&self) -> String {
        self.file.file_id.clone()
    }
}

/// What is special about handing a file over.
pub(super) struct Manner<'a> {
    pub(super) role: Role,
    pub(super) asked: &'a str,
    pub(super) name: Option<String>,
}

impl<'a> Manner<'a> {
    pub(super) fn stimulus(asked: &'a str) -> Self {
        Self {
            role: Role::Stimulus,
            asked,
            name: None,
        }
    }
}

impl Example {
    pub(super) fn desk(&self) -> Result<&BatchDesk, Stop> {
        self.context.batch.as_ref().ok_or_else(|| {
            Stop::Inconclusive("no [batch] is declared, so no batch file can be handed over".to_owned())
        })
    }

    pub(super) fn reject(&self) -> Result<Reject, Stop> {
        Ok(self.desk()?.declared().reject)
    }

    /// Waits until this example may hand files over.
    pub(super) async fn turn(&mut self) -> Result<Turn, Stop> {
        self.desk()?;
        let context = Arc::clone(&self.context);
        let turn = self
            .idle(async move {
                match &context.batch {
                    Some(desk) => Some(desk.turn().await),
                    None => None,
                }
            })
            .await;
        match self.desk()?.given_up() {
            Some(why) => Err(Stop::Inconclusive(why)),
            None => turn.ok_or_else(|| Stop::Harness("the desk for batch files is gone".to_owned())),
        }
    }

    /// Orders that wait for their payment.
    pub(super) async fn pending_orders(&mut self, count: usize) -> Result<Vec<Prepared>, Stop> {
        while self.batching.orders.len() < count {
            let needed = Needed::new(Subject::Order, Money::sen(10_000));
            let order = self.fresh(needed).await?;
            self.batching.orders.push(order);
        }
        Ok(self.batching.orders.drain(..count).collect())
    }

    /// A file with a row for each order; `names` are given to the first ones.
    pub(super) fn filed(&mut self, sequence: u64, orders: &[Prepared], names: &[String]) -> Filed {
        let file_id = format!("BF{}", self.letters(10));
        let now = rfc3339(self.context.clock().unix_millis());
        let words = self.context.profile.batch_layout().payment.clone();
        let row = |(number, order): (usize, &Prepared)| Row {
            row_id: format!("{file_id}-{:05}", number + 1),
            words: words.clone(),
            reference: order.references.order.clone(),
            amount: order.amount.clone(),
            date: now.chars().take(10).collect(),
            name: names.get(number).map_or(PLAIN_NAME, String::as_str).to_owned(),
        };
        let file = BatchFile {
            file_id: file_id.clone(),
            sequence,
            rows: orders.iter().enumerate().map(row).collect(),
            created: now.clone(),
            style: Style::Plain,
            flaw: None,
        };
        let target = |order: &Prepared| Target {
            kind: EffectKind::Order,
            reference: order.references.order.clone(),
        };
        Filed {
            targets: orders.iter().map(target).collect(),
            file,
        }
    }

    /// Reads what the rows of a file are about, right before it is handed over.
    pub(super) async fn read_before(&mut self, filed: &Filed) {
        for target in &filed.targets {
            self.look(target, Moment::Before).await;
        }
    }

    /// Hands a file over and waits for what is said about it.
    pub(super) async fn hand_over(&mut self, filed: &Filed, manner: Manner<'_>) -> Result<(), Stop> {
        self.desk()?;
        for (row, target) in filed.file.rows.iter().zip(&filed.targets) {
            self.context.remember(&row.row_id, &target.reference);
        }
        let (context, scope) = (Arc::clone(&self.context), self.scope.clone());
        let file = filed.file.clone();
        let parcel = (manner.role, manner.asked.to_owned(), manner.name);
        self.idle(async move {
            let (role, asked, name) = parcel;
            let parcel = Parcel {
                file: &file,
                name,
                role,
                asked,
            };
            if let Some(desk) = &context.batch {
                desk.hand_over(&scope, parcel).await;
            }
        })
        .await;
        Ok(())
    }

    /// Waits until every row of a file took effect, or the time for a file is over.
    pub(super) async fn settle_file(&mut self, filed: &Filed) {
        let window = self.context.profile.batch_window();
        let clock = self.context.clock().clone();
        let from = clock.now();
        for target in &filed.targets {
            let waited = Duration::from_millis(clock.now().millis_since(from));
            let left = window.saturating_sub(waited);
            self.settle_within(target, 1, left, false).await;
        }
    }

    /// Whether any row of a file took effect.
    fn any_taken(&self, filed: &Filed) -> bool {
        let records = self.context.recorder.of(&self.scope);
        let view = View::new(&records);
        filed.targets.iter().any(|target| {
            let after = view.observed(target.kind, &target.reference, Moment::After);
            matches!(after.map(|(_, observed)| &observed.read), Some(Read::Got(reading))
                if reading.count > self.baseline(target))
        })
    }

    /// Whether every row of a file took effect.
    pub(super) fn all_taken(&self, filed: &Filed) -> bool {
        let one = |target: &Target| {
            let alone = Filed {
                file: filed.file.clone(),
                targets: vec![target.clone()],
            };
            self.any_taken(&alone)
        };
        filed.targets.iter().all(one)
    }

    /// Moves the row of sequence numbers on behind a file, if it used its number up.
    pub(super) fn count_on(&self, turn: &mut Turn, filed: &Filed) {
        let used = self.context.profile.batch_after_refusal() == &AfterRefusal::NextNumber;
        if used || self.any_taken(filed) {
            **turn = filed.file.sequence + 1;
        }
    }

    /// Hands a sound file over and waits until it was taken in.
    pub(super) async fn give(
        &mut self,
        filed: &Filed,
        manner: Manner<'_>,
        turn: &mut Turn,
    ) -> Result<(), Stop> {
        self.read_before(filed).await;
        self.hand_over(filed, manner).await?;
        self.settle_file(filed).await;
        self.desk()?.note(self.any_taken(filed));
        self.count_on(turn, filed);
        Ok(())
    }

    /// A file of one row that shows that the importer is there.
    pub(super) async fn sign_of_life(&mut self, role: Role) -> Result<Vec<Target>, Stop> {
        let mut turn = self.turn().await?;
        let order = self
            .fresh(Needed::new(Subject::Order, Money::sen(10_000)))
            .await?;
        let filed = self.filed(*turn, &[order], &[]);
        let manner = Manner {
            role,
            asked: "a good file of one row",
            name: None,
        };
        self.give(&filed, manner, &mut turn).await?;
        Ok(filed.targets)
    }

    /// Hands over a broken file and looks at its rows after the silence.
    pub(super) async fn give_broken(&mut self, flaw: Flaw) -> Result<(), Stop> {
        let orders = self.pending_orders(SMALL).await?;
        let mut turn = self.turn().await?;
        let mut filed = self.filed(*turn, &orders, &[]);
        filed.file.flaw = Some(flaw);
        self.read_before(&filed).await;
        let asked = format!("a file {flaw}");
        self.give_refused(&filed, Manner::stimulus(&asked), &mut turn)
            .await
    }

    /// Hands over a file of which nothing should be taken in, so that its number is used again. The turn is kept
    /// through the silence: with an importer that takes the file all the same, the next one needs the next number.
    pub(super) async fn give_refused(
        &mut self,
        filed: &Filed,
        manner: Manner<'_>,
        turn: &mut Turn,
    ) -> Result<(), Stop> {
        self.hand_over(filed, manner).await?;
        self.batching.filed.push(filed.clone());
        self.look_after_silence().await;
        self.count_on(turn, filed);
        Ok(())
    }

    /// Waits out the silence, and looks at every row of the files of the stimulus.
    pub(super) async fn look_after_silence(&mut self) {
        self.silence().await;
        for filed in self.batching.filed.clone() {
            for target in &filed.targets {
                self.look(target, Moment::After).await;
            }
        }
        if let Some((_, target)) = self.batching.bad.clone() {
            self.look(&target, Moment::After).await;
        }
    }
}
