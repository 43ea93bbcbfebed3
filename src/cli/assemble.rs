//! From a resolved configuration to the actors of a run.

use std::{
    collections::BTreeSet,
    net::{Ipv4Addr, SocketAddr},
    num::NonZeroU32,
    path::Path,
    sync::{Arc, Mutex, atomic::AtomicU64},
    time::Duration,
};

use secrecy::SecretString;

use super::{error::CliError, prepare::Profiles, secrets};
use crate::{
    actors::{
        alerts::Alerts,
        attest::Papers,
        batch::BatchDesk,
        canary::Place,
        control::Control,
        deliverer::{
            client::Deliverer,
            options::{self, DelivererOptions},
        },
        effect::{Effects, Tools},
        fixtures::Fixtures,
        log::{LogObserver, Mask, canary::PlantedCards},
        page::browser::Browser,
        patience::Patience,
        sandbox::{
            options::{Authentication as SandboxAuthentication, Base as SandboxBase, SandboxOptions},
            reserved::Reserved,
            server::Sandbox,
        },
        trigger::{Trigger, person::Person},
    },
    checks::api::Scheme,
    config::{
        alerts::Alerts as DeclaredAlerts,
        checkout::Checkout,
        declaration::CallbackStyle,
        declarations::Declarations,
        host::Host,
        partner::Config,
        references::Origin,
        sandbox::{Authentication, Base},
        secret::Secret,
        subject::Subject,
        target::Target,
    },
    steps::{
        context::{CallbackEndpoint, Context, Hearing, TemplateEndpoint, WebhookEndpoint, WebhookKey},
        slots::Slots,
        stage::Stage,
    },
    transcript::{observation::EffectKind, recorder::Recorder},
    wire::signature::secret_bytes,
};

/// How long a delivery may take: long enough to tell a late answer from none.
const ANSWER: Duration = Duration::from_secs(15);
const CONNECT: Duration = Duration::from_secs(5);
/// Examples at work at once, at least; waiting ones do not count.
const AT_WORK: usize = 256;

/// Teaches the recorder every secret of the configuration.
pub fn teach(recorder: &Recorder, config: &Config) {
    for (label, secret) in config.secrets() {
        let _ = recorder.learn(&label, secret.expose().as_bytes());
        if let Ok(bytes) = secret_bytes(secret.expose())
            && label.contains("webhook")
        {
            let _ = recorder.learn(&label, &bytes);
        }
    }
}

/// Reads the declaration, so that its mistakes are told before anything is sent.
pub fn declarations(config: &Config, host: &Host) -> Result<(), CliError> {
    if let Some(file) = config.attest.as_ref().and_then(|attest| attest.file.as_ref()) {
        Declarations::load(file, host)?;
    }
    Ok(())
}

/// Starts the sandbox that the configuration asks for, on a listener that was reserved or on its
/// declared address.
pub async fn sandbox(
    config: &Config,
    recorder: &Recorder,
    seed: u64,
    reserved: Option<Reserved>,
) -> Result<Option<Sandbox>, CliError> {
    let Some(declared) = &config.sandbox else {
        return Ok(None);
    };
    let text = |secret: &Secret| SecretString::from(secret.expose().to_owned());
    let nothing = || SecretString::from(String::new());
    let (authentication, client_id, client_secret, api_key) = match &declared.authentication {
        Authentication::Oauth {
            client_id,
            client_secret,
        } => (
            SandboxAuthentication::Oauth,
            client_id.clone(),
            text(client_secret),
            nothing(),
        ),
        Authentication::ApiKey { key } => {
            (SandboxAuthentication::ApiKey, String::new(), nothing(), text(key))
        }
    };
    let options = SandboxOptions {
        listen: declared.listen,
        tls: declared.tls,
        hostnames: Vec::new(),
        base: match declared.base {
            Base::PerCase => SandboxBase::PerExample,
            Base::Fixed => SandboxBase::Fixed,
        },
        public_url: declared.public_url.as_ref().map(|target| target.url.to_string()),
        authentication,
        client_id,
        client_secret,
        api_key,
        seed,
    };
    let sandbox = match reserved {
        Some(reserved) => Sandbox::start_on(reserved, options, recorder.clone())?,
        None => Sandbox::start(options, recorder.clone()).await?,
    };
    if let Some(next) = &declared.next_secret {
        sandbox.issue_next(text(next));
    }
    if let Some(keys) = &config.keys {
        sandbox.look_out_for_production(keys.production_fingerprints.clone());
    }
    Ok(Some(sandbox))
}

/// The partner's log, if one is declared.
fn log(
    config: &Config,
    recorder: &Recorder,
    cards: &PlantedCards,
    poll: Duration,
) -> Result<Option<Arc<LogObserver>>, CliError> {
    let Some(log) = &config.log else {
        return Ok(None);
    };
    let (masking, cards) = (recorder.clone(), cards.clone());
    let mask = Mask::new(move |text| {
        let mut masked = masking.mask(text);
        masked.found.extend(cards.shown_in(text));
        (masked.text, masked.found)
    });
    let mut observer = LogObserver::open(log, mask, recorder.clone(), poll)?;
    if let Some(DeclaredAlerts::Log { level, values }) = &config.alerts {
        observer = observer.counting_alarms(level.clone(), values.clone());
    }
    Ok(Some(Arc::new(observer)))
}

/// Everything that the examples of a run share.
pub fn context(
    config: &Config,
    profiles: &Profiles,
    recorder: &Recorder,
    sandbox: Option<Sandbox>,
    transcript: &Path,
    seed: u64,
    host: &Host,
) -> Result<Context, CliError> {
    let platform = &profiles.platform;
    let person = Person::at(host.terminal);
    let patience = Arc::new(Patience::new(
        platform.negative_wait_floor(),
        platform.negative_wait_cap(),
        recorder.clone(),
    ));
    let planted_cards = PlantedCards::default();
    let log = log(config, recorder, &planted_cards, platform.settle_poll())?;
    let trigger = Arc::new(Trigger::new(config, person.clone(), recorder.clone())?);
    let deliverer = Deliverer::new(deliverer(config), recorder.clone())?;
    let control = Control::new(config, person.clone(), recorder.clone());
    let alerts = Alerts::new(
        config,
        log.clone(),
        person.clone(),
        recorder.clone(),
        platform.settle_poll(),
    )?;
    let tools = Tools {
        recorder: recorder.clone(),
        patience: Arc::clone(&patience),
        person,
        log: log.clone(),
        limiter: Arc::clone(deliverer.limiter()),
    };
    let processed_words = processed_words(config);
    let batch = BatchDesk::new(
        config,
        Arc::clone(&trigger),
        (log.clone(), processed_words.clone()),
        recorder.clone(),
        platform.clone(),
    )?;
    let checkout = checkout(config);
    Ok(Context {
        recorder: recorder.clone(),
        transcript: transcript.to_owned(),
        deliverer,
        sandbox,
        control,
        alerts,
        papers: Papers::new(config, host, recorder.clone())?,
        batch,
        rotation: Mutex::default(),
        canaries: canaries(config),
        planted_cards,
        effects: Effects::new(config, tools, platform.settle_poll())?,
        log,
        fixtures: Fixtures::new(config, seed, Arc::clone(&trigger))?,
        trigger,
        patience,
        profile: platform.clone(),
        webhook: webhook(config, profiles)?,
        callback: callback(config, profiles),
        gateway_secret: gateway_secret(config),
        browser: Browser::find(checkout.chromium.as_deref(), &host.environment),
        checkout,
        api_secret: config
            .sandbox
            .as_ref()
            .map(|sandbox| match &sandbox.authentication {
                Authentication::Oauth {
                    client_secret: secret,
                    ..
                }
                | Authentication::ApiKey { key: secret } => SecretString::from(secret.expose().to_owned()),
            }),
        api_scheme: match config.sandbox.as_ref().map(|sandbox| &sandbox.authentication) {
            Some(Authentication::ApiKey { .. }) => Scheme::ApiKey,
            _ => Scheme::Oauth,
        },
        secrets: secrets::facts(config),
        in_scope: config.capabilities.webhooks.iter().copied().collect(),
        first_sight: first_sight(config),
        limits: config.limits,
        changing: config
            .sandbox
            .as_ref()
            .map(|sandbox| sandbox.changing.clone())
            .unwrap_or_default(),
        processed_words,
        seed,
        seed_was_given: false,
        slots: Slots::new(AT_WORK.max(config.limits.in_flight as usize)),
        stage: Stage::default(),
        rechecks: Mutex::default(),
        known_ids: Mutex::default(),
        digests: AtomicU64::new(1),
        hearing: Hearing::default(),
    })
}

/// The callback endpoint with everything that belongs to it.
fn callback(config: &Config, profiles: &Profiles) -> Option<CallbackEndpoint> {
    let recurring = config.recurring.as_ref()?;
    let registered = recurring.registered();
    let url = &registered;
    let or_same = |other: &Option<Target>| {
        other
            .as_ref()
            .map_or_else(|| url.clone(), |other| other.url.clone())
    };
    let template = || {
        Some(TemplateEndpoint {
            url: or_same(&recurring.template_url),
            return_url: recurring.return_url.as_ref()?.url.clone(),
            text: recurring.return_template.clone()?,
            hash: recurring
                .template_hash
                .unwrap_or(*profiles.gateway.template_hash()),
            json: config.capabilities.recurring.contains(&CallbackStyle::Json),
            success: recurring.return_success.clone(),
        })
    };
    Some(CallbackEndpoint {
        url: url.clone(),
        variable: recurring.secret.variable().to_owned(),
        secret: SecretString::from(recurring.secret.expose().to_owned()),
        hash: recurring.hash.unwrap_or(*profiles.gateway.recurring_hash()),
        form_url: or_same(&recurring.form_url),
        template: template(),
    })
}

/// The webhook endpoint, if one is declared; an error when its secret is not of the scheme's form.
pub fn webhook(config: &Config, profiles: &Profiles) -> Result<Option<WebhookEndpoint>, CliError> {
    let Some(webhook) = &config.webhook else {
        return Ok(None);
    };
    let key = |secret: &Secret, place: &str| {
        let bytes = secret_bytes(secret.expose()).map_err(|error| {
            CliError::Usage(format!(
                "[webhook] {place}: the variable {}: {error}",
                secret.variable()
            ))
        })?;
        Ok::<_, CliError>(WebhookKey {
            printed: SecretString::from(secret.expose().to_owned()),
            bytes,
        })
    };
    let next = webhook.next_secret.as_ref();
    Ok(Some(WebhookEndpoint {
        url: webhook.registered(),
        variable: webhook.secret.variable().to_owned(),
        plain_http: webhook.plain_http(),
        own_trust: webhook.target.trust.is_some(),
        current: key(&webhook.secret, "secret_env")?,
        next: next.map(|secret| key(secret, "next_secret_env")).transpose()?,
        scheme: profiles.platform.signature_scheme().clone(),
    }))
}

/// Where a canary listens so that the partner could call it: beside a partner on this host, else where
/// the simulated API listens.
fn canaries(config: &Config) -> Option<Place> {
    let partner = &config.webhook.as_ref()?.target.url;
    let here = match partner.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    };
    if here {
        let listen = Ipv4Addr::LOCALHOST.into();
        let host = Ipv4Addr::LOCALHOST.to_string();
        return Some(Place { listen, host });
    }
    let sandbox = config.sandbox.as_ref()?;
    let listen = sandbox.listen.ip();
    let told = sandbox
        .public_url
        .as_ref()
        .and_then(|target| target.url.host_str());
    let host = match told {
        Some(host) => host.to_owned(),
        None if listen.is_loopback() || listen.is_unspecified() => return None,
        None => SocketAddr::new(listen, 0)
            .to_string()
            .trim_end_matches(":0")
            .to_owned(),
    };
    Some(Place { listen, host })
}

/// The pages of the checkout, with what the file leaves open filled in.
fn checkout(config: &Config) -> Checkout {
    let declared = config.checkout.clone().unwrap_or_else(|| Checkout {
        platform_hosts: Checkout::usual_hosts(),
        ..Checkout::default()
    });
    let return_url = declared.return_url.clone().or_else(|| {
        let recurring = config.recurring.as_ref()?;
        recurring.return_url.clone()
    });
    Checkout {
        return_url,
        ..declared
    }
}

fn gateway_secret(config: &Config) -> Option<SecretString> {
    let own = config
        .checkout
        .as_ref()
        .and_then(|checkout| checkout.secret.as_ref());
    let secret = own.or_else(|| config.recurring.as_ref().map(|recurring| &recurring.secret))?;
    Some(SecretString::from(secret.expose().to_owned()))
}

/// Holds that certificates of the partner can be believed: by what its file names, or by this machine.
pub fn authorities(config: &Config) -> Result<(), CliError> {
    let targets = config.targets();
    let needed = targets.iter().any(|(_, target)| !target.is_plain());
    let named = targets.iter().any(|(_, target)| target.trust.is_some());
    if needed && !named {
        options::authorities()?;
    }
    Ok(())
}

fn deliverer(config: &Config) -> DelivererOptions {
    let trust: Vec<String> = config
        .targets()
        .into_iter()
        .filter_map(|(_, target)| target.trust.as_ref())
        .map(|anchor| String::from_utf8_lossy(&anchor.pem).into_owned())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    DelivererOptions {
        trust: (!trust.is_empty()).then(|| trust.concat()),
        connect_timeout: CONNECT,
        answer_timeout: ANSWER,
        in_flight: NonZeroU32::new(config.limits.in_flight).unwrap_or(NonZeroU32::MIN),
        per_second: NonZeroU32::new(config.limits.per_second).unwrap_or(NonZeroU32::MIN),
        reuse_connections: false,
        user_agent: concat!("senang-conformance/", env!("CARGO_PKG_VERSION")).to_owned(),
    }
}

fn first_sight(config: &Config) -> BTreeSet<EffectKind> {
    [
        (Subject::Order, EffectKind::Order),
        (Subject::Policy, EffectKind::Policy),
        (Subject::Claim, EffectKind::Claim),
        (Subject::Subscription, EffectKind::Subscription),
    ]
    .into_iter()
    .filter(|(subject, _)| matches!(config.references.get(subject), None | Some(Origin::FirstSight)))
    .map(|(_, kind)| kind)
    .collect()
}

fn processed_words(config: &Config) -> Vec<String> {
    use crate::config::effects::Effect;
    let mut words: BTreeSet<String> = ["processed".to_owned()].into();
    for effect in config.effects.values() {
        if let Effect::Log { results, .. } = effect {
            words.extend(results.iter().cloned());
        }
    }
    words.into_iter().collect()
}
