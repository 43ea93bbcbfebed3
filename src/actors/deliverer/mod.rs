//! Sends webhooks and callbacks to the partner and records what was really sent.
//!
//! Two ways lead out, with one limiter, one set of trusted roots and one way of writing a request:
//!
//! - [`client`]: reqwest with everything that it does unasked switched off. The ordinary way.
//! - [`raw`]: bytes on a socket, for what an HTTP library will not write: spelling and order of
//!   header names, cut bodies, slow bodies, and many requests finished at the same moment.
//!
//! Both add the same header lines in the same places, so that a partner cannot tell a falsified
//! message from a right one by the library that sent it.
//!
//! # Why connections may be reused
//!
//! hyper-util, below reqwest, starts a request over on another connection when the pooled one turns
//! out to be dead, and reqwest has no switch for that. It does so only with a request that hyper
//! hands back untouched, before one byte of it was written: a request of which anything was written
//! is never handed back (`hyper::proto::h1::dispatch`: the message is returned only while it is still
//! in the queue). So the partner can never see a delivery twice, which the tests hold, and the pool
//! may stay: without it a delivery costs more than twice the processor time and three times the wall
//! time even on a loopback socket without TLS (`benches/cost`).
//!
//! What remains is the other side of the same coin: a partner that closes idle connections may do so
//! in the moment in which one is taken up again. That delivery ends as broken; to keep it from
//! happening, a connection is reused only within [`client::REUSE_WITHIN`] of its last answer. When it
//! happens all the same, the detail says so ([`client::MAYBE_STALE`]), because the partner cannot be
//! blamed for it, and from then on every delivery gets a connection of its own.

pub mod burst;
pub mod client;
pub mod kept;
pub mod limiter;
pub mod message;
pub mod options;
pub mod raw;

mod answer;
mod body;
mod certificate;
mod chunks;
mod connection;
mod core;
mod failure;
mod given;
mod old_tls;
mod parcel;
mod probe;
mod progress;
mod trust;
mod witness;

#[cfg(test)]
mod testing;
