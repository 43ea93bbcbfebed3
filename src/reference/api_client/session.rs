//! Calls of one operation to one API: authentication, tries, pauses, log lines.

use std::sync::Arc;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};
use url::Url;

use super::answer::{self, Answer, Tried};
use super::api::{Api, Host};
use super::call::Call;
use super::failure::{Category, Failure};
use super::retry::{self, Decision, History};
use super::strict;
use super::token::Token;
use super::written;
use super::{careless, elsewhere, misreport, stubborn};
use crate::reference::defect::{Defect, Defects};
use crate::reference::leaks;
use crate::reference::log::{Level, Line, Log, Outcome};
use crate::reference::options::Authentication;
use crate::reference::{clock, identity};

/// How often [`Defect::RetryStorm`] has one call made, each time with all its tries.
const LAYERS: u32 = 4;

/// One operation's view of the API.
pub struct Session<'a> {
    pub(super) http: reqwest::Client,
    pub(super) api: &'a Api,
    pub(super) log: &'a Log,
    pub(super) operation: &'a str,
    pub(super) base: String,
    pub(super) host: Arc<Host>,
}

impl Session<'_> {
    /// The API's address.
    pub fn base_url(&self) -> &str {
        &self.base
    }

    /// The operation's name.
    pub fn operation(&self) -> &str {
        self.operation
    }

    /// Makes the call, tries again where that is right, and answers the JSON of a success.
    pub async fn call(&self, call: &Call) -> Result<Value, Failure> {
        let layers = if self.api.defects.has(Defect::RetryStorm) && !call.single {
            LAYERS
        } else {
            1
        };
        let mut made = self.tries(call).await;
        for _ in 1..layers {
            match &made {
                Err(failure) if failure.is_passing() => made = self.tries(call).await,
                _ => break,
            }
        }
        made
    }

    async fn tries(&self, call: &Call) -> Result<Value, Failure> {
        let mut history = History {
            renewed: !call.authenticated || self.api.authentication == Authentication::ApiKey,
            ..History::default()
        };
        let mut refused: Option<String> = None;
        let mut may_have_worked = false;
        loop {
            let credential = if call.authenticated {
                Some(self.credential(refused.as_deref()).await?)
            } else {
                None
            };
            self.keep_pace().await;
            let tried = self.attempt(call, credential.as_deref()).await;
            self.notice_limit(&tried);
            history.attempts += 1;
            history.timeouts += u32::from(matches!(tried, Tried::TimedOut));
            let now = clock::unix_seconds();
            if let Some(decision) = stubborn::decide(self.api.defects, call, history, &tried) {
                match decision {
                    Decision::Stop => return self.finish(call, tried, history.attempts, may_have_worked),
                    Decision::Renew => refused = credential,
                    Decision::Wait(wait) | Decision::Pause(wait) => tokio::time::sleep(wait).await,
                }
                continue;
            }
            match retry::decide(
                self.api.defects,
                &self.api.durations,
                history,
                &tried,
                identity::below(500),
                now,
            ) {
                Decision::Stop => return self.finish(call, tried, history.attempts, may_have_worked),
                Decision::Renew => {
                    history.renewed = true;
                    refused = credential;
                }
                Decision::Wait(_) if call.single => {
                    return self.finish(call, tried, history.attempts, may_have_worked);
                }
                Decision::Wait(wait) => {
                    may_have_worked |= unclear(&tried);
                    tokio::time::sleep(wait).await;
                }
                Decision::Pause(pause) if self.is_alone() => tokio::time::sleep(pause).await,
                Decision::Pause(pause) => self.host.pace.pause(clock::now().as_millisecond(), pause),
            }
        }
    }

    /// Whether a pause concerns nobody but the call that was asked to make it.
    fn is_alone(&self) -> bool {
        self.api
            .defects
            .has_any(&[Defect::PerRequestBackoff, Defect::NoThrottle])
    }

    /// Slows down before the platform has to refuse.
    fn notice_limit(&self, tried: &Tried) {
        let Tried::Answered(answer) = tried else { return };
        let number = |name| {
            answer
                .header(name)
                .and_then(|text| text.trim().parse::<u64>().ok())
        };
        if let (Some(limit), Some(left)) = (number("ratelimit-limit"), number("ratelimit-remaining")) {
            let now = clock::now().as_millisecond();
            self.host.pace.room(now, limit, left);
        }
    }

    async fn keep_pace(&self) {
        let hurries = [Defect::IgnoresRetryAfter, Defect::NoThrottle];
        if self.api.defects.has_any(&hurries) {
            return;
        }
        let mut wait = self.host.pace.reserve(clock::now().as_millisecond());
        while !wait.is_zero() {
            tokio::time::sleep(wait).await;
            wait = self.host.pace.remaining(clock::now().as_millisecond());
        }
    }

    async fn credential(&self, refused: Option<&str>) -> Result<String, Failure> {
        match self.api.authentication {
            Authentication::ApiKey => Ok(self.api.secrets.api_key.clone()),
            Authentication::Oauth if self.keeps_no_token(refused) => {
                let token = self.fetch_token().await?;
                Ok(self.host.tokens.put(token).await)
            }
            Authentication::Oauth => {
                self.host
                    .tokens
                    .get(refused, clock::unix_seconds(), self.fetch_token())
                    .await
            }
        }
    }

    /// Whether a defect asks for a token of its own: for every call, or whenever one has expired.
    fn keeps_no_token(&self, refused: Option<&str>) -> bool {
        let defects = self.api.defects;
        defects.has(Defect::TokenPerCall) || refused.is_some() && defects.has(Defect::RefreshStampede)
    }

    async fn fetch_token(&self) -> Result<Token, Failure> {
        let secrets = &self.api.secrets;
        if self.api.defects.has(Defect::ProdKeyInTest) {
            // The settings of all environments are one file, and are tried in its order.
            let _ = self.fetch_token_with(&secrets.production).await;
        }
        self.fetch_token_with(&secrets.client_secret).await
    }

    async fn fetch_token_with(&self, secret: &str) -> Result<Token, Failure> {
        let body = json!({
            "grant_type": "client_credentials",
            "client_id": self.api.secrets.client_id,
            "client_secret": secret,
        });
        let call = Call {
            key: None,
            authenticated: false,
            ..Call::post("/v1/oauth/token", body, "")
        };
        let answer = Box::pin(self.call(&call))
            .await
            .map_err(|failure| match failure.category {
                Category::Validation => Failure {
                    category: Category::Authentication,
                    ..failure
                },
                _ => failure,
            })?;
        Token::read(&answer, clock::unix_seconds())
    }

    async fn attempt(&self, call: &Call, credential: Option<&str>) -> Tried {
        let path = if self.api.defects.has(Defect::Unpinned) && call.method == http::Method::GET {
            call.path.strip_prefix("/v1").unwrap_or(&call.path)
        } else {
            &call.path
        };
        let Ok(mut url) = Url::parse(&format!("{}{path}", self.base)) else {
            return Tried::Broken;
        };
        for (name, value) in &call.query {
            url.query_pairs_mut().append_pair(name, value);
        }
        if let Some(credential) = credential.filter(|_| self.api.defects.has(Defect::KeyInQuery)) {
            url.query_pairs_mut().append_pair("api_key", credential);
        }
        let mut request = self
            .http
            .request(call.method.clone(), url)
            .header("accept", "application/json");
        if let Some(credential) = credential {
            request = request.header(AUTHORIZATION, format!("Bearer {credential}"));
        }
        if let Some(key) = &call.key {
            let fresh = self.api.defects.has(Defect::NewKeyPerTry).then(identity::token);
            request = request.header("idempotency-key", fresh.as_ref().unwrap_or(key));
        }
        if let Some((media_type, body)) = written::body(call, self.api.defects) {
            request = request.header(CONTENT_TYPE, media_type).body(body);
        }
        leaks::of_call(self.log, self.api.defects, call.body.as_ref());
        if self.api.defects.has(Defect::HeaderDump) {
            self.dump(call, credential);
        }
        let follower = elsewhere::follower(self.api.defects, &request);
        match request.send().await {
            Ok(response) if follower.is_some() && response.status().is_redirection() => {
                elsewhere::follow(&self.http, follower, response).await
            }
            Ok(response) => read(response, self.api.defects).await,
            Err(error) if error.is_timeout() => Tried::TimedOut,
            Err(_) => Tried::Broken,
        }
    }

    fn finish(
        &self,
        call: &Call,
        tried: Tried,
        attempts: u32,
        may_have_worked: bool,
    ) -> Result<Value, Failure> {
        let unclear = unclear(&tried) || may_have_worked;
        let plain = misreport::plain_text(&tried);
        let (failure, request_id) = match tried {
            Tried::Answered(answer) => {
                self.note_deprecation(call, &answer);
                leaks::of_answer(self.log, self.api.defects, answer.status, &answer.body);
                let request_id = answer.request_id();
                let failure = if (200..300).contains(&answer.status) {
                    match careless::object(self.api.defects, &answer) {
                        Ok(value)
                            if self.api.defects.has(Defect::DenyUnknownFields) && strict::strange(&value) =>
                        {
                            Failure::unusable("shape: unknown member")
                        }
                        Ok(value) => return Ok(value),
                        Err(failure) => failure,
                    }
                } else {
                    answer.failure()
                };
                (failure, request_id)
            }
            Tried::TimedOut => (Failure::new(Category::Network, "no answer in time"), None),
            Tried::Broken => (Failure::new(Category::Network, "connection failed"), None),
            Tried::TooLong => (Failure::unusable("length"), None),
        };
        let failure = misreport::altered(
            self.api.defects,
            Failure {
                attempts,
                request_id,
                may_have_worked: unclear,
                ..misreport::with_named_fields(call, failure, plain.as_deref())
            },
        );
        if misreport::traced_only(self.log, self.api.defects) {
            return Err(failure);
        }
        self.log.write(&Line {
            level: Level::Warn,
            result: Some(Outcome::Failed),
            message: format!("{} {}", call.name(), failure.message),
            operation: Some(self.operation.to_owned()),
            category: Some(failure.category.word()),
            attempts: Some(attempts),
            request_id: failure.request_id.clone(),
            ..Line::default()
        });
        Err(failure)
    }

    fn note_deprecation(&self, call: &Call, answer: &Answer) {
        if answer.headers.contains_key("deprecation") || answer.headers.contains_key("sunset") {
            self.log.write(&Line {
                level: Level::Warn,
                message: format!("{} is announced as deprecated", call.name()),
                operation: Some(self.operation.to_owned()),
                request_id: answer.request_id(),
                ..Line::default()
            });
        }
    }

    fn dump(&self, call: &Call, credential: Option<&str>) {
        let secrets = &self.api.secrets;
        let headers = credential.map_or_else(
            || format!("client {}:{}", secrets.client_id, secrets.client_secret),
            |credential| format!("authorization: Bearer {credential}"),
        );
        self.log.write(&Line {
            message: format!("{} with headers {{{headers}}}", call.name()),
            operation: Some(self.operation.to_owned()),
            ..Line::default()
        });
    }
}

/// Whether the platform may have done the work although the try failed.
fn unclear(tried: &Tried) -> bool {
    match tried {
        Tried::Answered(answer) => answer.status >= 500,
        Tried::TimedOut | Tried::Broken | Tried::TooLong => true,
    }
}

pub(super) async fn read(mut response: reqwest::Response, defects: Defects) -> Tried {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk))
                if body.len() + chunk.len() > answer::LIMIT && !defects.has(Defect::UnboundedRead) =>
            {
                return Tried::TooLong;
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => {
                return Tried::Answered(Answer {
                    status,
                    headers,
                    body,
                });
            }
            Err(error) if error.is_timeout() => return Tried::TimedOut,
            Err(_) if defects.has(Defect::PartialAsSuccess) && !body.is_empty() => {
                return Tried::Answered(Answer {
                    status,
                    headers,
                    body,
                });
            }
            Err(_) => return Tried::Broken,
        }
    }
}
