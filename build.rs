//! Feature files, rulebook and profiles are embedded; a change of any of them rebuilds the program.

fn main() {
    println!("cargo:rerun-if-changed=features");
    println!("cargo:rerun-if-changed=build.rs");
}
