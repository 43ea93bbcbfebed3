//! The command line, from its own definition.

use std::fmt::Write as _;

use clap::{Arg, ArgAction, Command, CommandFactory as _};

use super::{
    markdown::{anchor, block, cell, code, table, text},
    page::Page,
};
use crate::cli::args::Arguments;

/// The page.
pub fn page() -> Page {
    let mut program = Arguments::command();
    program.build();
    let commands: Vec<&Command> = program
        .get_subcommands()
        .filter(|command| !command.is_hide_set() && command.get_name() != "help")
        .collect();
    let about = program.get_about().map(ToString::to_string).unwrap_or_default();
    let mut body = format!(
        "{}. What `--help` prints, on one page; `senang-conformance man COMMAND` prints it as a manual page, and \
         `senang-conformance completions SHELL` a script that completes it.\n\n",
        text(&about)
    );
    body.push_str(&table(
        ["command", "what it does"],
        commands.iter().map(|command| {
            [
                format!("[`{}`](#{})", command.get_name(), anchor(command.get_name())),
                cell(&about_of(command)),
            ]
        }),
    ));
    if let Some(more) = program.get_after_help() {
        let _ = writeln!(body, "\n{}.", text(&more.to_string()));
    }
    for command in commands {
        body.push_str(&section(command, 2));
    }
    Page::new("command-line.md", "The command line", &body)
}

fn about_of(command: &Command) -> String {
    let about = command.get_long_about().or_else(|| command.get_about());
    about.map(ToString::to_string).unwrap_or_default()
}

fn section(command: &Command, level: usize) -> String {
    let mut written = format!(
        "\n{} {}\n\n{}\n\n",
        "#".repeat(level),
        command.get_name(),
        text(&about_of(command))
    );
    let usage = command.clone().render_usage().to_string();
    written.push_str(&block("text", usage.trim_start_matches("Usage: ")));
    let visible = |argument: &&Arg| {
        !argument.is_hide_set() && argument.get_id() != "help" && argument.get_id() != "version"
    };
    let (places, options): (Vec<&Arg>, Vec<&Arg>) = command
        .get_arguments()
        .filter(visible)
        .partition(|argument| argument.is_positional());
    for (head, arguments) in [("argument", places), ("option", options)] {
        if arguments.is_empty() {
            continue;
        }
        let rows = arguments
            .into_iter()
            .map(|argument| [name(argument), says(argument)]);
        let _ = write!(written, "\n{}", table([head, "meaning"], rows));
    }
    for inner in command
        .get_subcommands()
        .filter(|inner| !inner.is_hide_set() && inner.get_name() != "help")
    {
        written.push_str(&section(inner, level + 1));
    }
    written
}

/// How it is typed.
fn name(argument: &Arg) -> String {
    let takes = matches!(argument.get_action(), ArgAction::Set | ArgAction::Append);
    let values: Vec<String> = argument
        .get_value_names()
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect();
    let value = if values.is_empty() {
        argument.get_id().as_str().to_uppercase()
    } else {
        values.join(" ")
    };
    let mut names: Vec<String> = Vec::new();
    names.extend(argument.get_short().map(|short| format!("-{short}")));
    names.extend(argument.get_long().map(|long| format!("--{long}")));
    if names.is_empty() {
        return code(&value);
    }
    let typed = names.join(", ");
    code(&if takes { format!("{typed} {value}") } else { typed })
}

/// What it means, with its default and the words that it takes.
fn says(argument: &Arg) -> String {
    let help = argument.get_long_help().or_else(|| argument.get_help());
    let mut parts = vec![cell(&help.map(ToString::to_string).unwrap_or_default())];
    if argument.is_required_set() && !argument.is_positional() {
        parts.push("Must be given.".to_owned());
    }
    let takes = matches!(argument.get_action(), ArgAction::Set | ArgAction::Append);
    let defaults: Vec<String> = argument
        .get_default_values()
        .iter()
        .map(|value| code(&value.to_string_lossy()))
        .collect();
    if takes && !defaults.is_empty() {
        parts.push(format!("Without it: {}.", defaults.join(" ")));
    }
    let possible: Vec<String> = argument
        .get_possible_values()
        .iter()
        .filter(|value| !value.is_hide_set())
        .map(|value| match value.get_help() {
            Some(help) => format!(
                "{} ({})",
                code(value.get_name()),
                cell(help.to_string().trim_end_matches('.'))
            ),
            None => code(value.get_name()),
        })
        .collect();
    if takes && !possible.is_empty() {
        parts.push(format!("One of {}.", possible.join(", ")));
    }
    parts.retain(|part| !part.is_empty());
    let mut written = String::new();
    for part in parts {
        if !written.is_empty() {
            // Help texts end as sentences do only where there are several of them.
            written.push_str(if written.ends_with(['.', '!', '?', ':', '…', ')']) {
                " "
            } else {
                ". "
            });
        }
        written.push_str(&part);
    }
    written
}
