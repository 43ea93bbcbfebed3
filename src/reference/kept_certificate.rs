//! A server certificate that survives restarts: made once, kept beside the CA, private to its owner.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use rustls::ServerConfig;

use super::defect::Defects;
use super::error::ReferenceError;
use super::tls;

/// The set-up of the server whose CA is in `ca`; made, and kept beside it, when there is none.
pub fn server(ca: &Path, address: IpAddr, defects: Defects) -> Result<Arc<ServerConfig>, ReferenceError> {
    let place = ca.with_file_name("server.pem");
    let file_error = |source| ReferenceError::File {
        path: place.clone(),
        source,
    };
    if ca.exists() && place.exists() {
        let text = std::fs::read_to_string(&place).map_err(file_error)?;
        return tls::server_from_pem(&text);
    }
    let authority = tls::make(address, defects)?;
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(&place)
        .and_then(|mut file| file.write_all(authority.server_pem.as_bytes()))
        .map_err(file_error)?;
    std::fs::write(ca, &authority.ca_pem).map_err(|source| ReferenceError::File {
        path: ca.to_owned(),
        source,
    })?;
    Ok(authority.server)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_start_uses_what_the_first_one_made() {
        let folder = tempfile::tempdir().unwrap();
        let ca = folder.path().join("ca.pem");
        let address = IpAddr::from([127, 0, 0, 1]);
        server(&ca, address, Defects::default()).unwrap();
        let first = std::fs::read_to_string(&ca).unwrap();
        server(&ca, address, Defects::default()).unwrap();
        assert_eq!(std::fs::read_to_string(&ca).unwrap(), first);
        std::fs::write(folder.path().join("server.pem"), "no certificate").unwrap();
        assert!(matches!(
            server(&ca, address, Defects::default()),
            Err(ReferenceError::Certificate(_))
        ));
    }
}
