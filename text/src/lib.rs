//! Chinese text without any knowledge of law: the one normalisation, and numerals.

pub mod normalize;
pub mod numerals;

pub use normalize::{bare, is_han, normalize};
