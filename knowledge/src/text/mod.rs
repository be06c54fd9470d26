//! Text: the one normalisation, numerals, terms.

pub mod glossary;
pub mod normalize;
pub mod numerals;
pub mod tokens;

pub use normalize::{bare, is_han, normalize};
