//! What may not pass: sensitive words and personal data.
//!
//! ```text
//! guard ── personal: numbers and addresses of persons, masked before anything is stored or sent
//!       ── words:    sensitive words, looked for in whole texts and in streams (no I/O)
//!       ── sheet:    the list as a CSV file
//!       ── list:     the list in the database
//!       ── live:     Words, the list in memory, following the database
//!       ── audit:    what was found where
//! ```

pub mod audit;
pub mod error;
pub mod list;
pub mod live;
pub mod personal;
pub mod sheet;
#[cfg(test)]
mod sql;
pub mod words;

pub use error::{Error, Result};
pub use live::Words;
