//! The first page of the contract.

use serde_json::Value;

use super::{
    markdown::{cell, code, table},
    page::Page,
    values::{counted, page_name},
};
use crate::contract::profile::values::Profile;

/// What all pages of the contract say first.
pub const ASSUMED: &str = "> The platform's documents leave much open. What is called **assumed** here was chosen by \
    this project so that there is something to test, and the platform has not confirmed it. \
    [Replacing the contract](../replacing-the-contract.md) tells how the real values take its place.\n\n";

/// The page.
pub fn page(platform: &Profile, gateway: &Profile) -> Page {
    let mut body = ASSUMED.to_owned();
    body.push_str(
        "The contract that a run holds a partner to, written from the data by which the program makes messages and checks \
         requests. The same for machines: [openapi.json](../openapi.json), [events.schema.json](../events.schema.json), \
         [recurring.schema.json](../recurring.schema.json), and signed messages byte for byte in \
         [vectors](../vectors.md).\n\n",
    );
    let page = |name: &str, what: &str| [format!("[{name}]({name})"), what.to_owned()];
    body.push_str(&table(
        ["page", "what it describes"],
        [
            page(
                "api.md",
                "the platform API: each operation, its request, its answers and its errors",
            ),
            page("events.md", "the webhook events and their members"),
            page("signature.md", "how webhooks are signed, with one worked through"),
            page(
                "recurring.md",
                "the recurring callback, member by member, and its hash",
            ),
            page(
                &page_name(platform),
                "every value of the profile of webhooks and API",
            ),
            page(
                &page_name(gateway),
                "every value of the profile of recurring callbacks and checkout",
            ),
        ],
    ));
    body.push_str("\n## How sure the values are\n\n");
    body.push_str(&table(
        ["profile", "values", "assumed", "seed", "confirmed"],
        [platform, gateway].map(|profile| {
            let counts = counted(profile);
            [
                format!("[{}]({})", profile.name(), page_name(profile)),
                counts.iter().map(|(_, count)| count).sum::<usize>().to_string(),
                counts[0].1.to_string(),
                counts[1].1.to_string(),
                counts[2].1.to_string(),
            ]
        }),
    ));
    let confirmed: Vec<[String; 3]> = [platform, gateway].into_iter().flat_map(sure).collect();
    body.push_str(
        "\n`seed` follows from a document of the platform, `confirmed` from the platform itself or a vector that it \
         published. The shapes of the API and of the events are all assumed. What is not assumed:\n\n",
    );
    body.push_str(&table(["profile", "value", "source"], confirmed));
    Page::new("contract/README.md", "The contract", &body)
}

/// The values of a profile that are not assumed.
fn sure(profile: &Profile) -> Vec<[String; 3]> {
    let values = profile.values();
    let parameters = values["parameters"].as_object();
    parameters
        .into_iter()
        .flatten()
        .filter(|(_, entry)| entry["provenance"] != "assumed")
        .map(|(name, entry): (&String, &Value)| {
            [
                profile.name().to_owned(),
                format!(
                    "{} ({})",
                    code(name),
                    entry["provenance"].as_str().unwrap_or_default()
                ),
                cell(entry["source"].as_str().unwrap_or_default()),
            ]
        })
        .collect()
}
