//! What is asked about what can be seen: how objects come to exist, what happened to them.

use std::path::Path;

use super::{
    accept,
    answers::{Answers, Effect, How, Origin},
    asker::Stop,
    questions::{Interview, usage},
    source::{Alone, Item},
};
use crate::config::subject::Subject;

impl Interview<'_> {
    /// The log, references, operations and effects.
    pub async fn channels(&mut self, answers: &mut Answers) -> Result<(), Stop> {
        self.source.say("\n== What can be seen of your side");
        answers.log = self.log().await?;
        answers.references = self.references().await?;
        self.operations(answers).await?;
        self.effects(answers).await?;
        let asked = answers
            .start
            .values()
            .chain(answers.effects.values().map(|effect| &effect.how));
        let by_http = asked.into_iter().any(|how| matches!(how, How::Http(_)));
        let host = self.host;
        let bearer = Item {
            flag: "--bearer-env",
            given: self.arguments.bearer_env.as_deref(),
            question: "Do these addresses ask for a token? The environment variable that holds it (sent as Authorization: Bearer)",
            alone: Alone::Open,
            ..Item::default()
        };
        if by_http || bearer.given.is_some() {
            answers.bearer_env = self
                .source
                .take(bearer, |text| accept::variable(text, host))
                .await?;
        }
        Ok(())
    }

    /// A path as it is typed here, the way it stands in the file: relative paths start at the folder of the file.
    pub fn in_file(&self, typed: &str) -> String {
        if self.folder.as_os_str().is_empty() || Path::new(typed).is_absolute() {
            return typed.to_owned();
        }
        std::path::absolute(typed).map_or_else(|_| typed.to_owned(), |path| path.display().to_string())
    }

    async fn references(&mut self) -> Result<Origin, Stop> {
        let flags = self.arguments;
        let begins = flags.start.iter().any(|start| start.starts_with("order="));
        let item = Item {
            flag: "--references",
            given: flags.references.as_deref(),
            question: "How does a pending order come to exist at your side, before its payment is told?\n\
                       start (an address or command of yours makes it: most shops have the order first), fixture (you\n\
                       import a list), or created (your system makes an order of the first message that names it)",
            usual: Some(if begins || self.source.has_person() {
                "start"
            } else {
                "created"
            }),
            alone: Alone::Usual,
        };
        let word = self.source.take(item, |text| match text {
            "created" | "start" | "fixture" => Ok(text.to_owned()),
            other => Err(format!("{other:?} is none of created, start, fixture")),
        });
        Ok(match word.await?.as_deref() {
            Some("start") => Origin::Start,
            Some("fixture") => {
                let file = Item {
                    flag: "--fixture",
                    given: flags.fixture.as_deref(),
                    question: "The list (CSV or JSON); `senang-conformance fixtures` will print it",
                    usual: Some("fixtures.csv"),
                    alone: Alone::Usual,
                };
                let file = self.source.take(file, accept::filled).await?;
                Origin::Fixture(self.in_file(file.as_deref().unwrap_or("fixtures.csv")))
            }
            _ => Origin::Created,
        })
    }

    async fn operations(&mut self, answers: &mut Answers) -> Result<(), Stop> {
        let host = self.host;
        let mut wanted = answers.needs_start();
        for given in &self.arguments.start {
            let name = given.split_once('=').map_or(given.as_str(), |(name, _)| name);
            if !crate::config::start::OPERATIONS.contains(&name) || !given.contains('=') {
                let known = crate::config::start::OPERATIONS.join(", ");
                return Err(usage(
                    "--start",
                    &format!("{given:?} does not begin with an operation and =; known are {known}"),
                )
                .into());
            }
            if !wanted.iter().any(|known| known == name) {
                wanted.push(name.to_owned());
            }
        }
        let uses_api = |name: &str| {
            answers
                .api
                .as_ref()
                .is_some_and(|api| api.operations.iter().any(|known| known == name))
        };
        let mut taken = Vec::new();
        for name in wanted {
            let prefix = format!("{name}=");
            let given = self
                .arguments
                .start
                .iter()
                .rev()
                .find_map(|start| start.strip_prefix(&prefix));
            let (flag, hint) = (format!("--start {name}=…"), hint(&name, uses_api(&name)));
            let question = format!(
                "How is {name:?} begun? An address, a command{hint}, or manual: you are asked each time"
            );
            let item = Item {
                flag: &flag,
                given,
                question: &question,
                usual: None,
                alone: Alone::Needed,
            };
            let api = uses_api(&name);
            let how = self
                .source
                .take(item, |text| accept::start(&name, text, api, host))
                .await?;
            taken.extend(how.map(|how| (name, how)));
        }
        answers.start = taken.into_iter().collect();
        Ok(())
    }

    async fn effects(&mut self, answers: &mut Answers) -> Result<(), Stop> {
        let host = self.host;
        for given in self.arguments.effects.iter().chain(&self.arguments.place) {
            let name = given.split(['=', '.']).next().unwrap_or_default();
            if !Subject::ALL.iter().any(|(word, _)| *word == name) || !given.contains('=') {
                let reason = format!("{given:?} does not begin with order, policy, claim or subscription");
                return Err(usage("--effects and --place", &reason).into());
            }
        }
        let has_log = answers.log.as_ref().is_some_and(|log| !log.is_guess);
        let concerned = answers.subjects();
        for (word, subject) in Subject::ALL {
            let prefix = format!("{word}=");
            let given = self
                .arguments
                .effects
                .iter()
                .rev()
                .find_map(|effect| effect.strip_prefix(&prefix));
            if given.is_none() && !concerned.contains(&subject) {
                continue;
            }
            let log = if has_log { ", log (counts its lines)" } else { "" };
            let question = format!(
                "Where can one read what happened to one {word}? An address or a command with {{reference}} in it{log}, or none"
            );
            let flag = format!("--effects {word}=…");
            let item = Item {
                flag: &flag,
                given,
                question: &question,
                usual: (has_log && subject == Subject::Order).then_some("log"),
                alone: Alone::Open,
            };
            let plain = |how: How| Effect {
                how,
                count: "/count".to_owned(),
                state: None,
                amount: None,
            };
            let accepted = |text: &str| match text {
                "none" => Ok(None),
                text => accept::effect(subject, plain(accept::how(text)?), has_log, host).map(Some),
            };
            let Some(mut effect) = self.source.take(item, accepted).await?.flatten() else {
                continue;
            };
            if matches!(effect.how, How::Http(_) | How::Command(_)) {
                self.places(word, subject, &mut effect).await?;
            }
            answers.effects.insert(subject, effect);
        }
        Ok(())
    }

    async fn places(&mut self, word: &str, subject: Subject, effect: &mut Effect) -> Result<(), Stop> {
        let host = self.host;
        let keys = match subject {
            Subject::Order | Subject::Subscription => ["count", "state", "amount"].as_slice(),
            Subject::Policy | Subject::Claim => &["count", "state"],
        };
        for key in keys.iter().copied() {
            let prefix = format!("{word}.{key}=");
            let given = self
                .arguments
                .place
                .iter()
                .rev()
                .find_map(|place| place.strip_prefix(&prefix));
            let flag = format!("--place {prefix}…");
            let (question, usual) = match key {
                "count" => (
                    "The JSON pointer of a number that one good delivery raises from 0 to 1",
                    Some("/count"),
                ),
                "state" => ("The JSON pointer of its state (paid, pending, …)", None),
                _ => ("The JSON pointer of the amount that was paid", None),
            };
            let item = Item {
                flag: &flag,
                given,
                question,
                usual,
                alone: if usual.is_some() {
                    Alone::Usual
                } else {
                    Alone::Open
                },
            };
            let before = effect.clone();
            let with = |text: &str| {
                let mut tried = before.clone();
                match key {
                    "count" => text.clone_into(&mut tried.count),
                    "state" => tried.state = Some(text.to_owned()),
                    _ => tried.amount = Some(text.to_owned()),
                }
                accept::effect(subject, tried, true, host)
            };
            if let Some(taken) = self.source.take(item, with).await? {
                *effect = taken;
            }
        }
        Ok(())
    }
}

fn hint(name: &str, api: bool) -> &'static str {
    match name {
        _ if api => " with {api_base_url} and {reference} in it",
        "batch" => " with {file} in it",
        _ => " with {reference} and {amount} in it",
    }
}
