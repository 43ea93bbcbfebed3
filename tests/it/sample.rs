//! The bundle that is committed as an example of what a run leaves.

use std::{fs, path::Path};

use crate::{
    bundle::{Bundle, FILES},
    program::Place,
};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/reports/sample");
const REMAKE: &str = "cargo test --test it -- --ignored sample::remake";
/// Most that the whole of it may take, in bytes.
const LARGEST: usize = 300 * 1024;

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

#[test]
#[ignore = "it writes the sample; run it when the suite has changed"]
fn remake() {
    let place = Place::new();
    let run =
        place.senang("run --reference --seed 1 --out out --case WH-DEL-01 --case WH-SIG-02 --case WH-DUP-01");
    run.run().exits(0);
    let _ = fs::remove_dir_all(SAMPLE);
    place.bundle().copied(Path::new(SAMPLE)).verify().exits(0);
}
