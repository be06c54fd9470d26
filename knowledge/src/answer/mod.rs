//! Answers: composed from what retrieval found, checked sentence by sentence.

pub mod answerer;
pub mod assistant;
pub mod compose;
pub mod excerpt;
pub mod library;
pub mod model;
pub mod pieces;
pub mod sentences;
pub mod verify;
pub mod write;

pub use compose::answer;
pub use write::{Exchange, Writer};
