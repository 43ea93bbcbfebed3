//! Whether a run noticed a defect, where and for the reason that the rulebook names.

use serde::Serialize;
use serde_json::Value;

use crate::contract::rulebook::entry::Defect;

/// One example that was red in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Red {
    /// Its id.
    pub example: String,
    /// The codes of its findings, sorted.
    pub codes: Vec<String>,
}

/// What a defect's run showed where the rulebook expects something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kill", rename_all = "kebab-case")]
pub enum Kill {
    /// Noticed, for the reason named.
    Killed {
        /// The example.
        example: String,
        /// Its codes.
        codes: Vec<String>,
    },
    /// Noticed for another reason.
    WrongReason {
        /// The example.
        example: String,
        /// Codes that would have been right.
        expected: Vec<String>,
        /// Codes that were found.
        found: Vec<String>,
    },
    /// Not noticed.
    Survived {
        /// The example.
        example: String,
        /// What became of it instead.
        verdict: String,
    },
}

/// The red examples of a run's results.
pub fn red(results: &Value) -> Vec<Red> {
    let lines = results["examples"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    lines
        .iter()
        .filter(|line| line["result"]["verdict"] == "fail")
        .map(|line| {
            let findings = line["result"]["findings"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            let mut codes: Vec<String> = findings
                .iter()
                .filter_map(|finding| Some(finding["code"].as_str()?.to_owned()))
                .collect();
            codes.sort();
            codes.dedup();
            Red {
                example: line["example"].as_str().unwrap_or_default().to_owned(),
                codes,
            }
        })
        .collect()
}

/// Holds a run of a defective partner against what the rulebook expects of it.
pub fn kills(defect: &Defect, results: &Value) -> Vec<Kill> {
    let red = red(results);
    let mut kills = Vec::new();
    for kill in &defect.kills {
        for letter in &kill.examples {
            let example = format!("{}/{letter}", kill.case);
            let expected: Vec<String> = kill.codes.iter().map(|code| code.name().to_owned()).collect();
            kills.push(match red.iter().find(|red| red.example == example) {
                Some(red) if red.codes.iter().any(|code| expected.contains(code)) => Kill::Killed {
                    example,
                    codes: red.codes.clone(),
                },
                Some(red) => Kill::WrongReason {
                    example,
                    expected,
                    found: red.codes.clone(),
                },
                None => {
                    let verdict = verdict(results, &example);
                    Kill::Survived { example, verdict }
                }
            });
        }
    }
    kills
}

fn verdict(results: &Value, example: &str) -> String {
    let lines = results["examples"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let line = lines.iter().find(|line| line["example"] == example);
    match line {
        None => "not in the suite".to_owned(),
        Some(line) => match line["result"]["verdict"].as_str() {
            Some(verdict) => {
                let reason = line["result"]["reasons"][0].as_str().unwrap_or_default();
                format!("{verdict} {reason}").trim().to_owned()
            }
            None => line["selection"].as_str().unwrap_or("not selected").to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn defect() -> Defect {
        serde_json::from_value(json!({"name": "sig-ignored", "description": "", "kills": [
            {"case": "WH-SIG-03", "examples": ["a", "b", "c"], "codes": ["effect-followed"]}]}))
        .unwrap()
    }

    #[test]
    fn a_kill_needs_the_right_example_and_the_right_reason() {
        let results = json!({"examples": [
            {"example": "WH-SIG-03/a", "result": {"verdict": "fail", "findings": [{"code": "effect-followed"}]}},
            {"example": "WH-SIG-03/b", "result": {"verdict": "fail", "findings": [{"code": "server-error"}]}},
            {"example": "WH-SIG-03/c", "result": {"verdict": "pass"}},
        ]});
        let kills = kills(&defect(), &results);
        assert!(matches!(&kills[0], Kill::Killed { example, .. } if example == "WH-SIG-03/a"));
        assert!(matches!(&kills[1], Kill::WrongReason { found, .. } if found == &["server-error"]));
        assert!(matches!(&kills[2], Kill::Survived { verdict, .. } if verdict == "pass"));
    }
}
