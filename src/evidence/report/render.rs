//! The page as bytes: template, style and script in one file, under a policy that lets nothing else in.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use minijinja::{Environment, UndefinedBehavior, Value, context, syntax::SyntaxConfig, value::Serde};

use super::page;
use crate::{
    evidence::derived::{Basis, DerivedError},
    wire::digest::sha256,
};

const TEMPLATE: &str = include_str!("report.html.jinja");
const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");

/// Content of `report.html`; the same basis gives the same bytes.
pub fn write(basis: &Basis<'_>) -> Result<Vec<u8>, DerivedError> {
    let page = page::page(basis)?;
    Ok(rendered(&page)?.into_bytes())
}

fn rendered(page: &page::Page) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    // A name that the page does not have is a mistake of the template, and nothing to leave out.
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()?,
    );
    // The name decides: every value is escaped for HTML.
    environment.add_template("report.html", TEMPLATE)?;
    environment.get_template("report.html")?.render(context! {
        page => Value::from(Serde(page)),
        style => Value::from_safe_string(STYLE.to_owned()),
        script => Value::from_safe_string(SCRIPT.to_owned()),
        policy => policy(),
    })
}

/// What a browser may do with the page: apply the one style, run the one script, nothing else.
pub(super) fn policy() -> String {
    format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; img-src data:; base-uri 'none'; form-action 'none'",
        source(STYLE),
        source(SCRIPT)
    )
}

fn source(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(sha256(text.as_bytes())))
}
