//! Moments and spans as the page writes them, without floating point: the same micros, the same text.

use crate::wire::moment::Micros;

/// A span: `850 µs`, `12 ms`, `1.25 s`, `3 min 20 s`, `2 h 5 min`.
pub(super) fn span(micros: u64) -> String {
    let (millis, seconds) = (micros / 1_000, micros / 1_000_000);
    match micros {
        0..1_000 => format!("{micros} µs"),
        1_000..1_000_000 => format!("{millis} ms"),
        1_000_000..120_000_000 => format!("{seconds}.{:02} s", millis % 1_000 / 10),
        120_000_000..7_200_000_000 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3_600, seconds / 60 % 60),
    }
}

/// The span between two moments; nothing when the order is the other way round.
pub(super) fn between(from: Micros, to: Micros) -> String {
    span(to.0.saturating_sub(from.0))
}

/// A moment after the start of an attempt, in seconds: `0.034 s`.
pub(super) fn offset(origin: Micros, moment: Micros) -> String {
    let millis = moment.millis_since(origin);
    format!("{}.{:03} s", millis / 1_000, millis % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_the_unit_that_fits() {
        for (micros, text) in [
            (0, "0 µs"),
            (999, "999 µs"),
            (12_345, "12 ms"),
            (1_259_000, "1.25 s"),
            (200_000_000, "3 min 20 s"),
            (7_500_000_000, "2 h 5 min"),
        ] {
            assert_eq!(span(micros), text);
        }
        assert_eq!(between(Micros(5), Micros(1)), "0 µs");
        assert_eq!(offset(Micros(1_000), Micros(2_035_000)), "2.034 s");
    }
}
