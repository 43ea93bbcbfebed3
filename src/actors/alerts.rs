//! Reading the partner's alarms: how many there were so far.

use std::{sync::Arc, time::Duration};

use super::{
    log::LogObserver,
    patience::since,
    template::{self, Fields},
    trigger::{
        ChannelError,
        answer::Answer,
        command,
        http::{self, HttpChannel},
        person::Person,
    },
};
use crate::{
    config::{Config, alerts::Alerts as Declared},
    transcript::{
        observation::{Alerted, Channel, Moment},
        record::{Event, Scope},
        recorder::Recorder,
    },
};

/// Looks at what `[alerts]` declares.
#[derive(Debug)]
pub struct Alerts {
    declared: Declared,
    http: Option<HttpChannel>,
    log: Option<Arc<LogObserver>>,
    person: Person,
    recorder: Recorder,
    poll: Duration,
}

impl Alerts {
    /// Prepares the channel; none when none is declared. `poll` is the time between two looks.
    pub fn new(
        config: &Config,
        log: Option<Arc<LogObserver>>,
        person: Person,
        recorder: Recorder,
        poll: Duration,
    ) -> Result<Option<Self>, ChannelError> {
        let Some(declared) = config.alerts.clone() else {
            return Ok(None);
        };
        let http = match &declared {
            Declared::Http { call, .. } => Some(HttpChannel::new(call).map_err(|reason| ChannelError {
                place: "alerts".to_owned(),
                reason,
            })?),
            _ => None,
        };
        Ok(Some(Self {
            declared,
            http,
            log,
            person,
            recorder,
            poll,
        }))
    }

    /// Reads once and records the reading.
    pub async fn read(&self, scope: &Scope, moment: Moment) -> Alerted {
        let alerted = self.look(moment).await;
        self.recorder.record(Some(scope), Event::Alerted(alerted.clone()));
        alerted
    }

    /// Looks again and again until there are more than `before`, or the window is over, and records the
    /// last look. A person is asked once.
    pub async fn more_than(&self, scope: &Scope, before: u64, window: Duration) -> Alerted {
        let clock = self.recorder.clock();
        let from = clock.now();
        let alerted = loop {
            let alerted = self.look(Moment::After).await;
            let waited = since(from, clock.now());
            let raised = alerted.count.is_some_and(|count| count > before);
            if raised || alerted.channel == Channel::Manual || waited >= window {
                break alerted;
            }
            tokio::time::sleep(self.poll.min(window.saturating_sub(waited))).await;
        };
        self.recorder.record(Some(scope), Event::Alerted(alerted.clone()));
        alerted
    }

    async fn look(&self, moment: Moment) -> Alerted {
        let (channel, read) = match &self.declared {
            Declared::Log { .. } => (Channel::Log, self.in_log(moment).await),
            Declared::Http { count, .. } => {
                let read = async {
                    let channel = self.http.as_ref().ok_or("the request was not prepared")?;
                    let answer = channel.exchange(&Fields::new()).await?;
                    if !(200..=299).contains(&answer.status) {
                        return Err(format!("it answers with status {}", answer.status));
                    }
                    if answer.truncated {
                        return Err(format!("it answers with more than {} bytes", http::LONGEST));
                    }
                    Answer::new(&answer.body).count(count)
                };
                (Channel::Http, read.await.map(|count| (count, Vec::new())))
            }
            Declared::Command { call, count } => {
                let read = async {
                    let answer = command::run(call, &Fields::new(), command::LONGEST).await?;
                    if answer.code != Some(0) {
                        return Err(format!("{} {}", call.program, answer.exit()));
                    }
                    Answer::new(&answer.output).count(count)
                };
                (Channel::Command, read.await.map(|count| (count, Vec::new())))
            }
            Declared::Manual { prompt } => {
                let read = async {
                    let question =
                        template::prompt(prompt, &Fields::new()).map_err(|error| error.to_string())?;
                    let form = "Answer with the number of alarms so far.";
                    let line = self.person.ask(&question, form).await?;
                    line.parse().map_err(|_| format!("{line:?} is no count"))
                };
                (Channel::Manual, read.await.map(|count| (count, Vec::new())))
            }
        };
        let (count, lines, unreadable) = match read {
            Ok((count, lines)) => (Some(count), lines, None),
            Err(why) => (None, Vec::new(), Some(why)),
        };
        Alerted {
            moment,
            channel,
            count,
            lines,
            unreadable,
            at: self.recorder.clock().now(),
        }
    }

    async fn in_log(&self, moment: Moment) -> Result<(u64, Vec<String>), String> {
        let log = self.log.as_ref().ok_or("there is no [log] section to read")?;
        log.alarms(moment == Moment::Before).await
    }
}
