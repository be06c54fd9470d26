//! Measurements over the real crates: public sets on a throw-away index, our suites on the product itself.

mod base;
mod bench;
mod made_of;
mod retrieval;
mod set;
mod sweep;

pub use bench::Workbench;
pub use made_of::{code, rule_files};
pub use retrieval::{Channels, RetrievalPlan, retrieval};
pub use set::SetFiles;
pub use sweep::{SetTrial, SuitesTrial, changed};
