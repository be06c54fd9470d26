//! Measurements over the real crates: public sets on a throw-away index, our suites on the product itself.

mod bench;
mod retrieval;

pub use bench::Workbench;
pub use retrieval::retrieval;
