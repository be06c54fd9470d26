//! The retrieval core: question and scope in, cited answer out.
//!
//! It knows no HTTP, no users and no back office.

pub mod regulation;
pub mod text;
