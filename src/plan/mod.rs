//! What runs, what does not, and why.
