//! `completions` and `man`: what shells and their users want to know about the commands.

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::{args::Arguments, error::CliError, exit::Exit, output};

/// Prints a script that completes commands and options in a shell.
pub fn completions(shell: Shell) -> Result<Exit, CliError> {
    let mut command = Arguments::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, name.clone(), &mut script);
    let mut script = String::from_utf8_lossy(&script).into_owned();
    if shell == Shell::Bash {
        // The generator writes the hyphen of the program's name in two ways, so that no command would be found.
        let (in_labels, in_names) = (name.replace('-', "__subcmd__"), name.replace('-', "__"));
        script = script.replace(&in_labels, &in_names);
    }
    output::print(&script)?;
    Ok(Exit::Success)
}

/// Prints the manual page of the program, or of one of its commands, in roff.
pub fn man(command: Option<&str>) -> Result<Exit, CliError> {
    let mut program = Arguments::command();
    program.build();
    let page = match command {
        None => program,
        Some(name) => match program.find_subcommand(name) {
            // The name of the page is that of the whole call, such as senang-conformance-run.
            Some(found) => found.clone(),
            None => {
                return Err(CliError::Usage(format!(
                    "there is no command {name:?}; `senang-conformance --help` lists them"
                )));
            }
        },
    };
    let mut roff = Vec::new();
    clap_mangen::Man::new(page).render(&mut roff)?;
    output::print(&String::from_utf8_lossy(&roff))?;
    Ok(Exit::Success)
}
