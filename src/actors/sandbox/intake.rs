//! One request between its arrival and its record: whose it is, what is wrong with it, what it gets.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{
    api::{self, Asked, Steering},
    fault::Done,
    growth,
    news::Sight,
    reader::{Arrival, Unread},
    reply::{Answer, FieldError, Reply, http_date},
    route::Route,
    schema,
    server::Shared,
    station::{Admission, Station},
    stranger, substitute,
    target::Target,
    token::Tokens,
};
use crate::{
    transcript::{
        exchange::{Credential, Exposure, SeenRequest, Stray},
        record::{Event, Record},
    },
    wire::{
        body::Body,
        fault::{ApiCall, Fault},
        growth::Growth,
        header::Headers,
    },
};

/// A request that is being answered.
#[derive(Debug)]
pub struct Intake {
    admissions: Vec<Admission>,
    mounted: bool,
    gone: bool,
    target: Target,
    route: Route,
    credential: Credential,
    exposed: Option<Exposure>,
    members: Map<String, Value>,
    errors: Vec<FieldError>,
    strangers: Vec<String>,
    stray: Option<Stray>,
    fault: Option<Fault>,
}

impl Intake {
    /// The station whose script applies.
    pub fn station(&self) -> Option<Arc<Station>> {
        self.admissions
            .first()
            .map(|admission| Arc::clone(admission.station()))
    }

    /// The fault that its script asks for.
    pub fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    fn mount(&self) -> Option<&Arc<Station>> {
        self.admissions
            .first()
            .map(Admission::station)
            .filter(|_| self.mounted)
    }
}

impl Shared {
    /// Judges a request and finds out whose it is.
    pub fn take_in(&self, arrival: &Arrival) -> Intake {
        let mut intake = self.admit(arrival);
        let headers = &arrival.head.headers;
        let call = intake.route.call();
        let checked = schema::check(call, &intake.target, headers, &arrival.body);
        intake.members = checked.members;
        intake.errors = checked.errors;
        intake.fault = intake
            .admissions
            .iter()
            .find_map(|admission| admission.station().next_fault(call));
        if intake.fault == Some(Fault::ExpireTokens)
            && let Some(station) = intake.mount()
        {
            station.raise_token_floor(self.state().tokens.youngest());
        }
        let floor = intake.mount().map_or(0, |station| station.token_floor());
        let now_millis = self.clock().unix_millis();
        let (credentials, state) = (self.credentials(), self.state());
        intake.credential = if call == ApiCall::Token {
            credentials.of_token_request(headers, &intake.members)
        } else {
            credentials.of_call(headers, |token| state.tokens.is_good(token, floor, now_millis))
        };
        intake.exposed = credentials
            .exposed(&intake.target, &state.tokens)
            .or_else(|| credentials.exposed_around(&arrival.head.target, headers, &state.tokens));
        intake.strangers = stranger::elsewhere(&intake.target, headers);
        if intake.credential == Credential::Wrong {
            intake
                .strangers
                .extend(stranger::credentials(headers, &intake.members));
        }
        // What was issued is known to the recorder, whose label tells which one it was.
        intake
            .strangers
            .retain(|text| !state.tokens.stands_in(text) && !credentials.issued(text));
        drop((credentials, state));
        intake.stray = self.stray(&intake.strangers, call);
        intake
    }

    /// Whose keys the unknown ones are. What comes for no call of the contract may be anybody's.
    fn stray(&self, strangers: &[String], call: ApiCall) -> Option<Stray> {
        let mut keys = strangers.iter().filter(|text| !Tokens::has_form(text)).peekable();
        keys.peek()?;
        let mut production = self.production();
        if keys.any(|key| production.holds(key)) {
            return Some(Stray::Production);
        }
        (call != ApiCall::Unknown).then_some(Stray::Foreign)
    }

    /// The same for a request that could not be read to its end.
    pub fn take_in_unreadable(&self, arrival: &Arrival, complaint: String) -> Intake {
        let mut intake = self.admit(arrival);
        intake.errors = vec![FieldError::new("request", complaint)];
        intake
    }

    fn admit(&self, arrival: &Arrival) -> Intake {
        let target = Target::parse(&arrival.head.target);
        let owners = self.registry().owners(&target, arrival);
        let found = !owners.stations.is_empty();
        let admissions: Vec<Admission> = owners
            .stations
            .iter()
            .filter_map(|station| station.admit(arrival.received))
            .collect();
        let closed = owners.mounted && found && admissions.is_empty();
        let route = Route::of(&arrival.head.method, target.path());
        Intake {
            admissions,
            mounted: owners.mounted,
            gone: owners.gone || closed,
            target,
            route,
            credential: Credential::Missing,
            exposed: None,
            members: Map::new(),
            errors: Vec::new(),
            strangers: Vec::new(),
            stray: None,
            fault: None,
        }
    }

    /// The answer to a request: the refusal that its fault names, or the honest one with its work.
    pub fn work(&self, intake: &Intake, arrival: &Arrival) -> Answer {
        let reply = match &intake.fault {
            Some(Fault::Refuse {
                status,
                headers,
                body,
            }) => {
                let status = u16::from(*status);
                let reply = match body {
                    Some(body) => Reply::raw(status, body.clone().into_bytes()),
                    None => Reply::problem(status, "the sandbox was told to refuse this request", &[]),
                };
                reply.with_all(headers)
            }
            Some(Fault::Grown { growth }) => {
                growth::grown(self.honest(intake, arrival), *growth, self.clock().unix_millis())
            }
            Some(Fault::Lapse { status, repriced }) if intake.errors.is_empty() => {
                let now_millis = self.clock().unix_millis();
                let quotation = intake.members.get("quotation_id").and_then(Value::as_str);
                let refusal = (u16::from(*status), *repriced);
                growth::lapse(
                    &mut self.state(),
                    quotation.unwrap_or_default(),
                    refusal,
                    now_millis,
                )
            }
            Some(Fault::RefuseUntil { status, seconds }) => {
                let now = self.clock().unix_millis();
                let until = now.saturating_add(i64::from(*seconds) * 1000);
                let headers = Headers::new()
                    .with("Date", http_date(now))
                    .with("Retry-After", http_date(until));
                Reply::problem(
                    u16::from(*status),
                    "the sandbox was told to refuse this request for a while",
                    &[],
                )
                .with_all(&headers)
            }
            Some(Fault::RefuseAfterWork { status }) => {
                drop(self.honest(intake, arrival));
                Reply::problem(
                    u16::from(*status),
                    "the sandbox was told to keep the outcome to itself",
                    &[],
                )
            }
            Some(Fault::Altered { replaced, removed }) => {
                self.honest(intake, arrival).altered(replaced, removed)
            }
            Some(Fault::Instead { what }) => substitute::reply(*what, &intake.members, &mut self.state()),
            Some(Fault::AlreadyThere) => substitute::already_there(self.honest(intake, arrival)),
            Some(Fault::Redirect { status, to }) => {
                Reply::raw(u16::from(*status), Vec::new()).with("Location", to)
            }
            Some(Fault::Flood { .. }) => Reply::raw(200, Vec::new()).with("Content-Type", "application/json"),
            _ => self.honest(intake, arrival),
        };
        self.dress(reply)
    }

    fn honest(&self, intake: &Intake, arrival: &Arrival) -> Reply {
        let metered = intake.mount().filter(|_| intake.route.call() != ApiCall::Token);
        let Some(grant) = metered.and_then(|station| station.meter(self.clock().now())) else {
            return self.unlimited(intake, arrival);
        };
        let reply = if grant.taken {
            self.unlimited(intake, arrival)
        } else {
            Reply::problem(429, "too many requests; wait as Retry-After says", &[])
        };
        reply.with_all(&grant.headers())
    }

    fn unlimited(&self, intake: &Intake, arrival: &Arrival) -> Reply {
        if intake.gone {
            return Reply::problem(410, "this base URL is no longer in use", &[]);
        }
        let call = intake.route.call();
        if call == ApiCall::Token && self.credentials().authentication == super::Authentication::ApiKey {
            return Reply::problem(404, "this platform takes API keys and issues no tokens", &[]);
        }
        if call != ApiCall::Unknown {
            if !self.credentials().opens(call, intake.credential) {
                return Reply::problem(401, "the credential is missing, wrong or expired", &[]);
            }
            if intake.errors.iter().any(|error| error.field == "Content-Type") {
                return Reply::problem(415, "the media type is not the contract's", &intake.errors);
            }
            if !intake.errors.is_empty() {
                return Reply::problem(422, "the request does not follow the contract", &intake.errors);
            }
        }
        let mount = intake.mount();
        let asked = Asked {
            route: &intake.route,
            method: &arrival.head.method,
            target: &intake.target,
            headers: &arrival.head.headers,
            body: &arrival.body,
            members: &intake.members,
            mount: mount.map(|station| station.number),
            steering: mount.map_or_else(Steering::default, |station| station.steering()),
            long_ids: intake.fault
                == Some(Fault::Grown {
                    growth: Growth::LongIds,
                }),
            now_millis: self.clock().unix_millis(),
        };
        let (worked, news) = {
            let mut state = self.state();
            (api::answer(&mut state, &asked), state.news.take())
        };
        for one in news {
            self.tell(|| Sight::News(Box::new(one)));
        }
        if let Some((token, serial)) = worked.token {
            self.recorder
                .learn(&format!("access-token-{serial}"), token.as_bytes());
        }
        worked.reply
    }

    fn dress(&self, reply: Reply) -> Answer {
        let request_id = self.state().fresh_id("req_");
        reply.finish(&request_id, &http_date(self.clock().unix_millis()))
    }

    /// What to say to a request that cannot be read, and what to write about it.
    pub fn complain(&self, why: Unread) -> (Option<Answer>, String) {
        let (status, text) = match why {
            Unread::Malformed(malformed) => (Some(malformed.status()), malformed.to_string()),
            Unread::Slow => (Some(408), "was not whole in time".to_owned()),
            Unread::Abandoned | Unread::Ended => (None, "ended before it was whole".to_owned()),
        };
        (
            status.map(|status| self.dress(Reply::problem(status, &text, &[]))),
            text,
        )
    }

    /// Writes a request and what became of it into the record, for everyone it belongs to.
    pub fn record(&self, intake: Intake, arrival: Arrival, done: Done, connection: u64) {
        let at = self.clock().now();
        // A request for nobody keeps its prefix, so that a reader sees whom it was meant for.
        let target = if intake.admissions.is_empty() {
            arrival.head.target
        } else {
            intake.target.rest
        };
        let strangers = &intake.strangers;
        let target = stranger::hide_in_target(target, strangers);
        let seen = SeenRequest {
            connection,
            call: intake.route.call(),
            method: arrival.head.method,
            target,
            headers: stranger::hide_in_headers(arrival.head.headers, strangers),
            body: Body::from(stranger::hide_in_body(arrival.body, strangers)),
            credential: intake.credential,
            stray: intake.stray,
            exposed: intake.exposed,
            violations: intake
                .errors
                .iter()
                .map(|error| format!("{}: {}", error.field, error.message))
                .collect(),
            started: arrival.started,
            received: arrival.received,
            answered: at,
            fault: intake.fault,
            status: done.status,
            answer: done.body.map(Body::from),
        };
        if intake.admissions.is_empty() {
            let record = self.recorder.record(None, Event::Seen(Box::new(seen)));
            self.show(&record);
            return;
        }
        let mut written: Vec<Arc<Record>> = Vec::new();
        for admission in intake.admissions {
            let scope = &admission.station().scope;
            let known = written
                .iter()
                .find(|record| record.scope.as_ref() == Some(scope))
                .map(Arc::clone);
            let record = known.unwrap_or_else(|| {
                let record = self
                    .recorder
                    .record(Some(scope), Event::Seen(Box::new(seen.clone())));
                written.push(Arc::clone(&record));
                record
            });
            admission.recorded(&record, at);
        }
        if let Some(record) = written.first() {
            self.show(record);
        }
    }

    /// Shows a request to the follower, as it stands in the record.
    fn show(&self, record: &Record) {
        if let Event::Seen(seen) = &record.event {
            self.tell(|| Sight::Request(seen.clone()));
        }
    }
}
