//! The records of one attempt, asked by what they mean.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    transcript::{
        attest::{Attested, SupportScanned, Surroundings},
        batch::{BatchExported, BatchReported, BatchSent},
        dead_end::DeadEnd,
        endpoint::Probed,
        exchange::{Delivery, Fate, Role, SeenRequest},
        observation::{Alerted, EffectKind, LogObserved, LogScanned, Moment, Observed, Operation, WaitKind},
        page::{Browsed, CheckoutSeen, PagesScanned},
        record::{Event, Record},
        told::Told,
        visit::{CanarySet, Visit},
    },
    wire::{body::Body, moment::Micros},
};

/// Which deliveries of an attempt a check looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Which {
    /// Their role.
    pub role: Role,
    /// One of them, or all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<u32>,
}

impl Which {
    /// Every stimulus.
    pub const STIMULUS: Self = Self {
        role: Role::Stimulus,
        index: None,
    };
}

/// A delivery with the number of its record.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// Record number.
    pub number: u64,
    /// The delivery.
    pub delivery: &'a Delivery,
}

/// The records of one attempt, in order.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    records: &'a [Arc<Record>],
}

impl<'a> View<'a> {
    /// A view on the records of one attempt.
    pub fn new(records: &'a [Arc<Record>]) -> Self {
        Self { records }
    }

    fn events(self) -> impl Iterator<Item = (u64, &'a Event)> {
        self.records.iter().map(|record| (record.number, &record.event))
    }

    /// The records of one stimulus among many: its delivery and the looks at what it is about.
    pub fn of_trial(self, index: u32, kind: EffectKind, reference: &str) -> Vec<Arc<Record>> {
        let own = |event: &Event| match event {
            Event::Delivered(delivery) => {
                delivery.intent.role == Role::Stimulus && delivery.intent.index == index
            }
            Event::Observed(observed) => observed.kind == kind && observed.reference == reference,
            _ => false,
        };
        let records = self.records.iter().filter(|record| own(&record.event));
        records.cloned().collect()
    }

    /// The deliveries of that description, in order.
    pub fn deliveries(self, which: Which) -> Vec<Sent<'a>> {
        self.events()
            .filter_map(|(number, event)| match event {
                Event::Delivered(delivery)
                    if delivery.intent.role == which.role
                        && which.index.is_none_or(|index| index == delivery.intent.index) =>
                {
                    Some(Sent { number, delivery })
                }
                _ => None,
            })
            .collect()
    }

    /// The last reading of an effect at a moment.
    pub fn observed(self, kind: EffectKind, reference: &str, moment: Moment) -> Option<(u64, &'a Observed)> {
        self.events()
            .filter_map(|(number, event)| match event {
                Event::Observed(observed)
                    if observed.kind == kind
                        && observed.reference == reference
                        && observed.moment == moment =>
                {
                    Some((number, observed))
                }
                _ => None,
            })
            .last()
    }

    /// The last reading of an effect between two records, at the end of a wait.
    pub fn observed_between(
        self,
        kind: EffectKind,
        reference: &str,
        after: u64,
        until: u64,
    ) -> Option<(u64, &'a Observed)> {
        self.events()
            .filter_map(|(number, event)| match event {
                Event::Observed(observed)
                    if observed.kind == kind
                        && observed.reference == reference
                        && observed.moment == Moment::After
                        && (after..until).contains(&number) =>
                {
                    Some((number, observed))
                }
                _ => None,
            })
            .last()
    }

    /// What became of the platform's events.
    pub fn fates(self) -> Vec<(u64, &'a Fate)> {
        self.events()
            .filter_map(|(number, event)| match event {
                Event::Settled(fate) => Some((number, fate)),
                _ => None,
            })
            .collect()
    }

    /// What the sandbox saw, in the order of arrival.
    pub fn seen(self) -> Vec<(u64, &'a SeenRequest)> {
        let mut seen: Vec<_> = self
            .events()
            .filter_map(|(number, event)| match event {
                Event::Seen(request) => Some((number, request.as_ref())),
                _ => None,
            })
            .collect();
        seen.sort_by_key(|(_, request)| request.started);
        seen
    }

    /// The last started operation.
    pub fn operation(self) -> Option<(u64, &'a Operation)> {
        self.operations().pop()
    }

    /// All operations that were started and have ended, in the order of their starts.
    pub fn operations(self) -> Vec<(u64, &'a Operation)> {
        let mut operations: Vec<_> = self
            .events()
            .filter_map(|(number, event)| match event {
                Event::Operated(operation) => Some((number, operation.as_ref())),
                _ => None,
            })
            .collect();
        operations.sort_by_key(|(_, operation)| operation.started);
        operations
    }

    /// Until when silence was waited for.
    pub fn watched_until(self) -> Option<Micros> {
        self.events()
            .filter_map(|(_, event)| match event {
                Event::Waited(waited) if waited.kind == WaitKind::Negative => Some(waited.to),
                _ => None,
            })
            .max()
    }

    /// What operations showed to whoever started them.
    pub fn told(self) -> Vec<&'a Told> {
        self.events()
            .filter_map(|(_, event)| match event {
                Event::Told(told) => Some(told),
                _ => None,
            })
            .collect()
    }

    /// The last address to which an operation was sent although it can do no business there.
    pub fn dead_end(self) -> Option<(u64, &'a DeadEnd)> {
        self.events()
            .filter_map(|(number, event)| match event {
                Event::DeadEnd(dead_end) => Some((number, dead_end)),
                _ => None,
            })
            .last()
    }

    /// Every look into the log.
    pub fn logs(self) -> Vec<&'a LogObserved> {
        self.events()
            .filter_map(|(_, event)| match event {
                Event::LogObserved(observed) => Some(observed),
                _ => None,
            })
            .collect()
    }

    /// The last look into the log for an id.
    pub fn log(self, id: &str) -> Option<(u64, &'a LogObserved)> {
        self.events()
            .filter_map(|(number, event)| match event {
                Event::LogObserved(observed) if observed.id == id => Some((number, observed)),
                _ => None,
            })
            .last()
    }

    /// The last look at the alarms at a moment.
    pub fn alerted(self, moment: Moment) -> Option<(u64, &'a Alerted)> {
        self.events()
            .filter_map(|(number, event)| match event {
                Event::Alerted(alerted) if alerted.moment == moment => Some((number, alerted)),
                _ => None,
            })
            .last()
    }

    /// The canaries that were set up, and the calls at them.
    pub fn canaries(self) -> (Vec<&'a CanarySet>, Vec<(u64, &'a Visit)>) {
        let (mut set, mut visits) = (Vec::new(), Vec::new());
        for (number, event) in self.events() {
            match event {
                Event::CanarySet(canary) => set.push(canary),
                Event::Visited(visit) => visits.push((number, visit)),
                _ => {}
            }
        }
        (set, visits)
    }

    /// The number of a remark.
    pub fn noted(self, remark: &str) -> Option<u64> {
        self.events().find_map(|(number, event)| match event {
            Event::Note { text } if text == remark => Some(number),
            _ => None,
        })
    }

    /// The checkouts that were started, in order.
    pub fn checkouts(self) -> Vec<(u64, &'a CheckoutSeen)> {
        self.events()
            .filter_map(|(number, event)| match event {
                Event::CheckoutSeen(seen) => Some((number, seen.as_ref())),
                _ => None,
            })
            .collect()
    }

    /// The last look at a question of the declaration.
    pub fn attested(self, question: &str) -> Option<(u64, &'a Attested)> {
        self.events()
            .filter_map(|(number, event)| match event {
                Event::Attested(attested) if attested.question == question => {
                    Some((number, attested.as_ref()))
                }
                _ => None,
            })
            .last()
    }

    /// The last search of a support request.
    pub fn support(self) -> Option<(u64, &'a SupportScanned)> {
        self.events()
            .filter_map(|(number, event)| match event {
                Event::SupportScanned(scanned) => Some((number, scanned.as_ref())),
                _ => None,
            })
            .last()
    }

    /// What the run was made with.
    pub fn surroundings(self) -> Option<(u64, &'a Surroundings)> {
        self.events()
            .filter_map(|(number, event)| match event {
                Event::Surroundings(used) => Some((number, used.as_ref())),
                _ => None,
            })
            .last()
    }

    /// The batch files that were handed over, in order.
    pub fn batches(self) -> Vec<(u64, &'a BatchSent)> {
        self.events()
            .filter_map(|(number, event)| match event {
                Event::BatchSent(sent) => Some((number, sent.as_ref())),
                _ => None,
            })
            .collect()
    }

    /// The last look for the report about a batch file.
    pub fn batch_report(self, file_id: &str) -> Option<(u64, &'a BatchReported)> {
        self.events()
            .filter_map(|(number, event)| match event {
                Event::BatchReported(reported) if reported.file_id == file_id => {
                    Some((number, reported.as_ref()))
                }
                _ => None,
            })
            .last()
    }

    /// The last export of text from a batch file.
    pub fn batch_export(self, reference: &str) -> Option<(u64, &'a BatchExported)> {
        self.events()
            .filter_map(|(number, event)| match event {
                Event::BatchExported(exported) if exported.reference == reference => {
                    Some((number, exported.as_ref()))
                }
                _ => None,
            })
            .last()
    }

    /// The looks at the endpoint, in order.
    pub fn probes(self) -> Vec<(u64, &'a Probed)> {
        self.events()
            .filter_map(|(number, event)| match event {
                Event::Probed(probed) => Some((number, probed.as_ref())),
                _ => None,
            })
            .collect()
    }

    /// The last search of pages for secrets.
    pub fn pages_scanned(self) -> Option<(u64, &'a PagesScanned)> {
        self.events()
            .filter_map(|(number, event)| match event {
                Event::PagesScanned(scanned) => Some((number, scanned)),
                _ => None,
            })
            .last()
    }

    /// The last visit of a page with a browser.
    pub fn browsed(self) -> Option<(u64, &'a Browsed)> {
        self.events()
            .filter_map(|(number, event)| match event {
                Event::Browsed(browsed) => Some((number, browsed.as_ref())),
                _ => None,
            })
            .last()
    }

    /// Whether a message to the partner carried some bytes: the body of a delivery, or of an answer of
    /// the sandbox.
    pub fn carried(self, bytes: &[u8]) -> bool {
        let inside = |body: &Body| body.bytes().windows(bytes.len().max(1)).any(|part| part == bytes);
        self.events().any(|(_, event)| match event {
            Event::Delivered(delivery) => inside(&delivery.sent.body),
            Event::Seen(request) => request.answer.as_ref().is_some_and(inside),
            _ => false,
        })
    }

    /// The last search of the log for secrets.
    pub fn scan(self) -> Option<(u64, &'a LogScanned)> {
        self.events()
            .filter_map(|(number, event)| match event {
                Event::LogScanned(scanned) => Some((number, scanned)),
                _ => None,
            })
            .last()
    }
}
