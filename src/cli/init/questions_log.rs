//! What is asked about the log, after its last lines were looked at.

use std::path::Path;

use super::{
    answers::{Log, LogForm},
    asker::Stop,
    look_log as look,
    questions::{Interview, usage},
    source::{Alone, Item},
};

impl Interview<'_> {
    pub(super) async fn log(&mut self) -> Result<Option<Log>, Stop> {
        let (flags, host) = (self.arguments, self.host);
        let file = Item {
            flag: "--log",
            given: flags.log.as_deref(),
            question: "The file in which you log what became of each webhook",
            alone: Alone::Open,
            ..Item::default()
        };
        let filled = |text: &str| match Path::new(text) {
            _ if text.trim().is_empty() => Err("is empty".to_owned()),
            path if path.is_dir() => Err("that is a folder; give the file".to_owned()),
            _ => Ok(text.to_owned()),
        };
        let Some(typed) = self.source.take(file, filled).await? else {
            return Ok(None);
        };
        let path = self.in_file(&typed);
        let told = match (&flags.log_event_id, &flags.log_pattern) {
            (Some(event_id), _) => Some(LogForm::Json {
                event_id: event_id.clone(),
                time: flags.log_time.clone(),
                kind: flags.log_type.clone(),
                result: flags.log_result.clone(),
                reference: None,
            }),
            (None, Some(pattern)) => Some(LogForm::Pattern(pattern.clone())),
            (None, None) => None,
        };
        let mut log = look::log(
            &mut self.source,
            Path::new(&typed),
            path,
            told,
            &self.folder,
            host,
        )
        .map_err(|reason| usage("--log", &reason))?;
        if !log.is_guess && !self.source.agrees("Is that right?", true).await? {
            log = self.by_hand(log).await?;
        }
        let zone = Item {
            flag: "--log-time-zone",
            given: flags.log_time_zone.as_deref(),
            question: "The times name no zone. In which zone are they?",
            usual: Some("Asia/Kuala_Lumpur"),
            alone: Alone::Open,
        };
        if look::times_need_a_zone(&log, Path::new(&typed)) || zone.given.is_some() {
            let taken = log.clone();
            let with = |text: &str| {
                let log = Log {
                    time_zone: Some(text.to_owned()),
                    ..taken.clone()
                };
                look::log_is_readable(&log, &self.folder, host).map(|()| text.to_owned())
            };
            log.time_zone = self.source.take(zone, with).await?;
            if log.time_zone.is_none() {
                self.source.note(
                    "log: its times name no zone; say it with --log-time-zone, such as Asia/Kuala_Lumpur",
                );
            }
        }
        Ok(Some(log))
    }

    /// The places of a log whose guess was wrong.
    async fn by_hand(&mut self, log: Log) -> Result<Log, Stop> {
        let (host, folder) = (self.host, self.folder.clone());
        if let LogForm::Pattern(guessed) = &log.form {
            let item = Item {
                flag: "--log-pattern",
                question: "A regular expression with the groups event_id, time, type, result",
                usual: Some(guessed),
                ..Item::default()
            };
            let with = |text: &str| {
                let log = Log {
                    form: LogForm::Pattern(text.to_owned()),
                    ..log.clone()
                };
                look::log_is_readable(&log, &folder, host).map(|()| log)
            };
            return Ok(self.source.take(item, with).await?.unwrap_or(log));
        }
        let mut places: Vec<Option<String>> = Vec::new();
        for (flag, what) in [
            ("--log-event-id", "event id"),
            ("--log-time", "time"),
            ("--log-type", "type"),
            ("--log-result", "processing result"),
        ] {
            let question = format!("The JSON pointer of the {what}, such as /event/id");
            let item = Item {
                flag,
                question: &question,
                alone: if places.is_empty() {
                    Alone::Needed
                } else {
                    Alone::Open
                },
                ..Item::default()
            };
            let pointer = |text: &str| {
                let log = Log {
                    form: LogForm::Json {
                        event_id: text.to_owned(),
                        time: None,
                        kind: None,
                        result: None,
                        reference: None,
                    },
                    ..log.clone()
                };
                look::log_is_readable(&log, &folder, host).map(|()| text.to_owned())
            };
            places.push(self.source.take(item, pointer).await?);
        }
        let mut places = places.into_iter().map(Option::unwrap_or_default);
        let mut next = || places.next().filter(|place| !place.is_empty());
        Ok(Log {
            form: LogForm::Json {
                event_id: next().unwrap_or_default(),
                time: next(),
                kind: next(),
                result: next(),
                reference: None,
            },
            ..log
        })
    }
}
