//! The ready files for CI servers are YAML that says what their server looks for. Their commands are tried in
//! `documented_commands`, their links in `links`.

use std::fs;

use saphyr::{LoadableYamlNode as _, Yaml};

use crate::documents::{self, ROOT};

fn read(name: &str) -> String {
    fs::read_to_string(format!("{ROOT}/docs/ci/{name}")).unwrap()
}

/// The only document of a text, with one member at least.
fn parsed<'a>(place: &str, text: &'a str) -> Yaml<'a> {
    let mut documents = Yaml::load_from_str(text).unwrap_or_else(|error| panic!("{place}: {error}"));
    assert_eq!(documents.len(), 1, "{place}");
    documents.remove(0)
}

fn text<'a>(yaml: &'a Yaml<'a>) -> &'a str {
    yaml.as_str().unwrap()
}

#[test]
fn each_file_runs_the_cases_and_keeps_what_they_leave() {
    let github = read("github-actions.yml");
    let github = parsed("github-actions.yml", &github);
    let steps = github["jobs"]["conformance"]["steps"].as_sequence().unwrap();
    let artifact = steps
        .iter()
        .filter_map(|step| step.as_mapping_get("with"))
        .any(|with| {
            with.as_mapping_get("path")
                .is_some_and(|path| text(path) == "reports/")
        });
    assert!(artifact);

    let gitlab = read("gitlab-ci.yml");
    let gitlab = parsed("gitlab-ci.yml", &gitlab);
    let artifacts = &gitlab["senang-conformance"]["artifacts"];
    assert_eq!(text(&artifacts["when"]), "always");
    assert_eq!(text(&artifacts["reports"]["junit"]), "reports/*/junit.xml");

    let azure = read("azure-pipelines.yml");
    let azure = parsed("azure-pipelines.yml", &azure);
    let steps = azure["jobs"][0]["steps"].as_sequence().unwrap();
    assert!(steps.iter().any(|step| {
        step.as_mapping_get("publish")
            .is_some_and(|what| text(what) == "reports")
    }));

    for name in [
        "github-actions.yml",
        "gitlab-ci.yml",
        "azure-pipelines.yml",
        "Jenkinsfile",
    ] {
        let file = read(name);
        assert!(
            file.contains("senang-conformance run --partner partner.toml"),
            "{name}"
        );
        assert!(file.contains("junit.xml"), "{name}");
    }
}

#[test]
fn every_block_of_yaml_or_json_in_the_documents_can_be_read() {
    let mut read = 0;
    for document in documents::all() {
        for (line, language, block) in &document.blocks {
            let place = format!("{}:{line}", document.path.display());
            match language.as_str() {
                "yaml" => drop(parsed(&place, block)),
                "toml" => drop(
                    block
                        .parse::<toml::Table>()
                        .unwrap_or_else(|error| panic!("{place}: {error}")),
                ),
                "json" => {
                    let whole = serde_json::from_str::<serde_json::Value>(block);
                    whole.unwrap_or_else(|error| panic!("{place}: {error}"));
                }
                _ => continue,
            }
            read += 1;
        }
    }
    assert!(read > 30, "{read}");
}
