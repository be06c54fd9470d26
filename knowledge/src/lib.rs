//! The retrieval core: question and scope in, cited answer out.
//!
//! It knows no HTTP, no users and no back office.

pub mod answer;
pub mod change_log;
pub mod chunk;
pub mod document;
pub mod error;
pub mod index;
pub mod known;
pub mod model_usage;
pub mod qa;
pub mod regulation;
pub mod search;
#[cfg(test)]
mod sql;
pub mod stats;
pub mod text;

pub use error::{Error, Result};
