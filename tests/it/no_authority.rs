//! A machine that trusts no certificate authority, such as an empty container, says so before it blames a partner.

use crate::program::{Place, folders};

const PARTNER: &str = r#"[partner]
id = "acme"
name = "Acme Insurance"
implementation = "acme-pay"
version = "1"
[capabilities]
webhooks = ["payment.success"]
[webhook]
url = "https://127.0.0.1:1/hooks"
secret_env = "ACME_SECRET"
"#;

#[test]
fn a_run_over_tls_does_not_begin() {
    let place = Place::new().with("partner.toml", PARTNER).with("empty.pem", "");
    let environment = [
        (
            "ACME_SECRET",
            "whsec_MDEyMzQ1Njc4OWFiY2RlZkdISUpLTE1OT1BRUlNUVVY=".to_owned(),
        ),
        ("SSL_CERT_FILE", place.path("empty.pem").display().to_string()),
        ("SSL_CERT_DIR", place.path("tmp").display().to_string()),
    ];
    for command in ["run", "explore"] {
        let call = place.senang(&format!("{command} --partner partner.toml --out out"));
        call.with_environment(&environment).run().exits(3).complains(&[
            "no certificate authority is trusted on this machine; install ca-certificates",
            "with trust in the partner's file",
        ]);
        assert!(folders(&place.path("out")).is_empty());
    }
}
