//! Compares the documents of two runs. Nothing is judged here: it says what each of them says.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::leaves::{changes, shown};

/// A time has changed much when it doubled or halved, and by at least this many microseconds.
const MUCH: u64 = 1_000_000;

/// What a bundle says: `results.json` and `manifest.json`.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// `results.json`.
    pub results: Value,
    /// `manifest.json`.
    pub manifest: Value,
}

/// A value that is not the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Which.
    pub what: String,
    /// In the first run; null where it is not there.
    pub a: Option<String>,
    /// In the second.
    pub b: Option<String>,
}

/// An example that ended otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Turned {
    /// Which.
    pub example: String,
    /// Its title.
    pub title: String,
    /// Its severity.
    pub severity: String,
    /// What became of it in the first run: a verdict, or why there is none.
    pub a: String,
    /// In the second.
    pub b: String,
    /// Whether that is for the worse.
    pub worse: bool,
    /// What the second run says about it, where it did not pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// All that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Ids of the two runs.
    pub runs: [String; 2],
    /// What the two say.
    pub sentences: [String; 2],
    /// Whether anything got worse: the outcome, a verdict, the evidence behind it, or what was covered.
    pub worse: bool,
    /// Facts of the runs that differ: outcome, versions, digests, mode, and what takes weight from them.
    pub facts: Vec<Change>,
    /// Examples that fail and did not.
    pub newly_failing: Vec<Turned>,
    /// Examples that pass and did not.
    pub newly_passing: Vec<Turned>,
    /// Other changes of a verdict.
    pub other_verdicts: Vec<Turned>,
    /// Passes with other evidence.
    pub grades: Vec<Turned>,
    /// Examples that only the second run selected.
    pub newly_selected: Vec<Turned>,
    /// Examples that only the first run selected.
    pub no_longer_selected: Vec<Turned>,
    /// Examples that are waived in one of them only.
    pub waivers: Vec<Turned>,
    /// Cases whose stimulus or criterion changed.
    pub revisions: Vec<Change>,
    /// Profile values that differ.
    pub profile: Vec<Change>,
    /// Masked values of the configuration that differ.
    pub configuration: Vec<Change>,
    /// Times in seconds that changed much.
    pub timings: Vec<Change>,
}

impl Comparison {
    /// Whether the two runs say the same about the partner and were made in the same way.
    pub fn is_empty(&self) -> bool {
        let turned = [
            &self.newly_failing,
            &self.newly_passing,
            &self.other_verdicts,
            &self.grades,
            &self.newly_selected,
            &self.no_longer_selected,
            &self.waivers,
        ];
        let changed = [
            &self.facts,
            &self.revisions,
            &self.profile,
            &self.configuration,
            &self.timings,
        ];
        turned.iter().all(|list| list.is_empty()) && changed.iter().all(|list| list.is_empty())
    }
}

/// Compares two runs.
pub fn compare(a: &Side, b: &Side) -> Comparison {
    let facts = facts(&a.results, &b.results);
    let (left, right) = (examples(&a.results), examples(&b.results));
    let mut comparison = Comparison {
        runs: [a, b].map(|side| word(side.results.get("run"), "id")),
        sentences: [a, b].map(|side| word(Some(&side.results), "sentence")),
        worse: outcome_is_worse(&a.results, &b.results) || less_weight(&a.results, &b.results),
        facts,
        newly_failing: Vec::new(),
        newly_passing: Vec::new(),
        other_verdicts: Vec::new(),
        grades: Vec::new(),
        newly_selected: Vec::new(),
        no_longer_selected: Vec::new(),
        waivers: Vec::new(),
        revisions: Vec::new(),
        profile: between(&a.manifest, &b.manifest, "profile"),
        configuration: between(&a.manifest, &b.manifest, "configuration"),
        timings: Vec::new(),
    };
    let mut names: Vec<&String> = left.keys().chain(right.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        one(&mut comparison, left.get(name).copied(), right.get(name).copied());
    }
    let wall = |side: &Side| side.results.pointer("/time/wall_micros").and_then(Value::as_u64);
    comparison
        .timings
        .extend(timing("the whole run", wall(a), wall(b)));
    comparison
}

fn between(a: &Value, b: &Value, member: &str) -> Vec<Change> {
    let of = |side: &Value| side.get(member).cloned().unwrap_or_default();
    changes(&of(a), &of(b))
}

fn facts(a: &Value, b: &Value) -> Vec<Change> {
    const FACTS: [(&str, &str); 10] = [
        ("outcome", "/outcome"),
        ("certifiable", "/certifiable"),
        ("interrupted", "/interrupted"),
        ("not certifiable", "/run/not_certifiable"),
        ("assurance", "/run/assurance"),
        ("mode", "/run/mode"),
        ("tool version", "/run/version"),
        ("suite digest", "/run/suite_digest"),
        ("plan digest", "/run/plan_digest"),
        ("lowest evidence grade", "/counts/all/lowest_grade"),
    ];
    let at = |side: &Value, pointer: &str| side.pointer(pointer).and_then(shown);
    FACTS
        .iter()
        .filter_map(|(what, pointer)| change(what, at(a, pointer), at(b, pointer)))
        .collect()
}

fn change(what: &str, a: Option<String>, b: Option<String>) -> Option<Change> {
    (a != b).then(|| Change {
        what: what.to_owned(),
        a,
        b,
    })
}

fn outcome_is_worse(a: &Value, b: &Value) -> bool {
    let rank = |side: &Value| match word(Some(side), "outcome").as_str() {
        "conformant" => 0,
        "undetermined" => 1,
        _ => 2,
    };
    rank(b) > rank(a)
}

fn less_weight(a: &Value, b: &Value) -> bool {
    let certifiable = |side: &Value| side.get("certifiable").and_then(Value::as_bool) == Some(true);
    certifiable(a) && !certifiable(b)
}

fn examples(results: &Value) -> BTreeMap<String, &Value> {
    let lines = results.get("examples").and_then(Value::as_array);
    lines
        .into_iter()
        .flatten()
        .map(|line| (word(Some(line), "example"), line))
        .collect()
}

fn word(value: Option<&Value>, member: &str) -> String {
    let text = value.and_then(|value| value.get(member)).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

/// Files one example under what became of it.
fn one(comparison: &mut Comparison, a: Option<&Value>, b: Option<&Value>) {
    let Some(line) = b.or(a) else { return };
    let (before, after) = (State::of(a), State::of(b));
    let turned = |a: String, b: String, worse: bool| Turned {
        example: word(Some(line), "example"),
        title: word(Some(line), "title"),
        severity: word(Some(line), "severity"),
        a,
        b,
        worse,
        why: after.why.clone(),
    };
    let told = |worse| turned(before.told(), after.told(), worse);
    match (&before.verdict, &after.verdict) {
        (Some(was), Some(is)) if was != is => {
            let list = match (was.as_str(), is.as_str()) {
                (_, "fail") => &mut comparison.newly_failing,
                (_, "pass") => &mut comparison.newly_passing,
                _ => &mut comparison.other_verdicts,
            };
            let worse = rank(is) > rank(was);
            list.push(told(worse));
            comparison.worse |= worse;
        }
        (Some(_), Some(_)) if before.grade != after.grade => {
            let grade = |state: &State| state.grade.clone().unwrap_or_else(|| "none".to_owned());
            // A is the best.
            let worse = grade(&after) > grade(&before);
            comparison
                .grades
                .push(turned(grade(&before), grade(&after), worse));
            comparison.worse |= worse;
        }
        (Some(_), None) => {
            comparison.no_longer_selected.push(told(true));
            comparison.worse = true;
        }
        (None, Some(is)) => {
            let worse = rank(is) > rank("pass");
            comparison.newly_selected.push(told(worse));
            comparison.worse |= worse;
        }
        _ => {}
    }
    if before.waived != after.waived {
        let waived = |state: &State| if state.waived { "waived" } else { "not waived" }.to_owned();
        comparison
            .waivers
            .push(turned(waived(&before), waived(&after), after.waived));
        comparison.worse |= after.waived;
    }
    let name = word(Some(line), "example");
    if a.is_some() && b.is_some() {
        comparison
            .revisions
            .extend(change(&name, before.revision.clone(), after.revision.clone()));
    }
    comparison
        .timings
        .extend(timing(&name, before.micros, after.micros));
}

/// What a run says about an example.
struct State {
    /// None where it was not selected.
    verdict: Option<String>,
    grade: Option<String>,
    reason: String,
    why: Option<String>,
    waived: bool,
    revision: Option<String>,
    micros: Option<u64>,
}

impl State {
    fn of(line: Option<&Value>) -> Self {
        let result = line
            .and_then(|line| line.get("result"))
            .filter(|result| !result.is_null());
        let verdict = result.map(|result| word(Some(result), "verdict"));
        let reason = match line {
            None => "not in the plan".to_owned(),
            Some(line) => format!(
                "{}: {}",
                word(Some(line), "selection"),
                word(Some(line), "reason")
            ),
        };
        let finding = result.and_then(|result| result.pointer("/findings/0"));
        let observed = finding.map(|finding| {
            format!(
                "expected {}; observed {}",
                word(Some(finding), "expected"),
                word(Some(finding), "observed")
            )
        });
        let given = result
            .and_then(|result| result.pointer("/reasons/0"))
            .and_then(Value::as_str);
        let moment = |name: &str| result.and_then(|result| result.get(name)).and_then(Value::as_u64);
        let there = |of: Option<&Value>, name: &str| {
            let value = of.and_then(|of| of.get(name));
            value.is_some_and(|value| !value.is_null() && *value != Value::Bool(false))
        };
        Self {
            grade: result.and_then(|result| result.get("grade")).and_then(shown),
            verdict,
            reason,
            why: observed.or_else(|| given.map(str::to_owned)),
            waived: ["waived", "waiver"]
                .iter()
                .any(|name| there(line, name) || there(result, name)),
            revision: line.and_then(|line| line.get("revision")).and_then(shown),
            micros: moment("ended")
                .zip(moment("started"))
                .map(|(ended, started)| ended.saturating_sub(started)),
        }
    }

    fn told(&self) -> String {
        self.verdict.clone().unwrap_or_else(|| self.reason.clone())
    }
}

/// How bad a verdict is.
fn rank(verdict: &str) -> u8 {
    match verdict {
        "pass" => 0,
        "inconclusive" => 1,
        "fail" => 2,
        _ => 3,
    }
}

fn timing(what: &str, a: Option<u64>, b: Option<u64>) -> Option<Change> {
    let (a, b) = a.zip(b)?;
    let (short, long) = (a.min(b), a.max(b));
    let much = long >= short.saturating_mul(2) && long - short >= MUCH;
    let seconds = |micros: u64| Some(format!("{:.1} s", crate::wire::moment::Micros(micros).seconds()));
    much.then(|| Change {
        what: what.to_owned(),
        a: seconds(a),
        b: seconds(b),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::told, *};
    use crate::evidence::{results, sample};

    fn side() -> Side {
        let (started, assessment) = sample::run();
        Side {
            results: serde_json::to_value(results::results(&started, &assessment)).unwrap(),
            manifest: json!({"profile": started.profile, "configuration": started.configuration}),
        }
    }

    fn line<'a>(side: &'a mut Side, example: &str) -> &'a mut Value {
        let lines = side.results["examples"].as_array_mut().unwrap();
        lines.iter_mut().find(|line| line["example"] == example).unwrap()
    }

    #[test]
    fn two_runs_that_say_the_same_differ_in_nothing() {
        let found = compare(&side(), &side());
        assert!(found.is_empty() && !found.worse, "{found:?}");
        assert!(told(&found).ends_with("nothing changed\n"), "{}", told(&found));
    }

    #[test]
    fn every_change_is_filed_and_says_whether_it_is_for_the_worse() {
        let (a, mut b) = (side(), side());
        line(&mut b, "WH-SIG-02/a")["result"]["verdict"] = json!("pass");
        let better = compare(&a, &b);
        assert_eq!(better.newly_passing[0].example, "WH-SIG-02/a");
        assert!(!better.worse && compare(&b, &a).worse);

        let mut b = side();
        *line(&mut b, "WH-SIG-01/a") = line(&mut side(), "WH-SIG-02/b").clone();
        line(&mut b, "WH-SIG-02/b");
        let lines = b.results["examples"].as_array_mut().unwrap();
        lines[0]["example"] = json!("WH-SIG-01/a");
        let worse = compare(&a, &b);
        assert_eq!(worse.newly_failing[0].a, "pass");
        assert!(
            worse.newly_failing[0]
                .why
                .as_ref()
                .unwrap()
                .contains("fulfilment")
        );
        assert!(worse.worse);

        let mut b = side();
        line(&mut b, "WH-SIG-01/b")["result"]["grade"] = json!("A");
        let graded = compare(&a, &b);
        assert_eq!(
            (graded.grades[0].a.as_str(), graded.grades[0].b.as_str()),
            ("C", "A")
        );
        assert!(!graded.worse && compare(&b, &a).worse);

        let mut b = side();
        let gone = line(&mut b, "WH-SIG-01/a");
        gone["result"] = Value::Null;
        gone["selection"] = json!("excluded");
        gone["reason"] = json!("a filter");
        let lost = compare(&a, &b);
        assert_eq!(lost.no_longer_selected[0].b, "excluded: a filter");
        assert!(lost.worse);
        assert_eq!(compare(&b, &a).newly_selected[0].b, "pass");
        assert!(!compare(&b, &a).worse);

        let mut b = side();
        line(&mut b, "WH-SIG-02/a")["waived"] = json!({"reason": "later"});
        line(&mut b, "WH-SIG-02/a")["revision"] = json!(3);
        line(&mut b, "WH-SIG-02/a")["result"]["ended"] = json!(9_000_000);
        b.manifest["profile"]["webhook.timeout"]["value"] = json!(20);
        b.results["run"]["version"] = json!("9.9");
        let found = compare(&a, &b);
        assert!(found.worse);
        assert_eq!(found.waivers.len(), 1);
        assert_eq!(found.revisions[0].b.as_deref(), Some("3"));
        assert_eq!(found.timings[0].what, "WH-SIG-02/a");
        assert_eq!(found.profile[0].what, "webhook.timeout.value");
        assert_eq!(found.facts[0].what, "tool version");
    }

    #[test]
    fn what_a_partner_wrote_reaches_the_terminal_clean() {
        let (a, mut b) = (side(), side());
        line(&mut b, "WH-SIG-01/a")["result"]["verdict"] = json!("fail");
        line(&mut b, "WH-SIG-01/a")["title"] = json!(sample::HOSTILE);
        b.manifest["configuration"]["partner"]["name"] = json!(sample::HOSTILE);
        let text = told(&compare(&a, &b));
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text}");
        assert!(!text.contains('\u{202e}'));
    }
}
