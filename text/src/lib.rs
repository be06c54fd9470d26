//! Chinese text without any knowledge of law: the one normalisation, folding, and numerals.

pub mod fold;
pub mod normalize;
pub mod numerals;

pub use normalize::{bare, is_han, normalize};
