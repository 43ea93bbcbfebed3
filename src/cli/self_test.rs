//! `self-test`: the suite is run against the clean reference partner, against every defect, and
//! against partners that are broken as a whole. Each run is a process of its own.

use std::{collections::BTreeSet, path::PathBuf, process::Stdio};

use futures::{StreamExt as _, stream};
use serde_json::Value;
use tokio::process::Command;

use super::{
    args::SelfTestArguments,
    diagnosis::lacking,
    error::CliError,
    exit::Exit,
    kills::{Kill, kills, red},
    matrix::{Line, Matrix},
    output,
};
use crate::{
    config::host::Host,
    contract::{id::CaseId, lane::Lane, rulebook::Rulebook},
    reference::Defect,
    suite::read::Suite,
};

/// File of the matrix as text.
const TEXT: &str = "kill-matrix.txt";
/// File of the matrix as JSON.
const JSON: &str = "kill-matrix.json";

/// One partner to run against.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Subject {
    Clean,
    /// The clean partner, killed before the first example.
    Dead,
    Defect(Defect),
    Broken(Defect),
}

impl Subject {
    fn name(&self) -> String {
        match self {
            Self::Clean => "clean".to_owned(),
            Self::Dead => "dead".to_owned(),
            Self::Defect(defect) | Self::Broken(defect) => defect.name().to_owned(),
        }
    }
}

/// Runs everything and says whether the suite proved itself.
pub async fn self_test(arguments: &SelfTestArguments, host: &Host) -> Result<Exit, CliError> {
    let rulebook = Rulebook::embedded().map_err(|error| CliError::Usage(error.to_string()))?;
    let suite = &Suite::embedded()?;
    std::fs::create_dir_all(&arguments.out).map_err(|error| CliError::File {
        path: arguments.out.clone(),
        error,
    })?;
    let subjects = subjects(&arguments.defect);
    let total = subjects.len();
    let judge = |(place, subject): (usize, Subject)| async move {
        let line = line(&subject, rulebook, suite, arguments).await;
        line.map(|line| (place, line))
    };
    let mut subjects = subjects.into_iter().enumerate();
    // The clean partner has the machine to itself: whatever is red on it counts against the suite.
    let clean = stream::iter(subjects.next()).then(&judge);
    let others = stream::iter(subjects)
        .map(&judge)
        .buffer_unordered(usize::from(arguments.jobs));
    let mut lines: Vec<(usize, Line)> = clean
        .chain(others)
        .enumerate()
        .map(|(done, line)| {
            if let Ok((_, line)) = &line {
                let state = if line.problems.is_empty() {
                    "as expected"
                } else {
                    "NOT as expected"
                };
                let text = format!(
                    "[{}/{total}] {}: {}, {state}",
                    done + 1,
                    line.partner,
                    line.outcome
                );
                output::complain(&text);
            }
            line
        })
        .collect::<Vec<_>>()
        .await
        .into_iter()
        .collect::<Result<_, CliError>>()?;
    lines.sort_by_key(|(place, _)| *place);
    let matrix = Matrix {
        lines: lines.into_iter().map(|(_, line)| line).collect(),
    };
    for (name, content) in [(TEXT, matrix.text()), (JSON, output::json(&matrix))] {
        let path = arguments.out.join(name);
        std::fs::write(&path, content).map_err(|error| CliError::File {
            path: path.clone(),
            error,
        })?;
    }
    output::print(&if arguments.json {
        output::json(&matrix)
    } else {
        matrix.text()
    })?;
    let seconds = host.clock.now().seconds();
    output::complain(&format!(
        "{total} partners in {seconds:.0} s; matrix in {}",
        arguments.out.display()
    ));
    if matrix.holds() {
        Ok(Exit::Success)
    } else {
        let bad = matrix
            .lines
            .iter()
            .filter(|line| !line.problems.is_empty())
            .map(|line| line.partner.as_str());
        let bad: Vec<&str> = bad.collect();
        Err(CliError::SelfTest(format!(
            "the suite did not prove itself on: {}",
            bad.join(", ")
        )))
    }
}

fn subjects(only: &[Defect]) -> Vec<Subject> {
    let mut subjects = vec![Subject::Clean];
    if only.is_empty() {
        subjects.push(Subject::Dead);
        subjects.extend(
            Defect::BROKEN_PARTNERS
                .iter()
                .map(|defect| Subject::Broken(*defect)),
        );
        subjects.extend(Defect::ALL.iter().map(|defect| Subject::Defect(*defect)));
    } else {
        for defect in only {
            let broken = Defect::BROKEN_PARTNERS.contains(defect);
            subjects.push(if broken {
                Subject::Broken(*defect)
            } else {
                Subject::Defect(*defect)
            });
        }
    }
    subjects
}

async fn line(
    subject: &Subject,
    rulebook: &Rulebook,
    suite: &Suite,
    arguments: &SelfTestArguments,
) -> Result<Line, CliError> {
    let only = match subject {
        Subject::Defect(defect) if !arguments.whole => noticing(*defect, rulebook, suite),
        _ => BTreeSet::new(),
    };
    let results = run(subject, &only, arguments).await?;
    let red = red(&results);
    let outcome = results["outcome"].as_str().unwrap_or("none").to_owned();
    // Whoever sees a defect noticed must also see what to do about it.
    let mut problems = lacking(&results);
    let mut expected = Vec::new();
    match subject {
        Subject::Clean => {
            if outcome != "conformant" {
                problems.push(format!("the clean partner is {outcome}"));
            }
            problems.extend(
                red.iter()
                    .map(|red| format!("{} is red on the clean partner", red.example)),
            );
            problems.extend(undecided(&results));
        }
        Subject::Dead | Subject::Broken(_) => {
            if outcome == "conformant" {
                problems.push("a partner that is broken as a whole is called conformant".to_owned());
            }
            if red.is_empty() && undecided(&results).is_empty() {
                problems.push("the report does not say why".to_owned());
            }
        }
        Subject::Defect(defect) => match rulebook.defect(defect.name()) {
            None => problems.push("the rulebook does not know it".to_owned()),
            Some(rule) => {
                expected = kills(rule, &results);
                problems.extend(expected.iter().filter_map(problem));
                if expected.is_empty() {
                    problems.push("the rulebook names no example that must notice it".to_owned());
                }
            }
        },
    }
    Ok(Line {
        partner: subject.name(),
        outcome,
        kills: expected,
        red,
        problems,
    })
}

fn problem(kill: &Kill) -> Option<String> {
    match kill {
        Kill::Killed { .. } => None,
        Kill::WrongReason {
            example,
            expected,
            found,
        } => Some(format!(
            "{example} is red for {} instead of {}",
            found.join(", "),
            expected.join(" or ")
        )),
        Kill::Survived { verdict, .. } if lacks_browser(verdict.trim_start_matches("inconclusive ")) => None,
        Kill::Survived { example, verdict } => Some(format!("{example} did not notice it: {verdict}")),
    }
}

fn undecided(results: &Value) -> Vec<String> {
    let lines = results["examples"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    lines
        .iter()
        .filter(|line| {
            matches!(
                line["result"]["verdict"].as_str(),
                Some("inconclusive" | "error" | "none")
            ) && !lacks_browser(line["result"]["reasons"][0].as_str().unwrap_or_default())
        })
        .map(|line| {
            let reason = line["result"]["reasons"][0].as_str().unwrap_or("no reason given");
            format!(
                "{} is undecided: {reason}",
                line["example"].as_str().unwrap_or_default()
            )
        })
        .collect()
}

/// Whether an example was not decided because this machine has no browser: what it would notice is then
/// neither proven nor refuted here, and the matrix shows it as not noticed.
fn lacks_browser(reason: &str) -> bool {
    reason.starts_with("needs Chromium")
}

/// What must notice a defect, as arguments of `run`: its cases, or the whole area of a case that looks
/// back over its area.
fn noticing(defect: Defect, rulebook: &Rulebook, suite: &Suite) -> BTreeSet<[String; 2]> {
    let looks_back = |case: &CaseId| suite.case(case).is_none_or(|case| case.lane == Lane::Closing);
    let rule = rulebook.defect(defect.name());
    rule.into_iter()
        .flat_map(|rule| &rule.kills)
        .map(|kill| {
            if looks_back(&kill.case) {
                ["--area".to_owned(), kill.case.area().to_string()]
            } else {
                ["--case".to_owned(), kill.case.to_string()]
            }
        })
        .collect()
}

async fn run(
    subject: &Subject,
    only: &BTreeSet<[String; 2]>,
    arguments: &SelfTestArguments,
) -> Result<Value, CliError> {
    let failed = |why: String| CliError::Undetermined(format!("the run against {}: {why}", subject.name()));
    let folder: PathBuf = arguments.out.join(subject.name());
    let program = std::env::current_exe().map_err(|error| failed(error.to_string()))?;
    let mut command = Command::new(program);
    command
        .args([
            "run",
            "--reference",
            "--json",
            "--seed",
            &arguments.seed.to_string(),
            "--out",
        ])
        .arg(&folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command.args(only.iter().flatten());
    match subject {
        Subject::Clean => {}
        Subject::Dead => {
            command.arg("--reference-dies");
        }
        Subject::Defect(defect) | Subject::Broken(defect) => {
            command.args(["--defect", defect.name()]);
        }
    }
    let done = command
        .output()
        .await
        .map_err(|error| failed(error.to_string()))?;
    serde_json::from_slice(&done.stdout).map_err(|_| {
        let complaint = String::from_utf8_lossy(&done.stderr);
        let last: Vec<&str> = complaint.lines().rev().take(3).collect();
        failed(format!(
            "it ended with {} and no results: {}",
            done.status,
            last.join(" / ")
        ))
    })
}
