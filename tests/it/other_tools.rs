//! What a bundle holds is read by tools of other people, each run as a process of its own.
//!
//! `tests/external/install` puts them into a folder below `target`; the first test that needs them calls it.

use std::{
    collections::BTreeMap,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

use serde_json::Value;

use crate::{
    bundle::Bundle,
    program::Place,
    shared::{ATTACKED, FAILING, SMALL},
};

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/external");
/// Set where a machine without the tools must not pass.
const REQUIRED: &str = "SENANG_EXTERNAL_TOOLS";

#[expect(
    clippy::disallowed_methods,
    reason = "a switch of the tests, not of the program"
)]
fn are_required() -> bool {
    std::env::var_os(REQUIRED).is_some_and(|value| value == "required")
}

/// The folder of the tools.
struct Tools(PathBuf);

impl Tools {
    /// The tools; none on a machine that cannot have them, which is said aloud.
    fn here() -> Option<&'static Self> {
        static TOOLS: OnceLock<Result<Tools, String>> = OnceLock::new();
        let tools = TOOLS.get_or_init(|| {
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("external");
            let said = Command::new(Path::new(SCRIPTS).join("install"))
                .arg(&folder)
                .output()
                .map_err(|error| error.to_string())?;
            if said.status.success() {
                Ok(Tools(folder))
            } else {
                Err(String::from_utf8_lossy(&said.stderr).into_owned())
            }
        });
        match tools {
            Ok(tools) => Some(tools),
            Err(why) => {
                let text = format!(
                    "NOT RUN: the tools that read the formats are not installed; run tests/external/install\n{why}"
                );
                assert!(!are_required(), "{text}");
                // The harness would hold back what is printed, because the test passes.
                let _ = writeln!(std::io::stderr().lock(), "{text}");
                None
            }
        }
    }

    fn python(&self, script: &str, arguments: &[&Path]) -> Output {
        let script = Path::new(SCRIPTS).join(script);
        self.started("venv/bin/python", &[&[script.as_path()], arguments].concat())
    }

    fn node(&self, script: &str, arguments: &[&Path]) -> Output {
        let script = Path::new(SCRIPTS).join(script);
        Command::new("node")
            .arg(script)
            .args(arguments)
            .env("SENANG_EXTERNAL_FOLDER", &self.0)
            .output()
            .unwrap()
    }

    fn started(&self, program: &str, arguments: &[&Path]) -> Output {
        Command::new(self.0.join(program))
            .args(arguments)
            .output()
            .unwrap()
    }
}

/// What a tool printed when it was content.
fn content(said: &Output) -> String {
    let out = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(
        said.status.success(),
        "{out}\n{}",
        String::from_utf8_lossy(&said.stderr)
    );
    out
}

fn json(said: &Output) -> Value {
    serde_json::from_str(&content(said)).unwrap()
}

/// What the examples of a bundle should be counted as in JUnit.
fn counted(bundle: &Bundle) -> BTreeMap<&'static str, u64> {
    let results = bundle.results();
    let examples = results["examples"].as_array().unwrap().iter();
    let mut counts = BTreeMap::from([("tests", 0), ("failures", 0), ("errors", 0), ("skipped", 0)]);
    for example in examples.filter(|example| example["selection"] != "excluded") {
        let required = example["severity"] == "required";
        let colour = match (example["result"]["verdict"].as_str(), required) {
            (Some("pass"), _) => None,
            (Some("fail"), true) => Some("failures"),
            (Some("inconclusive"), true) | (Some("error"), _) => Some("errors"),
            _ => Some("skipped"),
        };
        for count in std::iter::once("tests").chain(colour) {
            *counts.entry(count).or_default() += 1;
        }
    }
    counts
}

fn assert_counts(found: &Value, bundle: &Bundle) {
    let found: BTreeMap<&str, u64> = found
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, count)| (name.as_str(), count.as_u64().unwrap()))
        .collect();
    assert_eq!(found, counted(bundle));
}

#[test]
fn junitparser_counts_what_the_results_say() {
    let Some(tools) = Tools::here() else { return };
    for bundle in [&SMALL.bundle, &FAILING.bundle, &ATTACKED.bundle] {
        for name in ["junit.xml", "junit-strict.xml"] {
            assert_counts(
                &json(&tools.python("junit_count.py", &[&bundle.path(name)])),
                bundle,
            );
        }
    }
}

#[test]
fn junitparser_is_content_with_the_good_run_alone() {
    let Some(tools) = Tools::here() else { return };
    for (bundle, code) in [(&SMALL.bundle, 0), (&FAILING.bundle, 1)] {
        let file = bundle.path("junit.xml");
        let said = tools.started("venv/bin/junitparser", &[Path::new("verify"), &file]);
        assert_eq!(said.status.code(), Some(code), "{said:?}");
    }
}

#[test]
fn the_strict_report_is_valid_against_the_schema_of_jenkins_and_the_rich_one_is_not() {
    let Some(tools) = Tools::here() else { return };
    let schema = tools.0.join("junit-10.xsd");
    for bundle in [&SMALL.bundle, &FAILING.bundle, &ATTACKED.bundle] {
        let said = tools.python("junit_schema.py", &[&schema, &bundle.path("junit-strict.xml")]);
        let cases = counted(bundle)["tests"];
        assert_eq!(content(&said), format!("{cases} cases are valid\n"));
        let rich = tools.python("junit_schema.py", &[&schema, &bundle.path("junit.xml")]);
        assert!(!rich.status.success(), "the schema was not looked at");
    }
}

#[test]
fn junit2html_shows_every_failure() {
    let Some(tools) = Tools::here() else { return };
    let place = Place::new();
    for (bundle, failed) in [(&SMALL.bundle, false), (&FAILING.bundle, true)] {
        let page = place.path("page.html");
        let said = tools.started("venv/bin/junit2html", &[&bundle.path("junit.xml"), &page]);
        content(&said);
        let page = std::fs::read_to_string(page).unwrap();
        for example in bundle.verdicts().keys() {
            assert!(page.contains(example), "{example} is missing");
        }
        assert_eq!(page.contains("How to fix"), failed);
    }
}

#[test]
fn har_validator_and_haralyzer_read_every_exchange() {
    let Some(tools) = Tools::here() else { return };
    for bundle in [&SMALL.bundle, &FAILING.bundle, &ATTACKED.bundle] {
        let records = bundle.records();
        let exchanges: Vec<&Value> = records
            .iter()
            .filter(|record| record["kind"] == "delivered" || record["kind"] == "seen")
            .collect();
        assert!(!exchanges.is_empty());
        let archive = bundle.path("exchanges.har");
        let said = tools.node("har_valid.mjs", &[&archive]);
        assert_eq!(content(&said), format!("{} entries are valid\n", exchanges.len()));
        let found = json(&tools.python("har_pages.py", &[&archive]));
        assert_eq!(found["entries"], exchanges.len());
        for example in bundle.verdicts().keys() {
            let here = exchanges
                .iter()
                .filter(|record| record["scope"]["example"] == **example);
            let shown = found["pages"][example].as_array().map_or(0, Vec::len);
            assert_eq!(shown, here.count(), "{example}");
        }
    }
}

#[test]
fn every_message_is_valid_against_the_official_schema() {
    let Some(tools) = Tools::here() else { return };
    for bundle in [&SMALL.bundle, &FAILING.bundle, &ATTACKED.bundle] {
        let kinds = json(&tools.node("messages_valid.mjs", &[&bundle.path("messages.ndjson")]));
        for kind in ["pickle", "testCase", "testCaseFinished"] {
            assert_eq!(kinds[kind], counted(bundle)["tests"], "{kind}: {kinds}");
        }
    }
}

#[test]
fn the_official_junit_formatter_follows_the_ids_to_the_same_counts() {
    let Some(tools) = Tools::here() else { return };
    let place = Place::new();
    for bundle in [&SMALL.bundle, &FAILING.bundle, &ATTACKED.bundle] {
        let report = content(&tools.node("messages_junit.mjs", &[&bundle.path("messages.ndjson")]));
        let file = place.path("official.xml");
        std::fs::write(&file, &report).unwrap();
        let mut found = json(&tools.python("junit_count.py", &[&file]));
        // That format has no errors: what blocks the certificate is a failure there.
        let mut wanted = counted(bundle);
        let errors = wanted.insert("errors", 0).unwrap_or_default();
        *wanted.entry("failures").or_default() += errors;
        for (name, count) in wanted {
            assert_eq!(found[name].take(), count, "{name}: {report}");
        }
    }
}

#[test]
fn the_official_html_formatter_makes_a_page_on_which_failures_can_be_read() {
    let Some(tools) = Tools::here() else { return };
    let place = Place::new();
    for bundle in [&SMALL.bundle, &FAILING.bundle, &ATTACKED.bundle] {
        let page = place.path("page.html");
        content(&tools.node("messages_html.mjs", &[&bundle.path("messages.ndjson"), &page]));
        let page = std::fs::read_to_string(&page).unwrap();
        assert!(page.contains("</html>"));
        // The messages stand in a script of the page: none of them may end it or begin another.
        assert!(!page.contains("<script>alert(1)"), "a script of the partner's");
        for example in bundle.with("fail") {
            assert!(page.contains(&format!("case/{example}")) || page.contains(&format!("case\\/{example}")));
        }
    }
}
