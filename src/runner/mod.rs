//! Our implementation of cucumber's `Runner`: lanes, deadlines, interrupt.
