//! The sections that say how things come to exist, are begun, and are read: `[checkout]`, `[references]`, `[start]`,
//! `[effects]`.

use std::fmt::Write as _;

use super::{
    answers::{Answers, Effect, How, Origin},
    page::Page,
    toml_text::{list, quoted},
};
use crate::config::subject::Subject;

/// `[checkout]`.
pub fn checkout(page: &mut Page, answers: &Answers) {
    if answers.checkout {
        page.say(
            "The pages of your checkout, to be opened in a real browser. [start.checkout] below begins one.",
        );
        page.show(
            "checkout pages",
            "[checkout]\npage = \"https://sandbox.shop.example/pay\"",
        );
        page.gap();
    }
}

/// `[references]`.
pub fn references(page: &mut Page, answers: &Answers) {
    page.say(
        "How the orders, policies and subscriptions of a run come to exist at your side. Each example uses fresh ones.\n\
         \"first-sight\": by the first message that names them; \"start\": by [start.order] or [start.subscribe];\n\
         { fixture = \"file\" }: you import the list that `senang-conformance fixtures` prints.\n\
         Cases with a wrong amount need one of the last two: who makes the order from the message has nothing to compare.",
    );
    page.put("[references]");
    let (order, subscription) = match &answers.references {
        Origin::Created => ("\"first-sight\"".to_owned(), "\"first-sight\"".to_owned()),
        Origin::Start if answers.start.contains_key("subscribe") => {
            ("\"start\"".to_owned(), "\"start\"".to_owned())
        }
        Origin::Start => ("\"start\"".to_owned(), "\"first-sight\"".to_owned()),
        Origin::Fixture(file) => {
            let fixture = format!("{{ fixture = {} }}", quoted(file));
            (fixture.clone(), fixture)
        }
    };
    page.put(&format!("order = {order}"));
    page.put(&format!("policy = {order} # the policy that the order buys"));
    if answers.recurring.is_some() {
        page.put(&format!("subscription = {subscription}"));
    }
    page.gap();
}

/// `[start.<operation>]`.
pub fn start(page: &mut Page, answers: &Answers) {
    page.say(
        "How your own operations are begun: an existing address, a command, or a person (kind = \"manual\").\n\
         Words in braces are filled in; docs/partner.toml.md has all of them.",
    );
    for (name, how) in &answers.start {
        page.put(&operation(name, how, answers.bearer_env.as_deref()));
        page.gap();
    }
    if !answers.start.contains_key("order") {
        let how = How::Http("https://sandbox.shop.example/test/orders".to_owned());
        page.show("start order", &operation("order", &how, None));
        page.gap();
    }
    if answers.api.is_none() {
        let how = [
            "./shop",
            "buy",
            "--api",
            "{api_base_url}",
            "--reference",
            "{reference}",
        ];
        let how = How::Command(how.map(str::to_owned).to_vec());
        page.show("api", &operation("buy", &how, None));
        page.gap();
    }
    if !answers.checkout {
        let how = How::Http("https://sandbox.shop.example/checkout".to_owned());
        page.show("checkout", &operation("checkout", &how, None));
        page.gap();
    }
}

/// One operation.
pub fn operation(name: &str, how: &How, bearer: Option<&str>) -> String {
    let mut lines = format!("[start.{name}]\n");
    channel(&mut lines, how, bearer);
    match how {
        How::Http(_) => {
            let members: Vec<String> = input(name)
                .iter()
                .map(|(member, field)| format!("{member} = \"{{{field}}}\""))
                .collect();
            let _ = write!(lines, "\nbody = {{ {} }}", members.join(", "));
        }
        How::Manual => {
            let _ = write!(lines, "\nprompt = {}", quoted(&prompt(name)));
        }
        How::Command(_) | How::Log => {}
    }
    lines
}

fn channel(lines: &mut String, how: &How, bearer: Option<&str>) {
    match how {
        How::Http(url) => {
            let _ = write!(lines, "kind = \"http\"\nurl = {}", quoted(url));
            if let Some(bearer) = bearer {
                let bearer = quoted(bearer);
                let _ = write!(
                    lines,
                    "\nheaders = {{ Authorization = {{ secret_env = {bearer}, prefix = \"Bearer \" }} }}"
                );
            }
        }
        How::Command(words) => {
            let (program, args) = words
                .split_first()
                .map_or(("", words.as_slice()), |(first, rest)| (first.as_str(), rest));
            let _ = write!(
                lines,
                "kind = \"command\"\nprogram = {}\nargs = {}",
                quoted(program),
                list(args)
            );
        }
        How::Manual => lines.push_str("kind = \"manual\""),
        How::Log => lines.push_str("kind = \"log\""),
    }
}

/// What an operation is told, as member and placeholder.
fn input(name: &str) -> Vec<(&'static str, &'static str)> {
    let money = [("amount", "amount"), ("currency", "currency")];
    let api = ("api_base_url", "api_base_url");
    let mut input = match name {
        "order" => vec![("reference", "order"), ("policy", "policy")],
        "subscribe" => vec![("reference", "reference")],
        "checkout" => vec![("reference", "reference"), ("description", "description")],
        "quote" | "buy" => vec![
            ("reference", "reference"),
            ("policy", "policy"),
            ("product_code", "product_code"),
            ("name", "name"),
            ("id_number", "id_number"),
            ("email", "email"),
            ("phone", "phone"),
            ("birth_date", "birth_date"),
            ("address", "address"),
            api,
        ],
        "claim" => vec![
            ("reference", "reference"),
            ("policy", "policy"),
            ("incident", "incident"),
            ("incident_date", "incident_date"),
            api,
        ],
        "reconcile" | "report" => vec![("from", "from"), ("to", "to"), api],
        _ => vec![
            ("reference", "reference"),
            ("order", "order"),
            ("policy", "policy"),
            ("claim", "claim"),
            ("transaction", "transaction"),
            ("reason", "reason"),
            api,
        ],
    };
    if !matches!(name, "reconcile" | "report") {
        input.extend(money);
    }
    input
}

fn prompt(name: &str) -> String {
    match name {
        "order" => {
            "Make the pending order {order} over {amount} {currency}, for the policy {policy}.".to_owned()
        }
        "subscribe" => "Make the subscription {reference} over {amount} {currency}.".to_owned(),
        "checkout" => "Begin a checkout of order {reference} over {amount} {currency}.".to_owned(),
        "reconcile" | "report" => {
            format!("Begin \"{name}\" from {{from}} to {{to}}, against the API at {{api_base_url}}.")
        }
        _ => format!(
            "Begin \"{name}\" for {{reference}} over {{amount}} {{currency}}, against the API at {{api_base_url}}."
        ),
    }
}

/// `[effects.<kind>]`.
pub fn effects(page: &mut Page, answers: &Answers) {
    page.say(
        "What really happened, as a number that one good delivery raises from 0 to 1: an HTTP 200 alone proves nothing.\n\
         Decides most cases, above all duplicates, forgeries and wrong amounts. An address, a command, or the log\n\
         (kind = \"log\" counts lines, which is weaker evidence). Places are JSON pointers or { regex = \"…(?<count>…)\" }.",
    );
    for (subject, effect) in &answers.effects {
        page.put(&section(
            *subject,
            effect,
            answers.bearer_env.as_deref(),
            &processed(answers),
        ));
        page.gap();
    }
    for (group, subject) in [
        ("effects order", Subject::Order),
        ("effects policy", Subject::Policy),
        ("effects claim", Subject::Claim),
        ("effects subscription", Subject::Subscription),
    ] {
        let concerned = subject == Subject::Order || answers.subjects().contains(&subject);
        if concerned && !answers.effects.contains_key(&subject) {
            page.show(group, &example(subject));
            page.gap();
        }
    }
}

/// The words of the log that mean that an event was carried out.
pub fn processed(answers: &Answers) -> Vec<String> {
    match &answers.log {
        Some(log) if !log.processed.is_empty() => log.processed.clone(),
        _ => vec!["processed".to_owned()],
    }
}

/// One kind of effect.
pub fn section(subject: Subject, effect: &Effect, bearer: Option<&str>, processed: &[String]) -> String {
    let mut lines = format!("[effects.{subject}]\n");
    channel(&mut lines, &effect.how, bearer);
    match effect.how {
        How::Http(_) | How::Command(_) => {
            let _ = write!(lines, "\ncount = {}", quoted(&effect.count));
            for (key, place) in [("state", &effect.state), ("amount", &effect.amount)] {
                if let Some(place) = place {
                    let _ = write!(lines, "\n{key} = {}", quoted(place));
                }
            }
        }
        How::Manual => {
            let _ = write!(
                lines,
                "\nprompt = \"What is the count of {subject} {{reference}}, and its state?\""
            );
        }
        How::Log => {
            let _ = write!(lines, "\nresults = {}", list(processed));
            let types = match subject {
                Subject::Order => ["payment.success"].as_slice(),
                Subject::Policy => &["policy.issued"],
                Subject::Claim => &["claim.submitted"],
                Subject::Subscription => &[],
            };
            if !types.is_empty() {
                let _ = write!(lines, "\ntypes = {}", list(types));
            }
        }
    }
    lines
}

fn example(subject: Subject) -> String {
    let (many, rest) = match subject {
        Subject::Order => (
            "orders",
            "count = \"/fulfilments\" # how often it was paid and carried out: 0, 1, …\nstate = \"/state\"\n\
             amount = \"/amount\"\nrefunded = \"/refunded\"\nflag = \"/flag\" # whatever tells a person to look at it",
        ),
        Subject::Policy => (
            "policies",
            "count = \"/issued\"\nstate = \"/state\"\nnumber = \"/number\"",
        ),
        Subject::Claim => ("claims", "count = \"/opened\"\nstate = \"/state\""),
        Subject::Subscription => (
            "subscriptions",
            "count = \"/instalments\" # a list: its length counts\nstate = \"/state\"\nnext_date = \"/next_day\"",
        ),
    };
    format!(
        "[effects.{subject}]\nkind = \"http\"\nurl = \"https://sandbox.shop.example/{many}/{{reference}}\"\n{rest}"
    )
}
