//! Carries the orders out, one after the other.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::action::Action;
use super::address::Kept;
use super::child::{Launch, Running};
use super::keys::{self, Stage};
use super::outage::Outage;
use super::post::Post;
use crate::reference::defect::{Defect, Defects};
use crate::reference::error::ReferenceError;

/// Variable with the partner's webhook secrets.
pub const SECRETS: &str = "PARTNER_WEBHOOK_SECRET";
/// Variable with the secret that a rotation brings in.
pub const NEXT_SECRET: &str = "PARTNER_NEXT_WEBHOOK_SECRET";

/// Variables of API credentials, each with the one that a rotation brings in.
const API_CREDENTIALS: [(&str, &str); 2] = [
    ("PARTNER_CLIENT_SECRET", "PARTNER_NEXT_CLIENT_SECRET"),
    ("PARTNER_API_KEY", "PARTNER_NEXT_API_KEY"),
];

/// What the keeper works with.
#[derive(Clone, Debug)]
pub struct Setup {
    /// How the partner's process is started; address and environment are added here.
    pub launch: Launch,
    /// The environment of this process.
    pub environment: BTreeMap<String, String>,
    /// Where orders are taken.
    pub folder: PathBuf,
    /// The partner's database.
    pub database: PathBuf,
    /// Where the partner listens; port 0 takes a free one and keeps it.
    pub address: SocketAddr,
    /// Switched-on defects; some are mistakes of the staff, not of the program.
    pub defects: Defects,
}

#[derive(Debug)]
struct Staff {
    setup: Setup,
    address: Kept,
    stage: Stage,
    api_rotated: bool,
    running: Option<Running>,
    outage: Option<Outage>,
}

/// Keeps a partner until `shutdown` is done. `announce` gets the partner's own announcement.
pub async fn keep(
    setup: Setup,
    announce: impl FnOnce(&str),
    shutdown: impl Future<Output = ()>,
) -> Result<(), ReferenceError> {
    let post = Post::open(&setup.folder).await?;
    let mut staff = Staff {
        address: Kept::take(setup.address)?,
        setup,
        stage: Stage::default(),
        api_rotated: false,
        running: None,
        outage: None,
    };
    staff.start(&[]).await?;
    if let Some(running) = &staff.running {
        announce(&running.ready);
    }
    let work = async {
        loop {
            let order = post.next().await;
            let result = staff.carry_out(order.action).await;
            order.answer(&result).await;
        }
    };
    tokio::select! {
        () = work => {}
        () = shutdown => {}
    }
    staff.stop().await;
    Ok(())
}

impl Staff {
    async fn carry_out(&mut self, action: Action) -> Result<(), ReferenceError> {
        match action {
            Action::Stop => {
                self.stop().await;
                if self.setup.defects.has(Defect::MaintenanceOk) {
                    self.start(&["--maintenance".into()]).await?;
                }
                Ok(())
            }
            // Whatever runs is stopped first: it may be the maintenance page.
            Action::Start | Action::Restart => self.again().await,
            Action::BreakDependency => {
                if self.outage.is_none() {
                    let database = self.setup.database.clone();
                    let outage = Outage::begin(&database).map_err(|source| ReferenceError::Database {
                        path: database,
                        source,
                    })?;
                    self.outage = Some(outage);
                }
                Ok(())
            }
            Action::RestoreDependency => {
                self.outage = None;
                Ok(())
            }
            Action::RotateKey => self.move_to(Stage::Overlap).await,
            Action::RetireKey => self.move_to(Stage::Next).await,
            Action::RotateApiKey => {
                self.api_rotated = true;
                self.again().await
            }
        }
    }

    async fn move_to(&mut self, stage: Stage) -> Result<(), ReferenceError> {
        if !self.setup.environment.contains_key(NEXT_SECRET) {
            return Err(ReferenceError::Kept(format!(
                "there is no other key: {NEXT_SECRET} is not set"
            )));
        }
        self.stage = stage;
        self.again().await
    }

    async fn again(&mut self) -> Result<(), ReferenceError> {
        self.stop().await;
        self.start(&[]).await
    }

    async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    async fn start(&mut self, more: &[OsString]) -> Result<(), ReferenceError> {
        let mut environment = self.setup.environment.clone();
        let next = environment.remove(NEXT_SECRET);
        let current = environment.remove(SECRETS).unwrap_or_default();
        let active = keys::active(self.stage, &current, next.as_deref(), self.setup.defects);
        environment.insert(SECRETS.to_owned(), active);
        for (current, next) in API_CREDENTIALS {
            let next = environment.remove(next);
            // What was compiled into the program does not change with its settings.
            if self.api_rotated
                && !self.setup.defects.has(Defect::BakedInKey)
                && let Some(next) = next
            {
                environment.insert(current.to_owned(), next);
            }
        }
        let mut arguments: Vec<OsString> = vec!["--listen".into(), self.address.address().to_string().into()];
        arguments.extend_from_slice(more);
        self.running = Some(Running::start(&self.setup.launch, &arguments, &environment).await?);
        Ok(())
    }
}
