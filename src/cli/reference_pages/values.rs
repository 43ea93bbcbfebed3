//! Every value of a profile, with what it means and how sure it is.

use serde_json::Value;

use super::{
    markdown::{cell, code, table, text},
    overview::ASSUMED,
    page::Page,
};
use crate::contract::profile::{parameter::Provenance, values::Profile};

/// The page of a profile.
pub fn page(profile: &Profile) -> Page {
    let usual = profile.values();
    let short = profile.clone().compressed().values();
    let counts: Vec<String> = counted(profile)
        .iter()
        .map(|(provenance, count)| format!("{count} {provenance}"))
        .collect();
    let mut body = format!(
        "{ASSUMED}{} (`features/profiles/{}.toml`): {} values, {}. Lengths of time are whole numbers with a unit: `ms`, \
         `s`, `min`, `h`. The column `compressed` has \
         the value under a compressed clock, where it is another; such a run is never certifiable. `--profile FILE` replaces the whole file, and every report names the values that it was judged \
         by.\n\n",
        text(profile.title()),
        profile.name(),
        Profile::MEANINGS.len(),
        counts.join(", ")
    );
    let mut whole = Vec::new();
    let rows = Profile::MEANINGS.iter().map(|(name, meaning)| {
        let entry = &usual["parameters"][name];
        let value = written(&entry["value"]);
        let value = value.unwrap_or_else(|| {
            whole.push((*name, &entry["value"]));
            format!("[below](#{name})")
        });
        let compressed = &short["parameters"][name]["value"];
        let compressed = if *compressed == entry["value"] {
            None
        } else {
            written(compressed)
        };
        [
            code(name),
            cell(meaning),
            value,
            compressed.unwrap_or_default(),
            entry["provenance"].as_str().unwrap_or_default().to_owned(),
            cell(entry["source"].as_str().unwrap_or_default()),
        ]
    });
    body.push_str(&table(
        [
            "name",
            "what it is",
            "value",
            "compressed",
            "provenance",
            "source",
        ],
        rows,
    ));
    for (name, value) in whole {
        let members = value.as_object();
        let rows = members.into_iter().flatten().map(|(member, value)| {
            let value = written(value).unwrap_or_else(|| code(&value.to_string()));
            [code(member), value]
        });
        body.push_str(&format!("\n## {name}\n\n{}", table(["member", "value"], rows)));
    }
    let title = format!("The values of {}", profile.name());
    Page::new(&format!("contract/{}", page_name(profile)), &title, &body)
}

/// The file name of the page of a profile.
pub fn page_name(profile: &Profile) -> String {
    format!("{}.md", profile.name())
}

/// How many values have each provenance, from the least sure on.
pub fn counted(profile: &Profile) -> [(Provenance, usize); 3] {
    let values = profile.values();
    [Provenance::Assumed, Provenance::Seed, Provenance::Confirmed].map(|provenance| {
        let entries = values["parameters"].as_object().into_iter().flatten();
        let alike = entries.filter(|(_, entry)| entry["provenance"] == provenance.name());
        (provenance, alike.count())
    })
}

/// A value as code; none for one with members.
fn written(value: &Value) -> Option<String> {
    match value {
        Value::Object(_) => None,
        Value::String(text) => Some(code(text)),
        Value::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(written).collect();
            items.map(|items| items.join(", "))
        }
        other => Some(code(&other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_of_the_record_has_a_meaning_and_a_row() {
        for name in Profile::names() {
            let profile = Profile::embedded(name).unwrap();
            let values = profile.values();
            let recorded = values["parameters"].as_object().unwrap();
            assert_eq!(recorded.len(), Profile::MEANINGS.len());
            let text = page(&profile).text;
            for (name, meaning) in Profile::MEANINGS {
                assert!(recorded.contains_key(*name), "{name}");
                assert!(meaning.ends_with('.'), "{name}: {meaning}");
                assert!(text.contains(&format!("\n| `{name}` | ")), "{name}");
            }
            let total: usize = counted(&profile).iter().map(|(_, count)| count).sum();
            assert_eq!(total, recorded.len());
        }
    }
}
