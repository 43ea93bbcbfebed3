//! Webhooks, put together by the code of the suite.

use rand::rngs::StdRng;
use serde_json::Value;

use super::{
    arguments::SendArguments,
    endpoint::{Endpoint, key},
    fields,
    letter::{Doubt, Letter, Signed},
    tamper::Tamper,
};
use crate::{
    actors::{
        deliverer::{message::Message, raw::Shape},
        fixtures::names,
    },
    cli::error::CliError,
    config::host::rfc3339,
    steps::{
        compose::{Composed, Signing, right, unreadable},
        event_id::event_id,
        forge::tampered_body,
        payload::{self, Material},
        vary::varied,
        writing::write,
    },
    transcript::exchange::Form,
    wire::{
        digest::hmac_sha256,
        event::{Event, EventType, References},
        money::Money,
        signature::{Scheme, SignedParts},
        tampering::{Tampering, Writing},
        variation::Variation,
    },
};

/// The moments of a message.
#[derive(Clone, Copy, Debug)]
pub struct Moments {
    /// When the event was made, UNIX milliseconds.
    pub created: i64,
    /// When the attempt is dated, UNIX seconds.
    pub attempt: i64,
    /// When it leaves, UNIX seconds.
    pub now: i64,
}

/// What is done to one message: at most one of each.
#[derive(Default)]
struct Done {
    tampering: Option<Tampering>,
    writing: Option<Writing>,
    unreadable: Option<crate::wire::tampering::Unreadable>,
    variation: Option<Variation>,
    broken: Option<Tamper>,
}

/// Puts a webhook together.
///
/// # Errors
///
/// Tamperings that do not go together or change nothing, a pointer that leads nowhere, an amount that is none.
pub fn compose(
    kind: EventType,
    tampers: &[Tamper],
    arguments: &SendArguments,
    endpoint: &Endpoint,
    moments: Moments,
    (seed, random): (u64, &mut StdRng),
) -> Result<Letter, CliError> {
    let done = together(tampers)?;
    let amount = amount(arguments)?;
    let (references, other) = (references(arguments, seed), names(seed, "another order of send"));
    let mut remarks = Vec::new();
    let id = arguments.event_id.clone().unwrap_or_else(|| event_id(random));
    let mut event = Event::new(id, kind, rfc3339(moments.created), &references, &amount);
    let material = Material {
        number: "9007199254740993".to_owned(),
        other: Some(other.order.clone()),
        canary: None,
    };
    if let Some(variation) = done.variation {
        event = varied(event, variation, &amount);
        payload::change(&mut event, variation, &material);
        if matches!(
            variation,
            Variation::DocumentOverHttps | Variation::DocumentOnInternalHost
        ) {
            remarks.push(
                "a run puts the address of a canary here; without a run there is none, so it is null"
                    .to_owned(),
            );
        }
    }
    event = set(event, arguments)?;
    let raw = match &arguments.body {
        Some(file) => Some(super::save::read(file)?),
        None => None,
    };
    let scheme = endpoint.profiles.platform.signature_scheme();
    let own = endpoint.key()?;
    let next = endpoint.next.as_ref().map(key).transpose()?;
    let signing = Signing {
        scheme,
        key: &own,
        printed: endpoint.secret.expose(),
        retired: None,
        next: next.as_deref(),
        api_secret: endpoint.api.as_ref().map(crate::config::secret::Secret::expose),
        now: moments.attempt,
    };
    known_keys(&done, endpoint, &mut remarks)?;
    let given = raw.is_some();
    let (composed, form) = composed(signing, &event, raw, &done, (&references, &other), random)?;
    let (mut composed, mut shape) = match done.variation {
        Some(variation) => payload::dressed(composed, variation),
        None => (composed, None),
    };
    by_hand(&mut composed, arguments);
    let content = scheme_content(scheme, &composed);
    let doubt = match done.tampering {
        None => doubt(
            endpoint,
            &composed,
            &content,
            moments,
            !arguments.header.is_empty(),
        )?,
        Some(_) => None,
    };
    if let Some(broken) = done.broken {
        shape = Some(broken_off(broken, composed.body.len(), endpoint));
    }
    if given && arguments.event_id.is_none() {
        remarks.push("the id header is made up; --event-id gives it the id of your body".to_owned());
    }
    Ok(Letter {
        message: Message {
            method: "POST".to_owned(),
            url: endpoint.url.clone(),
            headers: composed.headers,
            body: composed.body,
            timeout: None,
        },
        shape,
        exact: composed.exact,
        form,
        subject: event.kind.clone(),
        id: event.id.clone(),
        reference: about(kind, &references).to_owned(),
        signed: Signed::Content {
            parts: parts(scheme.signed),
            content,
        },
        doubt,
        remarks,
    })
}

fn composed(
    signing: Signing<'_>,
    event: &Event,
    raw: Option<Vec<u8>>,
    done: &Done,
    (references, other): (&References, &References),
    random: &mut StdRng,
) -> Result<(Composed, Form), CliError> {
    let written = raw
        .or_else(|| payload::written(event, done.variation?))
        .or_else(|| Some(write(event, done.writing?)));
    if let Some(tampering) = done.tampering {
        let body = written.unwrap_or_else(|| event.body());
        let composed = tampered_body(
            signing,
            event,
            &body,
            tampering,
            (references, Some(other)),
            random,
        );
        let unchanged = signing.plainly(&event.id, body);
        if composed.headers == unchanged.headers && composed.body == unchanged.body {
            return Err(CliError::Usage(format!(
                "{:?} changes nothing in this message; send payment.success, which has everything that can be falsified",
                Tamper::Webhook(tampering).name()
            )));
        }
        return Ok((composed, Form::Tampered(tampering)));
    }
    if let Some(kind) = done.unreadable {
        return Ok((unreadable(signing, event, kind), Form::Unreadable(kind)));
    }
    if let Some(writing) = done.writing {
        return Ok((right(signing, event, writing, random), Form::Right(writing)));
    }
    let form = done.variation.map_or(Form::Right(Writing::Plain), Form::Varied);
    let composed = match written {
        Some(body) => signing.plainly(&event.id, body),
        None => right(signing, event, Writing::Plain, random),
    };
    Ok((composed, form))
}

/// Sets the header lines that were given.
fn by_hand(composed: &mut Composed, arguments: &SendArguments) {
    for header in &arguments.header {
        composed.exact |= header.0.bytes().any(|byte| byte.is_ascii_uppercase());
        composed.headers.set(&header.0, header.1.as_str());
    }
}

/// How a connection is given up.
fn broken_off(broken: Tamper, whole: usize, endpoint: &Endpoint) -> Shape {
    match broken {
        Tamper::BrokenWithin => Shape::BrokenOff {
            after: whole / 2,
            pause: endpoint.profiles.platform.broken_off_pause(),
        },
        _ => Shape::BrokenOff {
            after: whole,
            pause: std::time::Duration::ZERO,
        },
    }
}

/// What a receiver signs for this message: it goes by the headers that come.
fn scheme_content(scheme: &Scheme, composed: &Composed) -> Vec<u8> {
    let header = |name: &str| composed.headers.get(name).unwrap_or_default().trim();
    scheme.signed_content(
        header(&scheme.id_header),
        header(&scheme.timestamp_header),
        &composed.body,
    )
}

/// Whether the message is false although no tampering has made it so.
fn doubt(
    endpoint: &Endpoint,
    composed: &Composed,
    content: &[u8],
    moments: Moments,
    by_hand: bool,
) -> Result<Option<Doubt>, CliError> {
    let platform = &endpoint.profiles.platform;
    let scheme = platform.signature_scheme();
    let digest = scheme.encoding.encode(&hmac_sha256(&endpoint.key()?, content));
    let right = format!("{}{digest}", scheme.prefix);
    let list = composed.headers.get(&scheme.signature_header).unwrap_or_default();
    if by_hand && !list.split(' ').any(|entry| entry == right) {
        return Ok(Some(Doubt::Header));
    }
    let window = i64::try_from(platform.replay_window().as_secs()).unwrap_or(i64::MAX);
    Ok(match moments.now - moments.attempt {
        age if age > window => Some(Doubt::Past),
        age if age < -window => Some(Doubt::Future),
        _ => None,
    })
}

/// The parts that are signed, in words.
pub fn parts(signed: SignedParts) -> &'static str {
    match signed {
        SignedParts::IdTimestampBody => "id . timestamp . body",
        SignedParts::TimestampBody => "timestamp . body",
        SignedParts::Body => "the body alone",
    }
}

fn together(tampers: &[Tamper]) -> Result<Done, CliError> {
    let mut done = Done::default();
    for tamper in tampers {
        let again = match *tamper {
            Tamper::Webhook(word) => done.tampering.replace(word).is_some(),
            Tamper::Writing(word) => done.writing.replace(word).is_some(),
            Tamper::Unreadable(word) => done.unreadable.replace(word).is_some(),
            Tamper::Variation(word) => done.variation.replace(word).is_some(),
            other => done.broken.replace(other).is_some(),
        };
        if again {
            return Err(CliError::Usage(format!(
                "--tamper {}: one tampering of its kind is enough; a falsehood can be put together with a writing or a \
                 variation, and with a connection that breaks",
                tamper.name()
            )));
        }
    }
    let contents = [
        done.writing.is_some(),
        done.unreadable.is_some(),
        done.variation.is_some(),
    ];
    let crowded = contents.into_iter().filter(|content| *content).count() > 1;
    if crowded || done.unreadable.is_some() && done.tampering.is_some() {
        return Err(CliError::Usage(
            "these tamperings change the same thing; give one of them".to_owned(),
        ));
    }
    Ok(done)
}

/// Keys that a tampering needs and nobody has declared.
fn known_keys(done: &Done, endpoint: &Endpoint, remarks: &mut Vec<String>) -> Result<(), CliError> {
    if matches!(done.writing, Some(Writing::NextKey | Writing::BothKeys)) && endpoint.next.is_none() {
        return Err(CliError::Usage(
            "no second key is known; declare next_secret_env in [webhook] of the partner's file".to_owned(),
        ));
    }
    match done.tampering {
        Some(Tampering::ApiSecret) if endpoint.api.is_none() => {
            remarks.push(
                "no API secret is known ([sandbox] of the partner's file), so a made-up one signs".to_owned(),
            );
        }
        Some(Tampering::RetiredKey) => {
            remarks.push("outside of a run no key was retired, so a random one signs".to_owned());
        }
        _ => {}
    }
    Ok(())
}

fn set(event: Event, arguments: &SendArguments) -> Result<Event, CliError> {
    if arguments.set.is_empty() {
        return Ok(event);
    }
    let mut document = event.document();
    fields::put(&mut document, &arguments.set)?;
    let text = |name: &str| {
        document.get(name).and_then(Value::as_str).map(str::to_owned).ok_or_else(|| {
            CliError::Usage(format!(
                "--set /{name}: a text belongs there; for anything else write the body to a file and give --body"
            ))
        })
    };
    let others = document
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str());
    let mut others = others.filter(|name| !["id", "type", "created_at", "data"].contains(name));
    if let Some(name) = others.next() {
        return Err(CliError::Usage(format!(
            "--set /{name}: only id, type, created_at and what is in data can be set; for other members write the body \
             to a file and give --body"
        )));
    }
    let data = document
        .get("data")
        .and_then(Value::as_object)
        .cloned()
        .ok_or_else(|| {
            CliError::Usage("--set /data: an object belongs there; for anything else give --body".to_owned())
        })?;
    Ok(Event {
        id: text("id")?,
        kind: text("type")?,
        created_at: text("created_at")?,
        data,
    })
}

/// The references of a message: those that were given, and made-up ones.
pub fn references(arguments: &SendArguments, seed: u64) -> References {
    let mut references = names(seed, "send");
    for (place, given) in [
        (&mut references.order, &arguments.reference),
        (&mut references.policy, &arguments.policy),
        (&mut references.claim, &arguments.claim),
        (&mut references.transaction, &arguments.transaction),
    ] {
        if let Some(given) = given {
            place.clone_from(given);
        }
    }
    references
}

/// The amount that was given.
///
/// # Errors
///
/// It is none.
pub fn amount(arguments: &SendArguments) -> Result<Money, CliError> {
    Money::parse(&arguments.amount, &arguments.currency).map_err(|error| {
        CliError::Usage(format!(
            "--amount: {error}; for anything else use --set /data/amount=VALUE"
        ))
    })
}

fn about(kind: EventType, references: &References) -> &str {
    match kind {
        EventType::PaymentSuccess | EventType::PaymentFailed | EventType::RefundProcessed => {
            &references.order
        }
        EventType::PolicyIssued | EventType::PolicyCancelled => &references.policy,
        EventType::ClaimSubmitted | EventType::ClaimUpdated => &references.claim,
    }
}
