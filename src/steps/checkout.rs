//! Checkouts as a browser starts them, and what becomes of orders whose customers never come back.

use std::collections::BTreeMap;

use cucumber::{then, when};
use secrecy::ExposeSecret as _;

use super::{
    compose::{Composed, right},
    stop::Stop,
    world::Example,
};
use crate::{
    actors::{
        deliverer::message::Message,
        fixtures::{Prepared, names},
        page::request,
        trigger::checkout::CheckoutAnswer,
    },
    checks::check::Check,
    config::checkout::Checkout,
    transcript::{
        exchange::{Form, Intent, Role},
        observation::{EffectKind, Moment},
        page::{CheckoutEnd, CheckoutSeen},
        record::Event,
    },
    wire::{
        checkout::{self, CheckoutField, CheckoutKind},
        event::EventType,
        header::Headers,
        parameters::{Carriage, Parameters},
        tampering::Writing,
    },
};

/// What the browser of an example has.
#[derive(Debug, Default)]
pub(super) struct Shop {
    /// The answer of the last checkout that was started.
    pub(super) answer: Option<CheckoutAnswer>,
    /// Whole address of the request in it.
    pub(super) address: Option<String>,
    /// The requests so far.
    requests: Vec<Vec<CheckoutField>>,
}

/// What the browser falsifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Falsehood {
    Nothing,
    Amount,
    Order,
}

/// Longer than the gateway takes.
const LONG: usize = 560;

impl Example {
    pub(super) fn pages(&self) -> Checkout {
        self.context.checkout.clone()
    }

    async fn start_checkout(
        &mut self,
        description: &str,
        how: &str,
        falsehood: Falsehood,
    ) -> Result<(), Stop> {
        let prepared = self.prepared()?.clone();
        let kind = match self.target()?.kind {
            EffectKind::Subscription => CheckoutKind::Recurring,
            _ => CheckoutKind::OneOff,
        };
        let fields = checkout_fields(&prepared, description);
        let mut falsified = BTreeMap::new();
        match falsehood {
            Falsehood::Nothing => {}
            Falsehood::Amount => {
                falsified.insert("amount", "1.00".to_owned());
            }
            Falsehood::Order => {
                let place = format!("{} {} elsewhere", self.scope.example, self.scope.attempt);
                let order = names(self.context.seed, &place).order;
                falsified.insert("reference", order.clone());
                if self.context.trigger.mentions("checkout", "order") {
                    falsified.insert("order", order);
                }
            }
        }
        let (context, given) = (std::sync::Arc::clone(&self.context), falsified.clone());
        let started = self
            .idle(async move { context.trigger.checkout(&fields, &given).await })
            .await;
        let end = match started {
            Err(reason) => {
                self.shop.answer = None;
                CheckoutEnd::Nothing { reason }
            }
            Ok(answer) => self.read_checkout(answer, kind)?,
        };
        let change = falsified
            .iter()
            .next()
            .map(|(name, value)| format!(", the browser says {name}={value}"))
            .unwrap_or_default();
        let asked = format!(
            "a checkout for {} of {}{how}{change}",
            prepared.own,
            prepared.amount.amount()
        );
        let seen = CheckoutSeen {
            asked,
            kind,
            end,
            at: self.context.clock().now(),
        };
        self.context
            .recorder
            .record(Some(&self.scope), Event::CheckoutSeen(Box::new(seen)));
        Ok(())
    }

    fn read_checkout(&mut self, answer: CheckoutAnswer, kind: CheckoutKind) -> Result<CheckoutEnd, Stop> {
        let context = std::sync::Arc::clone(&self.context);
        if !answer.mentioned {
            self.note(
                "the declared request does not carry what was falsified, so it was put behind its query",
            );
        }
        let hosts = &context.checkout.platform_hosts;
        let found = request::find(
            answer.base.as_ref(),
            answer.location.as_deref(),
            &answer.body,
            hosts,
        );
        let status = answer.status;
        self.shop.answer = Some(answer);
        self.shop.address = None;
        if (400..600).contains(&status) {
            return Ok(CheckoutEnd::Refused { status });
        }
        let Some(found) = found else {
            return Ok(CheckoutEnd::Nothing {
                reason: format!("status {status} without a form, frame, redirect or document that leads on"),
            });
        };
        let secret = context.gateway_secret.as_ref().ok_or_else(|| {
            Stop::Inconclusive(
                "no gateway secret is known; add secret_env to [checkout] or [recurring]".to_owned(),
            )
        })?;
        let fit = checkout::fit(kind, context.checkout.hash, secret.expose_secret(), &found.fields);
        self.shop.address = Some(found.whole);
        self.shop.requests.push(found.fields.clone());
        Ok(CheckoutEnd::Request {
            handover: found.handover,
            address: found.address,
            fields: found.fields,
            fit,
        })
    }

    async fn snapshot_once(&mut self) -> Result<(), Stop> {
        if self.shop.requests.is_empty() {
            self.snapshot().await?;
        }
        Ok(())
    }

    /// Sends the browser back to the partner, with the cookies of its checkout.
    async fn come_back(&mut self, parameters: Option<Parameters>, how: &str) -> Result<(), Stop> {
        let url = self
            .context
            .checkout
            .return_url
            .as_ref()
            .map(|target| target.url.clone())
            .ok_or_else(|| {
                Stop::Inconclusive("no return page is declared; add return_url to [checkout]".to_owned())
            })?;
        let prepared = self.prepared()?.clone();
        let mut url = url;
        if let Some(parameters) = parameters {
            let (_, text) = parameters.body(Carriage::Query);
            let query = match url.query() {
                Some(already) if !already.is_empty() => format!("{already}&{text}"),
                _ => text,
            };
            url.set_query(Some(&query));
        }
        let cookie = self.shop.answer.as_ref().and_then(|answer| answer.cookie.clone());
        let headers = cookie.map_or_else(Headers::new, |cookie| Headers::new().with("cookie", cookie));
        let intent = Intent {
            role: Role::Stimulus,
            index: self.next_index(Role::Stimulus),
            form: Form::Generated {
                forged: false,
                how: how.to_owned(),
            },
            subject: "browser return".to_owned(),
            id: prepared.references.transaction.clone(),
            reference: prepared.own.clone(),
        };
        let message = Message {
            method: "GET".to_owned(),
            url,
            headers,
            body: Vec::new(),
            timeout: None,
        };
        Box::pin(self.context.deliverer.deliver(&self.scope, intent, message)).await;
        Ok(())
    }

    /// The platform's message that one of the requests was paid, ready to be sent.
    fn paid(&mut self, request: usize) -> Result<(Intent, Composed), Stop> {
        let prepared = self.prepared()?.clone();
        let order = self
            .shop
            .requests
            .get(request)
            .and_then(|fields| checkout::value(fields, "order_id"))
            .map(str::to_owned)
            .ok_or_else(|| {
                Stop::Inconclusive("two checkouts did not give two requests; see EMB-01".to_owned())
            })?;
        let place = format!("{} {} paid {request}", self.scope.example, self.scope.attempt);
        let mut own = prepared.clone();
        own.references.order = order;
        own.references.transaction = names(self.context.seed, &place).transaction;
        let event = self.event(EventType::PaymentSuccess, &own);
        let composed = self.sign(|signing, random| right(signing, &event, Writing::Plain, random))?;
        let form = Form::Right(Writing::Plain);
        let intent = self.intent(Role::Stimulus, form, &event, &prepared.references.order);
        Ok((intent, composed))
    }
}

fn checkout_fields(prepared: &Prepared, description: &str) -> BTreeMap<String, String> {
    let order = &prepared.references.order;
    [
        ("reference", prepared.own.as_str()),
        ("order", order.as_str()),
        ("subscription", prepared.own.as_str()),
        ("policy", prepared.references.policy.as_str()),
        ("recurring", &format!("REC-{}", prepared.own)),
        ("amount", &prepared.amount.amount()),
        ("currency", "MYR"),
        ("description", description),
        ("name", "Aina binti Rahman"),
        ("email", "aina@partner.invalid"),
        ("phone", "+60120000000"),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

fn description(phrase: &str) -> Result<String, Stop> {
    match phrase {
        "" => Ok("Travel cover for one week".to_owned()),
        "a long description" => {
            let text = "Travel cover, one week, two persons. ".repeat(LONG / 36 + 1);
            Ok(text.chars().take(LONG).collect())
        }
        "an apostrophe in its description" => Ok("Aina's cover - Pak Ali's \"plan\" & more".to_owned()),
        other => Err(Stop::Harness(format!("no checkout is known with {other}"))),
    }
}

#[when(regex = r"^a checkout is started for (?:it|the order|the subscription)(?: with (.+))?$")]
async fn started(example: &mut Example, phrase: String) -> Result<(), Stop> {
    example.snapshot_once().await?;
    let text = description(&phrase)?;
    let how = if phrase.is_empty() {
        String::new()
    } else {
        format!(" with {phrase}")
    };
    if !phrase.is_empty() && !example.context.trigger.mentions("checkout", "description") {
        example.note("[start.checkout] takes no {description}, so the partner's own description is judged");
    }
    example.start_checkout(&text, &how, Falsehood::Nothing).await
}

#[when("another checkout is started for it")]
async fn started_again(example: &mut Example) -> Result<(), Stop> {
    let text = description("")?;
    example
        .start_checkout(&text, ", once more", Falsehood::Nothing)
        .await
}

#[when(regex = r"^the browser starts another one with (a smaller amount|an order id of its own)$")]
async fn falsified(example: &mut Example, what: String) -> Result<(), Stop> {
    let falsehood = if what.contains("amount") {
        Falsehood::Amount
    } else {
        Falsehood::Order
    };
    let text = description("")?;
    example
        .start_checkout(&text, ", falsified in the browser", falsehood)
        .await
}

#[when(regex = r"^the browser comes back (without parameters|cancelled)$")]
async fn came_back(example: &mut Example, how: String) -> Result<(), Stop> {
    if how == "without parameters" {
        return example.come_back(None, "without parameters").await;
    }
    let prepared = example.prepared()?.clone();
    let named = |fields: &Vec<CheckoutField>| checkout::value(fields, "order_id").map(str::to_owned);
    let order = example
        .shop
        .requests
        .last()
        .and_then(named)
        .unwrap_or_else(|| prepared.own.clone());
    let transaction = prepared.references.transaction.clone();
    let message = "Payment_was_cancelled";
    let secret = example.context.gateway_secret.clone().ok_or_else(|| {
        Stop::Inconclusive("no gateway secret is known; add secret_env to [checkout]".to_owned())
    })?;
    let rule = crate::wire::recurring::RecurringHash::HmacSha256;
    let hash = rule.compute(secret.expose_secret(), &format!("0{order}{transaction}{message}"));
    let mut parameters = Parameters::default();
    for (name, value) in [
        ("status_id", "0"),
        ("order_id", &order),
        ("transaction_id", &transaction),
        ("msg", message),
        ("hash", &hash),
    ] {
        parameters.push(name, value);
    }
    example.come_back(Some(parameters), "cancelled, hash right").await
}

#[when("its session expires without a callback")]
async fn expired(example: &mut Example) {
    example.note("nothing is sent: the customer closed the page, and the gateway's session ran out");
    example.silence().await;
}

#[when(regex = r"^both are paid (seconds apart|at once)$")]
async fn both_paid(example: &mut Example, when: String) -> Result<(), Stop> {
    let (first, composed) = example.paid(0)?;
    if when == "seconds apart" {
        example.send(first, composed).await?;
        let target = example.target()?;
        example.settle(&target, 1).await;
        let pause = example.context.profile.redelivery_gap();
        example.pause(pause).await;
        let (second, composed) = example.paid(1)?;
        example.send(second, composed).await?;
        return Ok(());
    }
    let (second, other) = example.paid(1)?;
    let (one, _) = example.message(composed)?;
    let (two, _) = example.message(other)?;
    let deliverer = &example.context.deliverer;
    let scope = &example.scope;
    futures::join!(
        Box::pin(deliverer.deliver(scope, first, one)),
        Box::pin(deliverer.deliver(scope, second, two))
    );
    Ok(())
}

#[then("the checkout request is signed by the gateway's rule")]
fn signed(example: &mut Example) {
    example.check(Check::CheckoutSigned);
}

#[then("it is complete, inside its limits, and goes to the gateway's sandbox")]
fn complete(example: &mut Example) -> Result<(), Stop> {
    let prepared = example.prepared()?;
    let check = Check::CheckoutComplete {
        hosts: example.context.checkout.platform_hosts.clone(),
        reference: prepared.own.clone(),
        amount: prepared.amount.amount(),
    };
    example.check(check);
    Ok(())
}

#[then("it still names the server's order and price, or is refused")]
fn of_the_server(example: &mut Example) -> Result<(), Stop> {
    let prepared = example.prepared()?;
    let check = Check::CheckoutOfTheServer {
        reference: prepared.own.clone(),
        amount: prepared.amount.amount(),
    };
    example.check(check);
    Ok(())
}

#[then("the customer can try again under a new reference")]
async fn again(example: &mut Example) -> Result<(), Stop> {
    let text = description("")?;
    example
        .start_checkout(&text, ", once more", Falsehood::Nothing)
        .await?;
    let hosts = example.context.checkout.platform_hosts.clone();
    example.check(Check::CheckoutAnew { hosts });
    Ok(())
}

#[then("the second payment is flagged for a refund")]
async fn flagged(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    example.look(&target, Moment::After).await;
    example.check(Check::SecondPaymentFlagged { target });
    Ok(())
}
