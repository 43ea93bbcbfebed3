//! The bundle that is committed as an example of what a run leaves.

use std::path::Path;

use crate::bundle::{Bundle, FILES};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/reports/sample");
const REMAKE: &str = ".ci/remake-sample";
/// Most that the whole of it may take, in bytes: it is cloned with the sources.
const LARGEST: usize = 2 * 1024 * 1024;

#[test]
fn the_committed_sample_holds() {
    let sample = Bundle::at(Path::new(SAMPLE));
    let said = sample.verify();
    assert_eq!(
        said.code,
        Some(0),
        "{}\nThe sample belongs to another state of the suite. Make it anew:\n\n    {REMAKE}\n",
        said.err
    );
    assert_eq!(sample.files(), FILES);
    let size: usize = FILES.iter().map(|name| sample.bytes(name).len()).sum();
    assert!(size <= LARGEST, "the sample has {size} bytes");
    assert!(!sample.results()["run"]["id"].as_str().unwrap().is_empty());
}
