//! Reads a bundle back: integrity, re-judging, comparison.
