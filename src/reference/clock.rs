//! The partner's own clock. It runs as a separate process, so it reads the system time here and nowhere
//! else.

use jiff::Timestamp;

/// The present instant.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// The present instant in UNIX milliseconds.
pub fn unix_millis() -> i64 {
    now().as_millisecond()
}

/// The present instant in whole UNIX seconds.
pub fn unix_seconds() -> i64 {
    now().as_second()
}
