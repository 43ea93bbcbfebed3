//! Which machine is spoken to, and by which TLS.

use serde::Serialize;

use crate::{
    evidence::text::TerminalText,
    transcript::endpoint::{ProbeEnd, Probed, Trust},
};

/// What a look at the endpoint showed.
#[derive(Clone, Debug, Serialize)]
pub struct Connection {
    /// Addresses of the host, with the port.
    pub addresses: Vec<String>,
    /// The TLS version, or `none` for plain http; nothing where no connection came about.
    pub tls: Option<String>,
    /// Whose certificate was shown.
    pub certificate: Option<String>,
    /// What is wrong: no address, no connection, no TLS, a certificate that is not believed.
    pub trouble: Option<String>,
}

impl Connection {
    /// What a probe found.
    pub fn of(probed: &Probed) -> Self {
        let clean = |text: &str| TerminalText::line(text).as_str().to_owned();
        let port = probed.port;
        let addresses = probed
            .addresses
            .iter()
            .map(|address| std::net::SocketAddr::new(*address, port).to_string())
            .collect();
        let mut connection = Self {
            addresses,
            tls: None,
            certificate: None,
            trouble: None,
        };
        match &probed.end {
            ProbeEnd::Plain => connection.tls = Some("none".to_owned()),
            ProbeEnd::Unresolved(why) | ProbeEnd::NoConnection(why) | ProbeEnd::Refused(why) => {
                connection.trouble = Some(clean(why));
            }
            ProbeEnd::Agreed(handshake) => {
                connection.tls = Some(clean(&handshake.version));
                connection.certificate = handshake.chain.first().map(|own| clean(&own.subject));
                if let Some(Trust::Broken { detail, .. }) = &handshake.trust {
                    connection.trouble = Some(format!(
                        "the certificate is not trusted: {}; --ca FILE trusts an authority of your own",
                        clean(detail)
                    ));
                }
            }
        }
        connection
    }

    /// In one line.
    pub fn words(&self) -> String {
        let mut parts = vec![if self.addresses.is_empty() {
            "no address".to_owned()
        } else {
            self.addresses.join(", ")
        }];
        match self.tls.as_deref() {
            Some("none") => parts.push("plain http".to_owned()),
            Some(version) => parts.push(version.to_owned()),
            None => {}
        }
        parts.extend(
            self.certificate
                .iter()
                .map(|subject| format!("certificate of {subject}")),
        );
        parts.extend(self.trouble.clone());
        parts.join(", ")
    }
}
