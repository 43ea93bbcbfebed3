//! The front end's bundle and its source map.

use serde_json::json;

use crate::reference::defect::{Defect, Defects};

/// Name of the map, as the bundle tells it.
const MAP: &str = "app.js.map";

/// The bundle.
pub(super) fn bundle(defects: Defects, secret: &str) -> String {
    format!("{}//# sourceMappingURL={MAP}\n", source(defects, secret))
}

/// The map, with the sources in it.
pub(super) fn map(defects: Defects, secret: &str) -> String {
    json!({
        "version": 3, "file": "app.js", "sources": ["src/checkout.js"],
        "sourcesContent": [source(defects, secret)], "names": [], "mappings": "AAAA"
    })
    .to_string()
}

fn source(defects: Defects, secret: &str) -> String {
    let environment = if defects.has(Defect::SecretInBundle) {
        format!("const environment = {{ \"SENANGPAY_SECRET_KEY\": \"{secret}\" }};\n")
    } else {
        String::new()
    };
    let guard = if defects.has(Defect::AnyOriginMessage) {
        ""
    } else {
        "  if (event.origin !== gateway) return;\n"
    };
    format!(
        "{environment}const gateway = \"https://sandbox.senangpay.my\";\n\
         const outcome = document.getElementById(\"outcome\");\n\
         window.addEventListener(\"message\", (event) => {{\n{guard}  \
         if (event.data && event.data.status === \"paid\") \
         outcome.textContent = \"Thank you. We are waiting for the confirmation.\";\n}});\n"
    )
}
