//! The derived indexes: fed by the change log alone, rebuildable from SQL at any time.

pub mod embed;
pub mod vector;
