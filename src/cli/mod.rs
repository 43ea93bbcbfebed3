//! Arguments, commands, console, exit codes.

pub mod args;
pub mod assemble;
pub mod builtin;
pub mod console;
pub mod entry;
pub mod error;
pub mod estimate;
pub mod exit;
pub mod explain;
pub mod explore;
pub mod interrupt;
pub mod judged;
pub mod kills;
pub mod list;
pub mod matrix;
pub mod output;
pub mod prepare;
pub mod reference_partner;
pub mod resume;
pub mod run;
pub mod self_test;
pub mod subject;
pub mod vectors;
pub mod verify;
