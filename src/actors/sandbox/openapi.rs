//! The platform API as an OpenAPI 3.1 document, made from what the sandbox itself works with: its calls,
//! the fields that it checks, its products.

use serde_json::{Map, Value, json};

use super::{
    openapi_bodies::{answers, request},
    openapi_examples::example,
    schema,
};
use crate::wire::fault::ApiCall;

/// A call as the document shows it.
struct Described {
    call: ApiCall,
    method: &'static str,
    path: &'static str,
    id: &'static str,
    title: &'static str,
    success: u16,
    answer: &'static str,
}

macro_rules! calls {
    ($($call:ident $method:literal $path:literal $id:literal: $title:literal => $success:literal $answer:literal,)+) => {
        &[$(Described {
            call: ApiCall::$call,
            method: $method,
            path: $path,
            id: $id,
            title: $title,
            success: $success,
            answer: $answer,
        },)+]
    };
}

const CALLS: &[Described] = calls! {
    Token "post" "/v1/oauth/token" "issueToken": "Exchange client credentials for an access token" => 200 "Token",
    Products "get" "/v1/products" "listProducts": "List the products" => 200 "Products",
    Quotation "post" "/v1/quotations" "createQuotation": "Ask for a price" => 201 "Quotation",
    Customer "post" "/v1/customers" "createCustomer": "Register a customer" => 201 "Customer",
    Policy "post" "/v1/policies" "createPolicy": "Apply for a policy on a quotation" => 201 "Policy",
    PolicyStatus "get" "/v1/policies/{id}" "getPolicy": "See how a policy stands" => 200 "Policy",
    Cancellation "post" "/v1/policies/{id}/cancellation" "cancelPolicy": "Ask for the cancellation of a policy" => 202 "Cancellation",
    Payment "post" "/v1/payments" "createPayment": "Pay for a policy" => 201 "Payment",
    PaymentStatus "get" "/v1/payments/{id}" "getPayment": "See how a payment stands" => 200 "Payment",
    Refund "post" "/v1/payments/{id}/refunds" "createRefund": "Ask for a refund of a payment" => 202 "Refund",
    Claim "post" "/v1/claims" "createClaim": "Submit a claim" => 201 "Claim",
    ClaimStatus "get" "/v1/claims/{id}" "getClaim": "See how a claim stands" => 200 "Claim",
    Transactions "get" "/v1/transactions" "listTransactions": "List the payments of a period, page by page" => 200 "Transactions",
};

/// Statuses that any call may be answered with, apart from its success, and what they mean.
const ALWAYS: [(u16, &str); 9] = [
    (400, "The request is no HTTP request that can be read."),
    (401, "The credential is missing, wrong or expired."),
    (408, "The request was not whole in time."),
    (410, "This base URL is no longer in use."),
    (413, "The body is larger than 1 MiB."),
    (
        422,
        "The request does not follow the contract; `errors` names the fields.",
    ),
    (429, "Too many requests; wait as `Retry-After` says."),
    (431, "The head is larger than 64 KiB or 512 lines."),
    (
        503,
        "The platform cannot answer now; wait as `Retry-After` says where it is there.",
    ),
];

/// The whole document.
pub fn document() -> Value {
    let mut paths = Map::new();
    for described in CALLS {
        let path = paths.entry(described.path).or_insert_with(|| json!({}));
        path[described.method] = operation(described);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Senang platform API, as assumed",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What the simulated platform of senang-conformance takes and answers. The platform has not \
                confirmed these shapes. Unknown members may be added to answers and events at any time, and are taken \
                in requests. Amounts are text with two decimals, days are ISO 8601, moments RFC 3339. A path of this \
                document with another method is answered 405 with `Allow`, any other path 404, both with a problem \
                document."
        },
        "servers": [{"url": "http://127.0.0.1:8080", "description": "senang-conformance sandbox"}],
        "security": [{"oauth": []}, {"apiKey": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "oauth": {"type": "oauth2", "description": "Client credentials; the token goes into Authorization as Bearer.",
                    "flows": {"clientCredentials": {"tokenUrl": "/v1/oauth/token", "scopes": {}}}},
                "apiKey": {"type": "http", "scheme": "bearer", "description": "The API key as Bearer, where the platform issues no tokens."}
            },
            "headers": headers(),
            "responses": errors(),
            "schemas": answers(),
        }
    })
}

fn headers() -> Value {
    let text = |description: &str| json!({"description": description, "schema": {"type": "string"}});
    let count = |description: &str| json!({"description": description, "schema": {"type": "string", "pattern": "^[0-9]+$"}});
    json!({
        "RequestId": {"description": "Name of this answer; quote it when you ask the platform about it.", "required": true,
            "schema": {"type": "string", "minLength": 1}},
        "RetryAfter": text("Seconds to wait, or the date until which to wait (RFC 9110, 10.2.3)."),
        "RateLimitLimit": count("Requests that may come at once."),
        "RateLimitRemaining": count("Requests that may still come at once."),
        "RateLimitReset": count("Seconds until as many may come again as the limit says."),
        "Authenticate": {"description": "How to authenticate (RFC 6750, 3).", "schema": {"const": "Bearer"}},
        "Replayed": {"description": "The answer is that of an earlier request with the same idempotency key.",
            "schema": {"const": "true"}},
    })
}

fn operation(described: &Described) -> Value {
    let call = described.call;
    let mut parameters = Vec::new();
    if described.path.contains("{id}") {
        parameters.push(json!({"name": "id", "in": "path", "required": true,
            "description": "Id that the platform gave.", "schema": {"type": "string", "minLength": 1}}));
    }
    if call.writes() {
        parameters.push(json!({"name": "Idempotency-Key", "in": "header", "required": false,
            "description": "Names the operation, so that repeating it does nothing twice. The same key with another request is answered 409.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255}}));
    }
    if call == ApiCall::Transactions {
        for (name, meaning) in [("from", "First"), ("to", "Last")] {
            let moment =
                json!({"anyOf": [schema::Kind::Date.schema(), {"type": "string", "format": "date-time"}]});
            parameters.push(json!({"name": name, "in": "query", "required": false,
                "description": format!("{meaning} moment of the period, or a day."), "schema": moment}));
        }
        parameters.push(json!({"name": "cursor", "in": "query", "required": false,
            "description": "`next_cursor` of the page before.", "schema": {"type": "string", "pattern": "^(cur[0-9a-z]{1,8})?$"}}));
    }
    let mut described_operation = json!({
        "operationId": described.id,
        "summary": described.title,
        "responses": responses(described),
    });
    if !parameters.is_empty() {
        described_operation["parameters"] = json!(parameters);
    }
    if let Some(body) = request(call) {
        let mut content = json!({"application/json": {"schema": body}});
        if let Some(example) = example(call) {
            content["application/json"]["example"] = example;
        }
        if call == ApiCall::Token {
            content["application/x-www-form-urlencoded"] = content["application/json"].clone();
        }
        described_operation["requestBody"] = json!({"required": true, "content": content});
    }
    if call == ApiCall::Token {
        described_operation["security"] = json!([]);
    }
    described_operation
}

fn responses(described: &Described) -> Value {
    let call = described.call;
    let mut responses = Map::new();
    let mut success = json!({
        "description": described.title,
        "headers": {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}},
        "content": {"application/json": {"schema": {"$ref": format!("#/components/schemas/{}", described.answer)}}},
    });
    limits(&mut success);
    if call.writes() {
        success["headers"]["Idempotent-Replayed"] = json!({"$ref": "#/components/headers/Replayed"});
    }
    let links = links(call);
    if !links.is_empty() {
        success["links"] = Value::Object(links);
    }
    responses.insert(described.success.to_string(), success);
    for (status, _) in ALWAYS {
        responses.insert(
            status.to_string(),
            json!({"$ref": format!("#/components/responses/E{status}")}),
        );
    }
    let mut put = |status: u16, meaning: &str| {
        responses.insert(status.to_string(), problem(status, meaning));
    };
    if call == ApiCall::Token {
        put(404, "The platform takes API keys and issues no tokens.");
    } else if described.path.contains("{id}") {
        put(404, "Nothing has this id.");
    }
    if call.writes() {
        put(
            409,
            "The request names something that is not there, the state of things does not allow it, or the idempotency \
             key stood on another request.",
        );
    }
    if call.writes() || call == ApiCall::Token {
        put(415, "The body has another media type than the contract names.");
    }
    responses.insert(
        "default".to_owned(),
        json!({"$ref": "#/components/responses/Other"}),
    );
    Value::Object(responses)
}

/// The calls that what was made can be looked up or changed with.
fn links(call: ApiCall) -> Map<String, Value> {
    let (id, calls): (&str, &[&str]) = match call {
        ApiCall::Policy => ("policy_id", &["getPolicy", "cancelPolicy"]),
        ApiCall::Payment => ("transaction_id", &["getPayment", "createRefund"]),
        ApiCall::Claim => ("claim_id", &["getClaim"]),
        _ => return Map::new(),
    };
    let link = |operation: &&str| {
        let parameters = json!({"id": format!("$response.body#/{id}")});
        let link = json!({"operationId": operation, "parameters": parameters});
        ((*operation).to_owned(), link)
    };
    calls.iter().map(link).collect()
}

/// The errors that any call may be answered with.
fn errors() -> Value {
    let mut errors: Map<String, Value> = ALWAYS
        .iter()
        .map(|(status, meaning)| (format!("E{status}"), problem(*status, meaning)))
        .collect();
    let any = "Any other error; treat it by its class, 4xx or 5xx.";
    errors.insert("Other".to_owned(), problem(0, any));
    Value::Object(errors)
}

fn problem(status: u16, meaning: &str) -> Value {
    let mut problem = json!({
        "description": meaning,
        "headers": {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}},
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    });
    match status {
        401 => problem["headers"]["WWW-Authenticate"] = json!({"$ref": "#/components/headers/Authenticate"}),
        429 | 503 => problem["headers"]["Retry-After"] = json!({"$ref": "#/components/headers/RetryAfter"}),
        _ => {}
    }
    limits(&mut problem);
    problem
}

fn limits(response: &mut Value) {
    for (name, component) in [
        ("RateLimit-Limit", "RateLimitLimit"),
        ("RateLimit-Remaining", "RateLimitRemaining"),
        ("RateLimit-Reset", "RateLimitReset"),
    ] {
        response["headers"][name] = json!({"$ref": format!("#/components/headers/{component}")});
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::sandbox::route::Route;

    #[test]
    fn every_call_leads_where_the_document_says() {
        for described in CALLS {
            let path = described.path.replace("{id}", "x");
            let Route::Call(call, _) = Route::of(&described.method.to_ascii_uppercase(), &path) else {
                panic!("{path}")
            };
            assert_eq!(call, described.call);
        }
        let mut calls: Vec<ApiCall> = CALLS.iter().map(|described| described.call).collect();
        calls.sort_unstable();
        calls.dedup();
        assert_eq!(calls.len(), ApiCall::Unknown as usize - ApiCall::Token as usize);
    }
}
