//! Sources to regulations and documents: readers, the article splitter, import reports.

mod error;
mod normalise;
mod split;

pub use error::{CODES, Duplicate, Error};
pub use normalise::normalise;
pub use split::split;
