//! Answers: composed from what retrieval found, checked sentence by sentence.

pub mod model;
pub mod sentences;
pub mod verify;
