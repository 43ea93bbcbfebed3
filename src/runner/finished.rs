//! What the runner hands over when an example is done.

use std::{rc::Rc, sync::Arc};

use crate::{contract::id::ExampleId, transcript::record::{Record, Scope}};

/// A finished piece of work.
#[derive(Clone, Debug)]
pub enum Finished {
    /// An example, with the records of each attempt in order.
    Example(ExampleId, Vec<Vec<Arc<Record>>>),
    /// Later records of an attempt: the last look at what must not have changed.
    Recheck(Scope, Vec<Arc<Record>>),
}

/// Where finished work goes. It is called on the runner's own thread.
pub type Sink = Rc<dyn Fn(Finished)>;
