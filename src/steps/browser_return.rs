//! The browser's return after a payment: genuine, forged, and beside the callback.

use cucumber::{given, then, when};
use rand::Rng as _;

use super::{parameters::Parcel, stop::Stop, world::Example};
use crate::{
    actors::deliverer::message::Message,
    checks::{
        check::Check,
        view::{View, Which},
    },
    transcript::{
        exchange::{Ending, Form, Intent, Role},
        observation::Moment,
    },
    wire::{
        header::Headers,
        money::Money,
        parameters::{Carriage, Parameters},
        recurring::Callback,
        return_template::Placeholder,
    },
};

/// Spread within which two things come at the same time, in milliseconds.
const TOGETHER: u64 = 50;

/// What is forbidden on the page, kept between the steps.
const MARKUP_START: &str = "<i data-conformance=";

impl Example {
    /// A return of the browser as a message.
    fn returning(
        &mut self,
        role: Role,
        (forged, how): (bool, &str),
        callback: &Callback,
        parameters: &Parameters,
    ) -> Result<(Intent, Message), Stop> {
        let url = self.template_endpoint()?.return_url;
        let reference = callback.order_id.clone();
        let parcel = Parcel {
            role,
            form: Form::Parameters {
                forged,
                how: how.to_owned(),
            },
            id: &callback.transaction_id,
            reference: &reference,
            carriage: Carriage::Query,
            headers: Headers::new(),
        };
        Ok(self.parameter_message(parcel, &url, parameters))
    }

    async fn send_return(
        &mut self,
        role: Role,
        manner: (bool, &str),
        callback: &Callback,
        parameters: &Parameters,
    ) -> Result<(), Stop> {
        let (intent, message) = self.returning(role, manner, callback, parameters)?;
        self.context.deliverer.deliver(&self.scope, intent, message).await;
        Ok(())
    }

    /// The parameters of a genuine return.
    fn right_return(&self, callback: &Callback) -> Result<Parameters, Stop> {
        let way = self.template_way()?;
        let hash = self.hash_by(way, callback)?;
        self.parameters_by(way, callback, Some(hash))
    }

    async fn genuine_return(&mut self, role: Role, how: &str, callback: &Callback) -> Result<(), Stop> {
        let parameters = self.right_return(callback)?;
        self.send_return(role, (false, how), callback, &parameters).await
    }

    async fn callback_beside(&mut self, callback: &Callback) -> Result<(), Stop> {
        let way = self.template_way()?;
        self.send_right(Role::Stimulus, way, "beside the browser's return", callback)
            .await
            .map(drop)
    }

    /// Both ways at the same moment.
    async fn together(&mut self, callback: &Callback) -> Result<(), Stop> {
        let parameters = self.right_return(callback)?;
        let manner = (false, "at the moment of the callback");
        let returning = self.returning(Role::Stimulus, manner, callback, &parameters)?;
        let way = self.template_way()?;
        let parcel = Parcel {
            role: Role::Stimulus,
            form: Form::Parameters {
                forged: false,
                how: "at the moment of the browser's return".to_owned(),
            },
            id: &callback.transaction_id,
            reference: &callback.order_id,
            carriage: way.carriage(),
            headers: Headers::new(),
        };
        let url = way.url(self)?;
        let called = self.parameter_message(parcel, &url, &parameters);
        let raw = self.context.deliverer.raw();
        raw.burst_of(&self.scope, vec![returning, called]).await;
        self.check(Check::Simultaneous {
            copies: 2,
            within: TOGETHER,
        });
        Ok(())
    }
}

#[given("the return page has just shown a good payment, and a callback by the template was booked")]
async fn page_alive(example: &mut Example) -> Result<(), Stop> {
    let way = example.template_way()?;
    let (_, callback) = example.good_callback_by(Role::ControlBefore, way).await?;
    example
        .genuine_return(Role::ControlBefore, "after its callback", &callback)
        .await?;
    // The sign of life is a callback: a return page may answer by sending the browser on.
    let (target, _) = example.good_callback_by(Role::ControlBefore, way).await?;
    example.must_live(target)
}

#[then("a callback by the template is still booked")]
async fn still_alive(example: &mut Example) -> Result<(), Stop> {
    let way = example.template_way()?;
    let (target, _) = example.good_callback_by(Role::ControlAfter, way).await?;
    example.alive(target)
}

#[when(regex = r"^the browser returns with status 1 and (no hash|a wrong hash|the hash of another order)$")]
async fn forged(example: &mut Example, proof: String) -> Result<(), Stop> {
    let callback = example.about_to_report("1").await?;
    let way = example.template_way()?;
    let right = example.hash_by(way, &callback)?;
    example.context.learn_digest(&right);
    let hash = match proof.as_str() {
        "no hash" => None,
        "a wrong hash" => Some(hex::encode(example.random.random::<[u8; 32]>())),
        _ => {
            let other = Callback {
                order_id: format!("ORD-{}", example.letters(12)),
                ..callback.clone()
            };
            Some(example.hash_by(way, &other)?)
        }
    };
    let parameters = example.parameters_by(way, &callback, hash)?;
    example
        .send_return(Role::Stimulus, (true, &proof), &callback, &parameters)
        .await
}

#[then("the page does not claim success")]
fn no_claim(example: &mut Example) -> Result<(), Stop> {
    let phrase = example.template_endpoint()?.success;
    example.check(Check::PageClaimsNoSuccess { phrase });
    Ok(())
}

#[when(
    regex = r"^the browser returns and the callback comes, (the return first|the callback first|both at once|the page refreshed three times)$"
)]
async fn both_ways(example: &mut Example, order: String) -> Result<(), Stop> {
    let callback = example.about_to_report("1").await?;
    let target = example.target()?;
    match order.as_str() {
        "the return first" => {
            example
                .genuine_return(Role::Stimulus, "before its callback", &callback)
                .await?;
            example.callback_beside(&callback).await
        }
        "both at once" => example.together(&callback).await,
        "the callback first" => {
            example.callback_beside(&callback).await?;
            example.settle(&target, 1).await;
            example
                .genuine_return(Role::Stimulus, "after its callback", &callback)
                .await
        }
        _ => {
            example.callback_beside(&callback).await?;
            for _ in 0..4 {
                example
                    .genuine_return(Role::Stimulus, "again and again", &callback)
                    .await?;
            }
            Ok(())
        }
    }
}

#[when(
    regex = r"^the browser returns from a payment with a message that (holds an HTML tag|joins its words by underscores)$"
)]
async fn told(example: &mut Example, what: String) -> Result<(), Stop> {
    let mut callback = example.about_to_report("1").await?;
    let mark = example.letters(8);
    callback.msg = if what.contains("tag") {
        format!("Paid \">{MARKUP_START}{mark}>")
    } else {
        format!("Paid_in_full_{mark}")
    };
    let way = example.template_way()?;
    let target = example.target()?;
    example
        .send_right(
            Role::Probe,
            way,
            "so that the page has something to show",
            &callback,
        )
        .await?;
    example.settle(&target, 1).await;
    example
        .genuine_return(Role::Stimulus, &format!("message {:?}", callback.msg), &callback)
        .await?;
    example.carried.name = Some(callback.msg);
    Ok(())
}

#[when("a stranger returns for an order that another customer has paid")]
async fn stranger(example: &mut Example) -> Result<(), Stop> {
    let callback = example.about_to_report("1").await?;
    let (way, target) = (example.template_way()?, example.target()?);
    example
        .send_right(Role::Probe, way, "so that there is something to show", &callback)
        .await?;
    example.settle(&target, 1).await;
    let guessed = Callback {
        transaction_id: format!("txn_{}", example.letters(12)),
        amount: Money::sen(100),
        ..callback.clone()
    };
    let hash = hex::encode(example.random.random::<[u8; 32]>());
    let parameters = example.parameters_by(way, &guessed, Some(hash))?;
    example
        .send_return(
            Role::Stimulus,
            (true, "an order id alone, all else guessed"),
            &guessed,
            &parameters,
        )
        .await
}

#[then(regex = r"^the page shows (the tag as text|the message|nothing about the order)$")]
async fn shown(example: &mut Example, what: String) -> Result<(), Stop> {
    let message = example.carried.name.clone().unwrap_or_default();
    match what.as_str() {
        "the tag as text" => {
            let markup = message.find('<').and_then(|start| message.get(start..));
            let markup = markup.unwrap_or_default().to_owned();
            example.check(Check::PageEscapes { markup });
        }
        "the message" => {
            let spaced = message.replace('_', " ");
            let remark = match example.page_text() {
                Some(text) if text.contains(&spaced) => {
                    "the message is shown with spaces for its underscores"
                }
                Some(text) if text.contains(&message) => {
                    "the message is shown with its underscores; write spaces for them"
                }
                Some(_) => "the message is not shown",
                None => "the return was not answered with a page",
            };
            example.note(remark);
        }
        _ => {
            let target = example.target()?;
            example.look(&target, Moment::After).await;
            let prepared = example.prepared()?;
            let references = &prepared.references;
            let mut details = vec![
                prepared.amount.amount(),
                references.transaction.clone(),
                references.policy.clone(),
                format!("REC-{}", references.order),
                format!("CUS-{}", prepared.own),
            ];
            if example.template()?.has(Placeholder::Name) {
                details.extend([
                    "Conformance Payer".to_owned(),
                    "payer@example.com".to_owned(),
                    "60100000000".to_owned(),
                ]);
            }
            example.check(Check::PageTellsNothing { details });
        }
    }
    Ok(())
}

impl Example {
    /// The text of the page that the last return was answered with.
    fn page_text(&self) -> Option<String> {
        let records = self.context.recorder.of(&self.scope);
        let deliveries = View::new(&records).deliveries(Which::STIMULUS);
        match &deliveries.last()?.delivery.ending {
            Ending::Answered(answer) => Some(String::from_utf8_lossy(&answer.body.bytes()).into_owned()),
            Ending::Unanswered { .. } => None,
        }
    }
}
