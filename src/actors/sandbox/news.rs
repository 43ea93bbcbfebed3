//! What happens at the platform that its partners are told by webhook, and who listens.

use serde_json::{Map, Value};

use crate::{
    transcript::exchange::SeenRequest,
    wire::{
        event::{EventType, References},
        money::Money,
    },
};

/// A change of which the platform tells the partner.
#[derive(Clone, Debug, PartialEq)]
pub struct News {
    /// The type of its event.
    pub kind: EventType,
    /// What it is about.
    pub references: References,
    /// The money it is about; nothing where it is about none.
    pub amount: Money,
    /// Members of the event's data that only the platform can know.
    pub facts: Map<String, Value>,
}

impl News {
    /// News about something, without references.
    pub fn of(kind: EventType) -> Self {
        let none = String::new;
        Self {
            kind,
            references: References {
                order: none(),
                policy: none(),
                transaction: none(),
                refund: none(),
                claim: none(),
            },
            amount: Money::sen(0),
            facts: Map::new(),
        }
    }

    /// With a fact.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }
}

/// News that nobody has fetched; kept only where somebody will.
#[derive(Debug, Default)]
pub struct NewsDesk {
    open: bool,
    kept: Vec<News>,
}

impl NewsDesk {
    /// Keeps news from now on.
    pub fn open(&mut self) {
        self.open = true;
    }

    /// Takes news in.
    pub fn add(&mut self, news: News) {
        if self.open {
            self.kept.push(news);
        }
    }

    /// Hands over what there is.
    pub fn take(&mut self) -> Vec<News> {
        std::mem::take(&mut self.kept)
    }
}

/// What a follower of the sandbox is told.
#[derive(Clone, Debug, PartialEq)]
pub enum Sight {
    /// A request was answered, or given up; masked as in a record.
    Request(Box<SeenRequest>),
    /// Something happened at the platform.
    News(Box<News>),
}
