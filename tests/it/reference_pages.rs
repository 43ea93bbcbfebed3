//! The reference pages in `docs/` are what the program writes.

use std::{fs, path::Path};

use crate::program::Place;

const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs");

#[test]
fn the_committed_pages_are_current() {
    let place = Place::new();
    let said = place.senang(&format!("reference --check {DOCS}")).run();
    assert_eq!(
        said.code,
        Some(0),
        "docs/ is not what the program writes; `.ci/remake-reference` refreshes it.\n{}",
        said.err
    );
}

#[test]
fn a_page_that_is_not_current_is_named_with_what_mends_it() {
    let place = Place::new();
    place
        .senang("reference pages")
        .run()
        .exits(0)
        .says(&["pages in pages", "cases/wh-sig.md"]);
    place
        .senang("reference pages --check")
        .run()
        .exits(0)
        .says(&["are current"]);
    place
        .senang("reference pages")
        .run()
        .exits(0)
        .says(&["0 changed"]);
    let page = place.path("pages/cases/wh-sig.md");
    let text = fs::read_to_string(&page).unwrap();
    fs::write(&page, text.replacen("## WH-SIG-02", "## WH-SIG-20", 1)).unwrap();
    place
        .senang("reference pages --check")
        .run()
        .exits(1)
        .complains(&[
            "not current: pages/cases/wh-sig.md:",
            "there is \"## WH-SIG-20\", due is \"## WH-SIG-02\"",
            "`senang-conformance reference pages` writes all pages anew",
        ]);
    fs::remove_file(&page).unwrap();
    place
        .senang("reference pages --check")
        .run()
        .exits(1)
        .complains(&["pages/cases/wh-sig.md is missing"]);
}

#[test]
fn a_folder_that_is_not_there_is_wrong_usage() {
    let place = Place::new().with("file", "");
    place
        .senang("reference nowhere --check")
        .run()
        .exits(2)
        .complains(&["nowhere is no folder"]);
    place.senang("reference file").run().exits(2).complains(&["file"]);
    place.senang("reference").run().exits(2).complains(&["<DIR>"]);
    assert!(!Path::new(&place.path("nowhere")).exists());
}
