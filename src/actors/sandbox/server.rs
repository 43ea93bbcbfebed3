//! The sandbox itself: started once a run, opened and watched by examples, stopped at the end.

use std::{
    fmt,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::ExposeSecret as _;
use tokio::{
    net::TcpListener,
    sync::{Semaphore, mpsc, watch},
    task::{AbortHandle, JoinHandle},
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};

use super::{
    credential::Credentials,
    flawed::Flawed,
    gate::{Acceptor, CONNECTIONS, Gate},
    mount::{Mount, Watch},
    news::Sight,
    options::{Base, SandboxError, SandboxOptions},
    production::Production,
    registry::Registry,
    reserved::Reserved,
    state::{Payment, PaymentStatus, Policy, State},
    station::Station,
    tls::{Authority, Flaw},
};
use crate::{
    config::host::Clock,
    transcript::{record::Scope, recorder::Recorder},
    wire::{fault::Script, money::Money},
};

/// What listeners, mounts and watches share.
pub struct Shared {
    credentials: RwLock<Credentials>,
    production: Mutex<Production>,
    pub(super) recorder: Recorder,
    state: Mutex<State>,
    registry: Mutex<Registry>,
    connections: AtomicU64,
    follower: Mutex<Option<mpsc::UnboundedSender<Sight>>>,
}

/// A running sandbox; cheap to clone. It stops when the last clone is dropped.
#[derive(Clone, Debug)]
pub struct Sandbox {
    shared: Arc<Shared>,
    running: Arc<Running>,
}

#[derive(Debug)]
struct Running {
    address: SocketAddr,
    origin: String,
    host: String,
    authority: Option<Authority>,
    permits: Arc<Semaphore>,
    stop: watch::Sender<bool>,
    listeners: Mutex<Vec<JoinHandle<()>>>,
    stations: AtomicU64,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

impl fmt::Debug for Shared {
    /// Shows nothing of the state: it holds tokens, and the output may reach a report.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl Shared {
    /// The clock of the run.
    pub fn clock(&self) -> &Clock {
        self.recorder.clock()
    }

    /// What the partner was issued. Never held while waiting.
    pub fn credentials(&self) -> RwLockReadGuard<'_, Credentials> {
        self.credentials.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The same, to be changed.
    pub fn credentials_mut(&self) -> RwLockWriteGuard<'_, Credentials> {
        self.credentials.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of keys of production. Never held while waiting.
    pub fn production(&self) -> MutexGuard<'_, Production> {
        self.production.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the platform knows. Never held while waiting.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who owns what. Never held while waiting.
    pub fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Number of the next connection, from 1.
    pub fn next_connection(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Tells the follower, if there is one.
    pub fn tell(&self, sight: impl FnOnce() -> Sight) {
        let follower = self.follower.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(follower) = follower.as_ref() {
            // A follower that went away follows no more.
            let _ = follower.send(sight());
        }
    }

    /// Adds a payment from outside the API.
    pub fn register_payment(
        &self,
        transaction_id: &str,
        order_id: &str,
        amount: &Money,
        status: PaymentStatus,
        mount: Option<u64>,
    ) {
        let created_millis = self.clock().unix_millis();
        self.state().put_payment(Payment {
            id: transaction_id.to_owned(),
            policy_id: None,
            order_id: order_id.to_owned(),
            amount: amount.clone(),
            status,
            refunded: 0,
            created_millis,
            mount,
        });
    }

    /// Closes a mount.
    pub fn close_mount(&self, mount: &Mount) {
        mount.station.close();
        self.registry().close(mount.owner.as_deref(), &mount.station);
    }

    /// Ends a watch.
    pub fn close_watch(&self, station: &Arc<Station>) {
        station.close();
        self.registry().look_away(station);
    }
}

impl Sandbox {
    /// Starts to listen. The recorder learns client secret and API key.
    pub async fn start(options: SandboxOptions, recorder: Recorder) -> Result<Self, SandboxError> {
        let reserved = Reserved::bind(options.listen).await?;
        Self::start_on(reserved, options, recorder)
    }

    /// Starts to listen on an address that was taken before.
    pub fn start_on(
        reserved: Reserved,
        options: SandboxOptions,
        recorder: Recorder,
    ) -> Result<Self, SandboxError> {
        let mut hostnames = options.hostnames;
        if hostnames.is_empty() {
            hostnames = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
        }
        let public = options.public_url.as_deref().map(origin_of).transpose()?;
        let client_secret = options.client_secret.expose_secret();
        let pair = STANDARD.encode(format!("{}:{client_secret}", options.client_id));
        for (label, secret) in [
            ("client-secret", client_secret),
            (
                "client-basic",
                if client_secret.is_empty() {
                    ""
                } else {
                    pair.as_str()
                },
            ),
            ("api-key", options.api_key.expose_secret()),
        ] {
            if !secret.is_empty() {
                recorder.learn(label, secret.as_bytes());
            }
        }
        let authority = if options.tls {
            Some(Authority::generate(&hostnames, recorder.clock().unix_millis())?)
        } else {
            None
        };
        let (address, listener) = (reserved.address(), reserved.listener);
        let scheme = if options.tls { "https" } else { "http" };
        let host = host_of(address, &hostnames);
        let local = format!("{scheme}://{host}:{}", address.port());
        let shared = Arc::new(Shared {
            production: Mutex::default(),
            credentials: RwLock::new(Credentials {
                authentication: options.authentication,
                client_id: options.client_id,
                client_secret: options.client_secret,
                api_key: options.api_key,
                next: None,
                first_retired: false,
            }),
            recorder,
            state: Mutex::new(State::new(options.seed)),
            registry: Mutex::new(Registry::new(options.base)),
            connections: AtomicU64::new(0),
            follower: Mutex::default(),
        });
        let running = Running {
            address,
            host,
            origin: public.unwrap_or(local),
            authority,
            permits: Arc::new(Semaphore::new(CONNECTIONS)),
            stop: watch::Sender::new(false),
            listeners: Mutex::default(),
            stations: AtomicU64::new(0),
        };
        let sandbox = Self {
            shared,
            running: Arc::new(running),
        };
        sandbox.serve(listener, None)?;
        Ok(sandbox)
    }

    fn serve(
        &self,
        listener: TcpListener,
        flaw: Option<Flaw>,
    ) -> Result<(Arc<AtomicU64>, AbortHandle), SandboxError> {
        let tls = match &self.running.authority {
            Some(authority) => Some(Acceptor(TlsAcceptor::from(authority.server(flaw)?))),
            None => None,
        };
        let attempts = Arc::new(AtomicU64::new(0));
        let gate = Gate {
            listener,
            tls,
            permits: Arc::clone(&self.running.permits),
            attempts: Arc::clone(&attempts),
            stop: self.running.stop.subscribe(),
        };
        let task = tokio::spawn(gate.serve(Arc::clone(&self.shared)));
        let handle = task.abort_handle();
        self.running
            .listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(task);
        Ok((attempts, handle))
    }

    /// The base URL that belongs to no example, without slash at the end; `/v1/…` follows.
    pub fn default_base_url(&self) -> String {
        self.running.origin.clone()
    }

    /// The certificate that clients must trust, as PEM; none without TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.running.authority.as_ref().map(Authority::pem)
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// How it tells examples apart.
    pub fn base(&self) -> Base {
        self.shared.registry().base()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.running.address
    }

    /// Gives an attempt a base URL of its own, with a script of faults. Fails when the attempt has
    /// one, or (with [`super::Base::Fixed`]) when any attempt has.
    pub fn open(&self, scope: &Scope, script: Script) -> Result<Mount, SandboxError> {
        let station = self.station(scope, script);
        let owner = self.shared.registry().open(&station)?;
        let base_url = match &owner {
            Some(name) => format!("{}/e/{name}", self.running.origin),
            None => self.running.origin.clone(),
        };
        Ok(Mount {
            station,
            shared: Arc::clone(&self.shared),
            owner,
            base_url,
            noticed: AtomicUsize::new(0),
        })
    }

    /// Claims requests under the default base URL that mention a text in target, headers or body.
    /// An empty text is never mentioned.
    pub fn watch(&self, scope: &Scope, mention: &str) -> Watch {
        self.watch_scripted(scope, mention, Script::default())
    }

    /// Like [`Sandbox::watch`], with a script of faults for the requests that are claimed.
    pub fn watch_scripted(&self, scope: &Scope, mention: &str, script: Script) -> Watch {
        let station = self.station(scope, script);
        self.shared.registry().look_out(mention, &station);
        Watch {
            station,
            shared: Arc::clone(&self.shared),
            noticed: AtomicUsize::new(0),
        }
    }

    fn station(&self, scope: &Scope, script: Script) -> Arc<Station> {
        Station::new(
            self.running.stations.fetch_add(1, Ordering::Relaxed) + 1,
            scope,
            script,
        )
    }

    /// Follows what arrives from now on, in the place of whoever followed before.
    pub fn follow(&self) -> mpsc::UnboundedReceiver<Sight> {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.shared.state().news.open();
        *self
            .shared
            .follower
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(sender);
        receiver
    }

    /// Lets the sandbox answer for a payment that was not made through its API.
    pub fn register_payment(
        &self,
        transaction_id: &str,
        order_id: &str,
        amount: &Money,
        status: PaymentStatus,
    ) {
        self.shared
            .register_payment(transaction_id, order_id, amount, status, None);
    }

    /// Lets the sandbox answer for a policy that was not made through its API. It is in force.
    pub fn register_policy(&self, policy_id: &str, order_id: &str, premium: &Money) {
        let policy = Policy::in_force(order_id, premium, self.shared.clock().unix_millis());
        self.shared.state().policies.insert(policy_id.to_owned(), policy);
    }

    /// Sets how a payment stands; one that becomes successful is booked on its policy. False when
    /// there is no such payment.
    pub fn settle_payment(&self, transaction_id: &str, status: PaymentStatus) -> bool {
        let now_millis = self.shared.clock().unix_millis();
        self.shared.state().settle(transaction_id, status, now_millis)
    }

    /// Sets where a claim stands, in the contract's words. False when there is no such claim.
    pub fn set_claim_status(&self, claim_id: &str, status: &str) -> bool {
        match self.shared.state().claims.get_mut(claim_id) {
            Some(claim) => {
                status.clone_into(&mut claim.status);
                true
            }
            None => false,
        }
    }

    /// Opens a further address with a certificate that no client may accept. Prefixes of mounts work
    /// below it, so that a request that should never come is found in the right record.
    pub async fn listen_flawed(&self, flaw: Flaw) -> Result<Flawed, SandboxError> {
        if self.running.authority.is_none() {
            return Err(SandboxError::NoTls);
        }
        let reserved = Reserved::bind(SocketAddr::new(self.running.address.ip(), 0)).await?;
        let (address, listener) = (reserved.address(), reserved.listener);
        let (attempts, listening) = self.serve(listener, Some(flaw))?;
        let origin = format!("https://{}:{}", self.running.host, address.port());
        Ok(Flawed::new(origin, attempts, listening))
    }

    /// TLS with a good certificate, for another listener under the sandbox's names; none without TLS.
    pub fn vouched(&self) -> Result<Option<Arc<ServerConfig>>, SandboxError> {
        let authority = self.running.authority.as_ref();
        authority.map(|authority| authority.server(None)).transpose()
    }

    /// Stops all listeners, ends silent requests, and waits (a few seconds at most) until every
    /// request is recorded.
    pub async fn stop(self) {
        self.running.stop.send_replace(true);
        let listeners = std::mem::take(
            &mut *self
                .running
                .listeners
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        );
        for listener in listeners {
            let _ = listener.await;
        }
    }
}

fn host_of(address: SocketAddr, hostnames: &[String]) -> String {
    let ip = address.ip().to_string();
    let first = hostnames.first().filter(|_| !hostnames.contains(&ip));
    let host = first.unwrap_or(&ip);
    if host.contains(':') {
        format!("[{host}]")
    } else {
        host.clone()
    }
}

fn origin_of(text: &str) -> Result<String, SandboxError> {
    let wrong = || SandboxError::PublicUrl(text.to_owned());
    let url = url::Url::parse(text).map_err(|_| wrong())?;
    let bare =
        url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if bare && matches!(url.scheme(), "http" | "https") && url.has_host() {
        Ok(url.origin().ascii_serialization())
    } else {
        Err(wrong())
    }
}
