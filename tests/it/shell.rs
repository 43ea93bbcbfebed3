//! Completions work in a shell, and every command has a manual page.

use std::process::Command;

use clap::CommandFactory as _;
use senang_conformance::cli::args::Arguments;

use crate::program::Place;

/// What bash offers after these words, the last of which is being typed.
fn offered(script: &str, words: &[&str]) -> Vec<String> {
    let function = "complete -F ";
    let function = script.split(function).nth(1).unwrap().split(' ').next().unwrap();
    let (current, before) = words.split_last().unwrap();
    let previous = before.last().unwrap();
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let typed = format!(
        "{script}\nCOMP_WORDS=({})\nCOMP_CWORD={}\n{function} senang-conformance '{current}' '{previous}'\n\
         printf '%s\\n' \"${{COMPREPLY[@]}}\"\n",
        quoted.join(" "),
        before.len()
    );
    let output = Command::new("bash").arg("-c").arg(typed).output().unwrap();
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn bash_offers_commands_options_and_words() {
    let script = Place::new().senang("completions bash").run().exits(0).out;
    assert_eq!(offered(&script, &["senang-conformance", "self"]), ["self-test"]);
    assert_eq!(
        offered(&script, &["senang-conformance", "run", "--mo"]),
        ["--mode"]
    );
    assert_eq!(
        offered(&script, &["senang-conformance", "self-test", "--jo"]),
        ["--jobs"]
    );
    assert_eq!(
        offered(&script, &["senang-conformance", "run", "--clock", ""]),
        ["real", "compressed"]
    );
    assert_eq!(
        offered(&script, &["senang-conformance", "completions", "z"]),
        ["zsh"]
    );
}

#[test]
fn every_shell_gets_a_script_that_names_every_command() {
    let place = Place::new();
    let program = Arguments::command();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = place.senang(&format!("completions {shell}")).run().exits(0).out;
        for command in program.get_subcommands() {
            assert!(
                script.contains(command.get_name()),
                "{shell}: {}",
                command.get_name()
            );
        }
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let place = Place::new();
    place
        .senang("man")
        .run()
        .exits(0)
        .says(&[".TH senang-conformance 1"]);
    for command in Arguments::command().get_subcommands() {
        let name = command.get_name();
        let page = place.senang(&format!("man {name}")).run().exits(0).out;
        assert!(
            page.contains(&format!(".TH senang-conformance-{name} 1")),
            "{page}"
        );
    }
    place
        .senang("man nonsense")
        .run()
        .exits(2)
        .complains(&["there is no command \"nonsense\""]);
}
