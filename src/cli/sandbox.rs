//! `sandbox`: the simulated platform on its own, for an integration that is still being written.

use std::{path::Path, sync::Arc};

use secrecy::{SecretSlice, SecretString};
use serde_json::json;

use super::{
    args::{ApiAuthentication, ClockChoice, SandboxArguments},
    error::CliError,
    exit::Exit,
    interrupt, output,
    prepare::Profiles,
    sandbox_credentials::{Credentials, Issued},
    sandbox_view::View,
};
use crate::{
    actors::{
        courier::{Courier, Route},
        sandbox::{
            mount::Mount,
            news::Sight,
            options::{Authentication, Base, SandboxError, SandboxOptions},
            server::Sandbox,
        },
    },
    config::{
        fault_script,
        host::{Host, unforeseen},
        target::Target,
    },
    contract::{id::IdError, profile::values::Profile},
    transcript::{record::Scope, recorder::Recorder},
    wire::{fault::Script, signature::secret_bytes},
};

/// Serves until it is interrupted.
pub async fn serve(arguments: SandboxArguments, host: &Host) -> Result<Exit, CliError> {
    let mut interrupt = interrupt::interrupt();
    let script = match &arguments.fault {
        Some(path) => fault_script::load(path).map_err(Box::new)?,
        None => Script::default(),
    };
    let credentials = Credentials::new(&host.environment)?;
    let recorder = Recorder::forgetful(host.clock.clone());
    let courier = courier(&arguments, &credentials, &recorder)?.map(Arc::new);
    let sandbox = start(&arguments, &credentials, &recorder).await?;
    if let Some(pem) = sandbox.ca_pem() {
        write(&arguments.ca, pem)?;
    }
    let mut sights = sandbox.follow();
    let mount = open(&sandbox, script.clone())?;
    announce(&arguments, &credentials, &mount, script.lines.len())?;
    let view = View::new(host.clock.clone(), arguments.json);
    loop {
        let sight = tokio::select! {
            _ = interrupt.wait_for(|interrupted| *interrupted) => break,
            sight = sights.recv() => sight,
        };
        match sight {
            Some(Sight::Request(seen)) => {
                mount.forget_requests();
                view.request(&seen)?;
            }
            Some(Sight::News(news)) => {
                if let Some(courier) = courier.clone() {
                    let view = view.clone();
                    tokio::spawn(async move {
                        let told = |attempt| {
                            // Whoever cannot be shown it is gone.
                            let _ = view.attempt(&attempt);
                        };
                        courier.tell(&news, told).await;
                    });
                }
            }
            None => break,
        }
    }
    drop(mount);
    sandbox.stop().await;
    Ok(Exit::Success)
}

async fn start(
    arguments: &SandboxArguments,
    credentials: &Credentials,
    recorder: &Recorder,
) -> Result<Sandbox, CliError> {
    let secret = |issued: &Issued| SecretString::from(issued.value.clone());
    let nothing = || SecretString::from(String::new());
    let options = SandboxOptions {
        listen: arguments.listen,
        tls: arguments.tls,
        hostnames: Vec::new(),
        base: Base::Fixed,
        public_url: None,
        authentication: authentication(arguments),
        client_id: credentials.client_id.value.clone(),
        client_secret: match authentication(arguments) {
            Authentication::Oauth => secret(&credentials.client_secret),
            Authentication::ApiKey => nothing(),
        },
        api_key: match authentication(arguments) {
            Authentication::Oauth => nothing(),
            Authentication::ApiKey => secret(&credentials.api_key),
        },
        seed: arguments.seed.unwrap_or_else(|| unforeseen(recorder.clock())),
    };
    Sandbox::start(options, recorder.clone())
        .await
        .map_err(|error| match error {
            SandboxError::Listen { address, source } => CliError::Usage(format!(
                "cannot listen on {address}: {source}; free it or give another address with --listen"
            )),
            other => other.into(),
        })
}

fn authentication(arguments: &SandboxArguments) -> Authentication {
    match arguments.authentication {
        ApiAuthentication::Oauth => Authentication::Oauth,
        ApiAuthentication::ApiKey => Authentication::ApiKey,
    }
}

/// Everything that arrives belongs to one mount, whose script is that of the command line.
fn open(sandbox: &Sandbox, script: Script) -> Result<Mount, CliError> {
    let example = "SANDBOX-01/a"
        .parse()
        .map_err(|error: IdError| CliError::Undetermined(error.to_string()))?;
    // Attempt 0 belongs to no example, so the recorder keeps nothing for one.
    let scope = Scope { example, attempt: 0 };
    Ok(sandbox.open(&scope, script)?)
}

/// Who delivers webhooks, if any are asked for.
fn courier(
    arguments: &SandboxArguments,
    credentials: &Credentials,
    recorder: &Recorder,
) -> Result<Option<Courier>, CliError> {
    let Some(url) = &arguments.webhook else {
        return Ok(None);
    };
    let profile: Profile = Profiles::load(&arguments.profile, ClockChoice::Real)?.platform;
    let target = Target::parse(url).map_err(|error| CliError::Usage(format!("--webhook: {error}")))?;
    let secret = &credentials.webhook_secret;
    let key = secret_bytes(&secret.value)
        .map_err(|error| CliError::Usage(format!("the variable {}: {error}", secret.variable)))?;
    recorder.learn("webhook secret", secret.value.as_bytes());
    recorder.learn("webhook secret", &key);
    let route = Route {
        url: target.url,
        trust: arguments.webhook_ca.as_deref().map(read).transpose()?,
        key: SecretSlice::from(key),
        scheme: profile.signature_scheme().clone(),
        pauses: profile.retry_pauses(),
    };
    let mark = format!("{:016x}", unforeseen(recorder.clock()));
    Courier::new(route, recorder.clone(), mark)
        .map(Some)
        .map_err(|error| CliError::Usage(format!("--webhook: {error}")))
}

fn read(path: &Path) -> Result<String, CliError> {
    std::fs::read_to_string(path).map_err(|error| CliError::File {
        path: path.to_owned(),
        error,
    })
}

fn write(path: &Path, text: &str) -> Result<(), CliError> {
    std::fs::write(path, text).map_err(|error| CliError::File {
        path: path.to_owned(),
        error,
    })
}

/// Says where it listens and with which credentials, before the first request can come.
fn announce(
    arguments: &SandboxArguments,
    credentials: &Credentials,
    mount: &Mount,
    faults: usize,
) -> Result<(), CliError> {
    let oauth = authentication(arguments) == Authentication::Oauth;
    let webhook = arguments.webhook.as_deref();
    let printed = |issued: &Issued, wanted: bool| wanted.then(|| issued.printed());
    if arguments.json {
        let line = json!({
            "kind": "started",
            "api_base_url": mount.base_url(),
            "ca": arguments.tls.then(|| arguments.ca.display().to_string()),
            "authentication": authentication(arguments),
            "client_id": oauth.then_some(&credentials.client_id.value),
            "client_secret": printed(&credentials.client_secret, oauth),
            "api_key": printed(&credentials.api_key, !oauth),
            "webhook": webhook,
            "webhook_secret": printed(&credentials.webhook_secret, webhook.is_some()),
            "faults": faults,
        });
        return Ok(output::print(&format!("{line}\n"))?);
    }
    let mut lines = vec![format!(
        "The simulated Senang platform listens at {}",
        mount.base_url()
    )];
    let mut add = |what: &str, value: &str| lines.push(format!("  {what:<16}{value}"));
    if arguments.tls {
        add("trust", &arguments.ca.display().to_string());
    }
    if oauth {
        add(
            "authentication",
            "OAuth 2.0 client credentials, POST /v1/oauth/token",
        );
        add("client id", &credentials.client_id.value);
        add("client secret", &credentials.client_secret.printed());
    } else {
        add("authentication", "the API key as bearer");
        add("API key", &credentials.api_key.printed());
    }
    match webhook {
        Some(url) => {
            add("webhooks to", url);
            add("webhook secret", &credentials.webhook_secret.printed());
        }
        None => add("webhooks", "none; --webhook URL sends them"),
    }
    if let Some(path) = &arguments.fault {
        add("faults", &format!("{faults} of {}", path.display()));
    }
    lines.push("Ctrl-C ends it. What arrives:".to_owned());
    Ok(output::print(&(lines.join("\n") + "\n"))?)
}
