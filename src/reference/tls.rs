//! A root authority, an intermediate one and a server certificate, made at start. Clients have to trust
//! the root; the server sends the rest, as servers on the internet do.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, SanType,
};
use rustls::ServerConfig;
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
    let chain: Vec<CertificateDer<'static>> = if defects.has(Defect::SelfSignedCert) {
        let own = leaf.self_signed(&leaf_key).map_err(|error| failed(&error))?;
        vec![own.der().clone()]
    } else {
        let own = leaf
            .signed_by(&leaf_key, &issuer)
            .map_err(|error| failed(&error))?;
        if defects.has(Defect::IncompleteChain) {
            vec![own.der().clone()]
        } else {
            vec![own.der().clone(), issuer.der().clone()]
        }
    };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut server = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(&error))?
        .with_no_client_auth()
        .with_single_cert(chain, PrivatePkcs8KeyDer::from(leaf_key.serialize_der()).into())
        .map_err(|error| failed(&error))?;
    server.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Authority {
        server: Arc::new(server),
        ca_pem: root.pem(),
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

fn base_params(now: OffsetDateTime) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.not_before = now - Duration::days(1);
    params.not_after = now + Duration::days(90);
    params
}
