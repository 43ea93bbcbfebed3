//! What all examples of a run share.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use rand::{SeedableRng as _, rngs::StdRng};
use secrecy::SecretString;
use url::Url;

use super::{secret_use::SecretFacts, slots::Slots, stage::Stage};
use crate::{
    actors::{
        alerts::Alerts,
        attest::Papers,
        batch::BatchDesk,
        canary::Place,
        control::Control,
        deliverer::client::Deliverer,
        effect::Effects,
        fixtures::Fixtures,
        log::{LogObserver, canary::PlantedCards},
        page::browser::Browser,
        patience::Patience,
        sandbox::server::Sandbox,
        trigger::Trigger,
    },
    checks::{api::Scheme as ApiScheme, effect::Target},
    config::{checkout::Checkout, host::Clock, sandbox::Limits},
    contract::profile::values::Profile,
    transcript::{
        exchange::Ending,
        observation::EffectKind,
        record::{Event, Scope},
        recorder::Recorder,
    },
    wire::{digest::sha256, event::EventType, recurring::RecurringHash, signature::Scheme},
};

/// The partner's webhook endpoint.
#[derive(Clone, Debug)]
pub struct WebhookEndpoint {
    /// The registered URL.
    pub url: Url,
    /// The variable that holds the secret.
    pub variable: String,
    /// Where the same endpoint would be served without TLS, if that is known.
    pub plain_http: Option<Url>,
    /// Whether certificates are trusted that are not public.
    pub own_trust: bool,
    /// The secret registered at the start of the run.
    pub current: WebhookKey,
    /// The secret that a rotation brings in; none when none is declared.
    pub next: Option<WebhookKey>,
    /// The signature scheme of the profile.
    pub scheme: Scheme,
}

/// A webhook secret.
#[derive(Clone, Debug)]
pub struct WebhookKey {
    /// As it is printed.
    pub printed: SecretString,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// How far the webhook key of the run was rotated. It only moves on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rotation {
    /// Not begun.
    #[default]
    Before,
    /// Both keys are active; the platform still signs with the old one.
    Overlap,
    /// Only the new key is left.
    Over,
}

/// The partner's recurring callback endpoint.
#[derive(Clone, Debug)]
pub struct CallbackEndpoint {
    /// The URL.
    pub url: Url,
    /// The variable that holds the secret.
    pub variable: String,
    /// The gateway secret.
    pub secret: SecretString,
    /// How the hash is made.
    pub hash: RecurringHash,
    /// Where form callbacks go.
    pub form_url: Url,
    /// The partner's own parameters; none when it declares no template.
    pub template: Option<TemplateEndpoint>,
}

/// Where callbacks and browser returns go whose parameters the partner named itself.
#[derive(Clone, Debug)]
pub struct TemplateEndpoint {
    /// The callback URL.
    pub url: Url,
    /// Where the browser returns to.
    pub return_url: Url,
    /// The template as registered, sound or not.
    pub text: String,
    /// How the hash over it is made.
    pub hash: RecurringHash,
    /// Whether callbacks by the template come in JSON; as forms otherwise.
    pub json: bool,
    /// Text that stands on the return page only when a payment is confirmed.
    pub success: Option<String>,
}

impl TemplateEndpoint {
    /// Whether the return URL has a query of its own, so that the template must go on with `&`.
    pub fn goes_on(&self) -> bool {
        self.return_url.query().is_some_and(|query| !query.is_empty())
    }
}

/// A look to be taken once more before the run ends.
#[derive(Clone, Debug)]
pub struct Recheck {
    /// The attempt that asked for it.
    pub scope: Scope,
    /// What to look at.
    pub target: Target,
    /// The count that must not have grown.
    pub count: u64,
    /// What it means if it has.
    pub code: String,
}

/// Actors and facts of a run.
#[derive(Debug)]
pub struct Context {
    /// The transcript.
    pub recorder: Recorder,
    /// File of the transcript, read back by examples that look over the whole run.
    pub transcript: PathBuf,
    /// Sends webhooks and callbacks.
    pub deliverer: Deliverer,
    /// Plays the platform's API; none when the partner declares none.
    pub sandbox: Option<Sandbox>,
    /// Starts the partner's operations.
    pub trigger: Arc<Trigger>,
    /// Acts on the partner's test system.
    pub control: Control,
    /// Reads the partner's alarms; none when no channel is declared.
    pub alerts: Option<Alerts>,
    /// The declaration, a support request, and what the run was made with.
    pub papers: Papers,
    /// Hands batch files over; none when no batch files are declared.
    pub batch: Option<BatchDesk>,
    /// How far the webhook key was rotated.
    pub rotation: Mutex<Rotation>,
    /// Where canaries listen; none when the partner could not reach one.
    pub canaries: Option<Place>,
    /// Reads effects.
    pub effects: Effects,
    /// Reads the log; none when none is declared.
    pub log: Option<Arc<LogObserver>>,
    /// Card data that the log is searched for.
    pub planted_cards: PlantedCards,
    /// Makes references.
    pub fixtures: Fixtures,
    /// How long silence must last.
    pub patience: Arc<Patience>,
    /// Timing and wire values of webhooks and API.
    pub profile: Profile,
    /// The webhook endpoint.
    pub webhook: Option<WebhookEndpoint>,
    /// The callback endpoint.
    pub callback: Option<CallbackEndpoint>,
    /// The pages of the checkout; defaults when none are declared.
    pub checkout: Checkout,
    /// The secret of hosted checkouts.
    pub gateway_secret: Option<SecretString>,
    /// The browser that judges pages; none when none is installed.
    pub browser: Option<Browser>,
    /// The partner's API secret, to prove that it signs no webhooks.
    pub api_secret: Option<SecretString>,
    /// Which credential API calls must carry.
    pub api_scheme: ApiScheme,
    /// What the partner's file says about secrets.
    pub secrets: SecretFacts,
    /// Event types in scope.
    pub in_scope: BTreeSet<EventType>,
    /// Kinds that the partner creates when it first hears of them.
    pub first_sight: BTreeSet<EffectKind>,
    /// What the partner's system bears.
    pub limits: Limits,
    /// Members of the partner's API requests that differ from attempt to attempt.
    pub changing: Vec<String>,
    /// Results in the log that mean that an event was processed.
    pub processed_words: Vec<String>,
    /// Seed of everything random.
    pub seed: u64,
    /// Whether somebody chose it, so that an earlier run may have had the same.
    pub seed_was_given: bool,
    /// How many examples work at once.
    pub slots: Slots,
    /// Who may be at work now.
    pub stage: Stage,
    /// Looks to be taken once more.
    pub rechecks: Mutex<Vec<Recheck>>,
    /// Event ids that were sent, for finding the right log.
    pub known_ids: Mutex<BTreeSet<String>>,
    /// Number of digests taught to the recorder.
    pub digests: AtomicU64,
    /// Whether the partner answers at all.
    pub hearing: Hearing,
}

/// Deliveries that nobody answered, until the first answer.
const DEAF: u64 = 16;

/// Whether the partner has answered anything yet.
#[derive(Debug, Default)]
pub struct Hearing {
    answered: AtomicU64,
    unanswered: AtomicU64,
}

impl Hearing {
    /// Takes note of how a delivery ended.
    pub fn note(&self, ending: &Ending) {
        let count = match ending {
            Ending::Answered(_) => &self.answered,
            Ending::Unanswered { .. } => &self.unanswered,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }

    /// Why nothing more should be sent: many deliveries, and never an answer. Each further one would only
    /// wait out its time limit.
    pub fn deaf(&self) -> Option<String> {
        let unanswered = self.unanswered.load(Ordering::Relaxed);
        (unanswered >= DEAF && self.answered.load(Ordering::Relaxed) == 0).then(|| {
            format!(
                "nothing more is sent: of the first {unanswered} deliveries of this run none was answered"
            )
        })
    }
}

impl WebhookEndpoint {
    /// The key that the platform signs with at this point of a rotation.
    pub fn active(&self, rotation: Rotation) -> &WebhookKey {
        match (rotation, &self.next) {
            (Rotation::Over, Some(next)) => next,
            _ => &self.current,
        }
    }

    /// The key that is good no more at this point of a rotation.
    pub fn retired(&self, rotation: Rotation) -> Option<&WebhookKey> {
        (rotation == Rotation::Over && self.next.is_some()).then_some(&self.current)
    }
}

impl Context {
    /// The clock of the run.
    pub fn clock(&self) -> &Clock {
        self.recorder.clock()
    }

    /// A random stream that depends on seed, example and attempt alone.
    pub fn random(&self, scope: &Scope) -> StdRng {
        stream(self.seed, scope)
    }

    /// How far the webhook key was rotated.
    pub fn rotation(&self) -> Rotation {
        *self.rotation.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The key has been rotated so far.
    pub fn rotated(&self, to: Rotation) {
        *self.rotation.lock().unwrap_or_else(PoisonError::into_inner) = to;
    }

    /// Records an event of the run as a whole.
    pub fn note(&self, text: impl Into<String>) {
        self.recorder.record(None, Event::Note { text: text.into() });
    }

    /// Asks for one more look at the end of the run.
    pub fn recheck(&self, recheck: Recheck) {
        self.rechecks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(recheck);
    }

    /// Remembers an id as one of this run's, and what it is about: effects may be counted from log
    /// lines that show the id alone.
    pub fn remember(&self, id: &str, reference: &str) {
        if let Some(log) = &self.log {
            log.relate(reference, id);
        }
        self.known_ids
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id.to_owned());
    }

    /// Teaches the recorder the digest that would have been right for a forged delivery.
    pub fn learn_digest(&self, digest: &str) {
        let number = self.digests.fetch_add(1, Ordering::Relaxed);
        let _ = self.recorder.learn(
            &format!("{}-{number}", crate::checks::log::EXPECTED_DIGEST),
            digest.as_bytes(),
        );
    }
}

/// The random stream of an attempt in a run with that seed.
pub(super) fn stream(seed: u64, scope: &Scope) -> StdRng {
    let text = format!("{seed}/{}/{}", scope.example, scope.attempt);
    StdRng::from_seed(sha256(text.as_bytes()))
}
