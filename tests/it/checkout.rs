//! The embedding page is judged where a browser is installed, and nowhere is a guess made.

use crate::program::Place;

#[test]
fn without_a_browser_the_embedding_page_is_undecided_and_says_why() {
    let place = Place::new();
    let empty = place.path("tmp").display().to_string();
    let said = place
        .senang("run --reference --case EMB-05 --out out --json")
        .with_environment(&[("PATH", empty)])
        .run();
    assert!(said.out.contains("needs Chromium"), "{}", said.out);
    assert!(!said.out.contains("\"verdict\": \"pass\""), "{}", said.out);
}

#[test]
fn a_browser_that_cannot_start_is_no_finding() {
    let place = Place::new().with("chromium", "#!/bin/sh\nexit 1\n");
    let program = place.path("chromium");
    let mut rights = std::fs::metadata(&program).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut rights, 0o755);
    std::fs::set_permissions(&program, rights).unwrap();
    let said = place
        .senang("run --reference --case EMB-05/a --out out --json")
        .with_environment(&[("PATH", place.path("").display().to_string())])
        .run();
    assert!(
        said.out.contains("could not be looked at with a browser"),
        "{}",
        said.out
    );
    assert!(place.left_behind().is_empty());
}
