//! Control actions on the partner's test system: stop, start, break a dependency, rotate a key.

use std::collections::BTreeMap;

use super::{
    template::{self, Fields},
    trigger::{command, person::Person},
};
use crate::{
    config::{Config, start::Way},
    transcript::{
        observation::{Channel, Controlled},
        record::{Event, Scope},
        recorder::Recorder,
    },
};

/// Takes the actions that `[control.<action>]` declares.
#[derive(Debug)]
pub struct Control {
    actions: BTreeMap<String, Way>,
    person: Person,
    recorder: Recorder,
}

impl Control {
    /// Control over the partner of a configuration.
    pub fn new(config: &Config, person: Person, recorder: Recorder) -> Self {
        Self {
            actions: config.control.clone(),
            person,
            recorder,
        }
    }

    /// Whether an action of that name is declared.
    pub fn offers(&self, action: &str) -> bool {
        self.actions.contains_key(action)
    }

    /// Takes an action, waits until it is done, and records it. An action that is not declared
    /// shows the channel `manual`.
    pub async fn act(&self, scope: &Scope, action: &str) -> Controlled {
        let clock = self.recorder.clock();
        let started = clock.now();
        let (channel, result) = match self.actions.get(action) {
            None => (
                Channel::Manual,
                Err(format!(
                    "the action {action} is not declared; add [control.{action}]"
                )),
            ),
            Some(Way::Command(call)) => (
                Channel::Command,
                command::run(call, &Fields::new(), command::LONGEST)
                    .await
                    .and_then(|answer| {
                        if answer.code == Some(0) {
                            Ok(())
                        } else {
                            Err(format!("{} {}", call.program, answer.exit()))
                        }
                    }),
            ),
            Some(Way::Manual { prompt }) => (Channel::Manual, self.ask(prompt).await),
            Some(Way::Http(_)) => (
                Channel::Http,
                Err("a control action is a command or manual".to_owned()),
            ),
        };
        let controlled = Controlled {
            action: action.to_owned(),
            channel,
            started,
            ended: clock.now(),
            failed: result.err(),
        };
        self.recorder
            .record(Some(scope), Event::Controlled(controlled.clone()));
        controlled
    }

    async fn ask(&self, prompt: &crate::config::template::Template) -> Result<(), String> {
        let question = template::prompt(prompt, &Fields::new()).map_err(|error| error.to_string())?;
        let line = self
            .person
            .ask(&question, "Press Enter when it is done, or say what went wrong.")
            .await?;
        match line.to_lowercase().as_str() {
            "" | "done" | "ok" | "yes" | "y" => Ok(()),
            _ => Err(line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{actors::testing, config::host::Clock};

    #[tokio::test]
    async fn a_service_that_stays_behind_does_not_hold_up_its_start() {
        let config = testing::config(
            r#"
[control.start]
kind = "command"
program = "sh"
args = ["-c", "sleep 5 &"]
timeout_seconds = 3
"#,
        );
        let control = Control::new(&config, Person::nobody(), Recorder::in_memory(Clock::start()));
        let controlled = control.act(&testing::scope(), "start").await;
        assert_eq!(controlled.failed, None);
        assert!(
            controlled.ended.millis_since(controlled.started) < 2500,
            "{controlled:?}"
        );
    }

    #[tokio::test]
    async fn an_action_is_done_when_its_command_says_so() {
        let config = testing::config(
            r#"
[control.stop]
kind = "command"
program = "true"
[control.start]
kind = "command"
program = "sh"
args = ["-c", "echo port in use >&2; exit 3"]
[control.rotate-key]
kind = "manual"
prompt = "Switch the key"
"#,
        );
        let control = Control::new(&config, Person::nobody(), Recorder::in_memory(Clock::start()));
        let scope = testing::scope();
        assert_eq!(control.act(&scope, "stop").await.failed, None);
        let failed = control.act(&scope, "start").await.failed;
        assert_eq!(failed.as_deref(), Some("sh ended with exit code 3: port in use"));
        let manual = control.act(&scope, "rotate-key").await.failed.unwrap();
        assert!(manual.contains("needs a person"), "{manual}");
        let missing = control.act(&scope, "restart").await.failed.unwrap();
        assert!(missing.contains("[control.restart]"), "{missing}");
    }
}
