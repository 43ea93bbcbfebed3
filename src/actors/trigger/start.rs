//! The trigger: begins an operation and reads what came of it.

use std::collections::BTreeMap;

use super::{answer::Answer, command, http::HttpChannel, person::Person, refusal};
use crate::{
    actors::template::{self, Fields},
    config::{
        Config,
        start::{Start, StartAnswer, Way},
        states::States,
    },
    transcript::{
        observation::{Channel, Operation, OperationEnd},
        record::{Event, Scope},
        recorder::Recorder,
        told::{self, Told},
    },
};

/// Begins the operations that `[start.<operation>]` declares.
#[derive(Debug)]
pub struct Trigger {
    starts: BTreeMap<String, (Start, Option<HttpChannel>)>,
    states: States,
    person: Person,
    recorder: Recorder,
}

/// How an operation went.
struct Ran {
    end: OperationEnd,
    /// What it answered.
    answer: Vec<u8>,
    /// The same in one line, with what was asked.
    line: Option<String>,
}

impl Ran {
    /// Nothing came of it.
    fn unusable(why: String) -> Self {
        Self {
            end: OperationEnd::Unusable(why),
            answer: Vec::new(),
            line: None,
        }
    }

    fn failed(&self) -> bool {
        matches!(&self.end, OperationEnd::Finished { outcome, .. } if outcome == "failed")
    }
}

/// A channel of the partner's cannot be prepared.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("[{place}] cannot be used: {reason}")]
pub struct ChannelError {
    /// The section of the partner's file.
    pub place: String,
    /// The reason, with the remedy where there is one.
    pub reason: String,
}

impl Trigger {
    /// Prepares every declared operation.
    pub fn new(config: &Config, person: Person, recorder: Recorder) -> Result<Self, ChannelError> {
        let mut starts = BTreeMap::new();
        for (name, start) in &config.start {
            let channel = match &start.way {
                Way::Http(call) => Some(HttpChannel::new(call).map_err(|reason| ChannelError {
                    place: format!("start.{name}"),
                    reason,
                })?),
                Way::Command(_) | Way::Manual { .. } => None,
            };
            starts.insert(name.clone(), (start.clone(), channel));
        }
        Ok(Self {
            starts,
            states: config.states.clone(),
            person,
            recorder,
        })
    }

    /// Whether an operation of that name is declared.
    pub fn offers(&self, operation: &str) -> bool {
        self.starts.contains_key(operation)
    }

    /// A declared operation with its prepared request.
    pub(super) fn declared(&self, operation: &str) -> Option<(&Start, Option<&HttpChannel>)> {
        self.starts
            .get(operation)
            .map(|(start, channel)| (start, channel.as_ref()))
    }

    /// Whether the request or command of an operation has a place for a value.
    pub fn mentions(&self, operation: &str, field: &str) -> bool {
        self.starts
            .get(operation)
            .is_some_and(|(start, _)| start.way.mentions(field))
    }

    /// Whether the answer of an operation says what the user is told.
    pub fn tells(&self, operation: &str) -> bool {
        self.starts
            .get(operation)
            .is_some_and(|(start, _)| start.answer.message.is_some())
    }

    /// Whether starting an operation takes a person.
    pub fn needs_person(&self, operation: &str) -> bool {
        self.starts
            .get(operation)
            .is_some_and(|(start, _)| matches!(start.way, Way::Manual { .. }))
    }

    /// Begins an operation, waits until it answers, and records it. Everything that goes wrong is in
    /// the `end` of the result. An operation that is not declared shows the channel `manual`.
    pub async fn start(&self, scope: &Scope, operation: &str, fields: &Fields) -> Operation {
        self.start_and_read(scope, operation, fields).await.0
    }

    /// The same, and records as well what the operation showed its user or operator.
    pub async fn start_telling(&self, scope: &Scope, operation: &str, fields: &Fields) -> Operation {
        let (operation, answer) = self.start_and_read(scope, operation, fields).await;
        if !matches!(operation.end, OperationEnd::Unusable(_)) {
            let text = String::from_utf8_lossy(&answer);
            let told = Told {
                operation: operation.name.clone(),
                text: text.chars().take(told::LONGEST).collect(),
                at: operation.ended,
            };
            self.recorder.record(Some(scope), Event::Told(told));
        }
        operation
    }

    /// The same as [`Self::start`], with what it answered.
    pub(in crate::actors) async fn start_and_read(
        &self,
        scope: &Scope,
        operation: &str,
        fields: &Fields,
    ) -> (Operation, Vec<u8>) {
        let clock = self.recorder.clock();
        let started = clock.now();
        let (channel, ran) = match self.starts.get(operation) {
            None => (
                Channel::Manual,
                Err(format!(
                    "the operation {operation} is not declared; add [start.{operation}]"
                )),
            ),
            Some((start, http)) => (channel(&start.way), self.run(start, http.as_ref(), fields).await),
        };
        let mut ran = ran.unwrap_or_else(Ran::unusable);
        let answered = ran.line.take().filter(|_| ran.failed());
        let operation = Operation {
            name: operation.to_owned(),
            channel,
            input: serde_json::to_value(fields).unwrap_or_default(),
            started,
            ended: clock.now(),
            end: ran.end,
            answered,
        };
        self.recorder
            .record(Some(scope), Event::Operated(Box::new(operation.clone())));
        (operation, ran.answer)
    }

    async fn run(&self, start: &Start, http: Option<&HttpChannel>, fields: &Fields) -> Result<Ran, String> {
        match &start.way {
            Way::Http(_) => {
                let channel = http.ok_or("the request was not prepared")?;
                let answer = channel.exchange(fields).await?;
                let usual = match answer.status {
                    202 => "pending",
                    200..=299 => "success",
                    400..=599 => "failed",
                    // Redirects are not followed; what lies behind one is not known.
                    300..=399 => start.answer.redirect.ok_or_else(|| {
                        let status = answer.status;
                        format!(
                            "answered with the redirect {status}; say with redirect in answer what it means"
                        )
                    })?,
                    status => return Err(format!("answered with status {status}, which says no outcome")),
                };
                if answer.truncated && !start.answer.is_empty() {
                    return Err(format!("answered with more than {} bytes", super::http::LONGEST));
                }
                let how = format!("answered {}", answer.status);
                let line = refusal::line(&channel.shown(fields), &how, &answer.body);
                let text = match answer.location {
                    // A redirect often says in its address what the partner calls the new object.
                    Some(location) if (300..=399).contains(&answer.status) => {
                        format!("location: {location}\n").into_bytes()
                    }
                    _ => answer.body,
                };
                Ok(Ran {
                    end: self.end(&start.answer, &text, usual)?,
                    answer: text,
                    line: Some(line),
                })
            }
            Way::Command(call) => {
                let answer = command::run(call, fields, command::LONGEST).await?;
                let usual = match answer.code {
                    Some(0) => "success",
                    // 126 and 127 are what launchers say when there was nothing to run.
                    Some(1..=125) => "failed",
                    _ => return Err(format!("{} {}", call.program, answer.exit())),
                };
                let complaint = refusal::first_line(&answer.complaint);
                let said = if complaint.is_empty() {
                    answer.output.as_slice()
                } else {
                    complaint.as_bytes()
                };
                Ok(Ran {
                    end: self.end(&start.answer, &answer.output, usual)?,
                    line: Some(refusal::line(&call.program, &answer.how(), said)),
                    answer: answer.output,
                })
            }
            Way::Manual { prompt } => {
                let question = template::prompt(prompt, fields).map_err(|error| error.to_string())?;
                let form = "Answer with success, pending or failed, then the reference or the category of the failure.";
                let line = self.person.ask(&question, form).await?;
                Ok(Ran {
                    end: self.answered(&line)?,
                    answer: line.into_bytes(),
                    line: None,
                })
            }
        }
    }

    fn end(&self, places: &StartAnswer, bytes: &[u8], usual: &str) -> Result<OperationEnd, String> {
        let answer = Answer::new(bytes);
        // An error page is often no JSON; the status alone then says what happened.
        let lenient = |result: Result<Option<String>, String>| {
            if usual == "failed" {
                Ok(result.unwrap_or_default())
            } else {
                result
            }
        };
        let value = |place: &Option<_>| match place {
            Some(place) => lenient(answer.text(place)),
            None => Ok(None),
        };
        let outcome = match value(&places.outcome)? {
            Some(word) => self.outcome(&word)?,
            None if places.outcome.is_some() && usual != "failed" => {
                return Err("the answer has no outcome in the declared place".to_owned());
            }
            None => usual,
        };
        Ok(OperationEnd::Finished {
            outcome: outcome.to_owned(),
            category: value(&places.category)?,
            reference: value(&places.reference)?,
            message: places.message.as_ref().and_then(|place| answer.words(place)),
        })
    }

    fn outcome(&self, word: &str) -> Result<&'static str, String> {
        self.states.outcome(word).ok_or_else(|| {
            let start: String = word.chars().take(60).collect();
            format!("the outcome {start:?} is not known; map it to success, pending or failed in [states]")
        })
    }

    fn answered(&self, line: &str) -> Result<OperationEnd, String> {
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let outcome = self.outcome(word)?;
        let rest = Some(rest.trim().to_owned()).filter(|rest| !rest.is_empty());
        let (reference, category) = if outcome == "failed" {
            (None, rest)
        } else {
            (rest, None)
        };
        Ok(OperationEnd::Finished {
            outcome: outcome.to_owned(),
            category,
            reference,
            message: None,
        })
    }
}

fn channel(way: &Way) -> Channel {
    match way {
        Way::Http(_) => Channel::Http,
        Way::Command(_) => Channel::Command,
        Way::Manual { .. } => Channel::Manual,
    }
}

#[cfg(test)]
mod tests {
    use wiremock::{
        Mock, MockServer, ResponseTemplate,
        matchers::{body_json, header, method, path},
    };

    use super::*;
    use crate::{actors::testing, config::host::Clock};

    fn trigger(more: &str) -> Trigger {
        let recorder = Recorder::in_memory(Clock::start());
        Trigger::new(&testing::config(more), Person::nobody(), recorder).unwrap()
    }

    async fn start(trigger: &Trigger, fields: &[(&str, &str)]) -> OperationEnd {
        let fields = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        trigger.start(&testing::scope(), "order", &fields).await.end
    }

    fn command(program: &str, args: &str, more: &str) -> Trigger {
        trigger(&format!(
            "[start.order]\nkind = \"command\"\nprogram = {program:?}\nargs = {args}\n{more}"
        ))
    }

    fn finished(outcome: &str) -> OperationEnd {
        OperationEnd::Finished {
            outcome: outcome.to_owned(),
            category: None,
            reference: None,
            message: None,
        }
    }

    #[tokio::test]
    async fn a_request_carries_the_values_and_its_answer_is_read() {
        let server = MockServer::start().await;
        Mock::given(method("POST"))
            .and(path("/orders"))
            .and(header("authorization", "Bearer probe-key-1234"))
            .and(body_json(serde_json::json!({"ref": "a\"b", "fixed": 1})))
            .respond_with(
                ResponseTemplate::new(201)
                    .insert_header("location", "/orders/X-1")
                    .set_body_string(r#"{"id":"X-1","state":"BAYAR"}"#),
            )
            .mount(&server)
            .await;
        let trigger = trigger(&format!(
            r#"
[states]
pending = ["bayar"]
[start.order]
kind = "http"
url = "{}/orders"
headers = {{ authorization = {{ secret_env = "PROBE_KEY", prefix = "Bearer " }} }}
body = {{ ref = "{{reference}}", fixed = 1 }}
answer = {{ reference = "/id", outcome = "/state" }}
"#,
            server.uri()
        ));
        let end = start(&trigger, &[("reference", "a\"b")]).await;
        assert_eq!(
            end,
            OperationEnd::Finished {
                outcome: "pending".to_owned(),
                category: None,
                reference: Some("X-1".to_owned()),
                message: None
            }
        );
        let records = trigger.recorder.of(&testing::scope());
        assert!(matches!(&records[..], [record] if matches!(
            &record.event, Event::Operated(operation) if operation.answered.is_none()
        )));
    }

    #[tokio::test]
    async fn redirects_are_not_followed_and_errors_are_failures() {
        let server = MockServer::start().await;
        for (place, status) in [("/away", 302), ("/down", 503)] {
            let answer = ResponseTemplate::new(status).insert_header("location", "/elsewhere");
            Mock::given(path(place)).respond_with(answer).mount(&server).await;
        }
        let at = |place: &str| {
            trigger(&format!(
                "[start.order]\nkind = \"http\"\nurl = \"{}{place}\"\n",
                server.uri()
            ))
        };
        let away = start(&at("/away"), &[]).await;
        assert_eq!(
            away,
            OperationEnd::Unusable(
                "answered with the redirect 302; say with redirect in answer what it means".to_owned()
            )
        );
        let declared = trigger(&format!(
            "[start.order]\nkind = \"http\"\nurl = \"{}/away\"\n\
             answer = {{ redirect = \"success\", reference = {{ regex = \"location: /(?<value>.*)\" }} }}\n",
            server.uri()
        ));
        let OperationEnd::Finished {
            outcome, reference, ..
        } = start(&declared, &[]).await
        else {
            panic!()
        };
        assert_eq!(
            (outcome.as_str(), reference.as_deref()),
            ("success", Some("elsewhere"))
        );
        assert_eq!(start(&at("/down"), &[]).await, finished("failed"));
        assert!(
            server
                .received_requests()
                .await
                .unwrap()
                .iter()
                .all(|request| request.url.path() != "/elsewhere")
        );
    }

    #[tokio::test]
    async fn what_failed_is_recorded_with_what_was_asked_and_answered() {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(422).set_body_string("{\n  \"error\": \"amount is missing\"}");
        Mock::given(path("/orders/A"))
            .respond_with(answer)
            .mount(&server)
            .await;
        let answered = async |trigger: &Trigger| {
            let fields = [("reference".to_owned(), "A".to_owned())].into();
            let operation = trigger.start(&testing::scope(), "order", &fields).await;
            operation.answered.unwrap()
        };
        let refusing = trigger(&format!(
            "[start.order]\nkind = \"http\"\nurl = \"{}/orders/{{reference}}?for=test\"\n",
            server.uri()
        ));
        assert_eq!(
            answered(&refusing).await,
            format!(
                "POST {}/orders/A answered 422: {{ \"error\": \"amount is missing\"}}",
                server.uri()
            )
        );
        let failing = command(
            "sh",
            r#"["-c", "echo; echo no such table >&2; echo at line 3 >&2; exit 3"]"#,
            "",
        );
        assert_eq!(
            answered(&failing).await,
            "sh ended with exit code 3: no such table"
        );
    }

    #[tokio::test]
    async fn values_stay_one_argument_and_no_shell_sees_them() {
        let trigger = command(
            "printf",
            r#"['{{"id":"%s|%s"}}', "{reference}", "end"]"#,
            "answer = { reference = \"/id\" }\n",
        );
        let end = start(&trigger, &[("reference", "a b; $(exit 1) *")]).await;
        let OperationEnd::Finished { reference, .. } = end else {
            panic!("{end:?}")
        };
        assert_eq!(reference.as_deref(), Some("a b; $(exit 1) *|end"));
    }

    #[tokio::test]
    async fn commands_see_a_small_environment() {
        let trigger = command(
            "env",
            "[]",
            "answer = { category = { regex = \"(?<value>UNRELATED)\" } }\n",
        );
        assert_eq!(start(&trigger, &[]).await, finished("success"));
    }

    #[tokio::test]
    async fn a_command_that_hangs_or_floods_or_is_missing_is_unusable() {
        for (program, args, more, expected) in [
            (
                "sleep",
                r#"["30"]"#,
                "timeout_seconds = 1\n",
                "sleep did not end within 1 s",
            ),
            (
                "yes",
                "[]",
                "timeout_seconds = 10\n",
                "yes: printed more than 65536 bytes",
            ),
            ("no-such-program", "[]", "", "could not start no-such-program"),
            ("sh", r#"["-c", "kill -9 $$"]"#, "", "sh was ended by a signal"),
        ] {
            let end = start(&command(program, args, more), &[]).await;
            assert!(
                matches!(&end, OperationEnd::Unusable(reason) if reason.starts_with(expected)),
                "{end:?}"
            );
        }
        assert_eq!(start(&command("false", "[]", ""), &[]).await, finished("failed"));
    }

    #[tokio::test]
    async fn what_cannot_be_started_says_why() {
        let manual = trigger("[start.order]\nkind = \"manual\"\nprompt = \"Create {reference}\"\n");
        let end = start(&manual, &[("reference", "A")]).await;
        assert!(
            matches!(&end, OperationEnd::Unusable(reason) if reason.contains("needs a person")),
            "{end:?}"
        );
        let missing = start(&trigger(""), &[]).await;
        assert!(matches!(&missing, OperationEnd::Unusable(reason) if reason.contains("[start.order]")));
        let lacking = start(&command("true", r#"["{policy}"]"#, ""), &[]).await;
        assert!(
            matches!(&lacking, OperationEnd::Unusable(reason) if reason.contains("{policy}")),
            "{lacking:?}"
        );
    }
}
