//! The archive as a whole: its pages are the examples, its entries the exchanges.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{
    delivered,
    document::{Entry, Page, PageTimings},
    seen,
};
use crate::{
    contract::id::ExampleId,
    evidence::{
        derived::{Basis, DerivedError},
        json_text, results,
        wall::Wall,
    },
    transcript::record::{Event, Record, Scope},
    verdict::result::Row,
    wire::moment::Micros,
};

/// Where an exchange stands.
pub(super) struct Place {
    pub(super) page: Option<String>,
    pub(super) begun: String,
    pub(super) example: Option<String>,
    pub(super) attempt: Option<u8>,
    pub(super) record: u64,
}

/// Content of `exchanges.har`. One line for each page and each entry, so that it can be searched.
pub fn write(basis: &Basis<'_>) -> Result<Vec<u8>, DerivedError> {
    let rows = basis.assessment.rows.iter();
    let mut archive = Archive {
        wall: Wall::of(&basis.started.started_at, Micros(0)),
        scheme: scheme(&basis.started.configuration),
        rows: rows.map(|row| (&row.entry.example, row)).collect(),
        begun: HashMap::new(),
        pages: Vec::new(),
        entries: Vec::new(),
    };
    let mut taken = Ok(());
    basis.each(|record| {
        if taken.is_ok() {
            taken = archive.take(&record);
        }
    })?;
    taken?;
    archive.written(basis)
}

/// The order of time: seconds, nanoseconds, and of what happened at once the record.
type Order = (i64, u32, u64);

struct Archive<'a> {
    wall: Wall,
    scheme: &'static str,
    rows: HashMap<&'a ExampleId, &'a Row>,
    /// Attempts that have begun and had no exchange yet; then they have a page.
    begun: HashMap<Scope, (Order, String)>,
    pages: Vec<(Order, String)>,
    entries: Vec<(Order, String)>,
}

impl Archive<'_> {
    fn take(&mut self, record: &Record) -> Result<(), serde_json::Error> {
        match &record.event {
            Event::RunStarted(started) => {
                self.wall = Wall::of(&started.started_at, record.at);
                self.scheme = scheme(&started.configuration);
            }
            Event::ExampleStarted => {
                if let Some(scope) = &record.scope {
                    let begun = (self.order(record.at, record.number), self.wall.rfc3339(record.at));
                    self.begun.insert(scope.clone(), begun);
                }
            }
            Event::Delivered(delivery) => {
                let place = self.place(record, delivery.started)?;
                self.keep(delivery.started, &delivered::entry(delivery, place))?;
            }
            Event::Seen(seen) => {
                let place = self.place(record, seen.started)?;
                self.keep(seen.started, &seen::entry(seen, self.scheme, place))?;
            }
            _ => {}
        }
        Ok(())
    }

    fn order(&self, moment: Micros, number: u64) -> Order {
        let (seconds, nanos) = self.wall.since_epoch(moment);
        (seconds, nanos, number)
    }

    fn place(&mut self, record: &Record, started: Micros) -> Result<Place, serde_json::Error> {
        let page = record.scope.as_ref().map(page_id);
        if let Some(scope) = &record.scope
            && let Some((order, begun)) = self.begun.remove(scope)
        {
            let line = json_text::line(&self.page(scope, begun))?;
            self.pages.push((order, line));
        }
        Ok(Place {
            page,
            begun: self.wall.rfc3339(started),
            example: record.scope.as_ref().map(|scope| scope.example.to_string()),
            attempt: record.scope.as_ref().map(|scope| scope.attempt),
            record: record.number,
        })
    }

    fn page(&self, scope: &Scope, begun: String) -> Page {
        let row = self.rows.get(&scope.example);
        let title = row.map_or_else(String::new, |row| format!(" {}", row.entry.title));
        let attempts = row
            .and_then(|row| row.result.as_ref())
            .map(|result| &result.attempts);
        let verdict = attempts.and_then(|attempts| attempts.get(usize::from(scope.attempt).checked_sub(1)?));
        Page {
            started_date_time: begun,
            id: page_id(scope),
            title: format!("{}{title}", page_id(scope)),
            timings: PageTimings::UNKNOWN,
            verdict: verdict.map(|verdict| verdict.name()),
        }
    }

    fn keep(&mut self, started: Micros, entry: &Entry) -> Result<(), serde_json::Error> {
        let order = self.order(started, entry.record);
        self.entries.push((order, json_text::line(entry)?));
        Ok(())
    }

    fn written(mut self, basis: &Basis<'_>) -> Result<Vec<u8>, DerivedError> {
        self.pages.sort();
        self.entries.sort();
        let started = basis.started;
        let facts = json!({
            "version": "1.2",
            "creator": {"name": "senang-conformance", "version": started.version},
            "comment": results::sentence(started, basis.assessment),
            "_run": started.run_id,
            "_mode": started.mode,
            "_assurance": started.assurance,
        });
        let facts = json_text::line(&facts)?;
        let open = facts.strip_suffix('}').unwrap_or(&facts);
        let mut text = format!("{{\"log\":{open}");
        for (name, lines) in [("pages", &self.pages), ("entries", &self.entries)] {
            text.push_str(",\n\"");
            text.push_str(name);
            text.push_str("\":[");
            for (place, (_, line)) in lines.iter().enumerate() {
                text.push_str(if place == 0 { "\n" } else { ",\n" });
                text.push_str(line);
            }
            text.push_str("\n]");
        }
        text.push_str("}}\n");
        Ok(text.into_bytes())
    }
}

/// The first attempt is the example itself; only seldom is there another.
fn page_id(scope: &Scope) -> String {
    if scope.attempt <= 1 {
        scope.example.to_string()
    } else {
        format!("{} attempt {}", scope.example, scope.attempt)
    }
}

fn scheme(configuration: &Value) -> &'static str {
    match configuration.pointer("/sandbox/tls") {
        Some(Value::Bool(true)) => "https",
        _ => "http",
    }
}
