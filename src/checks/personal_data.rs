//! Personal data in requests to the platform: in bodies, and nowhere else.

use super::{
    api::{finding, unreached},
    log::CANARY,
    outcome::{Grade, Outcome},
    view::View,
    words::inconclusive,
};

/// How the recorder shows planted data.
const MARK: &str = "‹masked:";

/// The planted data, whose labels end with `whose`, that stand in a text; by field.
fn planted(text: &str, whose: &str) -> Vec<String> {
    text.split(MARK)
        .skip(1)
        .filter_map(|rest| {
            let label = rest.split('›').next()?;
            let field = label.strip_prefix(CANARY)?.strip_suffix(whose)?;
            Some(field.trim_end().to_owned())
        })
        .collect()
}

/// No planted data stand in a URL or a header line of any request, in whatever writing; and they did go
/// out in a body, or their absence would prove nothing.
pub fn in_bodies_only(view: View<'_>, whose: &str) -> Outcome {
    let operation = view.operation();
    let mut went_out = false;
    for (number, request) in view.seen() {
        let body = String::from_utf8_lossy(&request.body.bytes()).into_owned();
        went_out |= !planted(&body, whose).is_empty();
        let headers = request
            .headers
            .iter()
            .map(|(name, value)| (format!("header {name}"), value.to_owned()));
        let places = std::iter::once(("URL".to_owned(), request.target.clone())).chain(headers);
        for (place, text) in places {
            let fields = planted(&text, whose);
            if !fields.is_empty() {
                return finding(
                    "personal-data-outside-body",
                    operation,
                    "personal data in request bodies only",
                    format!(
                        "{} in the {place} of {} {}",
                        fields.join(", "),
                        request.method,
                        request.target
                    ),
                    [number],
                );
            }
        }
    }
    if went_out {
        return Outcome::Passed {
            grade: Some(Grade::B),
        };
    }
    inconclusive(format!(
        "none of the planted personal data reached the sandbox: hand name, id_number, email and phone over in \
         [start.buy] ({})",
        unreached(operation)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::{
        flow::samples::{call, ended},
        samples::code,
    };

    #[test]
    fn a_body_may_hold_them_and_a_url_may_not() {
        let mark = "‹masked:canary id_number of API-FLW-04/a attempt 1›";
        let body = format!("{{\"id_number\":\"{mark}\"}}");
        let judged = |line: &str, body: &str| {
            let records = [call(1, 1, line, body, 201, "{}"), ended(2, "buy", "success")];
            code(in_bodies_only(View::new(&records), "of API-FLW-04/a attempt 1"))
        };
        assert_eq!(judged("POST /v1/customers", &body), "passed");
        assert_eq!(
            judged(&format!("GET /v1/customers?q={mark}"), ""),
            "personal-data-outside-body"
        );
        assert_eq!(judged("POST /v1/customers", "{}"), "inconclusive");
        assert_eq!(
            planted(&body, "of another attempt"),
            Vec::<String>::new(),
            "of others"
        );
    }
}
