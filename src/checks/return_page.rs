//! What the browser sees on its return, and whether the registered template can be relied on.

use super::{
    outcome::{Finding, Outcome},
    view::{Sent, View, Which},
    words::{failed, inconclusive, nothing_to_judge},
};
use crate::{
    transcript::exchange::{Ending, Role},
    wire::return_template::ReturnTemplate,
};

/// Words that pages use for success, where the partner does not declare its own.
const SUCCESS: [&str; 7] = [
    "successful",
    "success",
    "payment received",
    "has been paid",
    "thank you for your payment",
    "berjaya",
    "telah diterima",
];

/// A page: where it sends the browser, and its text.
struct Page<'a> {
    sent: Sent<'a>,
    text: String,
    whole: bool,
}

impl Page<'_> {
    fn holds(&self, text: &str) -> bool {
        self.text.to_lowercase().contains(&text.to_lowercase())
    }
}

/// The pages that were answered to browsers' returns in a role.
fn pages(view: View<'_>, role: Role) -> Vec<Page<'_>> {
    let all = view.deliveries(Which { role, index: None });
    let returns = all.into_iter().filter(|sent| sent.delivery.sent.method == "GET");
    returns
        .filter_map(|sent| match &sent.delivery.ending {
            Ending::Answered(answer) => {
                let body = answer.body.bytes();
                let location = answer.headers.get("location").unwrap_or_default();
                Some(Page {
                    sent,
                    text: format!("{location}\n{}", String::from_utf8_lossy(&body)),
                    whole: !answer.truncated,
                })
            }
            Ending::Unanswered { .. } => None,
        })
        .collect()
}

/// The end of every check on pages: what was not found is only absent from a page that is there, and whole.
fn all_seen(pages: &[Page<'_>]) -> Outcome {
    if pages.is_empty() {
        return nothing_to_judge("a return page");
    }
    if pages.iter().any(|page| !page.whole) {
        return inconclusive("the return page is longer than what is recorded of it (64 KiB)");
    }
    Outcome::Passed { grade: None }
}

/// No page of a forged return claims success. `phrase` is what the partner's page says only of a confirmed
/// payment; without one common words are looked for. Either must stand on the page of the genuine return
/// before, or its absence says nothing.
pub fn claims_no_success(view: View<'_>, phrase: Option<&str>) -> Outcome {
    let genuine = pages(view, Role::ControlBefore);
    let forged = pages(view, Role::Stimulus);
    let said: Vec<&str> = phrase.map_or_else(|| SUCCESS.to_vec(), |phrase| vec![phrase]);
    let Some(genuine) = genuine.last() else {
        return nothing_to_judge("the page of a genuine return");
    };
    if !said.iter().any(|text| genuine.holds(text)) {
        return inconclusive(phrase.map_or_else(
            || {
                "the page of a genuine return says nothing that is known to mean success; declare \
                 return_success in [recurring]"
                    .to_owned()
            },
            |phrase| {
                format!(
                    "the page of a genuine return does not hold {phrase:?}, which return_success in [recurring] \
                     declares; correct it"
                )
            },
        ));
    }
    for page in &forged {
        let Some(found) = said.iter().find(|text| page.holds(text)) else {
            continue;
        };
        if phrase.is_none() && !same_words(genuine, page, &said) {
            return inconclusive(format!(
                "the page holds {found:?}, which may or may not be a claim of success; declare return_success in [recurring]"
            ));
        }
        return failed(
            "page-claims-success",
            page.sent,
            "a page that does not call the payment successful: nothing in this return is proven",
            format!("the page says {found:?}"),
        );
    }
    all_seen(&forged)
}

/// Whether a page says as much of success as the genuine one.
fn same_words(genuine: &Page<'_>, page: &Page<'_>, said: &[&str]) -> bool {
    said.iter()
        .filter(|text| genuine.holds(text))
        .all(|text| page.holds(text))
}

/// Markup that was sent as a message does not stand in the page as markup.
pub fn escapes(view: View<'_>, markup: &str) -> Outcome {
    let pages = pages(view, Role::Stimulus);
    if let Some(page) = pages.iter().find(|page| page.text.contains(markup)) {
        return failed(
            "unescaped",
            page.sent,
            format!("a page in which {markup} is text (&lt;…&gt;) or absent"),
            "it stands in the page as a tag",
        );
    }
    all_seen(&pages)
}

/// None of the details stands on the page of a forged return.
pub fn tells_nothing(view: View<'_>, details: &[String]) -> Outcome {
    let pages = pages(view, Role::Stimulus);
    for page in &pages {
        if let Some(detail) = details.iter().find(|detail| page.holds(detail)) {
            return failed(
                "details-shown",
                page.sent,
                "a page without any detail of the order: its visitor has proven nothing",
                format!("the page shows {detail:?}"),
            );
        }
    }
    all_seen(&pages)
}

/// The registered template, noted as `remark` before, can be filled and verified. `goes_on` says that the
/// return URL has a query of its own.
pub fn template_is_sound(view: View<'_>, template: &str, goes_on: bool, remark: &str) -> Outcome {
    let Some(number) = view.noted(remark) else {
        return nothing_to_judge("the registered template");
    };
    match ReturnTemplate::parse(template, goes_on) {
        Ok(_) => Outcome::Passed { grade: None },
        Err(flaws) => {
            let flaws: Vec<String> = flaws.iter().map(ToString::to_string).collect();
            Outcome::Failed(Finding {
                code: "unsound-template".to_owned(),
                stimulus: format!("the registered return URL template {template}"),
                expected:
                    "known placeholders, each once, with order id, transaction reference, status and hash, \
                           under different names and without stray quotes"
                        .to_owned(),
                observed: format!("it {}", flaws.join("; it ")),
                records: vec![number],
                timing: false,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        checks::samples::{delivery, record},
        transcript::{
            exchange::Form,
            record::{Event, Record},
        },
        wire::{body::Body, return_template::DOCUMENTED_EXAMPLE},
    };

    fn returned(number: u64, role: Role, text: &str) -> Arc<Record> {
        let form = Form::Parameters {
            forged: role == Role::Stimulus,
            how: "no hash".to_owned(),
        };
        let mut sent = delivery(role, 0, form, Some(200), 5);
        "GET".clone_into(&mut sent.sent.method);
        if let Ending::Answered(answer) = &mut sent.ending {
            answer.body = Body::Text(text.to_owned());
        }
        record(number, Event::Delivered(Box::new(sent)))
    }

    fn code(outcome: &Outcome) -> &str {
        match outcome {
            Outcome::Failed(finding) => &finding.code,
            Outcome::Passed { .. } => "passed",
            Outcome::Inconclusive { .. } => "inconclusive",
            Outcome::NotApplicable { .. } => "not applicable",
        }
    }

    #[test]
    fn a_claim_of_success_is_measured_by_the_genuine_page() {
        let table = [
            (
                Some("Payment received"),
                "Payment received",
                "payment received!",
                "page-claims-success",
            ),
            (Some("Payment received"), "Payment received", "pending", "passed"),
            (Some("Payment received"), "Thanks", "pending", "inconclusive"),
            (
                None,
                "Payment successful",
                "Payment successful",
                "page-claims-success",
            ),
            (
                None,
                "Success! Payment received",
                "not successful",
                "inconclusive",
            ),
            (None, "Payment successful", "pending", "passed"),
            (None, "ok", "ok", "inconclusive"),
        ];
        for (phrase, genuine, forged, expected) in table {
            let records = [
                returned(1, Role::ControlBefore, genuine),
                returned(2, Role::Stimulus, forged),
            ];
            let outcome = claims_no_success(View::new(&records), phrase);
            assert_eq!(code(&outcome), expected, "{phrase:?} {genuine} {forged}");
        }
        let genuine_alone = [returned(1, Role::ControlBefore, "Success")];
        assert_eq!(
            code(&claims_no_success(View::new(&genuine_alone), None)),
            "inconclusive"
        );
    }

    #[test]
    fn markup_and_details_are_found_in_the_page() {
        let records = [returned(1, Role::Stimulus, "<p>&lt;i id=x&gt; for CUS-7</p>")];
        let view = View::new(&records);
        assert_eq!(code(&escapes(view, "<i id=x>")), "passed");
        assert_eq!(code(&escapes(view, "<p>")), "unescaped");
        assert_eq!(code(&tells_nothing(view, &["24.50".to_owned()])), "passed");
        assert_eq!(code(&tells_nothing(view, &["cus-7".to_owned()])), "details-shown");
        assert_eq!(code(&escapes(View::new(&[]), "<p>")), "inconclusive");
        assert_eq!(code(&tells_nothing(View::new(&[]), &[])), "inconclusive");
    }

    #[test]
    fn the_documented_example_is_unsound() {
        let records = [record(
            3,
            Event::Note {
                text: "template".to_owned(),
            },
        )];
        let judge = |text: &str| template_is_sound(View::new(&records), text, false, "template");
        assert_eq!(code(&judge(DOCUMENTED_EXAMPLE)), "unsound-template");
        assert_eq!(code(&judge(&DOCUMENTED_EXAMPLE.replace('"', ""))), "passed");
        let unnoted = template_is_sound(View::new(&[]), DOCUMENTED_EXAMPLE, false, "template");
        assert_eq!(code(&unnoted), "inconclusive");
    }
}
