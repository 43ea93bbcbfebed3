//! Generated payloads against a live partner: valid ones must be taken once, damaged ones must do
//! nothing, and a failure is shrunk to the smallest message that still shows it.

pub mod damage;
pub mod draft;
pub mod family;
pub mod hunt;
