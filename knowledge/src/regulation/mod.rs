//! Regulations: their words, addresses, versions and what SQL keeps of them.

pub mod address;
pub mod compare;
mod list;
pub mod model;
mod read;
pub mod reference;
#[cfg(test)]
pub(crate) mod samples;
mod save;
#[cfg(test)]
mod tests;
pub mod timeline;
mod version;

pub use address::{Address, BadAddress};
pub use list::{FacetCounts, ListFilter, Listed, MAX_WORDS, Page, Sort, WordHit, facets, hits, list};
pub use model::{Authority, DocKind, Draft, Meta, Node, NodeKind, Report};
pub use read::{DirectoryEntry, DirectoryVersion, ProvisionRow, addresses, aliases, directory, provision, tree};
pub use save::{Outcome, Saved, id_of_title, save};
pub use timeline::effect;
pub use version::{VersionRow, by_version, in_force, versions};

/// Every statement of these modules.
#[cfg(test)]
pub(crate) fn sql() -> Vec<&'static str> {
    [read::SQL, version::SQL].concat().into_iter().chain(list::sql()).chain(save::sql()).chain(read::keys()).collect()
}
