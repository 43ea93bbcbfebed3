//! The partner's own declaration, as its people filled it in, and the place in its code that they point at.

use super::defect::{Defect, Defects};

/// The source file that the declaration points at.
pub const CODE: &str = "verify.rs";

/// Content of that file and the line of the comparison in it.
pub fn code(defects: Defects) -> (&'static str, usize) {
    let (content, mark) = if defects.has(Defect::StringEquals) {
        const BY_HAND: &str =
            "pub fn authentic(expected: &str, given: &str) -> bool {\n    expected == given\n}\n";
        (BY_HAND, "expected ==")
    } else {
        (include_str!("webhook/verify.rs"), "verifier.verify(")
    };
    let line = content.lines().position(|line| line.contains(mark));
    (content, line.map_or(1, |line| line + 1))
}

/// The filled declaration. `event_types` are those in scope.
pub fn text(defects: Defects, event_types: &[&str]) -> String {
    let contact = if defects.has(Defect::NoContact) {
        ("", "")
    } else {
        ("Nurul Aisyah, platform team", "integrations@partner.invalid")
    };
    let said = |answer: &'static str, placeholder: &'static str| {
        if defects.has(Defect::BlankForm) {
            placeholder
        } else {
            answer
        }
    };
    let types: Vec<String> = event_types.iter().map(|name| format!("\"{name}\"")).collect();
    let (_, line) = code(defects);
    format!(
        r#"[signed]
name = "Nurul Aisyah binti Hassan"
role = "Head of engineering"
date = "2026-11-20"

[prerequisites.sandbox_access]
answer = "sandbox account of the platform team, held since October 2026"
[prerequisites.documentation]
answer = "integration guides, webhook guide and API policies, editions of November 2026, accepted"
[prerequisites.scope]
use_case = "sale of travel cover in our own shop"
methods = ["REST API", "webhooks", "hosted checkout", "recurring callbacks", "batch files"]
event_types = [{types}]
[prerequisites.technical_contact]
contact = "{contact}"
reach = "{reach}"
[prerequisites.team]
answer = "half a day of training in October 2026, notes in the team's handbook"
topics = ["authentication", "data formats", "security", "errors"]
[prerequisites.agreement]
answer = "not required"

[data_protection.lawful_basis]
basis = "{basis}"
notice = "{notice}"
[data_protection.retention]
answer = "{retention}"
[data_protection.access]
answer = "{access}"

[secrets.storage]
answer = "environment of the process, filled from the secret store at start"
[secrets.readers]
answer = "the service account and two people on call"
[secrets.production_keys]
answer = "another secret store that no test system can reach"
[secrets.constant_time]
file = "{CODE}"
line = {line}

[operation.monitoring]
answer = "{monitoring}"
on_call = "{on_call}"
[operation.escalation]
answer = "{escalation}"
[operation.api_versions]
answer = "{versions}"
[operation.corrective_action]
answer = "{corrective}"
[operation.log_retention]
answer = "{logs}"
"#,
        types = types.join(", "),
        contact = contact.0,
        reach = contact.1,
        basis = said("contract with the policyholder", ""),
        notice = said("privacy notice in the shop, shown before purchase", "tbd"),
        retention = said("seven years after the policy ends, then deleted", "n/a"),
        access = said("two people on call, granted for a day at a time", "-"),
        monitoring = said("counts of refused and failed deliveries with an alarm", "TBD"),
        on_call = said("platform team, day and night", ""),
        escalation = said("page at once, head of engineering after 30 minutes", "-"),
        versions = said(
            "notices are read weekly, changes are planned in the next sprint",
            "later"
        ),
        corrective = said("head of engineering: analysis, fix, new conformance run", "N/A"),
        logs = said("thirteen months in the log store", "?"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_is_pointed_at_is_there() {
        let (content, line) = code(Defects::default());
        assert!(
            content
                .lines()
                .nth(line - 1)
                .unwrap()
                .contains("verifier.verify("),
            "{line}"
        );
        let careless = [Defect::StringEquals].into_iter().collect();
        assert_eq!(code(careless).1, 2);
    }
}
