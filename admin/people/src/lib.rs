//! Organisations, grids and members: their tables, and every way in which they change.
//!
//! ```text
//! desk        who works here, with which keys: what every writing function is given
//! scope       what a grant's nodes let somebody see, as ranges over paths
//! orgs        the tree: create, rename, move, status; subtree, ancestors, search
//! members     register, update, status, look-up, reveal, lists, counts
//! divisions   streets and villages through time
//! grids       grids and what became of them
//! demo        a made-up city of any size from a seed
//! ```
//!
//! The rules are those of the crate `domain`; here they meet rows. A writing function does everything in one
//! transaction: it locks, reads, judges, writes, and appends its entry to the audit log last. Those that
//! end in `_in` do the same inside the caller's transaction and hand the entry back, so that it can be appended
//! right before the commit.
//!
//! Functions on members ask for the nodes of whoever acts, and what lies outside of them isn't there. Organisations
//! and grids are changed by those who were let in before: [`orgs::find`] says whether one is in a scope.
//!
//! Locks are taken in one order, so that two writers don't wait for each other: grids, the root of the tree (moves
//! alone), organisations from the top down, members, the audit log.

pub mod codes;
pub mod demo;
mod desk;
pub mod divisions;
mod error;
pub mod grids;
pub mod members;
pub mod orgs;
mod scope;
#[cfg(test)]
mod tests;

pub use desk::{Desk, Saved};
pub use error::{Error, Result};
