//! Measures child processes.

use std::{error::Error, fs, process::Command};

use senang_conformance::config::host::Clock;

/// What one run cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// From start to end of the process.
    pub(crate) wall_millis: f64,
    /// Processor time of all its threads.
    pub(crate) cpu_millis: f64,
    /// Largest resident memory.
    pub(crate) peak_kib: u64,
}

/// Runs a contender as a child of this process.
pub(crate) fn run(name: &str, examples: usize, server: &str) -> Result<Cost, Box<dyn Error>> {
    let clock = Clock::start();
    let output = Command::new(std::env::current_exe()?)
        .args(["--contender", name, &examples.to_string(), server])
        .output()?;
    let wall_millis = clock.now().seconds() * 1000.0;
    let text = String::from_utf8(output.stdout)?;
    if !output.status.success() {
        return Err(format!("{name}: {text}{}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let (cpu, peak) = text.trim().split_once(' ').ok_or("the child told no cost")?;
    Ok(Cost {
        wall_millis,
        cpu_millis: cpu.parse()?,
        peak_kib: peak.parse()?,
    })
}

/// What this process cost so far: processor milliseconds and peak memory in KiB.
///
/// The scheduler's own count is in nanoseconds, where `getrusage` and `/proc/self/stat` may count
/// ticks. It is lost for threads that have ended, so the runtime must still stand.
pub(crate) fn own_cost() -> Result<String, Box<dyn Error>> {
    let mut nanos = 0.0_f64;
    for thread in fs::read_dir("/proc/self/task")? {
        let line = fs::read_to_string(thread?.path().join("schedstat"))?;
        nanos += line.split(' ').next().unwrap_or_default().parse::<f64>()?;
    }
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|value| value.trim().strip_suffix("kB"))
        .ok_or("the kernel tells no peak memory")?;
    Ok(format!("{} {}", nanos / 1e6, peak.trim()))
}

/// The median of each measure by itself; none when nothing was measured.
pub(crate) fn median(costs: &[Cost]) -> Option<Cost> {
    let middle = |measure: fn(&Cost) -> f64| {
        let mut values: Vec<f64> = costs.iter().map(measure).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    };
    let mut peaks: Vec<u64> = costs.iter().map(|cost| cost.peak_kib).collect();
    peaks.sort_unstable();
    Some(Cost {
        wall_millis: middle(|cost| cost.wall_millis)?,
        cpu_millis: middle(|cost| cost.cpu_millis)?,
        peak_kib: *peaks.get(peaks.len() / 2)?,
    })
}
