//! What the partner declares, as far as it decides which cases apply.

use std::collections::BTreeSet;

use crate::{
    contract::{
        capability::{Capability, Operation},
        channel::Observation,
    },
    wire::{event::EventType, recurring::RecurringHash, signature::SignedParts},
};

/// A partner's declaration together with what the profile fixes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a capability of its own that a partner declares or not"
)]
pub struct Declared {
    /// Event types taken by webhook.
    pub webhooks: BTreeSet<EventType>,
    /// Recurring callbacks in JSON.
    pub recurring_json: bool,
    /// Recurring callbacks as form posts.
    pub recurring_form: bool,
    /// A custom return URL template.
    pub return_template: bool,
    /// Whether the template holds the amount.
    pub template_amount: bool,
    /// Whether no callback endpoint takes the default parameters: the only one goes by the template.
    pub template_only: bool,
    /// Operations that are used and can be started, hosted checkout and batch files among them.
    pub operations: BTreeSet<Operation>,
    /// What the webhook signature covers.
    pub signed: SignedParts,
    /// How the recurring hash is made.
    pub recurring_hash: RecurringHash,
    /// Ways in which the partner lets itself be observed: [`Observation::Effect`],
    /// [`Observation::Log`], [`Observation::Static`], [`Observation::Attest`]. The others need no
    /// declaration.
    pub channels: BTreeSet<Observation>,
    /// Whether all examples share one address of the simulated API, so that those which use it run one
    /// at a time.
    pub shared_sandbox: bool,
    /// Whether examples that make load may run.
    pub load: bool,
    /// Whether the webhook endpoint is on this machine: a development target.
    pub loopback_webhook: bool,
    /// Whether it is that and takes plain http.
    pub plain_loopback_webhook: bool,
    /// Whether it is known where plain http would be served beside the endpoint.
    pub plain_http_address: bool,
}

impl Declared {
    /// Why something that a case needs is not there; none when it is.
    pub fn missing(&self, need: Capability) -> Option<String> {
        let (there, reason) = match need {
            Capability::Webhooks => (!self.webhooks.is_empty(), "no webhooks are declared".to_owned()),
            Capability::Event(kind) => {
                let reason = format!("{kind} is not among the declared webhooks");
                (self.webhooks.contains(&kind), reason)
            }
            Capability::OutOfScopeType => {
                let reason =
                    "every event type of the contract is declared, so none is out of scope".to_owned();
                (self.webhooks.len() < EventType::ALL.len(), reason)
            }
            Capability::SignedHeaders => {
                let reason = "the profile's signature does not cover event id and attempt time".to_owned();
                (self.signed == SignedParts::IdTimestampBody, reason)
            }
            Capability::SignedTimestamp => {
                let reason = "the profile's signature does not cover the attempt time".to_owned();
                (self.signed != SignedParts::Body, reason)
            }
            Capability::RecurringJson => self.by_default_names(self.recurring_json, "JSON"),
            Capability::RecurringForm => self.by_default_names(self.recurring_form, "form"),
            Capability::RecurringHashNotMd5 => {
                let reason = "MD5 is the recurring hash of this run, so it cannot be a wrong one".to_owned();
                (self.recurring_hash != RecurringHash::Md5, reason)
            }
            Capability::ReturnTemplate => (
                self.return_template,
                "no return URL template is declared".to_owned(),
            ),
            Capability::TemplateJson => (
                self.return_template && self.recurring_json,
                "no JSON callbacks with a return URL template are declared".to_owned(),
            ),
            Capability::TemplateForm => (
                self.return_template && self.recurring_form,
                "no form callbacks with a return URL template are declared".to_owned(),
            ),
            Capability::TemplateAmount => (
                self.return_template && self.template_amount,
                "no return URL template with an [AMOUNT] is declared".to_owned(),
            ),
            Capability::Api => (
                self.operations.iter().any(|operation| operation.calls_api()),
                "no API operation is declared".to_owned(),
            ),
            Capability::Operation(operation) => {
                let reason = format!("the operation {operation} is not declared");
                (self.operations.contains(&operation), reason)
            }
            Capability::Checkout => (
                self.operations.contains(&Operation::Checkout),
                "hosted checkout is not declared".to_owned(),
            ),
            Capability::Batch => (
                self.operations.contains(&Operation::Batch),
                "batch files are not declared".to_owned(),
            ),
            Capability::Load => (
                self.load,
                "load is not opted in; where your system may bear it, set load = true in [limits]".to_owned(),
            ),
            Capability::PublicTarget => (
                !self.loopback_webhook,
                "loopback development target: it has no public address".to_owned(),
            ),
            Capability::TlsTarget => (
                !self.plain_loopback_webhook,
                "loopback development target over plain http: it has no certificate".to_owned(),
            ),
            Capability::PlainHttpAddress => (
                self.plain_http_address,
                "loopback development target, and [webhook] plain_http_port does not say where plain http \
                 would be"
                    .to_owned(),
            ),
        };
        (!there).then_some(reason)
    }

    fn by_default_names(&self, declared: bool, style: &str) -> (bool, String) {
        if declared && self.template_only {
            let reason = "the only callback URL goes by the return URL template; \
                          declare template_url if another one takes the default parameters";
            return (false, reason.to_owned());
        }
        (declared, format!("{style} callbacks are not declared"))
    }

    /// Whether a case can look this way.
    pub fn observable(&self, observation: Observation) -> bool {
        match observation {
            Observation::Effect | Observation::Log | Observation::Static | Observation::Attest => {
                self.channels.contains(&observation)
            }
            Observation::Resp | Observation::Seen | Observation::Tls | Observation::Canary => true,
        }
    }
}
