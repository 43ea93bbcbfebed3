//! What an example costs, as a ratio to a yardstick measured in the same run.
//!
//! One example is two signed deliveries to a trivial server, which runs as a process of its own. The
//! yardstick is a bare hyper loop over 64 connections; every contender does the same work as a child
//! process. Prints a table and asserts nothing: `cargo bench --bench cost`, or with a part of a name
//! behind `--` for that contender alone; `-- program` measures only what has no yardstick.
//!
//! Wall time is that of the whole child, start included. Processor time is what the kernel's scheduler
//! counted for all threads of the child, peak memory is `VmHWM`; the child reads both at its end.
//! Of several rounds, in which the contenders take turns, the median counts.

#![expect(clippy::print_stdout, reason = "the table is what this program is for")]

mod contenders;
mod measure;
mod program;
mod server;
mod suite;

use std::{error::Error, process::ExitCode, time::Duration};

/// How many examples a contender runs, how long the server thinks about each request, and what the
/// suite should cost at most.
const SCENES: [(usize, Duration, &str); 3] = [
    (1000, Duration::ZERO, "wall 2.0 ×, cpu 2.5 ×"),
    (5000, Duration::ZERO, "wall 2.0 ×, cpu 2.5 ×, peak 15360 KiB"),
    (1000, Duration::from_millis(10), "wall 1.15 ×"),
];

/// How often each contender runs at each size.
const ROUNDS: usize = 5;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        ["--server", millis] => server::serve(millis),
        ["--contender", name, examples, server] => child(name, examples, server),
        ["--bundle", folder] => program::bundle(folder.as_ref()),
        // Cargo puts this behind what the user gave; without it, it only wants to see a start.
        ["--bench"] => compare(None).and_then(|()| program::measure()),
        ["program", "--bench"] => program::measure(),
        [only, "--bench"] => compare(Some(only)),
        _ => Ok(()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("failed: {error}");
            ExitCode::FAILURE
        }
    }
}

fn child(name: &str, examples: &str, server: &str) -> Result<(), Box<dyn Error>> {
    let contender = contenders::ALL
        .iter()
        .find(|contender| contender.name == name)
        .ok_or_else(|| format!("no contender is called {name:?}"))?;
    let runtime = contender.runtime()?;
    runtime
        .block_on((contender.run)(server.parse()?, examples.parse()?))
        .map_err(|error| error.to_string())?;
    println!("{}", measure::own_cost()?);
    Ok(())
}

fn compare(only: Option<&str>) -> Result<(), Box<dyn Error>> {
    for (examples, thinking, target) in SCENES {
        let server = server::start(thinking)?;
        let mut rounds = vec![Vec::new(); contenders::ALL.len()];
        for _ in 0..ROUNDS {
            for (contender, costs) in contenders::ALL.iter().zip(&mut rounds) {
                if contender.is_yardstick() || only.is_none_or(|only| contender.name.contains(only)) {
                    costs.push(measure::run(contender.name, examples, server.address())?);
                }
            }
        }
        println!(
            "\n{examples} examples, {} deliveries, answered after {} ms, median of {ROUNDS}; target of the suite: {target}",
            2 * examples,
            thinking.as_millis(),
        );
        println!(
            "{:<34} {:>9} {:>7} {:>9} {:>7} {:>10}",
            "", "wall ms", "×", "cpu ms", "×", "peak KiB"
        );
        let medians: Vec<_> = rounds.iter().map(|costs| measure::median(costs)).collect();
        let Some(Some(yardstick)) = medians.first() else {
            return Err("the yardstick did not run".into());
        };
        for (contender, cost) in contenders::ALL.iter().zip(&medians) {
            let Some(cost) = cost else { continue };
            println!(
                "{:<34} {:>9.1} {:>7.2} {:>9.1} {:>7.2} {:>10}",
                contender.name,
                cost.wall_millis,
                cost.wall_millis / yardstick.wall_millis,
                cost.cpu_millis,
                cost.cpu_millis / yardstick.cpu_millis,
                cost.peak_kib,
            );
        }
    }
    Ok(())
}
