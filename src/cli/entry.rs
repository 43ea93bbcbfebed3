//! From the command line to an exit code.

use clap::Parser as _;

use super::{
    args::{Arguments, Command},
    attest, challenge, diff, doctor,
    error::CliError,
    exit::Exit,
    explain, explore, fingerprint, fixtures, init, keygen, leaks, list, merge,
    mistakes::{Mistakes, shown},
    openapi, output, reference_control, reference_pages, reference_partner, review, run, sandbox, self_test,
    send, shell, sign, support, vectors, verify,
};
use crate::config::{declarations::Declarations, host::Host};

/// Runs the program with the arguments of this process.
pub fn main(host: &Host) -> Exit {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let shown = error.use_stderr();
            let _ = error.print();
            return if shown { Exit::Usage } else { Exit::Success };
        }
    };
    match dispatch(arguments.command, host) {
        Ok(exit) => exit,
        Err(error) => {
            report(&error);
            error.exit()
        }
    }
}

fn dispatch(command: Command, host: &Host) -> Result<Exit, CliError> {
    match command {
        Command::Init(arguments) => runtime()?.block_on(init::command::init(&arguments, host)),
        Command::List(arguments) => list::list(&arguments, host),
        Command::Explain { case } => explain::explain(&case),
        Command::Fixtures(arguments) => fixtures::fixtures(&arguments, host),
        Command::Declarations => {
            output::print(&Declarations::form())?;
            Ok(Exit::Success)
        }
        Command::Vectors { kind, profile } => vectors::vectors(kind, &profile),
        Command::Openapi { events } => openapi::openapi(events),
        Command::Fingerprint { key_env } => fingerprint::fingerprint(&key_env, host),
        Command::Verify(arguments) => verify::verify(&arguments, host),
        Command::Keygen { out } => keygen::keygen(&out),
        Command::Attest { folder, key, replace } => attest::attest(&folder, &key, replace),
        Command::Review(arguments) => review::review(&arguments, host),
        Command::Challenge(arguments) => challenge::challenge(&arguments, host),
        Command::Leaks(arguments) => leaks::leaks(&arguments, host),
        Command::Support(arguments) => support::support(&arguments, host),
        Command::Merge(arguments) => merge::merge(&arguments, host),
        Command::Diff(arguments) => diff::diff(&arguments),
        Command::Run(arguments) => runtime()?.block_on(run::run(arguments, host)),
        Command::Doctor(arguments) => runtime()?.block_on(doctor::command::doctor(arguments, host)),
        Command::Sign(arguments) => sign::steps::sign(&arguments, host),
        Command::CheckSignature(arguments) => sign::check::check(&arguments, host),
        Command::Send(arguments) => runtime()?.block_on(send::command::send(&arguments, host)),
        Command::Explore(arguments) => runtime()?.block_on(explore::explore(&arguments, host)),
        Command::Sandbox(arguments) => runtime()?.block_on(sandbox::serve(arguments, host)),
        Command::SelfTest(arguments) => runtime()?.block_on(self_test::self_test(&arguments, host)),
        Command::Completions { shell } => shell::completions(shell),
        Command::Man { command } => shell::man(command.as_deref()),
        Command::Reference(arguments) => reference_pages::command::reference(&arguments),
        Command::ReferencePartner(arguments) => {
            runtime()?.block_on(reference_partner::serve(arguments, host))
        }
        Command::ReferenceControl { folder, action } => {
            runtime()?.block_on(reference_control::give(&folder, action))
        }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, CliError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::Undetermined(error.to_string()))
}

/// Tells an error, with the place in its file where there is one.
pub fn report(error: &CliError) {
    let text = match error {
        CliError::Config(error) => shown(Mistakes::of_configuration(error).as_ref(), error.as_ref()),
        CliError::Script(error) => shown(Mistakes::of_script(error).as_ref(), error.as_ref()),
        CliError::Waivers(error) => shown(Mistakes::of_waivers(error).as_ref(), error.as_ref()),
        _ => None,
    };
    if let Some(text) = text {
        output::complain(&text);
        return;
    }
    output::complain(&format!("error: {error}"));
}
