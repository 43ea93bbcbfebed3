//! Whether a report tells what somebody needs who has never seen the suite: for each example that did not pass, what
//! was done, what was due, what came, by which clause, and what to do now.

use serde_json::Value;

/// Fewest words of a remedy or a next step.
const FEWEST_WORDS: usize = 5;

/// What is missing, example by example, in the results of a run.
pub fn lacking(results: &Value) -> Vec<String> {
    let examples = list(&results["examples"]);
    let causes = list(&results["causes"]);
    let mut lacking: Vec<String> = causes.iter().flat_map(of_cause).collect();
    for line in examples {
        let verdict = line["result"]["verdict"].as_str().unwrap_or_default();
        if line["selection"] != "selected" || verdict == "pass" {
            continue;
        }
        let example = text(line, "example");
        let explaining = causes
            .iter()
            .filter(|cause| list(&cause["examples"]).iter().any(|one| one == example))
            .count();
        let mut wrong = if verdict == "fail" {
            of_failure(line)
        } else {
            of_reasons(line)
        };
        if explaining > 1 {
            wrong.push(format!("it has {explaining} causes"));
        }
        lacking.extend(
            wrong
                .into_iter()
                .map(|what| format!("{example} is not explained: {what}")),
        );
    }
    lacking
}

fn of_failure(line: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let findings = list(&line["result"]["findings"]);
    if findings.is_empty() {
        wrong.push("it names no finding".to_owned());
    }
    for finding in findings {
        let code = text(finding, "code");
        if code.is_empty() {
            wrong.push("a finding has no code".to_owned());
        }
        for part in ["stimulus", "expected", "observed"] {
            // A number alone says nothing; a value in quotes does.
            let content = text(finding, part).trim();
            if !content
                .chars()
                .any(|character| character.is_alphabetic() || character == '"')
            {
                wrong.push(format!("{part} of {code} is only {content:?}"));
            }
        }
        if text(finding, "expected") == text(finding, "observed") {
            wrong.push(format!("{code} expected what it observed"));
        }
        if list(&finding["records"]).is_empty() {
            wrong.push(format!("{code} names no record"));
        }
    }
    if list(&line["clauses"]).is_empty() {
        wrong.push("it names no clause".to_owned());
    }
    if words(text(line, "fix")) < FEWEST_WORDS {
        wrong.push(format!("its remedy is only {:?}", text(line, "fix")));
    }
    wrong
}

fn of_reasons(line: &Value) -> Vec<String> {
    let reasons = list(&line["result"]["reasons"]);
    let mut wrong: Vec<String> = reasons
        .iter()
        .filter_map(Value::as_str)
        .filter(|reason| words(reason) < FEWEST_WORDS)
        .map(|reason| format!("its reason is only {reason:?}"))
        .collect();
    if reasons.is_empty() && list(&line["result"]["findings"]).is_empty() {
        wrong.push("it names no reason".to_owned());
    }
    wrong
}

fn of_cause(cause: &Value) -> Vec<String> {
    let title = text(cause, "title");
    let thin = |part: &&str| words(text(cause, part)) < FEWEST_WORDS;
    let mut wrong: Vec<String> = ["likely", "next"]
        .iter()
        .filter(|part| thin(part))
        .map(|part| format!("{part} of the cause {title:?} is only {:?}", text(cause, part)))
        .collect();
    if words(title) < 3 {
        wrong.push(format!("a cause is only called {title:?}"));
    }
    wrong
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn failed() -> Value {
        json!({"example": "WH-SIG-02/a", "selection": "selected", "clauses": ["001:4.2"],
            "fix": "refuse a delivery that lacks one of its headers",
            "result": {"verdict": "fail", "findings": [{"code": "accepted", "stimulus": "one delivery",
                "expected": "an answer 401", "observed": "an answer 200", "records": [4]}]}})
    }

    fn lacking_in(line: &Value) -> Vec<String> {
        lacking(&json!({"examples": [line], "causes": []}))
    }

    #[test]
    fn whatever_is_missing_is_named() {
        assert_eq!(lacking_in(&failed()), Vec::<String>::new());
        for (pointer, value, told) in [
            ("/result/findings/0/stimulus", json!(""), "stimulus of accepted"),
            (
                "/result/findings/0/observed",
                json!("4"),
                "observed of accepted is only \"4\"",
            ),
            (
                "/result/findings/0/observed",
                json!("an answer 401"),
                "expected what it observed",
            ),
            ("/result/findings/0/records", json!([]), "names no record"),
            ("/result/findings", json!([]), "no finding"),
            ("/clauses", json!([]), "no clause"),
            ("/fix", json!("fix it"), "its remedy is only"),
            ("/result/verdict", json!("error"), ""),
        ] {
            let mut line = failed();
            *line.pointer_mut(pointer).unwrap() = value;
            let found = lacking_in(&line);
            assert_eq!(found.is_empty(), told.is_empty(), "{pointer}: {found:?}");
            assert!(
                found.iter().any(|found| found.contains(told)) || told.is_empty(),
                "{found:?}"
            );
        }
    }

    #[test]
    fn what_is_undecided_needs_a_reason_in_words() {
        let line = |reasons: Value| {
            json!({"example": "WH-SIG-02/a", "selection": "selected",
                "result": {"verdict": "inconclusive", "reasons": reasons}})
        };
        assert!(lacking_in(&line(json!(["no channel shows effects on orders"]))).is_empty());
        assert_eq!(lacking_in(&line(json!([]))).len(), 1);
        assert_eq!(lacking_in(&line(json!(["unknown"]))).len(), 1);
    }
}
