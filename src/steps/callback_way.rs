//! The ways in which a callback reaches the partner: its endpoints, formats and parameter names.

use std::str::FromStr;

use cucumber::{given, then};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use url::Url;

use super::{
    context::{CallbackEndpoint, TemplateEndpoint},
    expect::EFFECT,
    parameters::Parcel,
    stop::Stop,
    world::{Carried, Example},
};
use crate::{
    actors::{
        deliverer::message::Delivered,
        fixtures::{Needed, Prepared},
    },
    checks::effect::Target,
    config::subject::Subject,
    transcript::{
        exchange::{Form, Role},
        observation::{EffectKind, Moment},
    },
    wire::{
        header::Headers,
        money::Money,
        parameters::{Carriage, Parameters},
        recurring::{Callback, PaymentPlan},
        return_template::{Placeholder, ReturnTemplate},
    },
};

/// How a callback travels, and by which names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// JSON under the default names.
    Json,
    /// A form under the default names.
    Form,
    /// JSON under the partner's own names.
    TemplateJson,
    /// A form under the partner's own names.
    TemplateForm,
}

impl FromStr for Way {
    type Err = Stop;

    fn from_str(words: &str) -> Result<Self, Stop> {
        Ok(match words {
            "JSON" => Self::Json,
            "forms" => Self::Form,
            "the template in JSON" => Self::TemplateJson,
            "the template as a form" => Self::TemplateForm,
            other => return Err(Stop::Harness(format!("no way of callbacks is called {other:?}"))),
        })
    }
}

impl Way {
    pub(super) fn carriage(self) -> Carriage {
        match self {
            Self::Json | Self::TemplateJson => Carriage::Json,
            Self::Form | Self::TemplateForm => Carriage::Form,
        }
    }

    /// The address of callbacks of this kind.
    pub(super) fn url(self, example: &Example) -> Result<Url, Stop> {
        Ok(match self {
            Self::Json => example.callback_endpoint()?.url,
            Self::Form => example.callback_endpoint()?.form_url,
            Self::TemplateJson | Self::TemplateForm => example.template_endpoint()?.url,
        })
    }
}

/// The texts of a callback for the placeholders of a template. The customer is nobody.
pub fn values(callback: &Callback) -> impl Fn(Placeholder) -> String + '_ {
    |placeholder| match placeholder {
        Placeholder::Name => "Conformance Payer".to_owned(),
        Placeholder::Email => "payer@example.com".to_owned(),
        Placeholder::Phone => "60100000000".to_owned(),
        Placeholder::Amount => callback.amount.amount(),
        Placeholder::Status => callback.status_id.clone(),
        Placeholder::Order => callback.order_id.clone(),
        Placeholder::Reference => callback.transaction_id.clone(),
        Placeholder::Message => callback.msg.clone(),
        Placeholder::Hash => String::new(),
        Placeholder::Type => "cc".to_owned(),
    }
}

impl Example {
    pub(super) fn template_endpoint(&self) -> Result<TemplateEndpoint, Stop> {
        self.callback_endpoint()?.template.ok_or_else(|| {
            Stop::Inconclusive(
                "[recurring] has no return_url and return_template; add them as registered".to_owned(),
            )
        })
    }

    /// The registered template, as far as it can be filled.
    pub(super) fn template(&self) -> Result<ReturnTemplate, Stop> {
        let endpoint = self.template_endpoint()?;
        ReturnTemplate::parse(&endpoint.text, endpoint.goes_on()).map_err(|flaws| {
            let first = flaws.first().map(ToString::to_string).unwrap_or_default();
            Stop::Inconclusive(format!(
                "the registered template {first}, so nothing can be filled in; see RC-RET-01"
            ))
        })
    }

    /// Whether the partner declares callbacks by the template in JSON; forms otherwise.
    pub(super) fn template_way(&self) -> Result<Way, Stop> {
        let endpoint = self.template_endpoint()?;
        Ok(if endpoint.json {
            Way::TemplateJson
        } else {
            Way::TemplateForm
        })
    }

    /// The hash that a callback calls for.
    pub(super) fn hash_by(&self, way: Way, callback: &Callback) -> Result<String, Stop> {
        let endpoint: CallbackEndpoint = self.callback_endpoint()?;
        Ok(match way {
            Way::Json | Way::Form => Self::right_hash(&endpoint, callback),
            Way::TemplateJson | Way::TemplateForm => {
                let rule = self.template_endpoint()?.hash;
                let secret = endpoint.secret.expose_secret();
                self.template()?.hash(rule, secret, &values(callback))
            }
        })
    }

    /// The parameters of a callback in their usual order, with that hash or none.
    pub(super) fn parameters_by(
        &self,
        way: Way,
        callback: &Callback,
        hash: Option<String>,
    ) -> Result<Parameters, Stop> {
        if matches!(way, Way::Json | Way::Form) {
            return Ok(Parameters::of(callback, hash.map(Value::from)));
        }
        let template = self.template()?;
        let filled = template.filled(&values(callback), hash.as_deref().unwrap_or_default());
        let mut parameters = Parameters(
            filled
                .into_iter()
                .map(|(name, value)| (name, json!(value)))
                .collect(),
        );
        if hash.is_none() {
            parameters.remove(self.own_name(Placeholder::Hash)?.as_str());
        }
        Ok(parameters)
    }

    /// The partner's own name for a value that its template must have.
    pub(super) fn own_name(&self, placeholder: Placeholder) -> Result<String, Stop> {
        let template = self.template()?;
        let name = template.name_of(placeholder).map(str::to_owned);
        name.ok_or_else(|| Stop::Inconclusive(format!("the registered template has no {placeholder}")))
    }

    /// A callback about the prepared subscription, about to be sent.
    pub(super) async fn about_to_report(&mut self, status: &str) -> Result<Callback, Stop> {
        let prepared = self.prepared()?.clone();
        self.snapshot().await?;
        let mut callback = self.callback(&prepared, PaymentPlan::Subscription);
        status.clone_into(&mut callback.status_id);
        if status == "0" {
            "Payment_was_declined".clone_into(&mut callback.msg);
        }
        self.carried = Carried {
            transaction: callback.transaction_id.clone(),
            amount: Some(callback.amount.clone()),
            ..Carried::default()
        };
        Ok(callback)
    }

    /// Sends what became of a callback, as the stimulus.
    pub(super) async fn deliver_parameters(
        &mut self,
        (forged, how): (bool, &str),
        callback: &Callback,
        (carriage, url): (Carriage, &Url),
        parameters: &Parameters,
    ) -> Result<Delivered, Stop> {
        let reference = self.target()?.reference;
        let parcel = Parcel {
            role: Role::Stimulus,
            form: Form::Parameters {
                forged,
                how: how.to_owned(),
            },
            id: &callback.transaction_id,
            reference: &reference,
            carriage,
            headers: Headers::new(),
        };
        self.send_parameters(parcel, url, parameters).await
    }

    /// Sends a right callback in any role.
    pub(super) async fn send_right(
        &mut self,
        role: Role,
        way: Way,
        how: &str,
        callback: &Callback,
    ) -> Result<Delivered, Stop> {
        let hash = self.hash_by(way, callback)?;
        let parameters = self.parameters_by(way, callback, Some(hash))?;
        let url = way.url(self)?;
        let reference = callback.order_id.clone();
        let parcel = Parcel {
            role,
            form: Form::Parameters {
                forged: false,
                how: how.to_owned(),
            },
            id: &callback.transaction_id,
            reference: &reference,
            carriage: way.carriage(),
            headers: Headers::new(),
        };
        self.send_parameters(parcel, &url, &parameters).await
    }

    /// A good callback for a subscription of its own; also what it told.
    pub(super) async fn good_callback_by(
        &mut self,
        role: Role,
        way: Way,
    ) -> Result<(Target, Callback), Stop> {
        let prepared: Prepared = self
            .fresh(Needed::new(Subject::Subscription, Money::sen(2450)))
            .await?;
        let target = Target {
            kind: EffectKind::Subscription,
            reference: prepared.references.order.clone(),
        };
        self.look(&target, Moment::Before).await;
        let callback = self.callback(&prepared, PaymentPlan::Subscription);
        self.send_right(role, way, "nothing unusual", &callback).await?;
        self.settle(&target, 1).await;
        Ok((target, callback))
    }
}

#[given(
    regex = r"^the callback endpoint for (JSON|forms|the template in JSON|the template as a form) has just booked a good payment$"
)]
async fn alive_before(example: &mut Example, words: String) -> Result<(), Stop> {
    let (target, _) = example
        .good_callback_by(Role::ControlBefore, words.parse()?)
        .await?;
    example.must_live(target)
}

#[given("the callback endpoint for forms was tried with a good payment")]
async fn tried(example: &mut Example) -> Result<(), Stop> {
    let (target, _) = example.good_callback_by(Role::ControlBefore, Way::Form).await?;
    // Whether it lives is judged at the end: that it reads no forms is what the example may show.
    example.control_before = Some(target);
    Ok(())
}

#[then(
    regex = r"^the callback endpoint for (JSON|forms|the template in JSON|the template as a form) still books a good payment$"
)]
async fn alive_after(example: &mut Example, words: String) -> Result<(), Stop> {
    let (target, _) = example
        .good_callback_by(Role::ControlAfter, words.parse()?)
        .await?;
    example.alive(target)
}

#[then("no payment is booked")]
async fn no_payment(example: &mut Example) -> Result<(), Stop> {
    let target = example.target()?;
    example.nothing_happens_to(&[target], true, EFFECT).await;
    Ok(())
}
