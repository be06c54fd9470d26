//! Sources to regulations and documents: readers, the article splitter, import reports.
//!
//! A file goes through five steps: its format is detected, a reader gives plain text, the metadata
//! at its head is taken off, the rest is normalised and split into a tree, and metadata and text are
//! compared in a report. Nothing is written here: the [`knowledge::regulation::Draft`] is saved by
//! the knowledge crate. A file that can't be taken whole is refused whole, with a code of [`CODES`].

mod classified;
mod compare;
pub mod corpus;
mod error;
mod folder;
mod format;
mod meta;
mod normalise;
mod parse;
mod readers;
mod split;

pub use compare::{Difference, compare};
pub use error::{CODES, Duplicate, Error};
pub use folder::{Outcome, read_path};
pub use meta::MetaArgs;
pub use normalise::normalise;
pub use parse::parse_bytes;
pub use split::split;
