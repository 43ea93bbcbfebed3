//! What the console is told while a run goes on.

use std::sync::Arc;

use crate::{
    checks::attempt::Kind,
    contract::{id::ExampleId, lane::Lane},
};

/// One piece of news.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A lane begins, with so many examples.
    Lane(Lane, usize),
    /// An attempt began.
    Started(ExampleId, u8),
    /// A step of an example is under way.
    Step(ExampleId, String),
    /// An example is over, and what its last attempt amounts to.
    Finished(ExampleId, Kind),
    /// References are looked at once more.
    Rechecking(usize),
    /// The run was interrupted.
    Interrupted,
}

/// Where news goes.
pub type Listener = Arc<dyn Fn(Notice) + Send + Sync>;
