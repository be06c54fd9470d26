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

pub mod data;
mod error;
pub mod metrics;
pub mod run;

pub use error::{Error, Result};
