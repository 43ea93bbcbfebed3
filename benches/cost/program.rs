//! What the program as a whole costs where no yardstick fits: start-up, the length of a run, `verify`.

use std::{
    error::Error,
    fs,
    io::Read as _,
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use senang_conformance::{
    config::host::Clock, evidence::files::RESULTS, transcript::format::TRANSCRIPT, wire::moment::Micros,
};
use serde_json::Value;

use crate::{server, suite};

const PROGRAM: &str = env!("CARGO_BIN_EXE_senang-conformance");

/// How often each is measured.
const ROUNDS: usize = 5;

/// Examples in the bundle that is verified.
const VERIFIED: usize = 5000;

/// Measures all three and prints them.
pub(crate) fn measure() -> Result<(), Box<dyn Error>> {
    println!("\nthe program as a whole, median of {ROUNDS} unless said otherwise");
    println!("{:<52} {:>12} {:>12}", "", "measured", "target");
    let row = |what: &str, measured: String, target: &str| println!("{what:<52} {measured:>12} {target:>12}");
    row(
        "start-up to first request, ms",
        format!("{:.1}", median(first_request)?),
        "≤ 50",
    );
    let folder = tempfile::tempdir()?;
    bundle(folder.path())?;
    let kilobytes = u32::try_from(fs::metadata(folder.path().join(TRANSCRIPT))?.len() / 1000)?;
    let megabytes = f64::from(kilobytes) / 1000.0;
    let seconds = median(|| verified(folder.path()))?;
    row(
        &format!("verify, MB/s of a transcript of {megabytes:.1} MB"),
        format!("{:.0}", megabytes / seconds),
        "≥ 100",
    );
    let (wall, longest, which) = reference_run()?;
    row(
        &format!("run --reference ÷ longest example ({which}), once"),
        format!("{:.3}", wall / longest),
        "≤ 1.05",
    );
    row("  wall, s", format!("{wall:.2}"), "");
    row("  longest example, s", format!("{longest:.2}"), "");
    Ok(())
}

fn median(measure: impl Fn() -> Result<f64, Box<dyn Error>>) -> Result<f64, Box<dyn Error>> {
    let mut values = (0..ROUNDS).map(|_| measure()).collect::<Result<Vec<f64>, _>>()?;
    values.sort_by(f64::total_cmp);
    Ok(values[ROUNDS / 2])
}

/// Milliseconds from the start of the program to the first byte of a request at the partner.
fn first_request() -> Result<f64, Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("partner.toml");
    fs::write(&file, suite::partner_file(listener.local_addr()?))?;
    let clock = Clock::start();
    let mut child = Command::new(PROGRAM)
        .args(["run", "--partner"])
        .arg(&file)
        .arg("--out")
        .arg(folder.path())
        .env(suite::SECRET.0, suite::SECRET.1)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let (sender, receiver) = mpsc::channel::<Micros>();
    std::thread::spawn(move || {
        // The program first looks whether anybody listens, on a connection that stays silent.
        for stream in listener.incoming().flatten() {
            let (mut stream, sender, clock) = (stream, sender.clone(), clock.clone());
            std::thread::spawn(move || {
                if stream.read(&mut [0]).is_ok_and(|count| count > 0) {
                    // Only the first is waited for.
                    let _ = sender.send(clock.now());
                }
            });
        }
    });
    let first = receiver.recv_timeout(Duration::from_secs(20));
    child.kill()?;
    child.wait()?;
    Ok(first?.seconds() * 1000.0)
}

/// Leaves the bundle of a generated run in a folder. By itself it makes something to profile `verify` on.
pub(crate) fn bundle(folder: &Path) -> Result<(), Box<dyn Error>> {
    let server = server::start(Duration::ZERO)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime
        .block_on(suite::run(server.address().parse()?, VERIFIED, true, folder))
        .map_err(|error| error.to_string().into())
}

/// Seconds for `verify` on a bundle.
fn verified(folder: &Path) -> Result<f64, Box<dyn Error>> {
    let clock = Clock::start();
    let output = Command::new(PROGRAM).arg("verify").arg(folder).output()?;
    let seconds = clock.now().seconds();
    if output.status.success() {
        Ok(seconds)
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
    }
}

/// Seconds of a run against the built-in partner, of its longest example, and which that is.
fn reference_run() -> Result<(f64, f64, String), Box<dyn Error>> {
    let out = tempfile::tempdir()?;
    // Its exit code says what the run found, which is not what is measured here.
    Command::new(PROGRAM)
        .args(["run", "--reference", "--seed", "1", "--out"])
        .arg(out.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    let bundle = fs::read_dir(out.path())?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.join(RESULTS).is_file())
        .ok_or("the run left no results")?;
    let results: Value = serde_json::from_slice(&fs::read(bundle.join(RESULTS))?)?;
    let seconds = |pointer: &str| {
        let micros = results.pointer(pointer).and_then(Value::as_u64);
        micros
            .map(|micros| Micros(micros).seconds())
            .ok_or_else(|| format!("no {pointer} in the results"))
    };
    let which = results.pointer("/time/longest/example");
    Ok((
        seconds("/time/wall_micros")?,
        seconds("/time/longest/micros")?,
        which.and_then(Value::as_str).unwrap_or_default().to_owned(),
    ))
}
