//! The sandbox's certificate authority and its certificates.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use time::{Duration, OffsetDateTime};
use tokio_rustls::rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer},
};

use super::options::SandboxError;

/// What is wrong with a certificate that a client must refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flaw {
    /// It vouches for itself.
    SelfSigned,
    /// It ended yesterday.
    Expired,
    /// It is for another host.
    WrongHost,
    /// It is signed by an authority nobody trusts.
    UnknownAuthority,
}

impl std::fmt::Display for Flaw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::SelfSigned => "a self-signed certificate",
            Self::Expired => "a certificate that ended yesterday",
            Self::WrongHost => "a certificate for another host",
            Self::UnknownAuthority => "a certificate of an authority that nobody trusts",
        })
    }
}

/// An authority made for one run.
#[derive(Debug)]
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    pem: String,
    hostnames: Vec<String>,
    now: OffsetDateTime,
}

impl Authority {
    /// Makes an authority for these host names, good from yesterday for 90 days.
    pub fn generate(hostnames: &[String], unix_millis: i64) -> Result<Self, SandboxError> {
        let now = OffsetDateTime::from_unix_timestamp(unix_millis.div_euclid(1000)).map_err(failed)?;
        let issuer = issuer("Senang sandbox authority", now)?;
        let pem = issuer.pem();
        Ok(Self {
            issuer,
            pem,
            hostnames: hostnames.to_vec(),
            now,
        })
    }

    /// The authority's certificate, for the client to trust.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A server configuration with a fresh certificate.
    pub fn server(&self, flaw: Option<Flaw>) -> Result<Arc<ServerConfig>, SandboxError> {
        let key = KeyPair::generate().map_err(failed)?;
        let names = match flaw {
            Some(Flaw::WrongHost) => vec!["another-host.invalid".to_owned()],
            _ => self.hostnames.clone(),
        };
        let mut params = params(names, "Senang sandbox", self.now)?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        if flaw == Some(Flaw::Expired) {
            params.not_before = self.now.saturating_sub(Duration::days(30));
            params.not_after = self.now.saturating_sub(Duration::days(1));
        }
        let (certificate, issuer) = match flaw {
            Some(Flaw::SelfSigned) => (params.self_signed(&key).map_err(failed)?, None),
            Some(Flaw::UnknownAuthority) => {
                params.use_authority_key_identifier_extension = true;
                let stranger = issuer("Unknown authority", self.now)?;
                (
                    params.signed_by(&key, &stranger).map_err(failed)?,
                    Some(stranger.der().clone()),
                )
            }
            _ => {
                params.use_authority_key_identifier_extension = true;
                let signed = params.signed_by(&key, &self.issuer).map_err(failed)?;
                (signed, Some(self.issuer.der().clone()))
            }
        };
        let chain: Vec<CertificateDer<'static>> =
            std::iter::once(certificate.der().clone()).chain(issuer).collect();
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(failed)?
            .with_no_client_auth()
            .with_single_cert(chain, PrivateKeyDer::from(key))
            .map_err(failed)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

fn issuer(name: &str, now: OffsetDateTime) -> Result<CertifiedIssuer<'static, KeyPair>, SandboxError> {
    let mut params = params(Vec::new(), name, now)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    CertifiedIssuer::self_signed(params, KeyPair::generate().map_err(failed)?).map_err(failed)
}

fn params(names: Vec<String>, name: &str, now: OffsetDateTime) -> Result<CertificateParams, SandboxError> {
    let mut params = CertificateParams::new(names).map_err(failed)?;
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = now.saturating_sub(Duration::days(1));
    params.not_after = now.saturating_add(Duration::days(90));
    Ok(params)
}

fn failed(error: impl std::fmt::Display) -> SandboxError {
    SandboxError::Certificate(error.to_string())
}
