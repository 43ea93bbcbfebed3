//! A root authority, an intermediate one and a server certificate, made at start. Clients have to trust
//! the root; the server sends the rest, as servers on the internet do.

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

use super::defect::{Defect, Defects};
use super::error::ReferenceError;

/// The server's TLS set-up and the CA certificate (PEM) that its clients have to trust.
pub struct Authority {
    /// Ready for an acceptor; HTTP/1.1 only.
    pub server: Arc<ServerConfig>,
    /// PEM text of the root.
    pub ca_pem: String,
    /// PEM text of the certificates that the server sends, and of its private key.
    pub server_pem: String,
}

/// Makes the authorities and a certificate for `localhost`, the loopback addresses and `address`, unless
/// a defect spoils it.
pub fn make(address: IpAddr, defects: Defects) -> Result<Authority, ReferenceError> {
    let now =
        OffsetDateTime::from_unix_timestamp(super::clock::unix_seconds()).map_err(|error| failed(&error))?;
    let key = || KeyPair::generate().map_err(|error| failed(&error));
    let root = CertifiedIssuer::self_signed(authority(now, "Reference partner test root", 1), key()?)
        .map_err(|error| failed(&error))?;
    let intermediate = authority(now, "Reference partner test intermediate", 0);
    let issuer = CertifiedIssuer::signed_by(intermediate, key()?, &root).map_err(|error| failed(&error))?;
    let leaf = leaf(now, address, defects)?;
    let leaf_key = key()?;
    let chain = if defects.has(Defect::SelfSignedCert) {
        vec![leaf.self_signed(&leaf_key).map_err(|error| failed(&error))?]
    } else {
        let own = leaf
            .signed_by(&leaf_key, &issuer)
            .map_err(|error| failed(&error))?;
        vec![own]
    };
    let mut pem: String = chain.iter().map(rcgen::Certificate::pem).collect();
    let mut chain: Vec<CertificateDer<'static>> = chain.iter().map(|one| one.der().clone()).collect();
    if !defects.has_any(&[Defect::SelfSignedCert, Defect::IncompleteChain]) {
        pem += &issuer.pem();
        chain.push(issuer.der().clone());
    }
    pem += &leaf_key.serialize_pem();
    Ok(Authority {
        server: server(chain, PrivatePkcs8KeyDer::from(leaf_key.serialize_der()))?,
        ca_pem: root.pem(),
        server_pem: pem,
    })
}

fn failed(error: &dyn std::fmt::Display) -> ReferenceError {
    ReferenceError::Certificate(error.to_string())
}

fn authority(now: OffsetDateTime, name: &str, below: u8) -> CertificateParams {
    let mut params = base_params(now);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(below));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.distinguished_name.push(DnType::CommonName, name);
    params.use_authority_key_identifier_extension = true;
    params
}

fn leaf(now: OffsetDateTime, address: IpAddr, defects: Defects) -> Result<CertificateParams, ReferenceError> {
    let dns = |name: &str| {
        name.try_into()
            .map(SanType::DnsName)
            .map_err(|error| failed(&error))
    };
    let mut leaf = base_params(now);
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    leaf.use_authority_key_identifier_extension = true;
    if defects.has(Defect::ExpiredCert) {
        leaf.not_before = now - Duration::days(120);
        leaf.not_after = now - Duration::days(30);
    }
    if defects.has(Defect::WrongHostCert) {
        let name = "default.hosting.invalid";
        leaf.distinguished_name.push(DnType::CommonName, name);
        leaf.subject_alt_names = vec![dns(name)?];
        return Ok(leaf);
    }
    leaf.distinguished_name.push(DnType::CommonName, "localhost");
    leaf.subject_alt_names = vec![
        dns("localhost")?,
        SanType::IpAddress(Ipv4Addr::LOCALHOST.into()),
        SanType::IpAddress(Ipv6Addr::LOCALHOST.into()),
    ];
    if !address.is_loopback() && !address.is_unspecified() {
        leaf.subject_alt_names.push(SanType::IpAddress(address));
    }
    Ok(leaf)
}

/// The set-up of a server from the PEM text of its certificate chain and private key.
pub fn server_from_pem(text: &str) -> Result<Arc<ServerConfig>, ReferenceError> {
    let chain = CertificateDer::pem_slice_iter(text.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| failed(&error))?;
    let key = PrivatePkcs8KeyDer::from_pem_slice(text.as_bytes()).map_err(|error| failed(&error))?;
    server(chain, key)
}

fn server(
    chain: Vec<CertificateDer<'static>>,
    key: PrivatePkcs8KeyDer<'static>,
) -> Result<Arc<ServerConfig>, ReferenceError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut server = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(&error))?
        .with_no_client_auth()
        .with_single_cert(chain, key.into())
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
