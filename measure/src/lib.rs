//! Figures, statistics, comparisons and reports over the results of cases.
//!
//! ```text
//! data (BEIR, TREC, SQuAD, JSON lines)      metrics (figures of one case)
//!                                              │
//!                        run (head + results) ◄┘
//!                          │
//!          summary ◄───────┼───────► compare (two runs) ──► gate (pass, block, log only)
//!              └────────────── report (HTML, Markdown) ──────────┘
//! ```
//!
//! The crate knows nothing of the system under test: its runner is the crate `evals`.

pub mod compare;
pub mod data;
mod error;
pub mod gate;
pub mod metrics;
pub mod report;
pub mod run;
#[cfg(test)]
mod sample;
pub mod stats;
pub mod summary;

pub use error::{Error, Result};
