//! Retrieval: one function serves chat, search, hit testing and the evaluations.

pub mod model;
