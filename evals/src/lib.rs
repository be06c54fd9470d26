//! Retrieval metrics and their runner; needs no server.
//!
//! ```text
//! data (corpus, queries, judgements) ─┐
//!                                     ├─► run ──► metrics ──► report (figures, interval, table)
//! Search (whatever is under test) ────┘
//! suite (our own cases with their evidence)
//! ```
//!
//! The runner knows the search only through [`run::Search`], so that the same figures can be taken
//! of the whole retrieval, of one channel, and of a made-up search in a test.

pub mod data;
mod error;
pub mod metrics;
pub mod report;
pub mod run;
pub mod suite;

pub use error::{Error, Result};
