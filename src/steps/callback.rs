//! Recurring payment callbacks in JSON.

use cucumber::when;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::{
    callback_shape::{self, Seal},
    context::CallbackEndpoint,
    parameters::Parcel,
    stop::Stop,
    world::{Carried, Example},
};
use crate::{
    actors::{
        deliverer::message::{Delivered, Message},
        fixtures::{Needed, Prepared},
    },
    checks::effect::Target,
    config::subject::Subject,
    transcript::{
        exchange::{Form, Intent, Role},
        observation::{EffectKind, Moment},
    },
    wire::{
        header::Headers,
        money::Money,
        parameters::Carriage,
        recurring::{Callback, PaymentPlan, RecurringHash},
        tampering::CallbackTampering,
    },
};

impl CallbackEndpoint {
    /// What its callbacks are sealed with.
    pub(super) fn seal(&self) -> Seal<'_> {
        Seal {
            secret: self.secret.expose_secret(),
            hash: self.hash,
        }
    }
}

impl Example {
    pub(super) fn callback_endpoint(&self) -> Result<CallbackEndpoint, Stop> {
        self.context.callback.clone().ok_or_else(|| {
            Stop::Inconclusive("no [recurring] is declared; add url and secret_env".to_owned())
        })
    }

    pub(super) fn callback(&self, prepared: &Prepared, plan: PaymentPlan) -> Callback {
        let now = self.context.clock().unix_millis() / 1000;
        callback_shape::plain(&prepared.references, &prepared.amount, plan, now)
    }

    /// A genuine callback for the prepared subscription, right before it is sent.
    pub(super) async fn genuine_callback(&mut self) -> Result<(Callback, Value), Stop> {
        let prepared = self.prepared()?.clone();
        self.snapshot().await?;
        let callback = self.callback(&prepared, PaymentPlan::Instalment);
        self.carried = Carried {
            transaction: callback.transaction_id.clone(),
            amount: Some(callback.amount.clone()),
            ..Carried::default()
        };
        let hash = Self::right_hash(&self.callback_endpoint()?, &callback);
        let document = callback.document(Some(json!(hash)));
        Ok((callback, document))
    }

    pub(super) async fn post_callback(
        &mut self,
        role: Role,
        form: Form,
        callback: &Callback,
        reference: &str,
        document: &Value,
    ) -> Result<Delivered, Stop> {
        let endpoint = self.callback_endpoint()?;
        self.context.remember(&callback.transaction_id, reference);
        let intent = Intent {
            role,
            index: self.next_index(role),
            form,
            subject: "recurring callback".to_owned(),
            id: callback.transaction_id.clone(),
            reference: reference.to_owned(),
        };
        let message = Message {
            method: "POST".to_owned(),
            url: endpoint.url,
            headers: Headers::new().with("content-type", "application/json"),
            body: document.to_string().into_bytes(),
            timeout: None,
        };
        let delivered = self.context.deliverer.deliver(&self.scope, intent, message).await;
        self.context.hearing.note(&delivered.delivery().ending);
        Ok(delivered)
    }

    pub(super) fn right_hash(endpoint: &CallbackEndpoint, callback: &Callback) -> String {
        endpoint.seal().of(callback)
    }

    /// A good callback about the prepared payment, as one of several stimuli.
    pub(super) async fn report_payment(&mut self, prepared: &Prepared) -> Result<(), Stop> {
        let reference = self.target()?.reference;
        let callback = self.callback(prepared, PaymentPlan::Subscription);
        let hash = Self::right_hash(&self.callback_endpoint()?, &callback);
        let document = callback.document(Some(json!(hash)));
        self.post_callback(Role::Stimulus, Form::Callback, &callback, &reference, &document)
            .await
            .map(drop)
    }

    /// A good callback for a subscription of its own.
    pub(super) async fn good_callback(&mut self, role: Role) -> Result<Target, Stop> {
        let prepared = self
            .fresh(Needed::new(Subject::Subscription, Money::sen(2450)))
            .await?;
        let reference = prepared.references.order.clone();
        let target = Target {
            kind: EffectKind::Subscription,
            reference,
        };
        self.look(&target, Moment::Before).await;
        let callback = self.callback(&prepared, PaymentPlan::Subscription);
        let hash = Self::right_hash(&self.callback_endpoint()?, &callback);
        let document = callback.document(Some(json!(hash)));
        self.post_callback(role, Form::Callback, &callback, &target.reference, &document)
            .await?;
        self.settle(&target, 1).await;
        Ok(target)
    }
}

#[when(
    regex = r"^a recurring callback with (an instalment schedule|a subscription history) reports a successful payment$"
)]
async fn good(example: &mut Example, details: String) -> Result<(), Stop> {
    let plan = if details.contains("schedule") {
        PaymentPlan::Instalment
    } else {
        PaymentPlan::Subscription
    };
    let prepared = example.prepared()?.clone();
    let reference = example.target()?.reference;
    if example.callback_endpoint()?.hash == RecurringHash::Md5 {
        example.note(
            "the account hashes with MD5, a legacy rule of the gateway that can be forged; choose SHA-256 as its hash type",
        );
    }
    example.snapshot().await?;
    let callback = example.callback(&prepared, plan);
    example.carried = Carried {
        transaction: callback.transaction_id.clone(),
        amount: Some(callback.amount.clone()),
        ..Carried::default()
    };
    let hash = Example::right_hash(&example.callback_endpoint()?, &callback);
    let document = callback.document(Some(json!(hash)));
    example
        .post_callback(Role::Stimulus, Form::Callback, &callback, &reference, &document)
        .await
        .map(drop)
}

#[when(regex = r"^a recurring callback is delivered with (.+)$")]
async fn falsified(example: &mut Example, phrase: String) -> Result<(), Stop> {
    let tampering: CallbackTampering = phrase
        .parse()
        .map_err(|error| Stop::Harness(format!("{error}")))?;
    let endpoint = example.callback_endpoint()?;
    let prepared = example.prepared()?.clone();
    let reference = example.target()?.reference;
    example.snapshot().await?;
    let callback = example.callback(&prepared, PaymentPlan::Subscription);
    let made = callback_shape::falsified(callback, tampering, endpoint.seal(), &mut example.random);
    if let Some(right) = &made.withheld {
        example.context.learn_digest(right);
    }
    let parcel = Parcel {
        role: Role::Stimulus,
        form: Form::TamperedCallback(tampering),
        id: &made.callback.transaction_id,
        reference: &reference,
        carriage: Carriage::Json,
        headers: Headers::new(),
    };
    example
        .send_parameters(parcel, &endpoint.url, &made.parameters)
        .await
        .map(drop)
}
