//! The one place where clock, environment and terminal are read. Everything else receives them.

use std::{
    collections::BTreeMap,
    io::IsTerminal as _,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use crate::wire::moment::Micros;

/// The clock of a run: monotonic for everything that is judged, wall time for what is signed.
#[derive(Clone, Debug)]
pub struct Clock {
    origin: Instant,
    wall_origin_millis: i64,
}

impl Clock {
    /// A clock that starts now.
    #[expect(clippy::disallowed_methods, reason = "this is the place that owns the clock")]
    pub fn start() -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            origin: Instant::now(),
            wall_origin_millis: i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX),
        }
    }

    /// Time since the clock was started.
    #[expect(clippy::disallowed_methods, reason = "this is the place that owns the clock")]
    pub fn now(&self) -> Micros {
        Micros(u64::try_from(Instant::now().duration_since(self.origin).as_micros()).unwrap_or(u64::MAX))
    }

    /// Wall time in UNIX milliseconds: the wall clock at the start plus monotonic time, so that a
    /// step of the system clock during a run moves nothing.
    pub fn unix_millis(&self) -> i64 {
        self.unix_millis_at(self.now())
    }

    /// Wall time of a moment of this clock, in UNIX milliseconds.
    pub fn unix_millis_at(&self, moment: Micros) -> i64 {
        self.wall_origin_millis
            .saturating_add(i64::try_from(moment.0 / 1000).unwrap_or(i64::MAX))
    }

    /// Wall time as RFC 3339 in UTC with milliseconds.
    pub fn rfc3339(&self) -> String {
        rfc3339(self.unix_millis())
    }
}

/// UNIX milliseconds as RFC 3339 in UTC with milliseconds.
pub fn rfc3339(unix_millis: i64) -> String {
    jiff::Timestamp::from_millisecond(unix_millis)
        .map_or_else(|_| String::new(), |moment| format!("{moment:.3}"))
}

/// What the program knows of its surroundings.
#[derive(Clone, Debug)]
pub struct Host {
    /// The clock.
    pub clock: Clock,
    /// Environment variables that are UTF-8.
    pub environment: BTreeMap<String, String>,
    /// The terminal.
    pub terminal: Terminal,
}

/// What stands at the other end of the standard streams.
#[expect(
    clippy::struct_excessive_bools,
    reason = "four facts that do not depend on each other"
)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terminal {
    /// A person may be asked (standard input and standard error are a terminal).
    pub asks: bool,
    /// Standard output is a terminal.
    pub output: bool,
    /// Standard error is a terminal.
    pub errors: bool,
    /// Colour is welcome (a terminal, and `NO_COLOR` is not set).
    pub colour: bool,
}

/// A number that nobody can foresee, from the operating system; where it has none to give, from
/// the wall clock.
pub fn unforeseen(clock: &Clock) -> u64 {
    use rand::TryRngCore as _;
    rand::rngs::OsRng
        .try_next_u64()
        .unwrap_or_else(|_| clock.unix_millis().unsigned_abs())
}

/// 128 bits that nobody can foresee, from the operating system and from nowhere else.
///
/// # Errors
///
/// The operating system has none to give.
pub fn unguessable() -> Result<[u8; 16], String> {
    use rand::TryRngCore as _;
    let mut bytes = [0; 16];
    rand::rngs::OsRng
        .try_fill_bytes(&mut bytes)
        .map_err(|error| error.to_string())?;
    Ok(bytes)
}

impl Host {
    /// Reads the surroundings of this process.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the place that reads the environment"
    )]
    pub fn read() -> Self {
        let environment: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let errors = std::io::stderr().is_terminal();
        let output = std::io::stdout().is_terminal();
        let plain = environment.get("NO_COLOR").is_some_and(|value| !value.is_empty())
            || environment.get("TERM").is_some_and(|term| term == "dumb");
        let terminal = Terminal {
            asks: std::io::stdin().is_terminal() && errors,
            output,
            errors,
            colour: output && !plain,
        };
        Self {
            clock: Clock::start(),
            environment,
            terminal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_utc_with_milliseconds() {
        assert_eq!(rfc3339(1_795_170_930_123), "2026-11-20T10:35:30.123Z");
    }
}
