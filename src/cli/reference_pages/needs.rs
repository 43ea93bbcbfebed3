//! When a case applies, in words.

use super::markdown::code;
use crate::contract::capability::Capability;

/// What must be so for a need to be met, as part of a sentence that begins with "applies when".
pub fn condition(need: Capability) -> String {
    let word = code(&need.to_string());
    let says = match need {
        Capability::Webhooks => "webhooks are declared",
        Capability::Event(_) => return format!("the event type {word} is among the declared webhooks"),
        Capability::OutOfScopeType => "at least one event type of the contract is not declared",
        Capability::SignedHeaders => "the profile's signature covers event id and attempt time",
        Capability::SignedTimestamp => "the profile's signature covers the attempt time",
        Capability::RecurringJson => "recurring callbacks in JSON are declared",
        Capability::RecurringForm => "recurring callbacks as form are declared",
        Capability::RecurringHashNotMd5 => "the hash of recurring callbacks is not MD5",
        Capability::ReturnTemplate => "a return URL template is declared",
        Capability::TemplateJson => "JSON callbacks with a return URL template are declared",
        Capability::TemplateForm => "form callbacks with a return URL template are declared",
        Capability::TemplateAmount => "a return URL template with the amount in it is declared",
        Capability::Api => "at least one operation of the platform API is declared",
        Capability::Operation(operation) => {
            return format!("the operation {} is declared ({word})", code(operation.name()));
        }
        Capability::Checkout => "hosted checkout is declared",
        Capability::Batch => "batch files are declared",
        Capability::Load => "load is opted in",
        Capability::PublicTarget => "the webhook endpoint is not on this machine",
        Capability::TlsTarget => "the webhook endpoint is no development target over plain http",
        Capability::PlainHttpAddress => "it is known where plain http would be served beside the endpoint",
    };
    format!("{says} ({word})")
}

/// All conditions as one sentence part.
pub fn conditions(needs: &[Capability]) -> String {
    let parts: Vec<String> = needs.iter().map(|need| condition(*need)).collect();
    parts.join("; ")
}
