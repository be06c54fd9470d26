//! The derived indexes: fed by the change log alone, rebuildable from SQL at any time.

pub mod collect;
pub mod embed;
pub mod lexical;
pub mod mapped;
pub mod onnx;
pub mod rerank;
pub mod vector;
