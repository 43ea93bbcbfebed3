//! What steps look at, told by their words, and whether a file shows it.

use crate::{
    config::{
        attest::Attest,
        effects::{Effect, Values},
        partner::Config,
        subject::Subject,
    },
    contract::channel::Observation,
    plan::select::Detail,
};

/// Words that name an object.
const OBJECTS: [(&str, Subject); 8] = [
    ("subscription", Subject::Subscription),
    ("payment is booked", Subject::Subscription),
    ("payment is called back", Subject::Subscription),
    ("policy", Subject::Policy),
    ("claim", Subject::Claim),
    ("order ", Subject::Order),
    ("order,", Subject::Order),
    ("orders ", Subject::Order),
];

/// Words of steps that leave the partner a choice, one side of which shows in its answer alone.
const CHOICES: [&str; 4] = [
    ", or refused with 4xx",
    "or the delivery refused with 4xx",
    "or its number form is refused with 4xx",
    "whether the payment is booked is noted",
];

/// Words of steps that the log can settle by itself.
const LOGGED: [&str; 1] = ["the refunds recorded for the order"];

/// What a value beside the count is called in the file, and the words of steps that look at it.
struct Place {
    words: &'static [&'static str],
    /// None for whatever object the example is about.
    subject: Option<Subject>,
    key: &'static str,
    declared: fn(&Values) -> bool,
}

const PLACES: [Place; 10] = [
    Place {
        words: &["order ends ", "order stays refunded"],
        subject: Some(Subject::Order),
        key: "state",
        declared: |values| values.state.is_some(),
    },
    Place {
        words: &["recorded amount ", "the amount is taken exactly as sent"],
        subject: Some(Subject::Order),
        key: "amount",
        declared: |values| values.amount.is_some(),
    },
    Place {
        words: &[
            "recorded transaction id",
            "under its own transaction",
            "the second alone is booked",
            "booked with all its digits",
            "it is booked as sent",
        ],
        subject: None,
        key: "transaction",
        declared: |values| values.transaction.is_some(),
    },
    Place {
        words: &["refunded total is", "refunds recorded for the order"],
        subject: Some(Subject::Order),
        key: "refunded",
        declared: |values| values.refunded.is_some(),
    },
    Place {
        words: &["recorded policy number"],
        subject: Some(Subject::Policy),
        key: "number",
        declared: |values| values.number.is_some(),
    },
    Place {
        words: &[
            "policy is issued exactly once",
            "policy is cancelled",
            "policy ends ",
            "policy stays cancelled",
            "each policy ends",
        ],
        subject: Some(Subject::Policy),
        key: "state",
        declared: |values| values.state.is_some(),
    },
    Place {
        words: &["one claim, in the state just told", "claim has the status"],
        subject: Some(Subject::Claim),
        key: "state",
        declared: |values| values.state.is_some(),
    },
    Place {
        words: &[
            "the failure is recorded, and nothing is booked",
            "each failure is acknowledged and recorded",
        ],
        subject: Some(Subject::Subscription),
        key: "state",
        declared: |values| values.state.is_some(),
    },
    Place {
        words: &["it is paid through for no longer"],
        subject: Some(Subject::Subscription),
        key: "next_date",
        declared: |values| values.next_date.is_some(),
    },
    Place {
        words: &["recorded on its calendar day"],
        subject: Some(Subject::Subscription),
        key: "next_date",
        declared: |values| values.next_date.is_some(),
    },
];

/// Something that the file may have, and the words of steps that cannot do without.
struct Means {
    words: &'static [&'static str],
    addition: &'static str,
    there: fn(&Config) -> bool,
}

const MEANS: [Means; 14] = [
    Means {
        words: &["before and after a restart of the endpoint"],
        addition: "[control.restart], or [control.stop] and [control.start]",
        there: |config| {
            let has = |action: &str| config.control.contains_key(action);
            has("restart") || (has("stop") && has("start"))
        },
    },
    Means {
        words: &["while its database or queue is away"],
        addition: "[control.break-dependency] and [control.restore-dependency]",
        there: |config| {
            ["break-dependency", "restore-dependency"]
                .iter()
                .all(|action| config.control.contains_key(*action))
        },
    },
    Means {
        words: &["webhook keys are active", "webhook key is active"],
        addition: "next_secret_env in [webhook], [control.rotate-key] and [control.retire-key]",
        there: |config| {
            let next = config
                .webhook
                .as_ref()
                .is_some_and(|webhook| webhook.next_secret.is_some());
            next && ["rotate-key", "retire-key"]
                .iter()
                .all(|action| config.control.contains_key(*action))
        },
    },
    Means {
        words: &["a second API key is issued"],
        addition: "a second credential in [sandbox], and [control.rotate-api-key]",
        there: |config| {
            let next = config
                .sandbox
                .as_ref()
                .is_some_and(|sandbox| sandbox.next_secret.is_some());
            next && config.control.contains_key("rotate-api-key")
        },
    },
    Means {
        words: &["the alarms so far are counted"],
        addition: "[alerts]",
        there: |config| config.alerts.is_some(),
    },
    Means {
        words: &["a listener of the sandbox's with"],
        addition: "tls = true in [sandbox]",
        there: |config| config.sandbox.as_ref().is_some_and(|sandbox| sandbox.tls),
    },
    Means {
        words: &["and the user is told about"],
        addition: "message in answer of [start.buy]",
        there: |config| {
            let start = config.start.get("buy");
            start.is_some_and(|start| start.answer.message.is_some())
        },
    },
    Means {
        words: &["support request"],
        addition: "[attest.support]",
        there: |config| {
            config
                .attest
                .as_ref()
                .is_some_and(|attest| attest.support.is_some())
        },
    },
    Means {
        words: &["the embedding page is opened in a browser"],
        addition: "page in [checkout]",
        there: |config| {
            config
                .checkout
                .as_ref()
                .is_some_and(|checkout| checkout.page.is_some())
        },
    },
    Means {
        words: &["the name reaches the sandbox"],
        addition: "{name} in [start.buy]",
        there: |config| buys_with(config, "name"),
    },
    Means {
        words: &["the day of birth reaches the sandbox"],
        addition: "{birth_date} in [start.buy]",
        there: |config| buys_with(config, "birth_date"),
    },
    Means {
        words: &["the first day reaches the sandbox"],
        addition: "{cover_from} in [start.buy]",
        there: |config| buys_with(config, "cover_from"),
    },
    Means {
        words: &["the phone number reaches the sandbox"],
        addition: "{phone} in [start.buy]",
        there: |config| buys_with(config, "phone"),
    },
    Means {
        words: &["the MyKad number reaches the sandbox"],
        addition: "{id_number} in [start.buy]",
        there: |config| buys_with(config, "id_number"),
    },
];

/// Whether the operation that buys is handed a value.
fn buys_with(config: &Config, field: &str) -> bool {
    config
        .start
        .get("buy")
        .is_some_and(|start| start.way.mentions(field))
}

/// Whether a step leaves a choice that the answer alone, or the log, can settle.
pub(super) fn leaves_a_choice(steps: &[String], config: &Config) -> bool {
    let says = |words: &[&str]| {
        steps
            .iter()
            .any(|step| words.iter().any(|word| step.contains(word)))
    };
    says(&CHOICES) || (config.log.is_some() && says(&LOGGED))
}

/// Whether the file names a declaration that is there.
fn declaration(attest: Option<&Attest>) -> bool {
    attest
        .and_then(|attest| attest.file.as_ref())
        .is_some_and(|file| file.exists())
}

/// Objects that the steps of an example name.
pub(super) fn objects(steps: &[String]) -> Vec<Subject> {
    let mut objects: Vec<Subject> = Vec::new();
    for (word, subject) in OBJECTS {
        if steps.iter().any(|step| step.contains(word)) && !objects.contains(&subject) {
            objects.push(subject);
        }
    }
    objects
}

/// What an example looks at and the file does not show: without any of it, it stays undecided.
pub(super) fn lacking(
    steps: &[String],
    detail: &Detail,
    observations: &[Observation],
    config: &Config,
) -> Vec<String> {
    let mut lacking = Vec::new();
    let says = |words: &[&str]| {
        words
            .iter()
            .any(|word| steps.iter().any(|step| step.contains(word)))
    };
    for means in &MEANS {
        if says(means.words) && !(means.there)(config) {
            lacking.push(means.addition.to_owned());
        }
    }
    if observations.contains(&Observation::Attest) && !declaration(config.attest.as_ref()) {
        lacking.push("file in [attest], filled in".to_owned());
    }
    if observations.contains(&Observation::Log)
        && detail.unobservable.contains(&Observation::Log)
        && !observations.contains(&Observation::Effect)
    {
        lacking.push("[log]".to_owned());
    }
    for place in &PLACES {
        let about = || {
            objects(steps)
                .into_iter()
                .find(|subject| config.effects.contains_key(subject))
        };
        let Some(subject) = place.subject.or_else(about) else {
            continue;
        };
        let values = match config.effects.get(&subject) {
            Some(Effect::Http { values, .. } | Effect::Command { values, .. }) => Some(values),
            // A line of a log shows no values, and a person tells what there is.
            Some(Effect::Log { .. }) => None,
            Some(Effect::Manual { .. }) | None => continue,
        };
        if says(place.words) && !values.is_some_and(place.declared) {
            lacking.push(format!("{} in [effects.{subject}]", place.key));
        }
    }
    lacking
}

/// Every phrase of the vocabulary, for the test that the suite still uses it.
#[cfg(test)]
pub(super) fn phrases() -> Vec<&'static str> {
    let places = PLACES.iter().flat_map(|place| place.words);
    let means = MEANS.iter().flat_map(|means| means.words);
    OBJECTS
        .iter()
        .map(|(word, _)| *word)
        .chain(places.chain(means).copied())
        .chain(CHOICES)
        .chain(LOGGED)
        .collect()
}
