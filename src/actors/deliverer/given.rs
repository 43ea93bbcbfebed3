//! Trust in given certificates, also in one that signed itself.

use std::sync::Arc;

use rustls::{
    CertificateError, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_name,
    },
    crypto::CryptoProvider,
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
};

/// Believes what the given certificates issued, and the given certificates themselves.
///
/// `openssl req -x509` marks a server certificate that signed itself as an authority, which webpki
/// refuses in a server (RFC 5280, 4.2.1.9). Who hands in exactly this certificate means it. Validity
/// and name are checked all the same.
#[derive(Debug)]
pub(super) struct Given {
    certificates: Vec<CertificateDer<'static>>,
    chains: Arc<WebPkiServerVerifier>,
}

impl Given {
    /// Trust in these certificates alone.
    pub(super) fn new(
        certificates: &[CertificateDer<'static>],
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, Error> {
        let mut roots = RootCertStore::empty();
        for certificate in certificates {
            roots.add(certificate.clone())?;
        }
        let chains = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .map_err(|error| Error::Other(OtherError(Arc::new(error))))?;
        Ok(Self {
            certificates: certificates.to_vec(),
            chains,
        })
    }
}

impl ServerCertVerifier for Given {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self
            .chains
            .verify_server_cert(certificate, intermediates, name, ocsp, now);
        match verified {
            // rustls has no name of its own for "an authority's certificate used by a server".
            Err(Error::InvalidCertificate(CertificateError::Other(_)))
                if self.certificates.iter().any(|given| given == certificate) =>
            {
                verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.chains
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.chains
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.chains.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, date_time_ymd};

    use super::*;

    fn certificate(is_ca: IsCa, until: i32) -> CertificateDer<'static> {
        let mut parameters = CertificateParams::new(vec!["partner.test".to_owned()]).unwrap();
        parameters.is_ca = is_ca;
        parameters.not_before = date_time_ymd(2020, 1, 1);
        parameters.not_after = date_time_ymd(until, 1, 1);
        parameters
            .self_signed(&KeyPair::generate().unwrap())
            .unwrap()
            .der()
            .clone()
    }

    fn verify(given: &CertificateDer<'static>, shown: &CertificateDer<'_>, name: &str) -> Result<(), Error> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(1_795_170_930));
        Given::new(std::slice::from_ref(given), provider)?
            .verify_server_cert(shown, &[], &name, &[], now)
            .map(|_| ())
    }

    #[test]
    fn a_certificate_that_signed_itself_is_believed_when_it_was_given() {
        let authority = IsCa::Ca(BasicConstraints::Unconstrained);
        for is_ca in [authority, IsCa::NoCa, IsCa::ExplicitNoCa] {
            let given = certificate(is_ca, 2040);
            assert_eq!(verify(&given, &given, "partner.test"), Ok(()));
            assert!(matches!(
                verify(&given, &given, "other.test"),
                Err(Error::InvalidCertificate(
                    CertificateError::NotValidForNameContext { .. }
                ))
            ));
        }
        let (given, other) = (certificate(authority, 2040), certificate(authority, 2040));
        assert!(verify(&given, &other, "partner.test").is_err());
        let expired = certificate(authority, 2021);
        assert!(matches!(
            verify(&expired, &expired, "partner.test"),
            Err(Error::InvalidCertificate(CertificateError::ExpiredContext { .. }))
        ));
    }
}
