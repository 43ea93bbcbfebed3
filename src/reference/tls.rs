//! A certificate authority made at start, and one server certificate from it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, SanType,
};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use time::{Duration, OffsetDateTime};

use super::error::ReferenceError;

/// The server's TLS set-up and the CA certificate (PEM) that its clients have to trust.
pub struct Authority {
    /// Ready for an acceptor; HTTP/1.1 only.
    pub server: Arc<ServerConfig>,
    /// PEM text of the CA.
    pub ca_pem: String,
    /// PEM text of the server's certificate and its private key.
    pub server_pem: String,
}

/// Makes a CA and a certificate for `localhost`, the loopback addresses and `address`.
pub fn make(address: IpAddr) -> Result<Authority, ReferenceError> {
    let failed = |error: &dyn std::fmt::Display| ReferenceError::Certificate(error.to_string());
    let now =
        OffsetDateTime::from_unix_timestamp(super::clock::unix_seconds()).map_err(|error| failed(&error))?;

    let mut ca = base_params(now);
    ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    ca.distinguished_name
        .push(DnType::CommonName, "Reference partner test CA");
    let ca_key = KeyPair::generate().map_err(|error| failed(&error))?;
    let issuer = CertifiedIssuer::self_signed(ca, ca_key).map_err(|error| failed(&error))?;

    let mut leaf = base_params(now);
    leaf.distinguished_name.push(DnType::CommonName, "localhost");
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    leaf.use_authority_key_identifier_extension = true;
    let local = "localhost".try_into().map_err(|error| failed(&error))?;
    leaf.subject_alt_names = vec![
        SanType::DnsName(local),
        SanType::IpAddress(Ipv4Addr::LOCALHOST.into()),
        SanType::IpAddress(Ipv6Addr::LOCALHOST.into()),
    ];
    if !address.is_loopback() && !address.is_unspecified() {
        leaf.subject_alt_names.push(SanType::IpAddress(address));
    }
    let leaf_key = KeyPair::generate().map_err(|error| failed(&error))?;
    let certificate = leaf
        .signed_by(&leaf_key, &issuer)
        .map_err(|error| failed(&error))?;

    Ok(Authority {
        server: server(
            certificate.der().clone(),
            PrivatePkcs8KeyDer::from(leaf_key.serialize_der()),
        )?,
        ca_pem: issuer.pem(),
        server_pem: format!("{}{}", certificate.pem(), leaf_key.serialize_pem()),
    })
}

/// The set-up of a server from the PEM text of its certificate and private key.
pub fn server_from_pem(text: &str) -> Result<Arc<ServerConfig>, ReferenceError> {
    let failed = |error: &dyn std::fmt::Display| ReferenceError::Certificate(error.to_string());
    let certificate = CertificateDer::from_pem_slice(text.as_bytes()).map_err(|error| failed(&error))?;
    let key = PrivatePkcs8KeyDer::from_pem_slice(text.as_bytes()).map_err(|error| failed(&error))?;
    server(certificate, key)
}

fn server(
    certificate: CertificateDer<'static>,
    key: PrivatePkcs8KeyDer<'static>,
) -> Result<Arc<ServerConfig>, ReferenceError> {
    let failed = |error: &dyn std::fmt::Display| ReferenceError::Certificate(error.to_string());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut server = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(&error))?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key.into())
        .map_err(|error| failed(&error))?;
    server.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(server))
}

fn base_params(now: OffsetDateTime) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.not_before = now - Duration::days(1);
    params.not_after = now + Duration::days(90);
    params
}
