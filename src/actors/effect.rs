//! Reading business effects: how often something happened for a reference, and in which state it is.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use super::{
    deliverer::limiter::Limiter,
    log::LogObserver,
    patience::{Patience, since},
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
    config::{
        Config,
        effects::{Effect, Values},
        states::States,
        subject::Subject,
    },
    transcript::{
        observation::{Channel, EffectKind, Moment, Observed, Read, Reading, WaitKind, Waited},
        record::{Event, Scope},
        recorder::Recorder,
    },
};

/// Time between two looks while waiting for an effect.
pub const POLL: Duration = Duration::from_millis(250);

/// Reads the effects that `[effects.<kind>]` declares.
#[derive(Debug)]
pub struct Effects {
    probes: BTreeMap<Subject, Probe>,
    states: States,
    tools: Tools,
    poll: Duration,
}

/// What reading effects takes beside the declared channels.
#[derive(Clone, Debug)]
pub struct Tools {
    /// Takes the records.
    pub recorder: Recorder,
    /// Learns how long positive effects take.
    pub patience: Arc<Patience>,
    /// Whoever can be asked.
    pub person: Person,
    /// The log, for effects that are counted there.
    pub log: Option<Arc<LogObserver>>,
    /// Bounds what the partner sees, deliveries and looks together.
    pub limiter: Arc<Limiter>,
}

#[derive(Debug)]
struct Probe {
    effect: Effect,
    http: Option<HttpChannel>,
}

/// What to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The count before the stimulus.
    pub baseline: u64,
    /// How much it must grow at least.
    pub at_least: u64,
    /// How long to wait at most.
    pub window: Duration,
    /// Whether patience learns how long it took.
    pub measured: bool,
}

/// Why there is no reading.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The channel did not answer, or refused: the partner may be away, or the address wrong.
    #[error("{0}")]
    Silent(String),
    /// It wants credentials, or other ones (401, 403).
    #[error("the probe answers with status {0}")]
    Denied(u16),
    /// Something broke on the request (5xx).
    #[error("the probe answers with status {0}")]
    Failed(u16),
    /// It answered, but not in the declared form: the declaration does not fit the answer.
    #[error("{0}")]
    Mapping(String),
}

impl Effects {
    /// Prepares every declared channel. `poll` is the time between two looks ([`POLL`] unless the
    /// clock of the run is compressed).
    pub fn new(config: &Config, tools: Tools, poll: Duration) -> Result<Self, ChannelError> {
        let mut probes = BTreeMap::new();
        for (subject, effect) in &config.effects {
            let http = match effect {
                Effect::Http { call, .. } => Some(HttpChannel::new(call).map_err(|reason| ChannelError {
                    place: format!("effects.{subject}"),
                    reason,
                })?),
                Effect::Command { .. } | Effect::Log { .. } | Effect::Manual { .. } => None,
            };
            probes.insert(
                *subject,
                Probe {
                    effect: effect.clone(),
                    http,
                },
            );
        }
        Ok(Self {
            probes,
            states: config.states.clone(),
            tools,
            poll,
        })
    }

    /// Whether effects of this kind can be read.
    pub fn has_channel(&self, kind: EffectKind) -> bool {
        self.probes.contains_key(&subject(kind))
    }

    /// The channel through which effects of this kind are read.
    pub fn channel(&self, kind: EffectKind) -> Option<Channel> {
        self.probes.get(&subject(kind)).map(|probe| match probe.effect {
            Effect::Http { .. } => Channel::Http,
            Effect::Command { .. } => Channel::Command,
            Effect::Log { .. } => Channel::Log,
            Effect::Manual { .. } => Channel::Manual,
        })
    }

    /// Reads once and records the reading.
    pub async fn read(&self, scope: &Scope, kind: EffectKind, reference: &str, moment: Moment) -> Observed {
        let observed = self.look(kind, reference, moment).await;
        self.tools
            .recorder
            .record(Some(scope), Event::Observed(observed.clone()));
        observed
    }

    /// Looks again and again until the count has grown as expected or the window is over. Records
    /// the last reading and the wait, and tells patience how long a positive effect took. A person
    /// is asked once; without a channel there is no wait.
    pub async fn settle(
        &self,
        scope: &Scope,
        kind: EffectKind,
        reference: &str,
        expected: Expected,
    ) -> Observed {
        let goal = expected.baseline.saturating_add(expected.at_least);
        let teaches = expected.measured && expected.at_least > 0;
        self.until(scope, kind, reference, expected.window, teaches, &|reading| {
            reading.count >= goal
        })
        .await
    }

    /// Looks again and again until a reading is as wished or the window is over; records like
    /// [`Effects::settle`]. `teaches` says whether patience should learn how long it took.
    pub async fn until(
        &self,
        scope: &Scope,
        kind: EffectKind,
        reference: &str,
        window: Duration,
        teaches: bool,
        wished: &(dyn Fn(&Reading) -> bool + Sync),
    ) -> Observed {
        let clock = self.tools.recorder.clock();
        let from = clock.now();
        let (observed, satisfied) = loop {
            let observed = self.look(kind, reference, Moment::After).await;
            let satisfied = matches!(&observed.read, Read::Got(reading) if wished(reading));
            let waited = since(from, clock.now());
            let final_look = matches!(observed.channel, None | Some(Channel::Manual));
            if satisfied || final_look || waited >= window {
                break (observed, satisfied);
            }
            tokio::time::sleep(self.poll.min(window.saturating_sub(waited))).await;
        };
        if satisfied && teaches {
            self.tools.patience.positive(since(from, observed.at));
        }
        self.tools
            .recorder
            .record(Some(scope), Event::Observed(observed.clone()));
        if observed.channel.is_some() {
            let waited = Waited {
                kind: WaitKind::Settle,
                from,
                to: clock.now(),
                satisfied,
            };
            self.tools.recorder.record(Some(scope), Event::Waited(waited));
        }
        observed
    }

    /// Reads once without a record.
    async fn look(&self, kind: EffectKind, reference: &str, moment: Moment) -> Observed {
        let read = match self.probes.get(&subject(kind)) {
            None => Read::NoChannel,
            Some(probe) => match self.probe(probe, reference).await {
                Ok(reading) => Read::Got(reading),
                Err(trouble) => Read::Unreadable(trouble.to_string()),
            },
        };
        Observed {
            kind,
            reference: reference.to_owned(),
            moment,
            channel: self.channel(kind),
            read,
            at: self.tools.recorder.clock().now(),
        }
    }

    /// The kinds that can be read without asking a person.
    pub fn unattended(&self) -> Vec<EffectKind> {
        let kinds = [
            EffectKind::Order,
            EffectKind::Policy,
            EffectKind::Claim,
            EffectKind::Subscription,
        ];
        let reads = |kind: &EffectKind| !matches!(self.channel(*kind), None | Some(Channel::Manual));
        kinds.into_iter().filter(reads).collect()
    }

    /// The places that are declared beside the count and that a reading lacks, as keys of the section.
    pub fn lacking(&self, kind: EffectKind, reading: &Reading) -> Vec<&'static str> {
        let effect = self.probes.get(&subject(kind)).map(|probe| &probe.effect);
        let Some(Effect::Http { values, .. } | Effect::Command { values, .. }) = effect else {
            return Vec::new();
        };
        [
            ("state", values.state.is_some(), reading.state.is_some()),
            ("amount", values.amount.is_some(), reading.amount.is_some()),
            (
                "transaction",
                values.transaction.is_some(),
                reading.transaction.is_some(),
            ),
        ]
        .into_iter()
        .filter(|(_, declared, found)| *declared && !*found)
        .map(|(key, ..)| key)
        .collect()
    }

    /// Reads once, records the reading, and says why where there is none.
    pub async fn try_read(
        &self,
        scope: &Scope,
        kind: EffectKind,
        reference: &str,
        moment: Moment,
    ) -> Option<Result<Reading, Trouble>> {
        let probe = self.probes.get(&subject(kind))?;
        let result = self.probe(probe, reference).await;
        let observed = Observed {
            kind,
            reference: reference.to_owned(),
            moment,
            channel: self.channel(kind),
            read: match &result {
                Ok(reading) => Read::Got(reading.clone()),
                Err(trouble) => Read::Unreadable(trouble.to_string()),
            },
            at: self.tools.recorder.clock().now(),
        };
        self.tools.recorder.record(Some(scope), Event::Observed(observed));
        Some(result)
    }

    async fn probe(&self, probe: &Probe, reference: &str) -> Result<Reading, Trouble> {
        // A line already read costs the partner nothing, and a person may take minutes.
        let _permit = match &probe.effect {
            Effect::Http { .. } | Effect::Command { .. } => Some(self.tools.limiter.enter().await),
            Effect::Log { .. } | Effect::Manual { .. } => None,
        };
        let fields: Fields = [("reference".to_owned(), reference.to_owned())].into();
        match &probe.effect {
            Effect::Http {
                values,
                absent_status,
                ..
            } => {
                let channel = probe
                    .http
                    .as_ref()
                    .ok_or_else(|| Trouble::Silent("the request was not prepared".to_owned()))?;
                let answer = channel.exchange(&fields).await.map_err(Trouble::Silent)?;
                if absent_status.contains(&answer.status) {
                    return Ok(Reading {
                        absent_status: Some(answer.status),
                        ..Reading::default()
                    });
                }
                if matches!(answer.status, 401 | 403) {
                    return Err(Trouble::Denied(answer.status));
                }
                if (500..=599).contains(&answer.status) {
                    return Err(Trouble::Failed(answer.status));
                }
                if !(200..=299).contains(&answer.status) {
                    return Err(Trouble::Silent(format!(
                        "the probe answers with status {}",
                        answer.status
                    )));
                }
                if answer.truncated {
                    return Err(Trouble::Mapping(format!(
                        "the probe answers with more than {} bytes",
                        http::LONGEST
                    )));
                }
                self.reading(&answer.body, values).map_err(Trouble::Mapping)
            }
            Effect::Command { call, values } => {
                let answer = command::run(call, &fields, command::LONGEST)
                    .await
                    .map_err(Trouble::Silent)?;
                if answer.code != Some(0) {
                    return Err(Trouble::Silent(format!("{} {}", call.program, answer.exit())));
                }
                self.reading(&answer.output, values).map_err(Trouble::Mapping)
            }
            Effect::Log { results, types } => {
                let log = self.tools.log.as_ref().ok_or_else(|| {
                    Trouble::Mapping("there is no [log] section to count lines in".to_owned())
                })?;
                let count = log
                    .count_processed(reference, results, types)
                    .await
                    .map_err(Trouble::Silent)?;
                Ok(Reading {
                    count,
                    ..Reading::default()
                })
            }
            Effect::Manual { prompt } => {
                let question =
                    template::prompt(prompt, &fields).map_err(|error| Trouble::Mapping(error.to_string()))?;
                let line = self
                    .tools
                    .person
                    .ask(&question, "Answer with the count, then the state and the amount.")
                    .await
                    .map_err(Trouble::Silent)?;
                self.answered(&line).map_err(Trouble::Mapping)
            }
        }
    }

    fn reading(&self, bytes: &[u8], values: &Values) -> Result<Reading, String> {
        let answer = Answer::new(bytes);
        let value = |place: &Option<_>| match place {
            Some(place) => answer.text(place),
            None => Ok(None),
        };
        Ok(Reading {
            count: answer.count(&values.count)?,
            absent_status: None,
            state: value(&values.state)?.map(|word| self.states.translate(&word)),
            amount: value(&values.amount)?,
            transaction: value(&values.transaction)?,
            name: value(&values.name)?,
            refunded: value(&values.refunded)?,
            flag: value(&values.flag)?.filter(|flag| !matches!(flag.as_str(), "" | "false")),
            number: value(&values.number)?,
            // A channel that is declared and shows none says that there is none.
            next_date: match &values.next_date {
                Some(place) => Some(answer.text(place)?.unwrap_or_default()),
                None => None,
            },
        })
    }

    fn answered(&self, line: &str) -> Result<Reading, String> {
        let (count, rest) = line
            .trim()
            .split_once(char::is_whitespace)
            .unwrap_or((line.trim(), ""));
        let count = count.parse().map_err(|_| format!("{count:?} is no count"))?;
        // A state may be several words, so the amount is the last word, and only if it looks like one.
        let (state, amount) = match rest.trim().rsplit_once(char::is_whitespace) {
            Some((state, amount)) if is_amount(amount) => (state.trim(), Some(amount)),
            None if is_amount(rest.trim()) => ("", Some(rest.trim())),
            _ => (rest.trim(), None),
        };
        Ok(Reading {
            count,
            state: Some(state)
                .filter(|word| !word.is_empty())
                .map(|word| self.states.translate(word)),
            amount: amount.map(str::to_owned),
            ..Reading::default()
        })
    }
}

/// Digits with at most one dot between them.
fn is_amount(word: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match word.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(word),
    }
}

fn subject(kind: EffectKind) -> Subject {
    match kind {
        EffectKind::Order => Subject::Order,
        EffectKind::Policy => Subject::Policy,
        EffectKind::Claim => Subject::Claim,
        EffectKind::Subscription => Subject::Subscription,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers::method};

    use super::*;
    use crate::{
        actors::{patience::CAP, testing},
        config::host::Clock,
    };

    const FAST: Duration = Duration::from_millis(10);
    const PLENTY: std::num::NonZeroU32 = std::num::NonZeroU32::MIN.saturating_add(999);

    fn effects(more: &str) -> Effects {
        let recorder = Recorder::in_memory(Clock::start());
        let tools = Tools {
            patience: Arc::new(Patience::new(Duration::from_millis(1), CAP, recorder.clone())),
            recorder,
            person: Person::nobody(),
            log: None,
            limiter: Arc::new(Limiter::new(PLENTY, PLENTY)),
        };
        Effects::new(&testing::config(more), tools, FAST).unwrap()
    }

    fn over_http(server: &MockServer) -> Effects {
        effects(&format!(
            "[states]\npaid = [\"LUNAS\"]\n[effects.order]\nkind = \"http\"\nurl = \"{}/orders/{{reference}}\"\n\
             count = \"/payments\"\nstate = \"/state\"\namount = \"/amount\"\n",
            server.uri()
        ))
    }

    async fn read(effects: &Effects, reference: &str) -> Read {
        effects
            .read(&testing::scope(), EffectKind::Order, reference, Moment::Before)
            .await
            .read
    }

    fn absent() -> Reading {
        Reading {
            absent_status: Some(404),
            ..Reading::default()
        }
    }

    async fn answering(answer: ResponseTemplate) -> Read {
        let server = MockServer::start().await;
        Mock::given(method("GET"))
            .respond_with(answer)
            .mount(&server)
            .await;
        read(&over_http(&server), "A").await
    }

    #[tokio::test]
    async fn values_are_read_and_states_translated() {
        let body = r#"{"payments":[{},{}],"state":"Lunas","amount":24.5}"#;
        let got = answering(ResponseTemplate::new(200).set_body_string(body)).await;
        assert_eq!(
            got,
            Read::Got(Reading {
                count: 2,
                state: Some("paid".to_owned()),
                amount: Some("24.5".to_owned()),
                ..Reading::default()
            })
        );
    }

    #[tokio::test]
    async fn an_absent_object_counts_as_nothing() {
        assert_eq!(answering(ResponseTemplate::new(404)).await, Read::Got(absent()));
    }

    #[tokio::test]
    async fn hostile_answers_are_unreadable_and_never_counts() {
        for (answer, expected) in [
            (
                ResponseTemplate::new(200).set_body_string("<html>Login"),
                "not JSON",
            ),
            (
                ResponseTemplate::new(200).set_body_string(r#"{"payments":-1}"#),
                "is no count",
            ),
            (
                ResponseTemplate::new(200).set_body_string(r#"{"payments":1.5}"#),
                "is no count",
            ),
            (
                ResponseTemplate::new(200).set_body_string("{}"),
                "has no /payments",
            ),
            (
                ResponseTemplate::new(200).set_body_string("x".repeat(100_000)),
                "more than 65536 bytes",
            ),
            (
                ResponseTemplate::new(200).set_body_string("[".repeat(60_000)),
                "not JSON",
            ),
            (
                ResponseTemplate::new(302).insert_header("location", "/login"),
                "status 302",
            ),
            (ResponseTemplate::new(500), "status 500"),
        ] {
            let read = answering(answer).await;
            assert!(
                matches!(&read, Read::Unreadable(reason) if reason.contains(expected)),
                "{expected}: {read:?}"
            );
        }
    }

    #[tokio::test]
    async fn a_reference_cannot_lead_the_probe_elsewhere() {
        let server = MockServer::start().await;
        let effects = over_http(&server);
        let read = read(&effects, "../admin?x=1#").await;
        assert_eq!(read, Read::Got(absent()));
        let asked = server.received_requests().await.unwrap();
        assert_eq!(asked[0].url.path(), "/orders/..%2Fadmin%3Fx%3D1%23");
    }

    #[tokio::test]
    async fn settling_ends_when_the_effect_comes_and_records_one_wait() {
        let server = MockServer::start().await;
        let looks = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&looks);
        Mock::given(method("GET"))
            .respond_with(move |_: &Request| {
                let paid = counted.fetch_add(1, Ordering::Relaxed) >= 3;
                ResponseTemplate::new(200).set_body_string(if paid {
                    r#"{"payments":"2"}"#
                } else {
                    r#"{"payments":1}"#
                })
            })
            .mount(&server)
            .await;
        let effects = over_http(&server);
        let expected = Expected {
            baseline: 1,
            at_least: 1,
            window: Duration::from_secs(20),
            measured: true,
        };
        let observed = effects
            .settle(&testing::scope(), EffectKind::Order, "A", expected)
            .await;
        assert!(
            matches!(observed.read, Read::Got(Reading { count: 2, .. })),
            "{observed:?}"
        );
        assert_eq!(looks.load(Ordering::Relaxed), 4);
        let records = effects.tools.recorder.of(&testing::scope());
        assert!(
            matches!(&records[..], [reading, wait] if matches!(reading.event, Event::Observed(_))
                && matches!(wait.event, Event::Waited(Waited { satisfied: true, kind: WaitKind::Settle, .. }))),
            "{records:?}"
        );
        assert!(effects.tools.patience.negative() > Duration::from_millis(90));
    }

    #[tokio::test]
    async fn settling_gives_up_at_the_end_of_the_window() {
        let server = MockServer::start().await;
        let effects = over_http(&server);
        let expected = Expected {
            baseline: 0,
            at_least: 1,
            window: Duration::from_millis(60),
            measured: true,
        };
        let observed = effects
            .settle(&testing::scope(), EffectKind::Order, "A", expected)
            .await;
        assert_eq!(observed.read, Read::Got(absent()));
        let records = effects.tools.recorder.of(&testing::scope());
        assert!(records.iter().any(|record| matches!(
            &record.event,
            Event::Waited(waited) if !waited.satisfied && waited.to.millis_since(waited.from) >= 60
        )));
    }

    #[tokio::test]
    async fn without_a_channel_nothing_is_waited_for() {
        let effects = effects("");
        assert!(!effects.has_channel(EffectKind::Order));
        let expected = Expected {
            baseline: 0,
            at_least: 1,
            window: Duration::from_secs(60),
            measured: true,
        };
        let observed = effects
            .settle(&testing::scope(), EffectKind::Order, "A", expected)
            .await;
        assert_eq!((observed.read, observed.channel), (Read::NoChannel, None));
    }

    #[tokio::test]
    async fn a_command_is_a_channel() {
        let effects = effects(
            "[effects.order]\nkind = \"command\"\nprogram = \"printf\"\nargs = ['{{\"n\":3,\"ref\":\"%s\"}}', \"{reference}\"]\n\
             count = \"/n\"\ntransaction = \"/ref\"\n",
        );
        let Read::Got(reading) = read(&effects, "T-1").await else {
            panic!()
        };
        assert_eq!((reading.count, reading.transaction.as_deref()), (3, Some("T-1")));
    }
}
