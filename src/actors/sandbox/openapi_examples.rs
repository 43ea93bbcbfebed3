//! A request of each kind that the sandbox takes, for the OpenAPI document.

use serde_json::{Value, json};

use crate::wire::fault::ApiCall;

/// The body of such a request; none where it has none.
pub(super) fn example(call: ApiCall) -> Option<Value> {
    Some(match call {
        ApiCall::Token => json!({"grant_type": "client_credentials", "client_id": "your-client-id",
            "client_secret": "your-client-secret"}),
        ApiCall::Quotation => json!({"product_code": "TRAVEL-BASIC",
            "cover": {"from": "2027-01-01", "to": "2027-01-14"}, "birth_date": "1990-02-28",
            "applicant": {"name": "Aisyah binti Rahman"}}),
        ApiCall::Customer => json!({"name": "Aisyah binti Rahman", "id_number": "900228-14-0000",
            "email": "aisyah@example.org", "phone": "+60120000000", "birth_date": "1990-02-28",
            "address": {"line": "1 Jalan Contoh", "city": "Ipoh", "postcode": "30000"}}),
        ApiCall::Policy => json!({"quotation_id": "the quotation_id that you got",
            "customer_id": "the customer_id that you got", "order_id": "ORD-1001"}),
        ApiCall::Payment => json!({"policy_id": "the policy_id that you got", "order_id": "ORD-1001",
            "amount": "100.00", "currency": "MYR", "description": "Travel cover ORD-1001"}),
        ApiCall::Refund => {
            json!({"amount": "100.00", "currency": "MYR", "reason": "cancelled by the customer"})
        }
        ApiCall::Cancellation => json!({"reason": "cancelled by the customer"}),
        ApiCall::Claim => json!({"policy_id": "the policy_id that you got", "incident_date": "2027-01-03",
            "amount": "250.00", "incident": {"what": "lost luggage"}}),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::actors::sandbox::openapi::document;

    /// Every body that the document describes has an example that the description allows.
    #[test]
    fn every_example_is_what_the_document_says() {
        let document = document();
        let mut examples = 0;
        for operation in document["paths"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|item| item.as_object().unwrap().values())
        {
            for content in operation["requestBody"]["content"]
                .as_object()
                .into_iter()
                .flatten()
            {
                let validator = jsonschema::validator_for(&content.1["schema"]).unwrap();
                let example = &content.1["example"];
                assert!(
                    validator.is_valid(example),
                    "{}: {example}",
                    operation["operationId"]
                );
                examples += 1;
            }
        }
        assert_eq!(examples, 9);
    }
}
