//! From answers to the file, in the order of the documentation.

use std::fmt::Write as _;

use super::{
    answers::{Answers, Webhooks},
    page::Page,
    render_channels, render_rest,
    toml_text::{list, quoted},
};
use crate::{config::declaration::CallbackStyle, wire::recurring::RecurringHash};

/// The whole file.
pub fn page(answers: &Answers) -> Page {
    let mut page = Page::default();
    page.say(
        "What senang-conformance must know about this integration, written by `senang-conformance init`.\n\
         Every key: docs/partner.toml.md. Secrets never stand here, only the names of environment variables.\n\
         A line that begins with # and a letter or [ is an example: take the # away from a whole block, and it counts.",
    );
    page.gap();
    partner(&mut page, answers);
    capabilities(&mut page, answers);
    webhook(&mut page, answers);
    recurring(&mut page, answers);
    render_channels::checkout(&mut page, answers);
    render_rest::attest(&mut page);
    render_rest::batch(&mut page, answers);
    render_channels::references(&mut page, answers);
    render_channels::start(&mut page, answers);
    render_channels::effects(&mut page, answers);
    render_rest::states(&mut page);
    render_rest::log(&mut page, answers);
    render_rest::alerts(&mut page, answers);
    render_rest::control(&mut page);
    render_rest::sandbox(&mut page, answers);
    render_rest::keys(&mut page);
    render_rest::limits(&mut page);
    page
}

fn partner(page: &mut Page, answers: &Answers) {
    page.say("Who is tested. Name, implementation and version stand on the certificate.");
    page.put("[partner]");
    page.put(&format!("id = {}", quoted(&answers.id)));
    page.put(&format!("name = {}", quoted(&answers.name)));
    match &answers.contact {
        Some(contact) => page.put(&format!("contact = {}", quoted(contact))),
        None => page.show("contact", "contact = \"integrations@shop.example\""),
    }
    page.put(&format!("implementation = {}", quoted(&answers.implementation)));
    page.put(&format!("version = {}", quoted(&answers.version)));
    page.gap();
}

fn capabilities(page: &mut Page, answers: &Answers) {
    page.say("What you support. Only that is tested; everything else is \"not applicable\", not failed.");
    page.put("[capabilities]");
    match &answers.webhooks {
        Some(Webhooks { types, .. }) => {
            let mut lines = "webhooks = [\n".to_owned();
            for kind in types {
                let _ = writeln!(lines, "    {},", quoted(kind.name()));
            }
            page.put(&(lines + "]"));
        }
        None => page.show(
            "webhook",
            "webhooks = [\"payment.success\", \"payment.failed\"] # needs [webhook]",
        ),
    }
    match &answers.recurring {
        Some(recurring) => {
            let styles: Vec<&str> = recurring.styles.iter().map(|style| word(*style)).collect();
            page.put(&format!("recurring = {}", list(&styles)));
        }
        None => page.show(
            "recurring",
            "recurring = [\"json\", \"form\"] # needs [recurring]",
        ),
    }
    match &answers.api {
        Some(api) => page.put(&format!("api = {}", list(&api.operations))),
        None => page.show("api", "api = [\"buy\"] # needs [start.buy] and [sandbox]"),
    }
    page.put_or_show(
        answers.checkout,
        "checkout",
        if answers.checkout {
            "checkout = true"
        } else {
            "checkout = true # needs [start.checkout]"
        },
    );
    match answers.batch {
        Some(_) => page.put("batch = true"),
        None => page.show("batch", "batch = true # needs [batch]"),
    }
    page.gap();
}

fn webhook(page: &mut Page, answers: &Answers) {
    page.say(
        "Where webhooks go, and the variable that holds the signing secret as the platform prints it (whsec_…).\n\
         A public https address makes a certificate possible; http and this machine are good for your desk.",
    );
    let (url, secret) = answers.webhooks.as_ref().map_or(
        (
            "https://sandbox.shop.example/webhooks/senang",
            "SENANG_WEBHOOK_SECRET",
        ),
        |webhooks| (webhooks.url.as_str(), webhooks.secret_env.as_str()),
    );
    let counts = answers.webhooks.is_some();
    let mut lines = format!(
        "[webhook]\nurl = {}\nsecret_env = {}",
        quoted(url),
        quoted(secret)
    );
    if let Some(trust) = answers.trust.as_ref().filter(|_| counts) {
        let _ = write!(lines, "\ntrust = {}", quoted(trust));
    }
    page.put_or_show(counts, "webhook", &lines);
    if counts {
        page.say("The second secret while secrets are replaced; unlocks SEC-05 together with [control.rotate-key].");
        let next = answers
            .webhooks
            .as_ref()
            .and_then(|webhooks| webhooks.next_secret_env.as_deref());
        page.put_or_show(
            next.is_some(),
            "next secret",
            &format!(
                "next_secret_env = {}",
                quoted(next.unwrap_or("SENANG_WEBHOOK_SECRET_NEXT"))
            ),
        );
    }
    page.gap();
}

fn recurring(page: &mut Page, answers: &Answers) {
    page.say("Where recurring callbacks go, how their hash is made, and the variable with the secret key.");
    let example = super::answers::Recurring {
        styles: Vec::new(),
        url: "https://sandbox.shop.example/recurring".to_owned(),
        secret_env: "SENANG_RECURRING_SECRET".to_owned(),
        hash: Some(RecurringHash::Sha256),
    };
    let counts = answers.recurring.is_some();
    let recurring = answers.recurring.as_ref().unwrap_or(&example);
    let mut lines = format!(
        "[recurring]\nurl = {}\nsecret_env = {}",
        quoted(&recurring.url),
        quoted(&recurring.secret_env)
    );
    if let Some(hash) = recurring.hash {
        let _ = write!(lines, "\nhash = {}", quoted(hash_word(hash)));
    }
    if let Some(trust) = answers.trust.as_ref().filter(|_| counts) {
        let _ = write!(lines, "\ntrust = {}", quoted(trust));
    }
    page.put_or_show(counts, "recurring", &lines);
    page.gap();
}

/// The word for a shape of callbacks.
pub fn word(style: CallbackStyle) -> &'static str {
    match style {
        CallbackStyle::Json => "json",
        CallbackStyle::Form => "form",
    }
}

/// The word for a hash.
pub fn hash_word(hash: RecurringHash) -> &'static str {
    match hash {
        RecurringHash::Sha256 => "sha256",
        RecurringHash::HmacSha256 => "hmac-sha256",
        RecurringHash::Md5 => "md5",
    }
}
