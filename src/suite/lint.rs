//! Rules that keep a feature file from meaning less than it says.
