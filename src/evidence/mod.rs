//! Writers of the bundle: results, JUnit, manifest.
