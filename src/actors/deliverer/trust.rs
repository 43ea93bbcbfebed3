//! Which certificates are believed, by both deliverers alike.

use std::sync::{Arc, OnceLock};

use rustls::{
    ClientConfig, RootCertStore,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier},
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use rustls_platform_verifier::Verifier;

use super::{failure::Failure, given::Given, options::DelivererError};
use crate::transcript::exchange::NoAnswer;

/// The trusted roots; read from the platform only when the first TLS connection needs them.
#[derive(Debug)]
pub(super) struct Trust {
    only: Option<Vec<CertificateDer<'static>>>,
    built: OnceLock<Result<Arc<ClientConfig>, String>>,
}

impl Trust {
    /// Trust in the certificates of a PEM text alone, or in those of the platform.
    pub(super) fn new(pem: Option<&str>) -> Result<Self, DelivererError> {
        let only = pem.map(certificates).transpose()?;
        Ok(Self {
            only,
            built: OnceLock::new(),
        })
    }

    /// The TLS configuration.
    pub(super) fn config(&self) -> Result<Arc<ClientConfig>, Failure> {
        self.built
            .get_or_init(|| self.build().map(Arc::new).map_err(|error| error.to_string()))
            .clone()
            .map_err(|detail| Failure::new(NoAnswer::Tls, &detail))
    }

    /// A verifier that knows the trusted roots and nothing else: no certificate is fetched or remembered
    /// that the server does not send, as the system's own verifier may do on some platforms.
    pub(super) fn unaided(&self) -> Result<Arc<dyn ServerCertVerifier>, Failure> {
        let failed = |error: &dyn std::fmt::Display| Failure::new(NoAnswer::Tls, &error.to_string());
        let provider = Arc::new(aws_lc_rs::default_provider());
        if let Some(only) = &self.only {
            return Ok(Arc::new(
                Given::new(only, provider).map_err(|error| failed(&error))?,
            ));
        }
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            return Err(failed(&DelivererError::NoAuthority));
        }
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .map_err(|error| failed(&error))?;
        Ok(verifier)
    }

    fn build(&self) -> Result<ClientConfig, rustls::Error> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier: Arc<dyn ServerCertVerifier> = match &self.only {
            Some(only) => Arc::new(Given::new(only, Arc::clone(&provider))?),
            None => Arc::new(Verifier::new(Arc::clone(&provider)).map_err(without_store)?),
        };
        Ok(ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth())
    }
}

fn without_store(error: rustls::Error) -> rustls::Error {
    match error {
        // The only general error of the verifier of the platform is that it has found no certificate.
        rustls::Error::General(_) => rustls::Error::General(DelivererError::NoAuthority.to_string()),
        other => other,
    }
}

/// A configuration that believes nobody, for a client that never speaks TLS.
pub(super) fn nobody() -> Result<ClientConfig, rustls::Error> {
    Ok(
        ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth(),
    )
}

fn certificates(pem: &str) -> Result<Vec<CertificateDer<'static>>, DelivererError> {
    let found = CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| DelivererError::Trust(error.to_string()))?;
    if found.is_empty() {
        Err(DelivererError::NoCertificate)
    } else {
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_certificates_is_refused() {
        assert_eq!(
            Trust::new(Some("hello")).unwrap_err(),
            DelivererError::NoCertificate
        );
        assert!(matches!(
            Trust::new(Some(
                "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n"
            )),
            Err(DelivererError::Trust(_))
        ));
    }
}
