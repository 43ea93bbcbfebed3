//! What must hold between the entries of the rulebook.

use std::collections::BTreeSet;

use super::{
    book::Rulebook,
    entry::{CaseRule, Remedy},
};

/// Every way in which the entries do not fit together.
pub(super) fn problems(book: &Rulebook) -> Vec<String> {
    let mut found = Vec::new();
    repeated(
        &mut found,
        "clause",
        book.clauses.iter().map(|clause| clause.id.as_str()),
    );
    repeated(&mut found, "area", book.areas.iter().map(|area| area.id.as_str()));
    repeated(&mut found, "case", book.cases.iter().map(|case| case.id.as_str()));
    repeated(
        &mut found,
        "defect",
        book.defects.iter().map(|defect| defect.name.as_str()),
    );

    for case in &book.cases {
        case_problems(book, case, &mut found);
    }
    for defect in &book.defects {
        let name = &defect.name;
        if defect.description.trim().is_empty() {
            found.push(format!("defect {name} has no description"));
        }
        if defect.kills.is_empty() {
            found.push(format!("defect {name} is to be noticed by no case"));
        }
        for kill in &defect.kills {
            if book.case(&kill.case).is_none() {
                found.push(format!(
                    "defect {name} names case {}, which is not in the rulebook",
                    kill.case
                ));
            }
            if kill.examples.is_empty() || kill.codes.is_empty() {
                found.push(format!(
                    "defect {name} names no example or no code for {}",
                    kill.case
                ));
            }
            for letter in &kill.examples {
                if kill.case.example(letter).is_err() {
                    found.push(format!(
                        "defect {name} names {letter:?}, which is no example letter"
                    ));
                }
            }
        }
    }
    found
}

/// Every way in which remedies do not fit together.
pub(super) fn remedy_problems(remedies: &[Remedy]) -> Vec<String> {
    let mut found = Vec::new();
    repeated(
        &mut found,
        "remedy for",
        remedies.iter().map(|remedy| remedy.code.name()),
    );
    for remedy in remedies {
        if remedy.fix.trim().is_empty() {
            found.push(format!("the remedy for {} has an empty fix", remedy.code));
        }
    }
    found
}

fn case_problems(book: &Rulebook, case: &CaseRule, found: &mut Vec<String>) {
    let id = &case.id;
    if book.area(&id.area()).is_none() {
        found.push(format!("case {id} is in an unknown area"));
    }
    if case.clauses.is_empty() {
        found.push(format!("case {id} cites no clause"));
    }
    for clause in &case.clauses {
        if book.clause(clause).is_none() {
            found.push(format!("case {id} cites {clause}, which is not in the rulebook"));
        }
    }
    if book.defects_of(id).next().is_none() {
        found.push(format!("case {id} catches no defect"));
    }
    let texts = [
        ("what", &case.what),
        ("why", &case.why),
        ("breaks", &case.breaks),
        ("fix", &case.fix),
    ];
    for (field, text) in texts {
        if text.trim().is_empty() {
            found.push(format!("case {id} has an empty {field}"));
        }
    }
    if case.revision == 0 {
        found.push(format!("case {id} has revision 0; revisions count from 1"));
    }
    if !(case.takes > 0.0 && case.takes <= 600.0) {
        found.push(format!(
            "case {id} takes {} seconds; 0 to 600 are expected",
            case.takes
        ));
    }
    for letter in case.example_needs.keys() {
        if id.example(letter).is_err() {
            found.push(format!(
                "case {id} has needs for {letter:?}, which is no example letter"
            ));
        }
    }
}

fn repeated<'a>(found: &mut Vec<String>, what: &str, ids: impl Iterator<Item = &'a str>) {
    let mut seen = BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            found.push(format!("{what} {id} is there twice"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::error::ContractError;

    const CLAUSES: &str =
        "[[clause]]\nid = \"001:4.2\"\ntext = \"verify\"\nbinds = [\"partner\"]\ntestable = \"http\"\n";
    const AREAS: &str = "[[area]]\nid = \"WH-SIG\"\ntitle = \"Signature\"\norder = 1\n";

    fn case(id: &str, clause: &str) -> String {
        format!(
            "[[case]]\nid = \"{id}\"\nseverity = \"required\"\nclauses = [\"{clause}\"]\nwhat = \"w\"\nwhy = \"w\"\n\
             breaks = \"b\"\nfix = \"f\"\nrevision = 1\ntakes = 2.0\nneeds = [\"webhooks\"]\n\
             channels = {{ triggers = [\"http-out\"], observations = [\"resp\"] }}\n\
             without_effect_channel = \"by-status\"\n"
        )
    }

    fn defect(case: &str) -> String {
        format!(
            "[[defect]]\nname = \"sig-ignored\"\ndescription = \"d\"\n\
             kills = [{{ case = \"{case}\", examples = [\"a\"], codes = [\"effect-followed\"] }}]\n"
        )
    }

    fn load(defects: &str, cases: &str) -> Result<Rulebook, ContractError> {
        Rulebook::from_texts(
            ("c", CLAUSES),
            ("a", AREAS),
            ("d", defects),
            &[("wh-sig.toml", cases)],
        )
    }

    #[test]
    fn entries_that_fit_are_read() {
        let book = load(&defect("WH-SIG-03"), &case("WH-SIG-03", "001:4.2")).unwrap();
        assert_eq!(book.cases.len(), 1);
        assert_eq!(book.defects_of(&"WH-SIG-03".parse().unwrap()).count(), 1);
    }

    #[test]
    fn all_misfits_are_listed_at_once() {
        let cases = case("WH-SIG-03", "001:9.9") + &case("WH-SIG-03", "001:4.2") + &case("XX-01", "001:4.2");
        let Err(ContractError::Rulebook(problems)) = load(&defect("WH-SIG-07"), &cases) else {
            panic!("accepted");
        };
        for expected in [
            "case WH-SIG-03 is there twice",
            "case WH-SIG-03 cites 001:9.9, which is not in the rulebook",
            "case WH-SIG-03 catches no defect",
            "case XX-01 is in an unknown area",
            "defect sig-ignored names case WH-SIG-07, which is not in the rulebook",
        ] {
            assert!(
                problems.iter().any(|problem| problem == expected),
                "{expected}: {problems:?}"
            );
        }
    }

    #[test]
    fn an_unknown_word_names_file_and_line() {
        let wrong = case("WH-SIG-03", "001:4.2").replace("by-status", "by-magic");
        let Err(ContractError::Toml { file, message }) = load(&defect("WH-SIG-03"), &wrong) else {
            panic!("accepted");
        };
        assert_eq!(file, "wh-sig.toml");
        assert!(
            message.contains("line") && message.contains("by-magic"),
            "{message}"
        );
    }

    #[test]
    fn remedies_are_for_known_findings_each_once_and_say_something() {
        let read = |text: &str| super::super::load::remedies(("remedies.toml", text));
        let one = |code: &str, fix: &str| format!("[[remedy]]\ncode = {code:?}\nfix = {fix:?}\n");
        assert_eq!(read(&one("no-answer", "Answer.")).unwrap().len(), 1);
        assert!(matches!(
            read(&one("no-such-code", "Answer.")),
            Err(ContractError::Toml { .. })
        ));
        let Err(ContractError::Rulebook(problems)) =
            read(&(one("no-answer", "Answer.") + &one("no-answer", " ")))
        else {
            panic!("accepted");
        };
        assert_eq!(
            problems,
            [
                "remedy for no-answer is there twice",
                "the remedy for no-answer has an empty fix"
            ]
        );
    }

    #[test]
    fn a_case_that_is_about_a_finding_keeps_its_own_remedy() {
        let book = Rulebook::embedded().unwrap();
        let remedy = |case: &str| book.remedy(&case.parse().unwrap(), "late-acknowledgement");
        assert!(remedy("WH-SIG-01").is_some_and(|fix| fix.contains("work afterwards")));
        assert_eq!(remedy("WH-DEL-10"), None);
        assert_eq!(book.remedy(&"WH-SIG-01".parse().unwrap(), "no-effect"), None);
    }

    #[test]
    fn the_embedded_rulebook_holds_together() {
        let book = Rulebook::embedded().unwrap();
        assert!(book.remedies.iter().all(|remedy| remedy.fix.len() > 40));
        assert_eq!(book.clauses.len(), 87);
        assert_eq!(book.areas.len(), 21);
        assert!(
            book.cases.iter().all(|case| case.fix.len() > 40),
            "a fix must be something to act on"
        );
    }
}
