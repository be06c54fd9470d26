//! Retrieval: one function serves chat, search, hit testing and the evaluations.

pub mod address;
pub mod gate;
pub mod model;
pub mod passage;
pub mod settings;
pub mod time;
