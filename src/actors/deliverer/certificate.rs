//! Reads what a certificate says. The bytes come from the other side.

use std::net::IpAddr;

use x509_parser::{certificate::X509Certificate, extensions::GeneralName, prelude::FromDer as _};

use crate::{transcript::endpoint::Certificate, wire::digest::sha256};

/// Longest name that is kept, in characters.
const LONGEST: usize = 300;
/// Most names of a certificate that are kept.
const MOST: usize = 200;

/// What the certificate says; empty members where it cannot be read.
pub(super) fn read(der: &[u8]) -> Certificate {
    let digest = hex::encode(sha256(der));
    let Ok((_, certificate)) = X509Certificate::from_der(der) else {
        return Certificate {
            subject: "unreadable".to_owned(),
            issuer: "unreadable".to_owned(),
            names: Vec::new(),
            not_before: 0,
            not_after: 0,
            sha256: digest,
        };
    };
    let bounded = |text: String| text.chars().take(LONGEST).collect::<String>();
    let names = certificate
        .subject_alternative_name()
        .ok()
        .flatten()
        .map(|extension| extension.value.general_names.iter().filter_map(name).take(MOST))
        .into_iter()
        .flatten();
    Certificate {
        subject: bounded(certificate.subject().to_string()),
        issuer: bounded(certificate.issuer().to_string()),
        names: names.map(bounded).collect(),
        not_before: certificate.validity().not_before.timestamp(),
        not_after: certificate.validity().not_after.timestamp(),
        sha256: digest,
    }
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => {
            let four = <[u8; 4]>::try_from(*bytes).map(IpAddr::from);
            let sixteen = <[u8; 16]>::try_from(*bytes).map(IpAddr::from);
            four.or(sixteen).ok().map(|address| address.to_string())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    #[test]
    fn names_and_validity_are_read() {
        let names = vec![
            "pay.example.my".to_owned(),
            "10.0.0.7".to_owned(),
            "fd00::1".to_owned(),
        ];
        let mut parameters = CertificateParams::new(names.clone()).unwrap();
        parameters.not_after = date_time_ymd(2030, 1, 1);
        let certificate = parameters.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let read = read(certificate.der());
        assert_eq!(read.names, names);
        assert_eq!(read.not_after, 1_893_456_000);
        assert_eq!(read.subject, read.issuer);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_are_too_strange(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
            let certificate = read(&bytes);
            proptest::prop_assert!(certificate.names.len() <= MOST);
        }
    }
}
