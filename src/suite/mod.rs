//! The embedded feature files: parsed, linted, resolved to cases and examples.
