//! Answers that a script puts in the place of the honest one.

use serde_json::{Map, Value, json};

use super::{reply::Reply, state::State};
use crate::wire::substitute::Substitute;

/// What a gateway shows when it does not know better.
const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Please wait</title></head><body><h1>Checking your \
                    connection</h1><p>This page will continue by itself.</p></body></html>\n";

/// A sum that nobody asked for.
const FOREIGN_AMOUNT: &str = "1.23";

/// An answer with a success status that is no success, to a request with these members.
pub fn reply(what: Substitute, members: &Map<String, Value>, state: &mut State) -> Reply {
    let status = what.status();
    let resource = |state: &mut State, word: &str| {
        let mut document = members.clone();
        document.insert("transaction_id".to_owned(), json!(state.fresh_id("txn_")));
        document.insert("status".to_owned(), json!(word));
        document
    };
    match what {
        Substitute::Failed => Reply::json(status, Value::Object(resource(state, "failed"))),
        Substitute::UnknownStatus => Reply::json(status, Value::Object(resource(state, "on_its_way"))),
        Substitute::Empty | Substitute::NoContent => {
            Reply::raw(status, Vec::new()).with("Content-Type", "application/json")
        }
        Substitute::BrokenJson => {
            let text = Value::Object(resource(state, "successful")).to_string();
            let half = text.len() / 2;
            Reply::raw(status, text.into_bytes()[..half].to_vec()).with("Content-Type", "application/json")
        }
        Substitute::HtmlPage => {
            Reply::raw(status, PAGE.as_bytes().to_vec()).with("Content-Type", "text/html; charset=utf-8")
        }
        Substitute::Foreign => {
            let mut document = resource(state, "successful");
            document.insert("order_id".to_owned(), json!(state.fresh_id("ORD-")));
            document.insert("policy_id".to_owned(), json!(state.fresh_id("POL-")));
            document.insert("amount".to_owned(), json!(FOREIGN_AMOUNT));
            Reply::json(status, Value::Object(document))
        }
    }
}

/// The honest answer about something new, turned into the refusal to make it a second time. Errors stay
/// as they are.
pub fn already_there(honest: Reply) -> Reply {
    let found = ["policy_id", "transaction_id", "claim_id"]
        .into_iter()
        .zip(["policies", "payments", "claims"])
        .find_map(|(name, place)| Some((name, place, honest.member(name)?.to_owned())));
    let Some((name, place, id)) = found else {
        return honest;
    };
    let problem = json!({"type": "urn:senang:problem:already-exists", "title": "Already exists", "status": 409,
        "detail": "It was made by an earlier request.", "category": "validation", "errors": [],
        name: id, "existing": format!("/v1/{place}/{id}")});
    // Relative to the request, so that it stays below the base URL of the example.
    Reply::raw(409, problem.to_string().into_bytes())
        .with("Content-Type", "application/problem+json")
        .with("Location", &format!("{place}/{id}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(reply: Reply) -> (u16, Option<Value>, Vec<u8>) {
        let answer = reply.finish("req_1", "now");
        (
            answer.status,
            serde_json::from_slice(&answer.body).ok(),
            answer.body,
        )
    }

    #[test]
    fn none_of_them_is_the_success_that_was_asked_for() {
        let asked = json!({"order_id": "ORD-1", "policy_id": "POL-1", "amount": "100.00", "currency": "MYR"});
        let members = asked.as_object().cloned().unwrap();
        for what in Substitute::ALL {
            let (status, document, bytes) = body(reply(what, &members, &mut State::new(1)));
            assert_eq!(status, what.status());
            let good = document.is_some_and(|document| {
                document["status"] == "successful" && document["order_id"] == asked["order_id"]
            });
            assert!(!good, "{what}: {}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn no_content_is_announced_with_no_length() {
        let reply = reply(Substitute::NoContent, &Map::new(), &mut State::new(1));
        assert_eq!(reply.finish("r", "d").headers.get("content-length"), None);
    }

    #[test]
    fn the_way_to_what_exists_is_told() {
        let made = Reply::json(201, json!({"policy_id": "POL-7"}));
        let answer = already_there(made).finish("r", "d");
        assert_eq!(answer.status, 409);
        assert_eq!(answer.headers.get("location"), Some("policies/POL-7"));
        let refused = Reply::problem(422, "no", &[]);
        assert_eq!(already_there(refused.clone()), refused);
    }
}
