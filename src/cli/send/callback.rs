//! Recurring callbacks and returns, put together by the code of the suite.

use rand::{Rng as _, rngs::StdRng};
use serde_json::{Value, json};

use super::{
    arguments::SendArguments,
    endpoint::Endpoint,
    kind::Style,
    letter::{Letter, Signed},
    tamper::Tamper,
    webhook::{Moments, amount, references},
};
use crate::{
    actors::deliverer::message::Message,
    cli::error::CliError,
    steps::{
        callback_shape::{Material, Seal, falsified, long_digits, plain, varied},
        callback_way::values,
    },
    transcript::exchange::Form,
    wire::{
        header::Headers,
        parameters::{Carriage, Parameters, printed},
        recurring::{Callback, PaymentPlan, RecurringHash},
        return_template::ReturnTemplate,
        tampering::CallbackTampering,
        unusual_callback,
    },
};

/// Fields under the hash, in the gateway's order.
pub const HASHED: [&str; 4] = ["status_id", "order_id", "transaction_id", "msg"];

/// Puts a callback or a return together.
///
/// # Errors
///
/// More than one tampering, one that this way of travelling cannot carry, or a field that cannot be set.
pub fn compose(
    style: Style,
    tampers: &[Tamper],
    arguments: &SendArguments,
    endpoint: &Endpoint,
    moments: Moments,
    (seed, random): (u64, &mut StdRng),
) -> Result<Letter, CliError> {
    if tampers.len() > 1 {
        return Err(CliError::Usage("a callback takes one --tamper".to_owned()));
    }
    let now = moments.attempt;
    let mut callback = plain(
        &references(arguments, seed),
        &amount(arguments)?,
        PaymentPlan::Subscription,
        now,
    );
    let beside = set(&mut callback, arguments)?;
    let (said, mut parameters, form) = match (&endpoint.template, style) {
        (Some((template, rule)), Style::Return) => by_template(
            callback,
            tampers.first().copied(),
            (template, *rule, endpoint.secret.expose()),
            random,
        )?,
        _ => by_default_names(callback, tampers.first().copied(), endpoint, now, random)?,
    };
    for (name, value) in beside {
        parameters.set(&name, value);
    }
    let message = message(style, &parameters, arguments, endpoint)?;
    let signed = match (&endpoint.template, style, &arguments.body) {
        (_, _, Some(_)) => Signed::AsGiven,
        (Some((template, rule)), Style::Return, None) => Signed::Fields {
            algorithm: algorithm(*rule),
            names: vec!["the filled template".to_owned()],
            joined: template.hashed_text(&values(&said)),
        },
        _ => Signed::Fields {
            algorithm: algorithm(endpoint.hash),
            names: HASHED.map(str::to_owned).to_vec(),
            joined: said.hashed_text(),
        },
    };
    Ok(Letter {
        message,
        shape: None,
        exact: false,
        form,
        subject: if style == Style::Return {
            "browser return"
        } else {
            "recurring callback"
        }
        .to_owned(),
        id: said.transaction_id.clone(),
        reference: said.order_id.clone(),
        signed,
        doubt: None,
        remarks: Vec::new(),
    })
}

/// The rule, in words.
pub fn algorithm(hash: RecurringHash) -> &'static str {
    match hash {
        RecurringHash::Sha256 => "SHA-256 of the secret followed by",
        RecurringHash::HmacSha256 => "HMAC-SHA256, keyed by the secret, of the secret followed by",
        RecurringHash::Md5 => "MD5 of the secret followed by",
    }
}

type Made = (Callback, Parameters, Form);

fn by_default_names(
    callback: Callback,
    tamper: Option<Tamper>,
    endpoint: &Endpoint,
    now: i64,
    random: &mut StdRng,
) -> Result<Made, CliError> {
    let seal = Seal {
        secret: endpoint.secret.expose(),
        hash: endpoint.hash,
    };
    Ok(match tamper {
        Some(Tamper::Callback(CallbackTampering::Md5)) if endpoint.hash == RecurringHash::Md5 => {
            return Err(CliError::Usage(
                "the account hashes with MD5, so an MD5 is right; choose another tampering".to_owned(),
            ));
        }
        Some(Tamper::Callback(tampering)) => {
            let made = falsified(callback, tampering, seal, random);
            (made.callback, made.parameters, Form::TamperedCallback(tampering))
        }
        Some(Tamper::CallbackVariation(variation)) => {
            let callback = unusual_callback::with_values(callback, variation, now);
            let material = Material {
                dearer: "REC-dearer".to_owned(),
                digits: long_digits(random),
            };
            let (said, mut parameters) = varied(callback, variation, seal, &material);
            unusual_callback::write(&mut parameters, &said, variation);
            (said, parameters, Form::VariedCallback(variation))
        }
        _ => {
            let parameters = Parameters::of(&callback, Some(json!(seal.of(&callback))));
            (callback, parameters, Form::Callback)
        }
    })
}

fn by_template(
    callback: Callback,
    tamper: Option<Tamper>,
    (template, rule, secret): (&ReturnTemplate, RecurringHash, &str),
    random: &mut StdRng,
) -> Result<Made, CliError> {
    let of = |callback: &Callback| template.hash(rule, secret, &values(callback));
    let mut without = false;
    let hash = match tamper {
        None => of(&callback),
        Some(Tamper::Callback(tampering)) => match tampering {
            CallbackTampering::RandomHash => hex::encode(random.random::<[u8; 32]>()),
            CallbackTampering::EmptyHash => String::new(),
            CallbackTampering::AbsentHash => {
                without = true;
                String::new()
            }
            CallbackTampering::StatusChanged => of(&Callback {
                status_id: "0".to_owned(),
                ..callback.clone()
            }),
            CallbackTampering::OrderChanged => of(&Callback {
                order_id: "ORD-another".to_owned(),
                ..callback.clone()
            }),
            CallbackTampering::TransactionChanged => of(&Callback {
                transaction_id: "txn_another".to_owned(),
                ..callback.clone()
            }),
            other => return Err(unfit(Tamper::Callback(other))),
        },
        Some(other) => return Err(unfit(other)),
    };
    let filled = template.filled(&values(&callback), &hash);
    let mut parameters = Parameters(
        filled
            .into_iter()
            .map(|(name, value)| (name, json!(value)))
            .collect(),
    );
    if without {
        let name = template.name_of(crate::wire::return_template::Placeholder::Hash);
        parameters.remove(name.unwrap_or_default());
    }
    let form = match tamper {
        Some(tamper) => Form::Parameters {
            forged: true,
            how: tamper.phrase().to_owned(),
        },
        None => Form::Parameters {
            forged: false,
            how: "by the template".to_owned(),
        },
    };
    Ok((callback, parameters, form))
}

fn unfit(tamper: Tamper) -> CliError {
    CliError::Usage(format!(
        "--tamper {}: a return by a template cannot carry it; it takes a random hash, no hash field, an empty hash, and a \
         changed status_id, order_id or transaction_id under the old hash",
        tamper.name()
    ))
}

/// Sets what is under the hash, and returns what goes beside it.
fn set(callback: &mut Callback, arguments: &SendArguments) -> Result<Vec<(String, Value)>, CliError> {
    let mut beside = Vec::new();
    for setting in &arguments.set {
        let name = setting.pointer.trim_start_matches('/').to_owned();
        if name.contains('/') {
            return Err(CliError::Usage(format!(
                "--set {}: a callback has fields, no nested members; set the whole field, such as /payment_details=[]",
                setting.pointer
            )));
        }
        let place = match name.as_str() {
            "status_id" => &mut callback.status_id,
            "order_id" => &mut callback.order_id,
            "transaction_id" => &mut callback.transaction_id,
            "msg" => &mut callback.msg,
            "recurring_id" => &mut callback.recurring_id,
            _ => {
                beside.push((name, setting.value.clone()));
                continue;
            }
        };
        *place = printed(&setting.value);
    }
    Ok(beside)
}

fn message(
    style: Style,
    parameters: &Parameters,
    arguments: &SendArguments,
    endpoint: &Endpoint,
) -> Result<Message, CliError> {
    let carriage = match style {
        Style::Json => Carriage::Json,
        Style::Form => Carriage::Form,
        Style::Return => Carriage::Query,
    };
    let (content_type, text) = parameters.body(carriage);
    let mut body = text.into_bytes();
    if let Some(file) = &arguments.body {
        body = super::save::read(file)?;
    }
    let mut url = endpoint.url.clone();
    let mut headers = Headers::new();
    if style == Style::Return {
        let query = String::from_utf8(std::mem::take(&mut body)).map_err(|_| {
            CliError::Usage("--body: the query of a return is text; the file is not".to_owned())
        })?;
        let query = match url.query() {
            Some(already) if !already.is_empty() => format!("{already}&{}", query.trim_end()),
            _ => query.trim_end().to_owned(),
        };
        url.set_query(Some(&query));
    } else {
        headers.push("content-type", content_type);
    }
    for header in &arguments.header {
        headers.set(&header.0, header.1.as_str());
    }
    Ok(Message {
        method: if style == Style::Return { "GET" } else { "POST" }.to_owned(),
        url,
        headers,
        body,
        timeout: None,
    })
}
