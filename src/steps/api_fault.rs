//! What the sandbox does wrong: statuses, bodies, silence, broken connections.

#![expect(
    clippy::needless_pass_by_value,
    reason = "step functions own what they capture"
)]

use std::time::Duration;

use cucumber::given;
use serde_json::json;

use super::{counterpart::always, expect::millis, stop::Stop, world::Example};
use crate::{
    checks::{check::Check, ordeal::family::Family, outcome::Outcome},
    wire::{
        fault::{ApiCall, ErrorStatus, Fault, ScriptLine, Times},
        header::Headers,
        substitute::Substitute,
    },
};

/// Numbered refusals before the last one, which stands for all further ones.
const NUMBERED: usize = 12;

/// Bytes that are promised and never sent.
const PROMISED: usize = 64;

/// Patience on top of the time after which a client must have given up.
const GRACE: Duration = Duration::from_secs(2);

fn status(status: u16) -> Result<ErrorStatus, Stop> {
    ErrorStatus::try_from(status).map_err(|error| Stop::Harness(error.to_string()))
}

fn refusal(number: u16) -> Result<Fault, Stop> {
    Ok(Fault::Refuse {
        status: status(number)?,
        headers: Headers::new(),
        body: None,
    })
}

fn refusal_with(number: u16, kind: &str, body: impl Into<String>) -> Result<Fault, Stop> {
    Ok(Fault::Refuse {
        status: status(number)?,
        headers: Headers::new().with("content-type", kind),
        body: Some(body.into()),
    })
}

fn once(call: ApiCall, fault: Fault) -> ScriptLine {
    ScriptLine {
        call: Some(call),
        times: Times::First(1),
        fault,
    }
}

impl Example {
    /// Opens a sandbox where something is done to a call.
    fn trouble(&mut self, call: ApiCall, lines: Vec<ScriptLine>) -> Result<(), Stop> {
        self.trouble.call = Some(call);
        self.open(lines)
    }

    /// Opens a sandbox whose answer to the quotation does not come to an end in time.
    fn endless(&mut self, fault: Fault) -> Result<(), Stop> {
        let call = ApiCall::Quotation;
        let limit = self.context.profile.answer_cut_off() + GRACE;
        self.trouble.unheard = Some(limit);
        self.trouble.longest = Some(limit + self.context.profile.attempts_window());
        self.trouble(call, vec![always(Some(call), fault)])
    }
}

#[given(
    regex = r"^a sandbox where (every request is refused with 401, the token request too|tokens are issued and every call with them is refused with 401|the token endpoint refuses the client)$"
)]
fn refusing_credentials(example: &mut Example, how: String) -> Result<(), Stop> {
    // The answer of the token endpoint to a client it does not know (RFC 6749, 5.2).
    let unknown = refusal_with(
        400,
        "application/json",
        json!({"error": "invalid_client"}).to_string(),
    )?;
    let lines = if how.starts_with("every") {
        vec![
            always(Some(ApiCall::Token), refusal(401)?),
            always(None, refusal(401)?),
        ]
    } else if how.starts_with("tokens") {
        vec![always(None, refusal(401)?)]
    } else {
        let scheme = example.context.api_scheme;
        if let Outcome::NotApplicable { reason } = example.check(Check::TokensUsed { scheme }) {
            return Err(Stop::NotApplicable(reason.clone()));
        }
        vec![always(Some(ApiCall::Token), unknown)]
    };
    example.open(lines)
}

#[given(
    regex = r"^a sandbox that answers the customer data with (422 and problem details|400 and a plain text) about (\w+) and (\w+)$"
)]
fn complaining(example: &mut Example, how: String, first: String, second: String) -> Result<(), Stop> {
    let fault = if how.starts_with("422") {
        let problem = json!({"type": "urn:senang:problem:validation", "title": "Not accepted", "status": 422,
            "detail": "Two fields are not accepted.", "category": "validation", "errors": [
                {"field": first, "message": "is not in the register"},
                {"field": second, "message": "does not fit the identity number"}]});
        refusal_with(422, "application/problem+json", problem.to_string())?
    } else {
        let text = format!("{first} is not in the register; {second} does not fit the identity number");
        refusal_with(400, "text/plain; charset=utf-8", text)?
    };
    example.trouble.complained = vec![first, second];
    example.trouble(ApiCall::Customer, vec![always(Some(ApiCall::Customer), fault)])
}

#[given(
    regex = r"^a sandbox that answers the creation of a policy with (409 and the way to the one that exists|409 once, because the first request is in progress)$"
)]
fn conflicting(example: &mut Example, how: String) -> Result<(), Stop> {
    let call = ApiCall::Policy;
    if how.contains("exists") {
        return example.trouble(call, vec![always(Some(call), Fault::AlreadyThere)]);
    }
    let problem = json!({"type": "urn:senang:problem:in-progress", "title": "Request in progress", "status": 409,
        "detail": "A request with this Idempotency-Key is still in progress.", "category": "validation", "errors": []});
    let fault = refusal_with(409, "application/problem+json", problem.to_string())?;
    example.trouble.pause = Some(example.context.profile.in_progress_pause());
    example.trouble(call, vec![once(call, fault)])
}

#[given(regex = r"^a sandbox that answers the first payment request with status (\d{3})$")]
fn failing_once(example: &mut Example, number: u16) -> Result<(), Stop> {
    let call = ApiCall::Payment;
    example.trouble(call, vec![once(call, refusal(number)?)])
}

#[given(regex = r"^a sandbox that answers every payment request with (200 and .+|204 and .+)$")]
fn no_success(example: &mut Example, answer: String) -> Result<(), Stop> {
    let what = Substitute::ALL
        .into_iter()
        .find(|what| what.to_string() == answer)
        .ok_or_else(|| Stop::Harness(format!("there is no answer {answer:?}")))?;
    let call = ApiCall::Payment;
    example.trouble(call, vec![always(Some(call), Fault::Instead { what })])
}

#[given("a sandbox that takes the payment request and never answers")]
fn silent(example: &mut Example) -> Result<(), Stop> {
    let call = ApiCall::Payment;
    example.trouble.unheard = Some(example.context.profile.client_give_up() + GRACE);
    example.trouble(call, vec![always(Some(call), Fault::Silent)])
}

#[given(
    regex = r"^a sandbox that answers the quotation request with one byte of the body every (\d+) seconds$"
)]
fn dripping(example: &mut Example, seconds: u64) -> Result<(), Stop> {
    let every_millis = millis(Duration::from_secs(seconds));
    example.endless(Fault::DripBody {
        bytes: 1,
        every_millis,
    })
}

#[given(regex = r"^a sandbox that answers the quotation request with a body of (\d+) MiB$")]
fn flooding(example: &mut Example, mebibytes: u32) -> Result<(), Stop> {
    example.endless(Fault::Flood { mebibytes })
}

#[given(
    regex = r"^a sandbox that (resets the connection before the payment is answered|resets the connection in the middle of the answer to the payment|promises more bytes than it answers the payment with|answers the payment with bytes that are not HTTP)$"
)]
fn breaking(example: &mut Example, how: String) -> Result<(), Stop> {
    let fault = if how.contains("before") {
        Fault::Reset
    } else if how.contains("in the middle") {
        Fault::ResetMidBody
    } else if how.starts_with("promises") {
        Fault::Overlong { by: PROMISED }
    } else {
        Fault::Garbage
    };
    let call = ApiCall::Payment;
    example.trouble(call, vec![always(Some(call), fault)])
}

#[given(
    regex = r"^a sandbox where (the quotation|customer data|issuance|the payment|the status) fails with 500$"
)]
fn failing_step(example: &mut Example, which: String) -> Result<(), Stop> {
    let call = match which.as_str() {
        "the quotation" => ApiCall::Quotation,
        "customer data" => ApiCall::Customer,
        "issuance" => ApiCall::Policy,
        "the payment" => ApiCall::Payment,
        _ => ApiCall::PolicyStatus,
    };
    let mut lines = vec![always(Some(call), refusal(500)?)];
    if call == ApiCall::PolicyStatus {
        lines.push(always(Some(ApiCall::PaymentStatus), refusal(500)?));
    }
    example.trouble(call, lines)
}

/// The error of a family: what it is answered with, and its status.
fn error_of(family: Family) -> Result<Fault, Stop> {
    Ok(match family {
        Family::Authentication => refusal(401)?,
        Family::Validation => refusal(422)?,
        Family::RateLimit => Fault::Refuse {
            status: status(429)?,
            headers: Headers::new().with("retry-after", "1"),
            body: None,
        },
        Family::Server => refusal(503)?,
    })
}

#[given("a sandbox that answers quotations with one error of each family in turn")]
fn families(example: &mut Example) -> Result<(), Stop> {
    let call = ApiCall::Quotation;
    example.trouble.families = Family::ALL
        .into_iter()
        .map(|family| Ok((family, vec![always(Some(call), error_of(family)?)])))
        .collect::<Result<_, Stop>>()?;
    example.trouble(call, Vec::new())
}

#[given(regex = r"^a sandbox that refuses quotations with (401|422|503) and a request id each time$")]
fn refusing_traceably(example: &mut Example, number: u16) -> Result<(), Stop> {
    let call = ApiCall::Quotation;
    let marker = format!("{}@canary.invalid", example.letters(16).to_lowercase());
    let mut lines = Vec::new();
    for place in 0..=NUMBERED {
        let id = format!("req_{}", example.letters(22));
        let problem = json!({"type": "about:blank", "title": "Refused", "status": number,
            "detail": "The request was refused.", "errors": [], "request_id": id,
            "request": {"email": marker}});
        let fault = Fault::Refuse {
            status: status(number)?,
            headers: Headers::new()
                .with("content-type", "application/problem+json")
                .with("x-request-id", id),
            body: Some(problem.to_string()),
        };
        lines.push(if place < NUMBERED {
            once(call, fault)
        } else {
            always(Some(call), fault)
        });
    }
    example.trouble.marker = marker;
    let family = match number {
        401 => Family::Authentication,
        422 => Family::Validation,
        _ => Family::Server,
    };
    example.trouble.met = vec![(family, String::new())];
    example.trouble(call, lines)
}
