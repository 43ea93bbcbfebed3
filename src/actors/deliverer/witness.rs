//! A verifier that tells what it saw and lets the handshake go on, so that facts can be recorded.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::{
    CertificateError, DigitallySignedStruct, Error, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    pki_types::{CertificateDer, ServerName, UnixTime},
};

use crate::transcript::endpoint::{Flaw, Trust};

/// Most certificates of a chain that are kept.
const MOST: usize = 10;

/// What a server showed.
#[derive(Clone, Debug, Default)]
pub(super) struct Shown {
    /// The certificates as they were sent, the server's own first.
    pub(super) chain: Vec<CertificateDer<'static>>,
    /// What the strict verifier says about them.
    pub(super) trust: Option<Trust>,
}

/// Asks a strict verifier, remembers what it says, and lets every certificate pass. The signatures of
/// the handshake are checked all the same. Nothing but a greeting may go over such a connection.
#[derive(Debug)]
pub(super) struct Witness {
    strict: Arc<dyn ServerCertVerifier>,
    shown: Mutex<Shown>,
}

impl Witness {
    pub(super) fn new(strict: Arc<dyn ServerCertVerifier>) -> Self {
        Self {
            strict,
            shown: Mutex::default(),
        }
    }

    /// What was shown so far.
    pub(super) fn shown(&self) -> Shown {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn flaw(error: &Error) -> Flaw {
    let Error::InvalidCertificate(error) = error else {
        return Flaw::Other;
    };
    match error {
        CertificateError::UnknownIssuer => Flaw::UnknownIssuer,
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Flaw::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Flaw::NotYetValid,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Flaw::WrongName
        }
        _ => Flaw::Other,
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self
            .strict
            .verify_server_cert(certificate, intermediates, name, ocsp, now);
        let trust = match verified {
            Ok(_) => Trust::Held,
            Err(error) => Trust::Broken {
                flaw: flaw(&error),
                detail: error.to_string().chars().take(300).collect(),
            },
        };
        let chain = std::iter::once(certificate).chain(intermediates).take(MOST);
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Shown {
            chain: chain.map(|der| der.clone().into_owned()).collect(),
            trust: Some(trust),
        };
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.strict
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.strict
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.strict.supported_verify_schemes()
    }
}
