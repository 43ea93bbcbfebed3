//! The published schema of recurring callbacks is held to what is sent.

use jsonschema::Validator;
use senang_conformance::wire::{
    callback_variation::CallbackVariation,
    money::Money,
    parameters::Parameters,
    recurring::{Callback, PaymentPlan, RecurringHash},
    schedule_notice::ScheduleNotice,
    unusual_callback,
};
use serde_json::{Value, json};

const SCHEMA: &str = include_str!("../../docs/recurring.schema.json");
const GUIDE: &str = include_str!("../../docs/recurring.md");
const KEY: &str = "21245-957";
const NOW: i64 = 1_764_619_200;

fn schema() -> Validator {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn holds(document: &Value) {
    let problems: Vec<String> = schema()
        .iter_errors(document)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert!(problems.is_empty(), "{document}: {problems:?}");
}

fn callback(status: &str, plan: PaymentPlan) -> Callback {
    Callback {
        recurring_id: "REC-ORD-1".to_owned(),
        status_id: status.to_owned(),
        order_id: "ORD-1".to_owned(),
        transaction_id: "txn_000000000001".to_owned(),
        msg: "Payment_was_successful".to_owned(),
        next_payment_date: NOW,
        plan,
        amount: Money::sen(2450),
    }
}

fn hashed(callback: &Callback) -> Value {
    json!(RecurringHash::Sha256.compute(KEY, &callback.hashed_text()))
}

fn notice(action: &str) -> ScheduleNotice {
    ScheduleNotice {
        action: action.to_owned(),
        recurring_id: "REC-ORD-1".to_owned(),
        kind: "installment".to_owned(),
        customer_email: "subscriber@example.org".to_owned(),
        new_payment_timestamp: (action == "new_schedule").then_some(NOW),
    }
}

#[test]
fn every_genuine_callback_fits() {
    for plan in [PaymentPlan::Instalment, PaymentPlan::Subscription] {
        for status in ["0", "1", "2", "3"] {
            let callback = callback(status, plan);
            holds(&callback.document(Some(hashed(&callback))));
        }
    }
}

#[test]
fn every_unusual_date_list_and_text_fits() {
    for variation in CallbackVariation::ALL {
        let plain = callback("1", PaymentPlan::Subscription);
        let callback = unusual_callback::with_values(plain, *variation, NOW);
        let mut parameters = Parameters::of(&callback, Some(hashed(&callback)));
        unusual_callback::write(&mut parameters, &callback, *variation);
        holds(&serde_json::from_str(&parameters.json()).unwrap());
    }
}

#[test]
fn every_notice_fits_and_is_no_payment() {
    for action in ["new_schedule", "remove_schedule", "terminate"] {
        let notice = notice(action);
        let mut document = notice.document(&notice.hash(KEY));
        holds(&document);
        document["status_id"] = json!("1");
        assert!(!schema().is_valid(&document), "{action}");
    }
}

#[test]
fn what_is_not_sent_does_not_fit() {
    let callback = callback("1", PaymentPlan::Instalment);
    let good = callback.document(Some(hashed(&callback)));
    for (name, value) in [
        ("status_id", json!(true)),
        ("status_id", json!("01")),
        ("hash", Value::Null),
        ("hash", json!(["0"])),
        ("msg", json!("x".repeat(101))),
        ("transaction_id", json!(1.5)),
        ("next_payment_date", json!("soon")),
        ("payment_details", json!({})),
    ] {
        let mut document = good.clone();
        document[name] = value;
        assert!(!schema().is_valid(&document), "{document}");
    }
}

#[test]
fn the_examples_of_the_guide_fit() {
    let blocks: Vec<&str> = GUIDE
        .split("```json\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert_eq!(blocks.len(), 2);
    for block in blocks {
        let mut document: Value = serde_json::from_str(block).unwrap();
        if document.get("action").is_some() {
            document["hash"] = json!(notice("new_schedule").hash(KEY));
        } else {
            let text = |name: &str| document[name].as_str().unwrap().to_owned();
            let joined = ["status_id", "order_id", "transaction_id", "msg"]
                .map(text)
                .concat();
            assert_eq!(document["hash"], RecurringHash::Sha256.compute(KEY, &joined));
        }
        holds(&document);
    }
}
