//! What was read from the partner: effects, log lines, started operations, control actions.

use serde::{Deserialize, Serialize};

use crate::wire::moment::Micros;

/// What an effect is counted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EffectKind {
    /// Paid fulfilments of an order.
    Order,
    /// Issuances of a policy.
    Policy,
    /// Claims under a claim id.
    Claim,
    /// Booked payments of a subscription.
    Subscription,
}

impl EffectKind {
    /// The word in `partner.toml` and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Policy => "policy",
            Self::Claim => "claim",
            Self::Subscription => "subscription",
        }
    }
}

/// Which channel an observation came through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// An HTTP probe.
    Http,
    /// A command of the partner's.
    Command,
    /// The partner's log.
    Log,
    /// A person who was asked.
    Manual,
}

/// When an effect was read, in the life of its example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Moment {
    /// Right before the stimulus.
    Before,
    /// At the end of the wait.
    After,
    /// Once more, before the run ended.
    Final,
}

/// Count and state of one reference.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// How often the business effect happened.
    pub count: u64,
    /// The status by which the channel said that there is no such object, one of `absent_status`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent_status: Option<u16>,
    /// The partner's word for the state, if the channel gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The amount it recorded, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// The transaction id it recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction: Option<String>,
    /// The customer's name it recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The sum refunded so far, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunded: Option<String>,
    /// What it says to have looked at by a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<String>,
    /// The policy number it recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The day of the next payment it recorded; empty where it shows none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_date: Option<String>,
}

/// What came of an attempt to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Read {
    /// A reading.
    Got(Reading),
    /// The channel did not answer, or not in the declared form.
    Unreadable(String),
    /// No channel is declared for this kind.
    NoChannel,
}

/// One look at an effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observed {
    /// What was looked at.
    pub kind: EffectKind,
    /// Which one.
    pub reference: String,
    /// When, in the example.
    pub moment: Moment,
    /// Through which channel; none when none is declared.
    pub channel: Option<Channel>,
    /// What was read.
    pub read: Read,
    /// When, on the clock.
    pub at: Micros,
}

/// One object that an example needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// What was needed.
    pub kind: EffectKind,
    /// About which amount, as text with two places.
    pub amount: String,
    /// Which one it got.
    pub reference: String,
}

/// Why a wait was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaitKind {
    /// For something to happen; ends early when it does.
    Settle,
    /// For nothing to happen; always runs to its end.
    Negative,
    /// Between two deliveries.
    Gap,
}

/// One wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waited {
    /// Why.
    pub kind: WaitKind,
    /// Start.
    pub from: Micros,
    /// End.
    pub to: Micros,
    /// Whether what it waited for came (always false for a negative wait).
    pub satisfied: bool,
}

/// One line of the partner's log, as the declared format reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// The line itself, masked, at most 4 KiB.
    pub text: String,
    /// Event id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    /// Event type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_type: Option<String>,
    /// Time as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// The time as UNIX milliseconds, when it could be read with a zone (its own or the declared one).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unix_millis: Option<i64>,
    /// Processing result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
}

/// The log lines that mention an id, after a wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogObserved {
    /// The id that was looked for.
    pub id: String,
    /// The lines.
    pub lines: Vec<LogLine>,
    /// Why the log could not be read, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
    /// When, on the clock.
    pub at: Micros,
    /// The same moment as UNIX milliseconds.
    pub unix_millis: i64,
}

/// A whole reading of the log, searched for secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogScanned {
    /// Bytes read since the run began.
    pub bytes: u64,
    /// Lines read.
    pub lines: u64,
    /// Lines in which something was masked, at most 100, masked.
    pub findings: Vec<String>,
    /// Labels of what was found, with how often.
    pub found: std::collections::BTreeMap<String, u64>,
    /// Labels of what was searched for.
    pub searched: Vec<String>,
    /// Event ids of this run that the log mentions: the sign that it is the right log.
    pub known_ids: u64,
    /// Why the log could not be read, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
}

/// One look at the partner's alarms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alerted {
    /// When, in the example.
    pub moment: Moment,
    /// Through which channel.
    pub channel: Channel,
    /// How many there were so far; none when it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// The latest of them where they are log lines, masked, at most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<String>,
    /// Why they could not be read, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
    /// When, on the clock.
    pub at: Micros,
}

/// How a started operation ended, in the partner's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OperationEnd {
    /// It answered.
    Finished {
        /// `success`, `pending` or `failed`.
        outcome: String,
        /// The partner's category of a failure.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        category: Option<String>,
        /// The partner's own reference.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        /// What it tells the user.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
    /// It could not be started or did not answer.
    Unusable(String),
}

/// One operation of the partner's that was started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// Its name in `[start.<operation>]`.
    pub name: String,
    /// Through which channel.
    pub channel: Channel,
    /// What was handed in, masked.
    pub input: serde_json::Value,
    /// Start.
    pub started: Micros,
    /// End.
    pub ended: Micros,
    /// How it ended.
    pub end: OperationEnd,
    /// Where it failed: what was asked and answered, such as `POST http://… answered 404: …`, its beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<String>,
}

/// One control action on the partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Controlled {
    /// Its name in `[control.<action>]`.
    pub action: String,
    /// Through which channel.
    pub channel: Channel,
    /// Start.
    pub started: Micros,
    /// End.
    pub ended: Micros,
    /// What went wrong, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
}
