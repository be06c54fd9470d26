//! Regulations: their words, addresses, versions and what SQL keeps of them.

pub mod address;
pub mod model;

pub use address::{Address, BadAddress};
pub use model::{Authority, DocKind, Draft, Meta, Node, NodeKind, Report};
