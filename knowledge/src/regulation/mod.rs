//! Regulations: their words, addresses, versions and what SQL keeps of them.

pub mod address;
mod list;
pub mod model;
mod read;
#[cfg(test)]
pub(crate) mod samples;
mod save;
#[cfg(test)]
mod tests;
pub mod timeline;
mod version;

pub use address::{Address, BadAddress};
pub use list::{FacetCounts, ListFilter, Listed, Page, facets, list};
pub use model::{Authority, DocKind, Draft, Meta, Node, NodeKind, Report};
pub use read::{DirectoryEntry, DirectoryVersion, ProvisionRow, directory, provision, tree};
pub use save::{Outcome, Saved, id_of_title, save};
pub use timeline::effect;
pub use version::{VersionRow, by_version, in_force, versions};

/// Every statement of these modules.
#[cfg(test)]
pub(crate) fn sql() -> Vec<&'static str> {
    [list::SQL, read::SQL, version::SQL].concat().into_iter().chain(save::sql()).collect()
}
