//! The retrieval core: question and scope in, cited answer out.
//!
//! It knows no HTTP, no users and no back office.

pub mod answer;
pub mod chunk;
pub mod index;
pub mod regulation;
pub mod search;
pub mod text;
