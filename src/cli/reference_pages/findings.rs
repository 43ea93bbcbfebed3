//! The codes of findings, and the cases that are known to give them.

use super::{
    catalogue::{Catalogue, link},
    markdown::{cell, table},
    page::Page,
};
use crate::contract::finding::FindingCode;

/// The page of codes.
pub fn page(catalogue: &Catalogue) -> Page {
    let mut codes: Vec<FindingCode> = FindingCode::ALL.to_vec();
    codes.sort_unstable_by_key(|code| code.name());
    let rows = codes.into_iter().map(|code| {
        let kills = || catalogue.rulebook.defects.iter().flat_map(|defect| &defect.kills);
        let cases: Vec<String> = catalogue
            .entries()
            .filter(|entry| kills().any(|kill| kill.case == entry.rule.id && kill.codes.contains(&code)))
            .map(|entry| link(&entry.rule.id, None))
            .collect();
        [
            format!("<a id=\"{code}\"></a>`{code}`"),
            cell(code.meaning()),
            cases.join(" "),
        ]
    });
    let body = format!(
        "What a finding says is wrong, as one stable word: in `results.json`, as the type of a `<failure>` in JUnit, and in \
         the report. The last column names the cases of which a defect of the reference partner shows that they give the \
         code; other cases may give it too.\n\n{}",
        table(["code", "what it means", "shown by"], rows)
    );
    Page::new("cases/findings.md", "Codes of findings", &body)
}
