//! The platform API, from its OpenAPI document.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::{
    markdown::{anchor, block, cell, code, table, text},
    members::members,
    overview::ASSUMED,
    page::Page,
    shape::shape,
};
use crate::{actors::sandbox::openapi, contract::profile::values::Profile};

/// The page.
pub fn page(profile: &Profile) -> Page {
    let document = openapi::document();
    let info = document["info"]["description"].as_str().unwrap_or_default();
    let mut body = format!("{ASSUMED}{} All shapes of this page are assumed.\n\n", text(info));
    body.push_str(&authentication(&document, profile));
    body.push_str("## Operations\n\n");
    body.push_str(&overview(&document));
    body.push('\n');
    for (path, method, operation) in operations(&document) {
        body.push_str(&section(&document, path, method, operation));
    }
    body.push_str("## Errors of every operation\n\n");
    body.push_str(&common_errors(&document));
    body.push_str("\n## Header lines of answers\n\n");
    body.push_str(&headers(&document));
    body.push_str("\n## Answers\n\nMembers may be added to each of them at any time.\n\n");
    for (name, schema) in document["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
    {
        let _ = writeln!(body, "### {name}\n\n{}", members(schema));
    }
    Page::new("contract/api.md", "The platform API", &body)
}

/// Every operation with its path and method, in the order of the document.
fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = document["paths"].as_object();
    paths.into_iter().flatten().flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

fn heading(path: &str, method: &str) -> String {
    format!("{} {path}", method.to_uppercase())
}

fn overview(document: &Value) -> String {
    let rows = operations(document).map(|(path, method, operation)| {
        let heading = heading(path, method);
        let success = success(operation).map_or_else(String::new, |(status, _)| status.clone());
        [
            format!("[`{heading}`](#{})", anchor(&heading)),
            success,
            cell(operation["summary"].as_str().unwrap_or_default()),
        ]
    });
    table(["operation", "success", "what for"], rows)
}

fn authentication(document: &Value, profile: &Profile) -> String {
    let schemes = document["components"]["securitySchemes"].as_object();
    let rows = schemes.into_iter().flatten().map(|(name, scheme)| {
        let at = scheme["flows"]["clientCredentials"]["tokenUrl"].as_str();
        let says = scheme["description"].as_str().unwrap_or_default();
        let at = at.map_or_else(String::new, |url| format!(" From {}.", code(url)));
        [code(name), format!("{}{at}", cell(says))]
    });
    let values = profile.values();
    let entry = &values["parameters"]["authentication"];
    format!(
        "## Authentication\n\n{}\nThe profile says {} ({}): {}\n\n",
        table(["scheme", "how"], rows),
        code(entry["value"].as_str().unwrap_or_default()),
        entry["provenance"].as_str().unwrap_or_default(),
        text(entry["source"].as_str().unwrap_or_default())
    )
}

fn section(document: &Value, path: &str, method: &str, operation: &Value) -> String {
    let mut written = format!(
        "### {}\n\n{}. {}.\n\n",
        heading(path, method),
        text(operation["summary"].as_str().unwrap_or_default()),
        if operation["security"] == json!([]) {
            "Without a token: it is the call that gives one"
        } else {
            "Authenticated"
        }
    );
    let parameters: Vec<[String; 5]> = operation["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|parameter| {
            [
                code(parameter["name"].as_str().unwrap_or_default()),
                parameter["in"].as_str().unwrap_or_default().to_owned(),
                if parameter["required"] == true {
                    "yes"
                } else {
                    "no"
                }
                .to_owned(),
                shape(&parameter["schema"]),
                cell(parameter["description"].as_str().unwrap_or_default()),
            ]
        })
        .collect();
    if !parameters.is_empty() {
        let head = ["parameter", "in", "must be there", "what it is", "meaning"];
        let _ = writeln!(written, "{}", table(head, parameters));
    }
    if let Some(content) = operation["requestBody"]["content"].as_object() {
        written.push_str(&request(content));
    }
    if let Some((status, response)) = success(operation) {
        let schema = &response["content"]["application/json"]["schema"];
        let _ = writeln!(written, "Answer {status}: {}.\n", shape(schema));
    }
    written.push_str(&errors(document, operation));
    written
}

fn request(content: &Map<String, Value>) -> String {
    let types: Vec<String> = content.keys().map(|kind| code(kind)).collect();
    let Some(first) = content.values().next() else {
        return String::new();
    };
    let schema = &first["schema"];
    let mut written = format!("Request body as {}:\n\n{}\n", types.join(" or "), members(schema));
    if let Some(says) = schema["description"].as_str() {
        let _ = writeln!(written, "{}\n", text(says));
    }
    if let Some(example) = first.get("example") {
        let pretty = serde_json::to_string_pretty(example).unwrap_or_default();
        let _ = writeln!(written, "For example:\n\n{}", block("json", &pretty));
    }
    written
}

fn success(operation: &Value) -> Option<(&String, &Value)> {
    let mut responses = operation["responses"].as_object()?.iter();
    responses.find(|(status, _)| status.starts_with('2'))
}

/// The errors that this operation has on top of those that all have.
fn errors(document: &Value, operation: &Value) -> String {
    let responses = operation["responses"].as_object();
    let rows: Vec<[String; 2]> = responses
        .into_iter()
        .flatten()
        .filter(|(status, response)| status.starts_with(['4', '5']) && response.get("$ref").is_none())
        .map(|(status, response)| {
            [
                status.clone(),
                cell(response["description"].as_str().unwrap_or_default()),
            ]
        })
        .collect();
    let common = document["components"]["responses"]
        .as_object()
        .map_or(0, Map::len);
    if rows.is_empty() || common == 0 {
        return "Errors: [those of every operation](#errors-of-every-operation).\n\n".to_owned();
    }
    format!(
        "Errors, apart from [those of every operation](#errors-of-every-operation):\n\n{}\n",
        table(["status", "when"], rows)
    )
}

fn common_errors(document: &Value) -> String {
    let responses = document["components"]["responses"].as_object();
    let rows = responses.into_iter().flatten().map(|(name, response)| {
        let status = name
            .strip_prefix('E')
            .map_or_else(|| "others".to_owned(), str::to_owned);
        let own: Vec<String> = response["headers"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(header, _)| header.as_str())
            .filter(|header| *header != "X-Request-Id" && !header.starts_with("RateLimit"))
            .map(code)
            .collect();
        [
            status,
            cell(response["description"].as_str().unwrap_or_default()),
            own.join(", "),
        ]
    });
    format!(
        "All errors are [problem documents](#problem) (`application/problem+json`).\n\n{}",
        table(["status", "when", "header lines"], rows)
    )
}

/// Each header line by its name on the wire, with what it means.
fn headers(document: &Value) -> String {
    let responses = operations(document)
        .flat_map(|(_, _, operation)| operation["responses"].as_object().into_iter().flatten())
        .map(|(_, response)| response);
    let shared = document["components"]["responses"]
        .as_object()
        .into_iter()
        .flatten();
    let mut named: Vec<(&str, &str)> = responses
        .chain(shared.map(|(_, response)| response))
        .flat_map(|response| response["headers"].as_object().into_iter().flatten())
        .filter_map(|(name, header)| Some((name.as_str(), header["$ref"].as_str()?.rsplit('/').next()?)))
        .collect();
    named.sort_unstable();
    named.dedup();
    let rows = named.into_iter().map(|(name, component)| {
        let header = &document["components"]["headers"][component];
        [
            code(name),
            shape(&header["schema"]),
            cell(header["description"].as_str().unwrap_or_default()),
        ]
    });
    table(["header", "what it is", "meaning"], rows)
}
