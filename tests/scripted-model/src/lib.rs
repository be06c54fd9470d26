//! A chat-completions server that follows a script: a peer for tests and load tests.
//!
//! It speaks the protocol as the well-known services do (streams with a usage chunk and `[DONE]`, whole
//! replies, errors) and fails as they do (refusals, silence, a line that breaks). It keeps what it was asked
//! and knows when a client went away.
//!
//! ```text
//! Server ── replies: one Reply for each request, in order; then the standing one
//!        └─ asked:   Asked { body, key, left } for each request
//! ```

mod script;
mod serve;

pub use script::{Reply, Step, cut, spoken};
pub use serve::{Asked, Server, closed_port};
