//! Every command line in the documents is one that the program takes.

use clap::{Parser as _, error::ErrorKind};
use regex::Regex;
use senang_conformance::cli::args::Arguments;

use crate::documents::{self, Document};

const PROGRAM: &str = "senang-conformance";

/// A command line with the place where it stands.
struct Quoted {
    place: String,
    line: String,
    /// Words such as FILE stand for what the reader fills in.
    has_blanks: bool,
}

/// What a shell would hand to the program in each call of it in a line. Variables and expressions of CI servers
/// are taken for numbers, which every value can be.
fn calls(line: &str) -> Vec<Vec<String>> {
    let variable =
        Regex::new(r"\$\{\{[^}]*\}\}|\$\([A-Za-z_.]+\)|\$\{[A-Za-z_]+\}|\$[A-Z][A-Z_]*\b").unwrap();
    let line = &variable.replace_all(line, "1");
    let words = shlex::split(line).unwrap_or_else(|| panic!("no shell would take this line: {line}"));
    let mut found = Vec::new();
    let mut rest = words.as_slice();
    let mut is_file = false;
    while !rest.is_empty() {
        let end = rest.iter().position(|word| operator(word)).unwrap_or(rest.len());
        if !is_file && let Some(start) = start_of(&rest[..end]) {
            found.push(rest[start..end].to_vec());
        }
        // What follows an arrow is a file.
        is_file = rest.get(end).is_some_and(|word| word.contains(['<', '>']));
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    found
}

fn operator(word: &str) -> bool {
    ["|", "||", "&&", "&", ";", ">", ">>", "<"].contains(&word) || word.starts_with("2>")
}

/// Where the words for the program begin in one command of a shell.
fn start_of(command: &[String]) -> Option<usize> {
    let name = |word: &String| {
        let file = word.rsplit('/').next().unwrap_or(word);
        file.split(':').next() == Some(PROGRAM) || word == "$program"
    };
    let before = match command {
        [docker, run, ..] if docker == "docker" => (run == "run").then(|| command.iter().position(name))?,
        [.., _, _] if command.windows(2).any(|two| two == ["cargo", "run"]) => {
            command.iter().position(|word| word == "--")
        }
        _ => command.iter().position(name),
    };
    Some(before? + 1)
}

/// Why the program would not take these words; none when it would.
fn refused(words: &[String], has_blanks: bool) -> Option<String> {
    let whole = std::iter::once(PROGRAM.to_owned()).chain(words.iter().cloned());
    let error = Arguments::try_parse_from(whole).err()?;
    let fine = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => true,
        ErrorKind::ValueValidation
        | ErrorKind::InvalidValue
        | ErrorKind::MissingRequiredArgument
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => has_blanks,
        _ => false,
    };
    (!fine).then(|| error.to_string().lines().next().unwrap_or_default().to_owned())
}

/// The command lines in the blocks of code of a document.
fn in_blocks(document: &Document, found: &mut Vec<Quoted>) {
    let anywhere =
        Regex::new(r#"(?:^|[\s/]|(?P<quote>['"`])(?:\./)?)senang-conformance (?P<rest>.*)"#).unwrap();
    for (first, language, text) in &document.blocks {
        let joined = text.replace("\\\n", " ");
        for line in joined.lines() {
            let place = || format!("{}:{first}", document.path.display());
            let line = match language.as_str() {
                "console" => match line.strip_prefix("$ ") {
                    Some(typed) => typed.to_owned(),
                    None => continue,
                },
                "sh" | "bash" | "shell" => line.to_owned(),
                // Lines of other languages that hold a command; what is done with containers is not ours.
                "yaml" | "groovy" | "toml" | "dockerfile" if !line.contains("docker ") => {
                    match anywhere.captures(line) {
                        Some(typed) => {
                            let rest = &typed["rest"];
                            let quote = typed.name("quote").map(|quote| quote.as_str());
                            let end = quote.and_then(|quote| rest.find(quote)).unwrap_or(rest.len());
                            format!("{PROGRAM} {}", &rest[..end])
                        }
                        None => continue,
                    }
                }
                "" | "text" if line.starts_with("senang-conformance ") => line.to_owned(),
                _ => continue,
            };
            found.push(Quoted {
                place: place(),
                line: line.clone(),
                has_blanks: language.is_empty() || language == "text" || line.contains("\"$"),
            });
        }
    }
}

/// Spans of code that are calls: with the name of the program, or a command with an option.
fn in_spans(document: &Document, commands: &[String], found: &mut Vec<Quoted>) {
    for (line, span) in &document.spans {
        let flat = span.split_whitespace().collect::<Vec<_>>().join(" ");
        let first = flat.split(' ').next().unwrap_or_default();
        let named = flat.starts_with("senang-conformance ");
        let bare = flat.contains(" --") && commands.iter().any(|command| command == first);
        if named || bare {
            let prefix = if named { "" } else { "senang-conformance " };
            found.push(Quoted {
                place: format!("{}:{line}", document.path.display()),
                line: format!("{prefix}{flat}"),
                has_blanks: true,
            });
        }
    }
}

fn commands() -> Vec<String> {
    use clap::CommandFactory as _;
    let program = Arguments::command();
    program
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .collect()
}

#[test]
fn every_quoted_command_is_taken() {
    let commands = commands();
    let mut found = Vec::new();
    for document in documents::all() {
        // It is made from the definition that everything else is held to, and shows usage lines.
        if document.path.ends_with("command-line.md") {
            continue;
        }
        in_blocks(&document, &mut found);
        in_spans(&document, &commands, &mut found);
    }
    for file in documents::ci_files() {
        let before = found.len();
        in_blocks(&file, &mut found);
        assert!(found.len() > before, "{} runs nothing", file.path.display());
    }
    let mut wrong = Vec::new();
    let mut tried = 0;
    for quoted in &found {
        for words in calls(&quoted.line) {
            tried += 1;
            if let Some(why) = refused(&words, quoted.has_blanks) {
                wrong.push(format!("{}: `{}`: {why}", quoted.place, quoted.line));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried > 100, "only {tried} command lines were found");
}

#[test]
fn a_command_that_is_not_taken_is_noticed() {
    let document = Document::parse(
        "```console\n$ A=b senang-conformance run --refrence | jq . # x\nsenang-conformance is output\n```\n\n\
         ```yaml\nscript:\n  - senang-conformance run --partner\n```\n\nOr `senang-conformance list --mode XX` or \
         `openapi --event` or `senang-conformance nonsense`.\n",
    );
    let mut found = Vec::new();
    in_blocks(&document, &mut found);
    in_spans(&document, &commands(), &mut found);
    let refused: Vec<bool> = found
        .iter()
        .flat_map(|quoted| {
            calls(&quoted.line)
                .into_iter()
                .map(|words| refused(&words, quoted.has_blanks).is_some())
        })
        .collect();
    assert_eq!(refused, [true, true, false, true, true]);
}
