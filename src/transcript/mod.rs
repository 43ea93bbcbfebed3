//! Everything that happened: append-only, hash-chained, masked on entry.
