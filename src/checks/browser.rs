//! Answers that only a browser with a person before it could do something with.

use super::{
    outcome::Outcome,
    view::{View, Which},
    words::{failed, nothing_to_judge},
};
use crate::transcript::exchange::{Answer, Ending};

/// Words of login forms, CSRF guards and bot walls, in lower case, with what they show.
const SIGNS: [(&str, &str); 17] = [
    ("csrf", "a CSRF guard"),
    ("xsrf", "a CSRF guard"),
    ("page expired", "a CSRF guard"),
    ("type=\"password\"", "a login page"),
    ("type='password'", "a login page"),
    ("type=password", "a login page"),
    ("please log in", "a login page"),
    ("please sign in", "a login page"),
    ("captcha", "a bot challenge"),
    ("just a moment", "a bot challenge"),
    ("checking your browser", "a bot challenge"),
    ("verify you are human", "a bot challenge"),
    ("cf-challenge", "a bot challenge"),
    ("cf_chl", "a bot challenge"),
    ("challenge-platform", "a bot challenge"),
    ("enable javascript", "a page for browsers"),
    ("enable cookies", "a page for browsers"),
];
/// How much of a body is looked at, in bytes.
const LOOKED_AT: usize = 64 * 1024;

/// No delivery is answered with a login, CSRF or challenge page, whatever the status.
pub fn no_browser_needed(view: View<'_>) -> Outcome {
    let deliveries = view.deliveries(Which::STIMULUS);
    if deliveries.is_empty() {
        return nothing_to_judge("the delivery");
    }
    for sent in deliveries {
        let Ending::Answered(answer) = &sent.delivery.ending else {
            continue;
        };
        if let Some(what) = page(answer) {
            let expected = "an answer for a server: no cookie, token, login or challenge is asked for";
            let observed = format!("status {} with {what}", answer.status);
            return failed("browser-expected", sent, expected, observed);
        }
    }
    Outcome::Passed { grade: None }
}

/// What for a page the answer is, if it is one.
fn page(answer: &Answer) -> Option<String> {
    if answer.status == 419 {
        return Some("the status of a CSRF guard".to_owned());
    }
    let challenged = answer.headers.iter().find(|(name, value)| {
        name.eq_ignore_ascii_case("cf-mitigated") && value.eq_ignore_ascii_case("challenge")
    });
    if challenged.is_some() {
        return Some("a bot challenge (cf-mitigated: challenge)".to_owned());
    }
    let bytes = answer.body.bytes();
    let body = String::from_utf8_lossy(&bytes[..bytes.len().min(LOOKED_AT)]).to_ascii_lowercase();
    let (sign, what) = SIGNS.iter().find(|(sign, _)| body.contains(sign))?;
    Some(format!("{what} (the body says {sign:?})"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{body::Body, header::Headers};

    fn of(status: u16, body: &str) -> Option<String> {
        page(&Answer {
            status,
            headers: Headers::new(),
            body: Body::Text(body.to_owned()),
            truncated: false,
        })
    }

    #[test]
    fn a_page_is_a_page_whatever_its_status() {
        let challenge = "<html><title>Just a moment...</title></html>";
        for status in [200, 403, 503] {
            assert!(of(status, challenge).unwrap().contains("bot challenge"));
        }
        assert!(of(403, "CSRF verification failed.").unwrap().contains("CSRF"));
        assert!(
            of(200, "<input name=p type=\"PASSWORD\">")
                .unwrap()
                .contains("login")
        );
        assert!(of(419, "").is_some());
    }

    #[test]
    fn ordinary_answers_are_none() {
        for (status, body) in [
            (200, "OK"),
            (204, ""),
            (200, "{\"received\":true}"),
            (403, "refused"),
        ] {
            assert_eq!(of(status, body), None, "{body}");
        }
    }
}
