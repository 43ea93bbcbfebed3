//! What the checks mean: verdicts, assessment, outcome.
