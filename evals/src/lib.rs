//! Suites, the runner over them, and the runs that SQL keeps; needs no server.
//!
//! ```text
//! suite (cases with their evidence) ─┐
//!                                    ├─► runner ──► ask ──► score ──► measure::run::Run ──► runs (SQL, files)
//! subject (whatever is under test) ──┘      └─ canary
//!
//! measure::data (a public set) ────────┐
//!                                     ├─► run ──► report (figures, interval, table)
//! run::Search (a search) ─────────────┘
//!
//! settings by dotted name ──► sweep (a grid over either of the two) ──► the best, on the other half
//! ```
//!
//! What is under test is known only through [`subject::Subject`] and [`run::Search`], so that the same
//! figures can be taken of the whole product, of one channel, and of a made-up system in a test.

pub mod ask;
pub mod canary;
mod error;
pub mod knowledge_subject;
pub mod report;
pub mod run;
pub mod runner;
pub mod runs;
pub mod score;
pub mod settings;
pub mod subject;
pub mod suite;
pub mod sweep;
#[cfg(test)]
mod tests;

pub use error::{Error, Result};
