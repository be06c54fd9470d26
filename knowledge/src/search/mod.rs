//! Retrieval: one function serves chat, search, hit testing and the evaluations.

pub mod address;
pub mod engine;
pub mod fuse;
pub mod gate;
pub mod learn;
pub mod model;
pub mod names;
pub mod passage;
pub mod ranker;
pub mod settings;
pub mod time;

pub use engine::{Engine, EngineParts, Query};
