//! Who is tested: a partner from its file, or the built-in reference partner.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use super::{
    builtin::{Builtin, Factors},
    error::CliError,
    run::{Order, Whom},
};
use crate::{
    actors::sandbox::reserved::Reserved,
    config::{
        host::{Host, unforeseen},
        partner::Config,
    },
};

/// The partner of a run with what had to be made for it.
#[derive(Debug)]
pub struct Partner {
    /// Its resolved configuration.
    pub config: Config,
    /// The process, if it is the built-in one.
    pub builtin: Option<Builtin>,
    /// The address of the simulated API, if it had to be known beforehand.
    pub reserved: Option<Reserved>,
    /// Where the certificate authority of the simulated API is written.
    pub api_ca: PathBuf,
    _scratch: Option<Scratch>,
}

/// A folder that goes with the run.
#[derive(Debug)]
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left in the system's temporary folder is cleaned by the system.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Partner {
    /// Reads the partner's file, or starts the built-in partner and reads its own.
    /// The built-in one's own durations are divided by `factors`.
    pub async fn open(order: &Order, factors: Factors, host: &Host) -> Result<Self, CliError> {
        let defects = match &order.whom {
            Whom::File(path) => {
                let config = Config::load(path, host)?;
                std::fs::create_dir_all(&order.out).map_err(|error| CliError::File {
                    path: order.out.clone(),
                    error,
                })?;
                let api_ca = order.out.join("sandbox-ca.pem");
                return Ok(Self {
                    config,
                    builtin: None,
                    reserved: None,
                    api_ca,
                    _scratch: None,
                });
            }
            Whom::Builtin(defects) => defects.as_slice(),
            Whom::Dead => &[],
        };
        let reserved = Reserved::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let base = std::env::temp_dir();
        let scratch = base.join(format!("senang-conformance-{:016x}", unforeseen(&host.clock)));
        std::fs::create_dir_all(&scratch).map_err(|error| CliError::File {
            path: scratch.clone(),
            error,
        })?;
        let scratch = Scratch(scratch);
        let api_ca = scratch.0.join("sandbox-ca.pem");
        let url = format!("https://{}", reserved.address());
        let builtin = Builtin::start(&scratch.0, &url, &api_ca, defects, order.seed, factors, host).await?;
        let mut with_secrets = host.clone();
        with_secrets.environment.extend(builtin.environment.clone());
        let config = Config::from_str(&builtin.declaration, "built-in reference partner", &with_secrets)?;
        Ok(Self {
            config,
            builtin: Some(builtin),
            reserved: Some(reserved),
            api_ca,
            _scratch: Some(scratch),
        })
    }
}
